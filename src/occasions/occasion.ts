/**
 * The dates of events and tasks as readers meet them. A list asks for what is not over, so that nothing has to be taken away; what was called off stays in
 * it until its end and says so.
 */
import { and, asc, desc, eq, ne, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { prepared, type Database, type Db } from '../database/database.ts'
import type { MomentKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { sayWindow } from '../places/presence-window.ts'
import { places } from '../places/schema.ts'
import { posts } from '../posts/schema.ts'
import { postPath, publicRole } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import type { OccasionSubject } from './policy.ts'
import { occasions } from './schema.ts'

/** As whoever plans it says it. */
export interface OccasionPlan {
  startsAt: Date
  endsAt: Date
  /** A place with a page of its own, or (null) `venue` in words. */
  placeId: number | null
  venue: string | null
  /** People who can come; null for no limit. */
  capacity: number | null
  /** Can people sign up? */
  signUps: boolean
}

export interface OccasionItem extends OccasionSubject {
  id: number
  /** Raised by every change of time or venue, and when it is called off. */
  sequence: number
  /** Of its post, which has its words and its conversation. */
  path: string
  kind: 'event' | 'can-you-help'
  conversationId: number
  title: string
  summary: string
  teamName: string
  teamSlug: string
  /** Name of the place, or the venue in words. */
  where: string
  placeId: number | null
  placeSlug: string | null
  address: string | null
  /** Of the venue; null where it has no place. */
  lat: number | null
  lng: number | null
  startsAt: Date
  endsAt: Date
  capacity: number | null
  takenCount: number
  waitingCount: number
  /** People can sign up, since when; null where nobody has to. */
  signUpFrom: Date | null
  cancelledAt: Date | null
  cancelledBecause: string | null
  changedAt: Date
  /** "Tuesday 24 November, 2pm to 4pm" */
  when: string
}

const columns = {
  id: occasions.id,
  sequence: occasions.sequence,
  slug: posts.slug,
  postId: occasions.postId,
  kind: posts.kind,
  authorId: posts.authorId,
  authorRole: publicRole,
  conversationId: posts.conversationId,
  title: posts.title,
  summary: posts.summary,
  teamId: occasions.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  placeId: occasions.placeId,
  placeName: places.name,
  placeSlug: places.slug,
  venue: occasions.venue,
  address: places.address,
  lat: places.lat,
  lng: places.lng,
  startsAt: occasions.startsAt,
  endsAt: occasions.endsAt,
  capacity: occasions.capacity,
  takenCount: occasions.takenCount,
  waitingCount: occasions.waitingCount,
  signUpFrom: occasions.signUpFrom,
  cancelledAt: occasions.cancelledAt,
  cancelledBecause: occasions.cancelledBecause,
  changedAt: occasions.changedAt,
}

// What a moderator took down is in no list.
const stands = and(eq(posts.audience, 'public'), ne(posts.state, 'withdrawn'))

export const selectOccasions = (db: Db, condition: SQL | undefined) =>
  db
    .select(columns)
    .from(occasions)
    .innerJoin(posts, eq(posts.id, occasions.postId))
    .innerJoin(teams, eq(teams.id, occasions.teamId))
    .leftJoin(places, eq(places.id, occasions.placeId))
    .where(and(stands, condition))
    .$dynamic()

type Row = Awaited<ReturnType<typeof selectOccasions>>[number]

export function itemOf({ slug, placeName, venue, kind, ...row }: Row): OccasionItem {
  return {
    ...row,
    kind: kind === 'event' ? 'event' : 'can-you-help',
    where: placeName ?? venue ?? '',
    path: postPath(row.teamSlug, { id: row.postId, slug }),
    when: sayWindow(row),
  }
}

const ofPost = prepared((db) =>
  selectOccasions(db, eq(occasions.postId, sql.placeholder('post')))
    .orderBy(asc(occasions.startsAt), asc(occasions.id))
    .prepare('occasions_of_post'),
)

/** All of a post, by their start; what was called off and what is over among them. */
export const occasionsOfPost = async (db: Database, postId: number): Promise<OccasionItem[]> =>
  (await ofPost(db).execute({ post: postId })).map(itemOf)

/** One that stands, also when it is over. Throws `NotFound`. */
export async function occasionById(db: Db, id: number): Promise<OccasionItem> {
  const [row] = await selectOccasions(db, eq(occasions.id, id))
  if (!row) throw new NotFound('occasion')
  return itemOf(row)
}

/** Which ones: of a team (null: of all), at a place, of events or tasks alone. */
export interface OccasionFilter {
  teamId: number | null
  placeId?: number
  kind?: OccasionItem['kind']
}

const key = sql`(${occasions.endsAt}, ${occasions.id})`
const start = sql`(${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`
const moment = sql`${sql.placeholder('now')}::timestamptz`
const ofKind = sql`(${sql.placeholder('kind')}::text is null or ${posts.kind} = ${sql.placeholder('kind')}::text)`
const SCOPES = {
  force: undefined,
  team: eq(occasions.teamId, sql.placeholder('team')),
  place: eq(occasions.placeId, sql.placeholder('place')),
  both: and(eq(occasions.teamId, sql.placeholder('team')), eq(occasions.placeId, sql.placeholder('place'))),
}
type Scope = keyof typeof SCOPES

const listed = (scope: Scope, past: boolean) =>
  prepared((db) => {
    const time = past ? sql`${occasions.endsAt} <= ${moment} and ${key} < ${start}` : sql`${occasions.endsAt} > ${moment} and ${key} > ${start}`
    return selectOccasions(db, and(SCOPES[scope], ofKind, time))
      .orderBy(...[occasions.endsAt, occasions.id].map((column) => (past ? desc(column) : asc(column))))
      .limit(sql.placeholder('limit'))
      .prepare(`occasions_${past ? 'past' : 'upcoming'}_${scope}`)
  })
const UPCOMING = { force: listed('force', false), team: listed('team', false), place: listed('place', false), both: listed('both', false) }
const PAST = { force: listed('force', true), team: listed('team', true), place: listed('place', true), both: listed('both', true) }

function scopeOf({ teamId, placeId }: OccasionFilter): Scope {
  if (teamId === null) return placeId === undefined ? 'force' : 'place'
  return placeId === undefined ? 'team' : 'both'
}

const valuesOf = ({ teamId, placeId, kind }: OccasionFilter, limit: number) => ({
  now: now().toISOString(),
  team: teamId,
  place: placeId ?? null,
  kind: kind ?? null,
  limit,
})

/** Those that are not over now, by their ends, behind `after`; what was called off among them. */
export async function upcomingOccasions(db: Database, filter: OccasionFilter, after: MomentKey | null, limit: number): Promise<OccasionItem[]> {
  const from = { at: after?.at.toISOString() ?? '-infinity', id: after?.id ?? 0 }
  return (await UPCOMING[scopeOf(filter)](db).execute({ ...valuesOf(filter, limit), ...from })).map(itemOf)
}

/** Those that are over, latest first, behind `before`. */
export async function pastOccasions(db: Database, filter: OccasionFilter, before: MomentKey | null, limit: number): Promise<OccasionItem[]> {
  const from = { at: before?.at.toISOString() ?? 'infinity', id: before?.id ?? 0 }
  return (await PAST[scopeOf(filter)](db).execute({ ...valuesOf(filter, limit), ...from })).map(itemOf)
}
