/** What is told to followers: each kind of happening that makes a mailing, who makes the words, what stops a follower's mail, and what may still be pushed. */
import { afterActivity, onActivity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { composeWith, onRefusal } from '../mail/mail.ts'
import { onAgreement } from '../proposals/proposal.ts'
import { pushWhile } from '../push/delivery.ts'
import { doneWhen } from '../requests/request.ts'
import { alertAgreed, isProposedSince } from './alert.ts'
import { composeMails } from './compose.ts'
import { tellOfComment, tellOfCorrection, tellOfNews, tellOfOccasion, tellOfPlace, tellOfPost, tellOfPresence } from './happening.ts'
import { standingOf } from './standing.ts'
import { noteRefusal } from './stopping.ts'
import { NEWS_KINDS } from './told-news.ts'

/** Called once, while the application is put together; a second time changes nothing but the settings that the words are made with. */
export function registerMailings(config: Config): void {
  composeWith((db, mails) => composeMails(db, config, mails))
  onRefusal(noteRefusal)
  pushWhile(standingOf)
  onAgreement('alert', alertAgreed)
  doneWhen('alert', isProposedSince)
  onActivity('comment.published', tellOfComment)
  onActivity('comment.released', tellOfComment)
  afterActivity('post.published', tellOfPost)
  afterActivity('post.corrected', tellOfCorrection)
  for (const kind of ['presence.changed', 'presence.cancelled'] as const) afterActivity(kind, tellOfPresence)
  for (const kind of ['occasion.changed', 'occasion.cancelled'] as const) afterActivity(kind, tellOfOccasion)
  for (const kind of NEWS_KINDS) afterActivity(kind, tellOfNews)
  for (const kind of ['place.changed', 'place.closed'] as const) afterActivity(kind, tellOfPlace)
}
