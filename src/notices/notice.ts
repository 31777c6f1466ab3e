/**
 * A notice of law: somebody outside says that a published item defames them, or is theirs. It opens a case at the press office's desk; nothing about it is
 * public, and it removes nothing by itself. Each step is written down once and stays.
 */
import { isDeepStrictEqual } from 'node:util'
import { eq, sql } from 'drizzle-orm'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { openCaseAbout } from '../moderation/case.ts'
import { lockItem, teamNameOf, type Item, type ItemRef } from '../moderation/item.ts'
import { deciderRole } from '../moderation/policy.ts'
import { cases } from '../moderation/schema.ts'
import { LAWFUL_HOURS, lawfulDeadline } from './clock.ts'
import { receiptLetter, type Sender } from './letters.ts'
import { noticeSteps, takedownNotices, type NoticeKind, type NoticeStage } from './schema.ts'
import { KIND_SAID } from './statement.ts'
import { isUp } from './subject.ts'

export type Notice = typeof takedownNotices.$inferSelect

export interface NewNotice {
  kind: NoticeKind
  name: string
  email: string
  /** By the names of `STATEMENT`, without `where`. */
  statement: Record<string, string>
  mayShare: boolean
  clientKey: string
}

/** A notice as whoever sent it sees it. */
export interface Received {
  id: number
  dueAt: Date
  title: string
  /** Address of the item's place on the site. */
  path: string
}

/** Takes a notice in. The same form sent twice makes one. Throws `NotFound` for what is not public. */
export async function receiveNotice(db: Database, sender: Sender, ref: ItemRef, input: NewNotice): Promise<Received> {
  return db.transaction(async (tx) => {
    const item = await lockItem(tx, ref)
    if (!item || item.audience !== 'public') throw new NotFound('item')
    const path = item.kind === 'comment' ? `/comments/${item.id}` : item.path
    const known = await sentBefore(tx, item, input)
    if (known) return { ...known, title: item.title, path }
    if (!isUp(item.state)) throw new NotFound('item')
    const receivedAt = now()
    const dueAt = lawfulDeadline(receivedAt, LAWFUL_HOURS)
    const [notice] = await tx
      .insert(takedownNotices)
      .values({
        ...input,
        ...aboutItem(item),
        statement: { where: `${sender.publicUrl}${path}`, ...input.statement },
        receivedAt,
        stageAt: receivedAt,
        stageDueAt: dueAt,
      })
      .returning()
    if (!notice) throw new Error('no notice was received')
    await openFor(tx, item, notice, dueAt)
    await sendMail(tx, {
      key: `notice:${notice.id}:received`,
      to: notice.email,
      ...receiptLetter(sender, { id: notice.id, kind: notice.kind, item: item.kind, title: item.title }, dueAt),
    })
    return { id: notice.id, dueAt, title: item.title, path }
  })
}

/** The same form once more: the lock on the item makes the second of two wait for the first. Throws `Refused` when it came with other words. */
async function sentBefore(tx: Tx, item: Item, input: NewNotice): Promise<{ id: number; dueAt: Date } | null> {
  const [known] = await tx.select().from(takedownNotices).where(eq(takedownNotices.clientKey, input.clientKey))
  if (!known) return null
  const { where: _where, ...statement } = known.statement
  const { commentId, postId, kind, name, email, mayShare, clientKey } = known
  if (!isDeepStrictEqual({ commentId, postId, kind, name, email, mayShare, clientKey, statement }, { ...aboutItem(item), ...input }))
    throw new Refused('You sent this form before, with other words', {
      words: `You sent this form before, with other words, and we have those as notice ${known.id}. Open the form again to send another notice`,
    })
  return { id: known.id, dueAt: lawfulDeadline(known.receivedAt, LAWFUL_HOURS) }
}

export const aboutItem = (item: Pick<Item, 'kind' | 'id'>) => ({
  commentId: item.kind === 'comment' ? item.id : null,
  postId: item.kind === 'post' ? item.id : null,
})

async function openFor(tx: Tx, item: Item, notice: Notice, dueAt: Date): Promise<void> {
  // Of the press office alone: the team must not learn who complains about it before the law has run its course.
  const caseId = await openCaseAbout(tx, {
    cause: 'notice',
    because:
      notice.kind === 'defamation' ? 'Somebody gives notice of defamation: the law sets 48 hours for each step.' : 'Somebody says that it is theirs.',
    noticeId: notice.id,
    teamId: null,
    audience: item.audience,
    title: `${KIND_SAID[notice.kind]} about a ${item.kind} in “${item.title}”`,
    body: notice.statement['words'] ?? '',
    dueAt,
  })
  await tx.insert(noticeSteps).values({ noticeId: notice.id, stage: 'received', byId: null, at: notice.receivedAt })
  await logStep(tx, null, 'complainant', notice, item, { act: 'receive', from: null, to: 'received', note: null })
  await tellOfNotice(tx, 'notice.received', item, notice.id, caseId, null)
}

