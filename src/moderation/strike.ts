/**
 * Decisions that count against an author, because the moderator said so: for twelve months, or until an appeal cancels them.
 * A strike imposes nothing; whoever thinks about a sanction sees how many are in force.
 */
import { and, count, eq, gt, isNull } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db, Tx } from '../database/database.ts'
import { strikes } from './schema.ts'

export const STRIKE_MONTHS = 12

/** The same day so many months later; the last day of the month where there is no such day. */
export function monthsAfter(moment: Date, months: number): Date {
  const later = new Date(moment)
  later.setUTCMonth(later.getUTCMonth() + months)
  if (later.getUTCDate() !== moment.getUTCDate()) later.setUTCDate(0)
  return later
}

/** Inside the transaction of the decision. */
export async function addStrike(tx: Tx, accountId: number, decisionId: number): Promise<void> {
  const at = now()
  await tx.insert(strikes).values({ accountId, decisionId, at, lapsesAt: monthsAfter(at, STRIKE_MONTHS) })
}

const inForce = () => and(isNull(strikes.cancelledAt), gt(strikes.lapsesAt, now()))

/** How many count against somebody now. */
export async function strikesOf(db: Db, accountId: number): Promise<number> {
  const [found] = await db
    .select({ count: count() })
    .from(strikes)
    .where(and(eq(strikes.accountId, accountId), inForce()))
  return found?.count ?? 0
}

/** An appeal went its author's way. Answers whether there was a strike to cancel. */
export async function cancelStrike(tx: Tx, decisionId: number): Promise<boolean> {
  const cancelled = await tx
    .update(strikes)
    .set({ cancelledAt: now() })
    .where(and(eq(strikes.decisionId, decisionId), isNull(strikes.cancelledAt)))
    .returning({ id: strikes.id })
  return cancelled.length > 0
}
