/**
 * Deciding a case: one person, one act, one reason in the open. The decision, its row in the log, the item's new state and everybody who is to be told
 * are one transaction; a case is decided once, and whoever comes second learns what the first did.
 */
import { eq } from 'drizzle-orm'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { setCommentState } from '../conversations/states.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { withdrawPostByModerator } from '../posts/post.ts'
import type { Case } from './case.ts'
import { decisionOf, sayChange, sayDecision } from './history.ts'
import { lockItem, refOf, teamNameOf, type Item } from './item.ts'
import { actsOn, deciderRole, isOwn, mayDecide, mayReadCase, type ItemState } from './policy.ts'
import { reasonOf, type Reason } from './reason.ts'
import { cases, decisions, type Act } from './schema.ts'

export interface NewDecision {
  act: Act
  /** Mandatory for reject and remove, left aside for the other acts. */
  reasonCode: string | null
  /** What the author and the public are told; null takes the wording of the reason. */
  publicText: string | null
  /** For moderators only. Mandatory to bring a hidden item back. */
  note: string | null
  /** The version of the case that was in view. */
  version: number
}

export interface Decided {
  id: number
  act: Act
}

/**
 * Throws `NotFound` for a case of another desk, `Forbidden` for an act that is not this actor's, `Refused` (fields `act`, `reason`, `text`, `note`),
 * and `Overtaken` when a colleague decided or the item changed since the case was opened in the browser. The same decision of the same person again
 * answers the first one.
 */
export async function decideCase(db: Database, actor: SignedIn, caseId: number, input: NewDecision): Promise<Decided> {
  return db.transaction(async (tx) => {
    const { file, item } = await lockCase(tx, actor, caseId)
    if (file.state === 'decided') return decidedBefore(tx, actor, file, input)
    if (file.version !== input.version) throw new Overtaken(`${await sayChange(tx, item)} Nothing was changed. Look at it again, then decide.`)
    checkAct(actor, item, input)
    return decide(tx, actor, file, item, { ...input, ...(await wordingOf(tx, input)) })
  })
}

async function lockCase(tx: Tx, actor: Actor, id: number): Promise<{ file: Case; item: Item }> {
  const [seen] = await tx.select().from(cases).where(eq(cases.id, id))
  if (!seen || !mayReadCase(actor, seen)) throw new NotFound('case')
  // The item first: that is the order in which flags and authors come to the case.
  const item = await lockItem(tx, refOf(seen))
  const [file] = await tx.select().from(cases).where(eq(cases.id, id)).for('update')
  if (!item || !file) throw new NotFound('case')
  return { file, item }
}

function checkAct(actor: Actor, item: Item, { act, note }: NewDecision): void {
  if (isOwn(actor, item)) throw new Forbidden('You wrote this yourself. A colleague has to decide on it.')
  if (!mayDecide(actor, item, act)) throw new Forbidden('Only the press office can decide this.')
  if (!actsOn(item.state).includes(act))
    throw new Refused('There is a problem with what you sent', { act: 'Choose one of the decisions that this item allows' })
  if (act === 'keep' && item.state === 'hidden-pending' && note === null) {
    throw new Refused('There is a problem with what you sent', { note: 'Write a note: why can this come back?' })
  }
}

interface Wording {
  reason: Reason | null
  publicText: string | null
}

async function wordingOf(tx: Tx, { act, reasonCode, publicText }: NewDecision): Promise<Wording> {
  if (act !== 'reject' && act !== 'remove') return { reason: null, publicText: null }
  const reason = reasonCode === null ? null : await reasonOf(tx, reasonCode)
  if (!reason) throw new Refused('There is a problem with what you sent', { reason: 'Choose a reason' })
  return { reason, publicText: publicText ?? reason.publicText }
}

const OUTCOME: Record<Act, { state: 'published' | 'rejected' | 'removed'; activity: 'released' | 'rejected' | 'removed' | 'kept' }> = {
  release: { state: 'published', activity: 'released' },
  reject: { state: 'rejected', activity: 'rejected' },
  remove: { state: 'removed', activity: 'removed' },
  keep: { state: 'published', activity: 'kept' },
}

/** The state in which an act leaves the item. Keeping changes nothing but what was hidden. */
function outcomeOf(item: Item, act: Act): ItemState {
  if (act === 'keep') return item.state === 'hidden-pending' ? 'published' : item.state
  return item.kind === 'post' ? 'withdrawn' : OUTCOME[act].state
}

async function decide(tx: Tx, actor: SignedIn, file: Case, item: Item, input: NewDecision & Wording): Promise<Decided> {
  const logId = await logDecision(tx, actor, item, input)
  await changeItem(tx, item, input, logId)
  const [decision] = await tx
    .insert(decisions)
    .values({
      caseId: file.id,
      act: input.act,
      reasonCode: input.reason?.code ?? null,
      reasonVersion: input.reason?.version ?? null,
      publicText: input.publicText,
      note: input.note,
      deciderId: actor.accountId,
      deciderRole: deciderRole(actor),
      at: now(),
      logId,
    })
    .returning({ id: decisions.id })
  if (!decision) throw new Error('no decision was written')
  await tx
    .update(cases)
    .set({ state: 'decided', decidedAt: now(), version: file.version + 1 })
    .where(eq(cases.id, file.id))
  await recordActivity(tx, {
    kind: `${item.kind}.${OUTCOME[input.act].activity}` as ActivityKind,
    audience: item.audience,
    actorId: actor.accountId,
    teamId: item.teamId,
    conversationId: item.conversationId,
    commentId: item.kind === 'comment' ? item.id : null,
    postId: item.kind === 'post' ? item.id : null,
    detail: { caseId: file.id, decisionId: decision.id, from: item.state },
  })
  return { id: decision.id, act: input.act }
}

async function logDecision(tx: Tx, actor: SignedIn, item: Item, input: NewDecision & Wording): Promise<number> {
  const hash = contentHash(item.body)
  const down = input.act === 'reject' || input.act === 'remove'
  return writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act: input.act,
    item: item.kind,
    itemId: item.id,
    audience: item.audience,
    teamId: item.teamId,
    teamName: await teamNameOf(tx, item.teamId),
    fromState: item.state,
    toState: outcomeOf(item, input.act),
    reasonCode: input.reason?.code ?? null,
    reasonTitle: input.reason?.title ?? null,
    publicText: input.publicText,
    note: input.note,
    hashBefore: hash,
    // Nothing of it is shown any more.
    hashAfter: down ? null : hash,
  })
}

async function changeItem(tx: Tx, item: Item, input: NewDecision & Wording, logId: number): Promise<void> {
  const to = outcomeOf(item, input.act)
  if (to === item.state) return
  if (item.kind === 'post') return withdrawPostByModerator(tx, item.post, input.publicText ?? '')
  await setCommentState(tx, item.comment, to, { removalId: to === 'published' ? null : logId })
}

async function decidedBefore(tx: Tx, actor: SignedIn, file: Case, input: NewDecision): Promise<Decided> {
  const decision = await decisionOf(tx, file.id)
  if (!decision) throw new Error(`case ${file.id} is decided without a decision`)
  const same = decision.deciderId === actor.accountId && decision.act === input.act && (decision.reasonCode ?? input.reasonCode) === input.reasonCode
  // Two taps on one button.
  if (same) return { id: decision.id, act: decision.act }
  throw new Overtaken(`${sayDecision(decision)}. Nothing was changed.`)
}
