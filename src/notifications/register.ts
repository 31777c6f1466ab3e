/**
 * Who hears by mail of what was decided. These echoes run in a job, at least once; the mail's key makes it one mail.
 */
import { afterActivity, type Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { tellAuthor, tellFlaggers } from './outcome.ts'

const TOLD = ['comment.released', 'comment.rejected', 'comment.removed', 'comment.kept', 'comment.restored', 'post.removed', 'post.kept'] as const

let registered: ((db: Database, activity: Activity) => Promise<void>) | null = null

/** Called once, while the application is put together; a second time changes nothing. */
export function registerNotifications(config: Config): void {
  if (registered) return
  registered = async (db, activity) => {
    await tellAuthor(db, config, activity)
    await tellFlaggers(db, config, activity)
  }
  for (const kind of TOLD) afterActivity(kind, registered)
}
