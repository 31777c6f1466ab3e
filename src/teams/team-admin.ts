/**
 * What administrators change about teams. Each change raises the team's version; an address that a team once had leads to it for ever;
 * no team is ever deleted, for people wrote on its pages.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { idOf, type Actor } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { violated, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { foldName } from '../text/fold.ts'
import { slugOf } from '../text/slug.ts'
import { mayManageTeams } from './policy.ts'
import { localities, officers, teams, teamSlugs, type ContactDetails } from './schema.ts'
import { touchTeam } from './team.ts'

type StoredTeam = typeof teams.$inferSelect
type StoredOfficer = typeof officers.$inferSelect

export interface TeamForAdmin extends StoredTeam {
  successorName: string | null
  localities: string[]
  officers: StoredOfficer[]
}

export interface TeamLine {
  id: number
  slug: string
  name: string
  archivedAt: Date | null
}

function requireManager(actor: Actor): void {
  if (!mayManageTeams(actor)) throw new Forbidden('Only an administrator can change teams.')
}

/** All teams A to Z, the archived ones too: a force has a few dozen to a few hundred. */
export async function everyTeam(db: Db, actor: Actor): Promise<TeamLine[]> {
  requireManager(actor)
  return db
    .select({ id: teams.id, slug: teams.slug, name: teams.name, archivedAt: teams.archivedAt })
    .from(teams)
    .orderBy(sql`${teams.name} collate "en-x-icu"`)
}

/** A team as its form needs it. Throws `NotFound`. */
export async function teamForAdmin(db: Db, actor: Actor, id: number): Promise<TeamForAdmin> {
  requireManager(actor)
  const [team] = await db.select().from(teams).where(eq(teams.id, id))
  if (!team) throw new NotFound('team')
  const places = await db.select({ name: localities.name }).from(localities).where(eq(localities.teamId, id)).orderBy(localities.key)
  const people = await db.select().from(officers).where(eq(officers.teamId, id)).orderBy(officers.position, officers.id)
  const [successor] = team.successorId === null ? [] : await db.select({ name: teams.name }).from(teams).where(eq(teams.id, team.successorId))
  return { ...team, successorName: successor?.name ?? null, localities: places.map((row) => row.name), officers: people }
}

/** One change to one team that is there and not archived, and its new version: all or nothing. */
const changeTeam = <T>(db: Database, actor: Actor, id: number, change: (tx: Tx, team: StoredTeam) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    requireManager(actor)
    const [team] = await tx.select().from(teams).where(eq(teams.id, id)).for('update')
    if (!team) throw new NotFound('team')
    if (team.archivedAt !== null) throw new Refused('This team is archived. It can no longer be changed.')
    const result = await change(tx, team)
    await touchTeam(tx, id)
    return result
  })

const taken = (): Refused => new Refused('There is such a team already', { name: 'There is or was a team of this name: choose another one' })

