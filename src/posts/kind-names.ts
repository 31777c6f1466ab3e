/** The names of the kinds of posts. */

/** What only the staff network has. */
export const STAFF_KINDS = ['help-request', 'link', 'praise', 'good-practice', 'issue', 'focus-group', 'live-session'] as const
export type StaffKind = (typeof STAFF_KINDS)[number]

/** What each kind is, asks for and shows stands in `kinds.ts`. */
export const POST_KINDS = [
  'update',
  'appeal',
  'arrest',
  'court',
  'advice',
  'found-property',
  'priority',
  'outcome',
  'question',
  'presence',
  'event',
  'survey',
  'can-you-help',
  ...STAFF_KINDS,
] as const
export type PostKind = (typeof POST_KINDS)[number]
