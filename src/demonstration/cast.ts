/**
 * Accounts of everybody in the demonstration. Staff get their roles as everywhere: one administrator proposes, the other confirms.
 */
import { eq } from 'drizzle-orm'
import { bootstrapAdministrators, confirmRole, endRole } from '../accounts/role.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import { addStaff, nameStaff } from '../accounts/staff.ts'
import { GOOD_STANDING, type Duty, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import type { TeamName } from '../teams/team.ts'
import { ADMINISTRATORS, emailOf, PLANNED_STAFF, type PlannedStaff } from './people.ts'
import { PLANNED_RESIDENTS, residentEmail } from './residents.ts'

/** Who is who, by key. */
export type Cast = Map<string, SignedIn>

/** Makes all accounts. Runs on a transaction's handle: see seed.ts. */
export async function castPeople(db: Database, teams: Map<string, TeamName>): Promise<Cast> {
  const cast: Cast = new Map()
  for (const [key, actor] of await castAdministrators(db)) cast.set(key, actor)
  for (const person of PLANNED_STAFF) cast.set(person.key, await employ(db, cast, teams, person))
  await castResidents(db, cast)
  return cast
}

async function castAdministrators(db: Database): Promise<Cast> {
  await bootstrapAdministrators(
    db,
    ADMINISTRATORS.map((person) => emailOf(person.key)),
  )
  const cast: Cast = new Map()
  for (const person of ADMINISTRATORS) {
    const [account] = await db
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.email, emailOf(person.key)))
    if (!account) throw new Error(`${person.name} has no account`)
    cast.set(person.key, actorOf(account.id, emailOf(person.key), person.name, [dutyOf(person, null)]))
  }
  const [first, second] = administratorsOf(cast)
  await nameStaff(db, second, first.accountId, ADMINISTRATORS[0].name)
  await nameStaff(db, first, second.accountId, ADMINISTRATORS[1].name)
  return cast
}

export function administratorsOf(cast: Cast): [SignedIn, SignedIn] {
  const [first, second] = ADMINISTRATORS.map((person) => cast.get(person.key))
  if (!first || !second) throw new Error('there are no administrators')
  return [first, second]
}

/** Somebody new at work: account, name, and the role in force. */
export async function employ(db: Database, cast: Cast, teams: Map<string, TeamName>, person: PlannedStaff): Promise<SignedIn> {
  const [, second] = administratorsOf(cast)
  const team = teamOf(teams, person)
  const { accountId, grantId } = await proposePerson(db, cast, teams, person)
  await confirmRole(db, second, grantId)
  return actorOf(accountId, emailOf(person.key), person.name, [dutyOf(person, team)])
}

/** The same without the second administrator's word. */
export async function proposePerson(
  db: Database,
  cast: Cast,
  teams: Map<string, TeamName>,
  person: PlannedStaff,
): Promise<{ accountId: number; grantId: number }> {
  const [first] = administratorsOf(cast)
  const wanted = { role: person.role, teamId: teamOf(teams, person)?.id ?? null }
  const accountId = await addStaff(db, first, { email: emailOf(person.key), name: person.name }, wanted)
  const [grant] = await db.select({ id: roleGrants.id }).from(roleGrants).where(eq(roleGrants.accountId, accountId))
  if (!grant) throw new Error(`${person.name} has no role`)
  return { accountId, grantId: grant.id }
}

/** Whoever leaves: the role ends, and with it the name's rank. */
export async function letGo(db: Database, cast: Cast, key: string): Promise<void> {
  const [first] = administratorsOf(cast)
  const [grant] = await db
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(eq(roleGrants.accountId, cast.get(key)?.accountId ?? 0))
  if (!grant) throw new Error(`${key} has no role to end`)
  await endRole(db, first, grant.id)
}

const teamOf = (teams: Map<string, TeamName>, person: PlannedStaff): TeamName | null => {
  if (person.team === null) return null
  const team = teams.get(person.team)
  if (!team) throw new Error(`${person.name} has no team ${person.team}`)
  return team
}

async function castResidents(db: Database, cast: Cast): Promise<void> {
  const rows = PLANNED_RESIDENTS.map((person) => ({ email: residentEmail(person.key), displayName: person.name, createdAt: now() }))
  const made = await db.insert(accounts).values(rows).returning()
  for (const [index, person] of PLANNED_RESIDENTS.entries()) {
    const account = made[index]
    if (account) cast.set(person.key, actorOf(account.id, account.email, person.name, []))
  }
}

const dutyOf = (person: PlannedStaff, team: TeamName | null): Duty => ({
  role: person.role,
  teamId: team?.id ?? null,
  teamName: team?.name ?? null,
  teamSlug: team?.slug ?? null,
})

const actorOf = (accountId: number, email: string, displayName: string, duties: Duty[]): SignedIn => ({
  kind: 'account',
  standing: GOOD_STANDING,
  accountId,
  email,
  displayName,
  publishedCount: 0,
  duties,
})
