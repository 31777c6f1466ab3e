/**
 * Deciding a case: one person, one act, one reason in the open. The decision, its row in the log, the item's new state and everybody who is to be told
 * are one transaction; a case is decided once, and whoever comes second learns what the first did.
 */
import { eq, sql } from 'drizzle-orm'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import type { Actor, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { setCommentState } from '../conversations/states.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { removePostByModerator } from '../posts/post.ts'
import { requireSeen } from './beside.ts'
import type { Case } from './case.ts'
import { endHiding } from './hiding.ts'
import { decisionOf, sayChange, sayDecision } from './history.ts'
import { involvedBecause } from './impartial.ts'
import { lockItem, refOf, teamNameOf, type Item } from './item.ts'
import { actsOn, deciderRole, isOwn, mayDecide, mayReadCase, type ItemState } from './policy.ts'
import { reasonOf, type Reason } from './reason.ts'
import { besideOf, lockCases, redactedItem, redactItem } from './redaction.ts'
import { refer } from './referral.ts'
import { cases, decisions, type Act } from './schema.ts'
import { hashOfWords } from './sealed-copy.ts'
import { addStrike } from './strike.ts'
import { isSealedPost } from './upstairs.ts'

export interface NewDecision {
  act: Act
  /** Mandatory for reject and remove, as you like for redact, left aside for the other acts. */
  reasonCode: string | null
  /** What the author and the public are told; null takes the wording of the reason. */
  publicText: string | null
  /** For moderators only. Mandatory to bring a hidden item back. */
  note: string | null
  /** The version of the case that was in view. */
  version: number
  /** It counts against its author. Only what is rejected or removed can. */
  strike?: boolean
  /** For redact: the words to take out, each exactly as it stands in the item, or beside it. */
  takenOut?: readonly string[]
  /** For redact of a post: what stood beside it in the form (`seenOf`); null where nobody looked at it. */
  seen?: string | null
}

export interface Decided {
  id: number
  act: Act
}

/**
 * Throws `NotFound` for a case of another desk, `Forbidden` for an act that is not this actor's or an item that is sealed,
 * `Refused` (fields `act`, `reason`, `text`, `note`, `taken`, `others`), and `Overtaken` when a colleague decided or the item changed since the case
 * was opened in the browser. The same decision of the same person again answers the first one.
 */
export async function decideCase(db: Database, actor: SignedIn, caseId: number, input: NewDecision): Promise<Decided> {
  return db.transaction(async (tx) => {
    const { file, item } = await lockCase(tx, actor, caseId)
    if (file.decidedAt !== null) return decidedBefore(tx, actor, file, input)
    if (file.version !== input.version) throw new Overtaken(`${await sayChange(tx, item)} Nothing was changed. Look at it again, then decide.`)
    checkAct(actor, item, input)
    const involved = await involvedBecause(tx, actor, { audience: file.audience, accountIds: [item.authorId] })
    if (involved) throw new Forbidden(involved)
    if (input.act === 'redact' && item.kind === 'post') await checkBeside(tx, item, input.seen ?? null)
    return decide(tx, actor, file, item, { ...input, ...(await wordingOf(tx, input)) })
  })
}

async function lockCase(tx: Tx, actor: Actor, id: number): Promise<{ file: Case; item: Item }> {
  const [seen] = await tx.select().from(cases).where(eq(cases.id, id))
  if (!seen || !mayReadCase(actor, seen)) throw new NotFound('case')
  if (seen.commentId === null && seen.postId === null) throw new Forbidden('This is not decided here but on its own page.')
  // The item first: that is the order in which flags and authors come to the case.
  const item = await lockItem(tx, refOf(seen))
  const [file] = await tx.select().from(cases).where(eq(cases.id, id)).for('update')
  if (!item || !file) throw new NotFound('case')
  return { file, item }
}

const PROBLEM = 'There is a problem with what you sent'

function checkAct(actor: Actor, item: Item, { act, note }: NewDecision): void {
  if (isOwn(actor, item)) throw new Forbidden('You wrote this yourself. A colleague has to decide on it.')
  if (!mayDecide(actor, item, act)) throw new Forbidden('Only the press office can decide this.')
  if (!actsOn(item.state, item.wasPublic).includes(act)) throw new Refused(PROBLEM, { act: 'Choose one of the decisions that this item allows' })
  if (act === 'restore' && note === null) throw new Refused(PROBLEM, { note: 'Write a note: why can this come back?' })
}

/** The guard of evidence in the database looks at the text of a post: what stands beside it is as much evidence. */
async function checkBeside(tx: Tx, item: Extract<Item, { kind: 'post' }>, seen: string | null): Promise<void> {
  if (await isSealedPost(tx, item.id)) throw new Forbidden('This is kept as evidence and cannot be changed.')
  requireSeen(item.beside, seen)
}

interface Wording {
  reason: Reason | null
  publicText: string | null
}

/** Its words go from view, or never come there. */
export const takesDown = (act: Act): boolean => act === 'reject' || act === 'remove'

async function wordingOf(tx: Tx, { act, reasonCode, publicText }: NewDecision): Promise<Wording> {
  if (!takesDown(act) && act !== 'redact') return { reason: null, publicText: null }
  const reason = reasonCode === null ? null : await reasonOf(tx, reasonCode)
  if (!reason && (takesDown(act) || reasonCode !== null)) throw new Refused(PROBLEM, { reason: 'Choose a reason' })
  return { reason, publicText: publicText ?? reason?.publicText ?? null }
}

type Judgement = NewDecision & Wording

async function decide(tx: Tx, actor: SignedIn, file: Case, item: Item, input: Judgement): Promise<Decided> {
  if (input.act === 'redact') await lockCases(tx, item)
  // The author's account before the log: whoever imposes a sanction comes in this order too.
  await tx.execute(sql`select 1 from accounts where id = ${item.authorId} for no key update`)
  const logId = await logDecision(tx, actor, item, input)
  if (input.act === 'redact') await redactItem(tx, actor, item, { caseId: file.id, logId, takenOut: input.takenOut ?? [] })
  await changeItem(tx, item, input, logId)
  const decisionId = await storeDecision(tx, actor, file, input, logId)
  await tx
    .update(cases)
    .set({ state: 'decided', escalatedTo: null, decidedAt: now(), version: file.version + 1 })
    .where(eq(cases.id, file.id))
  await drawConsequences(tx, file, item, input, decisionId)
  await recordActivity(tx, {
    kind: activityOf(item, input.act),
    audience: item.audience,
    actorId: actor.accountId,
    teamId: item.teamId,
    conversationId: item.conversationId,
    commentId: item.kind === 'comment' ? item.id : null,
    postId: item.kind === 'post' ? item.id : null,
    detail: { caseId: file.id, decisionId, from: item.state },
  })
  return { id: decisionId, act: input.act }
}

/** The state in which an act leaves the item. */
function outcomeOf(item: Item, act: Act): ItemState {
  if (act === 'keep') return item.state
  if (!takesDown(act)) return 'published'
  return item.kind === 'post' ? 'withdrawn' : act === 'reject' ? 'rejected' : 'removed'
}

const PLAIN: Record<Exclude<Act, 'redact'>, 'released' | 'rejected' | 'removed' | 'restored' | 'kept'> = {
  release: 'released',
  reject: 'rejected',
  remove: 'removed',
  restore: 'restored',
  keep: 'kept',
}

/** What happened for those who listen: a redaction is for readers what it does to the state. */
function activityOf(item: Item, act: Act): ActivityKind {
  if (item.kind === 'post') return act === 'remove' ? 'post.removed' : 'post.kept'
  if (act !== 'redact') return `comment.${PLAIN[act]}`
  return item.state === 'held' ? 'comment.released' : item.state === 'hidden-pending' ? 'comment.restored' : 'comment.kept'
}

async function storeDecision(
  tx: Tx,
  actor: SignedIn,
  { id: caseId, teamId }: Case,
  { act, reason, publicText, note }: Judgement,
  logId: number,
): Promise<number> {
  const [decision] = await tx
    .insert(decisions)
    .values({
      caseId,
      act,
      reasonCode: reason?.code ?? null,
      reasonVersion: reason?.version ?? null,
      publicText,
      note,
      deciderId: actor.accountId,
      deciderRole: deciderRole(actor, teamId),
      at: now(),
      logId,
    })
    .returning({ id: decisions.id })
  if (!decision) throw new Error('no decision was written')
  return decision.id
}

/** What goes with the decision and decides nothing more: the clock of a hiding ends, a strike counts, a complaint goes to those whose affair it is. */
async function drawConsequences(tx: Tx, file: Case, item: Item, { act, reason, strike }: Judgement, decisionId: number): Promise<void> {
  if (item.kind === 'comment') await endHiding(tx, item.id)
  if (!takesDown(act)) return
  if (strike && !item.official) await addStrike(tx, item.authorId, decisionId)
  if (reason?.code === 'complaint') await refer(tx, { caseId: file.id, to: 'standards', because: reason.title })
}

async function logDecision(tx: Tx, actor: SignedIn, item: Item, input: Judgement): Promise<number> {
  const hashes = hashesOf(item, input)
  return writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor, item.teamId),
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
    ...hashes,
  })
}

