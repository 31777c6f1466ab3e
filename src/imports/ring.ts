/**
 * Rings as others draw them, made fit to be stored: numbers, closed, and enough corners to hold a surface.
 */
import { squareMetres } from '../geography/geometry.ts'
import type { Position } from '../geography/schema.ts'

/** A centimetre: finer than any drawing, and half the size of what some publish. */
const DECIMALS = 1e7

const fine = (degrees: number): number => Math.round(degrees * DECIMALS) / DECIMALS

/**
 * A closed ring without repeated corners, or why it is none. The corners must be numbers already; a ring needs four of them, the
 * first and last being the same.
 */
export function closeRing(corners: Position[]): Position[] | string {
  const ring: Position[] = []
  for (const [lng, lat] of corners) {
    const last = ring.at(-1)
    const corner: Position = [fine(lng), fine(lat)]
    if (!last || last[0] !== corner[0] || last[1] !== corner[1]) ring.push(corner)
  }
  const [first] = ring
  const last = ring.at(-1)
  if (first && last && ring.length > 1 && (first[0] !== last[0] || first[1] !== last[1])) ring.push([first[0], first[1]])
  if (ring.length < 4) return 'A line around an area needs at least four points, the first and the last being the same.'
  return squareMetres([ring]) < 1 ? 'The line encloses nothing.' : ring
}

/** Is this corner in or near the United Kingdom? Anything else in a drawing of a neighbourhood is a slip. */
export const isNearUk = (lat: number, lng: number): boolean => lat > 49 && lat < 61.5 && lng > -9 && lng < 2.5
