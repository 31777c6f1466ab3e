/**
 * Quiet hours: whole hours on UK clocks between which nothing but an alert is sent, often over midnight, also in the nights in which clocks change.
 */
import { dayKey } from '../text/dates.ts'
import { ukMoment } from '../text/moment.ts'

const hourFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })
const DAY = 86_400_000

interface Hours {
  quietFrom: number | null
  quietUntil: number | null
}

/** The end of the quiet hours in which the moment lies; null when it lies in none. The first hour is quiet, the last is not. */
export function quietEnd({ quietFrom: from, quietUntil: until }: Hours, moment: Date): Date | null {
  if (from === null || until === null || from === until) return null
  const hour = Number(hourFormat.format(moment))
  const isQuiet = from < until ? hour >= from && hour < until : hour >= from || hour < until
  if (!isQuiet) return null
  const today = dayKey(moment)
  const day = hour < until ? today : new Date(Date.parse(`${today}T12:00:00Z`) + DAY).toISOString().slice(0, 10)
  const ends = momentOf(day, until)
  // In autumn an hour comes twice: the end of the first one may be behind us while the second is still quiet.
  return ends > moment ? ends : new Date(ends.getTime() + DAY / 24)
}

/** The hour that a spring night leaves out begins with the one after it. */
function momentOf(day: string, hour: number): Date {
  const found = ukMoment(day, `${String(hour).padStart(2, '0')}:00`) ?? ukMoment(day, `${String(hour + 1).padStart(2, '0')}:00`)
  if (!found) throw new Error(`no such hour: ${day} ${hour}`)
  return found
}
