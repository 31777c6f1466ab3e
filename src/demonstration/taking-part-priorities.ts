/**
 * What the teams work on in the demonstration: what is planned and done, how it stands, and one chain from a comment to its outcome that is finished.
 */
import { like, say, type Said, type When } from './script.ts'

/** What shows an action: an update by its title, or an event or task of this script by its key. */
export type ShownBy = { title: string } | { key: string }

export type PriorityStep = { when: When; by: string } & (
  | { does: 'plan'; key: string; what: string; in?: number }
  | { does: 'done' | 'dropped'; key: string; note: string; shownBy?: ShownBy }
  | { does: 'review'; text: string }
)

export interface PlannedPriority {
  key: string
  team: string
  /** Whoever drafts it sees to it; the sergeant agrees, where that is somebody else. */
  by: string
  agreedBy?: string
  when: When
  title: string
  text: string
  tags: string[]
  near?: readonly [label: string, postcode: string]
  /** Keys of suggestions. */
  takesUp?: string[]
  /** People begin to talk at once, unless it says when. */
  talkFrom?: When
  talk?: Said[]
  then: PriorityStep[]
  outcome?: { by: string; when: When; title: string; said: string; did: string; alsoFrom?: string[] }
}

const HEATH = 'Bracebridge Heath'
const HELEN = 'helen-marriott'
const IMRAN = 'imran-adeyemi'
const BETH = 'beth-lowther'
const ANITA = 'anita-cole'

const SPEED: PlannedPriority = {
  key: 'speed',
  team: HEATH,
  by: IMRAN,
  agreedBy: HELEN,
  when: [38, '13:10'],
  title: 'Slower cars on Grantham Road',
  text: `
    Of all places that you named under our question, this came first: Grantham Road between the bus shelter and the church, on working
    mornings. One driver in three is over the limit there, and children cross to the school bus.

    We work on it until fewer than one in ten is. What we do, and what we measure, you can read here.`,
  tags: ['speeding', 'you said'],
  near: ['Grantham Road, between the shelter and the church', 'LN4 2ZA'],
  takesUp: ['speed'],
  talk: [
    say(
      'dave',
      'Now then. I did not think that one line of mine would end up with a page of its own.',
      say(IMRAN, 'One line, and everybody who said the same, Dave.'),
    ),
    say('tomasz', 'Please check at seven, not at ten. At ten everybody is a saint.'),
    like(say('priya', 'Thank you for writing down what “done” means.', say('ken', 'A number. With a denominator. I could weep.')), 5, 2),
    say(
      'steve',
      'And the A15 through Waddington?',
      say(BETH, 'Has the strip on it until Friday. If it shows what you say, I bring it to the sergeant myself.'),
    ),
  ],
  then: [
    {
      when: [37, '09:10'],
      by: IMRAN,
      does: 'plan',
      key: 'checks',
      what: 'Twelve speed checks by the shelter, at hours that nobody can guess',
      in: -13,
    },
    { when: [37, '09:20'], by: IMRAN, does: 'plan', key: 'briefing', what: 'A street briefing outside the shops: what we measure, and what you see' },
    {
      when: [36, '11:00'],
      by: HELEN,
      does: 'plan',
      key: 'council',
      what: 'Meet the county council’s road engineer about a narrower road and the crossing',
    },
    { when: [36, '11:05'], by: IMRAN, does: 'plan', key: 'cardboard', what: 'A cardboard constable at the bus shelter' },
    {
      when: [33, '08:40'],
      by: IMRAN,
      does: 'dropped',
      key: 'cardboard',
      note: 'Somebody took him home on his first night. We hope that he is warm. Real constables stand there instead.',
    },
    {
      when: [30, '16:30'],
      by: IMRAN,
      does: 'review',
      text: 'Four checks done. 29 drivers in a hundred are over the limit; the fastest was at 57. Letters are out.',
    },
    {
      when: [13, '15:40'],
      by: IMRAN,
      does: 'done',
      key: 'checks',
      note: 'Twelve checks: from 31 in a hundred over the limit to 12.',
      shownBy: { title: 'Grantham Road: twelve checks, and what they found' },
    },
    {
      when: [12, '17:20'],
      by: HELEN,
      does: 'done',
      key: 'council',
      note: 'The engineer came and stood at the shelter for an hour. The crossing is on the county’s list for next year.',
      shownBy: { title: 'New houses and the junction with the A15: what we said, and what we did not' },
    },
    { when: [9, '10:15'], by: IMRAN, does: 'done', key: 'briefing', note: '34 people came, two of them in prams.', shownBy: { key: 'briefing' } },
    { when: [6, '12:00'], by: IMRAN, does: 'review', text: 'Last count: nine in a hundred. Two more weeks like this and we call it done.' },
  ],
  outcome: {
    by: HELEN,
    when: [1, '11:10'],
    title: 'Grantham Road: from one driver in three to one in eleven',
    said: 'Between the bus shelter and the church, ten past seven, every working day: too fast. More than a dozen of you said the same.',
    did: 'Twelve checks, 161 letters, 22 tickets, one street briefing and an hour at the shelter with the county’s engineer. Nine drivers in a hundred are over the limit now; it was 31. A crossing is on the county’s list for next year. We come back without saying when.',
    alsoFrom: ['speed'],
  },
}

