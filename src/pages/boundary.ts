/**
 * Where the areas of a team run, and who is next door.
 */
import { asc, eq, inArray, isNull, and } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import { boxOf, metresToLine, widen, type Box } from '../geography/geometry.ts'
import { areasWithin, type AreaOnMap } from '../geography/locate.ts'
import { areaParts, areas, type Rings } from '../geography/schema.ts'
import { teamAreas, teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'

export interface Neighbour extends TeamName {
  parts: Rings[]
}

export interface Boundary {
  /** Null where the force has not drawn any: then there is no box either. */
  parts: Rings[]
  /** Wards and the like that make it up, by name; empty where it is one area of its own. */
  wards: string[]
  neighbours: Neighbour[]
  box: Box | null
}

/** Drawings leave slivers between those that touch, in metres. */
const TOUCHING = 100
/** Enough corners of a line to see who is next to it. */
const CORNERS = 150

export async function boundaryOf(db: Database, team: TeamName): Promise<Boundary> {
  const own = await ownAreas(db, team.id)
  const parts = own.flatMap((area) => area.parts)
  if (parts.length === 0) return { parts, wards: [], neighbours: [], box: null }
  const box = boxAroundAll(parts)
  const kinds = [...new Set(own.map((area) => area.kind))]
  const near = await areasWithin(db, widen(box, TOUCHING), kinds)
  const ids = new Set(own.map((area) => area.id))
  const touching = near.filter((area) => !ids.has(area.id) && isNextTo(area.parts, parts))
  const wards = own.filter((area) => area.kind === 'ward').map((area) => area.name)
  return { parts, wards, neighbours: await ownersOf(db, touching, team.id), box }
}

async function ownAreas(db: Database, teamId: number) {
  const rows = await db
    .select({ id: areas.id, kind: areas.kind, name: areas.name, rings: areaParts.rings })
    .from(teamAreas)
    .innerJoin(areas, eq(areas.id, teamAreas.areaId))
    .innerJoin(areaParts, eq(areaParts.areaId, areas.id))
    .where(eq(teamAreas.teamId, teamId))
    .orderBy(asc(areas.name), asc(areaParts.id))
  const byId = Map.groupBy(rows, (row) => row.id)
  return [...byId].flatMap(([id, parts]) => parts.slice(0, 1).map(({ kind, name }) => ({ id, kind, name, parts: parts.map(({ rings }) => rings) })))
}

/** Does a corner of one lie on, or nearly on, a line of the other? */
const isNextTo = (one: Rings[], other: Rings[]): boolean => hasCornerNear(one, other) || hasCornerNear(other, one)

const hasCornerNear = (one: Rings[], other: Rings[]): boolean =>
  cornersOf(one).some(([lng, lat]) => other.some((rings) => metresToLine({ lat, lng }, rings) <= TOUCHING))

function cornersOf(parts: Rings[]) {
  const all = parts.flatMap((rings) => rings[0] ?? [])
  const step = Math.max(1, Math.floor(all.length / CORNERS))
  return all.filter((_corner, index) => index % step === 0)
}

async function ownersOf(db: Database, found: AreaOnMap[], except: number): Promise<Neighbour[]> {
  if (found.length === 0) return []
  const partsOf = new Map(found.map((area) => [area.id, area.parts]))
  const rows = await db
    .select({ areaId: teamAreas.areaId, id: teams.id, slug: teams.slug, name: teams.name })
    .from(teamAreas)
    .innerJoin(teams, eq(teams.id, teamAreas.teamId))
    .where(and(inArray(teamAreas.areaId, [...partsOf.keys()]), isNull(teams.archivedAt)))
    .orderBy(asc(teams.name), asc(teamAreas.areaId))
  const neighbours = new Map<number, Neighbour>()
  for (const { areaId, ...team } of rows.filter(({ id }) => id !== except)) {
    const known = neighbours.get(team.id) ?? { ...team, parts: [] }
    neighbours.set(team.id, { ...known, parts: [...known.parts, ...(partsOf.get(areaId) ?? [])] })
  }
  return [...neighbours.values()]
}

function boxAroundAll(parts: Rings[]): Box {
  const boxes = parts.map(boxOf)
  return {
    west: Math.min(...boxes.map(({ west }) => west)),
    south: Math.min(...boxes.map(({ south }) => south)),
    east: Math.max(...boxes.map(({ east }) => east)),
    north: Math.max(...boxes.map(({ north }) => north)),
  }
}

/** As GeoJSON (RFC 7946): longitude first, outlines counter-clockwise, holes clockwise. */
export function geoJsonOf(team: TeamName, { parts, neighbours, box }: Boundary, publicUrl: string): object {
  const feature = ({ slug, name }: TeamName, own: boolean, rings: Rings[]) => ({
    type: 'Feature',
    id: `${publicUrl}/teams/${slug}`,
    properties: { name, url: `${publicUrl}/teams/${slug}`, own },
    geometry: { type: 'MultiPolygon', coordinates: rings.map(rightHanded) },
  })
  return {
    type: 'FeatureCollection',
    ...(box ? { bbox: [box.west, box.south, box.east, box.north] } : {}),
    features: [...(parts.length > 0 ? [feature(team, true, parts)] : []), ...neighbours.map((other) => feature(other, false, other.parts))],
  }
}

const rightHanded = (rings: Rings): Rings => rings.map((ring, index) => (isCounterClockwise(ring) === (index === 0) ? ring : ring.toReversed()))

function isCounterClockwise(ring: Rings[number]): boolean {
  let twice = 0
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y]
    twice += x * nextY - nextX * y
  }
  return twice > 0
}
