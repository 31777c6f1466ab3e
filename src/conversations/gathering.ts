/**
 * Conversations that gather: what residents say on their first level stands in a list, most supported first, until it is settled (decided, or answered).
 * Saying it, supporting it, holding and removing it is the engine's as everywhere; here is only the list. A trigger puts a comment on it, and keeps its support.
 */
import { and, desc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db, Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { isPublic } from './audience.ts'
import { commentReactions, comments, conversations, raisedComments } from './schema.ts'

export interface Raised {
  commentId: number
  /** Where it was said: the gathering conversation, or another from which it was raised. */
  conversationId: number
  /** Null where the author took the name off. */
  author: string | null
  body: SafeHtml
  raisedAt: Date
  supportCount: number
  replyCount: number
  settledAt: Date | null
  /** This reader supports it. */
  mine: boolean
  /** This reader said it, and so is not counted for it. */
  own: boolean
}

export interface RaisedList {
  items: Raised[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

export const GATHERED_SIZE = 20

const columnsFor = (accountId: number | null) => ({
  commentId: raisedComments.commentId,
  conversationId: comments.conversationId,
  author: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`.as('author'),
  body: comments.bodyHtml,
  raisedAt: raisedComments.raisedAt,
  supportCount: raisedComments.supportCount,
  replyCount: comments.replyCount,
  settledAt: raisedComments.settledAt,
  mine: sql<boolean>`exists (select from ${commentReactions} where comment_id = ${raisedComments.commentId} and account_id = ${accountId ?? 0} and reaction = 'same-here')`.as(
    'mine',
  ),
  own: sql<boolean>`${comments.authorId} = ${accountId ?? 0}`.as('own'),
})

// Whoever may read the list reads what is public in it: a comment that is held, hidden or removed is not on it.
const select = (db: Db, accountId: number | null, condition: SQL | undefined) =>
  db
    .select(columnsFor(accountId))
    .from(raisedComments)
    .innerJoin(comments, eq(comments.id, raisedComments.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(eq(comments.state, 'published'), condition))
    .$dynamic()

const shown = (row: Omit<Raised, 'body'> & { body: string }): Raised => ({ ...row, body: trusted(row.body) })

/** What waits, most supported first; the newer one among equals. `cursor` is the `next` of the page before. */
export async function mostSupported(
  db: Db,
  gatheredIn: number,
  { accountId, cursor, limit = GATHERED_SIZE }: { accountId: number | null; cursor?: string | undefined; limit?: number },
): Promise<RaisedList> {
  const [, support, id] = /^(\d{1,9})-(\d{1,15})$/.exec(cursor ?? '') ?? []
  const place = sql`(${raisedComments.supportCount}, ${raisedComments.commentId})`
  const behind = support === undefined ? undefined : sql`${place} < (${Number(support)}, ${Number(id)})`
  const rows = await select(db, accountId, and(eq(raisedComments.gatheredIn, gatheredIn), isNull(raisedComments.settledAt), behind))
    .orderBy(desc(raisedComments.supportCount), desc(raisedComments.commentId))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(shown), next: rows.length > limit && last ? `${last.supportCount}-${last.commentId}` : null }
}

/** Those of these comments that are gathered and can be read, in no order. */
export async function raisedAmong(db: Db, commentIds: readonly number[], accountId: number | null): Promise<Raised[]> {
  if (commentIds.length === 0) return []
  return (await select(db, accountId, inArray(raisedComments.commentId, [...commentIds]))).map(shown)
}

const MOST_COUNTED = 100

/** How many of what was said there a moderator has still to look at; at most 100 are counted. */
export async function heldIn(db: Db, gatheredIn: number): Promise<number> {
  const held = db
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(raisedComments, eq(raisedComments.commentId, comments.id))
    .where(and(eq(raisedComments.gatheredIn, gatheredIn), eq(comments.state, 'held')))
    .limit(MOST_COUNTED)
  return (await held).length
}

/**
 * Takes up what a resident said in another conversation, at the asking of staff. Twice is the same as once. Throws `NotFound` for what not everybody can
 * read, and for an official comment.
 */
export async function raiseComment(tx: Tx, actor: SignedIn, gatheredIn: number, commentId: number): Promise<void> {
  const [found] = await tx
    .select({ audience: conversations.audience, official: comments.officialRole, state: comments.state, supportCount: comments.sameHereCount })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, commentId))
    .for('no key update', { of: comments })
  if (!found || !isPublic(found.audience) || found.state !== 'published' || found.official !== null) throw new NotFound('comment')
  await tx
    .insert(raisedComments)
    .values({ commentId, gatheredIn, supportCount: found.supportCount, raisedAt: now(), raisedBy: actor.accountId })
    .onConflictDoNothing()
}

/** It no longer waits. The caller keeps how it was settled. */
export async function settleRaised(tx: Tx, commentIds: readonly number[]): Promise<void> {
  if (commentIds.length === 0) return
  await tx
    .update(raisedComments)
    .set({ settledAt: now() })
    .where(and(inArray(raisedComments.commentId, [...commentIds]), isNull(raisedComments.settledAt)))
}

/** It waits again: the decision was taken back. */
export async function unsettleRaised(tx: Tx, commentId: number): Promise<void> {
  await tx.update(raisedComments).set({ settledAt: null }).where(eq(raisedComments.commentId, commentId))
}

/** The accounts that support any of these: for telling them what came of it. */
export async function supportersOf(db: Db, commentIds: readonly number[]): Promise<number[]> {
  if (commentIds.length === 0) return []
  const rows = await db
    .selectDistinct({ accountId: commentReactions.accountId })
    .from(commentReactions)
    .where(and(inArray(commentReactions.commentId, [...commentIds]), eq(commentReactions.reaction, 'same-here')))
  return rows.map(({ accountId }) => accountId)
}
