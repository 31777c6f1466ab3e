/**
 * The people who work here, for administrators. Residents never appear: an account is staff once a role was proposed for it.
 */
import { and, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm'
import { idOf, type Actor, type Role } from '../actor.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { inForce } from './duty.ts'
import { mayAdminister } from './policy.ts'
import { proposeIn, type NewRole } from './role.ts'
import { accounts, roleGrants } from './schema.ts'

export interface StaffRole {
  id: number
  role: Role
  teamName: string | null
  proposedBy: number | null
  proposedAt: Date
  /** Null while it waits for a second administrator. */
  confirmedAt: Date | null
  expiresAt: Date
}

export interface StaffMember {
  id: number
  email: string
  name: string | null
  /** In force, or waiting. Empty for somebody who has left. */
  roles: StaffRole[]
}

export interface Proposal extends StaffRole {
  accountId: number
  name: string | null
  proposer: string | null
}

const PAGE = 50

function requireAdministrator(actor: Actor): void {
  if (!mayAdminister(actor)) throw new Forbidden('Only an administrator sees the people who work here.')
}

const isStaffAccount = sql`exists (select 1 from ${roleGrants} where ${roleGrants.accountId} = ${accounts.id})`
const nameKey = sql`(coalesce(lower(${accounts.displayName}), ''), ${accounts.id})`

/** Staff A to Z, a page at a time by key; with `search`, those whose name or address contains it. */
export async function staffPage(db: Db, actor: Actor, search: string, after: number | null): Promise<{ people: StaffMember[]; next: number | null }> {
  requireAdministrator(actor)
  const inside = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const found = search === '' ? undefined : or(sql`lower(${accounts.displayName}) like ${inside}`, sql`${accounts.email} like ${inside}`)
  const later = after === null ? undefined : sql`${nameKey} > (select coalesce(lower(display_name), ''), id from accounts where id = ${after})`
  const rows = await members(db, and(isStaffAccount, found, later), PAGE + 1)
  const page = rows.slice(0, PAGE)
  const roles = await rolesOf(
    db,
    page.map((row) => row.id),
  )
  const people = page.map((row) => ({ ...row, roles: roles.filter((role) => role.accountId === row.id) }))
  return { people, next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null }
}

const members = (db: Db, condition: SQL | undefined, limit: number) =>
  db.select({ id: accounts.id, email: accounts.email, name: accounts.displayName }).from(accounts).where(condition).orderBy(nameKey).limit(limit)

const isWaiting = and(isNull(roleGrants.confirmedAt), isNull(roleGrants.endedAt))

const grants = (db: Db, condition: SQL | undefined) =>
  db
    .select({
      id: roleGrants.id,
      accountId: roleGrants.accountId,
      role: roleGrants.role,
      teamName: teams.name,
      proposedBy: roleGrants.proposedBy,
      proposedAt: roleGrants.proposedAt,
      confirmedAt: roleGrants.confirmedAt,
      expiresAt: roleGrants.expiresAt,
    })
    .from(roleGrants)
    .leftJoin(teams, eq(teams.id, roleGrants.teamId))
    .where(condition)
    .orderBy(roleGrants.id)

async function rolesOf(db: Db, accountIds: number[]): Promise<(StaffRole & { accountId: number })[]> {
  if (accountIds.length === 0) return []
  return grants(db, and(inArray(roleGrants.accountId, accountIds), or(inForce(now()), isWaiting)))
}

/** One member of staff with their roles. Throws `NotFound` for residents, who are no affair of an administrator. */
export async function staffMember(db: Db, actor: Actor, id: number): Promise<StaffMember> {
  requireAdministrator(actor)
  const [person] = await members(db, and(isStaffAccount, eq(accounts.id, id)), 1)
  if (!person) throw new NotFound('person')
  return { ...person, roles: await rolesOf(db, [id]) }
}

/** Roles that wait for a second administrator, oldest first. At most 100: they are few, and the first have waited longest. */
export async function waitingRoles(db: Db, actor: Actor): Promise<Proposal[]> {
  requireAdministrator(actor)
  const rows = await grants(db, isWaiting).limit(100)
  const ids = [...new Set(rows.flatMap((row) => [row.accountId, row.proposedBy]))].filter((id) => id !== null)
  const names =
    ids.length === 0 ? [] : await db.select({ id: accounts.id, name: accounts.displayName }).from(accounts).where(inArray(accounts.id, ids))
  const nameOf = (id: number | null): string | null => names.find((row) => row.id === id)?.name ?? null
  return rows.map((row) => ({ ...row, name: nameOf(row.accountId), proposer: nameOf(row.proposedBy) }))
}

/** Adds somebody who works here, with the first role proposed: without one the account would be a resident's. Answers its id. */
export const addStaff = (db: Database, actor: Actor, person: { email: string; name: string }, wanted: NewRole): Promise<number> =>
  db.transaction(async (tx) => {
    requireAdministrator(actor)
    const id = await staffAccount(tx, person)
    await proposeIn(tx, actor, id, wanted)
    await writePerson(tx, actor, id, 'person-added')
    return id
  })

async function staffAccount(tx: Tx, person: { email: string; name: string }): Promise<number> {
  const [added] = await tx
    .insert(accounts)
    .values({ email: person.email, displayName: person.name, createdAt: now() })
    .onConflictDoNothing({ target: accounts.email })
    .returning({ id: accounts.id })
  if (added) return added.id
  const [known] = await members(tx, eq(accounts.email, person.email), 1).for('update')
  const staff = known && (await members(tx, and(isStaffAccount, eq(accounts.id, known.id)), 1)).length > 0
  // What a resident wrote must not turn into the words of an officer.
  if (!known || (known.name !== null && !staff))
    throw new Refused('That address cannot be used', { email: 'Use the person’s work address: this one cannot be used for staff' })
  if (staff) throw new Refused('That person is here already', { email: `This person is here already: ${known.name ?? known.email}` })
  await tx.update(accounts).set({ displayName: person.name }).where(eq(accounts.id, known.id))
  return known.id
}

/** Changes rank and name, for example after a promotion. */
export const nameStaff = (db: Database, actor: Actor, id: number, name: string): Promise<void> =>
  db.transaction(async (tx) => {
    await staffMember(tx, actor, id)
    await tx.update(accounts).set({ displayName: name }).where(eq(accounts.id, id))
    await writePerson(tx, actor, id, 'person-named')
  })

const writePerson = (tx: Tx, actor: Actor, id: number, act: string): Promise<number> =>
  writeLog(tx, { actorId: idOf(actor), role: 'administrator', act, item: 'account', itemId: id, audience: 'staff', teamId: null, teamName: null })
