/** What this room does when something happens elsewhere: what is said under a help request answers it, what is said under an issue moves it. */
import { onActivity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { showOnHome } from '../network/home.ts'
import { askOfBody, showInside } from '../network/inside.ts'
import { helpPanelOf, type HelpPanel } from './help-panel.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { linksBeside, outcomesBeside, usesBeside, workersBeside } from './beside.ts'
import { unansweredForHome } from './help-home.ts'
import { keepFirstReply, keepReplies } from './help-request.ts'
import { keepActive } from './issue-act.ts'
import { issuePanelOf, type IssuePanel } from './issue-panel.ts'
import { practicePanelOf, requireParts, type PracticePanel } from './practice.ts'

declare module '../network/inside.ts' {
  interface InsidePost {
    'help-request': HelpPanel
    'good-practice': PracticePanel
    issue: IssuePanel
  }
}

const UNSAID = ['comment.held', 'comment.hidden', 'comment.withdrawn', 'comment.rejected', 'comment.removed', 'conversation.moded'] as const
const SAID_AGAIN = ['comment.released', 'comment.restored', 'appeal.decided'] as const

/** Called once, while the application is put together; a second time changes nothing. */
export function registerTogether(_config: Config): void {
  showInside('help-request', helpPanelOf)
  showInside('good-practice', practicePanelOf)
  askOfBody('good-practice', requireParts)
  showOnHome('unanswered', 3, unansweredForHome)
  showInside('issue', issuePanelOf)
  addWordsBeside('practice-uses', usesBeside)
  addWordsBeside('issue-workers', workersBeside)
  addWordsBeside('issue-links', linksBeside)
  addWordsBeside('issue-outcomes', outcomesBeside)
  onActivity('comment.published', keepFirstReply)
  onActivity('comment.published', keepActive)
  onActivity('comment.released', keepActive)
  for (const kind of [...UNSAID, ...SAID_AGAIN]) onActivity(kind, keepReplies)
}
