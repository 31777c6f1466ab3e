/**
 * When officers can be met in the demonstration: a venue and a time, planned ahead like everywhere.
 */
import { CENTRAL_LIBRARY, LIBRARY, NAVENBY_VENUE, ONE_NK, VILLAGE_HALL, WADDINGTON_HALL } from './meeting-places.ts'

export interface PlannedPresence {
  team: string
  by: string
  place: string
  /** Planned so many days before today. */
  ago: number
  /** Days from today, negative before it; what would be a weekend is the Monday after it. */
  days: number[]
  /** Moved on to this day of the week, 1 for Monday. */
  on?: number
  from: string
  until: string
  about: string
  /** Who says that they came, one list for each day that is over. */
  came?: string[][]
  /** Readers see the reason. */
  calledOff?: string
}

const HEATH = 'Bracebridge Heath'
const WEDNESDAY = 3
const PAST_WEEKS = [-37, -30, -23, -16, -9]
const WEEKS_AHEAD = [2, 9, 16, 23]

export const PLANNED_PRESENCES: readonly PlannedPresence[] = [
  {
    team: HEATH,
    by: 'anita-cole',
    place: LIBRARY,
    ago: 41,
    days: PAST_WEEKS,
    on: WEDNESDAY,
    from: '10:00',
    until: '11:00',
    about: 'Coffee and a chat, every week. Bring your questions, or just yourself.',
    came: [
      ['margaret', 'fatima', 'arthur'],
      ['margaret', 'gill', 'lena', 'vera'],
      ['arthur', 'wheels'],
      ['margaret', 'fatima', 'ruth', 'bex', 'priya'],
      ['gill', 'ruth', 'arthur', 'ken', 'lena', 'margaret'],
    ],
  },
  {
    team: HEATH,
    by: 'anita-cole',
    place: LIBRARY,
    ago: 3,
    days: WEEKS_AHEAD,
    on: WEDNESDAY,
    from: '10:00',
    until: '11:00',
    about: 'Coffee and a chat, every week. Bring your questions, or just yourself.',
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    place: VILLAGE_HALL,
    ago: 13,
    days: [2, 16],
    from: '17:30',
    until: '19:00',
    about: 'Our surgery. Come with anything; we have a small room for what is private.',
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    place: WADDINGTON_HALL,
    ago: 8,
    days: [3],
    from: '09:30',
    until: '11:30',
    about: 'Rural crime: bring the serial numbers of your tools and we put them on the register.',
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    place: WADDINGTON_HALL,
    ago: 6,
    days: [1],
    from: '18:30',
    until: '20:00',
    about: 'Speeding on the A15: what we measured, and what comes next.',
    calledOff: 'The heating of the hall has failed. We take it to the surgery at the village hall instead.',
  },
  {
    team: 'Lincoln City Centre',
    by: 'megan-tripp',
    place: CENTRAL_LIBRARY,
    ago: 5,
    days: [1, 8],
    from: '14:00',
    until: '15:30',
    about: 'Scams on the phone and at the door: what to say, and when to hang up.',
  },
  {
    team: 'Hykeham Town',
    by: 'sheila-marsh',
    place: ONE_NK,
    ago: 4,
    days: [2],
    from: '16:00',
    until: '18:00',
    about: 'Bicycles marked while you wait.',
  },
  {
    team: 'Cliff Villages',
    by: 'lucy-thornhill',
    place: NAVENBY_VENUE,
    ago: 4,
    days: [4],
    from: '10:00',
    until: '12:00',
    about: 'Lorries through the villages: see the count, add your street.',
  },
]

/** The one that goes on now, at the place that is open longest. */
export const HERE_NOW = {
  team: HEATH,
  by: 'imran-adeyemi',
  place: VILLAGE_HALL,
  about: 'Bike marking, and a word about Grantham Road. No need to book.',
  came: ['tomasz', 'priya', 'nadia'],
}
