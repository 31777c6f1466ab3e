/**
 * What the desk of the demonstration has to decide now: at least one case in every view and of every kind. What was decided before stands in press-history.ts.
 */
import type { LookUpReason, SanctionKind } from '../accounts/schema.ts'
import type { Way } from '../appeals/policy.ts'
import type { Act, Escalation } from '../moderation/schema.ts'
import type { Choice } from '../screening/screen.ts'
import type { Authority } from '../seals/schema.ts'

/** Something that somebody said, which came to the desk. */
export interface PlannedWord {
  /** Title of the post. */
  under: string
  by: string
  /** Days before today and the time of day, UK time; or minutes before now. */
  when: readonly [ago: number, at: string] | number
  text: string
  /** What its author answered when the page asked about the words. */
  choice?: Choice
  /** Looked at with the hours of the desk: what comes in the night waits. */
  clocked?: boolean
  then: readonly PressStep[]
}

/** What happens next; in working hours, some time after what was before it, or so many minutes before now. */
export type PressStep = PressAct & { minutesAgo?: number; days?: number }

type PressAct =
  | { does: 'flag'; by: string; reason: string; note?: string }
  | { does: 'hide'; by: string; reason: string; note: string }
  | { does: 'decide'; by: string; act: Act; reason?: string; text?: string; note?: string; strike?: boolean; takeOut?: readonly string[] }
  | { does: 'claim'; by: string }
  | { does: 'note'; by: string; text: string }
  | { does: 'escalate'; by: string; to: Escalation; note: string }
  | { does: 'ask'; by: string; text: string }
  | { does: 'answer'; text: string }
  | { does: 'appeal'; text: string }
  | { does: 'hear'; by: string; way: Way; text: string; reason?: string }
  | { does: 'sanction'; by: string; kind: SanctionKind; text: string; note?: string }
  | { does: 'lift'; by: string; because: string }
  | { does: 'seal'; by: string; authority: Authority; reference: string; because: string }
  | { does: 'agree'; by: string; note: string }
  | { does: 'hand-over'; by: string; reference: string }
  | { does: 'defamation'; name: string; email: string; meaning: string; harm: string; untrue: string }
  | { does: 'tell-author'; by: string }
  | { does: 'look-up'; by: string; reason: LookUpReason; note: string }

const SAM = 'sam-carter'
const JOSIE = 'josie-osei'
const ALEX = 'alex-wray'

