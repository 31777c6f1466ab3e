/**
 * Circles of the demonstration: open, restricted with people of the council and of the fire service, private, of a team; and one for support, under pseudonyms.
 */
import { say } from './script.ts'
import type { PlannedCircle, PlannedInside, PlannedPartner, PlannedPersona } from './force-script.ts'

const IMRAN = 'imran-adeyemi'
const HELEN = 'helen-marriott'

export const PLANNED_ORGANISATIONS = [
  { name: 'Lincolnshire Fire and Rescue', kind: 'fire', domains: ['lincs-fire.example'] },
  { name: 'North Kesteven District Council', kind: 'council', domains: ['council.example'] },
] as const

export const PLANNED_PARTNERS: readonly PlannedPartner[] = [
  { key: 'nell-harmston', name: 'Nell Harmston', email: 'nell.harmston@lincs-fire.example' },
  { key: 'dev-chandler', name: 'Dev Chandler', email: 'dev.chandler@council.example' },
]

export const PLANNED_CIRCLES: readonly PlannedCircle[] = [
  {
    key: 'drones',
    kind: 'open',
    name: 'Drone pilots',
    about: 'For everybody who flies, or would like to. Weather, batteries, rules, and where not to land.',
    founder: 'will-harrod',
    when: [25, '10:30'],
    members: ['ben-okafor', 'aidan-frost', 'chloe-vane', 'beth-lowther', 'leanne-gosling', 'colin-peck', IMRAN],
  },
  {
    key: 'safe-at-home',
    kind: 'restricted',
    name: 'Safe at home on the heath',
    about:
      'Police, fire service and council on the same streets. What each of us can offer to somebody who lives alone, and whom to ring. No names of residents here, ever.',
    founder: HELEN,
    when: [21, '09:20'],
    members: ['anita-cole', IMRAN, 'tom-ellison'],
    asks: {
      who: 'gareth-bingham',
      when: [1, '11:10'],
      words: 'The same streets go on in our villages, and so do the smoke alarms. May I listen in?',
    },
    partners: ['nell-harmston', 'dev-chandler'],
  },
  {
    key: 'sergeants',
    kind: 'private',
    name: 'Sergeants’ table',
    about: 'For those who lead a team, to think aloud before it becomes an order.',
    founder: 'paul-whitelock',
    when: [24, '16:10'],
    members: [HELEN, 'fiona-drury', 'naomi-clegg', 'joanne-tasker'],
  },
  {
    key: 'heath',
    kind: 'restricted',
    name: 'Bracebridge Heath: from shift to shift',
    about: 'What the next of us has to know and residents need not.',
    ofTeam: true,
    founder: IMRAN,
    when: [20, '08:30'],
    members: [HELEN, 'beth-lowther', 'callum-reeve', 'anita-cole'],
  },
]

/** Who looks after the open circle took a word down there; its author appeals, and the press office has not decided yet. */
export const APPEALED_INSIDE = {
  words: 'Whoever crashed ours in August should pay for it and not fly again. You know who you are.',
  because: 'It points at one of us, and the report about the crash is not written yet.',
  appeal: 'I named nobody, and I was the one who picked up the pieces. Please read it again.',
  removedMinutesAgo: 400,
  appealedMinutesAgo: 240,
}

export const PLANNED_IN_CIRCLES: readonly PlannedInside[] = [
  {
    key: 'battery-table',
    circle: 'drones',
    by: 'will-harrod',
    when: [5, '13:40'],
    title: 'Minutes in the air by temperature',
    text: `
      Measured on four mornings, with the small one, no wind:

      - fifteen degrees: 27 minutes
      - ten degrees: 24
      - five degrees: 19
      - nought: 15, and the last three of them are a gamble

      Please add yours below, with the wind.`,
    tags: ['drones'],
    talk: [
      say('chloe-vane', 'At the sea, eight degrees, wind from the east: 16. Salt on everything.'),
      say('aidan-frost', 'Eleven degrees, calm: 23. Agrees with yours.'),
      say(
        'leanne-gosling',
        'Not a pilot yet. Boston would like to become one: what does the course ask of you?',
        say('will-harrod', 'Four days, an examination, and patience with geese.'),
      ),
      say('aidan-frost', APPEALED_INSIDE.words),
      say('colin-peck', 'Boston could not land a kite without asking the harbour master. Let them count parking tickets.'),
    ],
    thanks: ['ben-okafor', 'aidan-frost'],
  },
  {
    key: 'alarms',
    circle: 'safe-at-home',
    by: 'nell-harmston',
    when: [4, '11:15'],
    title: 'A free visit: what we look at, and how to ask us for one',
    text: `
      We come to anybody who lives alone, is over sixty-five, or does not hear well, and fit smoke alarms while we are there, also the ones with a light
      and a pad under the pillow. It takes forty minutes and costs nothing.

      If somebody says yes to you at the door, you can ask us for the visit with their agreement. We ring them within two days.`,
    tags: ['home safety'],
    talk: [
      say(
        'anita-cole',
        'I meet about two such people a week. What do you need from me besides their yes?',
        say('nell-harmston', 'A first name, a telephone number, and whether there is a dog. Not here: on our form.'),
      ),
      say('dev-chandler', 'We can add a grab rail or a better lock in the same week, if you tell us before, and not after.'),
      say(
        HELEN,
        'Then let us make it one visit instead of three. Nell, Dev: could two of you come along with Anita one morning?',
        say('nell-harmston', 'Any Wednesday.'),
        say('dev-chandler', 'Wednesday is good.'),
      ),
    ],
    thanks: ['anita-cole', IMRAN, HELEN],
  },
  {
    key: 'one-page',
    circle: 'safe-at-home',
    by: 'dev-chandler',
    when: [1, '14:20'],
    title: 'One page for the doorstep, with all three numbers',
    text: 'A draft for a card: when to ring the council, when the fire service, when the police. Large letters, no logos taller than the numbers. What is missing?',
    tags: ['home safety'],
    talk: [say(IMRAN, 'The one thing that everybody asks: “and if I am not sure?” Put 101 there.')],
  },
  {
    key: 'rota-draft',
    circle: 'sergeants',
    by: 'paul-whitelock',
    when: [6, '16:30'],
    title: 'Four nights at most: can we carry it?',
    text: 'Before I promise it to everybody: on two Sundays a month it leaves each of us one short. Who cannot do that, and what would you need?',
    tags: ['rota'],
    talk: [
      say('naomi-clegg', 'We can, if Sunday’s early shift begins at eight instead of seven.'),
      say(HELEN, 'We can. I would rather be one short than have five tired ones.'),
      say('joanne-tasker', 'Only if we may lend each other people without a form.', say('paul-whitelock', 'Done. That goes into the text.')),
    ],
  },
  {
    key: 'keys',
    circle: 'heath',
    by: 'anita-cole',
    when: [2, '17:20'],
    title: 'Village hall: the side door sticks, and who has the key now',
    text: 'Lift and push. The caretaker has given us a second key for the surgery; it hangs behind the calendar. Whoever is last puts the chairs back in fives, not in sixes.',
    tags: ['surgery'],
    talk: [say('beth-lowther', 'In fives. Understood. I have been the six all along.')],
    thanks: [HELEN],
  },
]

