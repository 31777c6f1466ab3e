/**
 * Before an election: which drafts and posts need the press office just now, because of their kind and the teams for which they are.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { roleGrants } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { isInForce } from '../switches/in-force.ts'
import type { DraftRow } from './draft.ts'
import { drafts, postTeams, type PostKind } from './schema.ts'

/**
 * Whether a draft of that moment falls into a pre-election period of any of its teams, for lists and single drafts. A correction is for the teams
 * on whose pages its post stands.
 */
export const inElection = (moment: unknown): SQL<boolean> => {
  // By name, so that the columns stay those of the draft wherever this stands.
  const others = sql`select draft_teams.team_id from draft_teams where draft_teams.draft_id = drafts.id`
  const corrected = sql`select post_teams.team_id from post_teams where post_teams.post_id = drafts.corrects_id and post_teams.how <> 'repost'`
  const team = sql`(drafts.whole_force or st.team_id = drafts.team_id or st.team_id in (${others}) or st.team_id in (${corrected}))`
  return sql<boolean>`exists (select 1 from switches s where ${isInForce('pre-election', moment, team)} and drafts.kind = any(s.kinds))`
}

/** The same, of one draft, inside a change. */
export async function draftInElection(db: Db, draftId: number): Promise<boolean> {
  const [found] = await db
    .select({ election: inElection(now()) })
    .from(drafts)
    .where(eq(drafts.id, draftId))
  return found?.election === true
}

/** Of a kind that would be written for these teams: for forms that begin. */
export async function kindInElection(db: Db, kind: PostKind, teamIds: readonly number[]): Promise<boolean> {
  const team = sql`st.team_id = any(${sql.param([...teamIds])}::bigint[])`
  const found = await db.execute(sql`select 1 from switches s where ${isInForce('pre-election', now(), team)} and ${kind} = any(s.kinds) limit 1`)
  return found.rows.length > 0
}

/** Of a published post: for corrections, on whichever page it stands by its own right. */
export async function postInElection(db: Db, post: { id: number; kind: PostKind }): Promise<boolean> {
  const stands = sql`select ${postTeams.teamId} from ${postTeams} where ${postTeams.postId} = ${post.id} and ${postTeams.how} <> 'repost'`
  const found = await db.execute(
    sql`select 1 from switches s where ${isInForce('pre-election', now(), sql`st.team_id in (${stands})`)} and ${post.kind} = any(s.kinds) limit 1`,
  )
  return found.rows.length > 0
}

/** An approval that counts then: of somebody who works for the press office now. That it is not the author's own, the database makes sure of. */
export async function approvedByPressOffice(db: Db, { approvedBy }: Pick<DraftRow, 'approvedBy'>): Promise<boolean> {
  if (approvedBy === null) return false
  const found = await db
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(and(eq(roleGrants.accountId, approvedBy), eq(roleGrants.role, 'press-office'), inForce(now())))
    .limit(1)
  return found.length > 0
}
