/** What following does when something happens: a boundary that changes moves followers. */
import { afterActivity, type Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { moveByPostcode, moveToSuccessor } from './move.ts'

let isRegistered = false

/** Called once, while the application is put together; a second time changes nothing. */
export function registerFollowing(config: Config): void {
  if (isRegistered) return
  isRegistered = true
  afterActivity('team.archived', (db: Database, activity: Activity) => moveToSuccessor(db, config, activity))
  afterActivity('areas.changed', (db: Database, activity: Activity) => moveByPostcode(db, config, activity))
}
