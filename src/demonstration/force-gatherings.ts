/**
 * Where staff of the demonstration meet whoever leads, and each other: live sessions, and focus groups with notes for all.
 */
import type { PlannedGroup, PlannedSession } from './force-script.ts'

const PAUL = 'paul-whitelock'
const IMRAN = 'imran-adeyemi'

export const PLANNED_SESSIONS: readonly PlannedSession[] = [
  {
    key: 'session-over',
    by: PAUL,
    when: [11, '09:30'],
    title: 'Ask me anything about neighbourhood policing',
    text: 'An hour at lunch. Write your question beforehand and say which of the others you have, too: I begin with what most of you ask.',
    tags: ['leadership'],
    time: { days: -3, from: '12:30', until: '13:30' },
    questions: [
      {
        by: 'beth-lowther',
        text: 'Will rural teams get a second car that likes mud?',
        same: ['will-harrod', 'james-elkin', 'joanne-tasker', 'rachel-wold', 'aidan-frost', 'judith-kemp'],
        answer:
          'Two are ordered, for Louth Rural and Sleaford Rural North. Waddington is third on the list and I will not pretend that there is money for a third this year.',
      },
      {
        by: 'megan-tripp',
        text: 'What happens to people who say that they are not all right?',
        same: ['gareth-bingham', 'chloe-vane', 'ravi-nair', IMRAN, 'nina-blades'],
        answer:
          'They get an appointment within five days, outside the force, and their sergeant hears nothing unless they want it. If it ever takes longer, tell me, without the name.',
      },
      {
        by: 'tom-ellison',
        text: 'Do you read the answers that teams give to residents?',
        same: ['sam-carter', 'helen-marriott', 'fiona-drury'],
        answer: 'Ten each Friday, picked by chance. The best that I read this month was three lines long and began with “Sorry”.',
      },
      {
        by: 'mark-dwyer',
        text: 'Who gets promoted next?',
        same: ['dean-foss', 'colin-peck'],
        passed: 'There is a board for that, and it has not met. Whatever I said here would be a rumour with my name on it.',
      },
      {
        by: 'ewa-nowicka',
        text: 'Could hours of interpreting for colleagues count as hours?',
        same: ['sofia-martins'],
        answer: 'Yes. They should have from the beginning. Write them down from today, and send me those of the last three months.',
      },
    ],
  },
  {
    key: 'session-ahead',
    by: PAUL,
    when: [2, '09:40'],
    title: 'Ask me about next year’s priorities, before they are written',
    text: 'Nothing is decided yet; that is why I ask now. Questions, doubts and better ideas are all welcome.',
    tags: ['leadership'],
    time: { days: 6, from: '13:00', until: '14:00' },
    questions: [
      {
        by: 'ben-okafor',
        text: 'May a team drop a target that residents never asked for?',
        same: ['naomi-clegg', 'megan-tripp', 'hannah-lister', 'lucy-thornhill'],
      },
      {
        by: 'chloe-vane',
        text: 'Will seaside teams be counted in August, when there are five times as many people?',
        same: ['martin-searby', 'ivan-marek'],
      },
    ],
  },
]

export const PLANNED_GROUPS: readonly PlannedGroup[] = [
  {
    key: 'group-over',
    by: 'megan-tripp',
    when: [14, '10:20'],
    title: 'Nights: what would make them easier?',
    text: 'Eight of us round a table with tea, and nobody above sergeant in the room. What we find is written down for everybody, without names.',
    tags: ['wellbeing', 'rota'],
    time: { days: -5, from: '14:00', until: '15:30' },
    venue: 'Lincoln, the meeting room with the plant',
    places: 8,
    invited: [
      { who: 'zara-hussain', answer: 'coming' },
      { who: 'tom-ellison', answer: 'coming' },
      { who: IMRAN, answer: 'coming' },
      { who: 'hannah-lister', answer: 'coming' },
      { who: 'gareth-bingham', answer: 'coming' },
      { who: 'ben-okafor', answer: 'not-coming' },
      { who: 'amy-storr' },
    ],
    notes: `
      Five came, and stayed longer than planned.

      ## What was said

      - It is not the night, it is the fifth night.
      - Warm food after midnight is a vending machine.
      - Nobody minds being rung on a rest day about a child. Everybody minds being rung about a form.

      ## What follows

      - Four nights in a row at most: asked of the lead for neighbourhood policing, who has said that he answers within two weeks.
      - A microwave and a freezer, from the wellbeing budget. Ordered.
      - We meet again in three months.`,
  },
  {
    key: 'group-ahead',
    by: 'helen-marriott',
    when: [3, '08:45'],
    title: 'Three days to answer a question: what gets in the way?',
    text: 'Some of our answers were late this month, and not because anybody was idle. I would like to hear from those who write them, and from the press office who reads them.',
    tags: ['questions', 'problem solving'],
    time: { days: 8, from: '10:00', until: '11:30' },
    venue: 'Bracebridge Heath village hall, the small room',
    places: 10,
    invited: [
      { who: IMRAN },
      { who: 'sam-carter' },
      { who: 'anita-cole', answer: 'coming' },
      { who: 'ravi-nair', answer: 'coming' },
      { who: 'lucy-thornhill', answer: 'coming' },
      { who: 'tom-ellison', answer: 'not-coming' },
    ],
  },
]
