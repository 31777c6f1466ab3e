/**
 * The shape of the county and of its neighbourhoods, for the demonstration only. The outline was drawn by hand and is kilometres out in places;
 * a neighbourhood is whatever lies nearer to its middle than to any other. Real boundaries come by import.
 */
import type { Position } from '../geography/schema.ts'

// Sunwise from the Trent at Gainsborough: the border with the Humber side, the coast, the Wash, the Welland, Rutland, the Trent again.
const OUTLINE: readonly Position[] = [
  [-0.79, 53.39],
  [-0.8, 53.41],
  [-0.78, 53.45],
  [-0.72, 53.49],
  [-0.65, 53.51],
  [-0.54, 53.48],
  [-0.44, 53.53],
  [-0.35, 53.56],
  [-0.22, 53.58],
  [-0.16, 53.5],
  [-0.06, 53.48],
  [0.0, 53.52],
  [0.06, 53.51],
  [0.16, 53.46],
  [0.2, 53.42],
  [0.27, 53.34],
  [0.3, 53.3],
  [0.35, 53.22],
  [0.36, 53.15],
  [0.35, 53.09],
  [0.24, 53.05],
  [0.19, 53.01],
  [0.1, 52.95],
  [0.06, 52.92],
  [-0.03, 52.89],
  [0.06, 52.89],
  [0.12, 52.88],
  [0.2, 52.85],
  [0.23, 52.81],
  [0.21, 52.76],
  [0.15, 52.73],
  [0.06, 52.68],
  [0.02, 52.66],
  [-0.12, 52.65],
  [-0.22, 52.65],
  [-0.32, 52.64],
  [-0.48, 52.63],
  [-0.51, 52.65],
  [-0.48, 52.7],
  [-0.53, 52.75],
  [-0.65, 52.76],
  [-0.69, 52.81],
  [-0.78, 52.87],
  [-0.79, 52.93],
  [-0.74, 52.98],
  [-0.77, 53.03],
  [-0.71, 53.07],
  [-0.72, 53.17],
  [-0.76, 53.2],
  [-0.71, 53.25],
  [-0.76, 53.3],
  [-0.8, 53.34],
]

type Centre = readonly [lat: number, lng: number]

/** Degrees of longitude are shorter here than those of latitude. */
const SHORTER = Math.cos((53.1 * Math.PI) / 180)

/** The part of the county that is nearer to `centre` than to any of `others`: one closed ring. */
export function cellOf(centre: Centre, others: readonly Centre[]): Position[] {
  const cell = others.filter((other) => other !== centre).reduce((ring, other) => cut(ring, nearerTo(centre, other)), [...OUTLINE])
  const [first] = cell
  if (!first) throw new Error(`nothing of the county is nearest to ${centre.join(', ')}`)
  return [...cell, first]
}

/** Above nought on this side of the line that lies half way between two points, below on the other. */
function nearerTo([lat, lng]: Centre, [otherLat, otherLng]: Centre): (at: Position) => number {
  const north = otherLat - lat
  const east = (otherLng - lng) * SHORTER * SHORTER
  const half = (north * (lat + otherLat) + east * (lng + otherLng)) / 2
  return (at) => half - north * at[1] - east * at[0]
}

/** What is left of a ring on the good side of a line (Sutherland and Hodgman's way). */
function cut(ring: readonly Position[], side: (at: Position) => number): Position[] {
  return ring.flatMap((to, index) => {
    const from = ring.at(index - 1) ?? to
    const [before, after] = [side(from), side(to)]
    const crossing = before >= 0 !== after >= 0 ? [between(from, to, before / (before - after))] : []
    return after >= 0 ? [...crossing, to] : crossing
  })
}

const between = (from: Position, to: Position, share: number): Position => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
