/**
 * "What was done about it": a later post that follows from an earlier one. It shows on both, to whoever may read the other.
 */
import { and, desc, eq, gt, ne, not, or, sql } from 'drizzle-orm'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { lockInNetwork, requireOpenCircle } from './changing.ts'
import { postsById, type StaffItem } from './list.ts'
import { mayPublishIn, mutedBecause } from './policy.ts'
import { followUps } from './schema.ts'

export interface FollowUps {
  /** What was done about this post, the latest first. */
  done: StaffItem[]
  /** What this post follows from. */
  from: StaffItem[]
  /** Of `done`, those that this reader can take away. */
  removable: ReadonlySet<number>
}

const SHOWN = 50

export async function followUpsOf(db: Database, actor: Actor, postId: number): Promise<FollowUps> {
  const rows = await db
    .select({ ofPostId: followUps.ofPostId, postId: followUps.postId, addedBy: followUps.addedBy, authorId: posts.authorId })
    .from(followUps)
    .innerJoin(posts, eq(posts.id, followUps.ofPostId))
    .where(or(eq(followUps.ofPostId, postId), eq(followUps.postId, postId)))
    .orderBy(desc(followUps.at))
    .limit(SHOWN)
  const later = new Set(rows.filter((row) => row.ofPostId === postId).map((row) => row.postId))
  const earlier = rows.filter((row) => row.postId === postId).map((row) => row.ofPostId)
  const shown = await postsById(db, actor, [...later, ...earlier])
  const removable = new Set(rows.filter((row) => row.ofPostId === postId && mayRemove(actor, row)).map((row) => row.postId))
  return { done: shown.filter(({ id }) => later.has(id)), from: shown.filter(({ id }) => !later.has(id)), removable }
}

/** Whoever added it, and the author of the post about which something was done. */
const mayRemove = (actor: Actor, { addedBy, authorId }: { addedBy: number; authorId: number }): boolean =>
  isSignedIn(actor) && !actor.persona && [addedBy, authorId].includes(actor.accountId)

/** Whoever may write where the earlier post stands says what was done about it. */
export const mayFollowUp = (actor: Actor, post: { audience: string; state: string }): boolean =>
  post.state !== 'withdrawn' && mayPublishIn(actor, circleOf(post.audience)) && mutedBecause(actor, circleOf(post.audience)) === null

const OWN = 10

/** The actor's own last ten posts that came later than this one: what was done stands in one of them. */
export async function ownLater(db: Database, actor: SignedIn, ofPostId: number): Promise<StaffItem[]> {
  const linked = sql`exists (select from ${followUps} f where f.of_post_id = ${ofPostId}::bigint and f.post_id = ${posts.id})`
  const rows = await db
    .select({ id: posts.id })
    .from(posts)
    .where(and(eq(posts.authorId, actor.accountId), gt(posts.id, ofPostId), ne(posts.state, 'withdrawn'), not(linked)))
    .orderBy(desc(posts.id))
    .limit(OWN)
  const ids = rows.map(({ id }) => id)
  return (await postsById(db, actor, ids)).toSorted((one, other) => other.id - one.id)
}

/** Links the later post to the earlier one, whose address is answered. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Refused`. */
export async function addFollowUp(db: Database, actor: SignedIn, ofPostId: number, postId: number): Promise<{ path: string }> {
  if (postId <= ofPostId) throw refused('What was done about it is a later post than this one')
  return db.transaction((tx) => followUpWithin(tx, actor, ofPostId, postId))
}

/** The same in the transaction that writes the later one. */
export async function followUpWithin(tx: Tx, actor: SignedIn, ofPostId: number, postId: number): Promise<{ path: string }> {
  // The earlier one first, everywhere: two who link the same posts never wait for each other in a ring.
  const earlier = await lockInNetwork(tx, actor, ofPostId)
  if (!mayFollowUp(actor, earlier)) throw new Forbidden('You cannot add to this post.')
  await requireOpenCircle(tx, earlier)
  const later = await lockInNetwork(tx, actor, postId).catch(saidByField)
  if (later.state === 'withdrawn') throw refused('That post was withdrawn')
  const row = { ofPostId, postId, addedBy: actor.accountId, at: now() }
  const [made] = await tx.insert(followUps).values(row).onConflictDoNothing().returning({ id: followUps.postId })
  const { audience, teamId, conversationId } = earlier
  const detail = { followUpId: postId }
  if (made) await recordActivity(tx, { kind: 'followed.up', audience, actorId: actor.accountId, teamId, conversationId, postId: ofPostId, detail })
  return { path: postPath(null, earlier) }
}

/** Takes the link between the two away; both posts stay. Answers the address of the earlier one. Twice is the same as once. Throws `NotFound`, `Forbidden`. */
export const removeFollowUp = (db: Database, actor: SignedIn, ofPostId: number, postId: number): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const earlier = await lockInNetwork(tx, actor, ofPostId)
    const path = postPath(null, earlier)
    const theirs = and(eq(followUps.ofPostId, ofPostId), eq(followUps.postId, postId))
    const [row] = await tx.select({ addedBy: followUps.addedBy }).from(followUps).where(theirs)
    if (!row) return { path }
    if (!mayRemove(actor, { ...row, authorId: earlier.authorId }))
      throw new Forbidden('Whoever added it takes it away, or whoever wrote the post about which it was done.')
    await tx.delete(followUps).where(theirs)
    const { audience, teamId, conversationId } = earlier
    const detail = { followUpId: postId }
    await recordActivity(tx, { kind: 'follow-up.removed', audience, actorId: actor.accountId, teamId, conversationId, postId: ofPostId, detail })
    return { path }
  })

const refused = (message: string) => new Refused(message, { post: message })

function saidByField(problem: unknown): never {
  throw problem instanceof NotFound ? refused('There is no post of the staff network at that address') : problem
}
