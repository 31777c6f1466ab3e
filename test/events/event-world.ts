/** Events made directly, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { planEvent, type NewEvent } from '../../src/events/planning.ts'
import type { OccasionPlan } from '../../src/occasions/occasion.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { repeatWindows } from '../../src/occasions/repeat.ts'
import { events } from '../../src/events/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { asc, eq } from 'drizzle-orm'
import { dayIn } from '../places/presence-world.ts'

export interface Planned {
  id: number
  path: string
  postId: number
  conversationId: number
  dates: (typeof occasions.$inferSelect)[]
}

export interface Wish extends Partial<Omit<NewEvent, 'dates' | 'teamId'>> {
  days?: number
  from?: string
  until?: string
  times?: number
  every?: 'week' | 'fortnight' | 'month'
  date?: Partial<OccasionPlan>
}

/** Plans one as a form would: in so many days, once unless it says how often. */
export async function planned(db: Database, by: SignedIn, team: Pick<TeamName, 'id'>, wish: Wish = {}): Promise<Planned> {
  const { days = 3, from = '2pm', until = '4pm', times = 1, every = 'week', date = {}, ...more } = wish
  const windows = repeatWindows({ date: dayIn(days), from, until }, { every, times }, now())
  const place = { placeId: null, venue: 'Village Hall, High Street', capacity: null, signUps: false, ...date }
  const { id, path } = await planEvent(db, by, {
    teamId: team.id,
    title: 'Meet your team',
    body: 'Bring your questions.',
    tags: [],
    format: 'surgery',
    onlineUrl: null,
    priorityIds: [],
    repeats: null,
    clientKey: randomUUID(),
    ...more,
    dates: windows.map((window) => ({ ...window, ...place })),
  })
  return { id, path, ...(await rowsOf(db, id)) }
}

export async function rowsOf(db: Database, id: number): Promise<Pick<Planned, 'postId' | 'conversationId' | 'dates'>> {
  const [event] = await db.select().from(events).where(eq(events.id, id))
  if (!event) throw new Error('no event')
  const { rows } = await db.$client.query<{ id: string }>('select conversation_id as id from posts where id = $1', [event.postId])
  const dates = await db.select().from(occasions).where(eq(occasions.postId, event.postId)).orderBy(asc(occasions.startsAt), asc(occasions.id))
  return { postId: event.postId, conversationId: Number(rows[0]?.id), dates }
}

/** The first date, as a plan to change. */
export function planOf({ startsAt, endsAt, placeId, venue, capacity, signUpFrom }: typeof occasions.$inferSelect): OccasionPlan {
  return { startsAt, endsAt, placeId, venue, capacity, signUps: signUpFrom !== null }
}

/** What a person reads, without marks. */
export const wordsOf = (html: string): string =>
  html
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
