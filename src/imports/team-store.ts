/**
 * A neighbourhood as published becomes a team as stored. Each part that differs is replaced as a whole, what is the same is not
 * touched, and what was made in the portal (its officers, its localities, everything that people wrote) never is.
 */
import { and, asc, eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { Tx } from '../database/database.ts'
import { sourceOfArea, storeArea } from '../geography/area.ts'
import { officers, policeExtracts, teamAreas, teamLocations, teams } from '../teams/schema.ts'
import type { Loose } from './loose.ts'
import type { Neighbourhood, Person, Station } from './neighbourhood.ts'
import { returnsAfter, type StoreContext } from './team-archive.ts'
import { FROM_FILE } from './geojson.ts'
import { importerOf, keepEvents, keepPriorities } from './team-events.ts'
import { freeSlug, renameSlug } from './team-slug.ts'

type Team = typeof teams.$inferSelect

/** Stores one neighbourhood and answers whether its team was new, changed or the same as before. */
export async function storeNeighbourhood(tx: Tx, found: Neighbourhood, context: StoreContext): Promise<'new' | 'changed' | 'same'> {
  const [known] = await tx.select().from(teams).where(eq(teams.neighbourhoodId, found.id)).for('update')
  const team = known ?? (await makeTeam(tx, found, context))
  const changes = [
    known ? await updateTeam(tx, known, found, context) : false,
    found.people !== null && (await replaceOfficers(tx, team.id, found.people)),
    found.locations !== null && (await replaceLocations(tx, team.id, found.locations)),
    found.events !== null && (await replaceExtract(tx, team.id, 'events', found.events, context.at)),
    found.priorities !== null && (await replaceExtract(tx, team.id, 'priorities', found.priorities, context.at)),
    await fillTeam(tx, found, context),
    await drawArea(tx, team.id, found, context),
  ]
  if (!known) return 'new'
  if (!changes.includes(true)) return 'same'
  await raiseVersion(tx, team.id)
  return 'changed'
}

/** What it lists as events and priorities stands here as such. For a team that is archived nothing new is said. */
async function fillTeam(tx: Tx, { id, events, priorities }: Neighbourhood, { forceName }: StoreContext): Promise<boolean> {
  const [team] = await tx.select().from(teams).where(eq(teams.neighbourhoodId, id))
  if (!team || team.archivedAt !== null) return false
  const run = { actor: await importerOf(tx, forceName), team, source: id }
  const changes = [events !== null && (await keepEvents(tx, run, events)), priorities !== null && (await keepPriorities(tx, run, priorities))]
  return changes.includes(true)
}

/** Says that the team's page has to be made afresh. */
export async function raiseVersion(tx: Tx, teamId: number): Promise<void> {
  await tx
    .update(teams)
    .set({ version: sql`${teams.version} + 1` })
    .where(eq(teams.id, teamId))
}

async function makeTeam(tx: Tx, found: Neighbourhood, { at }: StoreContext): Promise<Team> {
  const values = { slug: await freeSlug(tx, found.name), name: found.name, neighbourhoodId: found.id, createdAt: at, ...found.detail }
  const [team] = await tx.insert(teams).values(values).returning()
  if (!team) throw new Error('a team was not stored')
  return team
}

async function updateTeam(tx: Tx, known: Team, found: Neighbourhood, { forceName }: StoreContext): Promise<boolean> {
  const wanted: Partial<Team> = {
    name: found.name,
    ...found.detail,
    ...(returnsAfter(known, forceName) && { archivedAt: null, archivedBecause: null, successorId: null }),
  }
  const differs = Object.entries(wanted).some(([key, value]) => canonical(value) !== canonical(known[key as keyof Team]))
  if (!differs) return false
  const slug = known.name === found.name ? known.slug : await renameSlug(tx, known, found.name)
  await tx
    .update(teams)
    .set({ ...wanted, slug })
    .where(eq(teams.id, known.id))
  return true
}

async function replaceOfficers(tx: Tx, teamId: number, people: Person[]): Promise<boolean> {
  const { name, rank, bioHtml, contact } = officers
  const imported = and(eq(officers.teamId, teamId), eq(officers.source, 'import'))
  const stored = await tx.select({ name, rank, bioHtml, contact }).from(officers).where(imported).orderBy(asc(officers.position), asc(officers.id))
  if (canonical(stored) === canonical(people)) return false
  await tx.delete(officers).where(imported)
  if (people.length > 0)
    await tx.insert(officers).values(people.map((person, position) => ({ ...person, teamId, position, source: 'import' as const })))
  return true
}

async function replaceLocations(tx: Tx, teamId: number, stations: Station[]): Promise<boolean> {
  const rows = await tx
    .select()
    .from(teamLocations)
    .where(eq(teamLocations.teamId, teamId))
    .orderBy(asc(teamLocations.position), asc(teamLocations.id))
  const stored = rows.map(({ id: _id, teamId: _team, position: _position, ...station }) => station)
  if (canonical(stored) === canonical(stations)) return false
  await tx.delete(teamLocations).where(eq(teamLocations.teamId, teamId))
  if (stations.length > 0) await tx.insert(teamLocations).values(stations.map((station, position) => ({ ...station, teamId, position })))
  return true
}

async function replaceExtract(tx: Tx, teamId: number, kind: 'events' | 'priorities', body: Loose[], at: Date): Promise<boolean> {
  const [stored] = await tx
    .select({ body: policeExtracts.body })
    .from(policeExtracts)
    .where(and(eq(policeExtracts.teamId, teamId), eq(policeExtracts.kind, kind)))
  if (stored && canonical(stored.body) === canonical(body)) return false
  const row = { body, importedAt: at }
  await tx
    .insert(policeExtracts)
    .values({ teamId, kind, ...row })
    .onConflictDoUpdate({ target: [policeExtracts.teamId, policeExtracts.kind], set: row })
  return true
}

async function drawArea(tx: Tx, teamId: number, found: Neighbourhood, { source, at }: StoreContext): Promise<boolean> {
  if (!found.ring) return false
  // A drawing from a boundary file may have islands and holes, which the one ring of the police service cannot say.
  const drawnBy = await sourceOfArea(tx, 'team', found.id)
  if (drawnBy?.startsWith(FROM_FILE)) return false
  const area = await storeArea(tx, { kind: 'team', code: found.id, name: found.name, source, parts: [[found.ring]] }, at)
  const linked = await tx.insert(teamAreas).values({ teamId, areaId: area.id }).onConflictDoNothing().returning()
  if (area.isRedrawn || linked.length > 0) await recordActivity(tx, { kind: 'areas.changed', audience: 'public', teamId })
  return area.outcome !== 'same' || linked.length > 0
}

/** The same text for the same content: the database keeps the keys of an object in an order of its own. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'undefined'
  )
}
