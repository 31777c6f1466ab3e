/** Who writes as leadership, and what they lead. Said by an administrator, in the log, and on their page. */
import { eq, sql } from 'drizzle-orm'
import { at, worksHere } from '../accounts/duty.ts'
import { idOf, type Actor } from '../actor.ts'
import { writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { maySayLeads } from './policy.ts'
import { staffProfiles } from './schema.ts'

/** What somebody leads, in words; null for most. */
export async function leadsOf(db: Db, accountId: number): Promise<string | null> {
  const [found] = await db.select({ leads: staffProfiles.leads }).from(staffProfiles).where(eq(staffProfiles.accountId, accountId))
  return found?.leads ?? null
}

/**
 * Says what somebody leads, or (null) that they no longer do. Throws `Forbidden`, `NotFound` for who never worked here, and `Refused` (field `leads`) for who is
 * not in the staff network. The same again changes nothing.
 */
export const sayLeads = (db: Database, actor: Actor, accountId: number, leads: string | null): Promise<void> =>
  db.transaction(async (tx) => {
    if (!maySayLeads(actor, accountId)) throw new Forbidden('An administrator says who writes as leadership, and nobody says it of themself.')
    if (!(await isThere(tx, accountId))) throw new NotFound('person')
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`profile ${accountId}`}))`)
    if ((await leadsOf(tx, accountId)) === leads) return
    if (leads !== null && !(await isColleagueNow(tx, accountId)))
      throw new Refused('Not in the staff network', { leads: 'This person has no role in the staff network. Give them one first' })
    const set = { leads, leadsSetBy: idOf(actor), leadsSetAt: now() }
    await tx
      .insert(staffProfiles)
      .values({ accountId, changedAt: now(), version: 0, ...set })
      .onConflictDoUpdate({ target: staffProfiles.accountId, set })
    await writeLeads(tx, actor, accountId, leads)
  })

const holds = async (tx: Tx, condition: ReturnType<typeof sql>): Promise<boolean> =>
  (await tx.execute<{ yes: boolean }>(sql`select ${condition} as yes`)).rows[0]?.yes === true

const isThere = (tx: Tx, accountId: number): Promise<boolean> => holds(tx, sql`exists (select from role_grants where account_id = ${accountId})`)
const isColleagueNow = (tx: Tx, accountId: number): Promise<boolean> => holds(tx, worksHere(sql`${accountId}::bigint`, at(now())))

const writeLeads = (tx: Tx, actor: Actor, accountId: number, leads: string | null): Promise<number> =>
  writeLog(tx, {
    actorId: idOf(actor),
    role: 'administrator',
    act: leads === null ? 'leadership-ended' : 'leadership-said',
    item: 'account',
    itemId: accountId,
    audience: 'staff',
    teamId: null,
    teamName: null,
    note: leads,
  })
