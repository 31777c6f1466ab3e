/**
 * What each kind of news says: where no other words may stand, and on the page.
 */
import type { NotificationKind } from './schema.ts'

/** On the screen of a phone, which others may see. */
export const TITLES: Readonly<Record<NotificationKind, string>> = {
  answered: 'A question is answered',
  released: 'A moderator has looked at what you wrote',
  rejected: 'A moderator has looked at what you wrote',
  removed: 'A moderator has looked at what you wrote',
  restored: 'What you wrote is shown again',
  replied: 'Somebody replied to you',
  'acted-on': 'What you said was acted on',
  'appeal-decided': 'Your appeal is decided',
  moved: 'Another team looks after it now',
  'taken-up': 'A suggestion that you support was taken up',
  'task-agreed': 'Your task for helpers is decided',
  'task-refused': 'Your task for helpers is decided',
  praised: 'A colleague thanked you',
  'best-answer': 'Your answer is marked as the best one',
  'practice-used': 'A team used what you described',
  'issue-joined': 'Somebody works on it too',
  'issue-closed': 'An issue that you work on is closed',
  'help-offered': 'A colleague lends your team a hand',
  'group-invited': 'You are invited to a focus group',
  'group-called-off': 'A focus group is called off',
  'group-noted': 'The notes of your focus group are published',
  'group-moved': 'A focus group is moved',
  'group-answered': 'Somebody answered your invitation',
  'group-uninvited': 'An invitation to a focus group is taken back',
  'session-moved': 'A live session is moved',
  'session-called-off': 'A live session is called off',
  'noted-beside': 'A colleague left a note beside a conversation of your team',
  'circle-invited': 'You are invited to a circle',
  'circle-asked': 'Somebody asks to be let into a circle of yours',
  'circle-let-in': 'You are in a circle now',
  'circle-refused': 'A circle did not let you in',
  'circle-joined': 'Somebody is new in a circle of yours',
  'circle-closed': 'A circle that you are in is closed',
  commented: 'Somebody commented on your post',
  'followed-up': 'Something was done about what you wrote',
}

export interface About {
  kind: NotificationKind
  noun: 'comment' | 'post'
  /** Of a decision, or the outcome of an appeal. */
  act: string | null
  /** Whoever replied, or did it; null for somebody without a name. */
  name: string | null
  team: string | null
  /** What became of a reply since; null while it can be read. */
  since: string | null
  path: string
}

const OUTCOMES: Readonly<Record<string, string>> = {
  upheld: 'Your appeal is decided: the decision stands',
  varied: 'Your appeal is decided: the decision is changed',
  overturned: 'Your appeal is decided: the decision is undone',
}

const SENTENCES: Readonly<Record<NotificationKind, (about: About) => string>> = {
  answered: ({ path }) => (path.startsWith('/questions/') ? 'Your question is answered' : 'A question that you have too is answered'),
  released: ({ act, noun }) => (act === 'redact' ? `A moderator took parts of your ${noun} out` : `Your ${noun} is published`),
  rejected: ({ noun }) => `Your ${noun} was not published`,
  removed: ({ noun }) => `Your ${noun} was removed`,
  restored: ({ noun }) => `Your ${noun} is shown again`,
  replied: ({ name, since }) => (since === null ? `${name ?? 'Somebody'} replied to your comment` : `A reply to your comment was ${since}`),
  'acted-on': ({ team }) => `The ${team ?? ''} team acted on what you said`.replace('  ', ' '),
  'appeal-decided': ({ act }) => OUTCOMES[act ?? ''] ?? TITLES['appeal-decided'],
  moved: movedOf,
  'taken-up': ({ team }) => `A suggestion that you support is a priority of the ${team ?? ''} team now`.replace('  ', ' '),
  'task-agreed': ({ team }) => `The ${team ?? ''} team agreed to your task, and it is published`.replace('  ', ' '),
  'task-refused': ({ team }) => `The ${team ?? ''} team did not agree to your task. Read why`.replace('  ', ' '),
  praised: ({ name }) => `${name ?? 'A colleague'} thanked you`,
  'best-answer': () => TITLES['best-answer'],
  'practice-used': ({ team }) => `The ${team ?? ''} team used what you described`.replace('  ', ' '),
  'issue-joined': ({ name }) => `${name ?? 'A colleague'} works on it too`,
  'issue-closed': () => TITLES['issue-closed'],
  'help-offered': ({ name }) => `${name ?? 'A colleague'} lends your team a hand for a week`,
  'group-invited': () => TITLES['group-invited'],
  'group-called-off': () => 'A focus group to which you were coming is called off',
  'group-noted': () => TITLES['group-noted'],
  'group-moved': () => 'A focus group to which you are invited is at another time or place',
  'group-answered': ({ name, act }) => `${name ?? 'A colleague'} ${act === 'coming' ? 'comes' : 'does not come'} to your focus group`,
  'group-uninvited': () => 'Your invitation to a focus group is taken back, so you need not come',
  'session-moved': () => 'A live session in which you take part is at another time',
  'session-called-off': () => 'A live session in which you take part is called off. Its page says why',
  'noted-beside': ({ name }) => `${name ?? 'A colleague'} of another team left a staff note beside what your team looks after`,
  'circle-invited': () => TITLES['circle-invited'],
  'circle-asked': ({ name }) => `${name ?? 'A colleague'} asks to be let into a circle of yours`,
  'circle-let-in': () => TITLES['circle-let-in'],
  'circle-refused': () => 'A circle did not let you in. Its owners may have said why',
  'circle-joined': () => TITLES['circle-joined'],
  'circle-closed': () => TITLES['circle-closed'],
  commented: ({ name, since }) => (since === null ? `${name ?? 'Somebody'} commented on your post` : `A comment on your post was ${since}`),
  'followed-up': () => TITLES['followed-up'],
}

function movedOf({ team, path, act }: About): string {
  if (path.startsWith('/questions/')) return `Your question is with ${team === null ? 'another team' : `the ${team} team`} now`
  return `You follow ${team === null ? 'another team' : `the ${team} team`} now, because ${act === 'archived' ? 'the one before no longer exists' : 'the boundary changed'}`
}

export const sentenceOf = (about: About): string => SENTENCES[about.kind](about)
