/**
 * The moderators' decision file on one item. An item has one open case at most: whoever finds one open joins it.
 */
import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Actor, Role, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { readable } from '../conversations/audience.ts'
import type { Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { expectedBy } from './clock.ts'
import type { Item } from './item.ts'
import { deciderRole, deskOf, ITEM_CAUSES } from './policy.ts'
import { caseActs, cases, type CaseAct, type CaseCause, type Escalation } from './schema.ts'

export type Case = typeof cases.$inferSelect

/** The scope of every look-up of cases: those that this actor's desk holds. The same rule as `mayReadCase`. */
export function onDesk(actor: Actor): SQL {
  const desk = deskOf(actor)
  const its = sql`(${readable(actor, cases)} or ${cases.audience} like 'circle:%')`
  if (desk === 'all') return its
  if (desk.length === 0) return sql`false`
  return sql`(${its} and ${inArray(cases.teamId, desk)} and ${inArray(cases.cause, [...ITEM_CAUSES])})`
}

/** A held comment opens a case in the transaction in which it was written; held again while one is open, it joins that one, which keeps both causes. */
export async function openCaseForHeld(tx: Tx, { commentId, detail }: Activity): Promise<void> {
  const moment = now()
  await tx.execute(sql`
    insert into cases (cause, because, comment_id, conversation_id, audience, team_id, snapshot, opened_at, due_at)
    select 'held', ${String(detail?.['because'] ?? 'Held by a rule.')}, comments.id, comments.conversation_id, conversations.audience, conversations.team_id,
      jsonb_build_object('body', comments.body, 'version', comments.version), ${moment}, ${expectedBy(moment)}
    from comments join conversations on conversations.id = comments.conversation_id where comments.id = ${commentId}
    on conflict (comment_id) where decided_at is null
    do update set because = case when strpos(cases.because, excluded.because) > 0 then cases.because else rtrim(cases.because, '.') || '. ' || excluded.because end, due_at = least(cases.due_at, excluded.due_at), version = cases.version + 1`)
}

/** The open case of an item that the caller has locked; a new one when there is none. */
export async function joinCase(
  tx: Tx,
  item: Item,
  opening: { cause?: 'flagged' | 'hidden'; because: string; urgent: boolean; openedAt: Date; dueAt: Date },
): Promise<{ file: Case; opened: boolean }> {
  const open = await openCaseOf(tx, item)
  if (open) return { file: open, opened: false }
  const [file] = await tx
    .insert(cases)
    .values({
      cause: 'flagged',
      ...opening,
      commentId: item.kind === 'comment' ? item.id : null,
      postId: item.kind === 'post' ? item.id : null,
      conversationId: item.conversationId,
      audience: item.audience,
      teamId: item.teamId,
      snapshot: { body: item.body, version: item.version },
    })
    .returning()
  if (!file) throw new Error('no case was opened')
  return { file, opened: true }
}

export async function openCaseOf(tx: Tx, item: Pick<Item, 'kind' | 'id'>): Promise<Case | null> {
  const about = item.kind === 'comment' ? eq(cases.commentId, item.id) : eq(cases.postId, item.id)
  const [open] = await tx
    .select()
    .from(cases)
    .where(and(about, isNull(cases.decidedAt)))
    .for('update')
  return open ?? null
}

/** The item changed while its case is open: whoever has the case in view has to look again before deciding. */
export async function noteChange(tx: Tx, { commentId, postId }: Activity): Promise<void> {
  const about = commentId ? eq(cases.commentId, commentId) : postId ? eq(cases.postId, postId) : sql`false`
  await tx
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(and(about, isNull(cases.decidedAt)))
}

/** What a colleague, or somebody outside, puts before the press office. Exactly one of the ids is given. */
export interface NewCase {
  cause: Exclude<CaseCause, 'held' | 'flagged' | 'hidden' | 'appealed'>
  because: string
  draftId?: number
  requestId?: number
  noticeId?: number
  proposalId?: number
  conversationId?: number | null
  teamId: number | null
  audience: string
  /** What it is about: shown in the queue. */
  title: string
  body: string
  urgent?: boolean
  dueAt: Date
}

/** Opens a case for something else than a comment or a post; answers its id. */
export async function openCaseAbout(tx: Tx, { body, ...about }: NewCase): Promise<number> {
  const [file] = await tx
    .insert(cases)
    .values({ ...about, snapshot: { body, version: 1 }, openedAt: now() })
    .returning({ id: cases.id })
  if (!file) throw new Error('no case was opened')
  return file.id
}

/** Ends a case that is decided elsewhere: the draft was approved, the request answered. Doing it twice is the same as once. */
export async function closeCaseAbout(tx: Tx, about: SQL): Promise<void> {
  const moment = now()
  await tx
    .update(cases)
    .set({ state: 'closed', escalatedTo: null, decidedAt: moment, closedAt: moment, version: sql`${cases.version} + 1` })
    .where(and(about, isNull(cases.decidedAt)))
}

/** The case, locked, when it is on this actor's desk. Throws `NotFound`. The caller locks the item first where the act changes it. */
export async function lockCaseFile(tx: Tx, actor: Actor, id: number): Promise<Case> {
  const [file] = await tx
    .select()
    .from(cases)
    .where(and(eq(cases.id, id), onDesk(actor)))
    .for('update')
  if (!file) throw new NotFound('case')
  return file
}

/** Was this done to the case before, under this key? Throws `Refused` for a key under which something else was done: what was typed must not be taken for done. */
export async function isActKnown(tx: Tx, caseId: number, act: CaseAct, clientKey: string): Promise<boolean> {
  const [known] = await tx.select({ caseId: caseActs.caseId, act: caseActs.act }).from(caseActs).where(eq(caseActs.clientKey, clientKey))
  if (known && (known.caseId !== caseId || known.act !== act)) throw new Refused('This page is out of date. Reload it and try again.')
  return known !== undefined
}

/**
 * Writes down what happened to a case, and answers true; the same `clientKey` again writes nothing. A null actor is the system. Throws as `isActKnown`.
 */
export async function recordCaseAct(
  tx: Tx,
  actor: SignedIn | null,
  caseId: number,
  act: CaseAct,
  more: { role?: Role; note?: string | null; toId?: number | null; escalatedTo?: Escalation | null; clientKey?: string } = {},
): Promise<boolean> {
  const written = await tx
    .insert(caseActs)
    .values({ caseId, act, actorId: actor && actor.accountId, role: actor ? deciderRole(actor) : 'system', at: now(), ...more })
    .onConflictDoNothing()
    .returning({ id: caseActs.id })
  if (written.length > 0) return true
  if (!(await isActKnown(tx, caseId, act, more.clientKey ?? ''))) throw new Error('an act was neither written nor known')
  return false
}

/** Changes a locked case, and raises its version: whoever has it in view elsewhere has to look again. */
export async function changeCase(tx: Tx, file: Case, set: Partial<Omit<Case, 'waits' | 'version'>>): Promise<void> {
  await tx
    .update(cases)
    .set({ ...set, version: sql`${cases.version} + 1` })
    .where(eq(cases.id, file.id))
}
