/**
 * The time of a presence: a day, from and until, as clocks in the United Kingdom show it. Pure.
 */
import { Refused } from '../errors.ts'
import { dayKey, sayTime } from '../text/dates.ts'
import { endOfDay, readDate, readTime, ukMoment } from '../text/moment.ts'
import { dayAfter, sayFullDay } from './hours.ts'

export interface Window {
  startsAt: Date
  endsAt: Date
}

/** As people type it. */
export interface TypedWindow {
  date: string
  from: string
  until: string
}

export const MOST_TIMES = 26
export const DAYS_AHEAD = 180

const HOUR = 3_600_000
const DAY = 24 * HOUR

const refuse = (field: string, message: string): never => {
  throw new Refused(message, { [field]: message })
}

/** The same time on so many days, a week apart; an hour that the clocks leave out on one of them is refused. Throws `Refused` by field. */
export function readWindows(typed: TypedWindow, times: number, today: Date): Window[] {
  const problems: Record<string, string> = {}
  const day = readDate(typed.date, today)
  if (day === null) problems['date'] = typed.date.trim() === '' ? 'Enter the day' : 'The day must be a real date, for example 27 March 2027'
  const from = readTime(typed.from)
  if (from === null) problems['from'] = typed.from.trim() === '' ? 'Enter when it begins' : 'When it begins must be a time, for example 2pm or 14:00'
  const until = readEnd(typed.until, from ?? undefined)
  if (until === null) problems['until'] = typed.until.trim() === '' ? 'Enter when it ends' : 'When it ends must be a time, for example 4pm or 16:00'
  if (day === null || from === null || until === null) throw new Refused('There is a problem with the time', problems)
  if (until <= from) refuse('until', 'When it ends must be later than when it begins')
  return Array.from({ length: times }, (_, week) => windowOn(dayAfter(day, 7 * week), from, until))
}

/** Midnight at the end of a time is the end of that day. */
function readEnd(text: string, from: string | undefined): string | null {
  if (/^24[:.]00$/.test(text.trim())) return '24:00'
  const time = readTime(text, from)
  return time === '00:00' ? '24:00' : time
}

function windowOn(day: string, from: string, until: string): Window {
  const startsAt = ukMoment(day, from) ?? refuse('from', leftOut(day))
  const endsAt = until === '24:00' ? endOfDay(day) : (ukMoment(day, until) ?? refuse('until', leftOut(day)))
  // The autumn night repeats an hour.
  if (endsAt.getTime() - startsAt.getTime() > DAY) refuse('until', 'It can last 24 hours at most. The clocks go back that night')
  return { startsAt, endsAt }
}

const leftOut = (day: string): string => `There is no such time on ${sayFullDay(day)}: the clocks go forward. Choose another`

/** Planned ahead, never from now on: throws `Refused` by field for what has begun, and for what lies too far ahead. */
export function requireAhead({ startsAt }: Window, moment: Date, days = DAYS_AHEAD): void {
  if (startsAt <= moment) refuse(dayKey(startsAt) < dayKey(moment) ? 'date' : 'from', 'It must begin in the future')
  if (startsAt.getTime() > moment.getTime() + days * DAY)
    refuse('date', `It can be planned up to ${days} days ahead. ${sayFullDay(dayKey(startsAt))} is later`)
}

/** The form that gives this time again. */
export function typedOf({ startsAt, endsAt }: Window): TypedWindow {
  const last = dayKey(new Date(endsAt.getTime() - 1))
  const [, month = '', date = ''] = dayKey(startsAt).split('-')
  const until = dayKey(endsAt) === last ? sayTime(endsAt) : 'midnight'
  return { date: `${Number(date)}/${Number(month)}/${dayKey(startsAt).slice(0, 4)}`, from: sayTime(startsAt), until }
}

/** "Tuesday 24 November, 2pm to 4pm" */
export const sayWindow = (window: Window): string => `${sayFullDay(dayKey(window.startsAt))}, ${sayTimes(window)}`

/** The same with the year: what is kept has to be clear for good. */
export const sayWindowInFull = (window: Window): string =>
  `${sayFullDay(dayKey(window.startsAt))} ${dayKey(window.startsAt).slice(0, 4)}, ${sayTimes(window)}`

function sayTimes({ startsAt, endsAt }: Window): string {
  const [from, until] = [sayTime(startsAt), sayTime(endsAt)]
  return from === until ? 'all day' : `${from} to ${until}`
}

/** The end of the day on which it ends: until then people say that they came. */
export const visitsEnd = ({ endsAt }: Pick<Window, 'endsAt'>): Date => endOfDay(dayKey(new Date(endsAt.getTime() - 1)))
