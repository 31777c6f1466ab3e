/**
 * Roles: who may act for the force or a team, since when and until when. One administrator proposes, another confirms; a role ends after
 * twelve months unless it is proposed and confirmed again. Everything done here stands in the log.
 */
import { and, eq, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import { hasRole, idOf, roleName, type Actor, type Role } from '../actor.ts'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { inForce } from './duty.ts'
import { mayAdminister, mayConfirm, mayHoldTogether, needsTeam } from './policy.ts'
import { accounts, roleGrants } from './schema.ts'

export interface NewRole {
  role: Role
  teamId: number | null
}
type Grant = typeof roleGrants.$inferSelect

const MONTHS = 12

function inMonths(months: number): Date {
  const end = now()
  end.setUTCMonth(end.getUTCMonth() + months)
  return end
}

/** Roles change rarely, and the rules look at several of them at once: one change at a time. */
const waitForTurn = (tx: Tx): Promise<unknown> => tx.execute(sql`select pg_advisory_xact_lock(hashtext('blue-lamp-roles'))`)

function requireAdministrator(actor: Actor): void {
  if (!mayAdminister(actor)) throw new Forbidden('Only an administrator can change roles.')
}

/** Proposes a role; it is not in force until another administrator has confirmed it. Answers the grant's id. */
export const proposeRole = (db: Database, actor: Actor, account: { id: number }, wanted: NewRole): Promise<number> =>
  db.transaction((tx) => proposeIn(tx, actor, account.id, wanted))

/** The same, as part of a larger change. */
export async function proposeIn(tx: Tx, actor: Actor, accountId: number, wanted: NewRole): Promise<number> {
  requireAdministrator(actor)
  await waitForTurn(tx)
  const teamId = await teamFor(tx, wanted)
  const open = await openGrants(tx, accountId)
  if (open.some((grant) => grant.confirmedAt === null && grant.role === wanted.role && grant.teamId === teamId)) {
    throw new Refused('That role is proposed already', { role: 'This role is proposed already and waits for another administrator' })
  }
  refuseConflict(open, wanted.role)
  const [grant] = await tx
    .insert(roleGrants)
    .values({ accountId, role: wanted.role, teamId, proposedBy: idOf(actor), proposedAt: now(), expiresAt: inMonths(MONTHS) })
    .returning()
  if (!grant) throw new Error('the role gave no row back')
  await writeDown(tx, actor, grant, 'proposed')
  return grant.id
}

async function teamFor(tx: Tx, wanted: NewRole): Promise<number | null> {
  if (!needsTeam(wanted.role)) return null
  const missing = new Refused('Choose a team', { team: 'Choose the team for which the role is held' })
  if (wanted.teamId === null) throw missing
  const [team] = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.id, wanted.teamId), isNull(teams.archivedAt)))
  if (!team) throw missing
  return team.id
}

/** In force, or proposed and not yet decided. */
const openGrants = (tx: Tx, accountId: number): Promise<Grant[]> =>
  tx
    .select()
    .from(roleGrants)
    .where(and(eq(roleGrants.accountId, accountId), or(inForce(now()), and(isNull(roleGrants.confirmedAt), isNull(roleGrants.endedAt)))))

function refuseConflict(open: readonly Grant[], wanted: Role): void {
  if (
    mayHoldTogether(
      open.map((grant) => grant.role),
      wanted,
    )
  )
    return
  const why =
    wanted === 'administrator'
      ? 'This person publishes or moderates. An administrator gives roles and cannot do either. End their other roles first.'
      : 'This person is an administrator. Administrators give roles, so they cannot publish or moderate. End that role first.'
  throw new Refused('These roles cannot be held together', { role: why })
}

/** Confirms a proposed role: it is in force from now, and takes the place of the same role if that is about to expire. */
export const confirmRole = (db: Database, actor: Actor, grantId: number): Promise<void> =>
  db.transaction(async (tx) => {
    requireAdministrator(actor)
    await waitForTurn(tx)
    const grant = await grantById(tx, grantId)
    await refuseDecided(tx, grant)
    if (!mayConfirm(actor, grant))
      throw new Forbidden('A role needs a second administrator: neither the one who proposed it nor the person who gets it.')
    const open = (await openGrants(tx, grant.accountId)).filter((other) => other.id !== grant.id)
    refuseConflict(
      open.filter((other) => other.confirmedAt !== null),
      grant.role,
    )
    await tx
      .update(roleGrants)
      .set({ confirmedBy: idOf(actor), confirmedAt: now(), expiresAt: inMonths(MONTHS) })
      .where(eq(roleGrants.id, grant.id))
    const renewed = open
      .filter((other) => other.confirmedAt !== null && other.role === grant.role && other.teamId === grant.teamId)
      .map((other) => other.id)
    if (renewed.length > 0)
      await tx
        .update(roleGrants)
        .set({ endedAt: now(), endedBy: idOf(actor) })
        .where(inArray(roleGrants.id, renewed))
    await writeDown(tx, actor, grant, 'confirmed')
  })

