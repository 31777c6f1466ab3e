/** The results of sharing out the effort as charts and as a file. They say what `effortResultsOf` says and no more. Pure. */
import type { Bars, Columns } from '../statistics/chart.ts'
import { csvFile } from '../statistics/csv.ts'
import { count } from '../text/dates.ts'
import { sayPeriod } from './period.ts'
import type { EffortResult } from './result.ts'

/** One line of values over the quarters for each priority that was in more than one. */
export interface Course {
  columns: Columns[]
}

const GONE = 'Priorities that were withdrawn'

const sayHours = (hours: number): string => (hours === 1 ? '1 hour' : `${hours} hours`)

export function resultBars(result: EffortResult): Bars {
  const bars = result.averages.map(({ title, hours }) => ({ label: title, value: hours, said: sayHours(hours) }))
  return {
    id: 'effort',
    title: `Where ${count(result.people, 'resident')} would spend ten patrol hours`,
    of: 'Priority',
    unit: 'On average',
    bars: result.others === 0 ? bars : [...bars, { label: GONE, value: result.others, said: sayHours(result.others) }],
  }
}

/** Of the priorities in the newest result; null where there is but one quarter. A quarter without a result is a gap. */
export function courseOf(results: readonly EffortResult[]): Course | null {
  const [latest, earlier] = results
  if (!latest || !earlier) return null
  const periods = periodsFrom(results.at(-1)?.period ?? latest.period, latest.period)
  const valueIn = (period: string, id: number): number | null => {
    const result = results.find((one) => one.period === period)
    return result ? (result.averages.find((average) => average.id === id)?.hours ?? null) : null
  }
  const columns = latest.averages.map(({ id, title }): Columns => {
    const values = periods.map((period) => ({ label: sayPeriod(period), value: valueIn(period, id) }))
    return {
      id: `effort-${id}`,
      title,
      of: 'Quarter',
      unit: 'On average',
      columns: values.map(({ label, value }) => ({ label, value, said: value === null ? 'No result' : sayHours(value) })),
    }
  })
  const known = columns.filter((line) => line.columns.filter(({ value }) => value !== null).length > 1)
  const most = Math.max(...known.flatMap((line) => line.columns.map(({ value }) => value ?? 0)))
  return known.length === 0 ? null : { columns: known.map((line) => ({ ...line, most })) }
}

function periodsFrom(first: string, last: string): string[] {
  const periods = [first]
  for (let at = first; at < last; at = nextOf(at)) periods.push(nextOf(at))
  return periods
}

function nextOf(period: string): string {
  const [year, quarter] = [Number(period.slice(0, 4)), Number(period.slice(-1))]
  return quarter === 4 ? `${year + 1}-Q1` : `${year}-Q${quarter + 1}`
}

/** Everything that pages show, a row for each place and priority. */
export function resultFile(results: readonly EffortResult[]): string {
  const rows = results.flatMap((result) => {
    const groups = [{ name: 'Everybody', people: result.people, hours: result.averages.map(({ hours }) => hours) }, ...result.places]
    const gone = result.others === 0 ? [] : [[result.period, isFinal(result), 'Everybody', result.people, GONE, result.others]]
    return [...groups.flatMap((group) => rowsOf(result, group)), ...gone]
  })
  return csvFile([['quarter', 'final', 'place', 'people', 'priority', 'hours out of ten, on average'], ...rows])
}

const isFinal = ({ final }: EffortResult): string => (final ? 'yes' : 'no')

const rowsOf = (result: EffortResult, group: { name: string; people: number; hours: readonly number[] }): (string | number)[][] =>
  result.averages.map(({ title }, place) => [result.period, isFinal(result), group.name, group.people, title, group.hours[place] ?? 0])
