/** An issue while somebody acts on it: locked, who works on it, and what is told of each act. */
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { recordActivity, type Activity, type ActivityKind } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { isInternal } from '../conversations/audience.ts'
import type { Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import type { PostRow } from '../posts/stored-post.ts'
import { leadsCircle, lockToAct } from './acting.ts'
import { issues, issueWorkers } from './schema.ts'

type IssueRow = typeof issues.$inferSelect

/** Throws as `lockToAct`. */
export async function lockIssue(tx: Tx, actor: SignedIn, postId: number): Promise<{ post: PostRow; issue: IssueRow }> {
  const post = await lockToAct(tx, actor, postId, 'issue')
  const [issue] = await tx.select().from(issues).where(eq(issues.postId, postId)).for('update')
  if (!issue) throw new NotFound('post')
  return { post, issue }
}

/** An issue to which something can be added. Throws as `lockToAct`, and `Forbidden` once it is closed. */
export async function lockOpen(tx: Tx, actor: SignedIn, postId: number): Promise<{ post: PostRow; issue: IssueRow }> {
  const found = await lockIssue(tx, actor, postId)
  if (found.issue.closedAt !== null) throw new Forbidden('This issue is closed. If it is not over, those who worked on it can open it again.')
  return found
}

export const worker = (actor: SignedIn, postId: number) =>
  and(eq(issueWorkers.postId, postId), eq(issueWorkers.accountId, actor.accountId), isNull(issueWorkers.leftAt))

export const worksOn = async (db: Db, actor: SignedIn, postId: number): Promise<boolean> =>
  (await db.select({ postId: issueWorkers.postId }).from(issueWorkers).where(worker(actor, postId))).length > 0

/** The accounts of those who work on it now: whom a newcomer, a link and the end concern. */
export const workersOf = async (db: Db, postId: number): Promise<number[]> =>
  (
    await db
      .select({ accountId: issueWorkers.accountId })
      .from(issueWorkers)
      .where(and(eq(issueWorkers.postId, postId), isNull(issueWorkers.leftAt)))
  ).map(({ accountId }) => accountId)

/** What somebody is to an issue, besides having raised it. */
export const standingIn = async (db: Db, actor: SignedIn, post: PostRow): Promise<{ works: boolean; leads: boolean }> => ({
  works: await worksOn(db, actor, post.id),
  leads: await leadsCircle(db, actor, post),
})

type IssueActivity = Extract<ActivityKind, `issue.${string}`>

/** Writes down what happened to an issue; all but somebody's leaving brings it to the top of the list. */
export async function tellOfIssue(
  tx: Tx,
  actor: SignedIn,
  kind: IssueActivity,
  post: PostRow,
  detail: Record<string, string | number>,
): Promise<void> {
  if (kind !== 'issue.left') await tx.update(issues).set({ activeAt: now() }).where(eq(issues.postId, post.id))
  const { audience, conversationId, teamId, id: postId } = post
  await recordActivity(tx, { kind, audience, actorId: actor.accountId, teamId, conversationId, postId, detail })
}

/** What is said in its conversation brings it to the top, too. */
export async function keepActive(tx: Tx, { audience, conversationId }: Activity): Promise<void> {
  if (!isInternal(audience)) return
  await tx.execute(sql`
    update ${issues} i set active_at = ${now().toISOString()}::timestamptz from ${posts} p where p.conversation_id = ${conversationId ?? null} and i.post_id = p.id`)
}
