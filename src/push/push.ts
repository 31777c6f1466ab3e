/**
 * Web push, to browsers that asked for it. A push is stored with the change that causes it and sent by a job until the service takes it:
 * one key and one browser, one push.
 */
import { lt, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { quietEnd } from '../following/quiet.ts'
import { followers } from '../following/schema.ts'
import { enqueueAll, URGENT } from '../jobs/jobs.ts'
import { pushes, pushSubscriptions } from './schema.ts'

export interface Push {
  /** The cause, so that nothing is pushed twice: `mailing:81`. */
  key: string
  title: string
  body: string
  /** On this site. */
  path: string
  /** An alert: wakes a phone that sleeps, and comes in quiet hours too. */
  urgent?: boolean
}

const LONGEST = { title: 120, body: 300 }
const shorten = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`)

/** Pushes of one job: few enough that one that dies leaves little undone, enough that fetching jobs costs nothing. */
const TOGETHER = 100

/**
 * Stores it for each browser in which these followers asked to be told, with its jobs; a second time changes nothing. Nothing for those to whom nothing is
 * sent any more; after their quiet hours for those who have such. Answers how many browsers.
 */
export async function pushToFollowers(tx: Tx, followerIds: readonly number[], push: Push): Promise<number> {
  const stored = await storeNew(tx, followerIds, push)
  const { urgent = false } = push
  const hours = Map.groupBy(stored, (row) => (urgent ? 0 : (quietEnd(row, now())?.getTime() ?? 0)))
  for (const [hour, together] of hours) {
    const ids = together.map(({ id }) => id)
    const jobs = Array.from({ length: Math.ceil(ids.length / TOGETHER) }, (_, job) => ({ ids: ids.slice(job * TOGETHER, (job + 1) * TOGETHER) }))
    await enqueueAll(tx, 'push', jobs, { startAfter: hour === 0 ? null : new Date(hour), priority: urgent ? URGENT : 0 })
  }
  return stored.length
}

export const pushToFollower = (tx: Tx, followerId: number, push: Push): Promise<number> => pushToFollowers(tx, [followerId], push)

interface Stored {
  id: number
  quietFrom: number | null
  quietUntil: number | null
}

async function storeNew(tx: Tx, followerIds: readonly number[], { key, title, body, path, urgent = false }: Push): Promise<Stored[]> {
  if (followerIds.length === 0) return []
  const words = sql`${shorten(title, LONGEST.title)}::text, ${shorten(body, LONGEST.body)}::text, ${path}::text`
  const { rows } = await tx.execute<{ id: string; quiet_from: number | null; quiet_until: number | null }>(sql`
    with stored as (
      insert into ${pushes} (key, subscription_id, title, body, path, urgent, created_at)
      select ${key}::text || ':subscription:' || s.id, s.id, ${words}, ${urgent}::boolean, ${now().toISOString()}::timestamptz
      from ${pushSubscriptions} s join ${followers} f on f.id = s.follower_id
      where s.follower_id = any(${sql.param([...followerIds])}::bigint[]) and s.ended_at is null and f.stopped_at is null
      order by s.id
      on conflict (key) do nothing returning id, subscription_id)
    select stored.id, f.quiet_from, f.quiet_until
    from stored join ${pushSubscriptions} s on s.id = stored.subscription_id join ${followers} f on f.id = s.follower_id order by stored.id`)
  return rows.map((row) => ({ id: Number(row.id), quietFrom: row.quiet_from, quietUntil: row.quiet_until }))
}

const KEPT = 30 * 24 * 60 * 60_000

/** Forgets what was pushed a month ago, and browsers that ended by then. */
export async function sweepPushes(db: Database): Promise<void> {
  const before = new Date(now().getTime() - KEPT)
  await db.delete(pushes).where(lt(pushes.createdAt, before))
  await db.delete(pushSubscriptions).where(lt(pushSubscriptions.endedAt, before))
}
