/**
 * Ways to a pin without a map: the places where the team can be met, and postcodes. Both lead to the rounded point at once; what was typed goes no further.
 */
import { asc, eq, isNull, and } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import type { Point } from '../geography/geometry.ts'
import { parsePostcode, postcodeByKey } from '../geography/postcode.ts'
import { readRough, roughPoint, sayRough } from '../geography/rough.ts'
import { places } from '../places/schema.ts'
import { fieldOf, textOf, type Points, type Sent } from './answer-form.ts'
import type { Question } from './question.ts'

export interface PinPlace {
  id: number
  name: string
}

const MOST_PLACES = 100

/** To choose from: the places of the team. */
export const pinPlaces = (db: Database, teamId: number): Promise<PinPlace[]> =>
  db
    .select({ id: places.id, name: places.name })
    .from(places)
    .where(and(eq(places.teamId, teamId), isNull(places.closedAt)))
    .orderBy(asc(places.name))
    .limit(MOST_PLACES)

/** Where the typed postcodes and chosen places are, roughly. */
export async function pointsIn(db: Database, questions: readonly Question[], sent: Sent): Promise<Points> {
  const points = new Map<string, Point | null>()
  for (const question of questions.filter(({ sort }) => sort === 'pin')) {
    const [postcode, place] = [`${fieldOf(question)}-postcode`, `${fieldOf(question)}-place`]
    if (textOf(sent, postcode).trim() !== '') points.set(postcode, await byPostcode(db, textOf(sent, postcode)))
    if (textOf(sent, place).trim() !== '') points.set(place, await byPlace(db, textOf(sent, place)))
  }
  return points
}

async function byPostcode(db: Database, typed: string): Promise<Point | null> {
  const postcode = parsePostcode(typed)
  const known = postcode?.kind === 'full' ? await postcodeByKey(db, postcode.key) : null
  return known?.point ? roughPoint(known.point) : null
}

async function byPlace(db: Database, typed: string): Promise<Point | null> {
  if (!/^[1-9]\d{0,14}$/.test(typed)) return null
  const [found] = await db
    .select({ lat: places.lat, lng: places.lng })
    .from(places)
    .where(eq(places.id, Number(typed)))
  return found ? roughPoint(found) : null
}

/** A form to be shown again: where a finer position came in, only the rounded one goes out. */
export function withoutFinePins(questions: readonly Question[], sent: Sent): Sent {
  const rounded = questions
    .filter(({ sort }) => sort === 'pin')
    .map((question) => {
      const point = readRough(textOf(sent, fieldOf(question)))
      return [fieldOf(question), point ? sayRough(point) : ''] as const
    })
  return { ...sent, ...Object.fromEntries(rounded) }
}
