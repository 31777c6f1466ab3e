/**
 * Why something may be rejected or removed. Each reason has its public wording, and a new wording is a new version:
 * what was decided keeps the words with which it was decided.
 */
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { reasons } from './schema.ts'

export type Reason = typeof reasons.$inferSelect

/** The newest version of every reason in use, in the order of the house. */
async function currentReasons(db: Db): Promise<Reason[]> {
  const newest = await db.selectDistinctOn([reasons.code]).from(reasons).where(isNull(reasons.retiredAt)).orderBy(reasons.code, desc(reasons.version))
  return newest.toSorted((one, other) => one.position - other.position)
}

/** What residents choose from when they tell a moderator. */
export const reasonsForFlags = async (db: Db): Promise<Reason[]> => (await currentReasons(db)).filter((reason) => reason.forFlags)

/** What moderators choose from. */
export const reasonsForDecisions = currentReasons

/** The wording in force for a code; null when no such reason is in use. */
export async function reasonOf(db: Db, code: string): Promise<Reason | null> {
  const [found] = await db
    .select()
    .from(reasons)
    .where(and(eq(reasons.code, code), isNull(reasons.retiredAt)))
    .orderBy(desc(reasons.version))
    .limit(1)
  return found ?? null
}

/** The wording of that version, in use or not. */
export async function reasonByVersion(db: Db, code: string, version: number): Promise<Reason | null> {
  const [found] = await db
    .select()
    .from(reasons)
    .where(and(eq(reasons.code, code), eq(reasons.version, version)))
  return found ?? null
}

/** Titles by code, retired ones included. */
export async function reasonTitles(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.select({ code: reasons.code, title: reasons.title }).from(reasons).orderBy(reasons.version)
  return new Map(rows.map(({ code, title }) => [code, title]))
}