/** Ends a role that is in force, or turns a proposal down. The last administrator stays. */
export const endRole = (db: Database, actor: Actor, grantId: number): Promise<void> =>
  db.transaction(async (tx) => {
    requireAdministrator(actor)
    await waitForTurn(tx)
    const grant = await grantById(tx, grantId)
    if (grant.endedAt !== null) throw new Overtaken(`${await nameOf(tx, grant.endedBy)} has ended this role already.`)
    if (grant.role === 'administrator' && grant.confirmedAt !== null && !(await hasOtherAdministrator(tx, grant.accountId))) {
      throw new Refused('This is the last administrator. Confirm another one first, or nobody could give roles any more.')
    }
    await tx
      .update(roleGrants)
      .set({ endedAt: now(), endedBy: idOf(actor) })
      .where(eq(roleGrants.id, grant.id))
    await writeDown(tx, actor, grant, 'ended')
  })

async function grantById(tx: Tx, id: number): Promise<Grant> {
  const [grant] = await tx.select().from(roleGrants).where(eq(roleGrants.id, id)).for('update')
  if (!grant) throw new NotFound('role')
  return grant
}

async function refuseDecided(tx: Tx, grant: Grant): Promise<void> {
  if (grant.endedAt !== null) throw new Overtaken(`${await nameOf(tx, grant.endedBy)} has ended this role. Nothing was changed.`)
  if (grant.confirmedAt !== null) throw new Overtaken(`${await nameOf(tx, grant.confirmedBy)} has confirmed this role already. Nothing was changed.`)
}

async function nameOf(tx: Tx, accountId: number | null): Promise<string> {
  const [found] = accountId === null ? [] : await tx.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, accountId))
  return found?.name ?? 'Somebody else'
}

async function hasOtherAdministrator(db: Db, accountId: number): Promise<boolean> {
  const [other] = await db
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(and(eq(roleGrants.role, 'administrator'), ne(roleGrants.accountId, accountId), inForce(now())))
    .limit(1)
  return other !== undefined
}

type Step = 'proposed' | 'confirmed' | 'ended'
const KIND: Record<Step, ActivityKind> = { proposed: 'role.proposed', confirmed: 'role.confirmed', ended: 'role.ended' }

async function writeDown(tx: Tx, actor: Actor | null, grant: Grant, step: Step): Promise<void> {
  const [team] = grant.teamId === null ? [] : await tx.select({ name: teams.name }).from(teams).where(eq(teams.id, grant.teamId))
  const actorId = actor && idOf(actor)
  const state = grant.confirmedAt === null ? 'proposed' : 'confirmed'
  await writeLog(tx, {
    actorId,
    role: actor && hasRole(actor, 'administrator') ? 'administrator' : 'system',
    act: `role-${step}`,
    item: 'role',
    itemId: grant.id,
    audience: 'staff',
    teamId: grant.teamId,
    teamName: team?.name ?? null,
    fromState: step === 'proposed' ? null : state,
    toState: step,
    note: `${roleName(grant.role)}, account ${grant.accountId}`,
  })
  const detail = { grantId: grant.id, accountId: grant.accountId, role: grant.role }
  await recordActivity(tx, { kind: KIND[step], audience: 'staff', actorId, teamId: grant.teamId, detail })
}

/**
 * The first administrators of a fresh installation, from the command line: two or more, so that they can confirm each other's proposals.
 * Throws `Refused` as soon as there is one in force; then only administrators make administrators.
 */
export const bootstrapAdministrators = (db: Database, emails: readonly string[]): Promise<void> =>
  db.transaction(async (tx) => {
    const addresses = [...new Set(emails.map((email) => email.trim().toLowerCase()))]
    if (addresses.length < 2) throw new Refused('Name two people: each role needs one administrator to propose it and another to confirm it.')
    await waitForTurn(tx)
    if (await hasOtherAdministrator(tx, 0)) throw new Refused('There are administrators already. They propose and confirm further ones under /admin.')
    for (const email of addresses) await bootstrapOne(tx, email)
  })

async function bootstrapOne(tx: Tx, email: string): Promise<void> {
  const [account] = await tx
    .insert(accounts)
    .values({ email, displayName: roleName('administrator'), createdAt: now() })
    .onConflictDoUpdate({ target: accounts.email, set: { displayName: sql`coalesce(${accounts.displayName}, excluded.display_name)` } })
    .returning({ id: accounts.id })
  if (!account) throw new Error('the account gave no row back')
  refuseConflict(await openGrants(tx, account.id), 'administrator')
  const [grant] = await tx
    .insert(roleGrants)
    .values({ accountId: account.id, role: 'administrator', proposedAt: now(), confirmedAt: now(), expiresAt: inMonths(MONTHS) })
    .returning()
  if (grant) await writeDown(tx, null, grant, 'confirmed')
}
