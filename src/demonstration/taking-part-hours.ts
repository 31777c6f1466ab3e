/**
 * Two live hours of questions in the demonstration: one is over, one lies ahead.
 */
import type { PlannedEvent } from './taking-part-events.ts'

const HEATH = 'Bracebridge Heath'
const HELEN = 'helen-marriott'
const IMRAN = 'imran-adeyemi'
const CALLUM = 'callum-reeve'
const THURSDAY = 4

export const PLANNED_HOURS: readonly PlannedEvent[] = [
  {
    key: 'hour-over',
    team: HEATH,
    by: HELEN,
    when: [30, '12:00'],
    format: 'question-hour',
    title: 'Ask us for an hour: Thursday at seven',
    text: 'Put your question below from today, say “Same here” to those of others, and on the evening we answer from the top. What we do not reach is answered in writing.',
    tags: ['questions'],
    venue: 'Online, on this page',
    dates: { days: [-14], on: THURSDAY, from: '19:00', until: '20:00' },
    questions: [
      {
        by: 'aisha',
        text: 'Who decides where the last bus stops, and can we be there when they do?',
        support: 12,
        answer: {
          by: HELEN,
          text: 'The company decides, and the county pays for part of it. We have asked both to walk the road with us at that hour, and you may come along.',
        },
      },
      {
        by: 'sunil',
        text: 'If I ring about shop theft, what happens with it?',
        support: 9,
        answer: {
          by: IMRAN,
          text: 'You get a number within the hour and me within two days. I look at your pictures with you. Of the last ten from your road four were charged.',
        },
      },
      {
        by: 'jo',
        text: 'How many of you are on at night, between Canwick and Waddington?',
        support: 8,
        pass: {
          by: HELEN,
          because:
            'How many of us are where at night helps those who would rather we were not. What we can say: somebody always comes to a 999 call.',
        },
      },
      {
        by: 'wheels',
        text: 'Can you do something about scooters on dropped kerbs?',
        support: 6,
        answer: {
          by: CALLUM,
          text: 'We move them when we see them, and I have asked the hire company for a place to leave them. Suggest it as a priority and see who says the same.',
        },
      },
      {
        by: 'mick',
        text: 'Is it true about the cardboard constable?',
        support: 5,
        answer: { by: IMRAN, text: 'It is true. If you have him, he takes a size 48 and misses us.' },
      },
      {
        by: 'lena',
        text: 'When do I ring 101 and when do I write here?',
        support: 4,
        answer: { by: CALLUM, text: 'If it happens now: 999. If it has happened and somebody should come: 101. If it should change: here.' },
      },
      {
        by: 'brian',
        text: 'May I have my snail sign back?',
        support: 2,
        answer: { by: IMRAN, text: 'It stands in our window. Come by with proof of ownership, for example a drawing.' },
      },
    ],
  },
  {
    key: 'hour-ahead',
    team: HEATH,
    by: IMRAN,
    when: [5, '16:30'],
    format: 'question-hour',
    title: 'Ask us for an hour: after dark',
    text: 'Burglary, lights, the way home, and anything else that people ask when it is dark. Put your question below now; on the evening we begin with the one that most of you share.',
    tags: ['questions'],
    venue: 'Online, on this page',
    dates: { days: [3], from: '19:00', until: '20:00' },
    about: ['last-bus'],
    questions: [
      { by: 'bex', text: 'Do timer lights help, or do burglars know them all by now?', support: 9 },
      { by: 'tomasz', text: 'Which bicycle light is too bright? Somebody shouts at me every morning.', support: 4 },
      { by: 'vera', text: 'Somebody rang at eight in the evening and said that he was from the water board. Was he?', support: 11 },
      { by: 'nadia', text: 'Can Year 4 come and see a police car with its lights on?', support: 7 },
      { by: 'owen', text: 'Who mends the street light at the bottom of Sleaford Road? It has been out for a month.', support: 3 },
    ],
  },
]
