/**
 * Where the teams of the demonstration meet people: dates past and ahead, who comes, what was said and decided, and two live hours of questions.
 */
import type { Format } from '../events/schema.ts'
import { CENTRAL_LIBRARY, NAVENBY_VENUE, VILLAGE_HALL, WADDINGTON_HALL } from './meeting-places.ts'
import { PLANNED_HOURS } from './taking-part-hours.ts'
import { say, type Said, type When } from './script.ts'

/** A resident by key, a mailbox without an account, or the name of somebody who rang. */
export interface PlannedComer {
  who: string
  people?: number
  needs?: string
  /** What to call a mailbox. */
  name?: string
}

/** Days from today, negative before it; a weekend is moved to the Monday after it, unless a day of the week is said. */
export type PlannedDates =
  | { days: number[]; on?: number; from: string; until: string }
  /** The second Tuesday of each month, so often, from the first that lies ahead when it is planned. */
  | { monthly: number; from: string; until: string }

export interface PlannedNote {
  by: string
  said: string
  decided: string
  came: number
}

export interface PlannedQuestionOfHour {
  by: string
  text: string
  support: number
  answer?: { by: string; text: string }
  pass?: { by: string; because: string }
}

export interface PlannedEvent {
  key: string
  team: string
  by: string
  when: When
  format: Format
  title: string
  text: string
  tags: string[]
  /** A place by name, or words. */
  place?: string
  venue?: string
  url?: string
  dates: PlannedDates
  capacity?: number
  signUps?: boolean
  /** Keys of priorities. */
  about?: string[]
  /** For the dates that are over, the last first. */
  notes?: PlannedNote[]
  /** To the next date. */
  comers?: PlannedComer[]
  talk?: Said[]
  /** People begin to talk at once, unless it says when. */
  talkFrom?: When
  /** The date after the next: to another day and place. */
  moved?: { when: When; by: string; later: number; place: string; because: string }
  calledOff?: { when: When; by: string; because: string }
  questions?: PlannedQuestionOfHour[]
}

const HEATH = 'Bracebridge Heath'
const HELEN = 'helen-marriott'
const IMRAN = 'imran-adeyemi'
const CALLUM = 'callum-reeve'
const ANITA = 'anita-cole'

const MONTHLY: PlannedEvent = {
  key: 'monthly',
  team: HEATH,
  by: HELEN,
  when: [94, '15:00'],
  format: 'meeting',
  title: 'The heath meets its team: second Tuesday of the month',
  text: `
    Half an hour of what we did, an hour of what you want. Tea from seven. What is said and decided stands here afterwards, with the number of
    people who came.

    Children are welcome, dogs by the door.`,
  tags: ['meeting'],
  place: VILLAGE_HALL,
  dates: { monthly: 7, from: '19:00', until: '20:30' },
  capacity: 60,
  signUps: true,
  about: ['farms', 'parking'],
  notes: [
    {
      by: HELEN,
      said: 'Grantham Road took up half of the evening, and for once it was thanks. Owen asked about catalytic converters; Fatima asked whether somebody could come to the coffee morning and talk about tricks at the door.',
      decided:
        '- PCSO Cole comes to the coffee morning in the first week of each month.\n- We ask the garage to offer marking of converters at cost price.\n- The microphone is replaced before the next meeting.',
      came: 41,
    },
    {
      by: CALLUM,
      said: 'The list of what you want to read here hangs on the wall. Jo asked for numbers that can be quoted; Chloe asked for something for those under eighteen, and brought four of them.',
      decided: '- Figures come out each quarter, with how they are worked out.\n- The youth club opens on Fridays if two more grown-ups help.',
      came: 33,
    },
    {
      by: HELEN,
      said: 'Our first one. Names, faces, and what we may not talk about.',
      decided: '- We meet every month, in the same hall, on the same day.',
      came: 27,
    },
  ],
  comers: [
    { who: 'ruth' },
    { who: 'dave', people: 2 },
    { who: 'wheels', needs: 'A place at the end of a row, for the wheelchair.' },
    { who: 'arthur', people: 2, needs: 'I do not hear well. A seat near the front.' },
    { who: 'fatima', people: 3 },
    { who: 'hall.neighbour@mail.example', name: 'Jean from the flats', people: 2 },
    { who: 'new.on.the.heath@mail.example', name: 'Tom', needs: 'Is there somewhere to change a baby?' },
    { who: 'Mrs Bell, by telephone', needs: 'Somebody to walk her over the road.' },
  ],
  talkFrom: [7, '10:10'],
  talk: [
    say('gill', 'Is there tea at the beginning or at the end? Pete asks.', say(HELEN, 'From seven, and as long as it lasts.')),
    say('margaret', 'The microphone is new and works. I tried it with a poem.'),
  ],
  moved: {
    when: [4, '15:20'],
    by: HELEN,
    later: 2,
    place: WADDINGTON_HALL,
    because: 'The floor of the hall at Bracebridge Heath is being varnished that week. We come to Waddington instead, which was overdue.',
  },
}

