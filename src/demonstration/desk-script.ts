/**
 * Posts of every kind and drafts in every state, for the desk of the demonstration.
 */
import type { DraftForm, PostKind } from '../posts/schema.ts'
import type { Picture } from './pictures.ts'
import { say, type Said } from './script.ts'

/** A day so many days from today, negative before it, as a form has it: "2031-05-17". */
export type Day = (days: number) => string

export interface PlannedDraft {
  team: string
  by: string
  kind: PostKind
  /** Days before today, and the time of day. */
  ago: number
  at: string
  form: (day: Day) => DraftForm
  /** `covered`: hard to look at, so readers ask for it. */
  photos?: { picture: Picture; alt: string; lookedAt?: boolean; covered?: boolean }[]
  leaflet?: { title: string; lines: string[] }
  alsoFor?: string[]
  wholeForce?: boolean
  /** How far it has come. Whoever approves or sends back is named with it. */
  end:
    | { state: 'draft' | 'submitted' | 'published' | 'discarded' }
    | { state: 'returned'; by: string; note: string; suggestion?: DraftForm }
    | { state: 'approved'; by: string }
    | { state: 'scheduled'; days: number; time: string }
    | { state: 'agreed'; by: string; lock?: boolean }
  pinned?: boolean
  repost?: { team: string; by: string; line: string }
  /** All photos go: the person is traced. */
  traced?: { by: string; because: string }
  talk?: Said[]
  note?: { by: string; text: string }
}

const HEATH = 'Bracebridge Heath'

