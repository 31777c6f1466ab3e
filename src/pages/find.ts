/**
 * From what somebody typed to their team. Six kinds of answer: one team, a choice, what it may have meant, another force, a clear
 * sentence, or a question back.
 */
import type { Database } from '../database/database.ts'
import type { Point } from '../geography/geometry.ts'
import type { AreaKind } from '../geography/area.ts'
import { findForce, forceByAreaCode, type Force } from '../geography/forces.ts'
import { areasNear, locate } from '../geography/locate.ts'
import { areasOfPartial } from '../geography/partial.ts'
import { forcesOfPostcodeArea, isPostcodeArea } from '../geography/postcode-areas.ts'
import { parsePostcode, postcodeByKey, type FullPostcode, type PartialPostcode, type Postcode } from '../geography/postcode.ts'
import { teamsNamed, teamsOfAreas, teamsSpeltLike, type TeamName } from '../teams/team.ts'

export type Finding =
  | { kind: 'nothing-typed' }
  | { kind: 'team'; team: TeamName; neighbours: TeamName[]; place: string; note: string | null }
  | { kind: 'choice'; teams: TeamName[]; place: string; exact: boolean }
  /** Nothing is called so; these are spelt much like it. */
  | { kind: 'misspelt'; places: { name: string; teams: TeamName[] }[]; place: string }
  | { kind: 'other-force'; forces: Force[]; place: string; certain: boolean }
  | { kind: 'unknown'; place: string; why: string }

/** How far around a postcode the neighbouring teams are named, in metres: its addresses may lie on both sides of a line. */
const NEIGHBOURHOOD = 600
const LONGEST = 100

export interface OwnForce {
  id: string
  areaCode: string
}

export async function findTeams(db: Database, force: OwnForce, typed: string): Promise<Finding> {
  const text = typed.normalize('NFKC').replace(/\s+/g, ' ').trim().slice(0, LONGEST)
  if (text === '') return { kind: 'nothing-typed' }
  const postcode = parsePostcode(text)
  if (postcode?.kind === 'full') return byPostcode(db, force, postcode)
  if (postcode?.kind === 'partial') return byPartial(db, force, postcode, text)
  const area = text.toUpperCase()
  return isPostcodeArea(area) ? byArea(force, area) : byName(db, text)
}

async function byPostcode(db: Database, force: OwnForce, typed: FullPostcode): Promise<Finding> {
  const known = await postcodeByKey(db, typed.key)
  if (!known) return elsewhere(force, typed.display, typed.area)
  const other = otherForce(force, known)
  if (!known.point) {
    if (other) return { kind: 'other-force', forces: [other], place: typed.display, certain: true }
    return { kind: 'unknown', place: typed.display, why: 'We know this postcode, but not where it lies. Try the name of your village or street.' }
  }
  const note = known.terminated ? 'This postcode is no longer in use. This is the team for the place where it was.' : null
  const found = await byPoint(db, known.point, { place: typed.display, note })
  if (found) return found
  if (other) return { kind: 'other-force', forces: [other], place: typed.display, certain: true }
  return {
    kind: 'unknown',
    place: typed.display,
    why: 'This postcode lies outside the areas of our teams. Try the name of your village or street.',
  }
}

/** From where a phone says that it is, roughly (see geography/rough.ts). */
export async function findTeamsAt(db: Database, point: Point): Promise<Finding> {
  const place = 'Where you are'
  const found = await byPoint(db, point, { place, note: null })
  return (
    found ?? {
      kind: 'unknown',
      place,
      why: 'Where you are lies outside the areas of our teams. Type a postcode, or the name of a village or street.',
    }
  )
}

const AREAS = { kinds: ['team', 'ward'] satisfies AreaKind[] }

async function byPoint(db: Database, point: Point, { place, note }: { place: string; note: string | null }): Promise<Finding | null> {
  const [team] = await teamsOfAreas(db, idsOf(await locate(db, point, AREAS)))
  if (!team) return null
  const near = await teamsOfAreas(db, idsOf(await areasNear(db, point, NEIGHBOURHOOD, AREAS)))
  return { kind: 'team', team, neighbours: near.filter((other) => other.id !== team.id), place, note }
}

const idsOf = (areas: { id: number }[]): number[] => areas.map((area) => area.id)

function otherForce(own: OwnForce, postcode: Postcode): Force | null {
  if (postcode.forceCode === null || postcode.forceCode === own.areaCode) return null
  return forceByAreaCode(postcode.forceCode)
}

/** Not in our table: a new postcode of ours, or one of another force, as its first letters tell. */
function elsewhere(own: OwnForce, place: string, area: string): Finding {
  const forces = forcesOfPostcodeArea(area)
  if (forces.length > 0 && !forces.some((force) => force.id === own.id)) return { kind: 'other-force', forces, place, certain: false }
  const name = findForce(own.id)?.name ?? 'this force'
  const others = forces.filter((force) => force.id !== own.id)
  if (others.length > 0) {
    const why = `We do not know this postcode. Postcodes beginning with ${area} lie in the areas of ${[name, ...others.map((force) => force.name)].join(', ')}. Try the name of your village or street.`
    return { kind: 'unknown', place, why }
  }
  return { kind: 'unknown', place, why: 'We do not know this postcode. It may be new. Check it, or try the name of your village or street.' }
}

/** The letters alone, "LN": far too wide to choose a team from. */
function byArea(force: OwnForce, area: string): Finding {
  if (!forcesOfPostcodeArea(area).some(({ id }) => id === force.id)) return elsewhere(force, area, area)
  return {
    kind: 'unknown',
    place: area,
    why: `Postcodes that begin with ${area} belong to many teams. Type more of yours, for example the part before the space.`,
  }
}

async function byPartial(db: Database, force: OwnForce, partial: PartialPostcode, text: string): Promise<Finding> {
  const teams = await teamsOfAreas(db, idsOf(await areasOfPartial(db, partial, { kinds: ['team', 'ward'] })))
  const [only] = teams
  if (only && teams.length === 1) return { kind: 'team', team: only, neighbours: [], place: partial.display, note: null }
  if (teams.length > 0) return { kind: 'choice', teams, place: partial.display, exact: true }
  // "B1" may be a postcode's beginning, but "Ely" is a place.
  const named = await byName(db, text)
  return named.kind === 'unknown' ? elsewhere(force, partial.display, partial.area) : named
}

async function byName(db: Database, text: string): Promise<Finding> {
  const { exact, others } = await teamsNamed(db, text)
  const [only] = exact
  if (only && exact.length === 1) return { kind: 'team', team: only, neighbours: others.slice(0, 5), place: text, note: null }
  const teams = exact.length > 0 ? exact : others
  if (teams.length > 0) return { kind: 'choice', teams, place: text, exact: exact.length > 0 }
  const places = await teamsSpeltLike(db, text)
  if (places.length > 0) return { kind: 'misspelt', places, place: text }
  return { kind: 'unknown', place: text, why: 'We found no team, place or postcode like that. Check the spelling, or type only the first part.' }
}