const HEATH_EVENTS: readonly PlannedEvent[] = [
  MONTHLY,
  {
    key: 'briefing',
    team: HEATH,
    by: IMRAN,
    when: [27, '09:15'],
    format: 'street-briefing',
    title: 'Grantham Road: what we measured, outside the shops',
    text: 'Twenty minutes on the pavement: what we measured, what you see, what comes next. Bring a coat.',
    tags: ['speeding'],
    venue: 'Outside the Co-op, London Road',
    dates: { days: [-11], from: '17:00', until: '17:30' },
    about: ['speed'],
    notes: [
      {
        by: IMRAN,
        said: 'Everybody had seen the checks; two thirds had slowed down, one had bought a bicycle. The crossing by the chemist was named by nineteen people.',
        decided: '- We count at the crossing by the chemist next.\n- The engineer hears of it from us and from the parish council, in the same week.',
        came: 34,
      },
    ],
    talk: [say('sunil', 'You were outside my shop. I sold eleven coffees. Come again.'), say('ruth', 'Short, cold and useful.')],
  },
  {
    key: 'canwick',
    team: HEATH,
    by: 'beth-lowther',
    when: [3, '11:00'],
    format: 'street-briefing',
    title: 'Canwick, by the war memorial: trailers and hitch locks',
    text: 'Fifteen minutes, standing, with dogs.',
    tags: ['rural crime'],
    venue: 'By the war memorial, Canwick',
    dates: { days: [8], from: '16:00', until: '16:20' },
    about: ['farms'],
  },
  {
    key: 'called-off',
    team: HEATH,
    by: ANITA,
    when: [9, '10:00'],
    format: 'surgery',
    title: 'Tricks at the door: show us the letter, the number or the story',
    text: 'We look at it together, and you go home with somebody to ring.',
    tags: ['scams'],
    place: WADDINGTON_HALL,
    dates: { days: [4], from: '10:00', until: '11:30' },
    capacity: 20,
    signUps: true,
    comers: [{ who: 'margaret' }, { who: 'vera' }, { who: 'waddington.lane@mail.example', name: 'Joan' }],
    calledOff: {
      when: [1, '14:30'],
      by: ANITA,
      because: 'The heating of the hall is still out. We come to the library coffee morning that week instead.',
    },
  },
  {
    key: 'online',
    team: HEATH,
    by: HELEN,
    when: [8, '13:00'],
    format: 'online',
    title: 'What this year’s figures say',
    text: 'The figures of the quarter in twenty minutes, then your questions. You can watch without a camera and ask without a microphone.',
    tags: ['figures'],
    venue: 'Online',
    url: 'https://meet.lincolnshire-police.example/bracebridge-heath',
    dates: { days: [9], from: '18:30', until: '19:30' },
    capacity: 100,
    signUps: true,
    comers: [{ who: 'jo' }, { who: 'ken' }, { who: 'hannah' }, { who: 'night.shift@mail.example', name: 'Sal', needs: 'Subtitles, please.' }],
  },
  {
    key: 'first-aid',
    team: HEATH,
    by: CALLUM,
    when: [7, '09:30'],
    format: 'meeting',
    title: 'First aid at the roadside: an evening with the ambulance service',
    text: 'What to do in the minutes before they come. There are mats for twelve, so there are twelve places.',
    tags: ['safety'],
    place: VILLAGE_HALL,
    dates: { days: [6], from: '18:30', until: '20:00' },
    capacity: 12,
    signUps: true,
    comers: [
      { who: 'dave' },
      { who: 'priya' },
      { who: 'tomasz' },
      { who: 'bex', people: 2, needs: 'I bring the twins; one of us steps out when they cry.' },
      { who: 'nadia', people: 2 },
      { who: 'mick' },
      { who: 'hill.runner@mail.example', name: 'Kim', people: 2 },
      { who: 'wheels', needs: 'I shall need to be shown from a chair.' },
      { who: 'lena' },
      { who: 'steve' },
      { who: 'pat', people: 2 },
      { who: 'late.again@mail.example', name: 'Moss' },
    ],
  },
]

const OTHER_EVENTS: readonly PlannedEvent[] = [
  {
    key: 'stonebow',
    team: 'Lincoln City Centre',
    by: 'megan-tripp',
    when: [6, '11:30'],
    format: 'street-briefing',
    title: 'Ten minutes by the Stonebow',
    text: 'The station racks, the passages, the market. On the hour, three times.',
    tags: ['cycling'],
    venue: 'By the Stonebow, High Street',
    dates: { days: [7], from: '12:00', until: '14:10' },
    about: ['station-bikes'],
  },
  {
    key: 'book-corner',
    team: 'Lincoln City Centre',
    by: 'megan-tripp',
    when: [9, '10:30'],
    format: 'surgery',
    title: 'In the library: bring what worries you',
    text: 'At the table by the entrance.',
    tags: ['meeting'],
    place: CENTRAL_LIBRARY,
    dates: { days: [10], from: '11:00', until: '12:30' },
  },
  {
    key: 'navenby',
    team: 'Cliff Villages',
    by: 'owen-pask',
    when: [30, '10:45'],
    format: 'meeting',
    title: 'Lorries: an evening with three hauliers',
    text: 'They have agreed to come, which we think is decent of them. So let us be.',
    tags: ['traffic'],
    place: NAVENBY_VENUE,
    dates: { days: [-12], from: '18:30', until: '20:00' },
    capacity: 80,
    signUps: true,
    about: ['lorries'],
    notes: [
      {
        by: 'owen-pask',
        said: 'The drivers follow machines that do not know the sign. One of the three had never seen it himself; it stands behind a lime tree.',
        decided: '- The county moves the sign.\n- Two of the three change the route in their machines this week.',
        came: 52,
      },
    ],
    comers: [{ who: 'norman' }, { who: 'vera', needs: 'I bring my own chair.' }],
  },
  {
    key: 'boston',
    team: 'Boston Town Centre',
    by: 'leanne-gosling',
    when: [5, '14:00'],
    format: 'surgery',
    title: 'Ask us in four languages',
    text: 'English, Polish, Lithuanian, Portuguese. Interpreters are in the room.',
    tags: ['meeting'],
    venue: 'Boston library, first floor',
    dates: { days: [5], from: '17:00', until: '18:30' },
  },
]

export const PLANNED_EVENTS: readonly PlannedEvent[] = [...HEATH_EVENTS, ...PLANNED_HOURS, ...OTHER_EVENTS]