export const OPEN_WORDS: readonly PlannedWord[] = [
  {
    under: 'Passing horses on Heath Lane: wide and slow',
    by: 'lena',
    when: 170,
    text: 'There is a map of the bridleways at https://bridleways.example/heath, with the gates marked.',
    then: [],
  },
  {
    under: 'Sheep in the road at Nocton',
    by: 'graham',
    when: 130,
    text: 'String them up by their own bale twine, whoever left that gate open. I was late for my own sale.',
    then: [],
  },
  {
    under: 'Caravan park gates: new codes',
    by: 'dot',
    when: [1, '22:40'],
    clocked: true,
    text: 'Could not sleep, so here is a thought: a bell at the gate, like at the lock.',
    then: [],
  },
  {
    under: 'On Grantham Road this morning',
    by: 'priya',
    when: 60,
    choice: 'moderator',
    text: 'We lost a red mitten there. If you find it, ring me on 07700 900461, it is one of a pair that Grandma made.',
    then: [],
  },
  {
    under: 'Uninsured: seven cars in an afternoon',
    by: 'marek',
    when: 240,
    text: 'The eighth stands in front of the third house after the chapel, with the boat next to it. You only have to look.',
    then: [
      {
        does: 'hide',
        by: 'piotr-zielinski',
        reason: 'personal-data',
        note: 'There is one house with a boat. The family rang me about it.',
        minutesAgo: 29,
      },
    ],
  },
  {
    under: 'Scramblers on the dunes at Saltfleet',
    by: 'isobel',
    when: [10, '10:15'],
    text: 'A trench across the track would stop them, and I know a man with a digger. I am only half joking.',
    then: [{ does: 'flag', by: 'visitor', reason: 'threat', note: 'Somebody could break his neck in a trench.', days: 2 }],
  },
  {
    under: 'Shop radio: eleven shops, one call',
    by: 'sandra',
    when: 700,
    text: 'The chemist says it is always the same two sisters, and everybody on the market can tell you their names.',
    then: [
      { does: 'flag', by: 'visitor', reason: 'personal-data', note: 'It is a small market.', minutesAgo: 41 },
      { does: 'claim', by: ALEX, minutesAgo: 25 },
      {
        does: 'note',
        by: ALEX,
        text: 'I have asked PC Storr whether the two can be recognised from this. She rings back within the hour.',
        minutesAgo: 18,
      },
    ],
  },
  {
    under: 'Two arrests after a break-in on Brant Road',
    by: 'yusuf',
    when: 1300,
    text: 'Is one of them the man from the trial in the spring? He had a taxi of mine to court and told me everything.',
    then: [
      { does: 'flag', by: 'visitor', reason: 'active-proceedings', minutesAgo: 38 },
      {
        does: 'escalate',
        by: JOSIE,
        to: 'legal',
        note: 'Two men are charged. Does this say who one of them is? Please tell us today whether it can stay.',
        minutesAgo: 22,
      },
    ],
  },
  {
    under: 'Speed watch: six places in the next training',
    by: 'ruth',
    when: 1150,
    text: 'On the way to the training there is a white house where the front door has stood open since Sunday.',
    then: [
      { does: 'flag', by: 'visitor', reason: 'personal-data', note: 'That tells everybody which house to walk into.', minutesAgo: 33 },
      {
        does: 'ask',
        by: JOSIE,
        text: 'Before we decide about your comment we would like to understand it better. Have you told anybody about the door? And could a stranger find the house with what you wrote?',
        minutesAgo: 14,
      },
    ],
  },
  {
    under: 'Slow to answer: what went wrong last week, and what changes',
    by: 'hannah',
    when: 215,
    choice: 'moderator',
    text: 'Still waiting for the call back about the diesel. Ring the yard on 01632 960274, after the horses are fed.',
    then: [
      {
        does: 'ask',
        by: SAM,
        text: 'Your comment holds a phone number. Is it your own, and do you want everybody to be able to read it?',
        minutesAgo: 180,
      },
      {
        does: 'answer',
        text: 'It is the number of the yard and it stands on our gate. But take it out if you like, PC Lowther has it now.',
        minutesAgo: 33,
      },
    ],
  },
  {
    under: 'Where is it too fast? We borrow a good idea',
    by: 'norman',
    when: [3, '09:40'],
    text: 'The haulier at the bottom of the hill tells his drivers to ignore the limit. He has said so in the pub, twice.',
    then: [
      {
        does: 'defamation',
        name: 'Percival Drayman',
        email: 'office@drayman-haulage.example',
        meaning: 'That I order my drivers to break the law.',
        harm: 'There is one haulier at the bottom of the hill. Two customers have asked me about it.',
        untrue: 'I have never said so. Our drivers have the limit in writing, and the trackers show that they keep to it.',
        days: 1,
      },
      { does: 'tell-author', by: SAM },
    ],
  },
  {
    under: 'Cycle racks at the station: a camera, and marking every month',
    by: 'wheels',
    when: 160,
    choice: 'moderator',
    text: 'I want to make a complaint about the officer at the front desk on Monday. He was rude to me and would not give his name.',
    then: [],
  },
  {
    under: 'Trailers gone from two fields: check your hitch locks',
    by: 'anon',
    when: [6, '18:20'],
    text: 'Next time I see that van, the driver gets my walking stick across his nose.',
    then: [
      { does: 'decide', by: JOSIE, act: 'reject', reason: 'threat', strike: true, note: 'The third of its kind in a month.' },
      {
        does: 'sanction',
        by: JOSIE,
        kind: 'suspend',
        text: 'You threatened to hurt somebody. You were asked before to stop. You can read everything, and appeal.',
        note: 'Told the team as well: somebody will speak to him.',
        minutesAgo: 150,
      },
      {
        does: 'seal',
        by: ALEX,
        authority: 'standards',
        reference: 'PSD 2217',
        because: 'A complaint says that an officer knew of the threat and did nothing. The words must stay as they are.',
        minutesAgo: 95,
      },
    ],
  },
  {
    under: 'Catalytic converters: three in a week along Sleaford Road',
    by: 'dave',
    when: [11, '17:30'],
    text: 'If I find one of them under my car he will go home without his trousers.',
    then: [
      { does: 'flag', by: 'visitor', reason: 'threat' },
      { does: 'decide', by: JOSIE, act: 'remove', reason: 'threat', strike: true },
      {
        does: 'appeal',
        text: 'It was about trousers. Nobody who knows me would think that I would hurt anybody, and my car is too low for anyone to get under. Please look again.',
        minutesAgo: 1500,
      },
    ],
  },
  {
    under: 'Electric scooters: what is allowed here, in five lines',
    by: 'ruth',
    when: [9, '16:10'],
    text: 'The grandson from the old bakery is out on his every night without a light. Somebody should have a word.',
    then: [
      { does: 'flag', by: 'visitor', reason: 'personal-data', note: 'There is one old bakery, and one grandson.' },
      { does: 'decide', by: JOSIE, act: 'remove', reason: 'personal-data' },
      {
        does: 'look-up',
        by: JOSIE,
        reason: 'impersonation',
        note: 'Somebody rang and said that she was Ruth Ashby and had not written this. The address is hers.',
        days: 1,
      },
    ],
  },
]

/** The others of the desk: what colleagues ask for. */
export const PLANNED_REQUESTS = [
  {
    under: 'Trailers gone from two fields: check your hitch locks',
    by: 'helen-marriott',
    kind: 'legal-lock',
    note: 'We arrested a man for the trailers this morning, and people have begun to guess who it is. Please lock the conversation before they get there.',
    minutesAgo: 35,
  },
  {
    under: 'Market day: three purses in one morning',
    by: 'amy-storr',
    kind: 'close',
    note: 'It has been answered, and now they talk about parking. Could it be closed until the end of the month?',
    minutesAgo: 190,
  },
] as const

/** In no month of the demonstration does it hold: no visitor should meet its banner. */
export const ELECTION = {
  teams: ['Lincoln City Centre', 'Boston Town Centre'],
  kinds: ['outcome', 'update'],
  banner: 'There are elections on the first Thursday in May. Until then we publish only what cannot wait, so that nobody gains from it.',
  because: 'Guidance for the police before elections. Agreed with both council areas.',
} as const

export const INCIDENT = {
  /** Nobody has said anything there, so nobody had to wait. */
  teams: ['Mablethorpe', 'Ingoldmells and Chapel St. Leonards'],
  ago: 31,
  from: '15:10',
  until: '21:30',
  banner: 'High tide is expected on the coast at 6pm. Please keep away from the promenade. In an emergency ring 999.',
  because: 'Tidal surge warning for the coast.',
  ended: 'The tide has turned and the promenade is open again.',
} as const
