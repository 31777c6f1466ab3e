/** When an event is past talking about. */
import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { posts } from '../posts/schema.ts'

/** People go on talking about what was said, and what was not reached in a live hour is answered in writing. */
export const TALK_GOES_ON_DAYS = 14

/** Its post, and its conversation, are archived so many days after the last date that stands, or after the last of all where every one was called off. */
export async function keepEnd(tx: Tx, postId: number): Promise<void> {
  const last = sql`select coalesce(max(o.ends_at) filter (where o.cancelled_at is null), max(o.ends_at)) from occasions o where o.post_id = ${postId}`
  await tx
    .update(posts)
    .set({ expiresAt: sql`(${last}) + make_interval(days => ${TALK_GOES_ON_DAYS})` })
    .where(eq(posts.id, postId))
}
