/**
 * Who leads what: said by an administrator on the profile of a colleague, and true while that colleague has a role in force.
 */
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { at, worksHere } from '../accounts/duty.ts'
import { accounts } from '../accounts/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { staffProfiles } from '../colleagues/schema.ts'
import type { Db } from '../database/database.ts'

export interface Leader {
  id: number
  name: string | null
  leads: string
}

const MOST_LEADERS = 200

/** "Head of neighbourhood policing"; null for everybody who leads nothing. */
export async function leadsOf(db: Db, accountId: number): Promise<string | null> {
  const [row] = await select(db, eq(staffProfiles.accountId, accountId))
  return row?.leads ?? null
}

/** All who lead, by name. */
export async function leaders(db: Db): Promise<Leader[]> {
  const rows = await select(db, undefined)
  return rows.flatMap(({ leads, ...row }) => (leads === null ? [] : [{ ...row, leads }]))
}

const select = (db: Db, condition: ReturnType<typeof eq> | undefined) =>
  db
    .select({ id: accounts.id, name: accounts.displayName, leads: staffProfiles.leads })
    .from(staffProfiles)
    .innerJoin(accounts, eq(accounts.id, staffProfiles.accountId))
    .where(and(isNotNull(staffProfiles.leads), condition, worksHere(accounts.id, at(now()))))
    .orderBy(asc(accounts.displayName), asc(accounts.id))
    .limit(MOST_LEADERS)

/** Whoever wrote what is over says what was done about it, and so does everybody who leads. */
export const tellsDeeds = async (db: Db, actor: Actor, { authorId }: { authorId: number }): Promise<boolean> =>
  isSignedIn(actor) && actor.persona === undefined && (actor.accountId === authorId || (await leadsOf(db, actor.accountId)) !== null)
