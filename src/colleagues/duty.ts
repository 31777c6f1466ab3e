/** Members of staff and their roles in force, as SQL for the reads of this room. */
import { sql, type SQL } from 'drizzle-orm'
import { sayMark, type Role } from '../actor.ts'
import { isDuty } from '../accounts/duty.ts'
import { absences, roleGrants } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import { teams } from '../teams/schema.ts'
import { dayKey, sayEnd } from '../text/dates.ts'

/** The duties of an account at that moment as JSON, or null. */
export const dutiesOf = (accountId: SQL, moment: SQL): SQL => sql`(
  select json_agg(json_build_object('role', g.role, 'teamId', t.id, 'teamName', t.name, 'teamSlug', t.slug) order by g.id)
  from ${roleGrants} g left join ${teams} t on t.id = g.team_id where g.account_id = ${accountId} and ${isDuty(moment)})`

/** Until when it is away at that moment, or null. */
export const awayUntil = (accountId: SQL, moment: SQL): SQL => sql`(
  select max(x.ends_at) from ${absences} x
  where x.account_id = ${accountId} and x.ended_at is null and x.starts_at <= ${moment} and x.ends_at > ${moment})`

/** "Officer · Bracebridge Heath team": each duty once. */
export const marksOf = (duties: readonly { role: Role; teamName: string | null }[]): string[] => [
  ...new Set(duties.map(({ role, teamName }) => sayMark(role, teamName))),
]

/** Until when somebody is away: "28 November", "28 November at 5pm", and the year only where it is another one. */
export const sayAway = (until: Date): string =>
  sayEnd(until)
    .replace(/^the end of /, '')
    .replace(` ${dayKey(now()).slice(0, 4)}`, '')
