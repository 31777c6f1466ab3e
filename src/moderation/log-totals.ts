/**
 * How often what was done, for the same filter as the rows: kept with every row by the database, so that it costs the same after ten years.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Database } from '../database/database.ts'
import { now } from '../clock.ts'
import { dayKey } from '../text/dates.ts'
import { monthsBetween, PUBLIC_ACTS, type LogFilter, type PublicAct } from './log-filter.ts'

export interface LogTotals {
  all: number
  /** Acts that were done, in the order of the house. */
  acts: { act: PublicAct; count: number }[]
  /** The choices of the filter: months since the first row, newest first, and the reasons that were ever given, by title. */
  months: string[]
  reasons: { code: string; title: string }[]
  teams: { id: number; name: string; slug: string }[]
}

interface Row extends Record<string, unknown> {
  acts: Partial<Record<string, number>> | null
  first: string | null
  reasons: LogTotals['reasons'] | null
  teams: LogTotals['teams'] | null
}

const EVERY_TEAM = -1

/** One round trip. */
export async function logTotals(db: Database, { teamId, act, reason, month }: LogFilter): Promise<LogTotals> {
  const [row] = await executeNamed<Row>(
    db,
    'log_totals',
    sql`select
      (select json_object_agg(act, count) from (
        select act, sum(count)::int as count from log_totals
        where month = ${month ?? ''} and team_id = ${teamId ?? EVERY_TEAM} and (${act ?? null}::text is null or act = ${act ?? null})
          and (${reason ?? null}::text is null or reason_code = ${reason ?? null})
        group by act) a) as acts,
      (select min(month) from log_totals where month <> '') as first,
      (select json_agg(json_build_object('code', code, 'title', title) order by position) from (
        select distinct on (code) code, title, position from reasons order by code, version desc) r) as reasons,
      (select json_agg(json_build_object('id', id, 'name', name, 'slug', slug) order by name) from teams) as teams`,
  )
  const acts = PUBLIC_ACTS.map((known) => ({ act: known, count: row?.acts?.[known] ?? 0 })).filter(({ count }) => count > 0)
  const thisMonth = dayKey(now()).slice(0, 7)
  return {
    all: acts.reduce((sum, { count }) => sum + count, 0),
    acts,
    months: row?.first ? monthsBetween(row.first, thisMonth) : [],
    reasons: row?.reasons ?? [],
    teams: row?.teams ?? [],
  }
}
