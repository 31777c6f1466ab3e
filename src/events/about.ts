/** Which priorities an event is about. */
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Db, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { prioritiesForChoice } from '../priorities/priority.ts'
import { priorities } from '../priorities/schema.ts'
import { teams } from '../teams/schema.ts'
import { eventPriorities } from './schema.ts'

export interface AboutPriority {
  id: number
  title: string
  path: string
  closed: boolean
}

/** Readers find each by its page; what a moderator took down is not among them. */
export async function prioritiesOfEvent(db: Db, eventId: number): Promise<AboutPriority[]> {
  const rows = await db
    .select({
      id: priorities.id,
      title: posts.title,
      slug: posts.slug,
      state: posts.state,
      postId: posts.id,
      team: teams.slug,
      closedAt: priorities.closedAt,
    })
    .from(eventPriorities)
    .innerJoin(priorities, eq(priorities.id, eventPriorities.priorityId))
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .innerJoin(teams, eq(teams.id, priorities.teamId))
    .where(eq(eventPriorities.eventId, eventId))
    .orderBy(asc(priorities.id))
  return rows.flatMap(({ id, title, slug, state, postId, team, closedAt }) =>
    state === 'withdrawn' ? [] : [{ id, title, path: postPath(team, { id: postId, slug }), closed: closedAt !== null }],
  )
}

/** The same team's, open or not: what it was about it stays about. Throws `Refused` (field `priorities`). */
export async function requirePriorities(tx: Tx, teamId: number, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  const known = await tx
    .select({ id: priorities.id })
    .from(priorities)
    .where(and(inArray(priorities.id, [...ids]), eq(priorities.teamId, teamId)))
  if (known.length !== new Set(ids).size)
    throw new Refused('One of the priorities is not the team’s', { priorities: 'Choose from the priorities of the team' })
}

/** Those of the team that are open, and those that it is about in any case. */
export async function prioritiesToChoose(db: Db, teamId: number, about: readonly AboutPriority[] = []): Promise<{ id: number; title: string }[]> {
  const open = await prioritiesForChoice(db, teamId)
  const known = new Set(open.map(({ id }) => id))
  return [...open, ...about.filter(({ id }) => !known.has(id))].map(({ id, title }) => ({ id, title }))
}
