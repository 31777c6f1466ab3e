/**
 * Where people put pins, as squares of which none has so few that somebody in it could be known: a square is parted into four only while each part has nobody
 * or enough. So squares are small where many answered and large where few did. Pure.
 */
import { SMALLEST_GROUP } from './small-groups.ts'

export interface Pin {
  lat: number
  lng: number
  /** How many pins lie here. */
  count: number
}

export interface Square {
  west: number
  south: number
  east: number
  north: number
  count: number
}

/** How often a square may be parted: a 64th of the whole is small enough to be told from its neighbours. */
const DEEPEST = 6

/** The squares with anybody in them, the fullest first; none where all are too few. Pins outside the box count at its edge. */
export function squaresOf(pins: readonly Pin[], box: Omit<Square, 'count'>, deepest = DEEPEST): Square[] {
  const whole = { ...box, count: sumOf(pins) }
  if (whole.count < SMALLEST_GROUP) return []
  return parted(pins, whole, deepest).toSorted((one, other) => other.count - one.count)
}

const sumOf = (pins: readonly Pin[]): number => pins.reduce((sum, { count }) => sum + count, 0)

function parted(pins: readonly Pin[], square: Square, left: number): Square[] {
  const parts = quartersOf(pins, square).filter(({ part }) => part.count > 0)
  if (left === 0 || parts.some(({ part }) => part.count < SMALLEST_GROUP)) return [square]
  return parts.flatMap(({ part, inside }) => parted(inside, part, left - 1))
}

function quartersOf(pins: readonly Pin[], { west, south, east, north }: Square): { part: Square; inside: Pin[] }[] {
  const [lng, lat] = [(west + east) / 2, (south + north) / 2]
  return [0, 1, 2, 3].map((quarter) => {
    const [right, upper] = [quarter % 2 === 1, quarter < 2]
    const inside = pins.filter((pin) => pin.lng >= lng === right && pin.lat >= lat === upper)
    const across = right ? { west: lng, east } : { west, east: lng }
    const along = upper ? { south: lat, north } : { south, north: lat }
    return { part: { ...across, ...along, count: sumOf(inside) }, inside }
  })
}
