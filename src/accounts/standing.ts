/**
 * What sanctions in force keep an account from, read with its session: so a sanction works from the next request on, and ends by itself.
 */
import { sql, type SQL } from 'drizzle-orm'
import { GOOD_STANDING, type Standing } from '../actor.ts'
import { now } from '../clock.ts'
import type { SanctionKind } from './schema.ts'

/** For a prepared statement over `accounts`: the latest end of each kind of sanction in force as JSON; null for none. `moment` is the placeholder to fill. */
export const standingOfAccount = sql<Partial<Record<SanctionKind, string>> | null>`(
  select json_object_agg(kind, ends_at) from (
    select s.kind, max(s.ends_at) as ends_at from sanctions s
    where s.account_id = accounts.id and s.lifted_at is null and s.ends_at is not null and s.ends_at > ${sql.placeholder('moment')}::timestamptz
      and s.starts_at <= ${sql.placeholder('moment')}::timestamptz
    group by s.kind) s)`

export function standingFrom(ends: Partial<Record<SanctionKind, string>> | null): Standing {
  if (ends === null) return GOOD_STANDING
  const until = (kind: SanctionKind): Date | null => (ends[kind] === undefined ? null : new Date(ends[kind]))
  return { heldUntil: until('hold'), mutedUntil: until('mute'), suspendedUntil: until('suspend') }
}

/** Over a statement with `accounts`: has the account a role in force? Staff are no matter of sanctions and look-ups. */
export const isStaffNow = (): SQL<boolean> =>
  sql<boolean>`exists (select from role_grants g where g.account_id = accounts.id
    and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${now()}::timestamptz)`
