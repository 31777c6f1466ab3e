/**
 * What follows for the desk from what happens elsewhere, in the same transaction.
 */
import { onActivity } from '../activity/activity.ts'
import { noteChange, openCaseForHeld } from './case.ts'
import { closeCaseForDraft, openCaseForDraft } from './draft-case.ts'
import { referHeld } from './referral.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerModeration(): void {
  onActivity('comment.held', openCaseForHeld)
  onActivity('comment.held', referHeld)
  onActivity('comment.edited', noteChange)
  onActivity('comment.withdrawn', noteChange)
  onActivity('post.corrected', noteChange)
  onActivity('presence.changed', noteChange)
  onActivity('post.withdrawn', noteChange)
  onActivity('draft.submitted', openCaseForDraft)
  for (const kind of ['draft.returned', 'draft.reopened', 'draft.approved', 'draft.scheduled', 'draft.published'] as const)
    onActivity(kind, closeCaseForDraft)
}
