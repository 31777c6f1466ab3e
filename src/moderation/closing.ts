/**
 * The end of cases that nobody has to touch any more: decided ones once the time to appeal is over, heard appeals with the next round of this task.
 */
import { and, inArray, lt, ne, or, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { daysAfter } from '../text/moment.ts'
import { APPEAL_DAYS } from './clock.ts'
import { cases } from './schema.ts'

const AT_ONCE = 1000

/** Closes what is over; answers how many. Running it twice changes nothing more. */
export async function closeDecided(db: Database): Promise<number> {
  const lapsed = daysAfter(now(), -APPEAL_DAYS)
  const over = db
    .select({ id: cases.id })
    .from(cases)
    .where(
      and(
        // As the index is written.
        sql`${cases.state} in ('decided', 'upheld', 'varied', 'overturned')`,
        or(ne(cases.state, 'decided'), lt(cases.decidedAt, lapsed)),
      ),
    )
    .orderBy(cases.decidedAt)
    .limit(AT_ONCE)
    .for('update', { skipLocked: true })
  let closed = 0
  for (;;) {
    const done = await db
      .update(cases)
      .set({ state: 'closed', closedAt: now(), version: sql`${cases.version} + 1` })
      .where(inArray(cases.id, over))
    closed += done.rowCount ?? 0
    if ((done.rowCount ?? 0) < AT_ONCE) return closed
  }
}
