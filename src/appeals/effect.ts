/**
 * What the outcome of an appeal does to the item. It undoes what the appealed decision did and nothing else: what its author took back since, or what
 * another decision took down, stays as it is, and while proceedings are active nothing comes out.
 */
import { and, desc, eq, isNotNull, isNull, not, or, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { conversations, comments } from '../conversations/schema.ts'
import { isKept } from '../conversations/evidence.ts'
import { keepCounts, setCommentState } from '../conversations/states.ts'
import type { Db, Tx } from '../database/database.ts'
import { putBesideBack } from '../moderation/beside.ts'
import type { Case } from '../moderation/case.ts'
import type { Decision } from '../moderation/history.ts'
import type { Item } from '../moderation/item.ts'
import type { ItemState } from '../moderation/policy.ts'
import type { Reason } from '../moderation/reason.ts'
import { redactedItem, redactItem } from '../moderation/redaction.ts'
import { hashOfWords } from '../moderation/sealed-copy.ts'
import { sealedCopies } from '../moderation/schema.ts'
import { isSealedPost } from '../moderation/upstairs.ts'
import { restorePost } from '../posts/restoring.ts'
import { posts } from '../posts/schema.ts'
import { renamePost, touchPages, wordsOf } from '../posts/stored-post.ts'
import { renderComment } from '../text/markdown.ts'
import { about } from './appeal.ts'
import type { Hearing, NewOutcome } from './hearing.ts'
import type { Way } from './policy.ts'
import { appeals } from './schema.ts'

/** The item is down because of this decision, or readers see the words that it left. */
export const isStanding = (item: Item, decision: Pick<Decision, 'act' | 'logId'>): boolean =>
  stands(decision, { state: item.state, removalId: item.kind === 'comment' ? item.comment.removalId : item.post.removalId })

/** The same by state, and by the row of the log because of which it is down. */
export const stands = (
  { act, logId }: Pick<Decision, 'act' | 'logId'>,
  { state, removalId }: { state: ItemState; removalId: number | null },
): boolean => (act === 'redact' ? state === 'published' || state === 'hidden-pending' || state === 'held' : removalId === logId)

/** Evidence: nobody changes its words. */
export const isSealed = (db: Db, { kind, id }: Pick<Item, 'kind' | 'id'>): Promise<boolean> => (kind === 'comment' ? isKept : isSealedPost)(db, id)

/** While a case is before the courts nothing that was down comes out, whoever was right. */
export async function isLocked(db: Db, item: Item): Promise<boolean> {
  if (item.kind === 'comment') return item.comment.mode === 'legal-lock'
  const [found] = await db.select({ mode: conversations.mode }).from(conversations).where(eq(conversations.id, item.conversationId))
  return found?.mode === 'legal-lock'
}

/** The state in which it leaves the item, and the hash of its words; null where nobody is shown any. That of a redaction covers what stands beside a post. */
export async function stateAfter(
  tx: Tx,
  { file, item, decision }: Hearing,
  input: Pick<NewOutcome, 'way' | 'takeOut'>,
): Promise<{ state: ItemState; hash: string | null }> {
  const stays = { state: item.state, hash: item.state === 'published' ? contentHash(item.body) : null }
  if (input.way === 'upheld' || input.way === 'varied-reason' || !isStanding(item, decision)) return stays
  if (decision.act === 'redact') {
    const before = await wordsBefore(tx, file, item)
    return before ? { ...stays, hash: contentHash(before.body) } : stays
  }
  if (await isLocked(tx, item)) return { state: item.kind === 'comment' ? 'held' : item.state, hash: null }
  if (input.way !== 'varied-words') return { state: 'published', hash: contentHash(item.body) }
  const left = redactedItem(item, input.takeOut)
  return { state: 'published', hash: hashOfWords(left.body, left.beside) }
}

interface Effect {
  way: Way
  takeOut: readonly string[]
  reason: Reason | null
  logId: number
}

/** Does it, inside the transaction that wrote the row of the log; answers the words that came back with parts taken out, else null. */
export async function applyOutcome(tx: Tx, actor: SignedIn, hearing: Hearing, { way, takeOut, reason, logId }: Effect): Promise<string | null> {
  const { file, item, decision } = hearing
  if (way === 'upheld' || !isStanding(item, decision)) return null
  if (way === 'varied-reason') {
    await replaceRemoval(tx, item, logId, reason)
    return null
  }
  if (decision.act === 'redact') {
    await putBack(tx, file, item, logId)
    return null
  }
  const redacted = way === 'varied-words' ? redactedItem(item, takeOut).body : null
  if (redacted !== null) await redactItem(tx, actor, item, { caseId: file.id, logId, takenOut: takeOut })
  await bringBack(tx, actor, item, logId, redacted !== null)
  return redacted
}

/** The stub, and what its author reads, lead to the reason that stands now. */
async function replaceRemoval(tx: Tx, item: Item, removalId: number, reason: Reason | null): Promise<void> {
  if (item.kind === 'comment') {
    await tx.update(comments).set({ removalId }).where(eq(comments.id, item.id))
    return keepCounts(tx, item.comment, { read: 0, first: 0 })
  }
  await tx
    .update(posts)
    .set({ removalId, withdrawnBecause: reason?.publicText ?? item.post.withdrawnBecause })
    .where(eq(posts.id, item.id))
  await touchPages(tx, item.id)
}

async function bringBack(tx: Tx, actor: SignedIn, item: Item, logId: number, redacted: boolean): Promise<void> {
  const locked = await isLocked(tx, item)
  if (item.kind === 'post') return locked ? keepPostDown(tx, item, logId) : restorePost(tx, actor.accountId, await postNow(tx, item, redacted))
  if (!locked) return setCommentState(tx, item.comment, 'published')
  await setCommentState(tx, item.comment, 'held')
  await recordActivity(tx, { kind: 'comment.held', actorId: actor.accountId, ...about(item), detail: { because: LOCKED } })
}

const LOCKED = 'An appeal went its author’s way, but the conversation is under a legal lock.'

/** A post has no state in which it waits: it stays down until the lock is over and its team publishes it again. */
async function keepPostDown(tx: Tx, item: Extract<Item, { kind: 'post' }>, removalId: number): Promise<void> {
  const withdrawnBecause = 'The decision to remove it was overturned. It cannot be shown while a case is before the courts.'
  await tx.update(posts).set({ removalId, withdrawnBecause }).where(eq(posts.id, item.id))
  await touchPages(tx, item.id)
}

async function postNow(tx: Tx, item: Extract<Item, { kind: 'post' }>, redacted: boolean) {
  if (!redacted) return item.post
  const [post] = await tx.select().from(posts).where(eq(posts.id, item.id))
  return post ?? item.post
}

/**
 * The words as they stood before this decision; null when they are disposed of, sealed as evidence, changed since by their author or by another
 * decision, or when only a photo was redacted.
 */
async function wordsBefore(tx: Tx, file: Case, item: Item): Promise<(typeof sealedCopies.$inferSelect)['content'] | null> {
  if (await isSealed(tx, item)) return null
  const of = item.kind === 'comment' ? eq(sealedCopies.commentId, item.id) : eq(sealedCopies.postId, item.id)
  const [newest] = await tx
    .select()
    .from(sealedCopies)
    .where(and(of, eq(sealedCopies.because, 'redacted'), isNull(sealedCopies.photoId)))
    .orderBy(desc(sealedCopies.id))
    .limit(1)
  if (!newest || newest.caseId !== file.id || newest.disposedAt !== null) return null
  const changedAt = await changedByAuthor(tx, item)
  return changedAt !== null && changedAt > newest.takenAt ? null : newest.content
}

async function changedByAuthor(tx: Tx, item: Item): Promise<Date | null> {
  if (item.kind === 'post') return item.post.correctedAt
  const [comment] = await tx.select({ editedAt: comments.editedAt }).from(comments).where(eq(comments.id, item.id))
  return comment?.editedAt ?? null
}

/** Another redaction of it stands, of its words or of a photo: the mark stays, and earlier versions stay unread. */
async function isRedactedElsewhere(tx: Tx, file: Case, item: Item): Promise<boolean> {
  const of = item.kind === 'comment' ? eq(sealedCopies.commentId, item.id) : eq(sealedCopies.postId, item.id)
  const undone = sql`exists (select from ${appeals} where ${appeals.caseId} = ${sealedCopies.caseId} and ${appeals.outcome} = 'overturned')`
  const elsewhere = or(isNotNull(sealedCopies.photoId), and(sql`${sealedCopies.caseId} is distinct from ${file.id}`, not(undone)))
  const [found] = await tx
    .select({ id: sealedCopies.id })
    .from(sealedCopies)
    .where(and(of, eq(sealedCopies.because, 'redacted'), elsewhere))
    .limit(1)
  return found !== undefined
}

/** A redaction undone: the whole words again. A photo stays as it is: its team can publish it anew. */
async function putBack(tx: Tx, file: Case, item: Item, logId: number): Promise<void> {
  const words = await wordsBefore(tx, file, item)
  if (!words) return
  const editedByModerator = await isRedactedElsewhere(tx, file, item)
  if (item.kind === 'comment') {
    const { body } = words
    await tx
      .update(comments)
      .set({ body, bodyHtml: renderComment(body), editedByModerator, version: item.version + 1 })
      .where(eq(comments.id, item.id))
    return keepCounts(tx, item.comment, { read: 0, first: 0 })
  }
  const { post } = item
  const set = wordsOf({ title: words.title ?? post.title, body: words.body, tags: post.tags })
  await tx
    .update(posts)
    .set({ ...set, editedByModerator, version: item.version + 1 })
    .where(eq(posts.id, item.id))
  await renamePost(tx, post, set)
  await putBesideBack(tx, item, logId, words.beside ?? [])
  await touchPages(tx, item.id)
}
