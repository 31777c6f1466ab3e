/**
 * Whom a mailing goes to next, in the order of their ids: read from the index of each key, so that a turn costs the same in the middle of a hundred
 * thousand as at their beginning.
 */
import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import type { Db, Tx } from '../database/database.ts'
import { followers, follows } from '../following/schema.ts'
import { pushSubscriptions } from '../push/schema.ts'
import type { Mailing } from './compose.ts'

export const BATCH = 500

/** What one turn changes of its mailing. */
export type Turn = Partial<Pick<Mailing, 'total' | 'done' | 'mailed' | 'pushed' | 'cursor' | 'finishedAt' | 'stoppedAt'>>

/** One mail of a mailing for each follower, however often a turn is taken. */
export const letterKey = (mailingId: number, followerId: number): string => `mailing:${mailingId}:follower:${followerId}`

export interface Recipient {
  id: number
  email: string
  accountId: number | null
  quietFrom: number | null
  quietUntil: number | null
  byMail: boolean
  stoppedAt: Date | null
  /** Has a browser that is to be told too. */
  pushes: boolean
}

/** Alerts go to those who chose them, at whatever rhythm; everything else to those who want it as it happens. */
const wanted = (cause: Mailing['cause']): SQL =>
  cause === 'alert'
    ? sql`exists (select 1 from ${followers} where ${followers.id} = f.follower_id and ${followers.wantsAlerts})`
    : sql`f.rhythm = 'instant'`

/** The ids behind the cursor, at most a batch of them. */
async function nextIds(tx: Tx, { cause, keys, cursor }: Pick<Mailing, 'cause' | 'keys' | 'cursor'>): Promise<number[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select distinct found.follower_id as id
    from unnest(${sql.param(keys)}::text[]) as wanted(key)
    cross join lateral (
      select f.follower_id from ${follows} f where f.key = wanted.key and f.follower_id > ${cursor} and ${wanted(cause)}
      order by f.follower_id limit ${BATCH}) found
    order by id limit ${BATCH}`)
  return rows.map(({ id }) => Number(id))
}

/** How many there are, for the desk. */
export async function countRecipients(tx: Tx, { cause, keys }: Pick<Mailing, 'cause' | 'keys'>): Promise<number> {
  const { rows } = await tx.execute<{ count: string }>(
    sql`select count(distinct f.follower_id) as count from ${follows} f where f.key = any(${sql.param(keys)}::text[]) and ${wanted(cause)}`,
  )
  return Number(rows[0]?.count ?? 0)
}

/** The next of them; empty at the end. */
export async function nextRecipients(tx: Tx, mailing: Pick<Mailing, 'cause' | 'keys' | 'cursor'>): Promise<Recipient[]> {
  const ids = await nextIds(tx, mailing)
  return ids.length === 0 ? [] : recipientsById(tx, ids)
}

const recipientsById = (db: Db, ids: number[]): Promise<Recipient[]> =>
  db
    .select({
      id: followers.id,
      email: followers.email,
      accountId: followers.accountId,
      quietFrom: followers.quietFrom,
      quietUntil: followers.quietUntil,
      byMail: followers.byMail,
      stoppedAt: followers.stoppedAt,
      pushes: sql<boolean>`exists (${db
        .select({ one: sql`1` })
        .from(pushSubscriptions)
        .where(and(eq(pushSubscriptions.followerId, followers.id), isNull(pushSubscriptions.endedAt)))})`,
    })
    .from(followers)
    .where(inArray(followers.id, ids))
    .orderBy(followers.id)
    // Whoever is forgotten meanwhile waits for these mails, and takes them along.
    .for('key share')

/** Is anybody to be told at once of what happens under one of these keys? */
export const anybodyInstant = (keys: SQL): SQL => sql`exists (select 1 from ${follows} f where f.key = any(${keys}) and f.rhythm = 'instant')`
