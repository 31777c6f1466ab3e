/** How often somebody gets digests of the network: weekly, unless they have said something else. */
import { eq } from 'drizzle-orm'
import { isColleague, type SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { staffDigests } from './schema.ts'

export const RHYTHMS = ['weekly', 'daily', 'never'] as const
export type Rhythm = (typeof RHYTHMS)[number]

/** How the keys of their mails begin. */
export const DIGESTS = 'staff-digest:'

export const isInNetwork = (actor: SignedIn): boolean => !actor.persona && (isColleague(actor) || (actor.circles ?? []).length > 0)

export async function digestRhythmOf(db: Db, accountId: number): Promise<Rhythm> {
  const [row] = await db.select({ rhythm: staffDigests.rhythm }).from(staffDigests).where(eq(staffDigests.accountId, accountId))
  return row?.rhythm ?? 'weekly'
}

/** When they got the last one stays: a new rhythm tells nothing twice. */
export async function setDigest(db: Db, accountId: number, rhythm: Rhythm): Promise<void> {
  await db.insert(staffDigests).values({ accountId, rhythm }).onConflictDoUpdate({ target: staffDigests.accountId, set: { rhythm } })
}
