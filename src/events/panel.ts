/** What stands on the page of an event below its words: dates, where on the web, priorities, what came of it, and the live hour. */
import { desc, eq } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { occasionsOfPost, type OccasionItem } from '../occasions/occasion.ts'
import { asShown, type ShownOccasion } from '../occasions/saying.ts'
import type { PostPage } from '../posts/list.ts'
import { postVersions } from '../posts/schema.ts'
import { prioritiesOfEvent, type AboutPriority } from './about.ts'
import { eventOfPost, type EventDetail } from './event.ts'
import { hourOf, type Hour } from './hour.ts'
import { latestNotes, type ShownNote } from './note.ts'
import { isOver, mayPlanEvent, wasHeld } from './policy.ts'

/** A date that was held, with what came of it. */
export interface HeldDate {
  id: number
  when: string
  note: ShownNote | null
}

export interface EventPanel {
  event: EventDetail
  dates: ShownOccasion[]
  priorities: AboutPriority[]
  held: HeldDate[]
  /** Since it was announced: what readers were told, and when. */
  lastChange: { note: string; at: Date } | null
  over: boolean
  /** All of it. */
  calledOff: boolean
  hour: Hour | null
  /** The questions that the hour itself shows. */
  listed: readonly number[]
  /** What came of it stands in the answers of the hour. */
  saidInAnswers: boolean
  /** This reader looks after it. */
  runs: boolean
}

export async function eventPanel(db: Database, actor: Actor, post: Pick<PostPage, 'id'>): Promise<EventPanel | null> {
  const event = await eventOfPost(db, post.id).catch(noEvent)
  if (!event) return null
  const moment = now()
  const dates = await occasionsOfPost(db, post.id)
  const held = dates.filter((date) => wasHeld(date, moment))
  const notes = await latestNotes(
    db,
    held.map(({ id }) => id),
  )
  const hour = await hourOn(db, actor, event, dates)
  return {
    event,
    dates: asShown(dates, moment),
    priorities: await prioritiesOfEvent(db, event.id),
    held: held.map(({ id, when }) => ({ id, when, note: notes.get(id) ?? null })),
    lastChange: await lastChange(db, post.id),
    over: isOver(dates, moment),
    calledOff: dates.length > 0 && dates.every(({ cancelledAt }) => cancelledAt !== null),
    hour,
    listed: hour ? listedBy(hour) : [],
    saidInAnswers: hour !== null && hour.answered.length > 0,
    runs: mayPlanEvent(actor, event.teamId),
  }
}

const noEvent = (problem: unknown): null => {
  if (problem instanceof NotFound) return null
  throw problem
}

const listedBy = ({ answering, answered, passed, waiting }: Hour): number[] =>
  [...answering, ...answered, ...passed, ...waiting.items].map(({ commentId }) => commentId)

async function hourOn(db: Db, actor: Actor, event: EventDetail, [date]: readonly OccasionItem[]): Promise<Hour | null> {
  return event.format === 'question-hour' && date ? hourOf(db, actor, event, date) : null
}

async function lastChange(db: Db, postId: number): Promise<EventPanel['lastChange']> {
  const [last] = await db
    .select({ note: postVersions.note, at: postVersions.replacedAt })
    .from(postVersions)
    .where(eq(postVersions.postId, postId))
    .orderBy(desc(postVersions.version))
    .limit(1)
  return last ?? null
}
