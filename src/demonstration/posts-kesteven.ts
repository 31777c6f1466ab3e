/** The villages on the cliff and the fen edge, and Grantham. */
import { like, postsOf, say, type PlannedPost } from './script.ts'

export const KESTEVEN_POSTS: readonly PlannedPost[] = [
  ...postsOf('Cliff Villages', [
    {
      ago: 65,
      at: '08:30',
      by: 'greg-hallam',
      title: 'My last week on the cliff',
      tags: ['about us'],
      text: 'After seven years I go to another force. You have been patient with a man who cannot reverse a trailer. PC Thornhill can.',
      talk: [
        say('norman', 'You will be missed, trailer or no trailer.'),
        say('vera', 'Who will do the talk at the Friday lunch?', say('lucy-thornhill', 'I shall, if there is custard.')),
      ],
    },
    {
      ago: 50,
      at: '17:40',
      by: 'gareth-bingham',
      title: 'Lorries through Navenby: what the count says',
      tags: ['roads', 'you said'],
      text: `
        212 lorries in a day, 31 of them above the weight limit. We have the names of nine firms and have written to all nine. Four have
        answered, two of them politely.`,
      talk: [like(say('norman', 'Number ten goes past my window as I write.'), 2, 0, 1)],
    },
    {
      ago: 35,
      at: '11:25',
      by: 'lucy-thornhill',
      title: 'Gutters, drives and trees: three names to be wary of',
      tags: ['doorstep', 'scams'],
      text: `
        The names change, the leaflet is the same: no address and only a mobile number. Never pay on the day. Trading Standards and we
        went round together.`,
      talk: [say('vera', 'They were here. I said no. He said he liked my roses.')],
    },
    {
      ago: 23,
      at: '19:10',
      by: 'owen-pask',
      title: 'Where is it too fast? We borrow a good idea',
      tags: ['speeding'],
      text: `
        Bracebridge Heath asked its residents for places and times, and put them on a map. We do the same now. Place and time, please; no
        number plates.`,
      talk: [say('norman', 'Navenby High Street, half past five.'), say('vera', 'Outside the bakery, all morning.')],
    },
    {
      ago: 11,
      at: '07:30',
      by: 'lucy-thornhill',
      title: 'Beehives gone from a field at Wellingore',
      tags: ['rural crime'],
      text: 'Four hives, at night, by somebody who knew how. If you are offered bees, ask where they come from.',
    },
  ]),
  ...postsOf('Washingborough and Metheringham', [
    {
      ago: 56,
      at: '09:35',
      by: 'mark-dwyer',
      title: 'Fly-tipping on Moor Lane: an invoice as evidence',
      tags: ['fly-tipping'],
      text: `
        Among eleven bags there was an invoice with an address. The council’s officer and I went there together. Four hundred pounds, and
        they swept the lane.`,
    },
    {
      ago: 41,
      at: '16:55',
      by: 'hannah-lister',
      title: 'Fishing rights, and wrongs',
      tags: ['rural crime'],
      text: 'A rod licence, the owner’s leave, and nothing bigger than your freezer. Two men with a net had none of the three.',
    },
    {
      ago: 28,
      at: '10:10',
      by: 'mark-dwyer',
      title: 'Tea at the almshouses',
      tags: ['meet us'],
      text: 'Eleven residents, one scam call during tea, which we all answered together. He hung up first.',
      talk: [like(say('vera', 'I wish I had been there.'), 1)],
    },
    {
      ago: 14,
      at: '18:35',
      by: 'adrian-coy',
      title: 'The level crossing at Metheringham: seconds matter',
      tags: ['safety', 'roads'],
      text: 'Three drivers went round the barrier in one week. There is a camera now, and it does not need tea.',
    },
    {
      ago: 2,
      at: '08:20',
      by: 'hannah-lister',
      title: 'Sheep in the road at Nocton',
      tags: ['roads'],
      text: 'They are home. Thank you to the school bus driver, who knows more about sheep than I do.',
    },
  ]),
  ...postsOf('Sleaford Rural North', [
    {
      ago: 67,
      at: '05:55',
      by: 'will-harrod',
      title: 'Hare coursing: what to tell us, and how',
      tags: ['rural crime', 'hare coursing'],
      text: `
        Dial 999 if it is happening. Number of people, vehicles, dogs, and which way they face. Do not go near. Last month we took three
        vehicles and five dogs on the strength of calls like that.`,
      talk: [
        like(
          say(
            'graham',
            'Rang at six, you were there at twenty past. Never thought I would write that.',
            say('will-harrod', 'Because you told us which gate. It saved ten minutes.'),
          ),
          4,
          2,
        ),
      ],
    },
    {
      ago: 52,
      at: '12:50',
      by: 'ewa-nowicka',
      title: 'GPS units stolen from tractors: etch, remove, lock',
      tags: ['rural crime', 'advice'],
      text: 'They are ordered from abroad and taken to order. Take the screen home. Etch your postcode across the case, large and ugly.',
      talk: [say('graham', 'Mine sleeps under the bed. The wife has views.')],
    },
    {
      ago: 38,
      at: '19:00',
      by: 'joanne-tasker',
      title: 'Ruskington: what 101 told us, and what you told us',
      tags: ['you said'],
      text: 'By telephone: parked cars. In the Co-op queue: parked cars. We have heard it.',
    },
    {
      ago: 25,
      at: '11:05',
      by: 'ewa-nowicka',
      title: 'Advice in four languages at the packhouse',
      tags: ['meet us'],
      text: 'Forty people in their break, mostly about cars and wages. We can do the first and knew somebody for the second.',
      talk: [say('marek', 'This is good. Please come to Boston too.')],
    },
    {
      ago: 7,
      at: '06:45',
      by: 'will-harrod',
      title: 'Two dogs, one car, nobody in it',
      tags: ['hare coursing'],
      text: 'Found near Billinghay with the engine warm. The dogs are well, the car is ours, and somebody has a long walk.',
    },
  ]),
  ...postsOf('Grantham Town Centre', [
    {
      ago: 54,
      at: '10:25',
      by: 'dean-foss',
      title: 'Market day: three purses in one morning',
      tags: ['theft', 'advice'],
      text: 'Zip it, front pocket, hand on it in the crowd. They work in threes: one asks the way, one bumps, one takes.',
      talk: [say('sandra', 'We shout from stall to stall now when we see them. They do not like it.')],
    },
    {
      ago: 39,
      at: '15:05',
      by: 'amy-storr',
      title: 'Underpass by the station: paint, light and a mural',
      tags: ['anti-social behaviour'],
      text: 'Twelve pupils painted it with us. Nobody has drawn on the heron so far.',
    },
    {
      ago: 28,
      at: '20:45',
      by: 'kulvinder-gill',
      title: 'Street drinking in the park: what the order allows',
      tags: ['anti-social behaviour'],
      text: `
        We may ask people to stop and take the drink. We may not send somebody away for sitting on a bench. Both were asked of us this
        week.`,
      talk: [say('sandra', 'Fair explanation. The benches are for everybody.')],
    },
    {
      ago: 12,
      at: '13:30',
      by: 'dean-foss',
      title: 'Two found hearing aids',
      tags: ['lost and found'],
      text: 'Handed in at the bus station. Say what colour the case is and they are yours.',
    },
    {
      ago: 1,
      at: '10:50',
      by: 'amy-storr',
      title: 'Shop radio: eleven shops, one call',
      tags: ['shop theft'],
      text: 'A call on the shop radio at twenty to eleven, a stop at quarter to. It works when all are on it.',
    },
  ]),
]
