/**
 * What happened to a post besides its words: an action or a review of a priority, the notes of a meeting, the results of a survey. Named by its activity; the words are read from
 * where they stand now.
 */
import { and, desc, eq, inArray } from 'drizzle-orm'
import { activities } from '../activity/schema.ts'
import type { ActivityKind } from '../activity/activity.ts'
import type { Db } from '../database/database.ts'
import { eventNotes } from '../events/schema.ts'
import { priorityActions, priorityReviews, type ActionState } from '../priorities/schema.ts'
import { summarise } from '../text/markdown.ts'
import { postsTold, type Told } from './told-posts.ts'

/** Those that are told, to whoever follows the conversation. */
export const NEWS_KINDS = ['priority.acted', 'priority.reviewed', 'event.noted', 'survey.published'] as const satisfies readonly ActivityKind[]

type Happened = typeof activities.$inferSelect

export async function newsTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const happened = await db
    .select()
    .from(activities)
    .where(and(inArray(activities.id, ids), inArray(activities.kind, [...NEWS_KINDS]), eq(activities.audience, 'public')))
  const held = new Map((await postsTold(db, [...new Set(happened.flatMap(({ postId }) => postId ?? []))])).map((told) => [told.ref, told]))
  const told: Told[] = []
  // One after the other: in a transaction there is one line to the database.
  for (const one of happened) {
    const post = held.get(`post:${one.postId ?? 0}`)
    const note = post ? await noteOf(db, one) : null
    if (post && note !== null) told.push({ ...post, ref: `news:${one.id}`, at: one.at, authorId: one.actorId, note, excerpt: '' })
  }
  return told
}

/** Null for what is not there any more. */
function noteOf(db: Db, { kind, detail }: Happened): Promise<string | null> {
  if (kind === 'priority.acted') return sayAction(db, Number(detail['actionId'] ?? 0))
  if (kind === 'priority.reviewed') return sayReview(db, Number(detail['reviewId'] ?? 0))
  if (kind === 'survey.published') return Promise.resolve('The results are out.')
  return sayNotes(db, Number(detail['occasionId'] ?? 0))
}

const SAID: Record<ActionState, string> = { planned: 'Planned', done: 'Done', dropped: 'No longer planned' }

async function sayAction(db: Db, id: number): Promise<string | null> {
  const [action] = await db.select().from(priorityActions).where(eq(priorityActions.id, id))
  return action ? `${SAID[action.state]}: ${action.what}${action.note === null ? '' : ` (${action.note})`}` : null
}

async function sayReview(db: Db, id: number): Promise<string | null> {
  const [review] = await db.select({ note: priorityReviews.note }).from(priorityReviews).where(eq(priorityReviews.id, id))
  return review ? `How it stands: ${review.note}` : null
}

const EXCERPT = 300

async function sayNotes(db: Db, occasionId: number): Promise<string | null> {
  const [notes] = await db.select().from(eventNotes).where(eq(eventNotes.occasionId, occasionId)).orderBy(desc(eventNotes.version)).limit(1)
  if (!notes) return null
  const decided = summarise(notes.decidedHtml, EXCERPT)
  return decided === '' ? `What was said: ${summarise(notes.saidHtml, EXCERPT)}` : `What was decided: ${decided}`
}
