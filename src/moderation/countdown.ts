/**
 * How a deadline stands, in the hours that count for it: four working hours from Friday afternoon are not four hours.
 */
import { count, dayKey, sayDuration } from '../text/dates.ts'
import { sayBy, ukMoment, workingHours, type Hours } from './clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** From 9 to 17. */
const WORKING_DAY = 8 * HOUR

/** Beyond this nobody counts hours. */
const SEARCHED_DAYS = 60

/** How long it is open between two moments, in milliseconds. */
export function openBetween(from: Date, until: Date, open: Hours): number {
  let total = 0
  let noon = Date.parse(`${dayKey(from)}T12:00:00Z`)
  for (let searched = 0; searched < SEARCHED_DAYS && noon - DAY < until.getTime(); searched++, noon += DAY) {
    const day = new Date(noon).toISOString().slice(0, 10)
    const hours = open(day)
    if (!hours) continue
    const start = Math.max(from.getTime(), ukMoment(day, hours.from).getTime())
    const end = Math.min(until.getTime(), ukMoment(day, hours.until).getTime())
    total += Math.max(0, end - start)
  }
  return total
}

function sayWorking(milliseconds: number): string {
  if (milliseconds < HOUR) return count(Math.round(milliseconds / 60_000), 'working minute')
  if (milliseconds < 2 * WORKING_DAY) return count(Math.round(milliseconds / HOUR), 'working hour')
  return count(Math.round(milliseconds / WORKING_DAY), 'working day')
}

export interface Countdown {
  late: boolean
  /** "2 working hours left", "25 minutes left", "Late by 3 hours". */
  left: string
  /** "due 3pm today" */
  due: string
}

/** `elapsed`: a clock that runs through nights and weekends, as those of threats and of notices do. */
export function sayClock(dueAt: Date, moment: Date, elapsed = false): Countdown {
  const late = dueAt < moment
  const time = Math.abs(dueAt.getTime() - moment.getTime())
  const due = `due ${sayBy(dueAt, moment)}`
  if (late) return { late, left: `Late by ${sayDuration(time)}`, due }
  const working = elapsed ? time : openBetween(moment, dueAt, workingHours)
  return { late, left: `${time - working < 60_000 ? sayDuration(time) : sayWorking(working)} left`, due }
}

/** Which clock counts for a case: urgent ones and notices of law do not wait for Monday. */
export const runsThrough = (file: { urgent: boolean; cause: string }): boolean => file.urgent || file.cause === 'notice'
