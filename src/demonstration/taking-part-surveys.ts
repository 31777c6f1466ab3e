/**
 * What the teams of the demonstration ask many: one that is closed with its results, one that is open, one among colleagues, one that waits for the sergeant.
 */
import type { QuestionWords } from '../surveys/making.ts'
import { like, say, type Said, type When } from './script.ts'

export interface PlannedAsking extends QuestionWords {
  /** How often each answer is given, in the order of the options; of a scale, of its numbers; of places, of `cells`. */
  weights: number[]
  /** Of a question about a place: rounded. */
  cells?: string[]
  /** Of one in own words: what those say who say something. */
  said?: string[]
}

export interface PlannedSurvey {
  key: string
  team: string
  by: string
  when: When
  audience: 'public' | 'staff'
  title: string
  intro: string
  areas: string[]
  /** Days from today. */
  closes: number
  questions: PlannedAsking[]
  /** Handed in to the sergeant, who publishes it, or has not yet. */
  agreed?: { by: string; when: When } | 'waits'
  /** How many residents answer, from where: their number by the part of the area, '' for not said. */
  from: Record<string, number>
  /** So many residents were busy that day: they can still answer. */
  without?: number
  /** Colleagues who answer, by key. */
  answeredBy?: string[]
  /** Typed in by somebody of the team. */
  sheets?: { by: string; channel: 'paper' | 'phone' | 'doorstep'; number: string; area: string }[]
  released?: { by: string; words: string[] }
  talk?: Said[]
}

const HEATH = 'Bracebridge Heath'
const HELEN = 'helen-marriott'
const ANITA = 'anita-cole'
const PAUL = 'paul-whitelock'
const AREAS = ['Bracebridge Heath', 'Waddington', 'Canwick', 'St John’s Park', 'RAF Waddington']

const ask = (title: string, of: Partial<PlannedAsking> & Pick<PlannedAsking, 'sort' | 'weights'>): PlannedAsking => ({
  title,
  hint: '',
  required: false,
  options: [],
  scale: null,
  ...of,
})

