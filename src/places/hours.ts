/**
 * Opening hours: what is open at a moment, until when, and when again. Pure. Times are those on UK clocks, so a counter that opens at nine does so
 * in summer and in winter; `until` and `opensAt` are the only moments at which the answer changes, as far as they look ahead.
 */
import { BANK_HOLIDAYS } from '../moderation/bank-holidays.ts'
import { dayKey, sayTime } from '../text/dates.ts'
import { endOfDay, ukMoment } from '../text/moment.ts'
import type { Exceptions, Span, Week } from './schema.ts'

export interface Hours {
  week: Week
  exceptions: Exceptions
  /** What holds on bank holidays that `exceptions` does not name. */
  bankHolidays: 'closed' | 'as-usual'
  /** Closed for good since then. */
  closedAt?: Date | null
}

export interface Opening {
  open: boolean
  /** Of an open place: when it closes; null for one that does not within `LOOKS_AHEAD_DAYS`. */
  until: Date | null
  /** Of a closed place: when it opens; null for one that does not within `LOOKS_AHEAD_DAYS`. */
  opensAt: Date | null
  /** It never opens again. */
  forGood: boolean
}

export const LOOKS_AHEAD_DAYS = 60

const DAY = 86_400_000
const holidays = new Set(BANK_HOLIDAYS)

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00Z`)

/** So many days after a day ("2026-12-24"). */
export const dayAfter = (day: string, days = 1): string => new Date(noonOf(day) + days * DAY).toISOString().slice(0, 10)

/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (day: string): number => (new Date(noonOf(day)).getUTCDay() + 6) % 7

export const isBankHoliday = (day: string): boolean => holidays.has(day)

/** The spans of a day: as an exception says, else as bank holidays are kept, else as in every week. */
export function spansOn({ week, exceptions, bankHolidays }: Hours, day: string): readonly Span[] {
  const except = exceptions[day]
  if (except) return except
  if (bankHolidays === 'closed' && isBankHoliday(day)) return []
  return week[weekdayOf(day)] ?? []
}

export function openingAt(hours: Hours, moment: Date): Opening {
  if (hours.closedAt && hours.closedAt <= moment) return { ...closedUntil(null), forGood: true }
  let until: Date | null = null
  for (const [from, end] of spansFrom(hours, moment)) {
    if (until === null && from > moment) return closedUntil(from)
    // Spans that touch, also at midnight, are one opening.
    if (until !== null && from > until) break
    until = end
  }
  if (until === null) return closedUntil(null)
  const known = endOfDay(dayAfter(dayKey(moment), LOOKS_AHEAD_DAYS))
  return { open: true, until: until < known ? until : null, opensAt: null, forGood: false }
}

const closedUntil = (opensAt: Date | null): Opening => ({ open: false, until: null, opensAt, forGood: false })

/** The spans that are not over yet, as moments, in order; a span that the clocks leave out in spring is none. */
function* spansFrom(hours: Hours, moment: Date): Generator<[from: Date, until: Date]> {
  const today = dayKey(moment)
  for (let ahead = 0; ahead <= LOOKS_AHEAD_DAYS; ahead++) {
    const day = dayAfter(today, ahead)
    for (const [from, until] of spansOn(hours, day)) {
      const [start, end] = [momentOf(day, from), momentOf(day, until)]
      if (end > start && end > moment) yield [start, end]
    }
  }
}

/** What the clocks leave out in spring is over when they go on, at two. What comes twice in autumn is meant the first time. */
export function momentOf(day: string, time: string): Date {
  if (time === '24:00') return endOfDay(day)
  const at = ukMoment(day, time) ?? ukMoment(day, '02:00')
  if (!at) throw new Error(`no such time: ${day} ${time}`)
  return at
}

/** In order, with those joined that touch. Null when one of them ends before it begins (over midnight), or two overlap. */
export function tidySpans(spans: readonly Span[]): Span[] | null {
  const tidy: [from: string, until: string][] = []
  for (const [from, until] of spans.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const last = tidy.at(-1)
    if (until <= from || (last && from < last[1])) return null
    if (last && last[1] === from) last[1] = until
    else tidy.push([from, until])
  }
  return tidy
}

/** "Open until 5pm", "Open all day", "Closed. Opens Tuesday at 9am", "Closed. Opens on Tuesday 5 January at 9am", "Closed for good". */
export function sayOpening({ open, until, opensAt, forGood }: Opening, moment: Date): string {
  if (forGood) return 'Closed for good'
  if (open) return until === null ? 'Open all day' : `Open until ${sayUntil(until, moment)}`
  return opensAt === null ? 'Closed until further notice' : `Closed. Opens ${sayFrom(opensAt, moment)}`
}

function sayUntil(until: Date, moment: Date): string {
  // The midnight that ends a day belongs to that day.
  const day = dayKey(new Date(until.getTime() - 1))
  if (day === dayKey(moment)) return sayTime(until)
  const isMidnight = dayKey(until) !== day
  return isMidnight ? `the end of ${sayDay(day, moment)}` : `${sayDay(day, moment)} at ${sayTime(until)}`
}

function sayFrom(opensAt: Date, moment: Date): string {
  const day = dayKey(opensAt)
  const far = day > dayAfter(dayKey(moment), 6)
  return `${far ? 'on ' : ''}${sayDay(day, moment)} at ${sayTime(opensAt)}`
}

const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long' })
const fullDay = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' })

/** "today", "tomorrow", "Tuesday" within six days, else "Tuesday 5 January". */
function sayDay(day: string, moment: Date): string {
  const today = dayKey(moment)
  if (day === today) return 'today'
  if (day === dayAfter(today)) return 'tomorrow'
  return day <= dayAfter(today, 6) ? sayWeekday(day) : sayFullDay(day)
}

/** "Tuesday" */
export const sayWeekday = (day: string): string => weekday.format(noonOf(day))

/** "Tuesday 5 January" */
export const sayFullDay = (day: string): string => fullDay.format(noonOf(day)).replace(',', '')

/** "9am to midday and 1pm to 5pm", "Open all day", "Closed". */
export function saySpans(spans: readonly Span[]): string {
  if (spans.length === 0) return 'Closed'
  if (spans.some(([from, until]) => from === '00:00' && until === '24:00')) return 'Open all day'
  return sayList(spans.map(([from, until]) => `${sayClock(from)} to ${sayClock(until)}`))
}

const sayList = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`

/** "09:30" as "9:30am", "24:00" as "midnight". */
const sayClock = (time: string): string => (time === '24:00' ? 'midnight' : sayTime(new Date(`2026-01-01T${time}:00Z`)))
