/** The library of good practice: newest, most used, of a topic, or what a team used. */
import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { staffTopics } from '../network/schema.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { LIST_SIZE, listOf, standsFor, type List } from './list.ts'
import { practices, practiceUses } from './schema.ts'

export interface Used {
  useCount: number
  /** What the team said of it, in a list of what a team used. */
  note: string | null
}

/** By one of them at a time. */
export type Shelf = { by: 'newest' } | { by: 'used' } | { by: 'topic'; topic: string } | { by: 'team'; teamId: number }

/** `cursor` is the `next` of the page before. */
export async function practiceList(db: Database, actor: Actor, shelf: Shelf, cursor?: string): Promise<List<Used>> {
  if (shelf.by === 'team') return usedByTeam(db, actor, shelf.teamId, cursor)
  if (shelf.by === 'used') return mostUsed(db, actor, cursor)
  const underTopic = (topic: string) => sql`exists (select from ${staffTopics} s where s.topic = ${topic} and s.post_id = ${practices.postId})`
  const ofTopic = shelf.by === 'topic' ? underTopic(shelf.topic) : undefined
  const rows = await select(db, and(ofTopic, isBefore(practices.publishedAt, practices.postId, readKey(cursor)), standsFor(actor)))
    .orderBy(desc(practices.publishedAt), desc(practices.postId))
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, { more, key: ({ at, id }) => sayKey(at, id) })
}

const more = ({ useCount }: { useCount: number }): Used => ({ useCount, note: null })

const select = (db: Database, condition: SQL | undefined) =>
  db
    .select({ id: practices.postId, useCount: practices.useCount, at: practices.publishedAt })
    .from(practices)
    .innerJoin(posts, eq(posts.id, practices.postId))
    .where(condition)
    .$dynamic()

/** A cursor is "count-milliseconds-id". */
async function mostUsed(db: Database, actor: Actor, cursor = ''): Promise<List<Used>> {
  const [, count, rest] = /^(\d{1,9})-(.+)$/.exec(cursor) ?? []
  const place = readKey(rest)
  const key = sql`(${practices.useCount}, ${practices.publishedAt}, ${practices.postId})`
  const behind = place ? sql`${key} < (${Number(count)}::int, ${place.at.toISOString()}::timestamptz, ${place.id}::bigint)` : undefined
  const rows = await select(db, and(behind, standsFor(actor)))
    .orderBy(desc(practices.useCount), desc(practices.publishedAt), desc(practices.postId))
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, { more, key: ({ useCount, at, id }) => `${useCount}-${sayKey(at, id)}` })
}

/** Newest use first. */
async function usedByTeam(db: Database, actor: Actor, teamId: number, cursor?: string): Promise<List<Used>> {
  const rows = await db
    .select({ id: practices.postId, useCount: practices.useCount, note: practiceUses.note, at: practiceUses.at })
    .from(practiceUses)
    .innerJoin(practices, eq(practices.postId, practiceUses.postId))
    .innerJoin(posts, eq(posts.id, practices.postId))
    .where(and(eq(practiceUses.teamId, teamId), isBefore(practiceUses.at, practiceUses.postId, readKey(cursor)), standsFor(actor)))
    .orderBy(desc(practiceUses.at), desc(practiceUses.postId))
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, { more: ({ useCount, note }) => ({ useCount, note: note || null }), key: ({ at, id }) => sayKey(at, id) })
}

/** The teams that used something that this reader may read, by name. */
export const teamsThatUsed = (db: Database, actor: Actor): Promise<TeamName[]> =>
  db
    .selectDistinct({ id: teams.id, slug: teams.slug, name: teams.name })
    .from(practiceUses)
    .innerJoin(practices, eq(practices.postId, practiceUses.postId))
    .innerJoin(posts, eq(posts.id, practices.postId))
    .innerJoin(teams, eq(teams.id, practiceUses.teamId))
    .where(standsFor(actor))
    .orderBy(teams.name)