export const PLANNED_SURVEYS: readonly PlannedSurvey[] = [
  {
    key: 'safe',
    team: HEATH,
    by: ANITA,
    agreed: { by: HELEN, when: [44, '14:20'] },
    when: [45, '11:00'],
    audience: 'public',
    title: 'How safe is the way home?',
    intro: 'Five questions about walking home when it is dark. Nobody can see what you answered, we neither.',
    areas: AREAS,
    closes: -19,
    questions: [
      ask('How safe do you feel on your way home after dark?', {
        sort: 'scale',
        required: true,
        scale: { top: 5, low: 'Not at all safe', high: 'Very safe' },
        weights: [2, 5, 7, 6, 3],
      }),
      ask('What would help most?', {
        sort: 'one',
        options: ['Street lights', 'More of us on foot', 'Slower cars', 'A pavement', 'Nothing, it is fine'],
        weights: [7, 5, 6, 4, 3],
      }),
      ask('How do you usually come home?', {
        sort: 'several',
        hint: 'Choose all that are right',
        options: ['On foot', 'By bicycle', 'By bus', 'By car'],
        weights: [9, 5, 6, 8],
      }),
      ask('What should we do first?', {
        sort: 'rank',
        hint: '1 for what comes first',
        options: ['Be there at the hour of the last bus', 'Ask the county for lights', 'Check speed in the dark'],
        weights: [6, 4, 3],
      }),
      ask('Where is it worst?', {
        sort: 'pin',
        hint: 'Roughly. A street is enough',
        weights: [8, 7, 6, 2],
        cells: ['53.193,-0.534', '53.188,-0.531', '53.166,-0.539', '53.209,-0.516'],
      }),
      ask('Is there anything else that we should know?', {
        sort: 'words',
        weights: [],
        said: [
          'The light at the new stop makes the dark after it darker.',
          'I walk with my keys in my hand. I should like to stop doing that.',
          'It is not so bad. People say good evening.',
          'My daughter rings me until she is at the door. Every time.',
          'More police on foot, please. A car is gone before you see the face.',
          'The hedge by the bend. You have to step on the road.',
          'Thank you for asking. Nobody has in thirty years.',
        ],
      }),
    ],
    from: { 'Bracebridge Heath': 15, Waddington: 8, Canwick: 3, 'RAF Waddington': 2, '': 3 },
    sheets: [
      { by: ANITA, channel: 'paper', number: 'P-01', area: 'Bracebridge Heath' },
      { by: ANITA, channel: 'paper', number: 'P-02', area: 'Bracebridge Heath' },
      { by: ANITA, channel: 'paper', number: 'P-03', area: 'Waddington' },
      { by: ANITA, channel: 'paper', number: 'P-04', area: '' },
      { by: ANITA, channel: 'paper', number: 'P-05', area: 'Bracebridge Heath' },
      { by: 'callum-reeve', channel: 'doorstep', number: 'D-1', area: 'St John’s Park' },
    ],
    released: {
      by: HELEN,
      words: [
        'The light at the new stop makes the dark after it darker.',
        'It is not so bad. People say good evening.',
        'My daughter rings me until she is at the door. Every time.',
      ],
    },
    talk: [
      like(
        say(
          'ken',
          'A survey with a table under the picture. I have waited for this.',
          say('jo', 'And one can download it. I may quote it in the meeting.'),
        ),
        6,
        2,
      ),
      say('aisha', 'The one about the light is not mine, but it could be.', say(HELEN, 'It is one of the reasons why I look at the last bus next.')),
      say(
        'lena',
        'Why is there nothing for Canwick?',
        say(ANITA, 'Because so few answered from there that you could guess who. We keep such numbers back, for everybody.'),
      ),
    ],
  },
  {
    key: 'saturdays',
    team: HEATH,
    by: HELEN,
    when: [6, '17:00'],
    audience: 'public',
    title: 'What should we do on Saturdays?',
    intro: 'We can be out every second Saturday. Three questions, one minute.',
    areas: AREAS,
    closes: 12,
    questions: [
      ask('Where should we be?', {
        sort: 'one',
        required: true,
        options: ['By the shops', 'At the playing field', 'On Grantham Road', 'At Waddington'],
        weights: [6, 4, 3, 3],
      }),
      ask('What should we bring?', {
        sort: 'several',
        options: ['The bicycle marking kit', 'Leaflets', 'The speed gun', 'Just ourselves'],
        weights: [5, 2, 4, 3],
      }),
      ask('Anything else?', { sort: 'words', weights: [], said: ['A dog.', 'Come late, we are all at football until eleven.'] }),
    ],
    from: { 'Bracebridge Heath': 8, Waddington: 5, Canwick: 1, '': 2 },
    without: 1,
    sheets: [{ by: ANITA, channel: 'paper', number: 'S-1', area: 'Bracebridge Heath' }],
  },
  {
    key: 'vehicles',
    team: HEATH,
    by: HELEN,
    when: [4, '08:30'],
    audience: 'staff',
    title: 'Bicycles or a second car?',
    intro: 'The budget has room for one of the two. What do you need on the heath? Nobody sees who answered what.',
    areas: [],
    closes: 10,
    questions: [
      ask('Which of the two?', {
        sort: 'one',
        required: true,
        options: ['Two electric bicycles', 'A second car on weekdays', 'Neither'],
        weights: [4, 3, 1],
      }),
      ask('How often were you without a vehicle in the last month?', {
        sort: 'scale',
        scale: { top: 5, low: 'Never', high: 'Every day' },
        weights: [1, 2, 3, 1, 1],
      }),
      ask('What would you say to whoever decides?', { sort: 'words', weights: [], said: ['Try the hill with a rucksack first.'] }),
    ],
    from: {},
    answeredBy: ['imran-adeyemi', 'beth-lowther', ANITA, 'tom-ellison', 'gareth-bingham', 'ben-okafor', 'megan-tripp'],
  },
  {
    key: 'rota',
    team: 'Lincoln City Centre',
    by: PAUL,
    when: [16, '09:30'],
    audience: 'staff',
    title: 'Your shifts: what would make the biggest difference?',
    intro: 'For everybody in a neighbourhood team. Nobody sees who answered what, and the results are for all of you to read.',
    areas: [],
    closes: -5,
    questions: [
      ask('What would make the biggest difference?', {
        sort: 'one',
        required: true,
        options: ['Knowing my shifts earlier', 'Fewer nights in a row', 'Swapping without a form', 'Nothing, it is fine'],
        weights: [5, 4, 2, 1],
      }),
      ask('How often were you rung on a rest day in the last month?', {
        sort: 'scale',
        scale: { top: 5, low: 'Never', high: 'Every rest day' },
        weights: [2, 4, 3, 2, 1],
      }),
      ask('What should we know?', {
        sort: 'words',
        weights: [],
        said: [
          'I have not planned a birthday in three years.',
          'It is the fifth night. The first four are fine.',
          'My sergeant swaps anything. I wish that were the rule and not the sergeant.',
          'Ask again when something has changed.',
        ],
      }),
    ],
    from: {},
    answeredBy: [
      'imran-adeyemi',
      'beth-lowther',
      'megan-tripp',
      'zara-hussain',
      'tom-ellison',
      'ravi-nair',
      'lucy-thornhill',
      'gareth-bingham',
      'ben-okafor',
      'hannah-lister',
      'ewa-nowicka',
      'chloe-vane',
    ],
    released: {
      by: PAUL,
      words: ['I have not planned a birthday in three years.', 'My sergeant swaps anything. I wish that were the rule and not the sergeant.'],
    },
    talk: [
      say('beth-lowther', 'So it is not only me.', say('tom-ellison', 'It is all of us but one, and I know who you are.')),
      say(PAUL, 'Thank you, all twelve. You hear from me this week what follows, here and not in a canteen.'),
    ],
  },
  {
    key: 'youth',
    team: HEATH,
    by: 'imran-adeyemi',
    agreed: 'waits',
    when: [1, '10:50'],
    audience: 'public',
    title: 'Fridays: what would you come to?',
    intro: 'For everybody between eleven and eighteen. Chloe and three others wrote the questions with us.',
    areas: AREAS,
    closes: 30,
    questions: [
      ask('What would you come to?', { sort: 'several', options: ['Football under lights', 'Music', 'Games', 'Just a warm room'], weights: [] }),
      ask('Until when may you be out?', { sort: 'one', options: ['Eight', 'Nine', 'Ten', 'I would rather not say'], weights: [] }),
      ask('What have we forgotten?', { sort: 'words', weights: [] }),
    ],
    from: {},
  },
]
