/** The forms of occasions: signing up, the dates that are planned, and what goes with them. */
import { z } from 'zod'
import { emailField } from '../accounts/email.ts'
import { Refused } from '../errors.ts'
import { typedOf, type TypedWindow } from '../places/presence-window.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { clientKey, line, optionalWords, parseForm, words } from '../web/forms.ts'
import type { OccasionItem, OccasionPlan } from './occasion.ts'
import { MOST_PEOPLE } from './planning.ts'
import { MOST_DATES, REPEATS, repeatWindows, type RepeatEvery } from './repeat.ts'

const NAME = 60
const VENUE = 150

const optionalLine = (name: string, max: number) =>
  z
    .string()
    .max(20_000, `${name} must be ${max} characters or fewer`)
    .default('')
    .transform(cleanLine)
    .refine((text) => fits(text, max), `${name} must be ${max} characters or fewer`)
    .transform((text) => (hasWords(text) ? text : null))

/** A whole number from one to `most`; `otherwise` for an empty field. */
const number = <Empty extends number | null>(most: number, otherwise: Empty, message: string) =>
  z
    .string()
    .default('')
    .transform((text): number | Empty => {
      const digits = text.trim()
      if (digits === '') return otherwise
      return /^\d{1,6}$/.test(digits) ? Number(digits) : Number.NaN
    })
    .refine((count) => count === null || (count >= 1 && count <= most), message)

const people = number(10, 1, 'Enter a number of people from 1 to 10')
const Wish = z.object({ people, name: optionalLine('The name', NAME), needs: optionalWords('What you need', 500) })
const ByEmail = Wish.extend({ email: emailField })
const Entered = Wish.extend({ name: line('The name', 'Enter what to call them', NAME), key: clientKey })
const People = z.object({ people })
const Words = z.object({ body: words('What you write', 'Enter what you want to say', 2000), key: clientKey })
const CalledOff = z.object({ because: line('The reason', 'Say why it is called off. Readers will see it', 300) })

export const readWish = (sent: unknown) => parseForm(Wish, sent)
export const readByEmail = (sent: unknown) => parseForm(ByEmail, sent)
export const readPeople = (sent: unknown) => parseForm(People, sent)
export const readCallingOff = (sent: unknown) => parseForm(CalledOff, sent)

export function readEntered(sent: unknown) {
  const { key, ...wish } = parseForm(Entered, sent)
  return { ...wish, clientKey: key }
}

export function readWords(sent: unknown) {
  const { key, body } = parseForm(Words, sent)
  return { body, clientKey: key }
}

const typed = z.string().max(60, 'This is too long').default('')
const capacity = number(MOST_PEOPLE, null, `Enter a number of people from 1 to ${MOST_PEOPLE.toLocaleString('en-GB')}, or leave it empty`)
const OneDate = z.object({
  date: typed,
  from: typed,
  until: typed,
  place: z
    .string()
    .default('')
    .refine((id) => id === '' || /^[1-9]\d{0,14}$/.test(id), 'Choose a place')
    .transform((id) => (id === '' ? null : Number(id))),
  venue: optionalLine('The venue', VENUE),
  capacity,
  'sign-up': z.string().optional(),
})
const Repeated = OneDate.extend({
  every: z.enum(['', ...REPEATS]).default(''),
  times: number(MOST_DATES, 1, `Enter how often it takes place, from 1 to ${MOST_DATES}`),
})

/** One date, or a series, as the fields of `occasions/_date-fields` say it. All that is wrong at once. Throws `Refused` by field. */
export function readPlans(sent: unknown, today: Date): OccasionPlan[] {
  const problems: Record<string, string> = {}
  const form = gather(problems, () => parseForm(Repeated, sent))
  const windows = gather(problems, () => repeatWindows(timeOf(sent), form ? repeatOf(form) : { every: 'week', times: 1 }, today))
  if (form && (form.place === null) === (form.venue === null))
    problems['venue'] ??= form.venue === null ? 'Choose a place, or say where it is' : 'Choose a place or say where it is, not both'
  if (!form || !windows || Object.keys(problems).length > 0) throw new Refused('There is a problem with the date', problems)
  const { place: placeId, venue, capacity: most } = form
  return windows.map((window) => ({ ...window, placeId, venue, capacity: most, signUps: form['sign-up'] === 'yes' }))
}

const repeatOf = ({ every, times }: { every: '' | RepeatEvery; times: number }) =>
  every === '' ? { every: 'week' as const, times: 1 } : { every, times }

function timeOf(sent: unknown): TypedWindow {
  const { date, from, until } = parseForm(z.object({ date: typed, from: typed, until: typed }), sent)
  return { date, from, until }
}

/** What a reader makes of the form; what it refuses is noted, the first of each field. */
export function gather<Read>(problems: Record<string, string>, read: () => Read): Read | null {
  try {
    return read()
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    for (const [field, message] of Object.entries(problem.fields)) problems[field] ??= message
    return null
  }
}

/** The form that gives this date again. */
export const typedDate = (item: OccasionItem): Record<string, string> => ({
  ...typedOf(item),
  place: item.placeId === null ? '' : String(item.placeId),
  venue: item.placeId === null ? item.where : '',
  capacity: item.capacity === null ? '' : String(item.capacity),
  'sign-up': item.signUpFrom === null ? '' : 'yes',
})