/** Waits for others who name a team, so that no address is given twice; throws `Refused` when another team has or had it. */
async function refuseTaken(tx: Tx, slug: string, ownId: number | null): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('blue-lamp-team-addresses'))`)
  const [current] = await tx.select({ id: teams.id }).from(teams).where(eq(teams.slug, slug))
  const [once] = await tx.select({ id: teamSlugs.teamId }).from(teamSlugs).where(eq(teamSlugs.slug, slug))
  if ((current && current.id !== ownId) || (once && once.id !== ownId)) throw taken()
}

/** Makes a team; its address comes from its name. */
export const createTeam = (db: Database, actor: Actor, input: { name: string }): Promise<{ id: number; slug: string }> =>
  refusingTaken(() =>
    db.transaction(async (tx) => {
      requireManager(actor)
      const slug = slugOf(input.name)
      await refuseTaken(tx, slug, null)
      const [team] = await tx.insert(teams).values({ name: input.name, slug }).returning({ id: teams.id, slug: teams.slug })
      if (!team) throw new Error('the team gave no row back')
      return team
    }),
  )

/** Gives a team another name and address; the old address redirects for ever. */
export const renameTeam = (db: Database, actor: Actor, id: number, name: string): Promise<{ slug: string }> =>
  refusingTaken(() =>
    changeTeam(db, actor, id, async (tx, team) => {
      const slug = slugOf(name)
      await refuseTaken(tx, slug, id)
      await tx.update(teams).set({ name, slug }).where(eq(teams.id, id))
      if (slug === team.slug) return { slug }
      await tx.delete(teamSlugs).where(eq(teamSlugs.slug, slug))
      await tx.insert(teamSlugs).values({ slug: team.slug, teamId: id }).onConflictDoNothing()
      return { slug }
    }),
  )

/** An import may have given the address away in the meantime. */
async function refusingTaken<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw violated(error) === 'teams_slug_unique' ? taken() : error
  }
}

/** Says anew which villages, estates and streets a team covers. Names that fold to the same are one. */
export const setLocalities = (db: Database, actor: Actor, id: number, names: readonly string[]): Promise<void> =>
  changeTeam(db, actor, id, async (tx) => {
    const byKey = new Map(names.map((name) => [foldName(name), name.trim()] as const).filter(([key]) => key !== ''))
    await tx.delete(localities).where(eq(localities.teamId, id))
    const rows = [...byKey].map(([key, name]) => ({ teamId: id, name, key }))
    if (rows.length > 0) await tx.insert(localities).values(rows)
  })

/** Sets some ways to reach a team; null takes one away, what is not named stays. */
export const setContact = (db: Database, actor: Actor, id: number, change: Readonly<Record<string, string | null>>): Promise<void> =>
  changeTeam(db, actor, id, async (tx, team) => {
    await tx
      .update(teams)
      .set({ contact: withContact(team.contact, change) })
      .where(eq(teams.id, id))
  })

const withContact = (contact: ContactDetails, change: Readonly<Record<string, string | null>>): ContactDetails =>
  Object.fromEntries(Object.entries({ ...contact, ...change }).filter((entry): entry is [string, string] => entry[1] !== null))

/** Closes a team for good, with the reason that its page gives and the team that looks after the area now, if there is one. */
export const archiveTeam = (db: Database, actor: Actor, id: number, input: { reason: string; successorId: number | null }): Promise<void> =>
  changeTeam(db, actor, id, async (tx) => {
    const { reason, successorId } = input
    if (successorId === id) throw new Refused('Choose another team', { successor: 'A team cannot follow itself: choose another one' })
    if (successorId !== null) {
      const [successor] = await tx
        .select({ id: teams.id })
        .from(teams)
        .where(and(eq(teams.id, successorId), isNull(teams.archivedAt)))
        .for('share')
      if (!successor) throw new Refused('Choose another team', { successor: 'Choose a team that is not archived' })
    }
    await tx.update(teams).set({ archivedAt: now(), archivedBecause: reason, successorId }).where(eq(teams.id, id))
    await recordActivity(tx, { kind: 'team.archived', audience: 'public', actorId: idOf(actor), teamId: id, detail: { successorId } })
  })

export interface OfficerInput {
  name: string
  rank: string | null
  role: string | null
  contact: Readonly<Record<string, string | null>>
}

/**
 * Adds somebody to the people whom the team's page shows (`officerId` null), or changes them.
 * Imported people follow their source and can only be removed.
 */
export const saveOfficer = (db: Database, actor: Actor, id: number, officerId: number | null, input: OfficerInput): Promise<void> =>
  changeTeam(db, actor, id, async (tx) => {
    const { name, rank, role } = input
    if (officerId === null) {
      const [last] = await tx
        .select({ position: sql<number>`coalesce(max(${officers.position}), 0)` })
        .from(officers)
        .where(eq(officers.teamId, id))
      await tx
        .insert(officers)
        .values({ teamId: id, name, rank, role, contact: withContact({}, input.contact), position: (last?.position ?? 0) + 1, source: 'portal' })
      return
    }
    const officer = await officerOf(tx, id, officerId)
    if (officer.source === 'import')
      throw new Refused('This person comes from the import. Change them in its source, or remove them here and add them again.')
    await tx
      .update(officers)
      .set({ name, rank, role, contact: withContact(officer.contact, input.contact) })
      .where(eq(officers.id, officerId))
  })

/** Takes somebody off the team's page. Somebody from the import comes back with the next one while its source still has them. */
export const removeOfficer = (db: Database, actor: Actor, id: number, officerId: number): Promise<void> =>
  changeTeam(db, actor, id, async (tx) => {
    await officerOf(tx, id, officerId)
    await tx.delete(officers).where(eq(officers.id, officerId))
  })

async function officerOf(tx: Tx, teamId: number, officerId: number): Promise<StoredOfficer> {
  const [officer] = await tx
    .select()
    .from(officers)
    .where(and(eq(officers.id, officerId), eq(officers.teamId, teamId)))
  if (!officer) throw new NotFound('officer')
  return officer
}
