/** The fens of the south-east. */
import { like, postsOf, say, type PlannedPost } from './script.ts'

export const HOLLAND_POSTS: readonly PlannedPost[] = [
  ...postsOf('Boston Town Centre', [
    {
      ago: 53,
      at: '09:50',
      by: 'piotr-zielinski',
      title: 'Renting a room? What a landlord may not do',
      tags: ['advice'],
      text: `
        Nobody may keep your passport, change the lock or come in without notice. Tell us or the council; you will not lose your right to
        stay because you asked.`,
      talk: [like(say('marek', 'Important. I have printed it for the notice board at work.'), 4, 2)],
    },
    {
      ago: 40,
      at: '17:15',
      by: 'leanne-gosling',
      title: 'Bicycles without lights: 30 lamps given away',
      tags: ['bike marking', 'safety'],
      text: 'Thirty lamps, given, not sold. Lights on, please: drivers on Sleaford Road tell us that they see you late.',
    },
    {
      ago: 27,
      at: '14:05',
      by: 'karen-abell',
      title: 'Street drinking by the river: moved on, and then what',
      tags: ['anti-social behaviour'],
      text: `
        Moving people on moves people on. So we go round with the council’s outreach worker now. Two people have a room; that is worth ten
        orders.`,
    },
    {
      ago: 16,
      at: '11:35',
      by: 'leanne-gosling',
      title: 'English and tea at the library, with us in the corner',
      tags: ['meet us'],
      text: 'Every Wednesday. Ask us anything, also about parking.',
      talk: [say('marek', 'Thank you, this is good for shy people.')],
    },
    {
      ago: 3,
      at: '18:20',
      by: 'piotr-zielinski',
      title: 'Uninsured: seven cars in an afternoon',
      tags: ['roads'],
      text: 'Seven seized by the cameras and the lorry. Check the date on your policy; three of the seven had only forgotten.',
    },
  ]),
  ...postsOf('Spalding Town', [
    {
      ago: 58,
      at: '22:40',
      by: 'hugh-bloom',
      title: 'Drink driving: four in one weekend',
      tags: ['roads'],
      text: 'Four arrests, the earliest at nine in the morning. The evening before counts.',
      talk: [like(say('rob', 'Good. More of it.'), 3, 1)],
    },
    {
      ago: 44,
      at: '12:20',
      by: 'sofia-martins',
      title: 'Ayscoughfee gardens: who closes the gate',
      tags: ['anti-social behaviour'],
      text: 'The ranger did, then nobody, now a volunteer and we do by turns. It has been shut at dusk for three weeks.',
    },
    {
      ago: 30,
      at: '16:15',
      by: 'colin-peck',
      title: 'Market stall for a day: what you asked us',
      tags: ['meet us', 'you said'],
      text: 'Parking (31), cycling on pavements (12), “are you real?” (4).',
      talk: [say('rob', 'I was one of the four.')],
    },
    {
      ago: 15,
      at: '08:55',
      by: 'sofia-martins',
      title: 'Bulbs, not burglars',
      tags: ['lost and found'],
      text: 'The suspicious man in the flower beds at five in the morning was the council’s gardener. Thank you for ringing all the same.',
    },
    {
      ago: 5,
      at: '13:10',
      by: 'colin-peck',
      title: 'Winsover Road: the crossing keeper’s thank-you',
      tags: ['safety'],
      text: 'Mrs Dale has seen children across for thirty years. Drivers, she says, are better than in 1995 and worse than last year.',
    },
  ]),
]
