/** Opening hours as a table: this week day by day, and the days of the next weeks that differ from it. */
import { dayKey } from '../text/dates.ts'
import { dayAfter, isBankHoliday, LOOKS_AHEAD_DAYS, sayFullDay, saySpans, sayWeekday, spansOn, weekdayOf, type Hours } from './hours.ts'

export interface DayHours {
  /** "2026-12-24" */
  day: string
  /** "Thursday" */
  weekday: string
  /** "Thursday 24 December" */
  date: string
  /** "9am to midday", "Closed" */
  says: string
  today: boolean
  /** Not as on other days of that name. */
  differs: boolean
  bankHoliday: boolean
}

const dayOf = (hours: Hours, day: string, today: string): DayHours => {
  const says = saySpans(spansOn(hours, day))
  return {
    day,
    weekday: sayWeekday(day),
    date: sayFullDay(day),
    says,
    today: day === today,
    differs: says !== saySpans(hours.week[weekdayOf(day)] ?? []),
    bankHoliday: isBankHoliday(day),
  }
}

/** Monday to Sunday of the week in which it is now. */
export function thisWeek(hours: Hours, moment: Date): DayHours[] {
  const today = dayKey(moment)
  const monday = dayAfter(today, -weekdayOf(today))
  return Array.from({ length: 7 }, (_, index) => dayOf(hours, dayAfter(monday, index), today))
}

/** Days after this week that differ, as far as anybody looks ahead. */
export function daysThatDiffer(hours: Hours, moment: Date): DayHours[] {
  const today = dayKey(moment)
  const begins = 7 - weekdayOf(today)
  const days = Array.from({ length: LOOKS_AHEAD_DAYS - begins + 1 }, (_, index) => dayOf(hours, dayAfter(today, begins + index), today))
  return days.filter((day) => day.differs)
}
