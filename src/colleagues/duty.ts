/** Members of staff and their roles in force, as SQL for the reads of this room. */
import { sql, type SQL } from 'drizzle-orm'
import { sayMark, type Role } from '../actor.ts'
import { absences, roleGrants } from '../accounts/schema.ts'
import { teams } from '../teams/schema.ts'

const moment = (now: Date): SQL => sql`${now.toISOString()}::timestamptz`

/** A grant `g` that makes a member of staff, in force at that moment. */
export const isDuty = (now: Date): SQL =>
  sql`g.role in ('officer', 'supervisor', 'press-office') and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${moment(now)}`

/** Of an account: whether it is a member of staff at that moment. */
export const isOnStaff = (accountId: SQL, now: Date): SQL =>
  sql`exists (select from ${roleGrants} g where g.account_id = ${accountId} and ${isDuty(now)})`

/** Its duties as JSON, or null. */
export const dutiesOf = (accountId: SQL, now: Date): SQL => sql`(
  select json_agg(json_build_object('role', g.role, 'teamId', t.id, 'teamName', t.name, 'teamSlug', t.slug) order by g.id)
  from ${roleGrants} g left join ${teams} t on t.id = g.team_id where g.account_id = ${accountId} and ${isDuty(now)})`

/** Until when it is away at that moment, or null. */
export const awayUntil = (accountId: SQL, now: Date): SQL => sql`(
  select max(x.ends_at) from ${absences} x
  where x.account_id = ${accountId} and x.ended_at is null and x.starts_at <= ${moment(now)} and x.ends_at > ${moment(now)})`

/** "Officer · Bracebridge Heath team": each duty once. */
export const marksOf = (duties: readonly { role: Role; teamName: string | null }[]): string[] => [
  ...new Set(duties.map(({ role, teamName }) => sayMark(role, teamName))),
]
