/**
 * What somebody is told in place, in their own account: on pages "News for you". Ids and codes only are kept; the words are read when they are shown, so that
 * what was removed meanwhile is not said here either. Told once however often a job runs, and read everywhere at once.
 */
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { privateTo } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { followers } from '../following/schema.ts'
import { pushToFollower } from '../push/push.ts'
import { pushSubscriptions } from '../push/schema.ts'
import { notifications, type NotificationKind } from './schema.ts'
import { TITLES } from './telling.ts'

export interface Telling {
  accountId: number
  kind: NotificationKind
  /** The cause: with the reader, told once. */
  cause: string
  /** Where it leads, on this site. */
  path: string
  conversationId?: number | null
  commentId?: number | null
  postId?: number | null
  detail?: Record<string, string | number | null>
}

/** What was newly told to one person. */
export interface Told {
  id: number
  accountId: number
  kind: NotificationKind
  /** Set when a browser of theirs asked to be told. */
  followerId: number | null
}

/** Tells each person, in the order of their accounts; what was told before changes nothing. */
export async function tell(tx: Tx, tellings: readonly Telling[]): Promise<void> {
  const rows = tellings.map(({ cause, ...telling }) => ({ ...telling, key: `${cause}:account:${telling.accountId}`, at: now() }))
  const ordered = rows.toSorted((one, other) => one.accountId - other.accountId)
  for (let from = 0; from < ordered.length; from += AT_ONCE) await announce(tx, await storeNew(tx, ordered.slice(from, from + AT_ONCE)))
}

const AT_ONCE = 500

const storeNew = (tx: Tx, rows: (typeof notifications.$inferInsert)[]): Promise<Told[]> =>
  tx
    .insert(notifications)
    .values(rows)
    .onConflictDoNothing({ target: notifications.key })
    .returning({ id: notifications.id, accountId: notifications.accountId, kind: notifications.kind, followerId: followerToPush })

/** For the end of an `insert into notifications … returning`: the follower who has a browser to be told in, or null. */
export const followerToPush = sql<
  number | null
>`(select f.id::int from ${followers} f where f.account_id = notifications.account_id and f.stopped_at is null
  and exists (select 1 from ${pushSubscriptions} s where s.follower_id = f.id and s.ended_at is null))`

/** The pages that they have open learn of it, and the browsers that asked to. */
export async function announce(tx: Tx, told: readonly Told[]): Promise<void> {
  for (const { id, accountId, kind, followerId } of told) {
    await recordActivity(tx, { kind: 'notification.told', audience: privateTo(accountId), detail: { accountId } })
    // No words of anybody: they would stay on a screen whatever became of them.
    if (followerId === null) continue
    const news = { key: `notification:${id}`, title: TITLES[kind], body: 'Open it to read more.', path: `/account/notifications/${id}` }
    await pushToFollower(tx, followerId, news)
  }
}

/** Marks one of one's own as read, and answers where it leads. Throws `NotFound` for anybody else's. */
export async function openNotification(db: Database, actor: SignedIn, id: number): Promise<string> {
  const [found] = await db
    .select({ path: notifications.path })
    .from(notifications)
    .where(and(eq(notifications.id, id), eq(notifications.accountId, actor.accountId)))
  if (!found) throw new NotFound('notification')
  await readNotifications(db, actor, { id })
  return found.path
}

/** Marks as read: one, or all up to the newest that was in view. Twice is the same as once. */
export async function readNotifications(db: Database, actor: SignedIn, which: { id: number } | { until: number }): Promise<void> {
  await db.transaction(async (tx) => {
    const chosen = 'id' in which ? eq(notifications.id, which.id) : lte(notifications.id, which.until)
    // In order, so that two devices that mark at once wait for each other instead of failing.
    const unread = tx
      .select({ id: notifications.id })
      .from(notifications)
      .where(and(eq(notifications.accountId, actor.accountId), isNull(notifications.readAt), chosen))
      .orderBy(notifications.id)
      .for('update')
    const read = await tx.update(notifications).set({ readAt: now() }).where(inArray(notifications.id, unread)).returning({ id: notifications.id })
    const { accountId } = actor
    if (read.length > 0)
      await recordActivity(tx, { kind: 'notification.read', audience: privateTo(accountId), actorId: accountId, detail: { accountId } })
  })
}
