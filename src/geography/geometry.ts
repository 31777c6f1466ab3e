/**
 * Shapes on the ground, in degrees (WGS 84), answered in metres. Pure: no tolerance, no rounding, and every function is exact
 * for the distances a neighbourhood has (an error of a centimetre in a kilometre).
 */
import type { Position, Rings } from './schema.ts'

export interface Point {
  lat: number
  lng: number
}

/** West, south, east, north in degrees. */
export interface Box {
  west: number
  south: number
  east: number
  north: number
}

const RADIANS = Math.PI / 180
/** The WGS 84 ellipsoid. */
const AXIS = 6_378_137
const ECCENTRICITY_SQUARED = 0.006_694_379_990_14
/** The radius of the sphere with the same surface as the Earth. */
const AUTHALIC_RADIUS = 6_371_007.2

/** Can this be a place on Earth? Text, NaN, infinities and numbers out of range cannot. */
export const isPoint = (lat: unknown, lng: unknown): boolean =>
  typeof lat === 'number' && typeof lng === 'number' && Math.abs(lat) <= 90 && Math.abs(lng) <= 180

/** How many metres a degree of latitude and one of longitude are at this latitude. */
export function metresPerDegree(lat: number): { lat: number; lng: number } {
  const sine = Math.sin(lat * RADIANS)
  const flat = 1 - ECCENTRICITY_SQUARED * sine * sine
  return {
    lat: (RADIANS * AXIS * (1 - ECCENTRICITY_SQUARED)) / flat ** 1.5,
    lng: (RADIANS * AXIS * Math.cos(lat * RADIANS)) / Math.sqrt(flat),
  }
}

/** Is the point inside one polygon: in its outline and in none of its holes? A point on a shared line is inside exactly one neighbour. */
export function isInside(point: Point, rings: Rings): boolean {
  let inside = false
  for (const ring of rings) if (crossesOdd(point, ring)) inside = !inside
  return inside
}

/** Even-odd: a ray to the east crosses the ring an odd number of times. Half-open in latitude, so that a corner counts once. */
function crossesOdd({ lat, lng }: Point, ring: Position[]): boolean {
  let odd = false
  let from = ring.at(-1)
  for (const to of ring) {
    if (from && from[1] > lat !== to[1] > lat) {
      // Always from the lower end to the upper, so that both neighbours of a line compute the same crossing to the last bit.
      const [low, high] = from[1] < to[1] ? [from, to] : [to, from]
      if (lng < low[0] + ((lat - low[1]) / (high[1] - low[1])) * (high[0] - low[0])) odd = !odd
    }
    from = to
  }
  return odd
}

/** Metres from the point to the nearest line of the polygon, its holes included. Infinity when it has none. */
export function metresToLine(point: Point, rings: Rings): number {
  const scale = metresPerDegree(point.lat)
  let nearest = Infinity
  for (const ring of rings) {
    let from: Position | undefined
    for (const to of ring) {
      if (from) nearest = Math.min(nearest, metresToSegment(point, from, to, scale))
      from = to
    }
  }
  return nearest
}

function metresToSegment(point: Point, from: Position, to: Position, scale: { lat: number; lng: number }): number {
  const x = (from[0] - point.lng) * scale.lng
  const y = (from[1] - point.lat) * scale.lat
  const width = (to[0] - from[0]) * scale.lng
  const height = (to[1] - from[1]) * scale.lat
  const length = width * width + height * height
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(x * width + y * height) / length))
  return Math.hypot(x + along * width, y + along * height)
}

/** Square metres of a polygon: its outline less its holes. Whichever way round the rings go. */
export function squareMetres(rings: Rings): number {
  const [outline = [], ...holes] = rings
  return ringArea(outline) - holes.reduce((sum, hole) => sum + ringArea(hole), 0)
}

function ringArea(ring: Position[]): number {
  let sum = 0
  let from = ring.at(-1)
  for (const to of ring) {
    if (from) sum += (to[0] - from[0]) * RADIANS * (2 + Math.sin(from[1] * RADIANS) + Math.sin(to[1] * RADIANS))
    from = to
  }
  return Math.abs((sum * AUTHALIC_RADIUS * AUTHALIC_RADIUS) / 2)
}

/** The smallest box around the outline of a polygon. */
export function boxOf(rings: Rings): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const [lng, lat] of rings[0] ?? []) {
    box.west = Math.min(box.west, lng)
    box.south = Math.min(box.south, lat)
    box.east = Math.max(box.east, lng)
    box.north = Math.max(box.north, lat)
  }
  return box
}

/** A box that reaches so many metres further on every side. */
export function widen(box: Box, metres: number): Box {
  // The northern edge has the shortest degrees of longitude, the southern the shortest of latitude.
  const { lng } = metresPerDegree(Math.min(89, Math.max(Math.abs(box.south), Math.abs(box.north)) + metres / 111_000))
  const { lat } = metresPerDegree(0)
  return { west: box.west - metres / lng, south: box.south - metres / lat, east: box.east + metres / lng, north: box.north + metres / lat }
}

export const boxAround = ({ lat, lng }: Point, metres: number): Box => widen({ west: lng, south: lat, east: lng, north: lat }, metres)
