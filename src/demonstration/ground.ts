/**
 * Teams on the ground: names, places, areas drawn for the demonstration, and the people on each team's page.
 * A team that an import has already brought keeps what the import said of it.
 */
import { eq } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { storeArea, type Drawing } from '../geography/area.ts'
import { postcodes } from '../geography/schema.ts'
import { localities, officers, teamAreas, teamLocations, teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { foldName } from '../text/fold.ts'
import { slugOf } from '../text/slug.ts'
import { cellOf } from './outline.ts'
import { emailOf, PLANNED_STAFF, type PlannedStaff } from './people.ts'
import { BRACEBRIDGE_HEATH, PLANNED_TEAMS, type PlannedTeam } from './places.ts'
import { PLANNED_POSTCODES } from './postcodes.ts'

const SOURCE = 'demonstration'
const OWN_FORCE = 'E23000020'

/** Lays the county out; answers the teams by name. */
export async function layGround(tx: Tx, at: Date): Promise<Map<string, TeamName>> {
  const found = new Map<string, TeamName>()
  for (const planned of PLANNED_TEAMS) found.set(planned.name, await layTeam(tx, planned, at))
  await tx.insert(postcodes).values(POSTCODE_ROWS).onConflictDoNothing()
  return found
}

async function layTeam(tx: Tx, planned: PlannedTeam, at: Date): Promise<TeamName> {
  const slug = slugOf(planned.name)
  const [lat, lng] = planned.centre
  const [made] = await tx
    .insert(teams)
    .values({
      slug,
      name: planned.name,
      neighbourhoodId: planned.id,
      descriptionHtml: describe(planned),
      population: planned === BRACEBRIDGE_HEATH ? 5656 : null,
      centreLat: lat,
      centreLng: lng,
      contact: { email: emailOf(slug), telephone: '101' },
      createdAt: at,
    })
    .onConflictDoNothing()
    .returning({ id: teams.id })
  if (!made) return knownTeam(tx, slug)
  await tx.insert(localities).values(placesOf(planned).map((name) => ({ teamId: made.id, name, key: foldName(name) })))
  await drawArea(tx, made.id, planned, at)
  await introduce(tx, made.id, planned)
  return { id: made.id, slug, name: planned.name }
}

async function knownTeam(tx: Tx, slug: string): Promise<TeamName> {
  const [known] = await tx.select({ id: teams.id, slug: teams.slug, name: teams.name }).from(teams).where(eq(teams.slug, slug))
  if (!known) throw new Error(`the team ${slug} is there under another address`)
  return known
}

const placesOf = (planned: PlannedTeam): string[] => planned.covers.split(', ')

function describe(planned: PlannedTeam): string {
  const places = placesOf(planned)
  const covers = `<p>The team looks after ${places.slice(0, -1).join(', ')} and ${places.at(-1)}. Its boundaries here are drawn for the demonstration.</p>`
  if (hasPeople(planned)) return covers
  return `${covers}<p>In this demonstration no people are named for this team. Call 101 to reach a neighbourhood team.</p>`
}

const hasPeople = (planned: PlannedTeam): boolean => PLANNED_STAFF.some((person) => person.team === planned.name)

async function drawArea(tx: Tx, teamId: number, planned: PlannedTeam, at: Date): Promise<void> {
  const area = await storeArea(tx, drawingOf(planned, ON_THE_LINE.has(planned.name) ? centreAtFirst : centreNow), at)
  await tx.insert(teamAreas).values({ teamId, areaId: area.id })
}

type Centre = PlannedTeam['centre']

function drawingOf(planned: PlannedTeam, centre: (team: PlannedTeam) => Centre): Drawing {
  // One of the centres is told from the others by being the same thing.
  const centres = new Map(PLANNED_TEAMS.map((team) => [team.name, centre(team)]))
  const own = centres.get(planned.name) ?? planned.centre
  const ring = cellOf(own, [...centres.values()])
  return { kind: 'team', code: planned.id ?? 'BH', name: planned.name, source: SOURCE, parts: [[ring]] }
}

/** Before the line between two teams was drawn anew, the houses on the hill belonged to Lincoln Bracebridge. */
const FORMER_MIDDLE: Centre = [53.184, -0.534]
const ON_THE_LINE = new Set([BRACEBRIDGE_HEATH.name, 'Lincoln Bracebridge'])

const centreNow = ({ centre }: PlannedTeam): Centre => centre
const centreAtFirst = (team: PlannedTeam): Centre => (team === BRACEBRIDGE_HEATH ? FORMER_MIDDLE : team.centre)

/** Draws these teams as they are today; answers the ids of those whose ground is another now. */
export async function redrawTeams(tx: Tx, those: readonly TeamName[]): Promise<number[]> {
  const redrawn: number[] = []
  for (const { id, name } of those) {
    const planned = PLANNED_TEAMS.find((team) => team.name === name)
    if (planned && (await storeArea(tx, drawingOf(planned, centreNow), now())).isRedrawn) redrawn.push(id)
  }
  return redrawn
}

/** The people as the team's page shows them, and where they can be met. */
async function introduce(tx: Tx, teamId: number, planned: PlannedTeam): Promise<void> {
  const people = PLANNED_STAFF.filter((person) => person.team === planned.name)
  if (people.length > 0) await tx.insert(officers).values(people.map((person, position) => officerOf(teamId, person, position)))
  if (planned !== BRACEBRIDGE_HEATH) return
  await tx.insert(teamLocations).values({
    teamId,
    name: 'Bracebridge Heath Village Hall',
    kind: 'Surgery',
    address: 'London Road, every second Thursday of the month, 5:30pm to 7pm',
    position: 0,
  })
}

function officerOf(teamId: number, person: PlannedStaff, position: number): typeof officers.$inferInsert {
  const [rank = '', ...name] = person.name.split(' ')
  return {
    teamId,
    name: name.join(' '),
    rank,
    role: person.job,
    bioHtml: person.bio ? `<p>${person.bio}</p>` : null,
    contact: { email: emailOf(person.key), telephone: '101' },
    position,
    source: 'portal',
  }
}

const POSTCODE_ROWS = PLANNED_POSTCODES.map(({ postcode, at, terminated, force }) => ({
  key: postcode.replace(' ', ''),
  lat: at?.[0] ?? null,
  lng: at?.[1] ?? null,
  quality: at ? 1 : 9,
  forceCode: force ?? OWN_FORCE,
  terminated: terminated ?? null,
  source: SOURCE,
}))
