/**
 * Taking a comment down until a person has decided. Hiding is a hold and never a removal: no rule removes anything, and
 * what nobody decided within a day comes back by itself.
 */
import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import { setCommentState } from '../conversations/states.ts'
import type { Database, Tx } from '../database/database.ts'
import { noteChange, openCaseOf, type Case } from './case.ts'
import { dueFor, type Staffed } from './clock.ts'
import { lockItem, teamNameOf, type Item } from './item.ts'
import { reasonOf } from './reason.ts'
import { cases, decisions, flags } from './schema.ts'

export const HIDDEN_FOR_HOURS = 24

type CommentItem = Extract<Item, { kind: 'comment' }>

/**
 * Hides a published comment that enough people have flagged, and makes its case urgent.
 * Posts and official comments stay up: a brigade must not be able to silence the police's own page. They wait in the queue like the rest.
 * So does a comment that a moderator has kept: flags alone do not undo what a person decided, unless its author has changed it since.
 */
export async function hideFlagged(tx: Tx, item: Item, file: Case, staffed: Staffed): Promise<void> {
  if (item.kind !== 'comment' || item.official || item.state !== 'published' || (await wasKept(tx, item.id))) return
  const reason = await reasonOf(tx, await mostNamedReason(tx, file.id))
  await setCommentState(tx, item.comment, 'hidden-pending')
  await logBySystem(tx, item, { act: 'hide', toState: 'hidden-pending', reasonCode: reason?.code ?? null, reasonTitle: reason?.title ?? null })
  await tx
    .update(cases)
    .set({ urgent: true, dueAt: sql`least(${cases.dueAt}, ${dueFor(now(), true, staffed)}::timestamptz)`, version: sql`${cases.version} + 1` })
    .where(eq(cases.id, file.id))
  await recordActivity(tx, { kind: 'comment.hidden', ...about(item), detail: { caseId: file.id } })
}

async function wasKept(tx: Tx, commentId: number): Promise<boolean> {
  const kept = await tx
    .select({ id: decisions.id })
    .from(cases)
    .innerJoin(decisions, eq(decisions.caseId, cases.id))
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .where(and(eq(cases.commentId, commentId), eq(decisions.act, 'keep'), gt(decisions.at, sql`coalesce(${comments.editedAt}, '-infinity')`)))
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

/** Brings back what has been hidden for a day without a decision; answers how many. The cases stay open. Running it twice changes nothing more. */
export async function revertHidden(db: Database): Promise<number> {
  const before = new Date(now().getTime() - HIDDEN_FOR_HOURS * 3_600_000)
  const hidden = await db
    .select({ commentId: comments.id })
    .from(cases)
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .where(and(eq(cases.state, 'open'), eq(cases.urgent, true), eq(comments.state, 'hidden-pending'), lt(comments.stateAt, before)))
    .orderBy(comments.id)
  let reverted = 0
  for (const { commentId } of hidden) reverted += Number(await db.transaction((tx) => revertOne(tx, commentId, before)))
  return reverted
}

async function revertOne(tx: Tx, commentId: number, before: Date): Promise<boolean> {
  const item = await lockItem(tx, { commentId })
  const file = item && (await openCaseOf(tx, item))
  if (item?.kind !== 'comment' || !file || item.state !== 'hidden-pending') return false
  // While a case is before the courts nothing comes up unless a person has looked at it.
  if (item.comment.mode === 'legal-lock') return false
  const [since] = await tx.select({ stateAt: comments.stateAt }).from(comments).where(eq(comments.id, commentId))
  if (!since || since.stateAt >= before) return false
  await setCommentState(tx, item.comment, 'published')
  await logBySystem(tx, item, { act: 'restore', toState: 'published', note: `No decision within ${HIDDEN_FOR_HOURS} hours.` })
  // Nobody decided: the activity names the case and no decision.
  const activity = await recordActivity(tx, {
    kind: 'comment.restored',
    ...about(item),
    detail: { caseId: file.id, decisionId: null, from: 'hidden-pending' },
  })
  await noteChange(tx, activity)
  return true
}

const about = (item: CommentItem) => ({ audience: item.audience, teamId: item.teamId, conversationId: item.conversationId, commentId: item.id })

interface SystemAct {
  act: string
  toState: string
  reasonCode?: string | null
  reasonTitle?: string | null
  note?: string
}

async function logBySystem(tx: Tx, item: CommentItem, entry: SystemAct): Promise<number> {
  const hash = contentHash(item.body)
  return writeLog(tx, {
    actorId: null,
    role: 'system',
    item: 'comment',
    itemId: item.id,
    audience: item.audience,
    teamId: item.teamId,
    teamName: await teamNameOf(tx, item.teamId),
    fromState: item.state,
    hashBefore: hash,
    hashAfter: hash,
    ...entry,
  })
}
