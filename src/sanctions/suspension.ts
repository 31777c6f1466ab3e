/**
 * Suspensions take two people: what happens when the second agrees, and how one is renewed in its last days.
 */
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import { accounts, sanctions } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { isAfter, sayKey, type MomentKey } from '../database/moment-key.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { lockCaseFile } from '../moderation/case.ts'
import { propose, type Proposal } from '../proposals/proposal.ts'
import { daysAfter } from '../text/moment.ts'
import { groundOfDecision } from './ground.ts'
import { cannotSanctionBecause, endOf, isUnderReview, mayWarn, REVIEW_DAYS, standingOf } from './policy.ts'
import { insertSanction, lockAccount, nextStep, sanctionById, sanctionsOf, type Sanction } from './sanction.ts'

export interface Renewal {
  publicText: string
  note: string | null
  clientKey: string
}

/** Proposes 90 days more, from the end of this suspension on. Throws `NotFound`, `Forbidden`, `Overtaken`. */
export async function proposeRenewal(db: Database, actor: SignedIn, id: number, input: Renewal): Promise<{ id: number; caseId: number }> {
  if (!mayWarn(actor)) throw new Forbidden('Only the press office can propose this.')
  return db.transaction(async (tx) => {
    const sanction = await sanctionById(tx, id)
    if (sanction.accountId === actor.accountId) throw new Forbidden('This is about yourself. A colleague has to decide on it.')
    if (!isUnderReview(sanction, now()) || (await followerOf(tx, sanction)))
      throw new Overtaken('A suspension can be renewed once, in its last days, while it is in force.')
    const [account] = await tx.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, sanction.accountId))
    return propose(tx, actor, {
      kind: 'suspend',
      accountId: sanction.accountId,
      decisionId: sanction.decisionId,
      form: { text: input.publicText, note: input.note ?? '', renews: String(id) },
      clientKey: input.clientKey,
      title: `Renew the suspension of ${account?.name ?? 'an account without a name'}`,
      body: input.publicText,
      teamId: null,
      audience: 'staff',
    })
  })
}

/** The second person has agreed. What changed since it was proposed is looked at again: nobody is suspended on a decision that no longer stands. */
export async function suspendOnAgreement(tx: Tx, actor: SignedIn, proposal: Proposal): Promise<void> {
  const ground = proposal.decisionId === null ? null : await groundOfDecision(tx, proposal.decisionId)
  if (!ground || ground.authorId !== proposal.accountId) throw new NotFound('decision')
  await lockCaseFile(tx, actor, ground.caseId)
  const cannot = cannotSanctionBecause(actor, (await groundOfDecision(tx, Number(proposal.decisionId))) ?? ground)
  if (cannot) throw new Refused('There is a problem with what you sent', { 'proposal-note': `${cannot} You can refuse it.` })
  await lockAccount(tx, ground.authorId)
  const startsAt = await startOf(tx, proposal)
  await insertSanction(tx, actor, ground, {
    kind: 'suspend',
    publicText: proposal.form['text'] ?? '',
    note: proposal.form['note'] || null,
    clientKey: proposal.clientKey,
    imposedBy: proposal.proposedBy,
    confirmedBy: actor.accountId,
    startsAt,
    endsAt: endOf('suspend', startsAt),
  })
}

/** A renewal follows without a gap; anything else begins now. */
async function startOf(tx: Tx, proposal: Proposal): Promise<Date> {
  const renews = proposal.form['renews']
  if (renews === undefined) {
    const { cannot } = nextStep(await sanctionsOf(tx, Number(proposal.accountId)), null)
    if (cannot) throw new Overtaken(`${cannot} You can refuse the proposal.`)
    return now()
  }
  const before = await sanctionById(tx, Number(renews))
  if (before.liftedAt !== null || (await followerOf(tx, before)))
    throw new Overtaken('That suspension was lifted or renewed meanwhile. You can refuse the proposal.')
  return before.endsAt !== null && before.endsAt > now() ? before.endsAt : now()
}

/** The suspension that goes on where this one ends; null when there is none. */
export async function followerOf(db: Db, { accountId, id }: Sanction): Promise<number | null> {
  const [follower] = await db
    .select({ id: sanctions.id })
    .from(sanctions)
    .where(and(eq(sanctions.accountId, accountId), eq(sanctions.kind, 'suspend'), gt(sanctions.id, id), isNull(sanctions.liftedAt)))
    .limit(1)
  return follower?.id ?? null
}

export interface SanctionRow extends Sanction {
  account: string | null
  /** In its last days: two people may renew it. */
  review: boolean
}

const PAGE = 30

/** What restricts accounts now, first what ends first: suspensions in their last days are to be looked at. */
export async function sanctionsInForce(
  db: Db,
  only: 'review' | 'all',
  after: MomentKey | null,
): Promise<{ rows: SanctionRow[]; next: string | null }> {
  const moment = now()
  const soon = sql`${sanctions.kind} = 'suspend' and ${sanctions.startsAt} <= ${moment} and ${sanctions.endsAt} <= ${daysAfter(moment, REVIEW_DAYS)}`
  const from = isAfter(sanctions.endsAt, sanctions.id, after)
  const found = await db
    .select({ sanction: sanctions, account: accounts.displayName })
    .from(sanctions)
    .innerJoin(accounts, eq(accounts.id, sanctions.accountId))
    .where(and(isNull(sanctions.liftedAt), gt(sanctions.endsAt, moment), only === 'review' ? soon : undefined, from))
    .orderBy(asc(sanctions.endsAt), asc(sanctions.id))
    .limit(PAGE + 1)
  const page = found.slice(0, PAGE)
  const last = page.at(-1)?.sanction
  return {
    rows: page.map(({ sanction, account }) => ({ ...sanction, account, review: isUnderReview(sanction, moment) })),
    next: found.length > PAGE && last?.endsAt ? sayKey(last.endsAt, last.id) : null,
  }
}

/** In force or still to come: what a page of the desk offers to lift. */
export const isLiftable = (sanction: Sanction): boolean => standingOf(sanction, now()) !== 'over' && sanction.liftedAt === null
