/** The forms in which an event is planned and changed, its dates moved and called off, and what came of it written down. */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import type { OccasionPlan } from '../occasions/occasion.ts'
import { MOST_PEOPLE } from '../occasions/planning.ts'
import { MOST_DATES, REPEATS, repeatWindows } from '../occasions/repeat.ts'
import type { Window } from '../places/presence-window.ts'
import { tagsField } from '../posts/kinds.ts'
import { cleanLine, fits } from '../text/input.ts'
import { clientKey, idField, line, optionalWords, parseForm, typed, words } from '../web/forms.ts'
import type { Move } from './dates.ts'
import type { NewNote } from './note.ts'
import type { EventWords, NewEvent } from './planning.ts'
import type { EventChange } from './change.ts'
import { FORMATS, type Format } from './schema.ts'

const TITLE = 120
const BODY = 10_000
const REASON = 300
const VENUE = 200
const ADDRESS = 500

const short = (name: string, max: number) =>
  z
    .string()
    .max(20_000, `${name} must be ${max} characters or fewer`)
    .default('')
    .transform(cleanLine)
    .refine((text) => fits(text, max), `${name} must be ${max} characters or fewer`)
const webAddress = short('The web address', ADDRESS)
  .refine((text) => text === '' || isWebAddress(text), 'Enter a full web address that begins with https://')
  .transform((text) => text.replace(/^https/i, 'https') || null)
const wholeNumber = (most: number, message: string) =>
  z
    .string()
    .default('')
    .transform((text) => (text.trim() === '' ? null : /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN))
    .refine((number) => number === null || (number >= 0 && number <= most), message)
const moment = z.string().max(60, 'This is too long').default('')
const yes = z
  .string()
  .optional()
  .transform((sent) => sent === 'yes')
const version = z.coerce.number({ error: 'This page is out of date. Open it again.' }).int()

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return /^https:\/\//i.test(text) && url !== null && url.hostname.includes('.') && url.username === ''
}

const about = {
  title: line('The title', 'Enter a title', TITLE),
  body: words('The text', 'Say what it is about', BODY),
  tags: tagsField,
  format: z.enum(FORMATS, { error: 'Choose what kind of event it is' }),
  url: webAddress,
}
const capacity = wholeNumber(MOST_PEOPLE, `The number of people must be from 1 to ${MOST_PEOPLE.toLocaleString('en-GB')}`)
const when = { place: z.string().default(''), venue: short('Where it is', VENUE), date: moment, from: moment, until: moment, capacity, signUps: yes }
const NewForm = z.object({
  ...about,
  ...when,
  team: idField('Choose a team'),
  every: z.enum(['once', ...REPEATS]).default('once'),
  times: wholeNumber(MOST_DATES, `Enter how often it takes place, from 1 to ${MOST_DATES}`),
  key: clientKey,
})
const ChangeForm = z.object({ ...about, note: line('What you changed', 'Say what you changed. Readers will see it', 240), version })
const DateForm = z.object({ ...when, because: short('The reason', REASON), rest: yes, seen: z.string().max(60).optional() })
const CallOffForm = z.object({ because: line('The reason', 'Say why it is called off. Readers will see it', REASON), rest: yes })
const NoteForm = z.object({
  said: words('What was said', 'Say in a few words what was said', BODY),
  decided: optionalWords('What was decided', BODY),
  came: wholeNumber(100_000, 'Enter a whole number, or leave it empty'),
  version,
})

/** What is wrong in several parts of a form, said at once. */
class Problems {
  readonly fields: Record<string, string> = {}

  try<T>(part: () => T): T | null {
    try {
      return part()
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem
      for (const [field, message] of Object.entries(problem.fields)) this.fields[field] ??= message
      return null
    }
  }

  refuse(): void {
    if (Object.keys(this.fields).length > 0) throw new Refused('There is a problem with what you sent', this.fields)
  }
}

const refuse = (field: string, message: string): never => {
  throw new Refused(message, { [field]: message })
}

/** The boxes that are ticked: `priority-12`. */
const priorityIds = (sent: Readonly<Record<string, string>>): number[] =>
  Object.keys(sent).flatMap((name) => (/^priority-[1-9]\d{0,14}$/.test(name) ? [Number(name.slice(9))] : []))

const TimeForm = z.object({ date: moment, from: moment, until: moment, every: z.string().default('once'), times: z.string().default('') })

