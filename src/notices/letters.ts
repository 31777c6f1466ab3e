/**
 * What the mails about a notice say. The complainant's own words go to nobody but the author, and only after somebody at the desk has read them.
 */
import type { Config } from '../config.ts'
import { sayMoment } from '../text/dates.ts'
import { sayEndOfDay } from './clock.ts'
import type { NoticeKind } from './schema.ts'
import { readStatement } from './statement.ts'

export type Sender = Pick<Config, 'publicUrl' | 'force' | 'contactEmail'>

export interface Letter {
  subject: string
  text: string
}

export interface AboutNotice {
  id: number
  kind: NoticeKind
  item: 'comment' | 'post'
  /** Of the conversation in which the item stands. */
  title: string
}

const written = (sender: Sender, subject: string, lines: string[]): Letter => ({
  subject,
  text: [...lines, `${sender.force.name}\n${sender.publicUrl}`].join('\n\n'),
})

const subjectOf = ({ kind, id }: AboutNotice): string => `Your ${kind} notice ${id}`

/** To the complainant, at once. Nothing of what was typed is in it: the address may be anybody's. */
export const receiptLetter = (sender: Sender, about: AboutNotice, dueAt: Date): Letter =>
  written(sender, subjectOf(about), [
    `We have your ${about.kind} notice about a ${about.item} under “${about.title}”. Its number is ${about.id}.`,
    about.kind === 'defamation'
      ? `The law gives us 48 hours, without weekends and bank holidays, to pass it on to the author: until ${sayMoment(dueAt)}. The author then has five days to answer. We write to you with the outcome.`
      : `We look at it by ${sayMoment(dueAt)}. The author then has five days to object. We write to you with the outcome.`,
    `If you did not send us this notice, write to ${sender.contactEmail}.`,
  ])

export interface ToAuthor extends AboutNotice {
  statement: Readonly<Record<string, string>>
  /** Null where the complainant did not agree to be named. */
  complainant: { name: string; email: string } | null
  answerBy: Date
}

/** To the author: the notice itself, how to answer, by when, and what follows. */
export function authorLetter(sender: Sender, about: ToAuthor): Letter {
  const { kind, item, title, statement, complainant, answerBy, id } = about
  const who = complainant
    ? `It comes from ${complainant.name} (${complainant.email}).`
    : 'Whoever sent it does not want you to know their name and address.'
  return written(sender, `Somebody complains about your ${item}: answer by ${sayEndOfDay(answerBy)}`, [
    `We have received a ${kind} notice about your ${item} under “${title}”. ${who} It says:`,
    ...readStatement(kind, statement).map(({ heading, text }) => `${heading}:\n${text}`),
    `Answer by ${sayEndOfDay(answerBy)}. This page tells you how:`,
    `${sender.publicUrl}/account/notices/${id}`,
    kind === 'defamation' ? DEFAMATION_RULES(item) : `If we do not hear from you, we decide about the ${item} without you.`,
    'We are not your lawyers and cannot advise you. You may want to ask somebody who can.',
  ])
}

const DEFAMATION_RULES = (item: string): string =>
  `If you do not answer by then, or leave out what the page asks for, we may remove your ${item}. If you want it to stay, you have to give us your full name and your postal address. We give them to whoever complains only if you agree, or if a court orders it. They are never public.`

const REMOVED = (about: AboutNotice): string => `The ${about.item} is no longer on our site.`

export interface Outcome extends AboutNotice {
  outcome: 'down' | 'up'
  /** The author answered that it should stay. */
  standsByIt: boolean
  /** Where the author agreed to pass them on. */
  author: { name: string; address: string } | null
}

/** To the complainant, at the end. */
export function outcomeLetter(sender: Sender, about: Outcome): Letter {
  const lines =
    about.outcome === 'down'
      ? [REMOVED(about)]
      : about.standsByIt
        ? standsLines(about)
        : [`We have looked at it. The ${about.item} stays on our site.`]
  return written(sender, `${subjectOf(about)}: the outcome`, [
    `You sent us a ${about.kind} notice about a ${about.item} under “${about.title}”.`,
    ...lines,
    `If you have a question about this, write to ${sender.contactEmail} and give the number ${about.id}.`,
  ])
}

function standsLines({ item, kind, author }: Outcome): string[] {
  const stays = `The author does not want the ${item} to be removed. It has not been removed.`
  if (kind === 'copyright') return [stays]
  if (author) return [stays, 'The author agreed that we give you their name and postal address:', `${author.name}\n${author.address}`]
  return [stays, 'We know the author’s name and postal address. The author did not agree that we give them to you. A court can order us to.']
}
