/** Sanctions in words: for the desk, and for the person whom they concern. */
import type { SanctionKind } from '../accounts/schema.ts'

export interface Wording {
  name: string
  /** Said to a moderator who chooses it. */
  does: string
  /** Said to the person. */
  means: string
}

export const WORDING: Record<SanctionKind, Wording> = {
  advice: {
    name: 'Advice',
    does: 'The person is told what to do differently. Nothing is restricted.',
    means: 'Nothing is restricted. Please keep it in mind when you write.',
  },
  hold: {
    name: 'Look first',
    does: 'For 7 days everything that they write in public waits for a moderator.',
    means: 'Everything that you write in public waits for a moderator before it appears. You can read everything.',
  },
  mute: {
    name: 'No public writing',
    does: 'For 30 days they cannot write, react or ask in public. Private questions to a team and telling a moderator stay possible.',
    means:
      'You cannot write, react or ask in public. You can read everything, ask a team privately, tell a moderator about a comment, and appeal against decisions.',
  },
  suspend: {
    name: 'Suspension',
    does: 'For 90 days they cannot write at all, apart from appeals. Takes a second person of the press office.',
    means: 'You cannot write here. You can read everything, tell a moderator about a comment, answer the press office, and appeal against decisions.',
  },
}
