/**
 * What follows for questions from what happens elsewhere, in the same transaction.
 */
import { onActivity } from '../activity/activity.ts'
import { followAbsence } from './cover.ts'
import { reopenAnswerless } from './lost.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerQuestions(): void {
  onActivity('staff.absent', followAbsence)
  onActivity('comment.withdrawn', reopenAnswerless)
  onActivity('comment.removed', reopenAnswerless)
}
