/**
 * What the law asks a notice to say, field by field, as people are asked for it and as the desk and the author read it.
 */
import type { NoticeKind } from './schema.ts'

/** Field of the form → heading under which it is read. In the order of the page. */
export const STATEMENT: Record<NoticeKind, Readonly<Record<string, string>>> = {
  defamation: {
    where: 'Where it stands',
    words: 'The words complained of',
    meaning: 'What they are said to mean',
    harm: 'Why they are said to be defamatory',
    untrue: 'What is said to be untrue, or opinion without facts to support it',
    unidentified: 'Does the complainant know enough about the author to bring proceedings?',
  },
  copyright: {
    where: 'Where it stands',
    words: 'What is said to be copied',
    work: 'The work from which it is said to be copied',
    ownership: 'How the complainant owns it, or for whom they act',
    faith: 'In good faith?',
  },
}

export const KIND_SAID: Record<NoticeKind, string> = { defamation: 'Defamation notice', copyright: 'Copyright notice' }

/** A statement as it is read, heading by heading. */
export const readStatement = (kind: NoticeKind, statement: Readonly<Record<string, string>>): { heading: string; text: string }[] =>
  Object.entries(STATEMENT[kind]).flatMap(([name, heading]) => {
    const text = statement[name]
    return text === undefined ? [] : [{ heading, text }]
  })
