/**
 * What this room adds to the page of a case, and what it hears of.
 */
import { addPanel } from '../moderation/panels.ts'
import { proposalPanel, type ProposalPanel } from './panel.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    proposal: ProposalPanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerProposals(): void {
  addPanel('proposal', proposalPanel)
}
