/**
 * The append-only log: one row per act, each holding the hash of the row before. Nothing here can be changed or deleted, by anybody.
 */
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db, Tx } from '../database/database.ts'
import { log } from './schema.ts'

export interface LogEntry {
  actorId: number | null
  /** The role in which it was done; `system` for rules that run by themselves. */
  role: string
  act: string
  item:
    | 'comment'
    | 'post'
    | 'account'
    | 'role'
    | 'conversation'
    | 'switch'
    | 'word-list'
    | 'reason'
    | 'template'
    | 'sealed-copy'
    | 'notice'
    | 'circle'
    | 'organisation'
  itemId: number
  audience: string
  teamId: number | null
  teamName: string | null
  fromState?: string | null
  toState?: string | null
  reasonCode?: string | null
  reasonTitle?: string | null
  /** What the author was told of it. */
  publicText?: string | null
  note?: string | null
  hashBefore?: string | null
  hashAfter?: string | null
}

export const FIRST_HASH = '0'.repeat(64)

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Hash of a content, to show later that it is or is not the same; the words cannot be had back from it. */
export const contentHash = (text: string): string => hashOf(text)

type Stored = typeof log.$inferSelect

/** What a row's hash covers: everything in it, in this order, and the hash of the row before. */
const rowHash = (row: Omit<Stored, 'id' | 'hash'>): string =>
  hashOf(
    JSON.stringify([
      row.previousHash,
      row.at.toISOString(),
      row.actorId,
      row.role,
      row.act,
      row.item,
      row.itemId,
      row.audience,
      row.teamId,
      row.teamName,
      row.fromState,
      row.toState,
      row.reasonCode,
      row.reasonTitle,
      row.publicText,
      row.note,
      row.hashBefore,
      row.hashAfter,
    ]),
  )

/**
 * Adds a row and answers its id. Writers wait for each other here, until the transaction ends, so that the chain has no forks. One order everywhere, so that
 * nobody waits for each other in a ring: the item (a post before its conversation, a conversation before its comments), its cases, the author's account, the
 * log; and only then what many items share, the counts of tags and the versions of teams' pages.
 */
export async function writeLog(tx: Tx, entry: LogEntry): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('blue-lamp-log'))`)
  const [last] = await tx
    .select({ hash: log.hash })
    .from(log)
    .orderBy(sql`${log.id} desc`)
    .limit(1)
  const row = {
    at: now(),
    actorId: entry.actorId,
    role: entry.role,
    act: entry.act,
    item: entry.item,
    itemId: entry.itemId,
    audience: entry.audience,
    teamId: entry.teamId,
    teamName: entry.teamName,
    fromState: entry.fromState ?? null,
    toState: entry.toState ?? null,
    reasonCode: entry.reasonCode ?? null,
    reasonTitle: entry.reasonTitle ?? null,
    publicText: entry.publicText ?? null,
    note: entry.note ?? null,
    hashBefore: entry.hashBefore ?? null,
    hashAfter: entry.hashAfter ?? null,
    previousHash: last?.hash ?? FIRST_HASH,
  }
  const [written] = await tx
    .insert(log)
    .values({ ...row, hash: rowHash(row) })
    .returning({ id: log.id })
  if (!written) throw new Error('the log gave no row back')
  return written.id
}

/** Walks the whole chain; answers how many rows are sound and the id of the first that is not. */
export async function verifyLog(db: Db): Promise<{ rows: number; brokenAt: number | null }> {
  let previous = FIRST_HASH
  let after = 0
  let rows = 0
  for (;;) {
    const page = await db
      .select()
      .from(log)
      .where(sql`${log.id} > ${after}`)
      .orderBy(log.id)
      .limit(1000)
    for (const row of page) {
      if (row.previousHash !== previous || rowHash(row) !== row.hash) return { rows, brokenAt: row.id }
      previous = row.hash
      after = row.id
      rows++
    }
    if (page.length < 1000) return { rows, brokenAt: null }
  }
}
