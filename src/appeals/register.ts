/**
 * What this room adds to the page of a case, and what it hears of.
 */
import { addPanel } from '../moderation/panels.ts'
import { appealPanel, type AppealPanel } from './panel.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    appeal: AppealPanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerAppeals(): void {
  addPanel('appeal', appealPanel)
}
