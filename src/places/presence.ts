/**
 * Officers at a place for a time, as readers meet them: planned ahead, a venue and a window only, and gone from every list at the end by itself, as every
 * read asks for what is not over. What was called off stays until its end and says so.
 */
import { and, asc, eq, gt, isNull, ne, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import type { MomentKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { sayTime } from '../text/dates.ts'
import { sayWindow } from './presence-window.ts'
import { places, presences } from './schema.ts'

export interface PresenceItem {
  id: number
  /** Raised by every change of time or venue, and when it is called off. */
  sequence: number
  /** Of its post, which has its words and its conversation. */
  path: string
  postId: number
  conversationId: number
  title: string
  /** What it is about; empty for nothing in particular. */
  summary: string
  teamId: number
  teamName: string
  teamSlug: string
  placeId: number
  placeName: string
  placeSlug: string
  address: string
  /** Of the venue. */
  lat: number
  lng: number
  startsAt: Date
  endsAt: Date
  cancelledAt: Date | null
  cancelledBecause: string | null
  cameCount: number
  changedAt: Date
  /** "Tuesday 24 November, 2pm to 4pm" */
  when: string
  /** "Here now until 4pm"; null before and after, and for what was called off. */
  here: string | null
}

export const columns = {
  id: presences.id,
  sequence: presences.sequence,
  slug: posts.slug,
  postId: presences.postId,
  conversationId: posts.conversationId,
  title: posts.title,
  summary: posts.summary,
  teamId: presences.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  placeId: presences.placeId,
  placeName: places.name,
  placeSlug: places.slug,
  address: places.address,
  lat: places.lat,
  lng: places.lng,
  startsAt: presences.startsAt,
  endsAt: presences.endsAt,
  cancelledAt: presences.cancelledAt,
  cancelledBecause: presences.cancelledBecause,
  cameCount: presences.cameCount,
  changedAt: presences.changedAt,
}

// What a moderator took down is in no list.
export const stands = and(eq(posts.audience, 'public'), ne(posts.state, 'withdrawn'))

export const selectPresences = (db: Db, condition: SQL | undefined) =>
  db
    .select(columns)
    .from(presences)
    .innerJoin(posts, eq(posts.id, presences.postId))
    .innerJoin(places, eq(places.id, presences.placeId))
    .innerJoin(teams, eq(teams.id, presences.teamId))
    .where(and(stands, condition))
    .$dynamic()

const notOver = sql`${presences.endsAt} > ${sql.placeholder('now')}::timestamptz`

const ofTeam = prepared((db) =>
  selectPresences(db, and(eq(presences.teamId, sql.placeholder('team')), notOver))
    .orderBy(asc(presences.endsAt), asc(presences.id))
    .limit(sql.placeholder('limit'))
    .prepare('presences_of_team'),
)
const ofPlace = prepared((db) =>
  selectPresences(db, and(eq(presences.placeId, sql.placeholder('place')), notOver))
    .orderBy(asc(presences.endsAt), asc(presences.id))
    .limit(sql.placeholder('limit'))
    .prepare('presences_of_place'),
)
const ofForce = prepared((db) =>
  selectPresences(
    db,
    and(notOver, sql`(${presences.endsAt}, ${presences.id}) > (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`),
  )
    .orderBy(asc(presences.endsAt), asc(presences.id))
    .limit(sql.placeholder('limit'))
    .prepare('presences_of_force'),
)

type Row = Awaited<ReturnType<ReturnType<typeof ofForce>['execute']>>[number]

export function itemOf({ slug, ...row }: Row, moment: Date): PresenceItem {
  const isHere = row.cancelledAt === null && row.startsAt <= moment && moment < row.endsAt
  return {
    ...row,
    path: postPath(row.teamSlug, { id: row.postId, slug }),
    when: sayWindow(row),
    here: isHere ? `Here now until ${sayTime(row.endsAt)}` : null,
  }
}

const soonestFirst = (rows: readonly Row[], moment: Date): PresenceItem[] =>
  rows.map((row) => itemOf(row, moment)).toSorted((one, other) => one.startsAt.getTime() - other.startsAt.getTime() || one.id - other.id)

/** Those of a team that are not over at that moment, soonest first; what was called off among them. */
export const upcomingOfTeam = async (db: Database, teamId: number, moment: Date, limit: number): Promise<PresenceItem[]> =>
  soonestFirst(await ofTeam(db).execute({ team: teamId, now: moment.toISOString(), limit }), moment)

const SHOWN_AT_A_PLACE = 10

/** Those at a place that are not over at that moment, soonest first; at most 10 unless it says otherwise. */
export const presencesOfPlace = async (db: Database, placeId: number, moment: Date, limit = SHOWN_AT_A_PLACE): Promise<PresenceItem[]> =>
  soonestFirst(await ofPlace(db).execute({ place: placeId, now: moment.toISOString(), limit }), moment)

/** Those at a place that stand in the way of closing it: neither over nor called off, soonest first. */
export async function announcedAt(db: Db, placeId: number, moment: Date): Promise<PresenceItem[]> {
  const announced = and(eq(presences.placeId, placeId), gt(presences.endsAt, moment), isNull(presences.cancelledAt))
  return soonestFirst(await selectPresences(db, announced), moment)
}

/** Those of all teams that are not over now, by their ends, behind `after`; the last of them is the next `after`. */
export async function upcomingAll(db: Database, after: MomentKey | null, limit: number): Promise<PresenceItem[]> {
  const moment = now()
  const key = { at: after?.at.toISOString() ?? '-infinity', id: after?.id ?? 0 }
  return (await ofForce(db).execute({ now: moment.toISOString(), ...key, limit })).map((row) => itemOf(row, moment))
}

/** One that stands, also when it is over. Throws `NotFound`. */
export async function presenceById(db: Db, id: number): Promise<PresenceItem> {
  const [row] = await selectPresences(db, eq(presences.id, id))
  if (!row) throw new NotFound('presence')
  return itemOf(row, now())
}
