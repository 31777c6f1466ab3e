/** The north and east: the Wolds and the coast. */
import { like, postsOf, say, type PlannedPost } from './script.ts'

export const LINDSEY_POSTS: readonly PlannedPost[] = [
  ...postsOf('Market Rasen', [
    {
      ago: 55,
      at: '16:10',
      by: 'aidan-frost',
      title: 'Race day: how the traffic went',
      tags: ['roads'],
      text: `
        Forty minutes from the station to the gate at the worst moment, which is twenty too many. Next time the second car park opens an
        hour earlier.`,
      talk: [say('tilly', 'It was worse the year before. Small mercies.')],
    },
    {
      ago: 43,
      at: '10:20',
      by: 'tara-wells',
      title: 'Scam letters about lost parcels',
      tags: ['scams', 'advice'],
      text: `
        A card through the door, a telephone number that costs a fortune. The post office never asks you to ring such a number. Put it in
        the bin.`,
    },
    {
      ago: 26,
      at: '07:40',
      by: 'aidan-frost',
      title: 'Fuel oil stolen from three tanks',
      tags: ['rural crime'],
      text: 'All three could be seen from the road and were filled that week. A lock on the cap, a light, and a hedge the lorry cannot see over.',
    },
    {
      ago: 15,
      at: '13:00',
      by: 'judith-kemp',
      title: 'Your team has a new constable',
      tags: ['about us'],
      text: 'PC Frost has been here for a month and knows more dogs by name than I do.',
      talk: [like(say('tilly', 'Welcome! Ours is the loud one.'), 2)],
    },
    {
      ago: 4,
      at: '09:55',
      by: 'tara-wells',
      title: 'Coffee with us at the festival hall',
      tags: ['meet us'],
      text: 'From ten until noon on the last Friday of the month.',
    },
  ]),
  ...postsOf('Louth Rural', [
    {
      ago: 61,
      at: '06:50',
      by: 'james-elkin',
      title: 'Lead taken from a church roof near Binbrook',
      tags: ['heritage crime'],
      text: `
        Six square metres, in the rain, in one night. If you pass a church after dark and see a van with its lights off: 999. The
        churchwardens have our direct line.`,
      talk: [
        say(
          'isobel',
          'St Mary’s again? That is the third time.',
          say('rachel-wold', 'Not there, but near. I cannot say which one until the insurers have been.'),
        ),
      ],
    },
    {
      ago: 46,
      at: '20:30',
      by: 'nina-blades',
      title: 'Sheep worried at Tetney',
      tags: ['dogs', 'rural crime'],
      text: 'Two ewes died. On a lead near livestock, always, even if he has never done it before. They all have never done it before.',
    },
    {
      ago: 32,
      at: '08:05',
      by: 'james-elkin',
      title: 'Farm Watch: forty-two farms on one message',
      tags: ['rural crime'],
      text: 'One message reaches forty-two kitchens in a minute. It found a stolen trailer within two hours. Ask us to be added.',
      talk: [like(say('isobel', 'How do I join with six acres and a donkey?', say('james-elkin', 'The donkey counts. I shall be in touch.')), 2)],
    },
    {
      ago: 19,
      at: '15:50',
      by: 'nina-blades',
      title: 'Scramblers on the dunes at Saltfleet',
      tags: ['anti-social behaviour'],
      text: 'Seals have their young there. Two riders reported, both surprised that anybody had seen them. The whole village had.',
    },
    {
      ago: 9,
      at: '12:40',
      by: 'rachel-wold',
      title: 'Long roads, few of us: how we share the area',
      tags: ['about us'],
      text: `
        Four of us for three hundred square kilometres. So one is always north of the Louth road and one south, and we say each evening on
        the board who it was.`,
    },
  ]),
  ...postsOf('Skegness', [
    {
      ago: 59,
      at: '21:15',
      by: 'martin-searby',
      title: 'Lost children on the beach: the wristbands work',
      tags: ['safety', 'lost and found'],
      text: 'Eleven children lost and eleven found, the longest for nineteen minutes. Wristbands are free at the Clock Tower and at our office.',
      talk: [say('dot', 'My grandson kept his on until it fell off in the bath.')],
    },
    {
      ago: 48,
      at: '10:40',
      by: 'ivan-marek',
      title: 'Mobility scooters: how to keep yours',
      tags: ['theft', 'advice'],
      text: 'Take the key, even for a minute. We mark the battery as well as the frame. Four marked last week, all four still with their owners.',
      talk: [like(say('dot', 'Mine is number three. Thank you, Ivan.'), 2, 1)],
    },
    {
      ago: 36,
      at: '18:05',
      by: 'chloe-vane',
      title: 'Arcades and under-sixteens after nine',
      tags: ['young people'],
      text: 'The arcades have agreed to one rule for all: after nine with an adult only. It starts with a friendly word for the first fortnight.',
    },
    {
      ago: 22,
      at: '14:25',
      by: 'chloe-vane',
      title: 'Beach parking: the tide comes in twice a day',
      tags: ['safety'],
      text: 'Two cars this week. It always comes in. The signs are right.',
    },
    {
      ago: 6,
      at: '09:00',
      by: 'ivan-marek',
      title: 'Caravan park gates: new codes',
      tags: ['burglary', 'advice'],
      text: 'Three parks have changed their codes after a run of thefts. Do not prop the gate, not even for the shopping.',
    },
  ]),
]
