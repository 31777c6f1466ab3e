/** Topics under which something for all staff stands. What stands in circles alone is found by whoever is in them, and counted for nobody. */
import { and, asc, desc, gt, like, sql } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
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
