/**
 * What residents of the demonstration suggest that their team should work on, how many say the same, and what the sergeant decided.
 */
import type { When } from './script.ts'

export interface PlannedSuggestion {
  key: string
  team: string
  by: string
  when: When
  text: string
  /** It was said elsewhere, in these words; somebody of the team takes it up from there. */
  raisedBy?: string
  /** How many say “Same here”. */
  support: number
  declined?: { by: string; when: When; reason: string }
  merged?: { by: string; when: When; into: string }
}

const HEATH = 'Bracebridge Heath'
const HELEN = 'helen-marriott'

export const PLANNED_SUGGESTIONS: readonly PlannedSuggestion[] = [
  {
    key: 'speed',
    team: HEATH,
    by: 'dave',
    when: [42, '10:20'],
    text: 'Between the bus shelter and the church, ten past seven, every working day.',
    raisedBy: 'imran-adeyemi',
    support: 14,
  },
  {
    key: 'speed-too',
    team: HEATH,
    by: 'gill',
    when: [42, '17:40'],
    text: 'Grantham Road by the shelter in the mornings, please. Pete has promised to be good, so now it is the turn of the others.',
    support: 4,
    merged: { by: HELEN, when: [40, '09:30'], into: 'speed' },
  },
  {
    key: 'close-the-road',
    team: HEATH,
    by: 'ken',
    when: [41, '11:10'],
    text: 'Close Grantham Road to through traffic until nine in the morning. It worked during the gas works.',
    support: 5,
    declined: {
      by: HELEN,
      when: [39, '15:00'],
      reason:
        'Only the county council can close a road, and it has told us that it will not close this one. We have put the next best thing on the list: slower cars.',
    },
  },
  {
    key: 'last-bus',
    team: HEATH,
    by: 'aisha',
    when: [24, '19:20'],
    text: 'The walk from the last bus. The new stop has a light, and then it is ten minutes in the dark with cars at fifty.',
    support: 11,
  },
  {
    key: 'scooters',
    team: HEATH,
    by: 'wheels',
    when: [13, '12:15'],
    text: 'Electric scooters left across the dropped kerbs by the shops. I cannot lift them, and going round means the road.',
    support: 9,
  },
  {
    key: 'doorstep',
    team: HEATH,
    by: 'margaret',
    when: [9, '10:05'],
    text: 'Somebody who comes to the coffee mornings once a month and goes through the latest tricks at the door and on the telephone.',
    support: 6,
  },
  {
    key: 'converters',
    team: HEATH,
    by: 'owen',
    when: [7, '17:30'],
    text: 'Catalytic converters along Sleaford Road. Come by at three in the morning, that is when they do it.',
    support: 3,
  },
  {
    key: 'teenagers',
    team: HEATH,
    by: 'chloe',
    when: [3, '18:45'],
    text: 'somewhere to be on a friday that isnt the bus shelter. then nobody would moan about the bus shelter',
    support: 7,
  },
  {
    key: 'bench',
    team: HEATH,
    by: 'arthur',
    when: [2, '10:40'],
    text: 'A bench half way up Cross O’Cliff Hill, if the police may ask for benches.',
    support: 1,
  },
  {
    key: 'lorries',
    team: 'Cliff Villages',
    by: 'norman',
    when: [46, '09:15'],
    text: 'Lorries through Navenby at half past five. There is a sign that says 7.5 tonnes. They cannot all be short-sighted.',
    support: 8,
  },
  {
    key: 'club-noise',
    team: 'Lincoln City Centre',
    by: 'ellie',
    when: [15, '13:30'],
    text: 'Noise after the clubs close. Not the music, the shouting in the passage under my window until four.',
    support: 5,
  },
  {
    key: 'bikes-at-lakes',
    team: 'Hykeham Town',
    by: 'kat',
    when: [35, '16:20'],
    text: 'Off-road bikes at the lakes, Sundays after two.',
    support: 6,
  },
  {
    key: 'boston-letters',
    team: 'Boston Town Centre',
    by: 'marek',
    when: [10, '18:10'],
    text: 'Please say on posters what to do when a landlord changes the lock. In short sentences.',
    support: 2,
  },
]
