/**
 * What people are asked to help with in the demonstration: by the team, by a partner, agreed to, waiting, full, and done with thanks.
 */
import type { TaskSort } from '../tasks/schema.ts'
import { say, type Said, type When } from './script.ts'
import type { PlannedComer, PlannedDates } from './taking-part-events.ts'

export interface PlannedTask {
  key: string
  team: string
  by: string
  when: When
  sort: TaskSort
  title: string
  text: string
  safeguarding: string
  age?: string
  /** Who runs it, where it is not the team. */
  partner?: string
  venue: string
  dates: Exclude<PlannedDates, { monthly: number }>
  capacity?: number
  comers?: PlannedComer[]
  talk?: Said[]
  agreed?: { by: string; when: When; note: string }
  /** Done, with thanks; and what came of it, as an outcome of its own. */
  closed?: { by: string; when: When; thanks: string; outcome?: { by: string; when: When; title: string; said: string; did: string } }
}

const HEATH = 'Bracebridge Heath'
const CALLUM = 'callum-reeve'
const ANITA = 'anita-cole'
const SATURDAY = 6
const COUNCILS = 'North Kesteven District Council'

export const PLANNED_TASKS: readonly PlannedTask[] = [
  {
    key: 'litter',
    team: HEATH,
    by: CALLUM,
    when: [6, '11:15'],
    sort: 'litter-pick',
    title: 'Litter pick along the Viking Way',
    text: 'From the end of Salisbury Drive to the bench with the view. We bring grabbers, sacks and gloves; you bring boots. Afterwards there is soup.',
    safeguarding: 'Nobody picks alone. Children come with an adult, and glass and needles are for us: call, do not touch.',
    age: '8',
    venue: 'End of Salisbury Drive, by the gate',
    dates: { days: [9], on: SATURDAY, from: '10:00', until: '12:00' },
    capacity: 12,
    comers: [
      { who: 'ruth' },
      { who: 'arthur', needs: 'I can hold a sack. I cannot bend.' },
      { who: 'priya', people: 3, needs: 'Two of us are under ten and very keen.' },
      { who: 'boots.and.flask@mail.example', name: 'Hilary', people: 2 },
    ],
    talk: [
      say('brian', 'I lend the wheelbarrow. It has been marked.'),
      say('ruth', 'What kind of soup?', say(CALLUM, 'Leek. My own. You have been warned.')),
    ],
  },
  {
    key: 'watch',
    team: HEATH,
    by: CALLUM,
    when: [4, '16:05'],
    sort: 'speed-watch',
    title: 'A Saturday morning with the speed gun, by the shelter',
    text: 'Six people, two at a time: one reads the speed, one writes. An hour of training first, in the car park, with a car that is too fast on purpose.',
    safeguarding: 'You stand behind the barrier, in bright coats, with one of us beside you. You talk to no driver.',
    age: '18',
    venue: 'Bus shelter, Grantham Road',
    dates: { days: [11], on: SATURDAY, from: '09:00', until: '11:30' },
    capacity: 6,
    comers: [
      { who: 'dave' },
      { who: 'tomasz' },
      { who: 'ken' },
      { who: 'gill', people: 2 },
      { who: 'jo' },
      { who: 'mick' },
      { who: 'pat' },
      { who: 'counting.cars@mail.example', name: 'Len' },
    ],
  },
  {
    key: 'neighbour',
    team: HEATH,
    by: 'robin-vale',
    agreed: { by: 'helen-marriott', when: [7, '09:20'], note: 'Gladly. PCSO Cole comes along to the first visit.' },
    when: [9, '14:30'],
    sort: 'good-neighbour',
    title: 'Bring in a neighbour’s shopping when the weather is bad',
    text: 'Eleven people on the heath have asked for somebody who carries a bag from the shop to the door when it is wet or slippery. You choose the day; we put the two of you together.',
    safeguarding: 'The council checks everybody first, and you meet the person with one of us. No keys and no money change hands.',
    age: '18',
    partner: COUNCILS,
    venue: 'Bracebridge Heath, from door to door',
    dates: { days: [12], from: '10:00', until: '12:00' },
    capacity: 15,
    comers: [{ who: 'fatima' }, { who: 'lena' }, { who: 'nadia' }],
  },
  {
    key: 'noticeboards',
    team: HEATH,
    by: 'robin-vale',
    when: [1, '13:45'],
    sort: 'other',
    title: 'Noticeboards: who looks after the one in your street?',
    text: 'Nine boards, nine people. Once a week you take down what is over and put up what we send you. That is all.',
    safeguarding: 'It takes a minute, from the pavement, in daylight. Nobody has to climb.',
    age: '16',
    partner: COUNCILS,
    venue: 'Nine streets in Bracebridge Heath',
    dates: { days: [10], from: '14:00', until: '15:00' },
    capacity: 9,
  },
  {
    key: 'footpath',
    team: HEATH,
    by: ANITA,
    when: [37, '10:40'],
    sort: 'litter-pick',
    title: 'Clear the footpath behind the library',
    text: 'Brambles and leaves have taken half of it, and it is the way to school. Loppers if you have them.',
    safeguarding: 'Gloves and goggles from us. Whoever is under sixteen comes with an adult and rakes.',
    age: '10',
    venue: 'Behind the library, London Road',
    dates: { days: [-20], on: SATURDAY, from: '09:30', until: '12:00' },
    capacity: 20,
    comers: [
      { who: 'margaret' },
      { who: 'brian', people: 2 },
      { who: 'nadia', people: 4, needs: 'Three of us are in Year 4.' },
      { who: 'ken' },
      { who: 'fatima', people: 2 },
      { who: 'loppers@mail.example', name: 'Roy' },
    ],
    talk: [say('wheels', 'I can come through again without collecting leaves in my spokes. Thank you, all of you.')],
    closed: {
      by: ANITA,
      when: [13, '10:10'],
      thanks: 'Eleven of you, two hours, nineteen sacks. Year 4 raked as if they were paid for it. Thank you; the path is twice as wide.',
      outcome: {
        by: 'helen-marriott',
        when: [12, '15:30'],
        title: 'The footpath behind the library is clear, and stays clear',
        said: 'The footpath behind the library was too narrow for a pushchair and too dark for anybody.',
        did: 'Eleven of you cut it free in a morning. The county has put it on the list for cutting twice a year, which it was not.',
      },
    },
  },
  {
    key: 'lorry-count',
    team: 'Cliff Villages',
    by: 'gareth-bingham',
    when: [5, '10:20'],
    sort: 'speed-watch',
    title: 'Count lorries with us in Navenby',
    text: 'From five to seven in the morning, for one week. Two at a time, in our van, with a heater.',
    safeguarding: 'You sit in the van and count. Nobody steps on the road.',
    age: '18',
    venue: 'Opposite the church, Navenby',
    dates: { days: [11], from: '05:00', until: '07:00' },
    capacity: 4,
    comers: [{ who: 'norman' }, { who: 'vera', needs: 'My own chair, please.' }],
  },
  {
    key: 'lakes',
    team: 'Hykeham Town',
    by: 'sheila-marsh',
    when: [7, '12:10'],
    sort: 'litter-pick',
    title: 'Round the lakes with a sack',
    text: 'Three miles, slowly. Bring a friend.',
    safeguarding: 'We stay away from the edge, and nobody wades, whatever floats there.',
    venue: 'Car park at the lakes, North Hykeham',
    dates: { days: [13], on: 7, from: '10:00', until: '12:30' },
    comers: [{ who: 'kat' }],
  },
]
