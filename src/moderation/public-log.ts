/**
 * The log in public: which acts were done on public items, why, and in which role. Never the words, the account, or who told us;
 * the day and not the minute, so that nobody is found by comparing times.
 */
import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm'
import { log } from '../activity/schema.ts'
import { roleName, ROLES } from '../actor.ts'
import { prepared, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'

export const LOG_SIZE = 40

// What touches something that readers see or would have seen; roles, look-ups and exports are not for this page.
const PUBLIC_ACTS = ['hide', 'restore', 'release', 'reject', 'remove', 'keep', 'withdraw'] as const
type PublicAct = (typeof PUBLIC_ACTS)[number]

const SAID: Record<PublicAct, string> = {
  hide: 'Hidden until a moderator has decided',
  restore: 'Shown again',
  release: 'Published after a check',
  reject: 'Not published',
  remove: 'Removed',
  keep: 'Kept',
  withdraw: 'Withdrawn',
}

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
}

const isPublic = and(eq(log.audience, 'public'), inArray(log.item, ['comment', 'post']), inArray(log.act, [...PUBLIC_ACTS]))

const columns = { id: log.id, at: log.at, team: log.teamName, item: log.item, act: log.act, reason: log.reasonTitle, role: log.role }

const older = prepared((db) =>
  db
    .select(columns)
    .from(log)
    .where(and(isPublic, lt(log.id, sql.placeholder('before'))))
    .orderBy(desc(log.id))
    .limit(sql.placeholder('limit'))
    .prepare('public_log_older'),
)
const newer = prepared((db) =>
  db
    .select(columns)
    .from(log)
    .where(and(isPublic, gt(log.id, sql.placeholder('after'))))
    .orderBy(asc(log.id))
    .limit(sql.placeholder('limit'))
    .prepare('public_log_newer'),
)

type Row = Awaited<ReturnType<ReturnType<typeof older>['execute']>>[number]

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
    by: bySystem ? 'By itself' : sayRole(row.role),
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
export async function publicLog(db: Database, before: number | null): Promise<PublicLogPage> {
  const found = await older(db).execute({ before: before ?? NO_LIMIT, limit: LOG_SIZE + 1 })
  const rows = found.slice(0, LOG_SIZE).map(publicRow)
  return { rows, newer: before === null ? null : await pageAbove(db, before - 1), older: found.length > LOG_SIZE ? (rows.at(-1)?.id ?? null) : null }
}

/** The key `before` of the page that ends just above that row; null when nothing is newer, and 0 for the first page. */
async function pageAbove(db: Database, id: number): Promise<number | null> {
  const above = await newer(db).execute({ after: id, limit: LOG_SIZE + 1 })
  if (above.length === 0) return null
  return above.length > LOG_SIZE ? (above[LOG_SIZE]?.id ?? 0) : 0
}

const NEIGHBOURS = 5

/** One row with some neighbours on both sides: where the link of a stub leads, however old it is. Throws `NotFound` for what is not public. */
export async function publicLogAround(db: Database, id: number): Promise<PublicLogPage> {
  const [above, below] = await Promise.all([
    newer(db).execute({ after: id, limit: NEIGHBOURS }),
    older(db).execute({ before: id + 1, limit: NEIGHBOURS + 2 }),
  ])
  if (below[0]?.id !== id) throw new NotFound('row')
  const rows = [...above.toReversed(), ...below.slice(0, NEIGHBOURS + 1)].map(publicRow)
  const top = rows[0]?.id ?? id
  return { rows, newer: await pageAbove(db, top), older: below.length > NEIGHBOURS + 1 ? (rows.at(-1)?.id ?? null) : null }
}