export const PLANNED_DRAFTS: readonly PlannedDraft[] = [
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'update',
    ago: 1,
    at: '16:20',
    form: () => ({
      title: '',
      body: 'Forty bicycles marked at the village hall this afternoon. The marking kit is at the library on Saturday too, from ten. Bring the bicycle and something with your name on it.',
      tags: 'cycling, bike marking',
    }),
    photos: [
      { picture: 'bicycle', alt: 'A teal bicycle leaning against the brick wall of the village hall.', lookedAt: true },
      { picture: 'rack', alt: 'Two bicycles in the rack by the road, waiting to be marked.', lookedAt: true },
    ],
    leaflet: {
      title: 'How to register a bicycle',
      lines: ['How to register a bicycle', '', '1. Find the number under the frame.', '2. Photograph it.', '3. Keep both with your papers.'],
    },
    end: { state: 'published' },
    pinned: true,
    repost: { team: 'Lincoln Bracebridge', by: 'tom-ellison', line: 'Open to our side of the hill as well: the hall is ten minutes by bicycle.' },
    talk: [
      say('tomasz', 'Did mine in four minutes. Thank you.', say('imran-adeyemi', 'Best queue of the year. See you on the road.')),
      say('priya', 'Is a child’s bike worth it?'),
    ],
    note: {
      by: 'anita-cole',
      text: 'Priya asked whether a child’s bike is worth marking. Yes: two were found by their mark this year. Could somebody say so there?',
    },
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'update',
    ago: 7,
    at: '12:20',
    form: () => ({
      title: 'What a car door does to a bicycle',
      near: 'Cross O’Cliff Hill',
      'near-postcode': 'LN5 8RP',
      body: 'The rider walked away with a sore wrist and her permission to show you the wheel. Open the door with the far hand: it turns you round, and you see who is coming.',
      tags: 'cycling, road safety',
    }),
    photos: [{ picture: 'bent', alt: 'A bicycle whose front wheel is folded, on the road beside an open car door.', lookedAt: true, covered: true }],
    end: { state: 'published' },
    talk: [say('tomasz', 'That wheel could have been mine in October. Far hand, please, everybody.')],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'appeal',
    ago: 9,
    at: '11:30',
    form: (day) => ({
      title: 'Did you see a white van by the allotments?',
      near: 'The allotments off Grantham Road',
      'near-postcode': 'LN4 2ZB',
      body: 'Tools were taken from two sheds. We would like to speak to anybody who saw a white van parked by the allotment gate, or has a camera that looks onto Grantham Road.',
      tags: 'burglary, appeal',
      'what-for': 'witnesses',
      when: 'Saturday night, between 11pm and 2am',
      where: 'The allotments off Grantham Road',
      reference: '31000482115',
      expires: day(19),
    }),
    photos: [{ picture: 'street', alt: 'Two houses and the road in front of the allotments, drawn. The van stood on the left.', lookedAt: true }],
    end: { state: 'agreed', by: 'sam-carter' },
    talk: [
      say(
        'brian',
        'My doorbell camera looks that way. I will ring 101 with the times.',
        say('imran-adeyemi', 'Thank you. Please do not post the pictures here.'),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    kind: 'appeal',
    ago: 24,
    at: '09:00',
    form: () => ({
      title: 'Missing from Waddington: please look out for a man in a grey coat',
      body: 'He is 78 and may be confused. He likes to walk by the airfield. If you see him now, ring 999.',
      tags: 'missing',
      'what-for': 'missing',
      when: 'Since Tuesday morning',
      where: 'Waddington and the paths by the airfield',
      reference: '31000466201',
    }),
    photos: [{ picture: 'figure', alt: 'An outline of a man’s head and shoulders, in place of a photograph.', lookedAt: true }],
    end: { state: 'agreed', by: 'josie-osei' },
    traced: { by: 'helen-marriott', because: 'He was found safe and well. Thank you to everybody who looked.' },
  },
  {
    team: 'Lincoln City Centre',
    by: 'zara-hussain',
    kind: 'arrest',
    ago: 3,
    at: '13:10',
    form: (day) => ({
      stage: 'arrest',
      gender: 'man',
      age: '34',
      'home-town': 'Lincoln',
      nature: 'Theft from shops',
      'offence-date': day(-5),
      'offence-place': 'the High Street, Lincoln',
      'arrest-date': day(-4),
      status: 'bail',
      'bail-date': day(24),
      lock: 'yes',
      'lock-review': day(30),
    }),
    end: { state: 'agreed', by: 'sam-carter', lock: true },
  },
  {
    team: 'Boston Town Centre',
    by: 'piotr-zielinski',
    kind: 'arrest',
    ago: 6,
    at: '15:40',
    form: (day) => ({
      stage: 'charge',
      gender: 'man',
      age: '41',
      'home-town': 'Boston',
      name: 'Alaric Quell',
      'offence-date': day(-12),
      'offence-place': 'the market place, Boston',
      'arrest-date': day(-8),
      status: 'custody',
      'charged-with': 'two counts of burglary',
      'charge-date': day(-7),
      court: 'Boston Magistrates’ Court',
      'court-date': day(-6),
      lock: 'yes',
      'lock-review': day(60),
    }),
    end: { state: 'agreed', by: 'josie-osei', lock: true },
  },
  {
    team: 'Skegness',
    by: 'chloe-vane',
    kind: 'court',
    ago: 8,
    at: '17:00',
    form: (day) => ({
      title: 'Eight months for the man who broke into beach huts',
      body: 'He admitted eleven burglaries along the front. The judge spoke of the trouble that he had caused to families who had saved for years for a hut.',
      tags: 'burglary, court',
      court: 'Lincoln Crown Court',
      'hearing-date': day(-9),
      result: 'sentenced',
    }),
    end: { state: 'agreed', by: 'sam-carter' },
  },
  {
    team: HEATH,
    by: 'anita-cole',
    kind: 'advice',
    ago: 12,
    at: '10:00',
    form: () => ({
      title: 'Going away for Christmas? Five things before you lock the door',
      body: 'Most burglaries here happen between four and seven in the evening, at houses that look empty.',
      tags: 'burglary, advice',
      steps:
        'Put a lamp on a timer\nAsk a neighbour to take the post in\nLock the side gate\nKeep keys away from the letter box\nDo not say online that you are away',
      'more-help': 'https://www.police.uk/advice/advice-and-information/',
    }),
    alsoFor: [],
    end: { state: 'published' },
    repost: { team: 'Cliff Villages', by: 'gareth-bingham', line: 'The same holds for our villages. Ask me for a timer: I have a box of them.' },
  },
  {
    team: HEATH,
    by: 'callum-reeve',
    kind: 'found-property',
    ago: 2,
    at: '12:45',
    form: (day) => ({
      title: 'Keys found by the bus stop',
      near: 'London Road, by the bus stop',
      'near-postcode': 'LN4 2LD',
      body: 'Tell us what else hangs on the ring and they are yours.',
      tags: 'found',
      item: 'A ring with three keys',
      'found-on': day(-3),
      where: 'The bus stop on London Road',
      reference: 'FP 2217',
      expires: day(26),
    }),
    photos: [
      { picture: 'keys', alt: 'A ring with three keys, two of them green. A fourth thing on the ring is left out of the picture.', lookedAt: true },
    ],
    end: { state: 'published' },
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    kind: 'outcome',
    ago: 5,
    at: '09:20',
    form: () => ({
      title: 'The crossing by the school has its lights back',
      near: 'The crossing by the primary school',
      'near-postcode': 'LN4 2ZE',
      body: '',
      tags: 'roads, school',
      'you-said': 'The crossing lights had been out for three weeks, and cars did not stop.',
      'we-did': 'We stood there each morning, sent the county our count of near misses, and the lights were mended on Monday.',
    }),
    end: { state: 'published' },
  },
  {
    team: 'Sleaford Rural North',
    by: 'will-harrod',
    kind: 'found-property',
    ago: 60,
    at: '14:00',
    form: (day) => ({
      title: 'A child’s scooter, found by the mill',
      body: 'Blue, with a basket. Tell us what was in the basket.',
      tags: 'found',
      item: 'A child’s scooter',
      'found-on': day(-61),
      where: 'The mill path',
      expires: day(-32),
    }),
    end: { state: 'published' },
  },
  {
    team: 'Lincoln City Centre',
    by: 'sam-carter',
    kind: 'update',
    ago: 4,
    at: '08:30',
    form: () => ({
      title: 'Christmas market: how we look after it, and where to find us',
      body: 'From Thursday there are officers at every gate, and a tent at the castle square for lost children and lost bags.\n\nThe park and ride runs until ten. Please leave glass at home.',
      tags: 'christmas market',
    }),
    wholeForce: true,
    end: { state: 'published' },
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'update',
    ago: 0,
    at: '09:10',
    form: () => ({ title: 'Speed Watch needs two more people on', body: 'We have the kit and the training. What we do not have is' }),
    end: { state: 'draft' },
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'appeal',
    ago: 1,
    at: '17:50',
    form: () => ({
      title: 'Who damaged the bus shelter?',
      body: 'All four panes were broken on Sunday evening. If you were on the last bus you may have seen it.',
      tags: 'damage',
      'what-for': 'witnesses',
      when: 'Sunday evening, about 9pm',
      where: 'The shelter on London Road',
      reference: '31000491177',
    }),
    photos: [{ picture: 'street', alt: 'The road by the shelter, drawn.' }],
    end: { state: 'submitted' },
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    kind: 'appeal',
    ago: 2,
    at: '18:30',
    form: () => ({
      title: 'Yobs wreck the playing field again',
      body: 'The goal posts are broken. We know who you are.',
      tags: 'damage',
      'what-for': 'witnesses',
      when: 'Friday night',
      where: 'The playing field',
    }),
    end: {
      state: 'returned',
      by: 'josie-osei',
      note: 'We do not call people names, and we do not know who it was yet. Say what you need from readers.',
      suggestion: {
        title: 'Goal posts broken on the playing field: did you see anything?',
        body: 'The goal posts on the playing field were broken on Friday night. If you walked past after eight, please tell us what you saw.',
      },
    },
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    kind: 'court',
    ago: 1,
    at: '15:15',
    form: (day) => ({
      title: 'Fined for hare coursing at Canwick',
      body: 'A man was fined after he was caught with two dogs on land where he had no business. The dogs have a new home.',
      tags: 'rural crime, court',
      court: 'Lincoln Magistrates’ Court',
      'hearing-date': day(-2),
      result: 'sentenced',
    }),
    end: { state: 'approved', by: 'sam-carter' },
  },
  {
    team: HEATH,
    by: 'anita-cole',
    kind: 'advice',
    ago: 1,
    at: '14:00',
    form: () => ({
      title: 'Parcels on the doorstep: three ways to keep them',
      body: 'December is when parcels go missing.',
      tags: 'advice',
      steps: 'Choose a time when you are in\nName a neighbour\nUse the locker at the shop',
    }),
    end: { state: 'scheduled', days: 3, time: '08:00' },
  },
  {
    team: HEATH,
    by: 'callum-reeve',
    kind: 'outcome',
    ago: 1,
    at: '11:20',
    form: () => ({
      title: 'Youth club open again on Fridays',
      body: '',
      tags: 'young people',
      'you-said': 'There is nothing to do on Fridays.',
      'we-did': 'The hall is open from six to nine, and two of us are there every week.',
    }),
    end: { state: 'submitted' },
  },
]
