/**
 * The log in public: which acts were done on public items, why, and in which role. Never the words, the account, or who told us;
 * the day and not the minute, so that nobody is found by comparing times.
 */
import { and, asc, desc, gt, lt, sql, type SQL } from 'drizzle-orm'
import { log } from '../activity/schema.ts'
import { roleName, ROLES } from '../actor.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { isPublic, matching, SAID, type LogFilter, type PublicAct } from './log-filter.ts'

export const LOG_SIZE = 40

export interface PublicLogRow {
  id: number
  at: Date
  team: string | null
  item: string
  act: string
  /** Null for acts that need none. */
  reason: string | null
  /** The role of who decided. */
  by: string
  /** What came of an appeal against it; null for none that is decided. */
  appeal: string | null
}

/** The first row about the same item in which an appeal was decided after this one. */
const appealAfter = sql<PublicAct | null>`case when log.act in ('reject', 'remove', 'redact') then (
  select later.act from log later where later.item = log.item and later.item_id = log.item_id and later.id > log.id
    and later.act in ('uphold', 'vary', 'overturn') order by later.id limit 1) end`

const columns = {
  id: log.id,
  at: log.at,
  team: log.teamName,
  item: log.item,
  act: log.act,
  reason: log.reasonTitle,
  role: log.role,
  appeal: appealAfter.as('appeal'),
}

const rowsWhere = (db: Db, condition: SQL | undefined) => db.select(columns).from(log).where(condition)

const older = prepared((db) =>
  rowsWhere(db, and(isPublic, lt(log.id, sql.placeholder('before'))))
    .orderBy(desc(log.id))
    .limit(sql.placeholder('limit'))
    .prepare('public_log_older'),
)
const newer = prepared((db) =>
  rowsWhere(db, and(isPublic, gt(log.id, sql.placeholder('after'))))
    .orderBy(asc(log.id))
    .limit(sql.placeholder('limit'))
    .prepare('public_log_newer'),
)

type Row = Awaited<ReturnType<ReturnType<typeof older>['execute']>>[number]

const isEmpty = (filter: LogFilter): boolean => Object.values(filter).every((value) => value === undefined)

/** The whole log is read most: those statements are prepared. */
const rowsBefore = (db: Database, filter: LogFilter, before: number, limit: number): Promise<Row[]> =>
  isEmpty(filter)
    ? older(db).execute({ before, limit })
    : rowsWhere(db, and(matching(filter), lt(log.id, before)))
        .orderBy(desc(log.id))
        .limit(limit)

const rowsAfter = (db: Database, filter: LogFilter, after: number, limit: number): Promise<Row[]> =>
  isEmpty(filter)
    ? newer(db).execute({ after, limit })
    : rowsWhere(db, and(matching(filter), gt(log.id, after)))
        .orderBy(asc(log.id))
        .limit(limit)

function publicRow(row: Row): PublicLogRow {
  const bySystem = row.role === 'system'
  return {
    id: row.id,
    at: row.at,
    team: row.team,
    item: row.item === 'post' ? 'Post' : 'Comment',
    act: SAID[row.act as PublicAct],
    // What people suspect is not yet a reason: no reason stands here before a person has decided.
    reason: bySystem ? sayRule(row.act) : (row.reason ?? (row.act === 'withdraw' ? 'Given on the post' : null)),
    by: bySystem ? 'Automatically' : sayRole(row.role),
    appeal: row.appeal && SAID[row.appeal],
  }
}

const sayRule = (act: string): string => (act === 'hide' ? 'Several people told us about it' : 'Nobody had decided within 24 hours')

function sayRole(role: string): string {
  const known = ROLES.find((name) => name === role)
  return known ? roleName(known) : 'Staff'
}

export interface PublicLogPage {
  rows: PublicLogRow[]
  /** Keys of the neighbouring pages; null at the ends. */
  newer: number | null
  older: number | null
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** A page of the log, newest first: the rows before that id, or the newest. */
export async function publicLog(db: Database, before: number | null, filter: LogFilter = {}): Promise<PublicLogPage> {
  const [found, above] = await Promise.all([
    rowsBefore(db, filter, before ?? NO_LIMIT, LOG_SIZE + 1),
    before === null ? null : pageAbove(db, filter, before - 1),
  ])
  const rows = found.slice(0, LOG_SIZE).map(publicRow)
  return { rows, newer: above, older: found.length > LOG_SIZE ? (rows.at(-1)?.id ?? null) : null }
}

/** The key `before` of the page that ends just above that row; null when nothing is newer, and 0 for the first page. */
async function pageAbove(db: Database, filter: LogFilter, id: number): Promise<number | null> {
  const above = await rowsAfter(db, filter, id, LOG_SIZE + 1)
  if (above.length === 0) return null
  return above.length > LOG_SIZE ? (above[LOG_SIZE]?.id ?? 0) : 0
}

const PIECE = 1000

/** All rows of a filter, newest first, a piece at a time: for the file that people take home. */
export async function* publicLogWhole(db: Database, filter: LogFilter): AsyncGenerator<PublicLogRow[]> {
  for (let before = NO_LIMIT; ;) {
    const found = await rowsBefore(db, filter, before, PIECE)
    yield found.map(publicRow)
    const last = found.at(-1)
    if (!last || found.length < PIECE) return
    before = last.id
  }
}

const NEIGHBOURS = 5

/** One row with some neighbours on both sides: where the link of a stub leads, however old it is. Throws `NotFound` for what is not public. */
export async function publicLogAround(db: Database, id: number): Promise<PublicLogPage> {
  const [above, below] = await Promise.all([rowsAfter(db, {}, id, NEIGHBOURS), rowsBefore(db, {}, id + 1, NEIGHBOURS + 2)])
  if (below[0]?.id !== id) throw new NotFound('row')
  const rows = [...above.toReversed(), ...below.slice(0, NEIGHBOURS + 1)].map(publicRow)
  const top = rows[0]?.id ?? id
  return { rows, newer: await pageAbove(db, {}, top), older: below.length > NEIGHBOURS + 1 ? (rows.at(-1)?.id ?? null) : null }
}
