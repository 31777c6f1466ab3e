/**
 * How a team does with its questions: kept with every act, so that reading costs the same after ten years.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Db, type Tx } from '../database/database.ts'
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

interface Row extends Record<string, unknown> {
  bars: Bar[] | null
  open: number | null
  overdue: number
}

const MONTHS = 12

/** The last twelve months and this one. True at the second: what ran out just now counts, whether or not the worker has been by. */
export async function figuresOf(db: Db, teamId: number, now: Date): Promise<Figures> {
  const [row] = await executeNamed<Row>(
    db,
    'question_figures',
    sql`
    select
      (select json_agg(f order by f.month desc, f.hours) from (select month, hours, in_time, late from question_figures
        where team_id = ${teamId} and month >= ${firstMonth(now)} and in_time + late > 0) f) as bars,
      (select count from open_questions where team_id = ${teamId}) as open,
      (select count(*)::int from questions
        where team_id = ${teamId} and due_at <= ${now}::timestamptz and answered_at is null and withdrawn_at is null) as overdue`,
  )
  const bars = row?.bars ?? []
  const overdueNow = row?.overdue ?? 0
  const { answeredInTime, answeredLate, medianHours } = summaryOf(bars)
  const ended = answeredInTime + answeredLate + overdueNow
  return {
    ended,
    answeredInTime,
    answeredLate,
    inTimePercent: ended === 0 ? null : percent(answeredInTime, ended),
    medianHours,
    openNow: row?.open ?? 0,
    overdueNow,
    months: [...Map.groupBy(bars, (bar) => bar.month)].map(([month, own]) => ({ month, ...summaryOf(own) })),
  }
}

/** Never rounded up to a hundred while one is missing, nor down to nothing while there is one. */
function percent(part: number, whole: number): number {
  if (part === whole) return 100
  return part === 0 ? 0 : Math.min(99, Math.max(1, Math.round((part / whole) * 100)))
}

function firstMonth(now: Date): string {
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
