/**
 * Those who look after a circle remove what breaks its rules, by themselves: with a reason, a stub in its place, and a row in the log that is never public. The press
 * office has no part in it; what was told to a moderator stays a case of theirs.
 */
import { and, eq, isNull, or, sql } from 'drizzle-orm'
import { circleMembers } from '../accounts/schema.ts'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { log } from '../activity/schema.ts'
import { hasRole, isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { circleOf, mayRead } from '../conversations/audience.ts'
import { silentBecause } from '../conversations/policy.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { setCommentState } from '../conversations/states.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { removePostByModerator } from '../posts/post.ts'
import { posts } from '../posts/schema.ts'
import { lockItem, teamNameOf, type Item, type ItemRef } from './item.ts'
import { reasonOf, type Reason } from './reason.ts'

/** Looks after what is said in the circle, as one of its owners; partner staff while they are in it. An administrator who owns one keeps its people and moderates nothing. */
export async function isCircleOwner(db: Db, actor: Actor, audience: string): Promise<boolean> {
  const circleId = circleOf(audience)
  if (circleId === null || !isSignedIn(actor) || hasRole(actor, 'administrator') || !mayRead(actor, { audience, teamId: null })) return false
  const [found] = await db
    .select({ id: circleMembers.accountId })
    .from(circleMembers)
    .where(
      and(
        eq(circleMembers.circleId, circleId),
        eq(circleMembers.accountId, actor.accountId),
        eq(circleMembers.role, 'owner'),
        isNull(circleMembers.leftAt),
        or(isNull(circleMembers.expiresAt), sql`${circleMembers.expiresAt} > ${now()}::timestamptz`),
      ),
    )
  return found !== undefined
}

/** May this actor remove what they are shown there? Asked for a link; costs nothing outside circles. */
export const offersRemoval = async (db: Db, actor: Actor, { audience, excerpt }: { audience: string; excerpt: string | null }): Promise<boolean> =>
  excerpt !== null && isCircleOwner(db, actor, audience)

export interface CircleRemoval {
  reasonCode: string
  /** For its author and the log; the wording of the reason where it is left out. */
  text: string | null
}

/** Removed already: by this form, or by somebody else. */
const isDown = (item: Item): boolean => item.state === 'removed' || (item.kind === 'post' && item.post.removalId !== null)

/**
 * Removes a published item of a circle that the actor looks after. Twice is the same as once. Throws `NotFound` for what they do not read, `Forbidden` for who does
 * not look after it and for one's own words, `Refused` (field `reason`).
 */
export async function removeInCircle(db: Database, actor: SignedIn, ref: ItemRef, input: CircleRemoval): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const item = await lockItem(tx, ref)
    if (!item || circleOf(item.audience) === null || !mayRead(actor, item)) throw new NotFound('item')
    if (!(await isCircleOwner(tx, actor, item.audience))) throw new Forbidden('Those who look after this circle do that. You can tell a moderator.')
    if (isDown(item)) return { path: item.path }
    const silent = silentBecause(actor, item)
    if (silent) throw new Forbidden(silent)
    if (item.authorId === actor.accountId) throw new Forbidden('You wrote this yourself. You can withdraw it.')
    if (item.state === 'hidden-pending') throw new Forbidden('It is hidden while the press office decides about it.')
    if (item.state !== 'published') throw new NotFound('item')
    const reason = await reasonOf(tx, input.reasonCode)
    if (!reason) throw new Refused('There is a problem with what you sent', { reason: 'Choose a reason' })
    await remove(tx, actor, item, reason, input.text ?? reason.publicText)
    return { path: item.path }
  })
}

async function remove(tx: Tx, actor: SignedIn, item: Item, reason: Reason, publicText: string): Promise<void> {
  const { kind, id, audience, teamId, conversationId } = item
  const toState = kind === 'post' ? 'withdrawn' : 'removed'
  const teamName = await teamNameOf(tx, teamId)
  const entry = {
    act: 'remove',
    item: kind,
    itemId: id,
    audience,
    teamId,
    teamName,
    fromState: item.state,
    toState,
    hashBefore: contentHash(item.body),
  }
  const why = { reasonCode: reason.code, reasonTitle: reason.title, publicText }
  const logId = await writeLog(tx, { actorId: actor.accountId, role: 'circle-owner', ...entry, ...why })
  if (item.kind === 'post') await removePostByModerator(tx, item.post, publicText, logId)
  else await setCommentState(tx, item.comment, 'removed', { removalId: logId })
  await recordActivity(tx, {
    kind: kind === 'post' ? 'post.removed' : 'comment.removed',
    audience,
    actorId: actor.accountId,
    teamId,
    conversationId,
    commentId: kind === 'comment' ? id : null,
    postId: kind === 'post' ? id : null,
    detail: { logId, from: item.state },
  })
}

export interface Removed {
  kind: 'comment' | 'post'
  id: number
  at: Date
  reason: string | null
  /** What its author is told; null for everybody else. */
  text: string | null
  /** Removed by those who look after the circle; else by the press office, or the sergeant of its team. */
  byOwner: boolean
  /** The reader wrote it. */
  own: boolean
  /** The conversation. */
  path: string
}

/** Why something in the staff network was removed, for whoever reads there. Null while it stands. Throws `NotFound`. */
export async function removalOf(db: Db, actor: Actor, ref: ItemRef): Promise<Removed | null> {
  const found = typeof ref.commentId === 'number' ? await commentRow(db, ref.commentId) : await postRow(db, Number(ref.postId))
  if (!found || found.audience === 'public' || !mayRead(actor, found)) throw new NotFound('item')
  if (found.logId === null || found.at === null) return null
  const own = isSignedIn(actor) && actor.accountId === found.authorId
  const { at, reason, path } = found
  return {
    kind: typeof ref.commentId === 'number' ? 'comment' : 'post',
    id: ref.commentId ?? Number(ref.postId),
    at,
    reason,
    path,
    text: own ? found.text : null,
    byOwner: found.role === 'circle-owner',
    own,
  }
}

const logged = { logId: log.id, at: log.at, reason: log.reasonTitle, text: log.publicText, role: log.role }
const where = { audience: conversations.audience, teamId: conversations.teamId, path: conversations.path }

async function commentRow(db: Db, id: number) {
  const [found] = await db
    .select({ authorId: comments.authorId, ...where, ...logged })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .leftJoin(log, eq(log.id, comments.removalId))
    .where(eq(comments.id, id))
  return found
}

async function postRow(db: Db, id: number) {
  const [found] = await db
    .select({ authorId: posts.authorId, ...where, ...logged })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .leftJoin(log, eq(log.id, posts.removalId))
    .where(eq(posts.id, id))
  return found
}
