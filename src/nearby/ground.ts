/**
 * How far, which way and how long on foot, and how people say it. Pure. Distances hold to a metre within the miles that a list reaches.
 */
import { metresPerDegree, type Point } from '../geography/geometry.ts'

/** Metres east and north from one point to another. */
function stepsTo(from: Point, to: Point): { east: number; north: number } {
  const scale = metresPerDegree((from.lat + to.lat) / 2)
  return { east: (to.lng - from.lng) * scale.lng, north: (to.lat - from.lat) * scale.lat }
}

export function metresBetween(from: Point, to: Point): number {
  const { east, north } = stepsTo(from, to)
  return Math.hypot(east, north)
}

/** Degrees from north, clockwise, 0 up to 360. */
export function bearingTo(from: Point, to: Point): number {
  const { east, north } = stepsTo(from, to)
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360
}

const METRES_IN_MILE = 1609.344
/** Nobody is told metres finer than what is known of where they are. */
const STEP = 50

/** "very near", "about 450 metres", "about 1.2 miles", "about 14 miles". Short ways in metres, as people pace them; long ones in miles, as road signs have them. */
export function sayDistance(metres: number): string {
  if (metres < STEP) return 'very near'
  const steps = Math.round(metres / STEP) * STEP
  if (steps < 1000) return `about ${steps} metres`
  const miles = metres / METRES_IN_MILE
  const said = miles < 9.95 ? miles.toFixed(1).replace(/\.0$/, '') : String(Math.round(miles))
  return `about ${said} ${said === '1' ? 'mile' : 'miles'}`
}

/** Streets are not straight lines. */
const DETOUR = 1.3
const METRES_A_MINUTE = 80
const LONGEST_WALK = 45

/** "about 8 minutes’ walk"; null for a way that few would walk, and for next door. */
export function sayWalk(metres: number): string | null {
  const minutes = Math.round((metres * DETOUR) / METRES_A_MINUTE)
  if (minutes > LONGEST_WALK || metres < STEP) return null
  return minutes <= 1 ? 'about a minute’s walk' : `about ${minutes} minutes’ walk`
}

const WAYS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'] as const

/** "north-east"; null where it is too near to say. */
export function sayDirection(from: Point, to: Point): string | null {
  if (metresBetween(from, to) < STEP) return null
  return WAYS[Math.round(bearingTo(from, to) / 45) % WAYS.length] ?? null
}
