/**
 * Areas as a small drawing: a line for each, ready for the `d` of an SVG path. For readers without scripts, and for everybody at first sight.
 */
import { metresPerDegree, type Box } from './geometry.ts'
import type { Position, Rings } from './schema.ts'

export interface Sketch {
  /** Of the view box, in units of the drawing. */
  width: number
  height: number
  /** One for each shape given, in their order. */
  lines: string[]
}

const WIDTH = 600
const HIGHEST = 800
/** Corners nearer to the last one than this add nothing that an eye could see. */
const FINEST = 1.2

/** Draws what lies in the box, and what sticks out of it too; the view box cuts that off. */
export function sketch(shapes: readonly (readonly Rings[])[], box: Box): Sketch {
  const { width, height, place } = frameOf(box)
  const line = (parts: readonly Rings[]): string => parts.flatMap((rings) => rings.map((ring) => lineOf(ring.map(place)))).join('')
  return { width: Math.ceil(width), height: Math.ceil(height), lines: shapes.map(line) }
}

/** Where a position lies on the sketch of the same box, in its units: across, and down. */
export const placeOn = (box: Box, position: Position): Position => frameOf(box).place(position)

function frameOf(box: Box): { width: number; height: number; place: (position: Position) => Position } {
  const scale = metresPerDegree((box.south + box.north) / 2)
  const wide = Math.max(1, (box.east - box.west) * scale.lng)
  const high = Math.max(1, (box.north - box.south) * scale.lat)
  const unit = Math.min(WIDTH / wide, HIGHEST / high)
  const place = ([lng, lat]: Position): Position => [(lng - box.west) * scale.lng * unit, (box.north - lat) * scale.lat * unit]
  return { width: wide * unit, height: high * unit, place }
}

function lineOf(ring: Position[]): string {
  const kept: Position[] = []
  for (const corner of ring) {
    const last = kept.at(-1)
    if (!last || Math.hypot(corner[0] - last[0], corner[1] - last[1]) >= FINEST) kept.push(corner)
  }
  return kept.length < 3 ? '' : `M${kept.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`
}
