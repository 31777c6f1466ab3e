/**
 * A priority ends with an outcome and with nothing else: publishing one that says so closes the priorities that it names. When that outcome is withdrawn, or
 * corrected so that it names one of them no more, the priority is open again. Of two outcomes at once the first closes it.
 */
import { actorById } from '../accounts/known.ts'
import { asc, eq, inArray, or } from 'drizzle-orm'
import { recordActivity, type Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { CLOSES } from '../posts/plain-fields.ts'
import { posts } from '../posts/schema.ts'
import { sourcesIn } from '../posts/source.ts'
import { touchPages, type PostRow } from '../posts/stored-post.ts'
import { postOf } from './founding.ts'
import { mayLeadPriorities } from './policy.ts'
import { priorities } from './schema.ts'

/** After anything that changes what an outcome says, or whether it stands. */
export async function keepClosings(tx: Tx, activity: Activity): Promise<void> {
  const outcome = await postOf(tx, activity, 'outcome')
  if (!outcome) return
  const wanted = closedBy(outcome)
  const concerned = await tx
    .select()
    .from(priorities)
    .where(or(eq(priorities.outcomeId, outcome.id), wanted.length > 0 ? inArray(priorities.postId, wanted) : undefined))
    .orderBy(asc(priorities.id))
    .for('update')
  for (const priority of concerned) {
    const isWanted = wanted.includes(priority.postId)
    if (!isWanted && priority.outcomeId === outcome.id) await reopen(tx, priority)
    if (isWanted && priority.closedAt === null) await close(tx, activity, outcome, priority)
  }
}

type PriorityRow = typeof priorities.$inferSelect

/** The posts of the priorities that it closes; none once it is withdrawn. */
const closedBy = (outcome: PostRow): number[] =>
  outcome.state === 'withdrawn' || outcome.details[CLOSES] !== true
    ? []
    : sourcesIn(outcome.details).flatMap(({ kind, id }) => (kind === 'post' ? [id] : []))

async function reopen(tx: Tx, priority: PriorityRow): Promise<void> {
  await tx.update(priorities).set({ outcomeId: null, closedAt: null, closedBy: null }).where(eq(priorities.id, priority.id))
  await touchPages(tx, priority.postId)
}

async function close(tx: Tx, activity: Activity, outcome: PostRow, priority: PriorityRow): Promise<void> {
  const [post] = await tx.select().from(posts).where(eq(posts.id, priority.postId))
  if (!post || post.state === 'withdrawn') return
  const closer = await closerOf(tx, activity, outcome, priority.teamId)
  if (closer === null) return
  await tx.update(priorities).set({ outcomeId: outcome.id, closedAt: now(), closedBy: closer }).where(eq(priorities.id, priority.id))
  await touchPages(tx, post.id)
  const { audience, teamId, conversationId, id: postId } = post
  const detail = { priorityId: priority.id, outcomeId: outcome.id }
  await recordActivity(tx, { kind: 'priority.closed', audience, actorId: closer, teamId, conversationId, postId, detail })
}

/** Whoever approved the outcome, else whoever wrote it, when they may close a priority of that team; null when nobody of them may. */
async function closerOf(tx: Tx, { actorId }: Activity, outcome: PostRow, teamId: number): Promise<number | null> {
  const people = [outcome.approvedBy, actorId ?? outcome.authorId].filter((id) => id !== null)
  // An outcome goes out by the sergeant of its team or the press office, or with their approval: whoever that was, also when they have left since.
  if (outcome.teamId === teamId) return people[0] ?? null
  for (const id of people) if (mayLeadPriorities(await actorById(tx, id), teamId)) return id
  return null
}
