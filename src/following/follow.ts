/**
 * Following a thing at a rhythm. One follow for each follower and thing, however often it is asked for; how many follow a thing is kept by the
 * database with every row (`follow_counts`).
 */
import { and, asc, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { ensureFollower, lockFollower, restart, settleDigests } from './follower.ts'
import { keyOf } from './key.ts'
import { followCounts, followers, follows, type Rhythm } from './schema.ts'
import type { Thing } from './subject.ts'

export type Follow = typeof follows.$inferSelect

export interface Wish {
  rhythm: Rhythm
  /** Upper case without space, checked before (`postcodeOf`); null takes it away, undefined leaves what there was. */
  postcode?: string | null | undefined
  /** Also wants urgent alerts; nothing here ever turns them off. */
  wantsAlerts?: boolean
}

/** Follows the thing with an account, or changes how. Whoever had stopped everything starts again. */
export const follow = (db: Database, actor: SignedIn, thing: Thing, wish: Wish): Promise<Follow> =>
  db.transaction(async (tx) => keepFollow(tx, (await ensureFollower(tx, actor)).id, thing.key, wish))

/** The same for a follower whose lock the transaction holds. */
export async function keepFollow(tx: Tx, followerId: number, key: string, { rhythm, postcode, wantsAlerts = false }: Wish): Promise<Follow> {
  const { stoppedAt } = await lockFollower(tx, followerId)
  const place = postcode === undefined ? {} : { postcode }
  const [kept] = await tx
    .insert(follows)
    .values({ followerId, key, rhythm, createdAt: now(), ...place })
    .onConflictDoUpdate({ target: [follows.followerId, follows.key], set: { rhythm, ...place } })
    .returning()
  if (!kept) throw new Error('the follow gave no row back')
  if (wantsAlerts) await tx.update(followers).set({ wantsAlerts: true }).where(eq(followers.id, followerId))
  await (stoppedAt === null ? settleDigests(tx, followerId) : restart(tx, followerId))
  return kept
}

/** Another rhythm for one follow, or another postcode. Throws `NotFound` when it is not this follower's. */
export const changeFollow = (db: Database, followerId: number, followId: number, { rhythm, postcode }: Wish): Promise<void> =>
  db.transaction(async (tx) => {
    await lockFollower(tx, followerId)
    const changed = await tx
      .update(follows)
      .set({ rhythm, ...(postcode !== undefined && { postcode }) })
      .where(and(eq(follows.id, followId), eq(follows.followerId, followerId)))
      .returning({ id: follows.id })
    if (changed.length === 0) throw new NotFound('follow')
    await settleDigests(tx, followerId)
  })

/** Ends one follow; ending it twice changes nothing. */
export const stopFollow = (db: Database, followerId: number, followId: number): Promise<void> =>
  db.transaction(async (tx) => {
    await lockFollower(tx, followerId)
    await tx.delete(follows).where(and(eq(follows.id, followId), eq(follows.followerId, followerId)))
    await settleDigests(tx, followerId)
  })

/** Undoes a move by a boundary: back to the team from before, without the postcode that moved it. Throws `NotFound`. */
export const putBack = (db: Database, followerId: number, followId: number): Promise<void> =>
  db.transaction(async (tx) => {
    await lockFollower(tx, followerId)
    const [moved] = await tx
      .select()
      .from(follows)
      .where(and(eq(follows.id, followId), eq(follows.followerId, followerId)))
    if (!moved?.movedFromId) throw new NotFound('follow')
    const key = keyOf({ kind: 'team', id: moved.movedFromId })
    const known = await followBy(tx, followerId, { key })
    // One statement that takes from one count and adds to the other: the database locks the two in the same order for everybody.
    if (known) await tx.delete(follows).where(eq(follows.id, moved.id))
    else await tx.update(follows).set({ key, postcode: null, movedFromId: null, movedAt: null }).where(eq(follows.id, moved.id))
    await settleDigests(tx, followerId)
  })

/** All that somebody follows, the oldest first: a few dozen at most. */
export const followsOf = (db: Db, followerId: number): Promise<Follow[]> =>
  db.select().from(follows).where(eq(follows.followerId, followerId)).orderBy(asc(follows.id)).limit(MOST_SHOWN)

const MOST_SHOWN = 500

/** One follow of this follower, by its id or by what is followed; null when there is none. */
export async function followBy(db: Db, followerId: number, by: { id: number } | { key: string }): Promise<Follow | null> {
  const which = 'id' in by ? eq(follows.id, by.id) : eq(follows.key, by.key)
  const [found] = await db
    .select()
    .from(follows)
    .where(and(eq(follows.followerId, followerId), which))
  return found ?? null
}

const countOf = prepared((db) =>
  db
    .select({ count: followCounts.count })
    .from(followCounts)
    .where(eq(followCounts.key, sql.placeholder('key')))
    .prepare('follow_count'),
)

/** How many follow it. */
export const followerCount = async (db: Database, key: string): Promise<number> => (await countOf(db).execute({ key }))[0]?.count ?? 0
