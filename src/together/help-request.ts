/**
 * A request for help: a post with its conversation, and beside it when the first colleague answered and which answer was the best. Who asked may be anybody who writes
 * there, also under a pseudonym in a support circle.
 */
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { recordActivity, type Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { isInternal } from '../conversations/audience.ts'
import { lockConversation } from '../conversations/conversation.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { publishInNetwork, type StaffPostInput } from '../network/post.ts'
import { posts } from '../posts/schema.ts'
import type { PostRow } from '../posts/stored-post.ts'
import { leadsCircle, lockToAct } from './acting.ts'
import { mayMarkBest } from './policy.ts'
import { helpRequests } from './schema.ts'

export type Words = Pick<StaffPostInput, 'title' | 'body' | 'tags' | 'clientKey' | 'circleId'>
export interface Published {
  id: number
  path: string
  conversationId: number
}

/** The same form twice makes one request. Throws as `publishInNetwork`. */
export const askForHelp = (db: Database, actor: SignedIn, words: Words): Promise<Published> =>
  db.transaction((tx) =>
    publishInNetwork(tx, actor, { ...words, kind: 'help-request', details: {} }, async (within, post) => {
      await within.insert(helpRequests).values({ postId: post.id, askedAt: post.publishedAt })
    }),
  )

/**
 * Says which answer is the best; another one takes its place. The same twice is the same as once. Throws `NotFound` for a comment that is not in this conversation,
 * `Forbidden` for anybody but who asked and who leads the circle, and `Overtaken` when the words are gone.
 */
export async function markBest(db: Database, actor: SignedIn, postId: number, commentId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { post, bestId } = await lockRequest(tx, actor, postId)
    const [answer] = await tx
      .select({ state: comments.state, authorId: comments.authorId, conversationId: comments.conversationId })
      .from(comments)
      .where(eq(comments.id, commentId))
    if (answer?.conversationId !== post.conversationId) throw new NotFound('comment')
    if (bestId === commentId) return
    if (answer.state !== 'published') throw new Overtaken('That answer can no longer be read. Nothing was changed.')
    await keepBest(tx, post, { bestId: commentId, bestBy: actor.accountId, bestAt: now() })
    await tellSettled(tx, actor, post, { commentId, authorId: answer.authorId })
  })
}

/** It waits for a better one. Twice is the same as once. Throws as `markBest` does. */
export async function unmarkBest(db: Database, actor: SignedIn, postId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { post, bestId } = await lockRequest(tx, actor, postId)
    if (bestId === null) return
    await keepBest(tx, post, { bestId: null, bestBy: null, bestAt: null })
    await tellSettled(tx, actor, post, null)
  })
}

/** After the post its conversation, as whoever withdraws or removes the answer locks it: what is marked is still there to be read. */
async function lockRequest(tx: Tx, actor: SignedIn, postId: number): Promise<{ post: PostRow; bestId: number | null }> {
  const post = await lockToAct(tx, actor, postId, 'help-request')
  if (!mayMarkBest(actor, post, await leadsCircle(tx, actor, post)))
    throw new Forbidden('Whoever asked says which answer helped most. In a circle its owners can, too.')
  await lockConversation(tx, post.conversationId)
  const [request] = await tx.select({ bestId: helpRequests.bestId }).from(helpRequests).where(eq(helpRequests.postId, postId))
  if (!request) throw new NotFound('post')
  return { post, bestId: request.bestId }
}

/** It shows above the thread: pages that lie open learn of it by the version of the conversation. */
async function keepBest(
  tx: Tx,
  post: PostRow,
  best: { bestId: number; bestBy: number; bestAt: Date } | { bestId: null; bestBy: null; bestAt: null },
): Promise<void> {
  await tx.update(helpRequests).set(best).where(eq(helpRequests.postId, post.id))
  await tx
    .update(conversations)
    .set({ version: sql`${conversations.version} + 1` })
    .where(eq(conversations.id, post.conversationId))
}

/** `commentId` is the answer, `detail.accountId` who gave it; without them the mark was taken back. */
const tellSettled = (tx: Tx, actor: SignedIn, post: PostRow, best: { commentId: number; authorId: number } | null) =>
  recordActivity(tx, {
    kind: 'help.settled',
    audience: post.audience,
    actorId: actor.accountId,
    teamId: post.teamId,
    conversationId: post.conversationId,
    postId: post.id,
    commentId: best?.commentId ?? null,
    detail: best ? { accountId: best.authorId } : { act: 'taken-back' },
  })

/**
 * What was said in the conversation has changed: keeps when the first colleague answered, and lets go of a best answer that is gone for good. A reply that was the only
 * one and is withdrawn, removed or hidden leaves the request without an answer again. Whoever changes a comment has locked its conversation.
 */
export async function keepReplies(tx: Tx, { audience, conversationId, commentId }: Activity): Promise<void> {
  if (!isInternal(audience)) return
  const here = conversationId ?? sql`(select conversation_id from ${comments} where id = ${commentId ?? null})`
  await tx.execute(sql`
    update ${helpRequests} h set first_reply_at = r.first_at, best_id = case when r.keeps then h.best_id end, best_by = case when r.keeps then h.best_by end,
      best_at = case when r.keeps then h.best_at end
    from ${posts} p, lateral (
      select (select min(c.published_at) from ${comments} c where c.conversation_id = p.conversation_id and c.state = 'published' and c.author_id <> p.author_id) as first_at,
        coalesce((select b.state in ('published', 'hidden-pending', 'held') from ${comments} b where b.id = h2.best_id), false) as keeps
      from ${helpRequests} h2 where h2.post_id = p.id) r
    where p.conversation_id = ${here} and h.post_id = p.id
      and (h.first_reply_at is distinct from r.first_at or (h.best_id is not null and not r.keeps))`)
}

/** The same for what was just said, on the way on which everything said in the network goes: only a first reply changes anything. */
export async function keepFirstReply(tx: Tx, { audience, conversationId, commentId }: Activity): Promise<void> {
  if (!isInternal(audience)) return
  await tx.execute(sql`
    update ${helpRequests} h set first_reply_at = c.published_at
    from ${posts} p, ${comments} c
    where p.conversation_id = ${conversationId ?? null} and h.post_id = p.id and h.first_reply_at is null and c.id = ${commentId ?? null} and c.author_id <> p.author_id`)
}
