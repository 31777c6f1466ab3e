/**
 * From a point to the areas it lies in. The database only sorts out by bounding box; the exact test is ours, because its own
 * geometric types are tens of metres generous in degrees. The answer does not depend on the order of rows.
 */
import { and, eq, gte, lte, sql } from 'drizzle-orm'
import { prepared, type Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import type { AreaKind } from './area.ts'
import { boxAround, isInside, isPoint, metresToLine, type Box, type Point } from './geometry.ts'
import { areaParts, areas, type Rings } from './schema.ts'

export interface LocatedArea {
  id: number
  kind: AreaKind
  code: string
  name: string
  /** Of the whole area, all its parts. */
  squareMetres: number
  /** From the point; 0 inside. */
  metres: number
}

/** An area with those of its parts that lie near enough to matter. */
export interface AreaOnMap extends Omit<LocatedArea, 'metres'> {
  parts: Rings[]
}

/** How far outside a line still counts: drawings leave slivers, and a postcode's point is only as exact as its addresses. */
const NEAR = 50
const FURTHEST = 50_000
const MOST_NEIGHBOURS = 20

/**
 * The areas that contain the point, smallest first (then by id). Each kind answers for itself: of a kind that has none there, the one
 * nearest area within 50 metres follows behind them, so that a ward drawn without gaps does not hide the sliver between two teams.
 * Throws Refused when the point is nowhere on Earth.
 */
export async function locate(db: Database, point: Point, { kinds }: { kinds: AreaKind[] }): Promise<LocatedArea[]> {
  requirePoint(point)
  return placeAmong(await areasWithin(db, boxAround(point, NEAR), kinds), point)
}

/** The same answer from areas that have been read already (all whose box comes within 50 metres of the point, or more). */
export function placeAmong(found: AreaOnMap[], point: Point): LocatedArea[] {
  const inside = found.filter((area) => area.parts.some((rings) => isInside(point, rings))).map((area) => located(area, 0))
  const isSettled = (kind: AreaKind): boolean => inside.some((area) => area.kind === kind)
  const near = found.filter((area) => !isSettled(area.kind)).map((area) => located(area, distanceTo(area, point)))
  const nearest = near.filter((area) => area.metres <= NEAR).toSorted(byDistance)
  const firstOfKind = nearest.filter((area, index) => nearest.findIndex((other) => other.kind === area.kind) === index)
  return [...inside.toSorted(bySize), ...firstOfKind]
}

/** The areas within so many metres of the point, nearest first, the ones it lies in (0 metres) before all. At most 20. */
export async function areasNear(db: Database, point: Point, metres: number, { kinds }: { kinds: AreaKind[] }): Promise<LocatedArea[]> {
  requirePoint(point)
  const reach = Math.min(Math.max(0, metres), FURTHEST)
  const found = await areasWithin(db, boxAround(point, reach), kinds)
  const near = found.map((area) => located(area, area.parts.some((rings) => isInside(point, rings)) ? 0 : distanceTo(area, point)))
  return near
    .filter((area) => area.metres <= reach)
    .toSorted(byDistance)
    .slice(0, MOST_NEIGHBOURS)
}

const touching = prepared((db) =>
  db
    .select({
      id: areas.id,
      kind: areas.kind,
      code: areas.code,
      name: areas.name,
      rings: areaParts.rings,
      squareMetres: sql<number>`(select sum(whole.square_metres) from area_parts whole where whole.area_id = ${areas.id})`,
    })
    .from(areaParts)
    .innerJoin(areas, eq(areas.id, areaParts.areaId))
    .where(
      and(
        lte(areaParts.west, sql.placeholder('east')),
        gte(areaParts.east, sql.placeholder('west')),
        lte(areaParts.south, sql.placeholder('north')),
        gte(areaParts.north, sql.placeholder('south')),
        sql`${areas.kind} = any(${sql.placeholder('kinds')}::text[])`,
      ),
    )
    .prepare('areas_touching'),
)

/** Areas of these kinds that have a part whose bounding box touches the box, with those parts. */
export async function areasWithin(db: Database, box: Box, kinds: AreaKind[]): Promise<AreaOnMap[]> {
  const found = new Map<number, AreaOnMap>()
  for (const { rings, ...area } of await touching(db).execute({ ...box, kinds })) {
    const known = found.get(area.id)
    if (known) known.parts.push(rings)
    else found.set(area.id, { ...area, parts: [rings] })
  }
  return [...found.values()]
}

function requirePoint({ lat, lng }: Point): void {
  if (!isPoint(lat, lng)) throw new Refused('That is not a place on the map.')
}

const distanceTo = (area: AreaOnMap, point: Point): number => Math.min(...area.parts.map((rings) => metresToLine(point, rings)))
const located = ({ parts: _parts, ...area }: AreaOnMap, metres: number): LocatedArea => ({ ...area, metres })
const bySize = (a: LocatedArea, b: LocatedArea): number => a.squareMetres - b.squareMetres || a.id - b.id
const byDistance = (a: LocatedArea, b: LocatedArea): number => a.metres - b.metres || bySize(a, b)
