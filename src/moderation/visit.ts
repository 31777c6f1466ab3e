/**
 * Who is looking at a case now, so that two colleagues do not decide it side by side without knowing. A look counts for a minute; the page renews it.
 */
import { and, asc, eq, gt, inArray, lt, ne, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { idOf, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { caseVisits } from './schema.ts'

/** A look is over so long after the last sign of it. */
const LOOK_SECONDS = 60

const before = (seconds: number): Date => new Date(now().getTime() - seconds * 1000)

/** This moderator has the case in view now. The caller has made sure that it is on their desk. */
export async function visitCase(db: Db, actor: SignedIn, caseId: number): Promise<void> {
  const seenAt = now()
  await db
    .insert(caseVisits)
    .values({ caseId, accountId: actor.accountId, seenAt })
    .onConflictDoUpdate({ target: [caseVisits.caseId, caseVisits.accountId], set: { seenAt } })
}

/** By case, the names of the others who have it in view now. */
export async function lookers(db: Db, actor: Actor, caseIds: number[]): Promise<ReadonlyMap<number, string[]>> {
  if (caseIds.length === 0) return new Map()
  const rows = await db
    .select({ caseId: caseVisits.caseId, name: sql<string>`coalesce(${accounts.displayName}, 'A colleague')` })
    .from(caseVisits)
    .innerJoin(accounts, eq(accounts.id, caseVisits.accountId))
    .where(and(inArray(caseVisits.caseId, caseIds), gt(caseVisits.seenAt, before(LOOK_SECONDS)), ne(caseVisits.accountId, idOf(actor) ?? 0)))
    .orderBy(asc(accounts.displayName))
  const found = new Map<number, string[]>()
  for (const { caseId, name } of rows) found.set(caseId, [...(found.get(caseId) ?? []), name])
  return found
}

/** Forgets looks that are over; answers how many. */
export async function sweepVisits(db: Db): Promise<number> {
  const gone = await db.delete(caseVisits).where(lt(caseVisits.seenAt, before(10 * LOOK_SECONDS)))
  return gone.rowCount ?? 0
}
