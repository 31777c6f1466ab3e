/**
 * Words that nobody reads any more go when nothing needs them: rejected, removed or withdrawn, their cases closed for the months that the force has set,
 * no seal over them, nothing open about them. What stays is the id, the hash, the stub and the row of the log. It may be stopped at any moment and run
 * again: each comment is a transaction of its own.
 */
import { and, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import { disposeOfComment, lockComment, type LockedComment } from '../conversations/states.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { teamNameOf } from '../moderation/item.ts'
import { cases, sealedCopies } from '../moderation/schema.ts'
import { monthsBefore } from '../text/dates.ts'

const BATCH = 200

/** Disposes of everything whose time has come; answers how many. `months` after the last case closed and the comment went from view. */
export async function disposeOfWords(db: Database, months: number): Promise<number> {
  const before = monthsBefore(now(), months)
  let disposed = 0
  for (let after = 0; ;) {
    const ids = await dueAfter(db, before, after)
    for (const id of ids) disposed += Number(await db.transaction((tx) => disposeOfOne(tx, id, before)))
    const last = ids.at(-1)
    if (last === undefined || ids.length < BATCH) return disposed
    after = last
  }
}

async function dueAfter(db: Db, before: Date, after: number): Promise<number[]> {
  const rows = await db
    .select({ id: comments.id })
    .from(comments)
    .where(and(sql`${comments.id} > ${after}`, isDue(before)))
    .orderBy(comments.id)
    .limit(BATCH)
  return rows.map(({ id }) => id)
}

const isDue = (
  before: Date,
): SQL => sql`(comments.state in ('rejected', 'removed', 'withdrawn') and comments.state_at < ${before.toISOString()}::timestamptz
  and ${needsNothing('comment', before)})`

/**
 * Over a statement with `comments` (or `posts`): nothing needs the words any more. All cases about it were closed before that moment, and there is no seal, appeal,
 * request, referral, notice or proposal about it. The tables of other rooms of this floor are named, as none of them may import another.
 */
export function needsNothing(item: 'comment' | 'post', before: Date): SQL {
  const moment = sql`${before.toISOString()}::timestamptz`
  const [id, about] = [sql.raw(`${item}s.id`), sql.raw(`${item}_id`)]
  return sql`(not exists (select from cases where cases.${about} = ${id} and (cases.closed_at is null or cases.closed_at >= ${moment}))
    and not exists (select from seals where seals.${about} = ${id} and seals.lifted_at is null)
    and not exists (select from appeals join cases on cases.id = appeals.case_id where cases.${about} = ${id} and appeals.outcome is null)
    and not exists (select from requests where requests.${about} = ${id} and requests.answer is null)
    and not exists (select from referrals join cases on cases.id = referrals.case_id
      where cases.${about} = ${id} and referrals.handed_over_at is null)
    and not exists (select from takedown_notices where takedown_notices.${about} = ${id}
      and (takedown_notices.stage not in ('ended-down', 'ended-up') or takedown_notices.stage_at >= ${moment}))
    and not exists (select from proposals left join sealed_copies on sealed_copies.id = proposals.sealed_copy_id
      where coalesce(proposals.${about}, sealed_copies.${about}) = ${id} and proposals.answer is null))`
}

async function disposeOfOne(tx: Tx, id: number, before: Date): Promise<boolean> {
  const comment = await lockComment(tx, id)
  if (!comment || !(await isStillDue(tx, id, before))) return false
  await forgetComment(tx, comment)
  return true
}

/** The words of a comment go from wherever they were kept, for good, and the log says so. It is locked, and in a state in which nobody reads it any more. */
export async function forgetComment(tx: Tx, comment: LockedComment): Promise<void> {
  const hash = await disposeOfComment(tx, comment)
  await forgetCopies(tx, { commentId: comment.id })
  await tx.execute(sql`
    update appeals set redacted_body = null from cases
    where cases.id = appeals.case_id and cases.comment_id = ${comment.id} and appeals.redacted_body is not null`)
  await logDisposal(tx, comment, hash)
}

/** The words of an item in its cases and in sealed copies of it. */
export async function forgetCopies(tx: Tx, about: { commentId: number } | { postId: number }): Promise<void> {
  const ofCases = 'postId' in about ? eq(cases.postId, about.postId) : eq(cases.commentId, about.commentId)
  const ofCopies = 'postId' in about ? eq(sealedCopies.postId, about.postId) : eq(sealedCopies.commentId, about.commentId)
  await tx
    .update(cases)
    .set({ snapshot: sql`jsonb_set(${cases.snapshot}, '{body}', '""')` })
    .where(ofCases)
  await tx
    .update(sealedCopies)
    .set({ content: { title: null, body: '' }, disposedAt: now() })
    .where(and(ofCopies, isNull(sealedCopies.disposedAt)))
}

/** Somebody may have sealed it, or asked for something, between finding and locking it. */
async function isStillDue(tx: Tx, id: number, before: Date): Promise<boolean> {
  const still = await tx
    .select({ id: comments.id })
    .from(comments)
    .where(and(eq(comments.id, id), isDue(before)))
  return still.length > 0
}

/** A record for the force, not for the public log: for readers nothing changes. */
async function logDisposal(tx: Tx, comment: LockedComment, hash: string): Promise<void> {
  await writeLog(tx, {
    actorId: null,
    role: 'system',
    act: 'dispose',
    item: 'comment',
    itemId: comment.id,
    audience: 'staff',
    teamId: comment.teamId,
    teamName: await teamNameOf(tx, comment.teamId),
    fromState: comment.state,
    toState: 'disposed',
    hashBefore: hash,
  })
}
