/**
 * What takes two people: one proposes, another agrees or refuses, and only then it happens, in the same transaction as the agreement.
 * The proposal waits in the queue like everything else. The rooms whose affair it is say what an agreement does (`onAgreement`).
 */
import { and, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { writeLog, type LogEntry } from '../activity/log.ts'
import { accounts } from '../accounts/schema.ts'
import { roleName, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { closeCaseAbout, openCaseAbout, type Case } from '../moderation/case.ts'
import { afterHours, workingHours } from '../moderation/clock.ts'
import { teamNameOf } from '../moderation/item.ts'
import { deciderRole } from '../moderation/policy.ts'
import { cases } from '../moderation/schema.ts'
import { sayNear } from '../text/dates.ts'
import { cannotAnswerBecause, isProposer, mayPropose } from './policy.ts'
import { proposals, type ProposalKind } from './schema.ts'

export type Proposal = typeof proposals.$inferSelect
export type ProposalAnswer = NonNullable<Proposal['answer']>

/** What it is about: at least one of account, comment, post and sealed copy, so that the log can name it. */
interface Subject {
  accountId?: number | null
  commentId?: number | null
  postId?: number | null
  sealId?: number | null
  sealedCopyId?: number | null
}

export interface NewProposal extends Subject {
  kind: ProposalKind
  /** The decision to which a suspension is tied. */
  decisionId?: number | null
  /** What was typed, as the effect needs it. */
  form: Record<string, string>
  clientKey: string
  /** In the queue: what it is about, and why it is proposed. */
  title: string
  body: string
  /** Whose supervisor may read the case; null for the press office alone. */
  teamId: number | null
  audience: string
  urgent?: boolean
}

/** One working day. */
const HOURS_TO_ANSWER = 8
const HOUR = 3_600_000

type Effect = (tx: Tx, actor: SignedIn, proposal: Proposal) => Promise<void>
const effects = new Map<ProposalKind, Effect>()

/** What happens once the second person (`actor`) agrees. Registered once for each kind; a second time changes nothing. */
export function onAgreement(kind: ProposalKind, effect: Effect): void {
  effects.set(kind, effect)
}

/**
 * Puts it before a second person. The same client key answers the same proposal; throws `Forbidden` outside the press office, and `Overtaken` when
 * a colleague has proposed the same and it waits.
 */
export async function propose(tx: Tx, actor: SignedIn, input: NewProposal): Promise<{ id: number; caseId: number }> {
  if (!mayPropose(actor)) throw new Forbidden('Only the press office can propose this.')
  const known = await proposedBefore(tx, actor, input)
  if (known) return known
  const { title, body, teamId, audience, urgent, ...stored } = input
  const [proposal] = await tx
    .insert(proposals)
    .values({ ...stored, proposedBy: actor.accountId, proposedAt: now() })
    .returning()
  if (!proposal) throw new Error('nothing was proposed')
  const because = `${SAID[input.kind]} Takes a second person.`
  // An alert that waits for the morning is none.
  const dueAt =
    input.kind === 'alert' ? new Date(proposal.proposedAt.getTime() + HOUR) : afterHours(proposal.proposedAt, HOURS_TO_ANSWER, workingHours)
  const caseId = await openCaseAbout(tx, {
    cause: 'proposal',
    because,
    proposalId: proposal.id,
    teamId,
    audience,
    title,
    body,
    urgent: urgent ?? false,
    dueAt,
  })
  await logProposal(tx, actor, proposal, { act: 'propose', teamId, note: body })
  await recordActivity(tx, {
    kind: 'proposal.made',
    audience: 'staff',
    actorId: actor.accountId,
    teamId,
    detail: { proposalId: proposal.id, caseId },
  })
  return { id: proposal.id, caseId }
}

const SAID: Record<ProposalKind, string> = {
  suspend: 'A suspension is proposed.',
  seal: 'A seal is proposed.',
  'lift-seal': 'It is proposed to lift a seal.',
  alert: 'An urgent alert is proposed.',
  'open-sealed': 'Somebody asks to read what is sealed.',
}

// Two at once wait for each other here, so that the second finds what the first made.
async function proposedBefore(tx: Tx, actor: SignedIn, input: NewProposal): Promise<{ id: number; caseId: number } | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('blue-lamp-proposals'))`)
  const select = (condition: SQL | undefined) =>
    tx
      .select({ id: proposals.id, kind: proposals.kind, proposedBy: proposals.proposedBy, proposedAt: proposals.proposedAt, caseId: cases.id })
      .from(proposals)
      .innerJoin(cases, eq(cases.proposalId, proposals.id))
      .where(condition)
      .limit(1)
  const [sent] = await select(eq(proposals.clientKey, input.clientKey))
  if (sent && (sent.proposedBy !== actor.accountId || sent.kind !== input.kind))
    throw new Refused('This page is out of date. Reload it and try again.')
  if (sent) return sent
  const [same] = await select(and(eq(proposals.kind, input.kind), isNull(proposals.answer), aboutTheSame(input)))
  if (same) throw new Overtaken(`This was proposed ${sayNear(same.proposedAt, now())} and waits for a second person: case ${same.caseId}.`)
  return null
}

const aboutTheSame = ({ accountId, commentId, postId, sealId, sealedCopyId }: Subject): SQL | undefined =>
  and(
    ...(
      [
        [proposals.accountId, accountId],
        [proposals.commentId, commentId],
        [proposals.postId, postId],
        [proposals.sealId, sealId],
        [proposals.sealedCopyId, sealedCopyId],
      ] as const
    ).map(([column, id]) => (id === undefined || id === null ? isNull(column) : eq(column, id))),
  )

export interface NewAnswer {
  answer: ProposalAnswer
  /** Why. Mandatory for agreeing and for refusing. */
  note: string | null
  /** The version of the case that was in view. */
  version: number
}

/**
 * Agrees, refuses, or (the proposer) takes it back. On agreement the effect runs in the same transaction; what it throws undoes the agreement.
 * Throws `NotFound`, `Forbidden` (not the press office, or one's own), `Refused` (field `proposal-note`), and `Overtaken` when it was answered, or its
 * case changed, since the page was loaded. The same answer of the same person again changes nothing.
 */
export async function answerProposal(db: Database, actor: SignedIn, id: number, input: NewAnswer): Promise<void> {
  await db.transaction(async (tx) => {
    const { proposal, file } = await lockProposal(tx, actor, id)
    if (proposal.answer !== null) return answeredBefore(tx, actor, proposal, input)
    requireAnswerer(actor, proposal, input)
    if (file.version !== input.version)
      throw new Overtaken('A colleague did something with this case while you were reading. Look at it again, then answer.')
    const [answered] = await tx
      .update(proposals)
      .set({ answer: input.answer, answerNote: input.note, answeredBy: actor.accountId, answeredAt: now() })
      .where(eq(proposals.id, id))
      .returning()
    if (!answered) throw new Error(`proposal ${id} was not answered`)
    await closeCaseAbout(tx, eq(cases.proposalId, id))
    if (input.answer === 'agreed') await effectOf(proposal.kind)(tx, actor, answered)
    await logProposal(tx, actor, answered, { act: LOGGED[input.answer], teamId: file.teamId, note: input.note })
    await recordActivity(tx, {
      kind: 'proposal.answered',
      audience: 'staff',
      actorId: actor.accountId,
      teamId: file.teamId,
      detail: { proposalId: id, caseId: file.id },
    })
  })
}

const LOGGED: Record<ProposalAnswer, string> = { agreed: 'agree', refused: 'refuse', 'taken-back': 'take-back' }

function effectOf(kind: ProposalKind): Effect {
  const effect = effects.get(kind)
  if (!effect) throw new Error(`nobody has said what agreeing to "${kind}" does`)
  return effect
}

async function lockProposal(tx: Tx, actor: SignedIn, id: number): Promise<{ proposal: Proposal; file: Case }> {
  if (!mayPropose(actor)) throw new Forbidden('This takes two people of the press office.')
  const [proposal] = await tx.select().from(proposals).where(eq(proposals.id, id)).for('update')
  const [file] = await tx.select().from(cases).where(eq(cases.proposalId, id)).for('update')
  if (!proposal || !file) throw new NotFound('proposal')
  return { proposal, file }
}

function requireAnswerer(actor: SignedIn, proposal: Proposal, { answer, note }: NewAnswer): void {
  if (answer === 'taken-back') {
    if (!isProposer(actor, proposal)) throw new Forbidden('Only the person who proposed it can take it back. You can refuse it.')
    return
  }
  const cannot = cannotAnswerBecause(actor, proposal)
  if (cannot) throw new Forbidden(cannot)
  if (note === null) throw new Refused('There is a problem with what you sent', { 'proposal-note': 'Write a note: why do you agree, or refuse?' })
}

async function answeredBefore(tx: Tx, actor: SignedIn, proposal: Proposal, input: NewAnswer): Promise<void> {
  // Two taps on one button.
  if (proposal.answeredBy === actor.accountId && proposal.answer === input.answer) return
  throw new Overtaken(`${await sayAnswer(tx, proposal)} Nothing was changed.`)
}

const DONE: Record<ProposalAnswer, string> = { agreed: 'agreed to this', refused: 'refused this', 'taken-back': 'took this back' }

/** "Alex Wray (Press office) refused this today at 3:15pm." For staff. The proposal has been answered. */
export async function sayAnswer(db: Db, { answer, answeredBy, answeredAt }: Proposal): Promise<string> {
  if (answer === null || answeredBy === null || answeredAt === null) throw new Error('nobody has answered yet')
  const [who] = await db.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, answeredBy))
  const role = roleName('press-office')
  return `${who?.name ? `${who.name} (${role})` : role} ${DONE[answer]} ${sayNear(answeredAt, now())}.`
}

/** Never in the public log: what comes of it has a row of its own there, where it is public. */
async function logProposal(
  tx: Tx,
  actor: SignedIn,
  proposal: Proposal,
  { act, teamId, note }: { act: string; teamId: number | null; note: string | null },
): Promise<void> {
  const teamName = await teamNameOf(tx, teamId)
  const about = { audience: 'staff', teamId, teamName, actorId: actor.accountId, role: deciderRole(actor) }
  await writeLog(tx, { ...loggedItem(proposal), ...about, act, fromState: act === 'propose' ? null : 'proposed', toState: proposal.kind, note })
}

function loggedItem({ commentId, postId, sealedCopyId, accountId }: Proposal): Pick<LogEntry, 'item' | 'itemId'> {
  if (commentId !== null) return { item: 'comment', itemId: commentId }
  if (postId !== null) return { item: 'post', itemId: postId }
  if (sealedCopyId !== null) return { item: 'sealed-copy', itemId: sealedCopyId }
  if (accountId !== null) return { item: 'account', itemId: accountId }
  throw new Error('a proposal names the account, comment, post or sealed copy that it is about')
}

/** For the press office; null for others and when there is none. */
export async function proposalById(db: Db, id: number): Promise<Proposal | null> {
  const [proposal] = await db.select().from(proposals).where(eq(proposals.id, id))
  return proposal ?? null
}

/** A suspension of this account that waits for the second person. */
export async function openProposalAbout(
  db: Db,
  accountId: number,
): Promise<{ id: number; caseId: number; kind: ProposalKind; proposedAt: Date } | null> {
  const [open] = await db
    .select({ id: proposals.id, caseId: cases.id, kind: proposals.kind, proposedAt: proposals.proposedAt })
    .from(proposals)
    .innerJoin(cases, eq(cases.proposalId, proposals.id))
    .where(and(eq(proposals.accountId, accountId), isNull(proposals.answer)))
    .limit(1)
  return open ?? null
}
