/**
 * The states of a comment and what each change does to the counters. Nothing else changes `comments.state`.
 */
import { and, eq, sql } from 'drizzle-orm'
import { contentHash } from '../activity/log.ts'
import { now } from '../clock.ts'
import { executeNamed, type Tx } from '../database/database.ts'
import { Overtaken } from '../errors.ts'
import { incidentIn } from '../switches/in-force.ts'
import { isPublic } from './audience.ts'
import { comments, commentVersions, conversations, type CommentState, type Mode } from './schema.ts'

/** From → to, as section 5 of the product's rules has it; what an appeal brings back under a legal lock waits, as everything there does. */
const ALLOWED: Record<CommentState, readonly CommentState[]> = {
  held: ['published', 'rejected', 'removed', 'withdrawn'],
  published: ['hidden-pending', 'removed', 'withdrawn', 'held'],
  'hidden-pending': ['published', 'removed', 'withdrawn'],
  rejected: ['published', 'held', 'disposed'],
  removed: ['published', 'held', 'disposed'],
  withdrawn: ['disposed'],
  disposed: [],
}

export interface LockedComment {
  id: number
  conversationId: number
  parentId: number | null
  branchId: number | null
  authorId: number
  state: CommentState
  body: string
  version: number
  officialRole: string | null
  unnamedAt: Date | null
  createdAt: Date
  publishedAt: Date | null
  removalId: number | null
  editedByModerator: boolean
  audience: string
  teamId: number | null
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  /** A major incident holds for its team. */
  incident: boolean
  conversationTitle: string
  path: string
}

/**
 * The comment and where it stands, locked until the transaction ends; null when there is none.
 * The conversation is locked first, as whoever writes in it does: two who meet wait for each other instead of failing. "No key": a reaction
 * that points at the conversation need not wait, and so cannot end in a deadlock with those who do.
 */
export async function lockComment(tx: Tx, id: number): Promise<LockedComment | null> {
  await tx.execute(sql`select 1 from conversations where id = (select conversation_id from comments where id = ${id}) for no key update`)
  const [locked] = await tx
    .select({
      id: comments.id,
      conversationId: comments.conversationId,
      parentId: comments.parentId,
      branchId: comments.branchId,
      authorId: comments.authorId,
      state: comments.state,
      body: comments.body,
      version: comments.version,
      officialRole: comments.officialRole,
      unnamedAt: comments.unnamedAt,
      createdAt: comments.createdAt,
      publishedAt: comments.publishedAt,
      removalId: comments.removalId,
      editedByModerator: comments.editedByModerator,
      audience: conversations.audience,
      teamId: conversations.teamId,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      incident: incidentIn(sql`${conversations.teamId}`, now()),
      conversationTitle: conversations.title,
      path: conversations.path,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
    .for('update', { of: comments })
  return locked ?? null
}

/**
 * The words go, for good: what is left is the id, the hash of them, the row of the log, and the stub with the date that it had. Counters stay.
 * Answers the hash. Throws `Overtaken` for a comment that is in no state to be disposed of.
 */
export async function disposeOfComment(tx: Tx, comment: LockedComment): Promise<string> {
  requireWay(comment, 'disposed')
  const disposedHash = contentHash(comment.body)
  await tx.update(comments).set({ state: 'disposed', body: '', bodyHtml: '', disposedHash }).where(eq(comments.id, comment.id))
  await tx.delete(commentVersions).where(eq(commentVersions.commentId, comment.id))
  return disposedHash
}

function requireWay(comment: LockedComment, to: CommentState): void {
  if (!ALLOWED[comment.state].includes(to)) throw new Overtaken(`This comment is already ${sayState(comment.state)}. Nothing was changed.`)
}

/** Readers see these words. */
const isRead = (state: CommentState): boolean => state === 'published'

/** Changes the state and every counter that follows from it. Throws `Overtaken` when the comment is no longer in a state that allows it. */
export async function setCommentState(tx: Tx, comment: LockedComment, to: CommentState, more: { removalId?: number | null } = {}): Promise<void> {
  requireWay(comment, to)
  const moment = now()
  const first = to === 'published' && comment.publishedAt === null
  await tx
    .update(comments)
    .set({ state: to, stateAt: moment, publishedAt: first ? moment : comment.publishedAt, removalId: more.removalId ?? null })
    .where(eq(comments.id, comment.id))
  await keepCounts(tx, comment, { read: Number(isRead(to)) - Number(isRead(comment.state)), first: Number(first) })
}

/**
 * Sends every published comment of a conversation back to wait for a moderator, in one statement however many they are; answers their ids.
 * The caller has locked the conversation, as everybody does who writes in it, and tells what happened.
 */
export async function holdPublished(tx: Tx, conversationId: number): Promise<number[]> {
  const held = await tx
    .update(comments)
    .set({ state: 'held', stateAt: now(), removalId: null })
    .where(and(eq(comments.conversationId, conversationId), eq(comments.state, 'published')))
    .returning({ id: comments.id })
  await tx
    .update(conversations)
    .set({ commentCount: sql`${conversations.commentCount} - ${held.length}`, version: sql`${conversations.version} + 1` })
    .where(eq(conversations.id, conversationId))
  return held.map(({ id }) => id).toSorted((one, other) => one - other)
}

/**
 * One statement for all counters that a comment moves. `read` is the change in comments that readers see; `first` is 1 when this one is published
 * for the first time: it then counts for its author, when everybody can read it, and for its parent for ever, so that the stub of a withdrawn parent
 * never goes from above its replies.
 */
export async function keepCounts(
  tx: Tx,
  comment: { conversationId: number; parentId: number | null; authorId: number; audience: string },
  by: { read: number; first: number },
): Promise<void> {
  await executeNamed(
    tx,
    'comment_counts',
    sql`
    with conversation as (
      update conversations set comment_count = comment_count + ${by.read}::int, version = version + 1 where id = ${comment.conversationId}),
    parent as (
      update comments set reply_count = reply_count + 1 where id = ${comment.parentId} and ${by.first}::int = 1)
    update accounts set published_count = published_count + 1 where id = ${comment.authorId} and ${by.first}::int = 1 and ${isPublic(comment.audience)}::boolean`,
  )
}

const SAID: Record<CommentState, string> = {
  held: 'waiting for a moderator',
  published: 'published',
  'hidden-pending': 'hidden while it is looked at',
  rejected: 'rejected',
  removed: 'removed',
  withdrawn: 'withdrawn by its author',
  disposed: 'disposed of',
}

/** A state in words, to follow "is". */
export const sayState = (state: CommentState): string => SAID[state]
