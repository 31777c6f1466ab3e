/**
 * Which circles somebody is in, as SQL. A membership counts while the person has a role of their own in force, or, for partner staff, while their mailbox is one of
 * the organisation that was let in. Support circles are not among them: their members are other accounts.
 */
import { sql, type SQL } from 'drizzle-orm'
import { worksHere } from './duty.ts'
import { circleMembers, circles, organisations } from './schema.ts'

/** Over a statement with `accounts`. */
export const circlesAt = (moment: SQL) => sql<{ ids: number[] | null; organisation: string | null }>`(
  select json_build_object('ids', json_agg(m.circle_id order by m.circle_id), 'organisation', max(o.name))
  from ${circleMembers} m join ${circles} c on c.id = m.circle_id and c.kind <> 'support' left join ${organisations} o on o.id = m.organisation_id
  where m.account_id = accounts.id and m.left_at is null and case when m.organisation_id is null
    then ${worksHere(sql`accounts.id`, moment)}
    else o.ended_at is null and m.expires_at > ${moment} and split_part(accounts.email, '@', 2) = any(o.domains) end)`

/** For a prepared statement; `moment` is the placeholder to fill. */
export const circlesOfAccount = circlesAt(sql`${sql.placeholder('moment')}::timestamptz`)
