/** Quarters of a year, in UK time: "2026-Q4" in addresses and tables, "October to December 2026" on pages. Pure. */
import { dayKey, sayDate } from '../text/dates.ts'

const MONTHS = ['January to March', 'April to June', 'July to September', 'October to December'] as const

/** The quarter in which a moment lies. Quarters sort as their texts do. */
export function periodOf(at: Date): string {
  const [year = '', month = ''] = dayKey(at).split('-')
  return `${year}-Q${Math.ceil(Number(month) / 3)}`
}

const partsOf = (period: string): [year: number, quarter: number] => [Number(period.slice(0, 4)), Number(period.slice(-1))]

/** "October to December 2026" */
export function sayPeriod(period: string): string {
  const [year, quarter] = partsOf(period)
  return `${MONTHS[quarter - 1] ?? ''} ${year}`
}

/** Its last day: "31 December 2026". */
export function sayLastDay(period: string): string {
  const [year, quarter] = partsOf(period)
  return sayDate(new Date(Date.UTC(year, quarter * 3, 0, 12)))
}
