/**
 * What this room adds to the page of a case, and what it hears of.
 */
import { onActivity } from '../activity/activity.ts'
import { addPanel } from '../moderation/panels.ts'
import { noticePanel, type NoticePanel } from './panel.ts'
import { noteChangeOfItem } from './item-change.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    notice: NoticePanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerNotices(): void {
  addPanel('notice', noticePanel)
  for (const kind of [
    'comment.withdrawn',
    'comment.removed',
    'comment.rejected',
    'comment.edited',
    'post.withdrawn',
    'post.removed',
    'post.corrected',
  ] as const)
    onActivity(kind, noteChangeOfItem)
}
