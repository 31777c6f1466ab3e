/**
 * Where somebody looks around from: a postcode, the beginning of one, the name of a team or place, or roughly where a phone says that it is. Always a rough
 * point, or a clear sentence why there is none.
 */
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import { findForce, forceByAreaCode, type Force } from '../geography/forces.ts'
import type { Point } from '../geography/geometry.ts'
import { areasNear, locate } from '../geography/locate.ts'
import { pointsOfPartial } from '../geography/partial.ts'
import { forcesOfPostcodeArea } from '../geography/postcode-areas.ts'
import { parsePostcode, postcodeByKey, type FullPostcode, type PartialPostcode } from '../geography/postcode.ts'
import { readRough, roughPoint, sayRough } from '../geography/rough.ts'
import { areaParts, areas } from '../geography/schema.ts'
import { slugOf } from '../text/slug.ts'
import { teamAreas, teams } from '../teams/schema.ts'
import { teamsNamed, teamsOfAreas, teamsSpeltLike, type TeamName } from '../teams/team.ts'

export interface OwnForce {
  id: string
  areaCode: string
  name: string
}

/** What an address asks for, as it came: `at` is read and rounded before anything else looks at it. */
export interface Asked {
  q: string
  at: string
  team: string
}

export interface Standpoint {
  kind: 'point'
  point: Point
  /** To follow "Near": "LN4 2LE", "you", "the middle of Bracebridge Heath". */
  place: string
  /** Said under the title. */
  note: string | null
  /** Whose area it lies in; null where there is none. */
  team: TeamName | null
  /** The same again in an address: "q=LN4+2LE". Never finer than the rough point. */
  query: string
}

export type Origin =
  | Standpoint
  | { kind: 'nothing-asked' }
  | { kind: 'choice'; place: string; teams: TeamName[] }
  | { kind: 'misspelt'; place: string; teams: TeamName[] }
  | { kind: 'other-force'; place: string; forces: Force[]; certain: boolean }
  | { kind: 'unknown'; place: string | null; why: string; team?: TeamName }

const LONGEST = 100
/** Somebody this far outside the teams' areas still lives next to them, in metres. */
const NEXT_DOOR = 5000
const AREAS = { kinds: ['team', 'ward'] as ('team' | 'ward')[] }
const ANOTHER_WAY = 'Try the name of your village or street.'

export async function originOf(db: Database, force: OwnForce, asked: Asked): Promise<Origin> {
  if (asked.at !== '') return fromPhone(db, force, asked.at)
  if (asked.team !== '') return fromTeam(db, slugOf(asked.team.slice(0, LONGEST)))
  const text = asked.q.normalize('NFKC').replace(/\s+/g, ' ').trim().slice(0, LONGEST)
  if (text === '') return { kind: 'nothing-asked' }
  const postcode = parsePostcode(text)
  if (postcode?.kind === 'full') return fromPostcode(db, force, postcode)
  return postcode === null ? fromName(db, text) : fromPartial(db, force, postcode, text)
}

async function fromPhone(db: Database, force: OwnForce, at: string): Promise<Origin> {
  const point = readRough(at)
  const place = 'Where you are'
  if (!point) return { kind: 'unknown', place: null, why: 'That is not a place on the map. Type a postcode, or the name of a village or street.' }
  const team = await teamOf(db, point)
  const standing: Standpoint = { kind: 'point', point, place: 'you', note: null, team, query: `at=${sayRough(point)}` }
  if (team) return standing
  const nextDoor = await areasNear(db, point, NEXT_DOOR, AREAS)
  if (nextDoor.length > 0) return { ...standing, note: `You are just outside the areas of ${force.name}’s teams. This is what is nearest in them.` }
  return {
    kind: 'unknown',
    place,
    why: `Where you are lies outside the area of ${force.name}. Type a postcode, or the name of a village or street in it.`,
  }
}

async function teamOf(db: Database, point: Point): Promise<TeamName | null> {
  const located = await locate(db, point, AREAS)
  const [team] = await teamsOfAreas(
    db,
    located.map(({ id }) => id),
  )
  return team ?? null
}

