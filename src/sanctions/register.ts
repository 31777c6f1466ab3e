/**
 * What this room adds to the page of a case, and what it hears of.
 */
import { addPanel } from '../moderation/panels.ts'
import { onAgreement } from '../proposals/proposal.ts'
import { authorPanel, type AuthorPanel } from './panel.ts'
import { suspendOnAgreement } from './suspension.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    author: AuthorPanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerSanctions(): void {
  addPanel('author', authorPanel)
  onAgreement('suspend', suspendOnAgreement)
}