/** Somebody in the open circle tells a moderator about the last word there. */
export const FLAGGED_INSIDE = {
  by: 'leanne-gosling',
  words: 'Boston could not land a kite without asking the harbour master. Let them count parking tickets.',
  reason: 'abuse',
  note: 'I can take a joke. This is the third one about us this month, and people stop asking questions.',
  minutesAgo: 95,
}

export const SUPPORT_CIRCLE = {
  name: 'After a hard day',
  about:
    'For everybody who does this kind of work, here or with our partners, and carries something home from it. You write under a pseudonym. Nobody is asked who they are, and nobody has to be brave.',
  signposts: [
    'Samaritans: somebody who listens, day and night, free from any phone. Ring 116 123. You need not be in danger to ring.',
    'Mind: what helps with stress, anxiety and low mood, in plain words, and a line to ring on weekdays. mind.org.uk',
    'Police Care UK: a charity for people who were harmed by police work, and for their families. Counselling, advice and money in need. policecare.org.uk',
    'Flint House: a place where serving and retired police officers stay for some days or weeks to get well again, in body and mind. flinthouse.co.uk',
  ].join('\n'),
  when: [18, '19:30'] as const,
}

/** The first founds it and looks after it. */
export const PLANNED_PERSONAS: readonly PlannedPersona[] = [
  { key: 'copper-wren', who: 'beth-lowther', pseudonym: 'Copper Wren', words: '' },
  { key: 'slate-heron', who: IMRAN, pseudonym: 'Slate Heron', words: 'I would mostly read. I had a bad week a while ago and it has not quite gone.' },
  { key: 'golden-siskin', who: 'nell-harmston', pseudonym: 'Golden Siskin', words: 'Another uniform, the same nights. May I?' },
  { key: 'ivory-curlew', who: 'chloe-vane', pseudonym: 'Ivory Curlew', words: 'A colleague said that this place is kind.' },
]

/** Their authors are the pseudonyms. */
export const PLANNED_IN_SUPPORT: readonly (PlannedInside & { help?: boolean })[] = [
  {
    key: 'quiet',
    by: 'ivory-curlew',
    when: [5, '20:10'],
    title: 'It is the quiet afterwards',
    text: `
      While it happens I know what to do. It is the evening, when the house is quiet and nobody needs anything from me, that it comes back.

      I am not in danger. I only wanted to say it where somebody knows what I mean.`,
    tags: [],
    talk: [
      say('copper-wren', 'I know what you mean. Thank you for saying it out loud.'),
      say(
        'golden-siskin',
        'For me it is the washing-up. I put the radio on now, something with voices. It sounds silly and it helps.',
        say('ivory-curlew', 'It does not sound silly. I will try that.'),
      ),
      say(
        'slate-heron',
        'I rang Samaritans once, at two in the morning, and felt a fraud for the first minute and not at all for the next twenty. They do not mind.',
      ),
    ],
  },
  {
    key: 'telling',
    by: 'slate-heron',
    when: [2, '19:45'],
    title: 'How did you tell your family?',
    text: 'They notice that I am somewhere else. I do not want to bring the details home, and I do not want to say “nothing” any more.',
    tags: [],
    help: true,
    talk: [
      say(
        'golden-siskin',
        'I said: “Some of my days are heavy. It is not you. Ask me whether I want to talk or to be left.” That was all, and it was enough.',
      ),
      say(
        'copper-wren',
        'Mine know one word for it. I say the word, and they put the kettle on.',
        say('slate-heron', 'One word. I like that very much.'),
      ),
    ],
  },
]
