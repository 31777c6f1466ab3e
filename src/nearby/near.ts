/**
 * What is near a point: places, presences planned there, and posts that are about somewhere. Sorted out by bounding box, measured exactly, ordered by distance,
 * paged by key. Nothing but public items, venues and rough points.
 */
import { sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { boxAround, metresPerDegree, type Point } from '../geography/geometry.ts'
import { openingAt, sayOpening, type Hours } from '../places/hours.ts'
import { KIND_NAMES, placePath } from '../places/place.ts'
import type { PlaceKind } from '../places/schema.ts'
import { kindOf } from '../posts/kinds.ts'
import type { PostKind } from '../posts/schema.ts'
import { sayDirection, sayDistance, sayWalk } from './ground.ts'
import { readKey, writeKey, type Key, type NearKind } from './key.ts'

export interface NearItem {
  kind: NearKind
  id: number
  name: string
  path: string
  /** "Place", "Meet us", "Appeal". */
  kindName: string
  point: Point
  metres: number
  /** "about 450 metres" */
  distance: string
  /** "north-east"; null next door. */
  direction: string | null
  /** "about 8 minutes’ walk"; null where few would walk. */
  walk: string | null
  /** Street and number of a venue, or roughly where a post is about. */
  where: string
  /** Of a presence that goes on now. */
  hereNow: boolean
  startsAt: Date | null
  endsAt: Date | null
  /** "Open until 5pm"; null where it means nothing. */
  opening: string | null
  open: boolean
  publishedAt: Date | null
  teamName: string
}

export interface NearQuery {
  kinds: readonly NearKind[]
  /** How far, in metres. */
  reach: number
  /** Leaves out places that are closed at the moment. */
  openOnly?: boolean
  after?: string | undefined
  limit?: number
}

export interface NearList {
  items: NearItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

export const NEAR_PAGE = 20
/** Presences are shown so many days ahead: what is soon is what can be come to. */
const DAYS_AHEAD = 28
/** Older posts say little of what is near now. */
const MONTHS_BACK = 6
/** Rows are read in such turns while closed places are left out. */
const MOST_TURNS = 10

const COLUMNS = sql.raw(
  'rank, metres, kind, moment, id, name, slug, sort, lat, lng, whereabouts, hours, starts_at, ends_at, published_at, team_name, team_slug',
)

interface Row extends Record<string, unknown> {
  rank: number
  metres: number
  kind: NearKind
  moment: string
  id: string
  name: string
  slug: string
  sort: string
  lat: number
  lng: number
  whereabouts: string
  hours: { week: Hours['week']; exceptions: Hours['exceptions']; bank_holidays: Hours['bankHolidays'] } | null
  starts_at: Date | null
  ends_at: Date | null
  published_at: Date | null
  team_name: string
  team_slug: string
}

/** What goes on now comes first, then everything by distance. */
export async function itemsNear(db: Database, from: Point, query: NearQuery): Promise<NearList> {
  const { limit = NEAR_PAGE, openOnly = false } = query
  const moment = now()
  const found: NearItem[] = []
  let after = readKey(query.after)
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const rows = await rowsNear(db, from, { ...query, after, limit: limit + 1 }, moment)
    for (const row of rows) {
      const item = itemOf(row, from, moment)
      if (openOnly && item.kind === 'place' && !item.open) continue
      if (found.length === limit) return { items: found, next: writeKey(after) }
      found.push(item)
      after = keyOf(row)
    }
    const last = rows.at(-1)
    if (!last || rows.length <= limit) return { items: found, next: null }
    after = keyOf(last)
  }
  return { items: found, next: after && writeKey(after) }
}

const keyOf = ({ rank, metres, kind, moment, id }: Row): Key => ({ rank, metres, kind, moment: Number(moment), id: Number(id) })

interface Reading {
  kinds: readonly NearKind[]
  reach: number
  after: Key | null
  limit: number
}

async function rowsNear(db: Database, from: Point, { kinds, reach, after, limit }: Reading, moment: Date): Promise<Row[]> {
  const ground = groundOf(from, reach)
  const parts = { meet: presencesIn, place: placesIn, post: postsIn }
  const union = sql.join(
    kinds.map((kind) => sql`(${parts[kind](ground, moment, kinds.length === 1)})`),
    sql` union all `,
  )
  const later = after
    ? sql`and (rank, metres, kind, moment, id) > (${after.rank}::int, ${after.metres}::int, ${after.kind}::text, ${after.moment}::bigint, ${after.id}::bigint)`
    : sql``
  const { rows } = await db.execute<Row>(
    sql`select * from (${union}) near (${COLUMNS}) where metres <= ${reach}::int ${later} order by rank, metres, kind, moment, id limit ${limit}`,
  )
  return rows.map((row) => ({ ...row, starts_at: dateOf(row.starts_at), ends_at: dateOf(row.ends_at), published_at: dateOf(row.published_at) }))
}

const dateOf = (value: Date | string | null): Date | null => (value === null ? null : new Date(value))

interface Ground {
  inside(table: string): SQL
  metres(table: string): SQL
}

/** Within the box around the point, by the index on the ground; and the way to it over the flat ground that a few miles are. */
function groundOf(from: Point, reach: number): Ground {
  const box = boxAround(from, reach)
  const scale = metresPerDegree(from.lat)
  return {
    inside: (table) => {
      const [lat, lng] = columns(table)
      return sql`${lat} between ${box.south}::float8 and ${box.north}::float8 and ${lng} between ${box.west}::float8 and ${box.east}::float8`
    },
    metres: (table) => {
      const [lat, lng] = columns(table)
      const north = sql`((${lat} - ${from.lat}::float8) * ${scale.lat}::float8)`
      const east = sql`((${lng} - ${from.lng}::float8) * ${scale.lng}::float8)`
      return sql`round(sqrt(${north} * ${north} + ${east} * ${east}))::int`
    },
  }
}

const columns = (table: string): [SQL, SQL] => [sql.raw(`${table}.lat`), sql.raw(`${table}.lng`)]

const placesIn = (ground: Ground, _moment: Date): SQL => sql`
  select 1, ${ground.metres('p')}, 'place'::text, 0::bigint, p.id, p.name, p.slug, p.kind, p.lat, p.lng, p.address,
    jsonb_build_object('week', p.week, 'exceptions', p.exceptions, 'bank_holidays', p.bank_holidays),
    null::timestamptz, null::timestamptz, null::timestamptz, t.name, t.slug
  from places p join teams t on t.id = p.team_id
  where p.closed_at is null and ${ground.inside('p')}`

// Of two tables, each with ids of its own: one gets the even numbers.
const DATES = sql`
  select 2 * id as id, post_id, place_id, team_id, starts_at, ends_at, cancelled_at from presences
  union all select 2 * id + 1, post_id, place_id, team_id, starts_at, ends_at, cancelled_at from occasions where place_id is not null`

/** Officers at a place, events and tasks there. Among other things only the next one of each team at a place: a weekly surgery would fill the page. Where nothing else was asked for, all. */
const presencesIn = (ground: Ground, moment: Date, alone: boolean): SQL => sql`
  select ${alone ? sql`` : sql`distinct on (m.place_id, m.team_id)`} case when m.starts_at <= ${moment.toISOString()}::timestamptz then 0 else 1 end, ${ground.metres('p')}, 'meet'::text, extract(epoch from m.starts_at)::bigint, m.id, o.title,
    o.id || '-' || o.slug, o.kind, p.lat, p.lng, p.name || ', ' || p.address, null::jsonb, m.starts_at, m.ends_at, null::timestamptz, t.name, t.slug
  from (${DATES}) m join places p on p.id = m.place_id join posts o on o.id = m.post_id join teams t on t.id = o.team_id
  where m.cancelled_at is null and m.ends_at > ${moment.toISOString()}::timestamptz
    and m.starts_at < ${moment.toISOString()}::timestamptz + make_interval(days => ${DAYS_AHEAD})
    and p.closed_at is null and o.audience = 'public' and o.state in ('published', 'corrected') and ${ground.inside('p')}
  ${alone ? sql`` : sql`order by m.place_id, m.team_id, m.starts_at, m.id`}`

const postsIn = (ground: Ground, moment: Date): SQL => sql`
  select 1, ${ground.metres('g')}, 'post'::text, -extract(epoch from o.published_at)::bigint, o.id, o.title, o.id || '-' || o.slug, o.kind,
    g.lat, g.lng, g.label, null::jsonb, null::timestamptz, null::timestamptz, o.published_at, t.name, t.slug
  from post_points g join posts o on o.id = g.post_id join teams t on t.id = o.team_id
  where o.audience = 'public' and o.state in ('published', 'corrected') and o.kind <> 'presence'
    and (o.expires_at is null or o.expires_at > ${moment.toISOString()}::timestamptz)
    and g.published_at > ${moment.toISOString()}::timestamptz - make_interval(months => ${MONTHS_BACK}) and ${ground.inside('g')}`

function itemOf(row: Row, from: Point, moment: Date): NearItem {
  const { kind, name, lat, lng, metres, hours } = row
  const point = { lat, lng }
  const opening = hours && openingAt({ week: hours.week, exceptions: hours.exceptions, bankHolidays: hours.bank_holidays }, moment)
  return {
    kind,
    id: Number(row.id),
    name,
    path: kind === 'place' ? placePath(row.slug) : `/teams/${row.team_slug}/posts/${row.slug}`,
    kindName: kind === 'place' ? KIND_NAMES[row.sort as PlaceKind] : kindOf(row.sort as PostKind).name,
    point,
    metres,
    distance: sayDistance(metres),
    direction: sayDirection(from, point),
    walk: sayWalk(metres),
    where: row.whereabouts,
    hereNow: kind === 'meet' && row.rank === 0,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    opening: opening && sayOpening(opening, moment),
    open: opening?.open ?? false,
    publishedAt: row.published_at,
    teamName: row.team_name,
  }
}

const FURTHEST = 100_000

/** The one nearest thing of these kinds, however far within the county; null where there is none at all. */
export async function nearestOf(db: Database, from: Point, kinds: readonly NearKind[]): Promise<NearItem | null> {
  const { items } = await itemsNear(db, from, { kinds, reach: FURTHEST, limit: 1 })
  return items[0] ?? null
}
