/**
 * Deciding an appeal: somebody of the press office who did not make the first decision, one outcome, one text for the author. The outcome, its row in
 * the log, the item and the strike are one transaction. It decides about the content alone: a sanction goes on until somebody lifts it.
 */
import { eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { roleName, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import type { Case } from '../moderation/case.ts'
import { lockWithItem } from '../moderation/correspondence.ts'
import { decisionOf, sayChange, type Decision } from '../moderation/history.ts'
import { teamNameOf, type Item } from '../moderation/item.ts'
import { involvedBecause } from '../moderation/impartial.ts'
import { deciderRole } from '../moderation/policy.ts'
import { reasonByVersion, reasonOf, type Reason } from '../moderation/reason.ts'
import { besideOf, lockCases, redactedItem } from '../moderation/redaction.ts'
import { cases } from '../moderation/schema.ts'
import { hashOfWords } from '../moderation/sealed-copy.ts'
import { cancelStrike } from '../moderation/strike.ts'
import { sayNear } from '../text/dates.ts'
import { about, appealOf, type Appeal } from './appeal.ts'
import { applyOutcome, isLocked, isSealed, isStanding, stateAfter } from './effect.ts'
import { cannotHearBecause, outcomeOfWay, waysOf, type Way } from './policy.ts'
import { appeals } from './schema.ts'

export interface NewOutcome {
  way: Way
  /** What the author is told. */
  text: string
  /** Of `varied-reason`: the reason that stands from now on. */
  reasonCode: string | null
  /** Of `varied-words`: what is taken out, each as it stands in the words. */
  takeOut: readonly string[]
  /** For moderators only. */
  note: string | null
  /** The version of the case that was in view. */
  version: number
}

/** The appeal and everything that it is about, locked. */
export interface Hearing {
  file: Case
  item: Item
  appeal: Appeal
  decision: Decision
}

/**
 * Throws `NotFound` for a case of another desk or without an appeal, `Forbidden` for the first decider and for the author, `Overtaken` when a colleague
 * decided or the case changed since it was opened in the browser, `Refused` (fields `appeal-way`, `appeal-reason`, `appeal-take-out`). The same outcome of the same person
 * again changes nothing.
 */
export async function decideAppeal(db: Database, actor: SignedIn, caseId: number, input: NewOutcome): Promise<void> {
  await db.transaction(async (tx) => {
    const { file, item } = await lockWithItem(tx, actor, caseId)
    const [appeal, decision] = [await appealOf(tx, caseId), await decisionOf(tx, caseId)]
    if (!appeal || !decision) throw new NotFound('appeal')
    const hearing = { file, item, appeal, decision }
    const involved = { audience: file.audience, accountIds: [item.authorId, decision.deciderId] }
    const cannot =
      cannotHearBecause(actor, { ...file, authorId: item.authorId, deciderId: decision.deciderId }) ?? (await involvedBecause(tx, actor, involved))
    if (cannot) throw new Forbidden(cannot)
    if (appeal.outcome !== null) return requireSame(actor, appeal, input)
    if (file.version !== input.version) throw new Overtaken(`${await sayWhatChanged(tx, item)} Nothing was changed. Look at it again, then decide.`)
    await decide(tx, actor, hearing, input, await reasonFor(tx, hearing, input))
  })
}

/** Two taps on one button are one decision; anything else came second. */
function requireSame(actor: SignedIn, appeal: Appeal, { way, text }: NewOutcome): void {
  if (appeal.deciderId === actor.accountId && appeal.outcome === outcomeOfWay(way) && appeal.outcomeText === text) return
  throw new Overtaken(`${sayOutcome(appeal)}. Nothing was changed.`)
}

/** "Alex Wray (Press office) decided the appeal today at 3:15pm: the decision stands" */
export function sayOutcome({ decider, outcome, decidedAt }: Appeal): string {
  const role = roleName('press-office')
  const who = decider ? `${decider} (${role})` : role
  return `${who} decided the appeal ${sayNear(decidedAt ?? now(), now())}: ${SAID[outcome ?? 'upheld']}`
}

const SAID = { upheld: 'the decision stands', varied: 'the decision is changed', overturned: 'the decision is undone' } as const

const sayWhatChanged = async (tx: Tx, item: Item): Promise<string> =>
  item.state === 'withdrawn' && item.kind === 'comment' ? sayChange(tx, item) : 'Something was written or done in this case while you were reading.'

/** The reason that stands after it; null where none does. */
async function reasonFor(tx: Tx, { item, decision }: Hearing, { way, reasonCode, takeOut }: NewOutcome): Promise<Reason | null> {
  const [sealed, locked] = [await isSealed(tx, item), await isLocked(tx, item)]
  const thing = { kind: item.kind, act: decision.act, stands: isStanding(item, decision), sealed, locked }
  if (!waysOf(thing).includes(way)) throw new Refused(PROBLEM, { 'appeal-way': 'Choose one of the outcomes that this appeal allows' })
  if (way === 'varied-words') checkTakeOut(item, takeOut)
  if (way !== 'varied-reason') return decision.reasonCode === null ? null : reasonByVersion(tx, decision.reasonCode, decision.reasonVersion ?? 1)
  const reason = reasonCode === null ? null : await reasonOf(tx, reasonCode)
  if (!reason) throw new Refused(PROBLEM, { 'appeal-reason': 'Choose the reason for which it stands' })
  if (reason.code === decision.reasonCode)
    throw new Refused(PROBLEM, { 'appeal-reason': 'This is the reason of the first decision. Choose another, or let the decision stand' })
  return reason
}

const PROBLEM = 'There is a problem with what you sent'

/** The rule is that of every redaction; the message belongs to the field of this form. */
function checkTakeOut(item: Item, takeOut: readonly string[]): void {
  if (takeOut.length === 0) throw new Refused(PROBLEM, { 'appeal-take-out': 'Write what to take out, one passage on each line' })
  try {
    redactedItem(item, takeOut)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new Refused(PROBLEM, { 'appeal-take-out': Object.values(error.fields)[0] ?? error.message })
  }
}

async function decide(tx: Tx, actor: SignedIn, hearing: Hearing, input: NewOutcome, reason: Reason | null): Promise<void> {
  const { file, item, appeal, decision } = hearing
  const outcome = outcomeOfWay(input.way)
  const from = item.state
  if (input.way === 'varied-words') await lockCases(tx, item)
  // The author's account before the log: what is published for the first time counts there.
  await tx.execute(sql`select 1 from accounts where id = ${item.authorId} for no key update`)
  const logId = await logOutcome(tx, actor, hearing, input, reason)
  const redactedBody = await applyOutcome(tx, actor, hearing, { way: input.way, takeOut: input.takeOut, reason, logId })
  await tx
    .update(appeals)
    .set({
      outcome,
      outcomeText: input.text,
      note: input.note,
      reasonCode: input.way === 'varied-reason' ? (reason?.code ?? null) : null,
      redactedBody,
      deciderId: actor.accountId,
      decidedAt: now(),
      logId,
    })
    .where(eq(appeals.id, appeal.id))
  await tx
    .update(cases)
    .set({ state: outcome, version: file.version + 1 })
    .where(eq(cases.id, file.id))
  if (outcome === 'overturned') await cancelStrike(tx, decision.id)
  await recordActivity(tx, {
    kind: 'appeal.decided',
    actorId: actor.accountId,
    ...about(item),
    detail: { caseId: file.id, appealId: appeal.id, decisionId: decision.id, outcome, from },
  })
}

const ACTS = { upheld: 'uphold', varied: 'vary', overturned: 'overturn' } as const

async function logOutcome(tx: Tx, actor: SignedIn, hearing: Hearing, input: NewOutcome, reason: Reason | null): Promise<number> {
  const { item, decision } = hearing
  const after = await stateAfter(tx, hearing, input)
  return writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act: ACTS[outcomeOfWay(input.way)],
    item: item.kind,
    itemId: item.id,
    audience: item.audience,
    teamId: item.teamId,
    teamName: await teamNameOf(tx, item.teamId),
    fromState: item.state,
    toState: after.state,
    reasonCode: reason?.code ?? decision.reasonCode,
    reasonTitle: reason?.title ?? null,
    publicText: input.text,
    note: input.note,
    hashBefore: input.way === 'varied-words' ? hashOfWords(item.body, besideOf(item)) : contentHash(item.body),
    hashAfter: after.hash,
  })
}
