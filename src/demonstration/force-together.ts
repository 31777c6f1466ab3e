/**
 * How colleagues of the demonstration help each other: requests with and without an answer, good practice and who used it, and issues on which several teams work.
 */
import { say } from './script.ts'
import type { PlannedHelp, PlannedIssue, PlannedPractice } from './force-script.ts'

const IMRAN = 'imran-adeyemi'
const BEST =
  'Washingborough has two, and one of them sleeps in a drawer. Ours was calibrated in the spring; the certificate is in the lid. You can have it from Monday to Thursday, and I will show your volunteers how to stand so that nobody can say afterwards that it was the hedge.'

export const PLANNED_HELP: readonly PlannedHelp[] = [
  {
    key: 'speed-gun',
    by: 'lucy-thornhill',
    when: [5, '10:00'],
    title: 'Who can lend us a speed gun for three days?',
    text: 'Ours is away to be calibrated until the end of next week, and I have promised Navenby three mornings of counting lorries. Volunteers are trained and keen.',
    tags: ['speeding'],
    talk: [
      say('james-elkin', 'Ours is on the coast road until Sunday, sorry.'),
      say('hannah-lister', BEST, say('lucy-thornhill', 'You have saved three mornings and my good name. I collect it on Monday.')),
      say(IMRAN, 'If anything goes wrong with that one, we have one on Thursdays.'),
    ],
    best: BEST,
  },
  {
    key: 'coffee',
    by: 'anita-cole',
    when: [3, '14:00'],
    title: 'How do you bring new people to a coffee morning?',
    text: 'Ours is lovely, and it is the same eleven people each time. Those whom I would like to meet are at work, or do not come where a police jacket is. What has worked for you?',
    tags: ['community meetings'],
    talk: [
      say(
        'piotr-zielinski',
        'Move the table, not the people. We sit in the library’s corner now, where they are anyway, and say nothing about police until they ask.',
      ),
      say('megan-tripp', 'Half past five instead of ten. Eleven became nineteen, and five of them wore work boots.'),
      say('tara-wells', 'We brought the bike marking along. Nobody comes for coffee; everybody comes for something free with a number on it.'),
    ],
  },
  {
    key: 'marshals',
    by: 'ivan-marek',
    when: [5, '16:10'],
    title: 'A checklist for volunteers at a fun run?',
    text: 'At our next one we have six hundred runners on the promenade and thirty volunteers in tabards. Does somebody have a sheet that tells a volunteer in one page what to do, and what not? I would rather not begin with an empty one.',
    tags: ['volunteers'],
  },
  {
    key: 'portuguese',
    by: 'zara-hussain',
    when: [0, '08:05'],
    title: 'Ten minutes of Portuguese on the telephone today?',
    text: 'A shopkeeper on the High Street would like to know how to send us the pictures of his camera, and we keep misunderstanding each other kindly. Any time before four.',
    tags: ['languages'],
  },
]

