/** The figures of teams and force by month as charts, and all of them as a file: they say what `performance.ts` says and no more. Pure. */
import { SAID } from '../moderation/log-filter.ts'
import type { Figures } from '../questions/figures.ts'
import { peopleIn } from '../questions/rating.ts'
import type { Columns } from '../statistics/chart.ts'
import { csvFile } from '../statistics/csv.ts'
import { percentOf } from '../statistics/percent.ts'
import { count, sayMonth } from '../text/dates.ts'
import { COUNTED, type Counted, type Month, type Performance, type TeamLine } from './performance.ts'

export interface Charts {
  answers: Columns | null
  meetings: Columns | null
  outcomes: Columns | null
}

/** "May 2031". The middle of a month lies in it in every time zone. */
const nameOf = (month: string): string => sayMonth(new Date(`${month}-15T12:00:00Z`))

export const sayHours = (hours: number): string => (hours < 1 ? 'under an hour' : count(hours, 'hour'))

/** A chart of nothing is none. */
export const chartsOf = ({ questions, months }: Performance): Charts => ({
  answers: questions.months.length === 0 && months.every(({ overdue }) => overdue === 0) ? null : answersOf(questions, months),
  meetings: months.some(({ held }) => held > 0) ? meetingsOf(months) : null,
  outcomes: months.some(({ outcomes }) => outcomes > 0) ? outcomesOf(months) : null,
})

function answersOf({ months: answered }: Figures, months: readonly Month[]): Columns {
  const known = new Map(answered.map((one) => [one.month, one]))
  const columns = months.map(({ month, overdue }) => {
    const { answeredInTime, answeredLate, medianHours } = known.get(month) ?? { answeredInTime: 0, answeredLate: 0, medianHours: null }
    const all = answeredInTime + answeredLate + overdue
    if (all === 0) return { label: nameOf(month), value: null, said: 'No question whose time has ended' }
    const waits = overdue === 0 ? '' : `, ${overdue} still ${overdue === 1 ? 'waits' : 'wait'}`
    const half = medianHours === null ? '' : `, half of the answers within ${sayHours(medianHours)}`
    const value = percentOf(answeredInTime, all)
    return { label: nameOf(month), value, said: `${value}%: ${answeredInTime} of ${all}${waits}${half}` }
  })
  return {
    id: 'answers-by-month',
    title: 'Of the questions whose time has ended, answered in time',
    of: 'Month asked',
    unit: 'In time',
    columns,
    most: 100,
  }
}

const meetingsOf = (months: readonly Month[]): Columns => ({
  id: 'meetings-by-month',
  title: 'Meetings held',
  of: 'Month',
  unit: 'Meetings',
  columns: months.map(({ month, held, noted }) => ({
    label: nameOf(month),
    value: held,
    said: held === 0 ? '0' : `${held}, ${noted === held ? 'all' : noted || 'none'} with notes`,
  })),
})

const outcomesOf = (months: readonly Month[]): Columns => ({
  id: 'outcomes-by-month',
  title: 'Outcomes published',
  of: 'Month',
  unit: 'Outcomes',
  columns: months.map(({ month, outcomes }) => ({ label: nameOf(month), value: outcomes, said: String(outcomes) })),
})

/** As the file names what is counted. */
const NAMES: Record<Counted, string> = {
  held: 'Meetings held',
  noted: 'Meetings held with notes',
  presences: 'Times officers could be met at a place',
  outcomes: 'Outcomes published',
  closed: 'Priorities closed',
  help: 'Times residents helped',
}

type Row = [team: string, figure: string, month: string, value: number | null]

const HEADS = ['team', 'figure', 'month', 'value']

/** The same figures as the page, one a row. The month is empty for the whole time, and for what is so now; a value is empty where it is not told. */
export const fileOf = (name: string, performance: Performance, closed: { closed: number; total: number }): string =>
  csvFile([HEADS, ...rowsOf(name, performance, closed)])

/** The force, and its teams as its page lists them. */
export const forceFile = (force: string, all: Performance, closed: { closed: number; total: number }, teams: readonly TeamLine[]): string =>
  csvFile([HEADS, ...rowsOf(force, all, closed), ...teams.flatMap(lineRows)])

function rowsOf(name: string, { questions, moderation, months, ...rest }: Performance, closed: { closed: number; total: number }): Row[] {
  const whole = (figure: string, value: number | null): Row => [name, figure, '', value]
  return [
    whole('Questions answered in time', questions.answeredInTime),
    whole('Questions answered late', questions.answeredLate),
    whole('Questions whose time has ended', questions.ended),
    whole('Median hours to an answer', questions.medianHours),
    whole('Questions open now', questions.openNow),
    whole('Questions overdue now', questions.overdueNow),
    ...standingRows(name, rest),
    ...moderation.map(({ act, count }) => whole(`Moderation: ${SAID[act]}`, count)),
    whole('Posts with comments closed now', closed.closed),
    whole('Posts with comments open or closed', closed.total),
    ...questions.months.flatMap(({ month, answeredInTime, answeredLate, medianHours }): Row[] => [
      [name, 'Questions answered in time', month, answeredInTime],
      [name, 'Questions answered late', month, answeredLate],
      [name, 'Median hours to an answer', month, medianHours],
    ]),
    ...months.flatMap(({ month, overdue }): Row[] => (overdue === 0 ? [] : [[name, 'Questions overdue now', month, overdue]])),
    ...months.flatMap((month) => COUNTED.map((what): Row => [name, NAMES[what], month.month, month[what]])),
  ]
}

function standingRows(
  name: string,
  { satisfaction, priorities, counts, helpers }: Pick<TeamLine, 'satisfaction' | 'priorities' | 'counts' | 'helpers'>,
): Row[] {
  const whole = (figure: string, value: number | null): Row => [name, figure, '', value]
  return [
    whole('People who said whether the answer helped', satisfaction && peopleIn(satisfaction)),
    whole('It helped', satisfaction?.helped ?? null),
    whole('It helped in part', satisfaction?.partly ?? null),
    whole('It did not help', satisfaction?.not ?? null),
    whole('Priorities open now', priorities.open),
    whole('Priorities open now and fresh', priorities.fresh),
    ...COUNTED.map((what) => whole(NAMES[what], counts[what])),
    whole('People who helped', helpers),
  ]
}

const lineRows = (line: TeamLine): Row[] => [
  [line.team.name, 'Questions answered in time', '', line.inTime],
  [line.team.name, 'Questions whose time has ended', '', line.ended],
  ...standingRows(line.team.name, line),
]
