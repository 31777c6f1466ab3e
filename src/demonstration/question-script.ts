/**
 * Questions of residents in the demonstration, wherever a question can stand; and what the desk has ready: saved replies, somebody who is away.
 */
import type { Rating } from '../questions/schema.ts'

const HEATH = 'Bracebridge Heath'

export interface PlannedQuestion {
  team: string
  by: string
  /** Hours before now. */
  hoursAgo: number
  title: string
  body: string
  visibility: 'public' | 'private'
  named?: boolean
  /** What happens to it, so many hours after it was asked. */
  then: PlannedStep[]
}

export type PlannedStep =
  | { after: number; by: string; does: 'publish'; answer?: string; tags?: string }
  | { after: number; by: string; does: 'answer' | 'acknowledge' | 'review' | 'keep-private' | 'hand-back' | 'reopen' | 'ask-review'; text: string }
  | { after: number; by: string; does: 'take' | 'withdraw' }
  | { after: number; by: string; does: 'assign'; to: string }
  | { after: number; by: string[]; does: 'same-here' }
  /** By whoever asked: did the answer help? */
  | { after: number; does: 'rate'; rating: Rating }

/** Asked, published with its answer, and rated by whoever asked. */
const answered = (
  by: string,
  hoursAgo: number,
  title: string,
  body: string,
  answer: [by: string, text: string, after: number],
  rating: Rating,
): PlannedQuestion => ({
  team: HEATH,
  by,
  hoursAgo,
  title,
  body,
  visibility: 'public',
  named: true,
  then: [
    { after: answer[2], by: answer[0], does: 'publish', answer: answer[1] },
    { after: answer[2] + 20, does: 'rate', rating },
  ],
})

const ANSWERED: readonly PlannedQuestion[] = [
  answered(
    'lena',
    1340,
    'May I cycle on the footpath to the school?',
    'It is narrow, and the road is worse.',
    [
      'anita-cole',
      'Not past the gate, where the cycle path ends. Children under ten may, with whoever brings them. The county is asked to widen it.',
      26,
    ],
    'helped',
  ),
  answered(
    'sunil',
    1170,
    'How do I send you pictures from the shop’s camera?',
    'I have them on a stick, and nobody to give it to.',
    ['imran-adeyemi', 'Ring 101 and ask for a link: you upload them at home. Or keep the stick, and I fetch it on my round on Thursdays.', 19],
    'helped',
  ),
  answered(
    'jo',
    980,
    'How many speeding letters went out last quarter?',
    'For the parish meeting.',
    [
      'helen-marriott',
      '412 on the heath and in Waddington together. From the next quarter on you find the figure on our page, with how it is worked out.',
      44,
    ],
    'helped',
  ),
  answered(
    'pat',
    840,
    'Can Neighbourhood Watch have stickers again?',
    'Ours have faded to white.',
    ['anita-cole', 'Thirty-one of them are in the quiet room of the library, with your close on the envelope.', 9],
    'helped',
  ),
  answered(
    'steve',
    700,
    'Who tows lorries off the verge at Waddington?',
    'The same three park there every weekend.',
    [
      'beth-lowther',
      'Where they stand in the way, we do. On the verge it is for the county, and I have told it. I know that this is half of an answer.',
      50,
    ],
    'partly',
  ),
  answered(
    'hannah',
    590,
    'Is a horse trailer worth a tracker?',
    'They cost eighty pounds.',
    ['beth-lowther', 'Four trailers came back this year because of one. Hide it well: the first thing that goes is the box under the hitch.', 22],
    'helped',
  ),
  answered(
    'mick',
    430,
    'What do I do with a dog that runs along the A15?',
    'I meet one a month.',
    [
      'callum-reeve',
      'Ring 999 if it is on the road: that is an emergency for whoever drives there. Do not run after it. The dog warden comes for the rest.',
      31,
    ],
    'partly',
  ),
  answered(
    'aisha',
    365,
    'Who is Sergeant Marriott’s deputy when she is away?',
    'The page says five names and no order.',
    ['callum-reeve', 'The sergeant at Lincoln Bracebridge. Whatever you send here comes to both of them then, so you need not know.', 15],
    'helped',
  ),
  answered(
    'bex',
    300,
    'Cars on the pavement by the chemist: is that not forbidden?',
    'I have to push the buggy round them, on the road.',
    [
      'callum-reeve',
      'Driving on it is, parking on it mostly not, outside of London. Where a buggy cannot pass we can do something: send us the time of day.',
      40,
    ],
    'not',
  ),
]

