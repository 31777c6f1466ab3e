/** The forms of leadership posts, live sessions and focus groups. */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { topicsField } from '../network/topic.ts'
import { readWindows, type Window } from '../places/presence-window.ts'
import { clientKey, idField, line, parseForm, typed, words } from '../web/forms.ts'
import { PLACES, type NewGroup } from './group.ts'
import type { GroupMove, SessionMove } from './moving.ts'
import type { NotesCorrection } from './notes.ts'
import { LONGEST_HOURS, type NewSession } from './session.ts'
import type { NewStatement } from './statement.ts'

const TITLE = 120
const BODY = 10_000
const REASON = 300
const VENUE = 200
const ANSWER = 5000
const HOUR = 3_600_000
const LONGEST_GROUP_HOURS = 12

const about = {
  title: line('The title', 'Enter a title', TITLE),
  body: words('The text', 'Say what it is about', BODY),
  tags: topicsField,
  key: clientKey,
}

const moment = z.string().max(60, 'This is too long').default('')
const TimeForm = z.object({ date: moment, from: moment, until: moment })
const StatementForm = z.object(about)
const SessionForm = z.object({ ...about, host: idField('Choose who answers') })
const GroupForm = z.object({
  ...about,
  circle: z.union([z.literal(''), idField('Choose where it is')]).default(''),
  venue: line('Where it is', 'Say where it is', VENUE),
  places: z
    .string()
    .default('')
    .refine((text) => /^\d{1,3}$/.test(text.trim()) && Number(text) >= PLACES.least && Number(text) <= PLACES.most, {
      message: `Enter how many can come, from ${PLACES.least} to ${PLACES.most}`,
    })
    .transform(Number),
})

/** What is wrong in two parts of a form, said at once. Throws `Refused` by field. */
function readBoth<One, Other>(one: () => One, other: () => Other): [One, Other] {
  const problems: Record<string, string> = {}
  const tried = <T>(part: () => T): T | null => {
    try {
      return part()
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      Object.assign(problems, problem.fields)
      return null
    }
  }
  const [first, second] = [tried(one), tried(other)]
  if (first === null || second === null) throw new Refused('There is a problem with what you sent', inOrder(problems))
  return [first, second]
}

/** What comes behind the time in the forms; the rest stands before it. */
const LAST = ['venue', 'places']

/** The summary says what is wrong in the order in which the fields stand. */
const inOrder = (problems: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(problems).toSorted(([one], [other]) => LAST.indexOf(one) - LAST.indexOf(other)))

function readTime(sent: unknown, today: Date, hours: number): Window {
  const [window] = readWindows(parseForm(TimeForm, sent), 1, today)
  if (!window) throw new Error('a time was neither read nor refused')
  const message = `It can last ${hours} hours at most`
  if (window.endsAt.getTime() - window.startsAt.getTime() > hours * HOUR) throw new Refused(message, { until: message })
  return window
}

export function readStatement(body: unknown): NewStatement {
  const { key: clientKey, ...statement } = parseForm(StatementForm, body)
  return { ...statement, clientKey }
}

export function readSession(body: unknown, today: Date): NewSession {
  const sent = typed(body)
  const [{ key: clientKey, host: hostId, ...session }, window] = readBoth(
    () => parseForm(SessionForm, sent),
    () => readTime(sent, today, LONGEST_HOURS),
  )
  return { ...session, ...window, hostId, clientKey }
}

export function readGroup(body: unknown, today: Date): NewGroup {
  const sent = typed(body)
  const [{ key: clientKey, circle, ...group }, window] = readBoth(
    () => parseForm(GroupForm, sent),
    () => readTime(sent, today, LONGEST_GROUP_HOURS),
  )
  return { ...group, ...window, circleId: circle === '' ? null : circle, clientKey }
}

export const readCallingOff = (body: unknown): string =>
  parseForm(z.object({ because: line('The reason', 'Say why it is called off. Colleagues will see it', REASON) }), body).because

const SeenForm = z.object({ seen: z.string().max(6).default('').transform(Number) })
const VenueForm = z.object({ venue: line('Where it is', 'Say where it is', VENUE) })

export function readSessionMove(body: unknown, today: Date): SessionMove {
  const sent = typed(body)
  return { ...readTime(sent, today, LONGEST_HOURS), ...parseForm(SeenForm, sent) }
}

export function readGroupMove(body: unknown, today: Date): GroupMove {
  const sent = typed(body)
  const [{ venue }, window] = readBoth(
    () => parseForm(VenueForm, sent),
    () => readTime(sent, today, LONGEST_GROUP_HOURS),
  )
  return { ...window, venue, ...parseForm(SeenForm, sent) }
}

export const readNotesCorrection = (body: unknown): NotesCorrection =>
  parseForm(
    z.object({
      notes: words('The notes', 'Say what was said and what follows', BODY),
      note: line('What you corrected', 'Say what you corrected. Colleagues will see it', REASON),
      version: idField('Open the notes again'),
    }),
    body,
  )

export const readUninvited = (body: unknown): number => parseForm(z.object({ who: idField('Choose whose invitation you take back') }), body).who

export const readNotes = (body: unknown): string =>
  parseForm(z.object({ notes: words('The notes', 'Say what was said and what follows', BODY) }), body).notes

export const readReply = (body: unknown): 'coming' | 'not-coming' =>
  parseForm(z.object({ answer: z.enum(['coming', 'not-coming'], { error: 'Say whether you come' }) }), body).answer

/** The boxes that are ticked: `who-12`. */
export const readInvited = (body: unknown): number[] =>
  Object.keys(typed(body)).flatMap((name) => (/^who-[1-9]\d{0,14}$/.test(name) ? [Number(name.slice(4))] : []))

export const AnswerForm = z.object({
  comment: idField('Take a question first'),
  body: words('Your answer', 'Write your answer', ANSWER),
  key: clientKey,
})
export const PassForm = z.object({
  comment: idField('Take a question first'),
  because: line('The reason', 'Say why it is not answered. Colleagues will see it', REASON),
})
export const TurnForm = z.object({ comment: idField('Take a question first') })
