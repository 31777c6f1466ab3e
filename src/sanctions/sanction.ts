/**
 * What an account may not do for a while. A sanction is tied to a decision about that account's own words, is told to the person, ends by itself,
 * can be lifted, and decides nothing about any content. Whether it is in force is asked of the clock with every request (accounts/standing.ts).
 */
import { desc, eq, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { recordActivity } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { accounts, sanctions, type SanctionKind } from '../accounts/schema.ts'
import { roleName, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { lockCaseFile } from '../moderation/case.ts'
import { teamNameOf } from '../moderation/item.ts'
import { deciderRole } from '../moderation/policy.ts'
import { reasonTitles } from '../moderation/reason.ts'
import { cases, decisions } from '../moderation/schema.ts'
import { openProposalAbout, propose } from '../proposals/proposal.ts'
import { proposals } from '../proposals/schema.ts'
import { sayNear } from '../text/dates.ts'
import { groundOf, type Ground } from './ground.ts'
import { cannotSanctionBecause, endOf, hardestOf, mayWarn, standingOf, stepsAfter } from './policy.ts'
import { WORDING } from './wording.ts'

export type Sanction = typeof sanctions.$inferSelect

export interface NewSanction {
  kind: SanctionKind
  /** What the person is told. */
  publicText: string
  /** For moderators only. */
  note: string | null
  clientKey: string
  /** The newest sanction of the account that was in view, 0 for none; left out when nobody looked. */
  seen?: number
}

export type Imposed = { sanctionId: number } | { proposalId: number; caseId: number }

/**
 * Warns or restricts the author of a decided case; a suspension is proposed, and begins when a second person agrees. The same client key answers the same.
 * Throws `NotFound`, `Forbidden`, `Refused` (fields `sanction-kind`, `sanction-text`), and `Overtaken` when a colleague was first.
 */
export async function sanctionAuthor(db: Database, actor: SignedIn, caseId: number, input: NewSanction): Promise<Imposed> {
  return db.transaction(async (tx) => {
    await lockCaseFile(tx, actor, caseId)
    const ground = await groundOf(tx, actor, caseId)
    if (!ground) throw new NotFound('case')
    const cannot = cannotSanctionBecause(actor, ground)
    if (cannot) throw new Forbidden(cannot)
    await lockAccount(tx, ground.authorId)
    const known = await sentBefore(tx, actor, ground, input)
    if (known) return known
    await requireNext(tx, ground, input)
    if (input.kind === 'suspend') {
      const { id, caseId: waits } = await proposeSuspension(tx, actor, ground, input)
      return { proposalId: id, caseId: waits }
    }
    const startsAt = now()
    const by = { imposedBy: actor.accountId, confirmedBy: null, startsAt }
    const { publicText, note, clientKey, kind } = input
    return { sanctionId: await insertSanction(tx, actor, ground, { ...by, kind, publicText, note, clientKey, endsAt: endOf(kind, startsAt) }) }
  })
}

/** Two who sanction the same account wait for each other here. "No key": whoever writes a comment meanwhile need not wait. */
export const lockAccount = (tx: Tx, accountId: number): Promise<unknown> =>
  tx.execute(sql`select 1 from accounts where id = ${accountId} for no key update`)

/** A form that was taken before is answered with what it made. */
async function sentBefore(tx: Tx, actor: SignedIn, ground: Ground, { clientKey }: NewSanction): Promise<Imposed | null> {
  const [imposed] = await tx
    .select({ sanctionId: sanctions.id, by: sanctions.imposedBy, decisionId: sanctions.decisionId })
    .from(sanctions)
    .where(eq(sanctions.clientKey, clientKey))
  const [proposed] = imposed
    ? []
    : await tx
        .select({ proposalId: proposals.id, caseId: cases.id, by: proposals.proposedBy, decisionId: proposals.decisionId })
        .from(proposals)
        .innerJoin(cases, eq(cases.proposalId, proposals.id))
        .where(eq(proposals.clientKey, clientKey))
  const known = imposed ?? proposed
  if (known && (known.by !== actor.accountId || known.decisionId !== ground.decisionId))
    throw new Refused('This page is out of date. Reload it and try again.')
  if (imposed) return { sanctionId: imposed.sanctionId }
  return proposed ? { proposalId: proposed.proposalId, caseId: proposed.caseId } : null
}

async function requireNext(tx: Tx, ground: Ground, { kind, seen }: NewSanction): Promise<void> {
  const record = await sanctionsOf(tx, ground.authorId)
  const newest = record[0]
  if (newest && seen !== undefined && newest.id !== seen) throw new Overtaken(`${sayImposed(newest)} Nothing was changed.`)
  const tied = record.find(({ decisionId, liftedAt }) => decisionId === ground.decisionId && liftedAt === null)
  if (tied) throw new Overtaken(`${sayImposed(tied)} It is tied to this decision. Nothing was changed.`)
  const open = await openProposalAbout(tx, ground.authorId)
  if (open) throw new Overtaken(`A suspension was proposed ${sayNear(open.proposedAt, now())} and waits for a second person: case ${open.caseId}.`)
  const next = nextStep(record, ground.reasonCode)
  if (next.cannot) throw new Refused('There is a problem with what you sent', { 'sanction-kind': next.cannot })
  if (!next.steps.includes(kind))
    throw new Refused('There is a problem with what you sent', { 'sanction-kind': 'Choose one of the steps that may follow' })
}

/** What may follow on that record, or why nothing may. */
export function nextStep(record: readonly Sanction[], reasonCode: string | null): { steps: SanctionKind[]; cannot: string | null } {
  const moment = now()
  const suspended = record.find((sanction) => sanction.kind === 'suspend' && ['in-force', 'to-come'].includes(standingOf(sanction, moment)))
  if (suspended) return { steps: [], cannot: 'The account is suspended. The suspension can be renewed in its last days.' }
  return { steps: stepsAfter(hardestOf(record, moment), reasonCode), cannot: null }
}

function proposeSuspension(tx: Tx, actor: SignedIn, ground: Ground, { publicText, note, clientKey }: NewSanction) {
  const { authorId, author, decisionId } = ground
  return propose(tx, actor, {
    kind: 'suspend',
    accountId: authorId,
    decisionId,
    form: { text: publicText, note: note ?? '' },
    clientKey,
    title: `Suspend ${author ?? 'an account without a name'}`,
    body: publicText,
    // Who is suspended is the press office's affair, whichever team it concerns.
    teamId: null,
    audience: 'staff',
  })
}

type Stored = Pick<Sanction, 'kind' | 'publicText' | 'note' | 'clientKey' | 'imposedBy' | 'confirmedBy' | 'startsAt' | 'endsAt'>

/** The row, the log and the hinge. `actor` is who did the last act: the second person for a suspension. The caller has locked the account. */
export async function insertSanction(tx: Tx, actor: SignedIn, ground: Ground, stored: Stored): Promise<number> {
  const { authorId, decisionId, reasonCode, teamId } = ground
  if (decisionId === null) throw new Error('a sanction is tied to a decision')
  const before = hardestOf(await inForceOf(tx, authorId), now())
  const logId = await logSanction(tx, actor, ground, {
    act: 'sanction',
    from: before,
    to: stored.kind,
    publicText: stored.publicText,
    note: stored.note,
    reasonCode,
  })
  const [sanction] = await tx
    .insert(sanctions)
    .values({ ...stored, accountId: authorId, decisionId, logId })
    .returning({ id: sanctions.id })
  if (!sanction) throw new Error('nothing was imposed')
  await recordActivity(tx, { kind: 'sanction.imposed', audience: 'staff', actorId: actor.accountId, teamId, detail: { sanctionId: sanction.id } })
  return sanction.id
}

const inForceOf = async (db: Db, accountId: number): Promise<Sanction[]> => {
  const moment = now()
  return (await sanctionsOf(db, accountId)).filter((sanction) => standingOf(sanction, moment) === 'in-force')
}

/** Ends a sanction before its time; advice that was lifted no longer counts. Twice by the same person is the same as once. */
export async function liftSanction(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  if (!mayWarn(actor)) throw new Forbidden('Only the press office can lift a sanction.')
  await db.transaction(async (tx) => {
    // The account first, as everybody who imposes or renews one: a suspension is not renewed while it is being lifted.
    await lockAccount(tx, (await sanctionById(tx, id)).accountId)
    const sanction = await sanctionById(tx, id)
    if (sanction.accountId === actor.accountId) throw new Forbidden('This is about yourself. A colleague has to decide on it.')
    if (sanction.liftedAt !== null) return liftedBefore(tx, actor, sanction)
    if (standingOf(sanction, now()) === 'over') throw new Overtaken('It has ended by itself, so there is nothing left to lift.')
    await tx.update(sanctions).set({ liftedAt: now(), liftedBy: actor.accountId, liftedBecause: because }).where(eq(sanctions.id, id))
    const about = { authorId: sanction.accountId, teamId: null }
    await logSanction(tx, actor, about, { act: 'lift-sanction', from: sanction.kind, to: null, publicText: because, note: null, reasonCode: null })
    await recordActivity(tx, { kind: 'sanction.lifted', audience: 'staff', actorId: actor.accountId, detail: { sanctionId: id } })
  })
}

async function liftedBefore(tx: Tx, actor: SignedIn, { liftedBy, liftedAt }: Sanction): Promise<void> {
  if (liftedBy === actor.accountId) return
  const [who] = await tx
    .select({ name: accounts.displayName })
    .from(accounts)
    .where(eq(accounts.id, Number(liftedBy)))
  throw new Overtaken(`${sayColleague(who?.name ?? null)} lifted it ${liftedAt ? sayNear(liftedAt, now()) : ''}. Nothing was changed.`)
}

interface Logged {
  act: 'sanction' | 'lift-sanction'
  from: SanctionKind | null
  to: SanctionKind | null
  publicText: string
  note: string | null
  reasonCode: string | null
}

/** About an account, so never in the public log. */
async function logSanction(
  tx: Tx,
  actor: SignedIn,
  { authorId, teamId }: { authorId: number; teamId: number | null },
  logged: Logged,
): Promise<number> {
  const { act, from, to, publicText, note, reasonCode } = logged
  const reasonTitle = reasonCode === null ? null : ((await reasonTitles(tx)).get(reasonCode) ?? null)
  const who = { actorId: actor.accountId, role: deciderRole(actor), audience: 'staff', teamId, teamName: await teamNameOf(tx, teamId) }
  return writeLog(tx, {
    ...who,
    act,
    item: 'account',
    itemId: authorId,
    fromState: from ?? 'none',
    toState: to ?? 'none',
    reasonCode,
    reasonTitle,
    publicText,
    note,
  })
}

/** How many the pages show: the newest. */
const SHOWN = 50

/** Of one account, newest first; who imposed each is for staff alone. */
export async function sanctionsOf(db: Db, accountId: number): Promise<(Sanction & { imposer: string | null })[]> {
  const rows = await db
    .select({ sanction: sanctions, imposer: accounts.displayName })
    .from(sanctions)
    .innerJoin(accounts, eq(accounts.id, sanctions.imposedBy))
    .where(eq(sanctions.accountId, accountId))
    .orderBy(desc(sanctions.id))
    .limit(SHOWN)
  return rows.map(({ sanction, imposer }) => ({ ...sanction, imposer }))
}

/** Throws `NotFound`. */
export async function sanctionById(db: Db, id: number): Promise<Sanction> {
  const [found] = await db.select().from(sanctions).where(eq(sanctions.id, id))
  if (!found) throw new NotFound('sanction')
  return found
}

/** A sanction with the case to which it is tied and the colleagues who had a hand in it. Throws `NotFound`. */
export async function caseOfSanction(db: Db, id: number) {
  const nameOf = (column: AnyPgColumn) => sql<string | null>`(select display_name from accounts where accounts.id = ${column})`
  const [found] = await db
    .select({
      sanction: sanctions,
      caseId: decisions.caseId,
      imposer: nameOf(sanctions.imposedBy),
      confirmer: nameOf(sanctions.confirmedBy),
      lifter: nameOf(sanctions.liftedBy),
    })
    .from(sanctions)
    .innerJoin(decisions, eq(decisions.id, sanctions.decisionId))
    .where(eq(sanctions.id, id))
  if (!found) throw new NotFound('sanction')
  return found
}

const sayColleague = (name: string | null): string => (name ? `${name} (${roleName('press-office')})` : roleName('press-office'))

/** "Sam Carter (Press office) imposed “No public writing” today at 3:15pm." */
const sayImposed = ({ imposer, kind, startsAt }: Sanction & { imposer: string | null }): string =>
  `${sayColleague(imposer)} imposed “${WORDING[kind].name}” ${sayNear(startsAt, now())}.`
