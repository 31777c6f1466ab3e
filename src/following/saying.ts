/** How following is said on pages and in mails. */
import { sayHour } from '../text/dates.ts'
import type { Rhythm } from './schema.ts'
import type { Thing } from './subject.ts'

const RHYTHM_WORDS: Record<Rhythm, string> = {
  instant: 'As it happens',
  daily: 'Once a day, at 7am',
  weekly: 'Once a week, on Friday at 7am',
}

export const sayRhythm = (rhythm: Rhythm): string => RHYTHM_WORDS[rhythm]

/** "the Bracebridge Heath team", to follow "Follow" or "You follow". */
export function sayThing({ kind, name }: Thing): string {
  if (kind === 'team') return `the ${name}`
  if (kind === 'conversation') return `“${name}”`
  return kind === 'place' ? name : name.charAt(0).toLowerCase() + name.slice(1)
}

/** What its followers are told. */
export function sayNews({ kind }: Thing): string {
  if (kind === 'conversation') return 'You hear of new comments, and of what changes in the post.'
  if (kind === 'place') return 'You hear when opening hours change, when officers can be met there, and of new comments.'
  return 'You hear of new posts, and of what changes in them.'
}

export const sayQuiet = (from: number, until: number): string => `from ${sayHour(from)} until ${sayHour(until)}`
