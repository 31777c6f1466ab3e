/** What this room does when something happens elsewhere: a published priority is set, an outcome closes, what is taken down lets go, and a box ends with its team. */
import { onActivity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { actionsBeside, reviewsBeside } from './beside.ts'
import { shutBox } from './box.ts'
import { keepClosings } from './closing.ts'
import { partFrom } from './decision.ts'
import { dropPriority, keepPriority } from './founding.ts'
import { replyFrom } from './reply.ts'

/** Called once, while the application is put together; a second time changes nothing but where the site is found. */
export function registerPriorities(config: Config): void {
  replyFrom(config.publicUrl)
  addWordsBeside('priority-actions', actionsBeside)
  addWordsBeside('priority-reviews', reviewsBeside)
  for (const kind of ['post.published', 'post.corrected', 'post.restored'] as const) {
    onActivity(kind, keepPriority)
    onActivity(kind, keepClosings)
  }
  onActivity('team.archived', shutBox)
  for (const kind of ['comment.removed', 'comment.withdrawn'] as const) onActivity(kind, partFrom)
  for (const kind of ['post.withdrawn', 'post.removed'] as const) {
    onActivity(kind, dropPriority)
    onActivity(kind, keepClosings)
  }
}
