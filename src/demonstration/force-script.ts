/**
 * In which words the staff network of the demonstration is written: what stands beside each post of it. All people and circles go by key.
 */
import type { Said, When } from './script.ts'

/** A post of the network, of whatever kind. */
export interface PlannedInside {
  key: string
  by: string
  when: When
  title: string
  text: string
  tags: string[]
  /** The circle in which it stands; for all staff where it is left out. */
  circle?: string
  /** Each after the one before. */
  talk?: Said[]
  /** Colleagues who say thank you. */
  thanks?: string[]
}

export interface PlannedLink extends PlannedInside {
  url: string
}

/** Its title says who is thanked. */
export interface PlannedPraise extends Omit<PlannedInside, 'title'> {
  whom: readonly ({ person: string } | { team: string })[]
}

export interface PlannedHelp extends PlannedInside {
  /** Words of the answer that helped most. */
  best?: string
}

export interface PlannedPractice extends Omit<PlannedInside, 'text'> {
  problem: string
  done: string
  result: string
  usedBy: readonly { by: string; when: When; note: string }[]
}

export interface PlannedIssue extends PlannedInside {
  /** The public post from which it was raised, by its title. */
  about?: string
  joinedBy: readonly { by: string; when: When; note: string }[]
  /** Public conversations by their titles. */
  links: readonly { by: string; when: When; title: string; note: string }[]
  closed?: { by: string; when: When; outcome: string }
}

/** Days from today, negative before it: never a weekend, never Christmas. */
export interface PlannedTime {
  days: number
  from: string
  until: string
}

export interface PlannedSession extends PlannedInside {
  time: PlannedTime
  questions: readonly { by: string; text: string; same: readonly string[]; answer?: string; passed?: string }[]
}

export interface PlannedGroup extends PlannedInside {
  time: PlannedTime
  venue: string
  places: number
  invited: readonly { who: string; answer?: 'coming' | 'not-coming' }[]
  notes?: string
}

export interface PlannedCircle {
  key: string
  kind: 'open' | 'restricted' | 'private'
  name: string
  about: string
  /** The circle of their team. */
  ofTeam?: boolean
  founder: string
  when: When
  /** Who join, or are invited and come. */
  members: readonly string[]
  /** A few words of somebody who asks to be let in, and waits. */
  asks?: { who: string; when: When; words: string }
  /** Invited by their mailboxes. */
  partners?: readonly string[]
}

/** Somebody of an organisation that is let in. */
export interface PlannedPartner {
  key: string
  name: string
  email: string
}

/** Somebody in the support circle, and who it is: that stands in this script alone. */
export interface PlannedPersona {
  key: string
  who: string
  pseudonym: string
  /** To those who look after the circle. */
  words: string
}
