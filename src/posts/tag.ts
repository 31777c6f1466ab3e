/**
 * Tags in use: what somebody who writes one may have meant.
 */
import { and, asc, desc, gt, like } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { foldName } from '../text/fold.ts'
import { tags } from './schema.ts'

export const SUGGESTIONS = 8

/** Tags that begin so, the most used first. At most eight; none for an empty beginning. */
export async function tagsStarting(db: Db, typed: string): Promise<string[]> {
  const start = foldName(typed.slice(0, 60)).replace(/[^a-z0-9]+/g, '-')
  if (start === '') return []
  const rows = await db
    .select({ tag: tags.tag })
    .from(tags)
    .where(and(like(tags.tag, `${start}%`), gt(tags.postCount, 0)))
    .orderBy(desc(tags.postCount), asc(tags.tag))
    .limit(SUGGESTIONS)
  return rows.map(({ tag }) => tag)
}
