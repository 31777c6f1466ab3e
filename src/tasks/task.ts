/**
 * Tasks with which residents can help, as readers meet them: with how many places are taken of those to come, kept with each date and only added up here.
 */
import { and, desc, eq, isNotNull, isNull, lt, ne, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import { isBefore, type MomentKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { occasions } from '../occasions/schema.ts'
import { sayWindow } from '../places/presence-window.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { count } from '../text/dates.ts'
import type { Role } from '../actor.ts'
import { tasks, type TaskSort } from './schema.ts'
import { SORT_NAMES } from './task-form.ts'

export interface TaskItem {
  id: number
  postId: number
  path: string
  title: string
  summary: string
  sort: TaskSort
  sortName: string
  safeguarding: string
  /** "18 and over"; null for anybody. */
  age: string | null
  partnerName: string | null
  teamId: number
  teamName: string
  teamSlug: string
  proposedBy: number
  proposedRole: Role
  /** Dates to come that are not called off. */
  dates: number
  /** "Tuesday 24 November, 2pm to 4pm": the next of them. */
  next: string | null
  /** "7 of 12 places taken" of the dates to come, "12 people signed up" without a limit; null where nobody signs up. */
  taken: string | null
  closedAt: Date | null
  thanks: string | null
  outcomeId: number | null
}

// What is to come of each, in the same statement: a task has a few dozen dates at most.
const coming = (moment: SQL) => sql`lateral (
  select count(*)::int as dates, min(o.starts_at) as starts_at, (array_agg(o.ends_at order by o.starts_at, o.id))[1] as ends_at,
    sum(o.taken_count)::int as taken, sum(o.capacity)::int as capacity, count(*) filter (where o.capacity is null)::int as unlimited,
    count(*) filter (where o.sign_up_from is not null)::int as signing
  from ${occasions} o where o.post_id = ${tasks.postId} and o.ends_at > ${moment} and o.cancelled_at is null) coming`

const number = (name: string) => sql<number>`coming.${sql.raw(name)}`.mapWith(Number).as(name)
const time = (name: string) =>
  sql<Date | null>`coming.${sql.raw(name)}`.mapWith({ mapFromDriverValue: (value: string | Date) => new Date(value) }).as(`coming_${name}`)

const columns = {
  id: tasks.id,
  postId: posts.id,
  slug: posts.slug,
  title: posts.title,
  summary: posts.summary,
  sort: tasks.sort,
  safeguarding: tasks.safeguarding,
  leastAge: tasks.leastAge,
  partnerName: tasks.partnerName,
  teamId: tasks.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  proposedBy: tasks.proposedBy,
  proposedRole: tasks.proposedRole,
  dates: number('dates'),
  startsAt: time('starts_at'),
  endsAt: time('ends_at'),
  takenCount: number('taken'),
  capacity: number('capacity'),
  unlimited: number('unlimited'),
  signing: number('signing'),
  closedAt: tasks.closedAt,
  thanks: tasks.thanks,
  outcomeId: tasks.outcomeId,
}

// What a moderator took down is in no list.
const stands = and(eq(posts.audience, 'public'), ne(posts.state, 'withdrawn'))

const selectTasks = (db: Db, moment: SQL, condition: SQL | undefined) =>
  db
    .select(columns)
    .from(tasks)
    .innerJoin(posts, eq(posts.id, tasks.postId))
    .innerJoin(teams, eq(teams.id, tasks.teamId))
    .innerJoin(coming(moment), sql`true`)
    .where(and(stands, condition))
    .$dynamic()

type Row = Awaited<ReturnType<typeof selectTasks>>[number]

function itemOf({ slug, leastAge, startsAt, endsAt, takenCount, capacity, unlimited, signing, ...row }: Row): TaskItem {
  return {
    ...row,
    path: postPath(row.teamSlug, { id: row.postId, slug }),
    sortName: SORT_NAMES[row.sort],
    age: leastAge === null ? null : `${leastAge} and over`,
    next: startsAt && endsAt && row.dates > 0 ? sayWindow({ startsAt, endsAt }) : null,
    taken: signing === 0 ? null : sayTaken(takenCount, unlimited > 0 ? null : capacity),
  }
}

function sayTaken(taken: number, capacity: number | null): string {
  if (capacity === null) return taken === 0 ? 'Nobody has signed up yet' : `${count(taken, 'person', 'people')} signed up`
  return `${taken} of ${count(capacity, 'place')} taken`
}

const isOpen = isNull(tasks.closedAt)
const moment = sql`${sql.placeholder('now')}::timestamptz`

const openOfTeam = prepared((db) =>
  selectTasks(db, moment, and(isOpen, eq(tasks.teamId, sql.placeholder('team')), lt(tasks.id, sql.placeholder('before'))))
    .orderBy(desc(tasks.id))
    .limit(sql.placeholder('limit'))
    .prepare('tasks_open_team'),
)
const openOfForce = prepared((db) =>
  selectTasks(db, moment, and(isOpen, lt(tasks.id, sql.placeholder('before'))))
    .orderBy(desc(tasks.id))
    .limit(sql.placeholder('limit'))
    .prepare('tasks_open_force'),
)

const FIRST = Number.MAX_SAFE_INTEGER

/** Those of a team that are open, newest first, at most `limit`; for the team's page and list. */
export async function openTasks(db: Database, teamId: number, limit: number, before: number | null = null): Promise<TaskItem[]> {
  return (await openOfTeam(db).execute({ team: teamId, before: before ?? FIRST, limit, now: now().toISOString() })).map(itemOf)
}

/** Those of the whole force that are open, newest first. */
export async function allOpenTasks(db: Database, limit: number, before: number | null = null): Promise<TaskItem[]> {
  return (await openOfForce(db).execute({ before: before ?? FIRST, limit, now: now().toISOString() })).map(itemOf)
}

/** Those that are done, with thanks, latest first; of a team, or (null) of the force. */
export async function closedTasks(db: Db, teamId: number | null, before: MomentKey | null, limit: number): Promise<TaskItem[]> {
  const rows = await selectTasks(
    db,
    sql`${now().toISOString()}::timestamptz`,
    and(isNotNull(tasks.closedAt), teamId === null ? undefined : eq(tasks.teamId, teamId), isBefore(tasks.closedAt, tasks.id, before)),
  )
    .orderBy(desc(tasks.closedAt), desc(tasks.id))
    .limit(limit)
  return rows.map(itemOf)
}

/** The task of a post that stands. Throws `NotFound`. */
export const taskOfPost = (db: Db, postId: number): Promise<TaskItem> => one(db, eq(tasks.postId, postId))

/** A published task that stands. Throws `NotFound`. */
export const taskById = (db: Db, id: number): Promise<TaskItem> => one(db, eq(tasks.id, id))

async function one(db: Db, condition: SQL): Promise<TaskItem> {
  const [row] = await selectTasks(db, sql`${now().toISOString()}::timestamptz`, condition)
  if (!row) throw new NotFound('task')
  return itemOf(row)
}
