/**
 * Taking words out of a text. Pure: what is taken out goes wherever it stands, and a mark says that a moderator took it.
 */
import { explain, findIn, type FindingKind } from '../screening/findings.ts'

/** What readers see in place of each word that went. */
export const TAKEN_OUT = '[taken out by a moderator]'

// Before these, Markdown would make a link or the definition of one of the mark's brackets.
const BEFORE_LINK = /\[taken out by a moderator\](?=[(:[])/g

/** The text without the given words, each exactly as written, wherever they stand; longer ones first. */
export function takeWordsOut(text: string, words: readonly string[]): string {
  const wanted = [...new Set(words)].filter((word) => word !== '').toSorted((one, other) => other.length - one.length)
  if (wanted.length === 0) return text
  const pattern = new RegExp(wanted.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  return text.replace(pattern, TAKEN_OUT).replace(BEFORE_LINK, `${TAKEN_OUT} `)
}

export interface Suggestion {
  words: string
  kind: FindingKind
  /** "A phone number" */
  title: string
}

/** What the screening finds in the texts, each wording once. The same texts give the same list in the same order. */
export function suggestionsIn(...texts: (string | null)[]): Suggestion[] {
  const found = texts.flatMap((text) => (text === null ? [] : findIn(text)))
  const byWords = new Map(found.map(({ words, kind }) => [words, { words, kind, title: explain(kind).title }]))
  return [...byWords.values()]
}
