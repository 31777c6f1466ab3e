/** What a place shows of the dates held there, and does not close over. */
import { and, asc, eq, gt } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import type { Held } from '../places/held.ts'
import { itemOf, selectOccasions } from './occasion.ts'
import { occasions } from './schema.ts'

const MOST = 30

export async function datesAtPlace(db: Db, placeId: number): Promise<Held[]> {
  const rows = await selectOccasions(db, and(eq(occasions.placeId, placeId), gt(occasions.endsAt, now())))
    .orderBy(asc(occasions.endsAt), asc(occasions.id))
    .limit(MOST)
  return rows.map(itemOf)
}
