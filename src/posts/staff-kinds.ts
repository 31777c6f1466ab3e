/**
 * The kinds that only the staff network has. Their own rooms make, change and show them; nothing public offers or lists one.
 */
import type { Kind } from './kind.ts'
import type { StaffKind } from './schema.ts'

const inNetwork = (kind: StaffKind, name: string, hint: string): Kind => ({
  kind,
  name,
  hint,
  staff: true,
  sensitive: false,
  alone: [],
  composed: false,
  changedBy: 'This belongs to the staff network and is changed there.',
  ownWords: true,
  tags: true,
  photos: false,
  attachments: false,
  fields: [],
  expiresAfterDays: null,
  photosExpireAfterDays: null,
  offersLock: false,
  read: () => ({}),
  rows: () => [],
})

export const STAFF_KIND_OF: Readonly<Record<StaffKind, Kind>> = {
  'help-request': inNetwork('help-request', 'Help request', 'Ask colleagues; the best answer is marked'),
  link: inNetwork('link', 'Link', 'Something worth reading, with a note'),
  praise: inNetwork('praise', 'Praise', 'Say thank you to colleagues, where all can see it'),
  'good-practice': inNetwork('good-practice', 'Good practice', 'What was the problem, what was done, what came of it'),
  issue: inNetwork('issue', 'Issue', 'Who else is working on this?'),
  'focus-group': inNetwork('focus-group', 'Focus group', 'Invite people to talk something through'),
  'live-session': inNetwork('live-session', 'Live session', 'An hour of questions to somebody who leads'),
}
