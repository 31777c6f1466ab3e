/** What this room does when something happens elsewhere: an outcome that names a task is tied to it. */
import { onActivity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { sentBeside, taskBeside } from './beside.ts'
import { tieOutcome } from './outcome.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerTasks(_config: Config): void {
  onActivity('post.published', tieOutcome)
  addWordsBeside('task', taskBeside)
  addWordsBeside('task-form', sentBeside)
}
