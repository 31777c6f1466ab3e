/** The item of an open notice changes or goes: whoever has the notice in view looks again, and what its author takes back is put away first. */
import { and, eq, notInArray, sql } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Tx } from '../database/database.ts'
import { keepSealed } from '../moderation/sealed-copy.ts'
import { cases } from '../moderation/schema.ts'
import { comments } from '../conversations/schema.ts'
import { takedownNotices } from './schema.ts'

/** In the transaction of the change. */
export async function noteChangeOfItem(tx: Tx, { kind, commentId, postId, actorId }: Activity): Promise<void> {
  const item = commentId ? eq(takedownNotices.commentId, commentId) : eq(takedownNotices.postId, postId ?? 0)
  const [open] = await tx
    .select({ caseId: cases.id })
    .from(takedownNotices)
    .innerJoin(cases, eq(cases.noticeId, takedownNotices.id))
    .where(and(item, notInArray(takedownNotices.stage, ['ended-down', 'ended-up'])))
    .orderBy(takedownNotices.id)
    .limit(1)
  if (!open) return
  await tx
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(and(sql`${cases.noticeId} in (select id from takedown_notices where ${item})`, sql`${cases.decidedAt} is null`))
  if (kind !== 'comment.withdrawn' || !commentId) return
  // Where the item's own case waits too, its copy is enough.
  const alone = sql`not exists (select from cases where cases.comment_id = comments.id and cases.waits)`
  const [words] = await tx
    .select({ body: comments.body })
    .from(comments)
    .where(and(eq(comments.id, commentId), alone))
  if (words)
    await keepSealed(tx, { because: 'withdrawn', caseId: open.caseId, commentId, postId: null, title: null, ...words, takenBy: actorId ?? null })
}
