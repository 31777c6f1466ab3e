/**
 * What this room adds to the page of a case, what follows from two people's agreement, and what it hears of.
 */
import { onActivity } from '../activity/activity.ts'
import { addPanel } from '../moderation/panels.ts'
import { onAgreement } from '../proposals/proposal.ts'
import { keepWithdrawn, openingAgreed } from './copy.ts'
import { sealPanel, type SealPanel } from './panel.ts'
import { liftingAgreed, sealAgreed } from './seal.ts'

declare module '../moderation/panels.ts' {
  interface CasePanels {
    seal: SealPanel
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerSeals(): void {
  addPanel('seal', sealPanel)
  onAgreement('seal', sealAgreed)
  onAgreement('lift-seal', liftingAgreed)
  onAgreement('open-sealed', openingAgreed)
  onActivity('comment.withdrawn', keepWithdrawn)
  onActivity('post.withdrawn', keepWithdrawn)
}