export const PLANNED_PRACTICES: readonly PlannedPractice[] = [
  {
    key: 'racks',
    by: 'megan-tripp',
    when: [13, '11:00'],
    title: 'Mark bicycles where they stand, not where we sit',
    tags: ['bike marking', 'bicycle theft'],
    problem: 'We offered marking at the station on Saturdays. In three months eighteen people came, and all of them had good locks already.',
    done: `Two of us stood at the racks on working days from seven to half past eight, with the kit on a trolley and a sign: “Two minutes, free, you keep
      your train”. Whoever had no time left a telephone number and got the bicycle done by the evening.`,
    result: `214 bicycles in five mornings. Since then four that were stolen came back because of the number. What did not work: Mondays. Nobody has two
      minutes on a Monday.`,
    talk: [say(IMRAN, 'Did anybody mind being spoken to before coffee?', say('megan-tripp', 'We had coffee. That may be the whole trick.'))],
    usedBy: [
      { by: 'ravi-nair', when: [9, '15:00'], note: 'At the swimming pool: 61 in two mornings.' },
      { by: IMRAN, when: [5, '17:10'], note: 'In front of the school gate. Parents queued, so did the tuba.' },
      { by: 'tara-wells', when: [2, '16:20'], note: 'At the market: 23, and a goat cart.' },
    ],
    thanks: ['ravi-nair', IMRAN, 'paul-whitelock'],
  },
  {
    key: 'walk',
    by: 'gareth-bingham',
    when: [8, '14:30'],
    title: 'A walk of twenty minutes between two shifts',
    tags: ['wellbeing'],
    problem: 'Whoever comes off a bad shift drives home with it. Whoever is on next hears of it in a car park, or never.',
    done: `Twice a week, at half past two, we walk round the church and back: those who go home and those who begin. Nobody has to say anything. Whoever
      leads it walks last, and keeps an eye on who walks alone.`,
    result: `Nine weeks so far. Between two and eleven people. Two have asked me afterwards where they can find help, and got it. On days with rain there
      were more of us, not fewer.`,
    usedBy: [
      { by: 'megan-tripp', when: [4, '15:30'], note: 'Round the cathedral, at ten at night. Bring a torch.' },
      { by: 'chloe-vane', when: [1, '14:50'], note: 'On the beach. The sea does half of the work.' },
    ],
    thanks: ['helen-marriott', 'megan-tripp', 'chloe-vane', 'paul-whitelock'],
  },
  {
    key: 'farm-message',
    by: 'rachel-wold',
    when: [6, '12:15'],
    title: 'Forty-two farms on one message, and one rule for it',
    tags: ['rural crime'],
    problem: 'Farmers rang each other, then us, each with half of what they had seen. When we had put it together the van was in another county.',
    done: `One list for messages, kept by two farmers and read by us. One rule: time, place, direction, nothing else. No names, no number plates, no
      guesses. Whoever breaks it gets a friendly telephone call from a farmer, not from us.`,
    result:
      'From the first message to somebody of us looking in the right lane: eleven minutes on average. It was over an hour. Three people left the list because of the rule, and two came back.',
    talk: [say('joanne-tasker', 'May I copy the rule word for word?', say('rachel-wold', 'Please do. It took us a year to make it so short.'))],
    usedBy: [{ by: 'will-harrod', when: [3, '11:40'], note: 'Nineteen farms round Billinghay, since Monday.' }],
    thanks: ['beth-lowther', 'will-harrod'],
  },
]

