/**
 * "What was done about it": a later post that follows from an earlier one. It shows on both, to whoever may read the other.
 */
import { desc, eq, or } from 'drizzle-orm'
import type { Actor, SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
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
}

const SHOWN = 50

export async function followUpsOf(db: Database, actor: Actor, postId: number): Promise<FollowUps> {
  const rows = await db
    .select()
    .from(followUps)
    .where(or(eq(followUps.ofPostId, postId), eq(followUps.postId, postId)))
    .orderBy(desc(followUps.at))
    .limit(SHOWN)
  const later = new Set(rows.filter((row) => row.ofPostId === postId).map((row) => row.postId))
  const earlier = rows.filter((row) => row.postId === postId).map((row) => row.ofPostId)
  const shown = await postsById(db, actor, [...later, ...earlier])
  return { done: shown.filter(({ id }) => later.has(id)), from: shown.filter(({ id }) => !later.has(id)) }
}

/** Whoever may write where the earlier post stands says what was done about it. */
export const mayFollowUp = (actor: Actor, post: { audience: string; state: string }): boolean =>
  post.state !== 'withdrawn' && mayPublishIn(actor, circleOf(post.audience)) && mutedBecause(actor, circleOf(post.audience)) === null

/** Links the later post to the earlier one, whose address is answered. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Refused`. */
export async function addFollowUp(db: Database, actor: SignedIn, ofPostId: number, postId: number): Promise<{ path: string }> {
  if (postId <= ofPostId) throw refused('What was done about it is a later post than this one')
  return db.transaction(async (tx) => {
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
  })
}

const refused = (message: string) => new Refused(message, { post: message })

function saidByField(problem: unknown): never {
  throw problem instanceof NotFound ? refused('There is no post of the staff network at that address') : problem
}
