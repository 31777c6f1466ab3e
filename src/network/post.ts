/**
 * A post of the staff network: who may write, read, change and withdraw it. What every kind shares stands here; what only one kind has stands in the room of the
 * kind, which adds it by `showInside` and writes its own row beside the post in the transaction of `publish`.
 */
import { and, eq, isNull } from 'drizzle-orm'
import { circleMembers, circles } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { circleAudience } from '../conversations/audience.ts'
import { officialDuty } from '../conversations/policy.ts'
import { violated, type Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { storeStaffPost, tellOfPost, type PostRow, type StaffInsert } from '../posts/stored-post.ts'
import { fanOut } from './fan-out.ts'
import { mayPublishIn, mutedBecause } from './policy.ts'

export { staffPostById, type StaffPostPage } from './page.ts'
export { showInside } from './inside.ts'

/** Where it is published: for all staff, or for one circle that the author is in. */
export interface Where {
  circleId: number | null
}

export type StaffPostInput = Pick<StaffInsert, 'kind' | 'title' | 'body' | 'tags' | 'details' | 'clientKey' | 'gathers'> & Where

/**
 * Publishes in the network. Checks that the author may write there (`Forbidden`, or `NotFound` for a circle they are not in), stores post and conversation, lets the
 * caller write what belongs to its kind (`beside`), puts it on the homes of those who follow author, topics or circle, and tells of it (`post.published`).
 * The same key again answers the same post and runs `beside` no second time.
 */
export async function publishInNetwork(
  tx: Tx,
  actor: SignedIn,
  { circleId, ...input }: StaffPostInput,
  beside?: (tx: Tx, post: PostRow) => Promise<void>,
): Promise<{ id: number; path: string; conversationId: number }> {
  const teamId = await teamToWriteFor(tx, actor, circleId)
  const audience = circleId === null ? 'staff' : circleAudience(circleId)
  const { post, path, known } = await storeStaffPost(tx, authorIn(actor, teamId), { ...input, audience, teamId }).catch(refuseClosed)
  if (!known) {
    await beside?.(tx, post)
    await fanOut(tx, post)
    await tellOfPost(tx, actor.accountId, 'post.published', post)
  }
  return { id: post.id, path, conversationId: post.conversationId }
}

/** It was closed while this was sent: the database saw it first. */
function refuseClosed(error: unknown): never {
  throw violated(error) === 'posts_open_circle' ? closed() : error
}

const closed = (): Forbidden => new Forbidden('This circle is closed. It can be read, but not added to.')

/** The official mark at the time of writing; whoever writes under a pseudonym bears none. */
function authorIn(actor: SignedIn, teamId: number | null) {
  const duty = actor.persona ? null : officialDuty(actor, { teamId, audience: 'staff' })
  if (!duty && !actor.persona) throw new Forbidden('Your account does not have the role that this needs.')
  return { id: actor.accountId, role: duty?.role ?? null, teamName: duty?.teamName ?? null }
}

/** The team of the circle, or null. Throws where they may not write. */
async function teamToWriteFor(tx: Tx, actor: SignedIn, circleId: number | null): Promise<number | null> {
  if (!mayPublishIn(actor, circleId)) throw circleId === null ? new Forbidden('Only staff of the force write for all staff.') : new NotFound('circle')
  const because = mutedBecause(actor, circleId)
  if (because) throw new Forbidden(because)
  return circleId === null ? null : (await openCircle(tx, actor.accountId, circleId)).teamId
}

/** The membership is locked: who is taken out of the circle at this moment is out before, or after. */
async function openCircle(tx: Tx, accountId: number, circleId: number): Promise<{ teamId: number | null }> {
  const [circle] = await tx
    .select({ teamId: circles.teamId, closedAt: circles.closedAt })
    .from(circleMembers)
    .innerJoin(circles, eq(circles.id, circleMembers.circleId))
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId), isNull(circleMembers.leftAt)))
    .for('share', { of: circleMembers })
  if (!circle) throw new NotFound('circle')
  if (circle.closedAt !== null) throw closed()
  return circle
}
