/** What came of a task: the first outcome that names its post among what it acts on. */
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Tx } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { sourcesIn } from '../posts/source.ts'
import { tasks } from './schema.ts'

/** In the transaction in which an outcome is published. */
export async function tieOutcome(tx: Tx, { postId }: Activity): Promise<void> {
  const [post] = postId ? await tx.select({ kind: posts.kind, details: posts.details }).from(posts).where(eq(posts.id, postId)) : []
  if (!post || !postId || post.kind !== 'outcome') return
  const named = sourcesIn(post.details).flatMap(({ kind, id }) => (kind === 'post' ? [id] : []))
  if (named.length === 0) return
  await tx
    .update(tasks)
    .set({ outcomeId: postId })
    .where(and(inArray(tasks.postId, named), isNull(tasks.outcomeId)))
}
