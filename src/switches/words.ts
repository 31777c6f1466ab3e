/**
 * How the modes are called, and the words that a banner begins with.
 */
import type { SwitchKind } from './schema.ts'

export const SWITCH_NAMES: Readonly<Record<SwitchKind, string>> = {
  'pre-election': 'Pre-election period',
  'major-incident': 'Major incident',
}

/** Offered in the form, and meant to be changed. */
export const BANNER_WORDS: Readonly<Record<SwitchKind, string>> = {
  'pre-election': 'An election is coming. Until it is over we publish only what people need to know, and nothing that could take a side in it.',
  'major-incident': 'We are dealing with a major incident. While it lasts, a moderator looks at every comment before it appears.',
}

/** What follows from it, for whoever is about to set it. */
export const SWITCH_EFFECTS: Readonly<Record<SwitchKind, readonly string[]>> = {
  'pre-election': [
    'Posts of the kinds that you choose go out only after somebody of the press office has approved them, and nobody approves their own.',
    'That goes for corrections, and for words that a team adds when it passes such a post on.',
    'A post that comes due meanwhile without that approval goes back to its author, who is told.',
    'A banner stands on the pages of the teams, or on the whole site.',
    'It ends by itself. You can end it earlier, with a reason.',
  ],
  'major-incident': [
    'Every comment of a resident waits for a moderator. Posts of the teams and official answers go on.',
    'A banner stands on the pages of the teams, or on the whole site, and in the form for comments.',
    'It ends by itself. You can prolong it, or end it earlier, with a reason.',
    'Comments that wait when it ends go on waiting until somebody has decided them.',
  ],
}
