/**
 * The beginning of a postcode is an area, not a place: which areas do its postcodes fall in?
 */
import { and, asc, gte, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import type { AreaKind } from './area.ts'
import type { Point } from './geometry.ts'
import { widen, type Box } from './geometry.ts'
import { areasWithin, placeAmong, type LocatedArea } from './locate.ts'
import type { PartialPostcode } from './postcode.ts'
import { postcodes } from './schema.ts'

export interface AreaOfPartial extends LocatedArea {
  /** How many of the postcodes fall in it. */
  postcodes: number
}

/** A postcode district has some hundreds of living postcodes, the largest a few thousand. */
const MOST_POINTS = 5000
const MOST_AREAS = 50
const NEAR = 50

/**
 * The areas that the postcodes of a partial one fall in, each postcode counted once for each kind, in the area where `locate` would
 * place it; most postcodes first.
 */
export async function areasOfPartial(db: Database, partial: PartialPostcode, { kinds }: { kinds: AreaKind[] }): Promise<AreaOfPartial[]> {
  const points = await pointsOfPartial(db, partial)
  if (points.length === 0) return []
  const onMap = await areasWithin(db, widen(boxOfPoints(points), NEAR), kinds)
  const counted = new Map<number, AreaOfPartial>()
  for (const point of points) {
    const placed = placeAmong(onMap, point)
    for (const [index, area] of placed.entries()) {
      if (placed.findIndex((other) => other.kind === area.kind) < index) continue
      const known = counted.get(area.id)
      if (known) known.postcodes += 1
      else counted.set(area.id, { ...area, metres: 0, postcodes: 1 })
    }
  }
  return [...counted.values()].toSorted((a, b) => b.postcodes - a.postcodes || a.id - b.id).slice(0, MOST_AREAS)
}

/** Where the living postcodes of a partial one lie, in the order of their keys. At most 5,000. */
export async function pointsOfPartial(db: Database, { prefix, lengths }: PartialPostcode): Promise<Point[]> {
  for (const length of lengths) {
    const points = await pointsBeginning(db, prefix, length)
    if (points.length > 0) return points
  }
  return []
}

async function pointsBeginning(db: Database, prefix: string, length: number): Promise<Point[]> {
  const { key, lat, lng, terminated } = postcodes
  const rows = await db
    .select({ lat, lng })
    .from(postcodes)
    // "~" sorts behind every letter and digit, so this range is the prefix, and the primary key serves it.
    .where(
      and(
        gte(key, prefix),
        lt(key, `${prefix}~`),
        inArray(sql<number>`length(${key})`, [length]),
        isNotNull(lat),
        isNotNull(lng),
        isNull(terminated),
      ),
    )
    .orderBy(asc(key))
    .limit(MOST_POINTS)
  return rows.flatMap((row) => (row.lat === null || row.lng === null ? [] : [{ lat: row.lat, lng: row.lng }]))
}

function boxOfPoints(points: Point[]): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const { lat, lng } of points) {
    box.west = Math.min(box.west, lng)
    box.south = Math.min(box.south, lat)
    box.east = Math.max(box.east, lng)
    box.north = Math.max(box.north, lat)
  }
  return box
}
