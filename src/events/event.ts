/**
 * Meetings with residents: what they are for, where and when, and what came of them. Words and conversation are the post's, dates and sign-ups those of its
 * occasions; a list asks for what is not over, so that it is true at every second.
 */
import { and, asc, desc, eq, gt, inArray, isNotNull, lte, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { isAfter, isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { NotFound } from '../errors.ts'
import { itemOf, pastOccasions, selectOccasions, upcomingOccasions, type OccasionItem } from '../occasions/occasion.ts'
import { occasions } from '../occasions/schema.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import { latestNotes, type ShownNote } from './note.ts'
import { events, hourAnswers, type Format, type Repeat } from './schema.ts'

export const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  surgery: 'Surgery',
  'street-briefing': 'Street briefing',
  meeting: 'Meeting',
  online: 'Online meeting',
  'question-hour': 'Live question hour',
}

export interface EventDetail {
  id: number
  postId: number
  teamId: number
  teamName: string
  teamSlug: string
  format: Format
  formatName: string
  onlineUrl: string | null
  repeats: Repeat | null
  title: string
  body: string
  tags: string[]
  /** Of the post: what a form has to carry. */
  version: number
  path: string
  conversationId: number
  /** Until when its conversation stays open; null for good. */
  expiresAt: Date | null
}

const columns = {
  id: events.id,
  postId: events.postId,
  teamId: events.teamId,
  teamName: teams.name,
  teamSlug: teams.slug,
  format: events.format,
  onlineUrl: events.onlineUrl,
  repeats: events.repeats,
  title: posts.title,
  body: posts.body,
  tags: posts.tags,
  version: posts.version,
  slug: posts.slug,
  conversationId: posts.conversationId,
  expiresAt: posts.expiresAt,
}

// What a moderator took down is nowhere.
const select = (db: Db, of: { id: number } | { postId: number }) =>
  db
    .select(columns)
    .from(events)
    .innerJoin(posts, eq(posts.id, events.postId))
    .innerJoin(teams, eq(teams.id, events.teamId))
    .where(and('id' in of ? eq(events.id, of.id) : eq(events.postId, of.postId), eq(posts.audience, 'public'), sql`${posts.state} <> 'withdrawn'`))

async function find(db: Db, of: { id: number } | { postId: number }): Promise<EventDetail> {
  const [row] = await select(db, of)
  if (!row) throw new NotFound('event')
  const { slug, ...detail } = row
  return { ...detail, formatName: FORMAT_NAMES[row.format], path: postPath(row.teamSlug, { id: row.postId, slug }) }
}

/** One that stands, also when it is over. Throws `NotFound`. */
export const eventById = (db: Db, id: number): Promise<EventDetail> => find(db, { id })
export const eventOfPost = (db: Db, postId: number): Promise<EventDetail> => find(db, { postId })

/** One of its dates, as a list shows it. */
export interface ListedDate extends OccasionItem {
  eventId: number
  formatName: string
  /** "Now, until 4pm" is for whoever shows it: it has begun and is not over. */
  now: boolean
  /** Since it was announced. */
  moved: boolean
  /** What was said and decided, once somebody has written it. */
  note: ShownNote | null
  /** A live hour in which questions were answered: that is what came of it. */
  answered: boolean
}

export interface DateList {
  items: ListedDate[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

export const LIST_SIZE = 20

/** Dates of a team (null: of all) that are not over, by time, or those that are, latest first and with what came of them. */
export async function datesOf(db: Database, teamId: number | null, over: boolean, cursor?: string): Promise<DateList> {
  const read = over ? pastOccasions : upcomingOccasions
  return listOf(db, await read(db, { teamId, kind: 'event' }, readKey(cursor), LIST_SIZE + 1))
}

/** The same for the desk of these teams (null: of all). */
export async function datesForDesk(db: Db, teamIds: readonly number[] | null, over: boolean, cursor?: string): Promise<DateList> {
  const moment = now()
  const behind = (over ? isBefore : isAfter)(occasions.endsAt, occasions.id, readKey(cursor))
  const ofTeams = teamIds === null ? undefined : inArray(occasions.teamId, [...teamIds])
  const time = over ? lte(occasions.endsAt, moment) : gt(occasions.endsAt, moment)
  const rows = await selectOccasions(db, and(eq(posts.kind, 'event'), ofTeams, time, behind))
    .orderBy(...[occasions.endsAt, occasions.id].map((column) => (over ? desc(column) : asc(column))))
    .limit(LIST_SIZE + 1)
  return listOf(db, rows.map(itemOf))
}

async function listOf(db: Db, rows: readonly OccasionItem[]): Promise<DateList> {
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return { items: await listed(db, page), next: rows.length > LIST_SIZE && last ? sayKey(last.endsAt, last.id) : null }
}

/** Those of these events in which a question was answered live. */
export async function answeredHours(db: Db, eventIds: readonly number[]): Promise<Set<number>> {
  if (eventIds.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ id: hourAnswers.eventId })
    .from(hourAnswers)
    .where(and(inArray(hourAnswers.eventId, [...eventIds]), isNotNull(hourAnswers.answerId)))
  return new Set(rows.map(({ id }) => id))
}

async function listed(db: Db, dates: readonly OccasionItem[]): Promise<ListedDate[]> {
  if (dates.length === 0) return []
  const moment = now()
  const postIds = [...new Set(dates.map(({ postId }) => postId))]
  const kinds = await db.select({ id: events.id, postId: events.postId, format: events.format }).from(events).where(inArray(events.postId, postIds))
  const byPost = new Map(kinds.map((event) => [event.postId, event]))
  const over = dates.filter(({ endsAt }) => endsAt <= moment).map(({ id }) => id)
  const notes = await latestNotes(db, over)
  const hours = await answeredHours(
    db,
    kinds.filter(({ format }) => format === 'question-hour').map(({ id }) => id),
  )
  return dates.flatMap((date) => {
    const event = byPost.get(date.postId)
    if (!event) return []
    const now = date.cancelledAt === null && date.startsAt <= moment && moment < date.endsAt
    const moved = date.cancelledAt === null && date.sequence > 0
    return [
      {
        ...date,
        eventId: event.id,
        formatName: FORMAT_NAMES[event.format],
        now,
        moved,
        note: notes.get(date.id) ?? null,
        answered: hours.has(event.id),
      },
    ]
  })
}
