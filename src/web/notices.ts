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
  sent: 'Your message is sent.',
  noted: 'Your note is kept. Only staff can read it.',
  'reply-saved': 'The saved reply is kept.',
  'reply-retired': 'The saved reply is removed.',
  held: 'Thank you. A moderator will look at your comment before it appears. You can follow it under “Your comments”.',
  edited: 'Your changes are saved.',
  withdrawn: 'Your comment is withdrawn.',
  unnamed: 'Your name is no longer shown with that comment.',
  reacted: 'Your reaction is counted.',
  unreacted: 'Your reaction is taken back.',
  flagged: 'Thank you for telling us. A moderator will look at it.',
  'post-published': 'Your post is published.',
  'post-corrected': 'The correction is published. The earlier version stays readable.',
  'draft-saved': 'Your draft is saved. Nobody else sees it as finished until you hand it in or publish it.',
  'draft-submitted': 'It is handed in. A second person looks at it before it goes out.',
  'draft-returned': 'It is sent back to its author, with your note.',
  'draft-approved': 'It is approved. The team can publish it.',
  'draft-reopened': 'It is with you again. An approval that it had is void.',
  'draft-scheduled': 'It goes out by itself at the time that you chose.',
  'draft-unscheduled': 'It no longer goes out by itself.',
  'draft-discarded': 'The draft is thrown away.',
  'draft-adopted': 'The suggested words are in your draft. Look at them once more, then hand it in.',
  reposted: 'It stands on the team’s page now, with your line.',
  'repost-taken': 'It no longer stands on the team’s page.',
  pinned: 'It stands first on the team’s page now.',
  unpinned: 'It stands in its place by date again.',
  'photos-removed': 'The photos are gone, and the post says why.',
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