export interface Step {
  stage: NoticeStage
  note: string | null
  dueAt: Date | null
  /** In the log: "tell-author". */
  act: string
  /** What else changes about the notice. */
  set?: Partial<Notice>
}

/** Who takes a step: somebody at the desk or the author; null when a deadline has passed. */
export interface Stepper {
  actor: SignedIn | null
  role: string
}
export const atDesk = (actor: SignedIn): Stepper => ({ actor, role: deciderRole(actor) })
export const asAuthor = (actor: SignedIn): Stepper => ({ actor, role: 'author' })
export const BY_TIME: Stepper = { actor: null, role: 'system' }

const TOLD: Partial<Record<NoticeStage, ActivityKind>> = {
  'author-told': 'notice.author-told',
  'author-answered': 'notice.answered',
  'ended-down': 'notice.ended',
  'ended-up': 'notice.ended',
}

/**
 * Takes a step of a notice whose item, case and row the caller has locked, in this order: the stage, its deadline (which its case follows, with a new
 * version), the row of its history, the row of the log.
 */
export async function takeStep(tx: Tx, by: Stepper, notice: Notice, item: Item, caseId: number, step: Step): Promise<void> {
  const moment = now()
  await tx
    .update(takedownNotices)
    .set({ ...step.set, stage: step.stage, stageAt: moment, stageDueAt: step.dueAt })
    .where(eq(takedownNotices.id, notice.id))
  await tx.insert(noticeSteps).values({ noticeId: notice.id, stage: step.stage, byId: by.actor && by.actor.accountId, note: step.note, at: moment })
  await tx
    .update(cases)
    .set({ ...(step.dueAt && { dueAt: step.dueAt }), version: sql`${cases.version} + 1` })
    .where(eq(cases.id, caseId))
  // What authors write is for the desk. It does not belong in the log, from which nobody can ever take an address.
  const note = by.role === 'author' ? null : step.note
  await logStep(tx, by.actor, by.role, notice, item, { act: step.act, from: notice.stage, to: step.stage, note })
  const told = TOLD[step.stage]
  if (told) await tellOfNotice(tx, told, item, notice.id, caseId, by.actor)
}

/** Of the kind "notice", which the public log does not show. */
async function logStep(
  tx: Tx,
  actor: SignedIn | null,
  role: string,
  notice: Notice,
  item: Item,
  { act, from, to, note }: { act: string; from: string | null; to: string; note: string | null },
): Promise<void> {
  await writeLog(tx, {
    actorId: actor && actor.accountId,
    role,
    act,
    item: 'notice',
    itemId: notice.id,
    audience: 'staff',
    teamId: item.teamId,
    teamName: await teamNameOf(tx, item.teamId),
    fromState: from,
    toState: to,
    note,
  })
}

async function tellOfNotice(tx: Tx, kind: ActivityKind, item: Item, noticeId: number, caseId: number, actor: SignedIn | null): Promise<void> {
  const { teamId, conversationId } = item
  const detail = { noticeId, caseId }
  await recordActivity(tx, { kind, audience: 'staff', actorId: actor && actor.accountId, teamId, conversationId, ...aboutItem(item), detail })
}

export interface LockedNotice {
  notice: Notice
  item: Item
  caseId: number
  caseVersion: number
}

/** A notice with its item and its case, locked in the order in which everybody locks them; null when there is none. */
export async function lockNotice(tx: Tx, id: number): Promise<LockedNotice | null> {
  const [seen] = await tx
    .select({ commentId: takedownNotices.commentId, postId: takedownNotices.postId })
    .from(takedownNotices)
    .where(eq(takedownNotices.id, id))
  if (!seen) return null
  const item = await lockItem(tx, seen.commentId === null ? { postId: seen.postId ?? 0 } : { commentId: seen.commentId })
  const [file] = await tx.select().from(cases).where(eq(cases.noticeId, id)).for('update')
  const [notice] = await tx.select().from(takedownNotices).where(eq(takedownNotices.id, id)).for('update')
  return item && file && notice ? { notice, item, caseId: file.id, caseVersion: file.version } : null
}

export const isOver = ({ stage }: Pick<Notice, 'stage'>): boolean => stage === 'ended-down' || stage === 'ended-up'
