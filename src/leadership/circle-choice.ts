/** The circles for which somebody can convene a group. */
import { and, asc, inArray, isNull } from 'drizzle-orm'
import { circles } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'

export interface CircleChoice {
  id: number
  name: string
}

/** Those that they are in and that are not closed, by name. */
export async function circlesToChoose(db: Db, { circles: ids = [] }: SignedIn): Promise<CircleChoice[]> {
  if (ids.length === 0) return []
  return db
    .select({ id: circles.id, name: circles.name })
    .from(circles)
    .where(and(inArray(circles.id, [...ids]), isNull(circles.closedAt)))
    .orderBy(asc(circles.name), asc(circles.id))
}
