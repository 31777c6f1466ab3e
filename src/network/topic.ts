/** Topics under which something for all staff stands. What stands in circles alone is found by whoever is in them, and counted for nobody. */
import { and, asc, desc, gt, like, sql } from 'drizzle-orm'
import { z } from 'zod'
import { isColleague, type Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { tagsField } from '../posts/kinds.ts'
import { slugOf } from '../text/slug.ts'
import { topicCounts } from './schema.ts'

export interface Topic {
  topic: string
  postCount: number
}

const TOPICS = 100
const inUse = gt(topicCounts.postCount, 0)

/** A to Z, those that begin with `starts`; `next` is the topic after which it goes on, null at the end. */
export async function topicsFrom(db: Db, starts: string, after: string): Promise<{ topics: Topic[]; next: string | null }> {
  const begins = starts.trim() === '' ? undefined : like(topicCounts.topic, `${slugOf(starts)}%`)
  const rows = await db
    .select()
    .from(topicCounts)
    .where(and(inUse, begins, gt(topicCounts.topic, after)))
    .orderBy(asc(topicCounts.topic))
    .limit(TOPICS + 1)
  return { topics: rows.slice(0, TOPICS), next: rows.length > TOPICS ? (rows[TOPICS - 1]?.topic ?? null) : null }
}

/** What most is written about, to begin with. */
export const busyTopics = (db: Db, howMany = 8): Promise<Topic[]> =>
  db
    .select()
    .from(topicCounts)
    .where(inUse)
    .orderBy(desc(topicCounts.postCount), sql`${topicCounts.topic}`)
    .limit(howMany)

const SUGGESTED = 8

/** What completes a topic that is being typed: those that begin like this, the most used first. */
export async function topicsStarting(db: Db, typed: string): Promise<string[]> {
  const begins = slugOf(typed.slice(0, 60))
  if (begins === '') return []
  const rows = await db
    .select({ topic: topicCounts.topic })
    .from(topicCounts)
    .where(and(inUse, like(topicCounts.topic, `${begins}%`)))
    .orderBy(desc(topicCounts.postCount), asc(topicCounts.topic))
    .limit(SUGGESTED)
  return rows.map(({ topic }) => topic)
}

/** Beside the field for topics, in words: the most used ones. Nothing for partner staff, as topics are counted among colleagues. */
export const topicsToOffer = async (db: Db, actor: Actor): Promise<string[]> =>
  isColleague(actor) ? (await busyTopics(db, SUGGESTED)).map(({ topic }) => topic.replaceAll('-', ' ')) : []

/** In the network tags are called topics, so what is wrong with them says so. */
const inTopics = (message: string): string => message.replace(/\btags\b/g, 'topics').replace(/\bTags\b/g, 'Topics')

/** What `read` answers; where it is refused, in the words of the network. */
export function withTopics<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Refused) || error.fields['tags'] === undefined) throw error
    throw new Refused(error.message, { ...error.fields, tags: inTopics(error.fields['tags']) })
  }
}

/** The topics of a form, as `tagsField`. */
export const topicsField = z
  .unknown()
  .optional()
  .transform((sent, context): string[] => {
    const read = tagsField.safeParse(sent)
    if (read.success) return read.data
    for (const { message } of read.error.issues) context.addIssue({ code: 'custom', message: inTopics(message) })
    return z.NEVER
  })
