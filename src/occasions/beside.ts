/** What a moderator finds beside an event or a task: where each date is, where that is said in words, and why one was called off. */
import { asc, eq, sql } from 'drizzle-orm'
import { sayWindow } from '../places/presence-window.ts'
import type { BesideKind } from '../posts/words-beside.ts'
import { occasions } from './schema.ts'
import { sayDates } from './stored-dates.ts'

export const datesBeside: BesideKind = {
  name: 'Its dates',
  of: ['event', 'can-you-help'],
  async read(db, postId) {
    const rows = await db.select().from(occasions).where(eq(occasions.postId, postId)).orderBy(asc(occasions.startsAt), asc(occasions.id))
    return rows.flatMap((date) => [
      { key: `${date.id}:venue`, label: `${sayWindow(date)}: where`, text: date.venue ?? '' },
      { key: `${date.id}:because`, label: `${sayWindow(date)}: why it was called off`, text: date.cancelledBecause ?? '' },
    ])
  },
  async replace(tx, _postId, key, text) {
    const [id, column] = key.split(':')
    await tx
      .update(occasions)
      .set(column === 'venue' ? { venue: text } : { cancelledBecause: text })
      .where(eq(occasions.id, Number(id)))
  },
  // Lists and feeds say them too.
  settle: sayDates,
  // People who signed up are written to with a link to their own page.
  mails: (postId) => sql`mails.key like 'sign-up:%' and split_part(mails.key, ':', 2) in (
    select s.id::text from sign_ups s join occasions o on o.id = s.occasion_id where o.post_id = ${postId})`,
}
