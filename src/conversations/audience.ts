/**
 * Who may read what. One rule as a condition for SQL (`readable`) and as a question (`mayRead`); a test holds the two together.
 */
import { inArray, like, or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { hasRole, isColleague, isSignedIn, type Actor } from '../actor.ts'

/** No account has this id: a conversation private to it is the team's alone. */
export const NOBODY = 0

/** Between one resident and a team: the account's id stands in it. */
export const privateTo = (accountId: number): string => `private:${accountId}`
const PRIVATE = 'private:'

/** One circle of the staff network. */
export const circleAudience = (circleId: number): string => `${CIRCLE}${circleId}`
const CIRCLE = 'circle:'

/** The circle that an audience is; null for every other. */
export const circleOf = (audience: string): number | null => (audience.startsWith(CIRCLE) ? Number(audience.slice(CIRCLE.length)) : null)

/** Part of the staff network: for all staff, or for one circle. */
export const isInternal = (audience: string): boolean => audience === 'staff' || audience.startsWith(CIRCLE)

/** How the resident of a private conversation is called there: they need no display name. */
export const THE_ASKER = 'The asker'

export const isPublic = (audience: string): boolean => audience === 'public'

export const isPrivate = (audience: string): boolean => audience.startsWith(PRIVATE)

/** The audiences that an actor belongs to, whatever the team. Partner staff read the staff network only in circles that invited them. */
export const audiencesOf = (actor: Actor): string[] => [
  'public',
  ...(isColleague(actor) ? ['staff'] : []),
  ...(isSignedIn(actor) ? [privateTo(actor.accountId), ...(actor.circles ?? []).map(circleAudience)] : []),
]

/** The teams whose private conversations somebody reads; the press office reads them all. */
const teamsOf = (actor: Actor): 'all' | number[] =>
  hasRole(actor, 'press-office')
    ? 'all'
    : actor.duties.flatMap((duty) => ((duty.role === 'officer' || duty.role === 'supervisor') && duty.teamId !== null ? [duty.teamId] : []))

interface Columns {
  audience: PgColumn
  teamId: PgColumn
}

/** The scope that every look-up goes through: what you may not see does not exist. */
export function readable(actor: Actor, { audience, teamId }: Columns): SQL {
  const teams = teamsOf(actor)
  const ofTeams = teams === 'all' ? sql`true` : teams.length === 0 ? sql`false` : inArray(teamId, teams)
  return or(inArray(audience, audiencesOf(actor)), sql`(${like(audience, `${PRIVATE}%`)} and ${ofTeams})`) ?? sql`false`
}

export function mayRead(actor: Actor, item: { audience: string; teamId: number | null }): boolean {
  if (audiencesOf(actor).includes(item.audience)) return true
  const teams = teamsOf(actor)
  return isPrivate(item.audience) && (teams === 'all' || (item.teamId !== null && teams.includes(item.teamId)))
}
