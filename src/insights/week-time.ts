/** Weeks as people mean them: from Monday to Sunday, by UK clocks. A week is called by the day of its Monday. Pure. */
import { dayKey } from '../text/dates.ts'
import { readDate, ukMoment } from '../text/moment.ts'

export interface Week {
  /** "2026-11-16" */
  week: string
  from: Date
  /** The midnight after its Sunday. */
  until: Date
}

const DAY = 86_400_000

/** The last week that was over at that moment. */
export function weekBefore(moment: Date): Week {
  const today = Date.parse(`${dayKey(moment)}T12:00:00Z`)
  return weekFrom(keyOf(today - (daysSinceMonday(today) + 7) * DAY))
}

/** Null for what is no Monday. */
export function weekCalled(key: string): Week | null {
  const isMonday = readDate(key) === key && daysSinceMonday(Date.parse(`${key}T12:00:00Z`)) === 0
  return isMonday ? weekFrom(key) : null
}

export const isMonday = (moment: Date): boolean => daysSinceMonday(Date.parse(`${dayKey(moment)}T12:00:00Z`)) === 0

const daysSinceMonday = (noon: number): number => (new Date(noon).getUTCDay() + 6) % 7
const keyOf = (noon: number): string => new Date(noon).toISOString().slice(0, 10)

function weekFrom(week: string): Week {
  const next = keyOf(Date.parse(`${week}T12:00:00Z`) + 7 * DAY)
  const [from, until] = [ukMoment(week, '00:00'), ukMoment(next, '00:00')]
  if (!from || !until) throw new Error(`no such week: ${week}`)
  return { week, from, until }
}
