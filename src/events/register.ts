/** What this room does when something happens elsewhere. */
import { onActivity, type Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Tx } from '../database/database.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { notesBeside, passedBeside } from './beside.ts'
import { keepEnd } from './ending.ts'
import { events } from './schema.ts'
import { eq } from 'drizzle-orm'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerEvents(_config: Config): void {
  onActivity('occasion.changed', followDate)
  onActivity('occasion.cancelled', followDate)
  addWordsBeside('event-notes', notesBeside)
  addWordsBeside('hour-passed', passedBeside)
}

/** Whoever moved a date or called one off: the talk about the event goes on so long after the last of them. */
async function followDate(tx: Tx, { postId }: Activity): Promise<void> {
  if (!postId) return
  const [event] = await tx.select({ id: events.id }).from(events).where(eq(events.postId, postId))
  if (event) await keepEnd(tx, postId)
}
