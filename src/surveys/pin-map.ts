/**
 * Where pins were set, on the outline of the team's area: squares with five people or more, by the nearest place that people know, else by the part of the map.
 * Circles that would cover one another are moved apart.
 */
import { eq } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { boxOf, metresPerDegree, widen, type Box, type Point } from '../geography/geometry.ts'
import { areaParts, type Position, type Rings } from '../geography/schema.ts'
import { placeOn, sketch } from '../geography/sketch.ts'
import { places } from '../places/schema.ts'
import { dotSizes, spreadDots, type Dots } from '../statistics/chart.ts'
import { teamAreas } from '../teams/schema.ts'
import type { Figures } from './counted.ts'

/** Beside the outermost dot, in metres. */
const MARGIN = 400
/** How far from a place people still say it by that, and how near is at it; in metres. */
const NEAR = 5000
const AT = 100
/** As pages draw them. */
const LARGEST = 40

/** The id of the heading of its results. */
export const headingOf = ({ id }: { id: number }): string => `asked-${id}`

/** Null where no square can be shown. Lines without a square are said in the note. */
export async function pinMapOf(db: Db, teamId: number, figures: Figures): Promise<Dots | null> {
  const points = figures.cells.map(pointOf)
  if (points.length === 0) return null
  const [rings, named] = [await ringsOf(db, teamId), await placesOf(db, teamId)]
  const box = widen(boxAround(rings, points), MARGIN)
  const others = figures.lines.slice(points.length).map(({ label, said }) => `${label}: ${said}.`)
  const drawing = sketch([rings], box)
  const dots = points.map((point, at) => {
    const [x, y] = placeOn(box, [point.lng, point.lat])
    const { people, said } = figures.lines[at] ?? { people: 0, said: '' }
    return { x, y, label: sayPlace(point, named, box), value: people ?? 0, said }
  })
  const sizes = dotSizes(
    dots.map(({ value }) => value),
    LARGEST,
  )
  return {
    id: `question-${figures.question.id}`,
    title: figures.question.title,
    heading: headingOf(figures.question),
    of: 'Place',
    unit: 'People',
    ...drawing,
    dots: spreadDots(dots, sizes, drawing).map((dot) => ({ ...dot, x: Math.round(dot.x * 10) / 10, y: Math.round(dot.y * 10) / 10 })),
    note: [...figures.notes, ...others].join(' '),
  }
}

function pointOf(cell: string): Point {
  const [lat = 0, lng = 0] = cell.split(',').map(Number)
  return { lat, lng }
}

async function ringsOf(db: Db, teamId: number): Promise<Rings[]> {
  const rows = await db
    .select({ rings: areaParts.rings })
    .from(teamAreas)
    .innerJoin(areaParts, eq(areaParts.areaId, teamAreas.areaId))
    .where(eq(teamAreas.teamId, teamId))
  return rows.map(({ rings }) => rings)
}

interface Named extends Point {
  name: string
}

const placesOf = (db: Db, teamId: number): Promise<Named[]> =>
  db.select({ name: places.name, lat: places.lat, lng: places.lng }).from(places).where(eq(places.teamId, teamId)).limit(500)

function boxAround(rings: readonly Rings[], points: readonly Point[]): Box {
  const corners: Position[] = points.map(({ lat, lng }) => [lng, lat])
  return boxOf([[...corners, ...rings.flatMap((parts) => parts[0] ?? [])]])
}

/** "Near Heath Library", "About 400 m north-east of Heath Library", or "In the south-west of the map". */
export function sayPlace(point: Point, named: readonly Named[], box: Box): string {
  const scale = metresPerDegree(point.lat)
  const away = ({ lat, lng }: Point) => ({ north: (point.lat - lat) * scale.lat, east: (point.lng - lng) * scale.lng })
  const places = named.map((one) => ({ name: one.name, ...away(one) })).map((one) => ({ ...one, metres: Math.hypot(one.north, one.east) }))
  const nearest = places.toSorted((one, other) => one.metres - other.metres)[0]
  if (!nearest || nearest.metres > NEAR) return partOf(point, box)
  if (nearest.metres <= AT) return `Near ${nearest.name}`
  return `About ${sayMetres(nearest.metres)} ${directionTo(nearest)} of ${nearest.name}`
}

const sayMetres = (metres: number): string => (metres < 950 ? `${Math.round(metres / 100) * 100} m` : `${Math.round(metres / 500) / 2} km`)

const DIRECTIONS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west']
const directionTo = ({ north, east }: { north: number; east: number }): string =>
  DIRECTIONS[(Math.round(Math.atan2(east, north) / (Math.PI / 4)) + 8) % 8] ?? ''

/** The map in nine parts. */
function partOf({ lat, lng }: Point, { north, south, east, west }: Box): string {
  const third = (share: number): number => Math.min(2, Math.max(0, Math.floor(share * 3)))
  const [row, column] = [third((north - lat) / (north - south)), third((lng - west) / (east - west))]
  const words = [['north', '', 'south'][row], ['west', '', 'east'][column]].filter(Boolean).join('-')
  return words === '' ? 'In the middle of the map' : `In the ${words} of the map`
}
