/**
 * Bringing back a post that a moderator removed, because somebody else has looked at it again: title, words, tags, address and conversation, each
 * as it stood before.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { log } from '../activity/schema.ts'
import { now } from '../clock.ts'
import { conversations, type Mode } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Overtaken } from '../errors.ts'
import { slugOf } from '../text/slug.ts'
import { posts, type PostState } from './schema.ts'
import { renamePost, saveTags, tellOfPost, type PostRow } from './stored-post.ts'

/** In the transaction that wrote the log row, for a locked post. Throws `Overtaken` when no moderator has it down. */
export async function restorePost(tx: Tx, actorId: number | null, post: PostRow): Promise<void> {
  if (post.state !== 'withdrawn' || post.removalId === null) throw new Overtaken('No moderator has taken this post down. Nothing was changed.')
  const state = stateBefore(post)
  const slug = slugOf(post.title)
  await tx.update(posts).set({ state, slug, withdrawnAt: null, withdrawnBecause: null, removalId: null }).where(eq(posts.id, post.id))
  await renamePost(tx, post, { title: post.title, slug })
  await reopen(tx, post.conversationId, state)
  await saveTags(tx, post)
  await tellOfPost(tx, actorId, 'post.restored', post)
}

const stateBefore = (post: PostRow): PostState => (post.archivedAt ? 'archived' : post.correctedAt ? 'corrected' : 'published')

/** The conversation was archived with the post: it goes back to the mode that somebody set last. A lock or a closing stands as it is, and so does the end of its circle. */
async function reopen(tx: Tx, conversationId: number, state: PostState): Promise<void> {
  const [last] = await tx
    .select({ mode: log.toState })
    .from(log)
    .where(and(eq(log.item, 'conversation'), eq(log.itemId, conversationId), eq(log.act, 'set-mode')))
    .orderBy(desc(log.id))
    .limit(1)
  const before: Mode = last?.mode === 'held' || last?.mode === 'archived' ? last.mode : 'open'
  const mode = state === 'archived' ? 'archived' : before
  await tx
    .update(conversations)
    .set({
      version: sql`${conversations.version} + 1`,
      mode: sql`case when ${conversations.mode} = 'archived' and not ${inClosedCircle} then ${mode} else ${conversations.mode} end`,
      modeSetAt: now(),
    })
    .where(eq(conversations.id, conversationId))
}

const inClosedCircle = sql`exists (select from circles where 'circle:' || circles.id = ${conversations.audience} and circles.closed_at is not null)`
