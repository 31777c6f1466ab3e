/**
 * Is somebody at the desk now, and when again? The hours are of the day in UK time, whichever way the clocks stand.
 */
import { sayHour } from './dates.ts'

/** Hours of a day from 0 to 24: "from" is in it, "until" no longer. */
export interface StaffedHours {
  from: number
  until: number
}

const hourOfDay = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })

const MINUTE = 60_000
// Every page asks, and the answer holds for the minute.
let known = { minute: -1, hour: 0 }

function hourAt(at: Date): number {
  const minute = Math.floor(at.getTime() / MINUTE)
  if (known.minute !== minute) known = { minute, hour: Number(hourOfDay.format(at)) }
  return known.hour
}

export function isStaffed(at: Date, { from, until }: StaffedHours): boolean {
  const hour = hourAt(at)
  return hour >= from && hour < until
}

/** When somebody will be at the desk again: "after 8am today", "after 8am tomorrow"; null while somebody is. */
export function awayUntil(at: Date, staffed: StaffedHours): string | null {
  if (isStaffed(at, staffed)) return null
  return `after ${sayHour(staffed.from)} ${hourAt(at) < staffed.from ? 'today' : 'tomorrow'}`
}
