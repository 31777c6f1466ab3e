/**
 * Who has a case. Nobody needs to have one to decide it: having it only tells colleagues to leave it be. Taking over what a colleague has is
 * a second, deliberate act, and the case keeps who had it when.
 */
import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import { sayNear } from '../text/dates.ts'
import { changeCase, lockCaseFile, recordCaseAct, type Case } from './case.ts'
import { sayCaseState } from './history.ts'
import { inPressOffice, ITEM_CAUSES } from './policy.ts'
import { free } from './queue.ts'
import { cases, decisions, type CaseAct } from './schema.ts'
import type { Chosen } from './view.ts'

/** An undecided case that somebody has is assigned; while it waits for an answer, or is escalated, it stays that. */
const stateWith = (file: Case, assigneeId: number | null): Case['state'] => {
  if (file.state !== 'open' && file.state !== 'assigned') return file.state
  return assigneeId === null ? 'open' : 'assigned'
}

/** Gives a locked case to somebody, or to nobody. */
async function give(tx: Tx, actor: SignedIn, file: Case, to: number | null, act: CaseAct, note: string | null = null): Promise<void> {
  await changeCase(tx, file, { assigneeId: to, assignedAt: to === null ? null : now(), state: stateWith(file, to) })
  await recordCaseAct(tx, actor, file.id, act, { toId: to, note })
  await recordActivity(tx, {
    kind: 'case.claimed',
    audience: 'staff',
    actorId: actor.accountId,
    teamId: file.teamId,
    detail: { caseId: file.id, act, toId: to },
  })
}

async function requireWaiting(tx: Tx, file: Case): Promise<void> {
  if (!file.waits) throw new Overtaken(`${await sayCaseState(tx, file)}. Nothing was changed.`)
}

/** Nobody hears an appeal on their own act. */
async function requireOther(tx: Tx, file: Case, accountId: number): Promise<void> {
  if (file.state !== 'appealed') return
  const [first] = await tx.select({ by: decisions.deciderId }).from(decisions).where(eq(decisions.caseId, file.id))
  if (first?.by === accountId) throw new Forbidden('Whoever decided first does not hear the appeal. A colleague has to take it.')
}

async function sayHolder(tx: Tx, file: Case): Promise<string> {
  const [who] = await tx
    .select({ name: accounts.displayName })
    .from(accounts)
    .where(eq(accounts.id, file.assigneeId ?? 0))
  return `${who?.name ?? 'A colleague'} took it ${sayNear(file.assignedAt ?? now(), now())}`
}

/**
 * Takes a case. `over` names the colleague who was seen to have it: whoever else has it now keeps it. Twice is the same as once.
 * Throws `NotFound`, `Forbidden` for an appeal against one's own decision, `Overtaken` when a colleague has it or it is decided.
 */
export async function claimCase(db: Database, actor: SignedIn, caseId: number, over: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockCaseFile(tx, actor, caseId)
    await requireWaiting(tx, file)
    await requireOther(tx, file, actor.accountId)
    if (file.assigneeId === actor.accountId) return
    if (file.assigneeId !== over) throw new Overtaken(file.assigneeId === null ? 'Nobody has this case any more.' : `${await sayHolder(tx, file)}.`)
    await give(tx, actor, file, actor.accountId, 'claimed')
  })
}

/** Takes the first of a view that nobody has and this moderator may decide; null when there is none. Two who ask at once get two cases. */
export async function claimNext(db: Database, actor: SignedIn, chosen: Chosen): Promise<{ id: number; draftId: number | null } | null> {
  const candidates = await free(db, actor, chosen)
  if (candidates.length === 0) return null
  return db.transaction(async (tx) => {
    const [file] = await tx
      .select()
      .from(cases)
      .where(and(inArray(cases.id, candidates), isNull(cases.assigneeId), cases.waits))
      .orderBy(sql`array_position(${`{${candidates.join(',')}}`}::bigint[], ${cases.id})`)
      .limit(1)
      .for('update', { skipLocked: true })
    if (!file) return null
    await give(tx, actor, file, actor.accountId, 'claimed')
    return { id: file.id, draftId: file.draftId }
  })
}

/** Gives back what one has, so that others take it up. Twice is the same as once. */
export async function handBack(db: Database, actor: SignedIn, caseId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockCaseFile(tx, actor, caseId)
    if (file.assigneeId === null || !file.waits) return
    if (file.assigneeId !== actor.accountId) throw new Overtaken(`${await sayHolder(tx, file)}. Nothing was changed.`)
    await give(tx, actor, file, null, 'handed-back')
  })
}

export interface Colleague {
  id: number
  name: string
  /** "Press office", or "Sergeant, Bracebridge Heath" in the same way. */
  supervisor: boolean
}

/** Those who may be asked to take a case: the press office, and for what people said or published the supervisors of its team. By name. */
export async function colleaguesFor(db: Db, file: Pick<Case, 'teamId' | 'cause' | 'state'>): Promise<Colleague[]> {
  const ofTeam = file.teamId !== null && file.state !== 'appealed' && ITEM_CAUSES.includes(file.cause)
  const leads = ofTeam ? and(eq(roleGrants.role, 'supervisor'), eq(roleGrants.teamId, file.teamId ?? 0)) : sql`false`
  const rows = await db
    .select({ id: accounts.id, name: accounts.displayName, press: sql<boolean>`bool_or(${roleGrants.role} = 'press-office')` })
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(inForce(now()), or(eq(roleGrants.role, 'press-office'), leads), notAdministrator))
    .groupBy(accounts.id)
    .orderBy(asc(accounts.displayName))
  return rows.map(({ id, name, press }) => ({ id, name: name ?? `Account ${id}`, supervisor: !press }))
}

const notAdministrator = sql`not exists (select from role_grants g where g.account_id = ${accounts.id} and g.role = 'administrator'
  and g.confirmed_at is not null and g.ended_at is null and g.expires_at > now())`

/**
 * Asks a colleague to take a case. Throws `Refused` (field `assignment-to`) for somebody who may not decide such a case, `Forbidden` for whoever is not
 * of the press office, `Overtaken` when the case changed since it was in view.
 */
export async function assignCase(
  db: Database,
  actor: SignedIn,
  caseId: number,
  input: { to: number; note: string | null; version: number },
): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockCaseFile(tx, actor, caseId)
    if (!inPressOffice(actor)) throw new Forbidden('Only the press office gives cases to others. You can hand it back.')
    if (file.assigneeId === input.to && file.waits) return
    await requireWaiting(tx, file)
    await requireVersion(tx, file, input.version)
    const colleagues = await colleaguesFor(tx, file)
    if (!colleagues.some(({ id }) => id === input.to))
      throw new Refused('There is a problem with what you sent', { 'assignment-to': 'Choose a colleague who can decide this' })
    await requireOther(tx, file, input.to)
    await give(tx, actor, file, input.to, 'assigned', input.note)
  })
}

/** Throws `Overtaken`, with what a colleague did, for another version than the one in view. */
export async function requireVersion(tx: Tx, file: Case, version: number): Promise<void> {
  if (file.version !== version) throw new Overtaken(`${await sayCaseState(tx, file)}. Nothing was changed. Look at it again.`)
}
