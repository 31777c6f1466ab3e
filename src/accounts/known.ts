/** Somebody who is not here now, with the duties and circles that they have now: whoever agreed to something that happens later, or is told of something. */
import { and, eq, sql } from 'drizzle-orm'
import { GOOD_STANDING, type Duty, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { circlesAt } from './circle.ts'
import { inForce } from './duty.ts'
import { accounts, roleGrants } from './schema.ts'

/** Throws `NotFound`. Sanctions are not among it: they keep from writing, not from having agreed. */
export async function actorById(db: Db, accountId: number): Promise<SignedIn> {
  const [account] = await db
    .select({
      email: accounts.email,
      displayName: accounts.displayName,
      publishedCount: accounts.publishedCount,
      circles: circlesAt(sql`${now().toISOString()}::timestamptz`),
    })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  if (!account) throw new NotFound('account')
  const duties: Duty[] = await db
    .select({ role: roleGrants.role, teamId: roleGrants.teamId, teamName: teams.name, teamSlug: teams.slug })
    .from(roleGrants)
    .leftJoin(teams, eq(teams.id, roleGrants.teamId))
    .where(and(eq(roleGrants.accountId, accountId), inForce(now())))
    .orderBy(roleGrants.id)
  const { circles, ...known } = account
  return { kind: 'account', accountId, ...known, duties, standing: GOOD_STANDING, circles: circles.ids ?? [], organisation: circles.organisation }
}
