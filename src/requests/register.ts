/**
 * What this room adds to the page of a case, and what it hears of.
 */
import { addPanel } from '../moderation/panels.ts'
import { requestPanel, type RequestPanel } from './panel.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    request: RequestPanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerRequests(): void {
  addPanel('request', requestPanel)
}