const HEATH_PRIORITIES: readonly PlannedPriority[] = [
  {
    key: 'parking',
    team: HEATH,
    by: 'callum-reeve',
    agreedBy: HELEN,
    when: [98, '10:30'],
    title: 'Parking on the zigzags at school times',
    text: `
      Cars on the yellow zigzags mean that nobody sees the children behind them. We look at the mornings first, then at the afternoons, and
      we talk to the school about a drop-off round the corner.`,
    tags: ['parking', 'school'],
    near: ['By the primary school', 'LN4 2ZE'],
    then: [],
  },
  {
    key: 'sheds',
    team: HEATH,
    by: ANITA,
    agreedBy: HELEN,
    when: [97, '11:20'],
    title: 'Break-ins to sheds and allotments',
    text: `
      Eleven sheds this year, most of them at the allotments, most of them on Sunday nights. What goes is what has no mark on it. We
      mark, we light, and we come by on Sundays.`,
    tags: ['burglary', 'allotments'],
    near: ['The allotments', 'LN4 2ZB'],
    then: [
      { when: [95, '09:00'], by: ANITA, does: 'plan', key: 'marking', what: 'Mark tools at the allotments, one row at a time' },
      { when: [95, '09:05'], by: IMRAN, does: 'plan', key: 'sundays', what: 'Come by on eight Sunday nights' },
      {
        when: [61, '16:00'],
        by: ANITA,
        does: 'done',
        key: 'marking',
        note: '214 tools in 38 sheds, and one wheelbarrow that did not want to.',
        shownBy: { title: 'Sheds broken into at the allotments: what was taken, and what helps' },
      },
      { when: [52, '10:00'], by: IMRAN, does: 'done', key: 'sundays', note: 'Eight Sundays, two people spoken to, one badger.' },
    ],
    outcome: {
      by: HELEN,
      when: [48, '11:30'],
      title: 'Sheds: one break-in since the tools are marked',
      said: 'Eleven sheds were broken into this year, and nobody came to look.',
      did: 'We marked 214 tools and came by on eight Sunday nights. There has been one break-in since, and what was taken came back because it had a number on it.',
    },
  },
  {
    key: 'farms',
    team: HEATH,
    by: BETH,
    agreedBy: HELEN,
    when: [96, '15:10'],
    title: 'Theft from farms and stables',
    text: `
      Tack, trailers, diesel and the small machines that fit into a van at night. We visit every yard between Waddington and Canwick once,
      and put on the register what has a number.`,
    tags: ['rural crime'],
    talkFrom: [60, '10:20'],
    near: ['Between Waddington and Canwick', 'LN4 2ZF'],
    talk: [
      say(
        'hannah',
        'You have been here, the dogs approved. The tack room has an alarm now.',
        say(BETH, 'And your saddle has a number. Under the flap, left.'),
      ),
      say('graham', 'Come a bit further east when you are done. We would put the kettle on.'),
    ],
    then: [
      { when: [94, '14:00'], by: BETH, does: 'plan', key: 'visits', what: 'Visit each of the 26 yards once' },
      {
        when: [94, '14:05'],
        by: BETH,
        does: 'plan',
        key: 'register',
        what: 'A register of serial numbers that every constable can look into at night',
      },
      { when: [61, '17:10'], by: BETH, does: 'review', text: '14 of 26 yards. Nothing has gone from the 14.' },
      { when: [35, '13:00'], by: BETH, does: 'done', key: 'visits', note: '26 of 26, and one donkey.' },
      {
        when: [9, '16:20'],
        by: BETH,
        does: 'review',
        text: 'Trailers are the gap: two went from open fields. Hitch locks come next, and a word with the dealers.',
      },
      { when: [9, '16:30'], by: BETH, does: 'plan', key: 'locks', what: 'Hitch locks at cost price, handed out at the Waddington surgery', in: 12 },
    ],
  },
  SPEED,
  {
    key: 'last-bus',
    team: HEATH,
    by: HELEN,
    when: [6, '09:50'],
    title: 'Getting home from the last bus',
    text: `
      The new stop has a light. The ten minutes after it have none, no pavement, and cars at fifty. Eleven of you said so, most of you under
      twenty-five.

      We cannot build a pavement. We can walk it with those who can, slow the cars down, and be there at the hour of the last bus.`,
    tags: ['last bus', 'safety'],
    near: ['Sleaford Road, beyond the last houses', 'LN4 2JX'],
    takesUp: ['last-bus'],
    talk: [
      like(say('aisha', 'I read this on the bus. The last one. Thank you.'), 6, 4),
      say(
        'lena',
        'Could the bus wait until people are over the road? Thirty seconds.',
        say(HELEN, 'I have put that to the company today. Thirty seconds is a good number.'),
      ),
      say('owen', 'I drive that road at that hour. A reflective band costs two pounds and I would see you a hundred yards earlier.'),
      say('bex', 'Who else wants to walk it with them and count the steps without a pavement? I bring the buggy for realism.'),
    ],
    then: [
      {
        when: [5, '10:30'],
        by: HELEN,
        does: 'plan',
        key: 'walk',
        what: 'Walk the road at the hour of the last bus, with the bus company and the county',
        in: 9,
      },
      {
        when: [5, '10:35'],
        by: IMRAN,
        does: 'plan',
        key: 'bands',
        what: 'Reflective bands at the bus stop, from a box that anybody may take from',
        in: 5,
      },
      { when: [5, '10:40'], by: BETH, does: 'plan', key: 'hedge', what: 'Ask the farmer whether the hedge can go back by a yard', in: 20 },
    ],
  },
]

