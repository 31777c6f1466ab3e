/**
 * Dates as people say them, in UK time.
 */
const zone = 'Europe/London'
const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', minute: '2-digit', hour12: true })
const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
const monthName = new Intl.DateTimeFormat('en-GB', { timeZone: zone, month: 'long', year: 'numeric' })

/** The same day so many months earlier, or the last of a shorter month. */
export function monthsBefore(at: Date, months: number): Date {
  const then = new Date(at)
  then.setUTCMonth(then.getUTCMonth() - months)
  if (then.getUTCDate() !== at.getUTCDate()) then.setUTCDate(0)
  return then
}

/** "17 May 2031" */
export const sayDate = (at: Date): string => day.format(at)

/** "5:30pm", "midday", "midnight", "9am" */
export function sayTime(at: Date): string {
  const [time = '', half = ''] = clock
    .format(at)
    .toLowerCase()
    .split(/[\s\u202f]/)
  const text = `${time.replace(/:00$/, '')}${half.replaceAll('.', '')}`
  if (text === '12am' || text === '0am') return 'midnight'
  if (text === '12pm' || text === '0pm') return 'midday'
  return text.replace(/^0(:\d\d)/, '12$1')
}

// Formatting costs as much as all else in a comment, and the same minutes come again and again.
const known = new Map<number, { said: string; iso: string }>()
const REMEMBERED = 20_000

function minuteOf(at: Date): { said: string; iso: string } {
  const minute = Math.floor(at.getTime() / 60_000)
  const formatted = known.get(minute)
  if (formatted) return formatted
  if (known.size >= REMEMBERED) known.clear()
  const fresh = { said: `${sayDate(at)} at ${sayTime(at)}`, iso: `${at.toISOString().slice(0, 16)}Z` }
  known.set(minute, fresh)
  return fresh
}

/** An hour of the day, 0 to 24: "8am", "midday", "8pm", "midnight". */
export function sayHour(hour: number): string {
  if (hour % 24 === 0) return 'midnight'
  if (hour === 12) return 'midday'
  return hour < 12 ? `${hour}am` : `${hour - 12}pm`
}

/** "17 May 2031 at 5:30pm" */
export const sayMoment = (at: Date): string => minuteOf(at).said

const midnight = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** When something ends, to follow "until": "the end of 25 November 2026" for the midnight after it, else "25 November 2026 at 5pm". */
export const sayEnd = (at: Date): string => (midnight.format(at) === '00:00' ? `the end of ${sayDate(new Date(at.getTime() - 1))}` : sayMoment(at))

/** For machines, to the minute: "2031-05-17T16:30Z". */
export const isoMinute = (at: Date): string => minuteOf(at).iso

/** The day as a key: "2031-05-17". */
export const dayKey = (at: Date): string => isoDay.format(at)

/** "May 2031" */
export const sayMonth = (at: Date): string => monthName.format(at)

/** "today at 5:30pm", "tomorrow at 9am", "yesterday at 9am", else the full date and time. */
export function sayNear(at: Date, now: Date): string {
  const days: Record<string, string> = {
    [dayKey(now)]: 'today',
    [dayKey(new Date(now.getTime() + 86_400_000))]: 'tomorrow',
    [dayKey(new Date(now.getTime() - 86_400_000))]: 'yesterday',
  }
  const near = days[dayKey(at)]
  return near ? `${near} at ${sayTime(at)}` : sayMoment(at)
}

/** How long from now, roughly: "25 minutes", "3 hours", "2 days". Never negative. */
export function sayDuration(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000))
  if (minutes < 60) return count(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  if (hours < 48) return count(hours, 'hour')
  return count(Math.round(hours / 24), 'day')
}

/** "1 comment", "2 comments", "no comments" is the caller's affair. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number.toLocaleString('en-GB')} ${number === 1 ? noun : plural}`
