/**
 * What follows for questions from what happens elsewhere, in the same transaction.
 */
import { onActivity } from '../activity/activity.ts'
import { replyElsewhere } from '../conversations/side.ts'
import { followAbsence } from './cover.ts'
import { answerPlace } from './from-note.ts'
import { reopenAnswerless } from './lost.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerQuestions(): void {
  replyElsewhere(answerPlace)
  onActivity('staff.absent', followAbsence)
  onActivity('comment.withdrawn', reopenAnswerless)
  onActivity('comment.removed', reopenAnswerless)
}