export const PLANNED_QUESTIONS: readonly PlannedQuestion[] = [
  ...ANSWERED,
  {
    team: HEATH,
    by: 'margaret',
    hoursAgo: 400,
    title: 'Who do I ring about a car that has not moved for a year?',
    body: 'It has flat tyres and no tax. It stands outside the library.',
    visibility: 'public',
    named: true,
    then: [
      { after: 20, by: 'anita-cole', does: 'publish', tags: 'parking' },
      { after: 30, by: ['dave', 'ken', 'gill'], does: 'same-here' },
      {
        after: 40,
        by: 'anita-cole',
        does: 'answer',
        text: 'The district council, not us: they take away cars that are left. You can tell them online with the number plate, and they usually come within two weeks. If it stands in a dangerous place, ring us on 101.',
      },
    ],
  },
  {
    team: HEATH,
    by: 'tomasz',
    hoursAgo: 60,
    title: 'Will there be speed checks on Sleaford Road this winter?',
    body: 'Cars come down the hill at fifty in the dark, and there is no pavement.',
    visibility: 'public',
    named: true,
    then: [
      { after: 4, by: 'imran-adeyemi', does: 'publish', tags: 'speeding' },
      { after: 5, by: 'imran-adeyemi', does: 'take' },
      { after: 10, by: ['dave', 'ruth', 'priya', 'hannah'], does: 'same-here' },
    ],
  },
  {
    team: HEATH,
    by: 'aisha',
    hoursAgo: 90,
    title: 'Can the last bus stop nearer to the houses at night?',
    body: 'From the stop it is ten minutes along an unlit road.',
    visibility: 'public',
    then: [{ after: 6, by: 'callum-reeve', does: 'publish', tags: 'safety' }],
  },
  {
    team: HEATH,
    by: 'hannah',
    hoursAgo: 150,
    title: 'What is being done about diesel thefts from farms?',
    body: 'Three yards in a month. Nobody tells us anything.',
    visibility: 'public',
    named: true,
    then: [
      { after: 3, by: 'beth-lowther', does: 'publish', tags: 'rural crime' },
      { after: 74, by: 'hannah', does: 'ask-review', text: 'Three days and not a word. What is the point of the clock?' },
    ],
  },
  {
    team: HEATH,
    by: 'owen',
    hoursAgo: 110,
    title: 'What was the helicopter about on Thursday night?',
    body: 'It circled for an hour above the heath.',
    visibility: 'public',
    named: true,
    then: [
      { after: 9, by: 'imran-adeyemi', does: 'publish', answer: 'It was looking for somebody.', tags: 'helicopter' },
      { after: 14, by: 'owen', does: 'reopen', text: 'We could see that. Was anybody in danger, and is it over?' },
    ],
  },
  {
    team: HEATH,
    by: 'priya',
    hoursAgo: 30,
    title: 'Somebody waits outside the nursery every day. Should I worry?',
    body: 'Same man, same car, at the time when I collect my children. I do not want to accuse anybody.',
    visibility: 'private',
    then: [
      {
        after: 1,
        by: 'anita-cole',
        does: 'acknowledge',
        text: 'Thank you for telling us. I have read this and will be there this afternoon. If anything happens before, ring 999.',
      },
    ],
  },
  {
    team: HEATH,
    by: 'ken',
    hoursAgo: 220,
    title: 'My neighbour at number 14 burns rubbish every Sunday',
    body: 'Can you stop him?',
    visibility: 'public',
    named: true,
    then: [
      {
        after: 5,
        by: 'callum-reeve',
        does: 'keep-private',
        text: 'Your question names a house, so we answer it here and not in public.',
      },
      {
        after: 6,
        by: 'callum-reeve',
        does: 'answer',
        text: 'Smoke is for the council’s environmental health team. I have passed it on, and they will write to you.',
      },
    ],
  },
  {
    team: HEATH,
    by: 'gill',
    hoursAgo: 260,
    title: 'When is the next street surgery?',
    body: 'We missed the last one.',
    visibility: 'public',
    then: [{ after: 2, by: 'gill', does: 'withdraw' }],
  },
  {
    team: HEATH,
    by: 'dave',
    hoursAgo: 26,
    title: 'Dog fouling on the viking way: can you fine people?',
    body: 'It is every morning.',
    visibility: 'public',
    named: true,
    then: [
      { after: 2, by: 'helen-marriott', does: 'assign', to: 'callum-reeve' },
      { after: 8, by: 'callum-reeve', does: 'hand-back', text: 'I am on a course until Thursday. Could somebody else take it?' },
    ],
  },
  {
    team: 'Lincoln Bracebridge',
    by: 'ruth',
    hoursAgo: 330,
    title: 'Do you still mark bicycles?',
    body: 'I was told that it stopped.',
    visibility: 'public',
    named: true,
    then: [
      {
        after: 80,
        by: 'ravi-nair',
        does: 'publish',
        answer: 'We do, every second Saturday. Sorry that you waited: the question sat with somebody who was ill.',
        tags: 'cycling',
      },
    ],
  },
]

/** Answers that the team gives often. */
export const SAVED_REPLIES: readonly { team: string; by: string; title: string; body: string }[] = [
  {
    team: HEATH,
    by: 'helen-marriott',
    title: 'Ring 101 with details',
    body: 'Thank you for telling us. Please ring 101 with the time and place, so that somebody can look into it. In an emergency ring 999.',
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    title: 'For the council',
    body: 'This one is for the district council. I have told them, and you can tell them too on their website.',
  },
  {
    team: HEATH,
    by: 'anita-cole',
    title: 'Bike marking dates',
    body: 'We mark bicycles at the village hall on the first Saturday of each month, from ten until twelve.',
  },
]

/** Who is away, for how many days from today, and who covers. */
export const ABSENCES: readonly { who: string; days: number; cover: string | null }[] = [{ who: 'callum-reeve', days: 4, cover: 'anita-cole' }]
