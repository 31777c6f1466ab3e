/**
 * Who may be in a focus group: whoever reads where it stands. As SQL over `accounts`, by the same rules by which a session knows it, for people who are not there.
 */
import { sql, type SQL } from 'drizzle-orm'
import { circlesAt } from '../accounts/circle.ts'
import { at, isDuty, worksHere } from '../accounts/duty.ts'
import { accounts, circleMembers } from '../accounts/schema.ts'
import type { ColleagueRole } from '../actor.ts'
import { circleOf } from '../conversations/audience.ts'

/** True for an account that reads this audience at that moment. */
export function readsThere(audience: string, moment: Date): SQL {
  const circleId = circleOf(audience)
  if (circleId === null) return worksHere(accounts.id, at(moment))
  const isMember = sql`exists (select from ${circleMembers} where ${circleMembers.circleId} = ${circleId} and ${circleMembers.accountId} = ${accounts.id})`
  return sql`(${isMember} and (${circlesAt(sql`${moment.toISOString()}::timestamptz`)} -> 'ids')::jsonb @> ${String(circleId)}::jsonb)`
}

/** Role and team of an account as they are now, for a list of people: the first role in force, or the organisation of partner staff. */
export const standingOf = (moment: Date) => sql<{ role: ColleagueRole | 'partner'; team: string | null } | null>`coalesce(
  (select json_build_object('role', g.role, 'team', t.name) from role_grants g left join teams t on t.id = g.team_id
    where g.account_id = accounts.id and ${isDuty(at(moment))} order by g.id limit 1),
  (select json_build_object('role', 'partner', 'team', o.name) from circle_members m join organisations o on o.id = m.organisation_id
    where m.account_id = accounts.id and m.left_at is null order by m.circle_id limit 1))`
