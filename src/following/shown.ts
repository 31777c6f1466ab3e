/** What somebody follows, as their own page shows it. */
import { inArray } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { displayPostcode } from '../geography/postcode.ts'
import { teams } from '../teams/schema.ts'
import { followsOf, type Follow } from './follow.ts'
import { sayRhythm } from './saying.ts'
import type { Rhythm } from './schema.ts'
import { thingsOf, type Thing } from './subject.ts'

export interface ShownFollow {
  id: number
  /** Null for what is no longer there: it tells nothing, and is named no more. */
  thing: Thing | null
  name: string
  rhythm: Rhythm
  said: string
  postcode: string | null
  /** The team that it was moved from; `returns` while that team is still there. */
  moved: { from: string; at: Date; returns: boolean } | null
}

type Team = Pick<typeof teams.$inferSelect, 'id' | 'name' | 'archivedAt'>

/** These follows, or all of the follower. */
export async function shownFollows(db: Db, force: string, followerId: number, only?: readonly Follow[]): Promise<ShownFollow[]> {
  const kept = only ?? (await followsOf(db, followerId))
  const things = await thingsOf(
    db,
    force,
    kept.map(({ key }) => key),
  )
  const origins = await teamsWith(
    db,
    kept.flatMap(({ movedFromId }) => movedFromId ?? []),
  )
  return kept.map((follow) => shown(follow, things.get(follow.key) ?? null, origins.get(follow.movedFromId ?? 0)))
}

async function teamsWith(db: Db, ids: number[]): Promise<Map<number, Team>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: teams.id, name: teams.name, archivedAt: teams.archivedAt }).from(teams).where(inArray(teams.id, ids))
  return new Map(rows.map((team) => [team.id, team]))
}

const shown = (follow: Follow, thing: Thing | null, origin: Team | undefined): ShownFollow => ({
  id: follow.id,
  thing,
  name: thing?.name ?? 'Something that is no longer there',
  rhythm: follow.rhythm,
  said: sayRhythm(follow.rhythm),
  postcode: follow.postcode === null ? null : displayPostcode(follow.postcode),
  moved: origin && follow.movedAt ? { from: origin.name, at: follow.movedAt, returns: origin.archivedAt === null } : null,
})
