/**
 * Who follows what in the demonstration, the alert that went out, and what the team did about something that somebody said.
 */
import type { Rhythm } from '../following/schema.ts'
import { LIBRARY } from './meeting-places.ts'

/** A team by name, a tag, the conversation under a title, a place by name, or the whole force. */
export type PlannedSubject = { team: string } | { tag: string } | { talk: string } | { place: string } | 'force'

export interface PlannedFollow {
  what: PlannedSubject
  rhythm: Rhythm
  /** Of a team. */
  postcode?: string
}

export interface PlannedFollower {
  /** Key of an account, or an address without one, which gets a link to confirm. */
  who: string
  ago: number
  at: string
  follows: PlannedFollow[]
  alerts?: boolean
  /** Whole hours. */
  quiet?: { from: number; until: number }
  /** Has not pressed the button behind the link yet. */
  waits?: boolean
}

const HEATH = 'Bracebridge Heath'
const SPEED_WATCH = 'Speed watch: six places in the next training'

export const PLANNED_FOLLOWERS: readonly PlannedFollower[] = [
  {
    who: 'ruth',
    ago: 12,
    at: '18:20',
    alerts: true,
    quiet: { from: 22, until: 7 },
    follows: [
      { what: { team: HEATH }, rhythm: 'daily', postcode: 'LN4 2LE' },
      { what: { place: LIBRARY }, rhythm: 'weekly' },
    ],
  },
  // What she sees later, and wants to hear of at once.
  { who: 'ruth', ago: 3, at: '20:05', follows: [{ what: { talk: SPEED_WATCH }, rhythm: 'instant' }] },
  { who: 'tomasz', ago: 12, at: '19:40', follows: [{ what: { tag: 'bike-marking' }, rhythm: 'instant' }] },
  { who: 'jo', ago: 11, at: '08:30', follows: [{ what: 'force', rhythm: 'weekly' }] },
  { who: 'margaret', ago: 11, at: '10:10', follows: [{ what: { place: LIBRARY }, rhythm: 'daily' }] },
  { who: 'hannah', ago: 10, at: '12:00', alerts: true, follows: [{ what: { tag: 'rural-crime' }, rhythm: 'weekly' }] },
  {
    who: 'neighbour@mail.example',
    ago: 10,
    at: '17:05',
    alerts: true,
    follows: [{ what: { team: HEATH }, rhythm: 'instant', postcode: 'LN4 2LD' }],
  },
  {
    who: 'on.the.hill@mail.example',
    ago: 9,
    at: '20:15',
    follows: [{ what: { team: 'Lincoln Bracebridge' }, rhythm: 'daily', postcode: 'LN4 2JX' }],
  },
  { who: 'parish.clerk@mail.example', ago: 9, at: '09:30', follows: [{ what: { team: HEATH }, rhythm: 'weekly' }] },
  { who: 'not.yet@mail.example', ago: 0, at: '08:10', waits: true, follows: [{ what: { tag: 'scams' }, rhythm: 'daily' }] },
]

/** When the line between two teams was drawn anew: days before today. */
export const REDRAWN = { ago: 5, at: '06:00', teams: [HEATH, 'Lincoln Bracebridge'] }

/** One of the press office proposes it, another agrees. */
export const ALERT = {
  team: HEATH,
  by: 'helen-marriott',
  ago: 2,
  at: '14:05',
  title: 'Gas leak on Grantham Road: stay indoors, keep windows shut',
  text: `
    Workmen have hit a gas main by the garage. Grantham Road is closed between the church and the garage. If you live there, stay in and keep
    doors and windows shut. Everybody else: please go another way.

    If you smell gas at home, ring 0800 111 999. In danger ring 999.`,
  tags: ['gas leak'],
  near: ['Grantham Road, between the church and the garage', 'LN4 2ZA'],
  proposedBy: 'sam-carter',
  words: 'Gas leak on Grantham Road, Bracebridge Heath. Stay indoors, keep windows shut, go another way.',
  because: 'The sergeant asks for it from the scene: the fire service wants the road empty now.',
  agreedBy: 'josie-osei',
  agreement: 'Confirmed with the control room.',
  over: {
    hours: 3,
    title: 'Gas leak on Grantham Road: it is over, the road is open',
    text: 'The leak is sealed and the road is open again. Thank you for your patience, and to whoever brought the fire crew tea.',
    note: 'The leak is over.',
  },
} as const

/** What the team did about something that the resident of the demonstration said. */
export const ACTED_ON = {
  team: HEATH,
  by: 'helen-marriott',
  ago: 1,
  at: '15:20',
  said: 'Three of the four are lit as of last night.',
  title: 'All four lights on the Viking Way are lit',
  form: {
    'you-said': 'Three of the four new lights on the Viking Way were lit, and nobody had told us about the fourth.',
    'we-did': 'We rang the county the next morning. The fourth had a broken fuse; it was mended yesterday.',
    near: 'The Viking Way, at the end of Salisbury Drive',
    'near-postcode': 'LN4 2ZD',
  },
  tags: ['street lights', 'you said'],
}
