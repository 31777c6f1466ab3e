/**
 * How a team does with its questions: kept with every act, so that reading costs the same after ten years.
 */
import { sql, type SQL } from 'drizzle-orm'
import { executeNamed, type Db, type Tx } from '../database/database.ts'
import { percentOf } from '../statistics/percent.ts'
import { monthOf, placeInFigures, type QuestionRow } from './clock.ts'
import { openQuestions, questionFigures } from './schema.ts'

export interface Figures {
  /** Clocks that ended in the time: answered, or run out. */
  ended: number
  answeredInTime: number
  answeredLate: number
  /** Whole per cent of `ended`; null while there is nothing to divide. */
  inTimePercent: number | null
  /** Whole hours within which half of the answers came: those of the answer in the middle (of the earlier one of two). Null while nothing was answered. */
  medianHours: number | null
  openNow: number
  overdueNow: number
  /** Those with answers, newest first; "2031-05" by the day on which the clock began. */
  months: { month: string; answeredInTime: number; answeredLate: number; medianHours: number | null }[]
}

/** One more open question of a team, or one fewer. */
export async function countOpen(tx: Tx, teamId: number, by: 1 | -1): Promise<void> {
  await tx
    .insert(openQuestions)
    .values({ teamId, count: by })
    .onConflictDoUpdate({ target: openQuestions.teamId, set: { count: sql`${openQuestions.count} + ${by}` } })
}

/** An answer enters the figures, or (`-1`, when it turns out to be none) leaves the place that it took there. */
export async function countAnswer(tx: Tx, question: QuestionRow, by: 1 | -1): Promise<void> {
  const { answeredAt, missedAt, teamId } = question
  if (!answeredAt) throw new Error('only an answered question counts')
  const [inTime, late] = missedAt ? [0, by] : [by, 0]
  await tx
    .insert(questionFigures)
    .values({ teamId, ...placeInFigures({ ...question, answeredAt }), inTime, late })
    .onConflictDoUpdate({
      target: [questionFigures.teamId, questionFigures.month, questionFigures.hours],
      set: { inTime: sql`${questionFigures.inTime} + ${inTime}`, late: sql`${questionFigures.late} + ${late}` },
    })
}

interface Bar {
  month: string
  hours: number
  in_time: number
  late: number
}

/** What `figureColumns` selects. */
export interface FigureRow extends Record<string, unknown> {
  bars: Bar[] | null
  open: number | null
  overdue: number
}

const MONTHS = 12

/** The last twelve months and this one. True at the second: what ran out just now counts, whether or not the worker has been by. */
export async function figuresOf(db: Db, teamId: number, now: Date): Promise<Figures> {
  const [row] = await executeNamed<FigureRow>(db, 'question_figures', sql`select ${figureColumns(teamId, now)}`)
  return figuresFrom(row ?? { bars: null, open: null, overdue: 0 })
}

/** The columns of `FigureRow`, for a statement that asks for more than questions. Of one team, or of all (null). */
export function figureColumns(teamId: number | null, now: Date): SQL {
  const moment = sql`${now.toISOString()}::timestamptz`
  const own = teamId === null ? sql`team_id in (select id from teams)` : sql`team_id = ${teamId}::bigint`
  return sql`
      (select json_agg(f order by f.month desc, f.hours) from (select month, hours, sum(in_time)::int as in_time, sum(late)::int as late from question_figures
        where ${own} and month >= ${firstMonth(now)} group by month, hours having sum(in_time + late) > 0) f) as bars,
      (select sum(count)::int from open_questions where ${own}) as open,
      (select count(*)::int from questions where ${own} and due_at <= ${moment} and answered_at is null and withdrawn_at is null) as overdue`
}

export function figuresFrom({ bars: found, open, overdue: overdueNow }: FigureRow): Figures {
  const bars = found ?? []
  const { answeredInTime, answeredLate, medianHours } = summaryOf(bars)
  const ended = answeredInTime + answeredLate + overdueNow
  return {
    ended,
    answeredInTime,
    answeredLate,
    inTimePercent: percentOf(answeredInTime, ended),
    medianHours,
    openNow: open ?? 0,
    overdueNow,
    months: [...Map.groupBy(bars, (bar) => bar.month)].map(([month, own]) => ({ month, ...summaryOf(own) })),
  }
}

/** The first month of the figures: "2030-05". */
export function firstMonth(now: Date): string {
  const [year = 0, month = 1] = monthOf(now).split('-').map(Number)
  return monthOf(new Date(Date.UTC(year, month - 1 - MONTHS, 15)))
}

function summaryOf(bars: readonly Bar[]) {
  const answeredInTime = bars.reduce((sum, bar) => sum + bar.in_time, 0)
  const answeredLate = bars.reduce((sum, bar) => sum + bar.late, 0)
  return { answeredInTime, answeredLate, medianHours: medianOf(bars, answeredInTime + answeredLate) }
}

function medianOf(bars: readonly Bar[], total: number): number | null {
  const middle = Math.ceil(total / 2)
  let seen = 0
  for (const bar of bars.toSorted((a, b) => a.hours - b.hours)) {
    seen += bar.in_time + bar.late
    if (seen >= middle) return bar.hours
  }
  return null
}