function readTimes(sent: unknown, today: Date): Window[] {
  const { every, times, ...time } = parseForm(TimeForm, sent)
  const repeats = REPEATS.find((known) => known === every)
  return repeatWindows(time, { every: repeats ?? 'week', times: repeats ? Number(times.trim() || Number.NaN) : 1 }, today)
}

/** Where a date is: a place with a page, or in words. What takes place on the web is there, whatever else was chosen. */
function readVenue(format: Format | null, sent: Readonly<Record<string, string>>): Pick<OccasionPlan, 'placeId' | 'venue'> {
  if (format === 'online') return { placeId: null, venue: 'Online' }
  if (format === 'question-hour') return { placeId: null, venue: 'On this page' }
  const { place = '', venue = '' } = sent
  const isNamed = cleanLine(venue) !== ''
  if (place === '') return isNamed ? { placeId: null, venue: cleanLine(venue) } : refuse('place', 'Choose a place, or say below where it is')
  if (!/^[1-9]\d{0,14}$/.test(place)) return refuse('place', 'Choose a place')
  return isNamed ? refuse('venue', 'Choose a place, or say where it is: not both') : { placeId: Number(place), venue: null }
}

function readRoom(format: Format | null, people: number | null, signUps: boolean): Pick<OccasionPlan, 'capacity' | 'signUps'> {
  if (people === 0) return refuse('capacity', 'Enter how many people can come, or leave it empty')
  if (format === 'question-hour' && (signUps || people !== null))
    return refuse('signUps', 'Nobody signs up for a live question hour: it is open to all')
  if (people !== null && !signUps) return refuse('signUps', 'Tick this too: places can only be counted when people sign up')
  return { capacity: people, signUps }
}

const eventWords = (form: { title: string; body: string; tags: string[]; format: Format; url: string | null }, ids: number[]): EventWords => ({
  title: form.title,
  body: form.body,
  tags: form.tags,
  format: form.format,
  onlineUrl: form.url,
  priorityIds: ids,
})

export function readNew(body: unknown, today: Date): NewEvent {
  const sent = typed(body)
  const problems = new Problems()
  const form = problems.try(() => parseForm(NewForm, sent))
  const format = FORMATS.find((known) => known === sent['format']) ?? null
  const windows = problems.try(() => readTimes(sent, today))
  const venue = problems.try(() => readVenue(format, sent))
  const room = form && problems.try(() => readRoom(format, form.capacity, form.signUps))
  problems.refuse()
  if (!form || !windows || !venue || !room) throw new Error('a form was neither read nor refused')
  const { every, team: teamId, key } = form
  const dates = windows.map((window) => ({ ...window, ...venue, ...room }))
  return { ...eventWords(form, priorityIds(sent)), teamId, dates, repeats: every === 'once' ? null : { every, times: dates.length }, clientKey: key }
}

export function readChange(body: unknown): EventChange {
  const sent = typed(body)
  const form = parseForm(ChangeForm, sent)
  return { ...eventWords(form, priorityIds(sent)), note: form.note, version: form.version }
}

/** A date that is added or moved, of an event of that format. */
export function readDate(body: unknown, format: Format, today: Date): Move {
  const { every: _every, times: _times, ...sent } = typed(body)
  const problems = new Problems()
  const form = problems.try(() => parseForm(DateForm, sent))
  const windows = problems.try(() => readTimes(sent, today))
  const venue = problems.try(() => readVenue(format, sent))
  const room = form && problems.try(() => readRoom(format, form.capacity, form.signUps))
  problems.refuse()
  const [window] = windows ?? []
  if (!form || !window || !venue || !room) throw new Error('a form was neither read nor refused')
  const { because, rest, seen } = form
  return { plan: { ...window, ...venue, ...room }, because, rest, ...(seen === undefined ? {} : { seen }) }
}

export const readCallingOff = (body: unknown): z.output<typeof CallOffForm> => parseForm(CallOffForm, body)

export function readNote(body: unknown): NewNote {
  const { said, decided, came, version: seen } = parseForm(NoteForm, body)
  return { said, decided: decided ?? '', cameCount: came, version: seen }
}

const ANSWER = 5000
export const AnswerForm = z.object({
  comment: idField('Take a question first'),
  body: words('Your answer', 'Write your answer', ANSWER),
  key: clientKey,
})
export const PassForm = z.object({
  comment: idField('Take a question first'),
  because: line('The reason', 'Say why it is not answered. Readers will see it', REASON),
})
export const TurnForm = z.object({ comment: idField('Take a question first') })
