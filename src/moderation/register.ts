/**
 * What follows for the desk from what happens elsewhere, in the same transaction.
 */
import { onActivity } from '../activity/activity.ts'
import { noteChange, openCaseForHeld } from './case.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerModeration(): void {
  onActivity('comment.held', openCaseForHeld)
  onActivity('comment.edited', noteChange)
  onActivity('comment.withdrawn', noteChange)
  onActivity('post.corrected', noteChange)
  onActivity('post.withdrawn', noteChange)
}
