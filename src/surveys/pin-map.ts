/** Where pins were set, on the outline of the team's area: squares with five people or more, by the nearest place that people know. */
import { eq } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { boxOf, metresPerDegree, widen, type Box, type Point } from '../geography/geometry.ts'
import { areaParts, type Position, type Rings } from '../geography/schema.ts'
import { placeOn, sketch } from '../geography/sketch.ts'
import { places } from '../places/schema.ts'
import type { Dots } from '../statistics/chart.ts'
import { teamAreas } from '../teams/schema.ts'
import type { Figures } from './counted.ts'

/** Beside the outermost dot, in metres. */
const MARGIN = 400
const NEAR = 500

/** Null where no square can be shown. Lines without a square are said in the note. */
export async function pinMapOf(db: Db, teamId: number, figures: Figures): Promise<Dots | null> {
  const points = figures.cells.map(pointOf)
  if (points.length === 0) return null
  const [rings, named] = [await ringsOf(db, teamId), await placesOf(db, teamId)]
  const box = widen(boxAround(rings, points), MARGIN)
  const others = figures.lines.slice(points.length).map(({ label, said }) => `${label}: ${said}.`)
  return {
    id: `question-${figures.question.id}`,
    title: figures.question.title,
    of: 'Place',
    unit: 'People',
    ...sketch([rings], box),
    dots: points.map((point, at) => {
      const [x, y] = placeOn(box, [point.lng, point.lat])
      const { people, said } = figures.lines[at] ?? { people: 0, said: '' }
      return { x: Math.round(x), y: Math.round(y), label: sayPlace(point, named), value: people ?? 0, said }
    }),
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

function sayPlace(point: Point, named: readonly Named[]): string {
  const scale = metresPerDegree(point.lat)
  const far = ({ lat, lng }: Point): number => Math.hypot((lat - point.lat) * scale.lat, (lng - point.lng) * scale.lng)
  const nearest = named.toSorted((one, other) => far(one) - far(other))[0]
  const where = `${point.lat.toFixed(3)}, ${point.lng.toFixed(3)}`
  return nearest && far(nearest) <= NEAR ? `Near ${nearest.name} (${where})` : `Around ${where}`
}
