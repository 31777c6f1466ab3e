/**
 * Days and times as people type them, and the moments they mean in the United Kingdom, whichever way the clocks stand.
 */
import { now } from '../clock.ts'
import { dayKey } from './dates.ts'

const local = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const FULL = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTH_FIRST = /^([a-z]{3,9})\.? (\d{1,2}(?:st|nd|rd|th)?)(,? \d{4})?$/
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/**
 * "2027-03-27", "27/3/2027", "27 March 2027", "March 27" and "27 Mar" (of the year in which it is nearest to today) as "2027-03-27", each also with the day of
 * the week before it; null for anything else, and where that day of the week is another one.
 */
export function readDate(text: string, today = now()): string | null {
  const [, weekday, rest = ''] =
    /^(?:((?:sun|mon|tue|wed|thu|fri|sat)[a-z]*)\.?,?\s+)?(.*)$/.exec(text.trim().toLowerCase().replace(/\s+/g, ' ')) ?? []
  const day = readDay(rest, today)
  return day === null || weekday === undefined || isOn(day, weekday) ? day : null
}

const isOn = (day: string, weekday: string): boolean => {
  const name = WEEKDAYS[new Date(`${day}T12:00:00Z`).getUTCDay()] ?? ''
  return name.startsWith(weekday) && (weekday.length < 6 || weekday === name)
}

function readDay(typed: string, today: Date): string | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typed)
  if (iso) return realDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const numbers = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed)
  if (numbers) return realDay(Number(numbers[3]), Number(numbers[2]), Number(numbers[1]))
  const named = /^(\d{1,2})(?:st|nd|rd|th)?(?: of)?\s*([a-z]{3,9})\.?,?(?:\s+(\d{4}))?$/.exec(typed.replace(MONTH_FIRST, '$2 $1$3'))
  const month = named ? monthOf(named[2] ?? '') : 0
  if (!named || month === 0) return null
  return named[3] ? realDay(Number(named[3]), month, Number(named[1])) : nearestDay(month, Number(named[1]), today)
}

const monthOf = (name: string): number => Math.max(MONTHS.indexOf(name), FULL.indexOf(name), name === 'sept' ? 8 : -1) + 1

function realDay(year: number, month: number, day: number): string | null {
  if (year < 1900 || year > 2199) return null
  const at = new Date(Date.UTC(year, month - 1, day))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.toISOString().slice(0, 10) : null
}

function nearestDay(month: number, day: number, today: Date): string | null {
  const year = Number(dayKey(today).slice(0, 4))
  const away = (key: string) => Math.abs(Date.parse(key) - today.getTime())
  const days = [year - 1, year, year + 1].map((year) => realDay(year, month, day)).filter((key) => key !== null)
  return days.toSorted((one, other) => away(one) - away(other))[0] ?? null
}

/**
 * "09:30", "9.30am", "9am", "6 pm", "18.00", "18h", "midday" as "09:30"; null for anything else. An hour alone is the first of the two after `after` ("09:30"); without
 * one, that of the day and the early evening: 8 to 12 before and at midday, 1 to 7 after it.
 */
export function readTime(text: string, after?: string): string | null {
  const typed = text
    .trim()
    .toLowerCase()
    .replace(/\s*(?:o[’']?clock|hrs|h)$/, '')
  if (typed === 'midday' || typed === 'noon') return '12:00'
  if (typed === 'midnight') return '00:00'
  const found = /^(\d{1,2})(?:[:.](\d\d))?\s*(?:([ap])\.?m?\.?)?$/.exec(typed)
  if (!found) return null
  const alone = found[2] === undefined && found[3] === undefined
  const hour = alone ? loneHour(Number(found[1]), after) : hourOf(Number(found[1]), found[3])
  const minute = Number(found[2] ?? 0)
  return hour === null || minute > 59 ? null : clockOf(hour, minute)
}

const clockOf = (hour: number, minute = 0): string => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`

function loneHour(hour: number, after: string | undefined): number | null {
  if (hour > 23) return null
  if (hour === 0 || hour > 12) return hour
  if (after !== undefined) return [hour % 12, (hour % 12) + 12].find((one) => clockOf(one) > after) ?? hour % 12
  return hour < 8 ? hour + 12 : hour
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null
  if (hour < 1 || hour > 12) return null
  return (hour % 12) + (half === 'p' ? 12 : 0)
}

/**
 * The moment of a day ("2027-03-27") and a time ("09:30") in the United Kingdom. The first of the two where the clocks go back;
 * null for a time that the clocks leave out, and for what is no day or no time.
 */
export function ukMoment(day: string, time: string): Date | null {
  const utc = Date.parse(`${day}T${time}:00Z`)
  if (Number.isNaN(utc)) return null
  // Summer time comes first: where both are right, that is the earlier.
  const fitting = [60, 0].map((ahead) => new Date(utc - ahead * MINUTE)).find((at) => localOf(at) === `${day} ${time}`)
  return fitting ?? null
}

/** So many days later (or earlier) at the same time on UK clocks; the first time after it where the clocks leave that one out. */
export function daysAfter(from: Date, days: number): Date {
  const day = new Date(Date.parse(`${dayKey(from)}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10)
  // The hour that a spring night leaves out ends at two.
  const minute = ukMoment(day, localOf(from).slice(-5)) ?? ukMoment(day, '02:00')
  if (!minute) throw new Error(`no such day: ${day}`)
  return new Date(minute.getTime() + (from.getTime() % MINUTE))
}

const localOf = (at: Date): string => local.format(at).replace(',', '')

/** The moment at which a day ("2027-03-27") is over in the United Kingdom: the start of the next. Throws for what is no day. */
export function endOfDay(day: string): Date {
  const end = ukMoment(new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10), '00:00')
  if (!end) throw new Error(`no such day: ${day}`)
  return end
}