const OTHER_PRIORITIES: readonly PlannedPriority[] = [
  {
    key: 'station-bikes',
    team: 'Lincoln City Centre',
    by: 'paul-whitelock',
    when: [58, '10:15'],
    title: 'Bicycles at the station',
    text: 'Most bicycles that go in the city go from the racks at the station, between four and seven. We mark, we watch, and we ask for a camera.',
    tags: ['cycling'],
    then: [
      { when: [57, '11:00'], by: 'megan-tripp', does: 'plan', key: 'camera', what: 'A camera over the racks' },
      {
        when: [4, '15:30'],
        by: 'megan-tripp',
        does: 'done',
        key: 'camera',
        note: 'It is up, and it sees all of the racks.',
        shownBy: { title: 'Cycle racks at the station: a camera, and marking every month' },
      },
      { when: [12, '14:00'], by: 'paul-whitelock', does: 'review', text: 'Six bicycles last month, it was fifteen. The ones that went had no mark.' },
    ],
  },
  {
    key: 'lorries',
    team: 'Cliff Villages',
    by: 'lucy-thornhill',
    agreedBy: 'owen-pask',
    when: [40, '11:45'],
    title: 'Lorries through the villages',
    text: 'Lorries over 7.5 tonnes have no business in Navenby unless they deliver there. We count, we stop, and we write to the companies, by name of the lorry.',
    tags: ['traffic'],
    takesUp: ['lorries'],
    talk: [say('norman', 'Good.', say('vera', 'From Norman that is a speech.'))],
    then: [
      { when: [39, '09:30'], by: 'lucy-thornhill', does: 'plan', key: 'count', what: 'Count for a week, with residents', in: 11 },
      {
        when: [11, '10:00'],
        by: 'lucy-thornhill',
        does: 'review',
        text: 'Nineteen letters, seven answers, one apology with a drawing of a lorry on it.',
      },
    ],
  },
  {
    key: 'lake-bikes',
    team: 'Hykeham Town',
    by: 'naomi-clegg',
    when: [31, '09:40'],
    title: 'Off-road bikes at the lakes',
    text: 'One of our three priorities: bikes without plates on the paths round the lakes, Sundays after two.',
    tags: ['anti-social behaviour'],
    takesUp: ['bikes-at-lakes'],
    then: [
      { when: [30, '10:00'], by: 'ben-okafor', does: 'plan', key: 'gate', what: 'Two more gates that a pushchair passes and a motorbike does not' },
      { when: [8, '16:00'], by: 'ben-okafor', does: 'done', key: 'gate', note: 'Both are up. A pushchair was tried by its owner.' },
    ],
  },
]

export const PLANNED_PRIORITIES: readonly PlannedPriority[] = [...HEATH_PRIORITIES, ...OTHER_PRIORITIES]

/** Said much later under the priority of which nobody has said anything for three months. */
export const ASKED_AFTER: readonly { when: When; said: Said }[] = [
  { when: [29, '09:05'], said: say('priya', 'The three mornings with you were good. What has happened since?') },
  {
    when: [12, '15:50'],
    said: say('nadia', 'As a neighbour with a window: it is back to what it was.', say('bex', 'Twins say: car on zebra. They mean zigzag.')),
  },
]
