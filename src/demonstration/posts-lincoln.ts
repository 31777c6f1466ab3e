/** Lincoln and what lies next to it. */
import { like, postsOf, say, type PlannedPost } from './script.ts'

export const LINCOLN_POSTS: readonly PlannedPost[] = [
  ...postsOf('Lincoln City Centre', [
    {
      ago: 63,
      at: '10:30',
      by: 'megan-tripp',
      title: 'Bag hooks for cafés: ask for one',
      tags: ['theft', 'advice'],
      text: `
        Bags are taken from the backs of chairs, not from laps. We gave 200 hooks to cafés between the Stonebow and the river. Ask at the
        counter.`,
      talk: [say('ellie', 'Got one, works, looks nice too.')],
    },
    {
      ago: 49,
      at: '23:10',
      by: 'paul-whitelock',
      title: 'After the clubs close: four weekends, four changes',
      tags: ['night-time economy'],
      text: `
        Taxi marshals stay an hour longer. The last kebab shop closes its hatch ten minutes earlier. Two of us stand where the queue is,
        not where the van is. Fewer fights, more complaints about cold chips.`,
      talk: [
        like(say('ellie', 'It is quieter. I slept through a Saturday for the first time since I moved in.'), 3, 1),
        say('yusuf', 'The marshals help. Nobody ran this month.', say('zara-hussain', 'Glad to hear it. Tell us when one does.')),
      ],
    },
    {
      ago: 34,
      at: '13:20',
      by: 'zara-hussain',
      title: 'Counterfeit notes at the market: what to look for',
      tags: ['fraud', 'advice'],
      text: `
        Twenties, slightly too smooth, always handed over folded. Feel the raised print on the front. Do not hand it back: ring 101, and
        write down what you remember.`,
    },
    {
      ago: 20,
      at: '09:45',
      by: 'megan-tripp',
      title: 'A purse, a violin and one shoe',
      tags: ['lost and found'],
      text: 'All three were handed in within a day. The violin is home. Whoever owns the shoe: left, brown, size nine, and how did you get home?',
      talk: [say('yusuf', 'I drove him. He hopped.')],
    },
    {
      ago: 5,
      at: '16:40',
      by: 'zara-hussain',
      title: 'Cycle racks at the station: a camera, and marking every month',
      tags: ['bike marking'],
      text: `
        Two locks, through the frame, in view of the camera. We mark bicycles at the main entrance on the first Monday of the month, from
        seven to nine.`,
      talk: [say('tomasz', 'Two locks, I do. Thank you for the camera.')],
    },
  ]),
  ...postsOf('Lincoln Bracebridge', [
    {
      ago: 57,
      at: '08:15',
      by: 'tom-ellison',
      title: 'Off-road bikes by the river path',
      tags: ['anti-social behaviour'],
      text: `
        Two seized, one handed in by a grandfather with an apology. If you see one: which way and what colour is worth more than a
        photograph. Please do not step in the way.`,
    },
    {
      ago: 42,
      at: '11:10',
      by: 'ravi-nair',
      title: 'Newark Road shops: a morning of small things',
      tags: ['shop theft'],
      text: 'Seven shops, nine conversations, one blocked fire door. We try to do this every other week.',
    },
    {
      ago: 29,
      at: '17:25',
      by: 'fiona-drury',
      title: 'What we do about the smell of cannabis',
      tags: ['drugs', 'you said'],
      text: `
        You tell us often. One report is a smell; ten from three houses are a pattern, and with a pattern we can ask a court for a
        warrant. So please go on telling us, by 101 or online.`,
      talk: [
        say(
          'mick',
          'I deliver there. I had better say no more here.',
          say('fiona-drury', 'Quite right. 101 is the place, or Crimestoppers if you would rather not give a name.'),
        ),
      ],
    },
    {
      ago: 13,
      at: '10:05',
      by: 'ravi-nair',
      title: 'Walks in company: every second Tuesday along the river',
      tags: ['meet us'],
      text: 'A slow hour, all welcome, dogs too. PCSO Nair brings the biscuits. It began with four people and is now nineteen.',
    },
    {
      ago: 3,
      at: '14:50',
      by: 'tom-ellison',
      title: 'Two arrests after a break-in on Brant Road',
      tags: ['burglary'],
      text: 'A neighbour rang while it was happening and stayed on the line. That is how it is done. Nothing more can be said for now.',
    },
  ]),
  ...postsOf('Hykeham Town', [
    {
      ago: 60,
      at: '12:15',
      by: 'sheila-marsh',
      title: 'Swimming in the lakes: please do not',
      tags: ['safety', 'advice'],
      text: `
        The water is cold from a metre down, whatever the air says. Ring 999 and ask for the fire service if somebody is in trouble;
        throw, do not go in.`,
      talk: [say('kat', 'Could there be throw lines on the far side too?', say('sheila-marsh', 'Two more have been ordered.'))],
    },
    {
      ago: 45,
      at: '19:30',
      by: 'ben-okafor',
      title: 'Quad bikes at the lakes: the gate is locked again',
      tags: ['anti-social behaviour'],
      text: 'The owner has a new gate, and we have two new names.',
      talk: [say('kat', 'At last. Thank you.')],
    },
    {
      ago: 31,
      at: '09:20',
      by: 'naomi-clegg',
      title: 'Three priorities for the next three months',
      tags: ['you said'],
      text: 'From 112 answers: off-road bikes, parking on Mill Lane, and seeing us more often. We come back with figures at the end.',
    },
    {
      ago: 17,
      at: '15:15',
      by: 'ben-okafor',
      title: 'Vans left open while delivering',
      tags: ['vehicle crime', 'advice'],
      text: 'Three thefts from vans in a week, each while the driver was at a door. It takes twelve seconds. Lock it, every time.',
    },
    {
      ago: 7,
      at: '18:45',
      by: 'sheila-marsh',
      title: 'Bring your bike, take it home with a number',
      tags: ['bike marking'],
      text: 'At the library, from four to six, while the kits last.',
    },
  ]),
]
