/**
 * What a team's page says of the present besides its posts: where people can meet it, what it works on, where it asks for help, what came of last week. One
 * statement, whatever there is of each.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Database } from '../database/database.ts'
import { sayWindow } from '../places/presence-window.ts'
import { postPath } from '../posts/stored-post.ts'
import { isStale } from '../priorities/priority.ts'
import { sayTime } from '../text/dates.ts'

export interface Meeting {
  path: string
  /** Of an event; null where officers simply are at a place. */
  title: string | null
  /** "Tuesday 24 November, 2pm to 4pm" */
  when: string
  startsAt: Date
  /** "Here now until 4pm"; null before. */
  here: string | null
  where: string
  /** Of the place's own page; null for a venue in words. */
  placePath: string | null
  /** Of the place; null for a venue in words. */
  address: string | null
  /** What it is about; empty for an event, whose title says it. */
  summary: string
  cancelledBecause: string | null
  /** People can sign up: how many places are left; null where nobody has to, or as many as come. */
  placesLeft: number | null
}

export interface OpenPriority {
  path: string
  title: string
  /** Three months without a word of how it stands. */
  stale: boolean
}

export interface HelpWanted {
  path: string
  title: string
  /** "7 of 12 places are taken"; null without a limit. */
  taken: string | null
}

export interface TeamNow {
  meetings: Meeting[]
  priorities: OpenPriority[]
  /** More than are shown. */
  morePriorities: boolean
  tasks: HelpWanted[]
  /** The Monday of the last week that was made, within the last four. */
  week: string | null
}

export const NOTHING: TeamNow = { meetings: [], priorities: [], morePriorities: false, tasks: [], week: null }

const MEETINGS = 5
const PRIORITIES = 3
const TASKS = 3

interface Row extends Record<string, unknown> {
  meetings: MeetingRow[]
  priorities: { id: number; slug: string; title: string; stale: boolean }[]
  tasks: { id: number; slug: string; title: string; taken: number; capacity: number | null }[]
  week: string | null
}

interface MeetingRow {
  id: number
  slug: string
  title: string
  kind: 'presence' | 'event'
  startsAt: string
  endsAt: string
  where: string
  placeSlug: string | null
  address: string | null
  summary: string
  cancelledBecause: string | null
  placesLeft: number | null
}

// What a moderator took down is in no list.
const stands = sql`p.audience = 'public' and p.state in ('published', 'corrected')`

export async function teamNow(db: Database, team: { id: number; slug: string }, moment: Date): Promise<TeamNow> {
  const at = sql`${moment.toISOString()}::timestamptz`
  const id = sql`${team.id}::bigint`
  const [row] = await executeNamed<Row>(
    db,
    'team_now',
    sql`
    with meetings as (
      (select p.id, p.slug, p.title, 'presence' as kind, m.starts_at, m.ends_at, places.name as "where", places.slug as place_slug, places.address, p.summary,
          m.cancelled_because, null::integer as places_left
        from presences m join posts p on p.id = m.post_id join places on places.id = m.place_id
        where m.team_id = ${id} and m.ends_at > ${at} and ${stands} order by m.ends_at, m.id limit ${MEETINGS}::int)
      union all
      (select p.id, p.slug, p.title, 'event', m.starts_at, m.ends_at, coalesce(places.name, m.venue), places.slug, places.address, p.summary,
          m.cancelled_because, case when m.sign_up_from is not null and m.capacity is not null then greatest(m.capacity - m.taken_count, 0) end
        from occasions m join posts p on p.id = m.post_id left join places on places.id = m.place_id
        where m.team_id = ${id} and m.ends_at > ${at} and p.kind = 'event' and ${stands} order by m.ends_at, m.id limit ${MEETINGS}::int)
      order by starts_at, id limit ${MEETINGS}::int)
    select
      (select coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'title', title, 'kind', kind, 'startsAt', starts_at, 'endsAt', ends_at, 'where', "where",
          'placeSlug', place_slug, 'address', address, 'summary', summary, 'cancelledBecause', cancelled_because, 'placesLeft', places_left)
          order by starts_at, id), '[]') from meetings) as meetings,
      (select coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'title', title, 'stale', stale)), '[]') from (
        select p.id, p.slug, p.title, ${isStale(sql`x.reviewed_at`, moment)} as stale from priorities x join posts p on p.id = x.post_id
        where x.team_id = ${id} and x.closed_at is null and ${stands} order by x.opened_at desc, x.id desc limit ${PRIORITIES + 1}::int) found) as priorities,
      (select coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'title', title, 'taken', taken, 'capacity', capacity)), '[]') from (
        select p.id, p.slug, p.title, n.taken_count as taken, n.capacity from tasks x join posts p on p.id = x.post_id
          join lateral (select taken_count, capacity from occasions where post_id = p.id and ends_at > ${at} and cancelled_at is null order by ends_at, id limit 1) n on true
        where x.team_id = ${id} and x.closed_at is null and ${stands} order by x.id desc limit ${TASKS}::int) found) as tasks,
      (select week::text from team_weeks where team_id = ${id} and week > (${at} - interval '5 weeks')::date order by week desc limit 1) as week`,
  )
  return row ? nowOf(row, team.slug, moment) : NOTHING
}

function nowOf({ meetings, priorities, tasks, week }: Row, slug: string, moment: Date): TeamNow {
  return {
    meetings: meetings.map((meeting) => meetingOf(meeting, slug, moment)),
    priorities: priorities.slice(0, PRIORITIES).map((priority) => ({ path: postPath(slug, priority), title: priority.title, stale: priority.stale })),
    morePriorities: priorities.length > PRIORITIES,
    tasks: tasks.map((task) => ({
      path: postPath(slug, task),
      title: task.title,
      taken: task.capacity === null ? null : `${task.taken} of ${task.capacity} places are taken`,
    })),
    week,
  }
}

function meetingOf(row: MeetingRow, slug: string, moment: Date): Meeting {
  const window = { startsAt: new Date(row.startsAt), endsAt: new Date(row.endsAt) }
  const isNow = row.cancelledBecause === null && window.startsAt <= moment
  return {
    path: postPath(slug, row),
    title: row.kind === 'event' ? row.title : null,
    when: sayWindow(window),
    startsAt: window.startsAt,
    here: isNow ? `${row.kind === 'presence' ? 'Here now' : 'Now'} until ${sayTime(window.endsAt)}` : null,
    where: row.where,
    placePath: row.placeSlug === null ? null : `/places/${row.placeSlug}`,
    address: row.address,
    summary: row.kind === 'presence' ? row.summary : '',
    cancelledBecause: row.cancelledBecause,
    placesLeft: row.placesLeft,
  }
}
