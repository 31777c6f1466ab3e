/** The mark of somebody who is named beside a post without having written there: role and team in force, of partner staff their organisation. */
import { inArray, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { inForce } from '../accounts/duty.ts'
import { circleMembers, organisations, roleGrants } from '../accounts/schema.ts'
import { COLLEAGUE_ROLES, sayMark, type Role } from '../actor.ts'
import { now } from '../clock.ts'
import { teams } from '../teams/schema.ts'

export interface Held {
  role: Role
  team: string | null
}

/** Null under a pseudonym, and for whoever has no role any more. */
export const heldBy = (accountId: PgColumn): SQL<Held | null> => sql<Held | null>`coalesce(
  (select json_build_object('role', ${roleGrants.role}, 'team', t.name) from ${roleGrants} left join ${teams} t on t.id = ${roleGrants.teamId}
    where ${roleGrants.accountId} = ${accountId} and ${inArray(roleGrants.role, COLLEAGUE_ROLES)} and ${inForce(now())}
    order by ${roleGrants.id} limit 1),
  (select json_build_object('role', 'partner', 'team', o.name) from ${circleMembers} m join ${organisations} o on o.id = m.organisation_id
    where m.account_id = ${accountId} and m.left_at is null order by m.circle_id limit 1))`

export const sayHeld = (held: Held | null): string | null => held && sayMark(held.role, held.team)

/** Has a page among colleagues. */
export const isNamed = (held: Held | null): boolean => held !== null && held.role !== 'partner'
