/** What hours can be given to: the open priorities of a team, and of those closed since, what somebody gave them already. */
import { and, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { openPriorities, stands } from '../priorities/priority.ts'
import { priorities } from '../priorities/schema.ts'
import { shownTitle } from '../posts/removal.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'

/** More than so many open priorities nobody weighs against each other; the newest are offered. */
const MOST_OFFERED = 20

export interface Named {
  id: number
  title: string
  path: string
}

export interface Choice extends Named {
  /** What the actor gave it. */
  hours: number
  /** It was closed since: it keeps its hours, or fewer. */
  closed: boolean
}

/** What can be given hours now: the open ones, newest first, and behind them those closed since that the actor gave some. */
export async function choicesOf(db: Db, teamId: number, own: { hours: Record<string, number> } | null): Promise<Choice[]> {
  const open = await openPriorities(db, teamId, MOST_OFFERED)
  const given = own?.hours ?? {}
  const missing = Object.keys(given)
    .map(Number)
    .filter((id) => !open.some((item) => item.id === id))
  const closed = [...(await namedPriorities(db, missing)).values()]
  const choice = ({ id, title, path }: Named, isClosed: boolean): Choice => ({ id, title, path, hours: given[id] ?? 0, closed: isClosed })
  return [...open.map((item) => choice(item, false)), ...closed.map((item) => choice(item, true))]
}

/** Priorities by their ids, open and closed; those whose words were withdrawn are missing. */
export async function namedPriorities(db: Db, ids: readonly number[]): Promise<Map<number, Named>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: priorities.id, title: shownTitle, postId: posts.id, slug: posts.slug, team: teams.slug })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(and(stands, inArray(priorities.id, [...ids])))
    .orderBy(priorities.id)
  return new Map(rows.map(({ id, title, postId, slug, team }) => [id, { id, title, path: postPath(team, { id: postId, slug }) }]))
}

/** Those that `choicesOf` offers. */
export async function openIds(db: Db, teamId: number): Promise<Set<number>> {
  const rows = await db
    .select({ id: priorities.id })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .where(and(stands, eq(priorities.teamId, teamId), isNull(priorities.closedAt)))
    .orderBy(desc(priorities.openedAt), desc(priorities.id))
    .limit(MOST_OFFERED)
  return new Set(rows.map(({ id }) => id))
}
