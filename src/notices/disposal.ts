/**
 * What a notice said goes when its time is over: the words, the names and the addresses of both sides. That there was one, about what, and how it ended stays.
 */
import { and, inArray, lt, ne, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { cases } from '../moderation/schema.ts'
import { monthsBefore } from '../text/dates.ts'
import { takedownNotices } from './schema.ts'

const GONE = { name: '', email: '', statement: {}, authorName: null, authorAddress: null, authorMayShare: null }

/** Of every notice that ended so many months ago, unless its item is kept as evidence; answers how many. Running it twice changes nothing more. */
export async function disposeOfNotices(db: Database, months: number): Promise<number> {
  // The table of a room of this floor is named, as none of them may import another.
  const sealed = sql`(select from seals where seals.lifted_at is null
    and (seals.comment_id = ${takedownNotices.commentId} or seals.post_id = ${takedownNotices.postId}))`
  return db.transaction(async (tx) => {
    const gone = await tx
      .update(takedownNotices)
      .set(GONE)
      .where(
        and(
          inArray(takedownNotices.stage, ['ended-down', 'ended-up']),
          lt(takedownNotices.stageAt, monthsBefore(now(), months)),
          ne(takedownNotices.email, ''),
          sql`not exists ${sealed}`,
        ),
      )
      .returning({ id: takedownNotices.id })
    const ids = gone.map(({ id }) => id)
    if (ids.length > 0)
      await tx
        .update(cases)
        .set({ snapshot: { body: '', version: 1 } })
        .where(inArray(cases.noticeId, ids))
    return ids.length
  })
}
