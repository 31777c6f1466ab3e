/**
 * The clocks of the law. A duty of so many hours (Defamation (Operators of Websites) Regulations 2013) counts no hour of a weekend or a bank holiday; the
 * author's five days are days of the calendar, to the midnight that ends the fifth after the one on which they were told. All in UK time.
 */
import { afterHours, ukMoment, workingHours, type Hours } from '../moderation/clock.ts'
import { dayKey, sayDate } from '../text/dates.ts'

/** To pass a notice on, to remove, to tell the complainant. */
export const LAWFUL_HOURS = 48
/** For the author to answer. */
export const AUTHOR_DAYS = 5

const wholeWorkingDays: Hours = (day) => (workingHours(day) === null ? null : { from: 0, until: 24 })

/** The moment when so many hours have gone by since `from`, those of weekends and bank holidays left out. */
export const lawfulDeadline = (from: Date, hours: number): Date => afterHours(from, hours, wholeWorkingDays)

/** Midnight at the end of the fifth day after that of `from`. */
export function answerDeadline(from: Date): Date {
  const noon = new Date(`${dayKey(from)}T12:00:00Z`)
  noon.setUTCDate(noon.getUTCDate() + AUTHOR_DAYS)
  return ukMoment(dayKey(noon), 24)
}

const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'long' })

/** A midnight by the day that it ends: "midnight at the end of Friday 4 December 2026". */
export function sayEndOfDay(midnight: Date): string {
  const last = new Date(midnight.getTime() - 1)
  return `midnight at the end of ${weekday.format(last)} ${sayDate(last)}`
}
