/**
 * What a page says once, after a form did its work. The address carries a word, never the text, so that nobody can put words on our pages.
 */
const NOTICES = {
  'signed-in': 'You are signed in.',
  'signed-out': 'You are signed out.',
  'signed-out-everywhere': 'You are signed out on all your devices.',
  'session-ended': 'That device is signed out.',
  named: 'Your display name is saved.',
  commented: 'Your comment is published.',
  held: 'Thank you. A moderator will look at your comment before it appears. You can follow it under “Your comments”.',
  edited: 'Your changes are saved.',
  withdrawn: 'Your comment is withdrawn.',
  unnamed: 'Your name is no longer shown with that comment.',
  reacted: 'Your reaction is counted.',
  unreacted: 'Your reaction is taken back.',
  flagged: 'Thank you for telling us. A moderator will look at it.',
  'post-published': 'Your post is published.',
  'post-corrected': 'The correction is published. The earlier version stays readable.',
  'post-withdrawn': 'The post is withdrawn. A notice stays in its place.',
  kept: 'The decision is made and logged. The item stays as it is.',
  decided: 'The decision is made and logged. The author will be told.',
  'person-saved': 'The name is saved.',
  'role-proposed': 'The role is proposed. Another administrator has to confirm it.',
  'role-confirmed': 'The role is confirmed and in force.',
  'role-ended': 'The role has ended.',
  'team-saved': 'The team is saved.',
  'officer-saved': 'The team’s people are saved.',
} as const
export type Notice = keyof typeof NOTICES

export function noticeOf(query: unknown): Notice | null {
  const done = typeof query === 'object' && query !== null ? (query as Record<string, unknown>)['done'] : undefined
  return typeof done === 'string' && Object.hasOwn(NOTICES, done) ? (done as Notice) : null
}

export const sayNotice = (notice: Notice | null): string | null => notice && NOTICES[notice]
