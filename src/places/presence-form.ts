/** The forms in which a presence is planned, changed and called off. */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { cleanLine, fits } from '../text/input.ts'
import { clientKey, idField, line, parseForm } from '../web/forms.ts'
import { MOST_TIMES, readWindows, type Window } from './presence-window.ts'

const ABOUT = 300

const typed = z.string().max(60, 'This is too long').default('')
const about = z
  .string()
  .max(20_000, `It must be ${ABOUT} characters or fewer`)
  .default('')
  .transform(cleanLine)
  .refine((text) => fits(text, ABOUT), `It must be ${ABOUT} characters or fewer`)
const times = z
  .string()
  .default('')
  .transform((text) => (text.trim() === '' ? 1 : /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN))
  .refine((count) => count >= 1 && count <= MOST_TIMES, `Enter a number of weeks from 1 to ${MOST_TIMES}`)
const version = z.coerce.number({ error: 'This page is out of date. Open it again.' }).int()
const when = { place: idField('Choose a place'), date: typed, from: typed, until: typed, about }

const NewPresence = z.object({ ...when, team: idField('Choose a team'), times, key: clientKey })
const ChangedPresence = z.object({ ...when, version })
const CalledOff = z.object({ because: line('The reason', 'Say why it is called off. Readers will see it', ABOUT), version })

export function readPlan(sent: unknown, today: Date) {
  const { place: placeId, team: teamId, about: subject, key, times: count, ...time } = together(NewPresence, sent, today)
  return { placeId, teamId, about: subject, clientKey: key, windows: readWindows(time, count, today) }
}

export function readChange(sent: unknown, today: Date) {
  const { place: placeId, about: subject, version: seen, ...time } = together(ChangedPresence, sent, today)
  const [window] = readWindows(time, 1, today)
  return { placeId, about: subject, version: seen, window: window as Window }
}

export const readCallingOff = (sent: unknown): z.output<typeof CalledOff> => parseForm(CalledOff, sent)

/** All that is wrong at once: the fields, and the time that they make. */
function together<T extends z.ZodType<{ date: string; from: string; until: string }>>(form: T, sent: unknown, today: Date): z.output<T> {
  try {
    return parseForm(form, sent)
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    throw new Refused(problem.message, { ...problem.fields, ...wrongTime(sent, today) })
  }
}

function wrongTime(sent: unknown, today: Date): Readonly<Record<string, string>> {
  try {
    readWindows(parseForm(z.object({ date: typed, from: typed, until: typed }), sent), 1, today)
    return {}
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    return problem.fields
  }
}
