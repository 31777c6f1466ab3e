/**
 * Taking a comment down until a person has decided. Hiding is a hold and never a removal: no rule removes anything, and
 * what nobody decided within a day comes back by itself, unless the law is the reason.
 */
import { and, asc, desc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog, type LogEntry } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { isPublic } from '../conversations/audience.ts'
import { comments } from '../conversations/schema.ts'
import { setCommentState } from '../conversations/states.ts'
import type { Database, Tx } from '../database/database.ts'
import { noteChange, openCaseOf, recordCaseAct, type Case } from './case.ts'
import { dueFor, type Staffed } from './clock.ts'
import { lockItem, teamNameOf, type Item } from './item.ts'
import { deciderRole } from './policy.ts'
import { reasonOf, type Reason } from './reason.ts'
import { cases, decisions, flags, hidings } from './schema.ts'

export const HIDDEN_FOR_HOURS = 24

export type CommentItem = Extract<Item, { kind: 'comment' }>

/**
 * Hides a published comment that enough people have flagged, and makes its case urgent.
 * Posts and official comments in public stay up: a brigade must not be able to silence the police's own page. They wait in the queue like the rest.
 * In the staff network everybody bears a mark, so it protects nobody there.
 * So does a comment that a moderator has kept: flags alone do not undo what a person decided, unless its author has changed it since.
 */
export async function hideFlagged(tx: Tx, item: Item, file: Case, staffed: Staffed): Promise<void> {
  if (item.kind !== 'comment' || (item.official && isPublic(item.audience)) || item.state !== 'published' || (await wasKept(tx, item.id))) return
  const reason = await reasonOf(tx, await mostNamedReason(tx, file.id))
  // What people suspect is no legal reason: it comes back after a day like everything that flags have hidden.
  await hide(tx, null, item, file, { reason, legal: false, note: null, staffed })
}

interface Why {
  reason: Reason | null
  legal: boolean
  note: string | null
  staffed: Staffed
  clientKey?: string
}

/** Takes a locked, published comment down and makes its case urgent. The rules for who may, and when, are the caller's. */
export async function hide(
  tx: Tx,
  actor: SignedIn | null,
  item: CommentItem,
  file: Case,
  { reason, legal, note, staffed, clientKey }: Why,
): Promise<void> {
  const at = now()
  const role = actor ? deciderRole(actor, item.teamId) : 'system'
  const revertsAt = legal ? null : new Date(at.getTime() + HIDDEN_FOR_HOURS * 3_600_000)
  const byId = actor && actor.accountId
  await setCommentState(tx, item.comment, 'hidden-pending')
  await tx.insert(hidings).values({ caseId: file.id, commentId: item.id, byId, role, reasonCode: reason?.code ?? null, note, at, revertsAt })
  await tx
    .update(cases)
    .set({ urgent: true, dueAt: sql`least(${cases.dueAt}, ${dueFor(at, true, staffed)}::timestamptz)`, version: sql`${cases.version} + 1` })
    .where(eq(cases.id, file.id))
  await recordCaseAct(tx, actor, file.id, 'hidden', { note, ...(role !== 'system' && { role }), ...(clientKey && { clientKey }) })
  await recordActivity(tx, { kind: 'comment.hidden', actorId: byId, ...about(item), detail: { caseId: file.id } })
  const why = { reasonCode: reason?.code ?? null, reasonTitle: reason?.title ?? null, note }
  await logHiding(tx, item, { actorId: byId, role, act: 'hide', toState: 'hidden-pending', ...why })
}

/** A person looked at it and left it standing, or brought it back, since its author last changed it. */
export async function wasKept(tx: Tx, commentId: number): Promise<boolean> {
  const kept = await tx
    .select({ id: decisions.id })
    .from(cases)
    .innerJoin(decisions, eq(decisions.caseId, cases.id))
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .where(
      and(
        eq(cases.commentId, commentId),
        inArray(decisions.act, ['keep', 'restore', 'redact']),
        gt(decisions.at, sql`coalesce(${comments.editedAt}, '-infinity')`),
      ),
    )
    .limit(1)
  return kept.length > 0
}

async function mostNamedReason(tx: Tx, caseId: number): Promise<string> {
  const [most] = await tx
    .select({ code: flags.reasonCode })
    .from(flags)
    .where(eq(flags.caseId, caseId))
    .groupBy(flags.reasonCode)
    .orderBy(desc(sql`count(*)`), asc(flags.reasonCode))
    .limit(1)
  return most?.code ?? ''
}

/** Nothing brings it back by itself any more: somebody decided, or its author took it back. */
export async function endHiding(tx: Tx, commentId: number): Promise<void> {
  await tx
    .update(hidings)
    .set({ endedAt: now() })
    .where(and(eq(hidings.commentId, commentId), isNull(hidings.endedAt)))
}

/** Brings back what has been hidden for its time without a decision; answers how many. The cases stay open. Running it twice changes nothing more. */
export async function revertHidden(db: Database): Promise<number> {
  const due = await db
    .select({ commentId: hidings.commentId })
    .from(hidings)
    .where(and(isNull(hidings.endedAt), lte(hidings.revertsAt, now())))
    .orderBy(hidings.commentId)
  let reverted = 0
  for (const { commentId } of due) reverted += Number(await db.transaction((tx) => revertOne(tx, commentId)))
  return reverted
}

async function revertOne(tx: Tx, commentId: number): Promise<boolean> {
  const item = await lockItem(tx, { commentId })
  if (item?.kind !== 'comment' || !(await isOver(tx, commentId))) return false
  if (item.state !== 'hidden-pending') {
    await endHiding(tx, commentId)
    return false
  }
  // While a case is before the courts nothing comes up unless a person has looked at it.
  const file = item.comment.mode === 'legal-lock' ? null : await openCaseOf(tx, item)
  if (!file) return false
  await endHiding(tx, commentId)
  await setCommentState(tx, item.comment, 'published')
  await recordCaseAct(tx, null, file.id, 'reverted')
  // Nobody decided: the activity names the case and no decision.
  const activity = await recordActivity(tx, {
    kind: 'comment.restored',
    ...about(item),
    detail: { caseId: file.id, decisionId: null, from: 'hidden-pending' },
  })
  await noteChange(tx, activity)
  const note = `No decision within ${HIDDEN_FOR_HOURS} hours.`
  await logHiding(tx, item, { actorId: null, role: 'system', act: 'restore', toState: 'published', note })
  return true
}

/** Asked again now that the comment is locked: somebody may have decided, or hidden it anew. */
async function isOver(tx: Tx, commentId: number): Promise<boolean> {
  const over = await tx
    .select({ id: hidings.id })
    .from(hidings)
    .where(and(eq(hidings.commentId, commentId), isNull(hidings.endedAt), lte(hidings.revertsAt, now())))
  return over.length > 0
}

const about = (item: CommentItem) => ({ audience: item.audience, teamId: item.teamId, conversationId: item.conversationId, commentId: item.id })

type Entry = Pick<LogEntry, 'actorId' | 'role' | 'act'> & Partial<Pick<LogEntry, 'toState' | 'reasonCode' | 'reasonTitle' | 'note'>>

async function logHiding(tx: Tx, item: CommentItem, entry: Entry): Promise<void> {
  const hash = contentHash(item.body)
  const { id: itemId, audience, teamId, state: fromState } = item
  const teamName = await teamNameOf(tx, teamId)
  await writeLog(tx, { item: 'comment', itemId, audience, teamId, teamName, fromState, hashBefore: hash, hashAfter: hash, ...entry })
}
