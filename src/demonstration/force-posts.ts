/**
 * A week of the demonstration’s staff network: what colleagues tell each other, links that are worth it, thanks, and what leadership says and hears.
 */
import { say } from './script.ts'
import type { PlannedInside, PlannedLink, PlannedPraise } from './force-script.ts'

const IMRAN = 'imran-adeyemi'
const HELEN = 'helen-marriott'
const PAUL = 'paul-whitelock'

export const PLANNED_TOLD: readonly PlannedInside[] = [
  {
    key: 'kits',
    by: 'ravi-nair',
    when: [6, '09:10'],
    title: 'Forty marking kits have come. Take what you need',
    text: `
      They are in the blue cupboard at Lincoln Bracebridge, lower shelf. Each does about twenty-five bicycles.

      Write your team on the sheet, please, not because anybody checks, but because I want to know where the next forty should go.`,
    tags: ['bike marking'],
    talk: [
      say(IMRAN, 'Six for the heath, thank you. I come by on Thursday.', say('ravi-nair', 'They have your name on. So has the biscuit tin.')),
      say(
        'lucy-thornhill',
        'Do they work on tools as well? We have an allotment that keeps asking.',
        say('ravi-nair', 'On anything that is metal and dry.'),
      ),
    ],
    thanks: [IMRAN, 'megan-tripp', 'lucy-thornhill'],
  },
  {
    key: 'batteries',
    by: 'will-harrod',
    when: [5, '13:20'],
    title: 'Drones in the cold: what the batteries told me',
    text: `
      Below five degrees ours give up a third earlier than the display says. What works: carry them inside the jacket, warm one up for two minutes
      in a hover, and come home at forty per cent instead of twenty-five.

      I have put the table into the drone pilots’ circle.`,
    tags: ['drones'],
    talk: [
      say('ben-okafor', 'Same here, to the minute. A hot water bottle in the case helps, and gets you talked about.'),
      say('beth-lowther', 'That explains the one in the hedge.', say('will-harrod', 'We said that we would not speak of the hedge.')),
    ],
    thanks: ['ben-okafor', 'beth-lowther', 'chloe-vane', 'aidan-frost'],
  },
  {
    key: 'cards',
    by: 'sofia-martins',
    when: [3, '10:15'],
    title: 'Advice cards in six languages are ready to print',
    text: `
      Portuguese, Polish, Lithuanian, Romanian, Bulgarian and Ukrainian. One side: who we are and what 999 and 101 are for. Other side: your rights at
      work, and who to ring about them.

      Four of us wrote them, and four neighbours read them aloud until nobody laughed any more.`,
    tags: ['languages', 'modern slavery'],
    talk: [
      say('ewa-nowicka', 'The packhouse wants two hundred. Their cook found a mistake in the Polish, so it is right now.'),
      say('amy-storr', 'Could there be Punjabi?', say('kulvinder-gill', 'There will be by Friday, if somebody checks my spelling.')),
    ],
    thanks: ['piotr-zielinski', 'ewa-nowicka', 'karen-abell', 'hugh-bloom'],
  },
  {
    key: 'sign',
    by: 'chloe-vane',
    when: [2, '11:30'],
    title: 'One sign to learn this week: “Are you all right?”',
    text: `
      Flat hands on your chest, move them forward, thumbs up, eyebrows up as well: the eyebrows make it a question. That is all of it.

      I used it twice on the promenade on Saturday. Both times somebody’s face changed.`,
    tags: ['languages'],
    talk: [say('leanne-gosling', 'Learnt it from my niece. She says that my eyebrows have an accent.')],
    thanks: ['sam-carter', 'leanne-gosling', IMRAN],
  },
  {
    key: 'words',
    by: 'sam-carter',
    when: [1, '15:05'],
    title: 'Seven words that nobody on the doorstep says',
    text: `
      - male, female: a man, a woman
      - vehicle: car, van, bicycle
      - premises: shop, house, school
      - attended: came, went
      - in relation to: about
      - commence: begin
      - going forward: nothing at all, just leave it out

      None of these is wrong. They only make an honest answer sound like one that hides something.`,
    tags: ['plain English'],
    talk: [
      say(HELEN, 'Printed, and stuck on the kettle.'),
      say('mark-dwyer', 'I attended this post in relation to my vehicle.', say('sam-carter', 'Thank you, Mark. Going forward I shall be crying.')),
    ],
    thanks: [HELEN, IMRAN, 'zara-hussain', 'joanne-tasker', 'gareth-bingham'],
  },
  {
    key: 'flask',
    by: 'anita-cole',
    when: [0, '07:50'],
    title: 'Whose is the green flask in the second pool car?',
    text: 'It is still warm, so it cannot be long. On the window sill of the front office, next to the other four.',
    tags: ['lost and found'],
  },
]

