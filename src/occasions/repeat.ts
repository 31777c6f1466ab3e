/**
 * A time that comes again: every week, every fortnight, or on the same weekday of each month, at the same time on UK clocks. Pure.
 */
import { Refused } from '../errors.ts'
import { dayAfter } from '../places/hours.ts'
import { readWindows, type TypedWindow, type Window } from '../places/presence-window.ts'
import { dayKey } from '../text/dates.ts'

export const REPEATS = ['week', 'fortnight', 'month'] as const
export type RepeatEvery = (typeof REPEATS)[number]

export interface Repeat {
  every: RepeatEvery
  /** How often in all, the first among them. */
  times: number
}

export const MOST_DATES = 52

/**
 * The time as often as it comes. The fifth weekday of a month counts as its last. Throws `Refused` by field (`date`, `from`, `until`, `times`), also for a
 * time that the clocks leave out on one of the days.
 */
export function repeatWindows(typed: TypedWindow, { every, times }: Repeat, today: Date): Window[] {
  const [first] = readWindows(typed, 1, today)
  if (!first) throw new Error('a time without a window')
  if (!Number.isInteger(times) || times < 1 || times > MOST_DATES)
    throw new Refused('There is a problem with the dates', { times: `Enter how often it takes place, from 1 to ${MOST_DATES}` })
  return daysFrom(dayKey(first.startsAt), every, times).flatMap((date) => readWindows({ ...typed, date }, 1, today))
}

function daysFrom(day: string, every: RepeatEvery, times: number): string[] {
  const step = (nth: number) => (every === 'month' ? sameWeekday(day, nth) : dayAfter(day, nth * (every === 'week' ? 7 : 14)))
  return Array.from({ length: times }, (_, nth) => step(nth))
}

const noon = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month, date, 12))

/** The same weekday, so many months later: the second Tuesday again, and the fifth as the last. */
function sameWeekday(day: string, months: number): string {
  const from = new Date(`${day}T12:00:00Z`)
  const week = Math.floor((from.getUTCDate() - 1) / 7)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months]
  const first = noon(year, month, 1)
  const date = 1 + ((from.getUTCDay() - first.getUTCDay() + 7) % 7) + week * 7
  const last = noon(year, month + 1, 0).getUTCDate()
  return noon(year, month, date > last ? date - 7 : date)
    .toISOString()
    .slice(0, 10)
}
