/**
 * Which roles are in force, as SQL: confirmed by a second administrator, not ended, not expired.
 */
import { and, gt, isNotNull, isNull, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { COLLEAGUE_ROLES, type Duty } from '../actor.ts'
import { teams } from '../teams/schema.ts'
import { roleGrants } from './schema.ts'

/** True for a row of `role_grants` that is in force at that moment. */
export const inForce = (moment: Date): SQL | undefined =>
  and(isNotNull(roleGrants.confirmedAt), isNull(roleGrants.endedAt), gt(roleGrants.expiresAt, moment))

/** True for a grant, called `g` in the statement, of a role of the force, in force or not. */
export const isForceRole: SQL = sql`g.role in (${sql.raw(COLLEAGUE_ROLES.map((role) => `'${role}'`).join(', '))})`

/** A moment as it stands in statements. */
export const at = (moment: Date): SQL => sql`${moment.toISOString()}::timestamptz`

/** True for a grant, called `g` in the statement, that is in force at that moment and makes somebody staff of the force. */
export const isDuty = (moment: SQL): SQL => sql`${isForceRole} and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${moment}`

/** True for an account that works for the force at that moment. */
export const worksHere = (accountId: SQLWrapper, moment: SQL): SQL =>
  sql`exists (select from role_grants g where g.account_id = ${accountId} and ${isDuty(moment)})`

/** The same condition inside a prepared statement, where the moment is the placeholder `moment`. */
const inForceAt = sql`g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${sql.placeholder('moment')}::timestamptz`

/**
 * For a prepared statement over `accounts`: the duties in force as JSON, and whether the account ever had a role. One look at its grants gives both.
 * `moment` is the placeholder to fill.
 */
export const grantsOfAccount = sql<{ duties: Duty[] | null; ever: boolean }>`(
  select json_build_object(
    'duties', json_agg(json_build_object('role', g.role, 'teamId', g.team_id, 'teamName', t.name, 'teamSlug', t.slug)
      order by g.id) filter (where ${inForceAt}),
    'ever', count(*) > 0)
  from ${roleGrants} g left join ${teams} t on t.id = g.team_id
  where g.account_id = accounts.id)`
