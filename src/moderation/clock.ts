/**
 * When something has to be looked at. Two clocks, both in UK time:
 * working hours run from 9 to 17 on Monday to Friday, bank holidays apart; staffed hours run every day of the year while somebody is at the desk
 * (the settings STAFFED_FROM and STAFFED_UNTIL). What could harm somebody has one staffed hour, everything else four working hours.
 */
import { dayKey, sayDate, sayTime } from '../text/dates.ts'
import { BANK_HOLIDAYS } from './bank-holidays.ts'

export const URGENT_STAFFED_HOURS = 1
export const STANDARD_WORKING_HOURS = 4
/** An author has so many days to appeal, to the same time of the day. */
export const APPEAL_DAYS = 28

/** Hours of a day, UK time, from 0 to 24. */
export interface Staffed {
  from: number
  until: number
}
/** The open hours of a day ("2026-11-23"); null when it has none. */
export type Hours = (day: string) => Staffed | null

const HOUR = 3_600_000
const DAY = 24 * HOUR
const holidays = new Set(BANK_HOLIDAYS)

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`)
const nextDay = (day: string): string => new Date(noonOf(day) + DAY).toISOString().slice(0, 10)
const isWeekend = (day: string): boolean => [0, 6].includes(new Date(noonOf(day)).getUTCDay())

export const workingHours: Hours = (day) => (isWeekend(day) || holidays.has(day) ? null : { from: 9, until: 17 })
export const staffedHours =
  (staffed: Staffed): Hours =>
  () =>
    staffed

const hourInUk = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })

/** How far UK clocks are ahead of UTC at that moment: nothing, or an hour in summer. */
const aheadAt = (moment: number): number => ((Number(hourInUk.format(moment)) - new Date(moment).getUTCHours() + 24) % 24) * HOUR

/** The moment when UK clocks show that hour of that day; hour 24 is the midnight that ends it. */
export function ukMoment(day: string, hour: number): Date {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + hour * HOUR
  const guess = asUtc - aheadAt(asUtc)
  // In the night of a change the first guess may lie on the other side of it.
  return new Date(asUtc - aheadAt(guess))
}

// No pause of any press office is longer; it only keeps a wrong setting from searching for ever.
const SEARCHED_DAYS = 60

/** The moment when so many open hours have gone by since `from`. */
export function afterHours(from: Date, hours: number, open: Hours): Date {
  let left = hours * HOUR
  let day = dayKey(from)
  for (let searched = 0; searched < SEARCHED_DAYS; searched++, day = nextDay(day)) {
    const window = open(day)
    if (!window) continue
    const start = Math.max(from.getTime(), ukMoment(day, window.from).getTime())
    const end = ukMoment(day, window.until).getTime()
    if (end <= start) continue
    if (left <= end - start) return new Date(start + left)
    left -= end - start
  }
  return new Date(from.getTime() + hours * HOUR)
}

/** When an item that came in at `from` has to be decided. */
export const dueFor = (from: Date, urgent: boolean, staffed: Staffed): Date =>
  urgent ? afterHours(from, URGENT_STAFFED_HOURS, staffedHours(staffed)) : expectedBy(from)

/** By when an author may expect a held comment to be looked at. */
export const expectedBy = (from: Date): Date => afterHours(from, STANDARD_WORKING_HOURS, workingHours)

const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'long' })

/** "3pm today", "11am tomorrow", "11am on Tuesday 24 November 2026". */
export function sayBy(at: Date, now: Date): string {
  if (dayKey(at) === dayKey(now)) return `${sayTime(at)} today`
  if (dayKey(at) === nextDay(dayKey(now))) return `${sayTime(at)} tomorrow`
  return `${sayTime(at)} on ${weekday.format(at)} ${sayDate(at)}`
}

/** What the author of a held comment is told about the wait. */
export function sayExpected(heldAt: Date, now: Date): string {
  const by = expectedBy(heldAt)
  if (by <= now) return 'This takes longer than usual. A moderator will look at it as soon as possible.'
  return `Usually looked at by ${sayBy(by, now)}.`
}