export const PLANNED_LINKS: readonly PlannedLink[] = [
  {
    key: 'practice-bank',
    by: 'megan-tripp',
    when: [4, '10:10'],
    title: 'Where other forces write down what worked',
    url: 'https://www.college.police.uk/support-forces/practices',
    text: 'The College of Policing keeps examples from all forces, with how well each was tested. I look here before I invent anything. The ones about bicycle theft are short and honest about what did not work.',
    tags: ['good practice', 'bike marking'],
    talk: [say('ben-okafor', 'The one about gates is ours, slightly better written.')],
    thanks: ['ben-okafor', HELEN],
  },
  {
    key: 'true-vision',
    by: 'piotr-zielinski',
    when: [2, '08:25'],
    title: 'Reporting hate crime in one’s own language',
    url: 'https://www.report-it.org.uk/',
    text: 'True Vision is the police’s own site for reporting hate crime, also without a name. Many people in Boston do not know that it is us who read it. I print the address on the back of the tea tickets.',
    tags: ['hate crime', 'languages'],
    thanks: ['ewa-nowicka', 'kulvinder-gill'],
  },
]

export const PLANNED_PRAISES: readonly PlannedPraise[] = [
  {
    key: 'thanks-hykeham',
    by: IMRAN,
    when: [3, '16:40'],
    whom: [{ team: 'Hykeham Town' }],
    text: 'Three of you came up the hill on your own afternoon to stand by a bus shelter with us, in that rain. 34 people talked to you. One of them brought soup.',
    tags: ['community meetings'],
    talk: [say('naomi-clegg', 'It was good soup. Any time.')],
    thanks: [HELEN, 'beth-lowther', 'anita-cole', 'ben-okafor'],
  },
  {
    key: 'thanks-ewa',
    by: 'dean-foss',
    when: [1, '09:20'],
    whom: [{ person: 'ewa-nowicka' }],
    text: 'A lady at our front counter had a letter that she could not read, and was sure that it meant prison. Ewa stayed on the telephone for twenty minutes. It was a library book.',
    tags: ['languages'],
    talk: [say('kulvinder-gill', 'This is the job. Thank you both.')],
    thanks: ['piotr-zielinski', 'kulvinder-gill', PAUL, 'sofia-martins', 'joanne-tasker'],
  },
]

/** Written by who leads. */
export const PLANNED_STATEMENTS: readonly PlannedInside[] = [
  {
    key: 'canteens',
    by: PAUL,
    when: [4, '09:00'],
    title: 'What I heard in seven canteens, and what changes',
    text: `
      I have sat in seven canteens in three weeks. Thank you for the tea, and for not being polite.

      You said three things more often than all others: the rota comes too late, good people answer questions on their rest days, and nobody ever hears
      what became of an idea.

      - From next month the rota stands six weeks ahead. Where it cannot, the sergeant says why.
      - Nobody is expected to answer on a rest day. Absence moves your questions to whoever covers. Use it.
      - Ideas that are written here get an answer here. From me, within two weeks, also when it is no.

      Tell me below what I have got wrong.`,
    tags: ['rota', 'wellbeing'],
    talk: [
      say(
        'beth-lowther',
        'Six weeks was promised two years ago as well. I would like to believe it. What is different this time?',
        say(
          PAUL,
          'Fair. Then it hung on one person with a spreadsheet, and she retired. Now two people share it and the dates are on this network for everybody to see. If one slips, hold this post under my nose.',
          say('beth-lowther', 'I shall. Thank you for a straight answer.'),
        ),
      ),
      say(
        'tara-wells',
        'With respect: seven canteens, all of them in towns. In Market Rasen we have a kettle in a cupboard. Rural teams read “canteen” and know that it is not about them.',
        say(PAUL, 'That stings, because it is true. I am at your kettle next Tuesday. Bring everybody who is on.'),
      ),
      say(
        'tom-ellison',
        'Absence moves the questions, yes, to somebody who has their own. It helps me and not the team. Two more hands would.',
        say(HELEN, 'He is right. We covered for each other twice this month and it was tight both times.'),
      ),
      say('gareth-bingham', 'Speaking for the ones who do not write here: being asked was noticed.'),
    ],
    thanks: ['gareth-bingham', 'megan-tripp', 'naomi-clegg', 'ravi-nair', IMRAN, 'ewa-nowicka'],
  },
  {
    key: 'rota-done',
    by: PAUL,
    when: [1, '10:00'],
    title: 'The rota: what follows from your answers',
    text: `
      Twelve of you answered the survey, and most said the same: it is not the shifts, it is not knowing them.

      - The next six weeks are out since this morning.
      - Swaps between two people who agree need no form any more. Tell your sergeant.
      - Nights in a row: four at most. That costs us something on Sundays, and we pay it.

      In three months we ask again.`,
    tags: ['rota'],
    talk: [say('hannah-lister', 'Four at most! My cat thanks you.'), say('tom-ellison', 'Good. I take back a third of what I said.')],
    thanks: ['hannah-lister', 'beth-lowther', 'megan-tripp', 'zara-hussain'],
  },
]