export const PLANNED_ISSUES: readonly PlannedIssue[] = [
  {
    key: 'quads',
    by: 'ben-okafor',
    when: [6, '12:00'],
    title: 'Quad bikes on the river bank: who else has them?',
    text: `
      We have closed two gates at the lakes, and I am glad of them. But people do not stop riding because of a gate: they ride somewhere else. I would
      guess along the bank, into the city one way and towards Washingborough the other.

      If you have them too, please say so here. Not to chase anybody tonight: to think once about the whole bank instead of three times about a
      third of it.`,
    tags: ['off-road bikes', 'problem solving'],
    about: 'Quad bikes at the lakes: the gate is locked again',
    joinedBy: [
      { by: 'megan-tripp', when: [5, '11:30'], note: 'The river path in the city, Sundays after two.' },
      { by: 'hannah-lister', when: [4, '09:40'], note: 'Our stretch of the bank. Walkers tell us, mostly afterwards.' },
      { by: IMRAN, when: [1, '12:20'], note: 'No river, but one quad bike and three neighbours who know it.' },
    ],
    links: [
      { by: 'megan-tripp', when: [5, '11:45'], title: 'Off-road bikes by the river path', note: 'What people told us in the city' },
      { by: 'ben-okafor', when: [5, '13:00'], title: 'Off-road bikes at the lakes', note: 'Our priority, with what is planned' },
    ],
    talk: [
      say(
        'megan-tripp',
        'Yes. And always from your side, if that helps.',
        say('ben-okafor', 'It does. Then the second gate at the bridge is worth its money.'),
      ),
      say(
        'hannah-lister',
        'What residents write under your post is what they write under mine, only with other dog names. Could we answer with one text?',
        say('sam-carter', 'I help with that one. Half a page, signed by all three teams.'),
      ),
    ],
    thanks: ['naomi-clegg', 'adrian-coy'],
  },
  {
    key: 'shop-radio',
    by: 'kulvinder-gill',
    when: [4, '15:10'],
    title: 'Shop radio: could the towns hear each other?',
    text: 'Eleven shops in Grantham share one radio, and it works. Lincoln and Boston have their own. The same few faces take a bus, and the shops hear nothing of each other. What would it take, and what may we not do?',
    tags: ['shop theft'],
    joinedBy: [
      { by: 'zara-hussain', when: [3, '10:50'], note: 'High Street: nineteen shops.' },
      { by: 'karen-abell', when: [2, '14:40'], note: '' },
    ],
    links: [
      {
        by: 'zara-hussain',
        when: [1, '10:05'],
        title: 'Shop theft: why it is worth ringing, even for a bottle of washing powder',
        note: 'What a shopkeeper says under it',
      },
    ],
    talk: [say('karen-abell', 'Before we begin, one question for data protection: descriptions yes, pictures no? I ask them and write it here.')],
  },
  {
    key: 'trailers',
    by: 'beth-lowther',
    when: [13, '14:00'],
    title: 'Trailers without a mark: one form for all rural teams?',
    text: 'Each of us asks something else when a trailer is found, and then nobody can say whose it is. Who wants to agree on eight questions?',
    tags: ['rural crime'],
    joinedBy: [
      { by: 'will-harrod', when: [12, '10:20'], note: '' },
      { by: 'rachel-wold', when: [11, '16:00'], note: 'With what Farm Watch asks already.' },
    ],
    links: [{ by: 'beth-lowther', when: [7, '09:10'], title: 'Trailers gone from two fields: check your hitch locks', note: '' }],
    talk: [say('rachel-wold', 'Eight is two too many for a wet field. Six.'), say('will-harrod', 'Six, on the back of a card.')],
    closed: {
      by: 'beth-lowther',
      when: [2, '13:30'],
      outcome:
        'Six questions on the back of a card, the same in all three areas since Monday. The first two trailers that were found went home the same day.',
    },
  },
]

/** Who lends a team a hand. */
export const PLANNED_OFFERS: readonly { by: string; team: string; when: readonly [number, string] }[] = [
  { by: 'tom-ellison', team: 'Bracebridge Heath', when: [1, '08:50'] },
  { by: 'ravi-nair', team: 'Bracebridge Heath', when: [1, '13:15'] },
]

/** What they put by to read again, by key. */
export const PLANNED_SAVED: readonly { who: string; posts: readonly string[] }[] = [
  { who: IMRAN, posts: ['racks', 'batteries', 'words'] },
  { who: 'helen-marriott', posts: ['canteens', 'walk'] },
  { who: 'sam-carter', posts: ['quads', 'cards'] },
]

/** A question of a resident: colleagues talk it over beside it, and one of their notes becomes the answer. */
export const ANSWERED_FROM_NOTE = {
  team: 'Bracebridge Heath',
  by: 'wheels',
  when: [4, '10:15'] as const,
  title: 'Can you mark a wheelchair, or a mobility scooter?',
  body: 'Mine cost more than most bicycles here, and nobody has ever offered it.',
  published: { by: 'anita-cole', when: [4, '13:05'] as const, tags: 'bike marking' },
  notes: [
    { by: IMRAN, text: 'Good question. Does our kit hold on that coating? I do not want to spoil somebody’s chair to find out.' },
    {
      by: 'ravi-nair',
      text: 'Yes, we can. The mark holds on metal and on most plastics; we try it first where nobody sees it. It takes ten minutes, costs nothing, and we come to you if that is easier.',
      becomesAnswer: true,
    },
  ],
  answeredBy: { who: IMRAN, when: [3, '11:20'] as const },
}
