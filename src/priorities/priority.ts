/**
 * What a team works on until something has come of it: open ones, closed ones with their outcome, how fresh they are. What was withdrawn or taken down is in
 * none of it.
 */
import { and, desc, eq, isNotNull, isNull, ne, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { inForce } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import { sayMark, type Role } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { shownTitle } from '../posts/removal.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { priorities, priorityActions, priorityReviews } from './schema.ts'

export interface Owner {
  accountId: number
  name: string
  /** "Sergeant · Bracebridge Heath team" */
  mark: string
}

export interface PriorityItem {
  id: number
  postId: number
  path: string
  title: string
  summary: string
  teamId: number
  teamName: string
  teamSlug: string
  openedAt: Date
  /** Null for the team, also when whoever saw to it works there no more. */
  owner: Owner | null
  /** The last time that somebody said how it stands. */
  reviewedAt: Date
  /** What was said in the last review. */
  lastNote: string | null
  /** Open, and nobody has said how it stands for three months. */
  stale: boolean
  /** Actions done, and those planned or done: what was dropped counts for neither. */
  doneCount: number
  actionCount: number
  closedAt: Date | null
  outcome: { path: string; title: string } | null
}

export interface PriorityList {
  items: PriorityItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

export const PRIORITY_LIST = 20

/** Whatever has been done or said, its words stand. */
export const stands = and(eq(posts.audience, 'public'), ne(posts.state, 'withdrawn'))

/** Nobody has said how it stands for three months. `reviewedAt` is the column of one that is open. */
export const isStale = (reviewedAt: SQLWrapper, moment: Date): SQL<boolean> =>
  sql<boolean>`${reviewedAt} < ${moment.toISOString()}::timestamptz - interval '3 months'`
const staleAt = (moment: Date): SQL<boolean> => sql<boolean>`(${priorities.closedAt} is null and ${isStale(priorities.reviewedAt, moment)})`

const outcomes = alias(posts, 'outcomes')
const outcomeTeams = alias(teams, 'outcome_teams')

interface OwnerRow {
  accountId: number
  name: string | null
  role: Role
}

const ownerAt = (moment: Date): SQL<OwnerRow | null> =>
  sql<OwnerRow | null>`(select json_build_object('accountId', ${accounts.id}, 'name', ${accounts.displayName}, 'role', ${roleGrants.role})
    from ${accounts} join ${roleGrants} on ${roleGrants.accountId} = ${accounts.id} and ${roleGrants.teamId} = ${priorities.teamId}
    where ${accounts.id} = ${priorities.ownerId} and ${roleGrants.role} in ('officer', 'supervisor') and ${inForce(moment)}
    order by ${roleGrants.role} = 'supervisor' desc limit 1)`

const columnsAt = (moment: Date) => ({
  id: priorities.id,
  postId: posts.id,
  slug: posts.slug,
  title: shownTitle,
  summary: posts.summary,
  teamId: priorities.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  openedAt: priorities.openedAt,
  reviewedAt: priorities.reviewedAt,
  closedAt: priorities.closedAt,
  stale: staleAt(moment),
  owner: ownerAt(moment),
  lastNote: sql<
    string | null
  >`(select ${priorityReviews.note} from ${priorityReviews} where ${priorityReviews.priorityId} = ${priorities.id} order by ${priorityReviews.id} desc limit 1)`,
  doneCount: sql<number>`(select count(*)::int from ${priorityActions} where ${priorityActions.priorityId} = ${priorities.id} and ${priorityActions.state} = 'done')`,
  actionCount: sql<number>`(select count(*)::int from ${priorityActions} where ${priorityActions.priorityId} = ${priorities.id} and ${priorityActions.state} <> 'dropped')`,
  outcomeId: outcomes.id,
  outcomeSlug: outcomes.slug,
  outcomeTitle: outcomes.title,
  outcomeTeam: outcomeTeams.slug,
})

const select = (db: Db, condition: SQL | undefined) =>
  db
    .select(columnsAt(now()))
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .innerJoin(teams, eq(teams.id, priorities.teamId))
    .leftJoin(outcomes, eq(outcomes.id, priorities.outcomeId))
    .leftJoin(outcomeTeams, eq(outcomeTeams.id, outcomes.teamId))
    .where(and(stands, condition))
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

function itemOf({ slug, owner, outcomeId, outcomeSlug, outcomeTitle, outcomeTeam, ...row }: Row): PriorityItem {
  const outcome =
    outcomeId === null || outcomeSlug === null || outcomeTitle === null || outcomeTeam === null
      ? null
      : { path: postPath(outcomeTeam, { id: outcomeId, slug: outcomeSlug }), title: outcomeTitle }
  return {
    ...row,
    path: postPath(row.teamSlug, { id: row.postId, slug }),
    owner: owner && { accountId: owner.accountId, name: owner.name ?? 'A member of staff', mark: sayMark(owner.role, row.teamName) },
    outcome,
  }
}

const behind = (column: typeof priorities.openedAt | typeof priorities.closedAt, cursor: string | undefined): SQL | undefined =>
  isBefore(column, priorities.id, readKey(cursor))

function listOf(rows: Row[], limit: number, keyOf: (row: Row) => Date | null): PriorityList {
  const last = rows.slice(0, limit).at(-1)
  const at = last && keyOf(last)
  return { items: rows.slice(0, limit).map(itemOf), next: rows.length > limit && last && at ? sayKey(at, last.id) : null }
}

/** Open ones of a team, the newest first. `cursor` is the `next` of the page before. */
export async function openPage(db: Db, teamId: number, cursor?: string, limit = PRIORITY_LIST): Promise<PriorityList> {
  const rows = await select(db, and(eq(priorities.teamId, teamId), isNull(priorities.closedAt), behind(priorities.openedAt, cursor)))
    .orderBy(desc(priorities.openedAt), desc(priorities.id))
    .limit(limit + 1)
  return listOf(rows, limit, ({ openedAt }) => openedAt)
}

/** The newest open ones of a team, at most so many. */
export const openPriorities = async (db: Db, teamId: number, limit: number): Promise<PriorityItem[]> =>
  (await openPage(db, teamId, undefined, limit)).items

/** Closed ones of a team, the last first. */
export async function closedPage(db: Db, teamId: number, cursor?: string, limit = PRIORITY_LIST): Promise<PriorityList> {
  const rows = await select(db, and(eq(priorities.teamId, teamId), isNotNull(priorities.closedAt), behind(priorities.closedAt, cursor)))
    .orderBy(desc(priorities.closedAt), desc(priorities.id))
    .limit(limit + 1)
  return listOf(rows, limit, ({ closedAt }) => closedAt)
}

/** Open ones of these teams (null: of all), those longest without a word first. */
export async function longestUnreviewed(db: Db, teamIds: readonly number[] | null, limit = 50): Promise<PriorityItem[]> {
  const ofTeams = teamIds === null ? undefined : sql`${priorities.teamId} = any(${sql.param([...teamIds])}::bigint[])`
  const rows = await select(db, and(isNull(priorities.closedAt), ofTeams))
    .orderBy(priorities.reviewedAt, priorities.id)
    .limit(limit)
  return rows.map(itemOf)
}

/** To choose from in a form: the open ones of a team, newest first. */
export async function prioritiesForChoice(db: Db, teamId: number): Promise<{ id: number; title: string; path: string }[]> {
  return (await openPriorities(db, teamId, 100)).map(({ id, title, path }) => ({ id, title, path }))
}

/** Throws `NotFound` also for one that was withdrawn. */
export async function priorityById(db: Db, id: number): Promise<PriorityItem> {
  const [row] = await select(db, eq(priorities.id, id))
  if (!row) throw new NotFound('priority')
  return itemOf(row)
}

/** The one whose words this post holds; null when it is none that stands. */
export async function priorityOfPost(db: Db, postId: number): Promise<PriorityItem | null> {
  const [row] = await select(db, eq(priorities.postId, postId))
  return row ? itemOf(row) : null
}

/** What this outcome closed. */
export async function prioritiesClosedBy(db: Db, outcomePostId: number): Promise<PriorityItem[]> {
  const rows = await select(db, eq(priorities.outcomeId, outcomePostId)).orderBy(priorities.id).limit(PRIORITY_LIST)
  return rows.map(itemOf)
}
