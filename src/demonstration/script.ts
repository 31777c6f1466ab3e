/**
 * The words in which the demonstration is written: posts, what is said under them, and what becomes of it.
 */

export interface PlannedPost {
  /** Name of the team. */
  team: string
  /** Key of whoever publishes it. */
  by: string
  /** Days before today, and the time of day, UK time. */
  ago: number
  at: string
  title: string
  tags: string[]
  text: string
  /** Roughly where it is about, as readers see it, and a postcode near there. */
  near?: readonly [label: string, postcode: string]
  talk?: Said[]
  /** Minutes between one comment and the next, where they come more slowly than elsewhere. */
  pace?: number
  /** How many people react to the post itself. */
  liked?: number
  correction?: { hours: number; by: string; title?: string; text: string; note: string }
  withdrawal?: { hours: number; by: string; because: string }
  flags?: Told[]
  mode?: PlannedMode
}

/** A way in which a conversation is not open. It begins so many hours after the post. */
export interface PlannedMode {
  hours: number
  mode: 'held' | 'closed' | 'legal-lock' | 'archived'
  reason: string
  trigger?: 'arrest' | 'charge'
  /** Days from today. */
  endsIn?: number
}

export interface Said {
  by: string
  text: string
  replies: Said[]
  /** Minutes before now, instead of some time after what it follows. */
  minutesAgo?: number
  fate?: Fate
  /** Helpful, thank you, same here. */
  liked?: readonly [number, number, number]
}

/** Somebody tells a moderator: a resident by key, or a visitor. */
export interface Told {
  by: string
  reason: string
  note?: string
  minutesAgo?: number
}

export type Fate =
  /** Held by rule, then released. */
  | { kind: 'released' }
  /** Held by rule, and nobody has looked yet. */
  | { kind: 'waiting' }
  | { kind: 'rejected'; reason: string; text?: string; note?: string }
  | { kind: 'edited'; text: string }
  | { kind: 'withdrawn' }
  | { kind: 'unnamed' }
  /** Flagged, and open in the queue. Three flags hide it. */
  | { kind: 'flagged'; flags: Told[] }
  | { kind: 'removed'; flags: Told[]; reason: string; text?: string; note?: string }
  | { kind: 'kept'; flags: Told[]; note: string }
  /** Hidden by three flags; came back after a day because nobody had decided, and was kept later. */
  | { kind: 'reverted'; flags: Told[]; note: string }

/** Days before today, and the time of day. */
export type When = readonly [ago: number, at: string]

/** Posts of one team. */
export const postsOf = (team: string, planned: Omit<PlannedPost, 'team'>[]): PlannedPost[] => planned.map((post) => ({ team, ...post }))

export const say = (by: string, text: string, ...replies: Said[]): Said => ({ by, text, replies })

export const become = (said: Said, fate: Fate): Said => ({ ...said, fate })

export const like = (said: Said, helpful: number, thanks = 0, same = 0): Said => ({ ...said, liked: [helpful, thanks, same] })

export const recently = (said: Said, minutesAgo: number): Said => ({ ...said, minutesAgo })

/** Every answer answers the one before. */
export function chain(...said: Said[]): Said {
  const [first, ...rest] = said
  if (!first) throw new Error('a chain needs somebody to begin it')
  return rest.length === 0 ? first : { ...first, replies: [...first.replies, chain(...rest)] }
}

/** Lines are broken here for whoever reads the script; on the page a paragraph is one line, and a list stays a list. */
export const unwrap = (text: string): string =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split('\n').map((line) => line.trim()))
    .map((lines) => lines.join(lines.some((line) => line.startsWith('- ') || line.startsWith('#')) ? '\n' : ' '))
    .join('\n\n')
