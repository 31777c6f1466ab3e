/** What nobody confirmed goes. */
import { lte } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { followRequests } from './schema.ts'

/** Deletes requests to follow whose link has run out; those that were confirmed too, for the follow says it all. */
export async function sweepFollowRequests(db: Database): Promise<void> {
  await db.delete(followRequests).where(lte(followRequests.expiresAt, now()))
}