async function fromPostcode(db: Database, force: OwnForce, typed: FullPostcode): Promise<Origin> {
  const place = typed.display
  const known = await postcodeByKey(db, typed.key)
  if (!known) return elsewhere(force, place, typed.area)
  const team = known.point ? await teamOf(db, known.point) : null
  const foreign = known.forceCode !== null && known.forceCode !== force.areaCode ? forceByAreaCode(known.forceCode) : null
  if (!team && foreign) return { kind: 'other-force', place, forces: [foreign], certain: true }
  if (!known.point) return { kind: 'unknown', place, why: `We know this postcode, but not where it lies. ${ANOTHER_WAY}` }
  const note = known.terminated ? 'This postcode is no longer in use. This is what is near the place where it was.' : null
  return { kind: 'point', point: roughPoint(known.point), place, note, team, query: queryOf(place) }
}

/** Not in our table: a new postcode of ours, or one of another force, as its first letters tell. */
function elsewhere(own: OwnForce, place: string, area: string): Origin {
  const forces = forcesOfPostcodeArea(area)
  if (forces.length > 0 && !forces.some((force) => force.id === own.id)) return { kind: 'other-force', place, forces, certain: false }
  const names = [findForce(own.id)?.name ?? own.name, ...forces.filter((force) => force.id !== own.id).map((force) => force.name)]
  const may = names.length > 1 ? ` Postcodes beginning with ${area} lie in the areas of ${names.join(', ')}.` : ' It may be new.'
  return { kind: 'unknown', place, why: `We do not know this postcode.${may} Check it, or try the name of your village or street.` }
}

/** "LN4": the middle of its postcodes. */
async function fromPartial(db: Database, force: OwnForce, partial: PartialPostcode, text: string): Promise<Origin> {
  const points = await pointsOfPartial(db, partial)
  if (points.length === 0) {
    // "B1" may be a postcode's beginning, but "Ely" is a place.
    const named = await fromName(db, text)
    return named.kind === 'unknown' ? elsewhere(force, partial.display, partial.area) : named
  }
  const point = roughPoint({ lat: mean(points.map(({ lat }) => lat)), lng: mean(points.map(({ lng }) => lng)) })
  const team = await teamOf(db, point)
  const note = 'This is from the middle of these postcodes. Type the whole postcode to see what is near you.'
  return { kind: 'point', point, place: partial.display, note, team, query: queryOf(text) }
}

const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

async function fromName(db: Database, text: string): Promise<Origin> {
  const { exact, others } = await teamsNamed(db, text)
  const found = exact.length > 0 ? exact : others
  const [only] = found
  if (only && found.length === 1) return fromMiddleOf(db, only, text)
  if (only) return { kind: 'choice', place: text, teams: found }
  const alike = (await teamsSpeltLike(db, text)).flatMap(({ teams: those }) => those)
  if (alike.length > 0) return { kind: 'misspelt', place: text, teams: [...new Map(alike.map((team) => [team.id, team])).values()] }
  return { kind: 'unknown', place: text, why: 'We found no team, place or postcode like that. Check the spelling, or type only the first part.' }
}

async function fromTeam(db: Database, slug: string): Promise<Origin> {
  const [team] = await db
    .select({ id: teams.id, slug: teams.slug, name: teams.name })
    .from(teams)
    .where(and(eq(teams.slug, slug), isNull(teams.archivedAt)))
  return team
    ? fromMiddleOf(db, team, team.name)
    : { kind: 'unknown', place: null, why: 'There is no such team. Type a postcode, or the name of a village.' }
}

/** Villages have no point of their own here: their team's area has. */
async function fromMiddleOf(db: Database, team: TeamName, place: string): Promise<Origin> {
  const [part] = await db
    .select({ west: areaParts.west, south: areaParts.south, east: areaParts.east, north: areaParts.north })
    .from(teamAreas)
    .innerJoin(areas, eq(areas.id, teamAreas.areaId))
    .innerJoin(areaParts, eq(areaParts.areaId, areas.id))
    .where(eq(teamAreas.teamId, team.id))
    .orderBy(desc(areaParts.squareMetres))
    .limit(1)
  if (!part) return { kind: 'unknown', place, team, why: `We do not know where the area of the ${team.name} team lies. Type a postcode instead.` }
  const point = roughPoint({ lat: (part.south + part.north) / 2, lng: (part.west + part.east) / 2 })
  const note = `This is from the middle of the ${team.name} team’s area. Type a postcode to see what is near you.`
  return { kind: 'point', point, place, note, team, query: `team=${team.slug}` }
}

const queryOf = (text: string): string => new URLSearchParams({ q: text }).toString()