/** Those of a redaction cover what stands beside a post. */
function hashesOf(item: Item, { act, takenOut = [] }: Judgement): { hashBefore: string; hashAfter: string | null } {
  const hashBefore = contentHash(item.body)
  // Of what goes down nothing is shown any more.
  if (act !== 'redact') return { hashBefore, hashAfter: takesDown(act) ? null : hashBefore }
  const left = redactedItem(item, takenOut)
  return { hashBefore: hashOfWords(item.body, besideOf(item)), hashAfter: hashOfWords(left.body, left.beside) }
}

async function changeItem(tx: Tx, item: Item, input: Judgement, logId: number): Promise<void> {
  const to = outcomeOf(item, input.act)
  if (to === item.state) return
  if (item.kind === 'post') return removePostByModerator(tx, item.post, input.publicText ?? '', logId)
  await setCommentState(tx, item.comment, to, { removalId: to === 'published' ? null : logId })
}

async function decidedBefore(tx: Tx, actor: SignedIn, file: Case, input: NewDecision): Promise<Decided> {
  const decision = await decisionOf(tx, file.id)
  if (!decision) throw new Overtaken('This case was closed meanwhile. Nothing was changed.')
  const same = decision.deciderId === actor.accountId && decision.act === input.act && (decision.reasonCode ?? input.reasonCode) === input.reasonCode
  // Two taps on one button.
  if (same) return { id: decision.id, act: decision.act }
  throw new Overtaken(`${sayDecision(decision)}. Nothing was changed.`)
}
