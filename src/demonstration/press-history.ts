/**
 * What the desk of the demonstration has decided over the months: the public log is made of it, with its reasons, appeals and totals.
 */
import type { PlannedWord, PressStep } from './press-script.ts'

const SAM = 'sam-carter'
const JOSIE = 'josie-osei'
const ALEX = 'alex-wray'

type When = PlannedWord['when']

const said = (under: string, by: string, when: When, text: string, ...then: PressStep[]): PlannedWord => ({ under, by, when, text, then })
/** The same, which its author sent to a moderator when the page asked. */
const sent = (under: string, by: string, when: When, text: string, ...then: PressStep[]): PlannedWord => ({
  ...said(under, by, when, text, ...then),
  choice: 'moderator',
})

const told = (by: string, reason: string, note?: string): PressStep => ({ does: 'flag', by, reason, ...(note === undefined ? {} : { note }) })
const rejects = (by: string, reason: string, note?: string): PressStep => ({
  does: 'decide',
  by,
  act: 'reject',
  reason,
  ...(note === undefined ? {} : { note }),
})
const removes = (by: string, reason: string, strike = false): PressStep => ({ does: 'decide', by, act: 'remove', reason, strike })
const keeps = (by: string, note: string): PressStep => ({ does: 'decide', by, act: 'keep', note })
const releases = (by: string): PressStep => ({ does: 'decide', by, act: 'release' })
const takesOut = (by: string, reason: string, ...takeOut: string[]): PressStep => ({ does: 'decide', by, act: 'redact', reason, takeOut })

/** The same advertisement in one evening, rejected together. */
export const SPREE = {
  by: 'quickcash',
  when: [56, '18:10'] as const,
  text: 'Short before Christmas? Same-day loans, no questions, at quickcash.example now',
  under: [
    'Fly-tipping on Moor Lane: an invoice as evidence',
    'Drink driving: four in one weekend',
    'Lost children on the beach: the wristbands work',
  ],
  decider: JOSIE,
  note: 'The same text under three posts within minutes.',
}

/** Of the one who does not stop: advice, strikes, and now everything is looked at first. */
const TED: readonly PlannedWord[] = [
  said(
    'After the clubs close: four weekends, four changes',
    'ted',
    [48, '12:30'],
    'You lot could not find a drunk in a brewery.',
    told('visitor', 'abuse', 'Insults the police'),
    keeps(SAM, 'Rude about how the police work. That is allowed.'),
  ),
  said(
    'After the clubs close: four weekends, four changes',
    'ted',
    [47, '11:05'],
    'Whoever disagrees with me here is a muppet, and Ellie is the queen of them.',
    told('ellie', 'abuse'),
    told('visitor', 'abuse'),
    removes(JOSIE, 'abuse', true),
    {
      does: 'sanction',
      by: JOSIE,
      kind: 'advice',
      text: 'You are welcome to say that we do it wrong. Please leave the other people here out of it.',
    },
    {
      does: 'seal',
      by: JOSIE,
      authority: 'standards',
      reference: 'PSD 1184',
      because: 'A complaint about that evening names this comment.',
      days: 3,
    },
    { does: 'agree', by: SAM, note: 'The reference is right. Seen.' },
  ),
  said(
    'Counterfeit notes at the market: what to look for',
    'ted',
    [33, '10:40'],
    'Marek has never held a real tenner in his life, so no wonder he cannot tell.',
    told('marek', 'abuse'),
    removes(SAM, 'abuse', true),
  ),
  said(
    'Cycle racks at the station: a camera, and marking every month',
    'ted',
    [4, '09:20'],
    'Another muppet who has never ridden a bike. Yusuf, I mean you.',
    told('yusuf', 'abuse'),
    removes(JOSIE, 'abuse', true),
    {
      does: 'sanction',
      by: JOSIE,
      kind: 'hold',
      text: 'You have insulted other people here three times. For seven days a moderator reads what you write before it appears.',
      note: 'Third strike in two months.',
    },
  ),
  said('Cycle racks at the station: a camera, and marking every month', 'ted', 140, 'So now I am read like a schoolboy. Charming.'),
]

const APPEALED: readonly PlannedWord[] = [
  said(
    'What we do about the smell of cannabis',
    'kat',
    [28, '13:15'],
    'It is the flat above the barber, everybody on the stairs could tell you that.',
    told('visitor', 'personal-data'),
    removes(SAM, 'personal-data', true),
    { does: 'sanction', by: SAM, kind: 'advice', text: 'Please leave out where somebody lives, and ring 101 with it instead.' },
    { does: 'appeal', text: 'It is my own flat that I wrote about. It smells because of the barber’s lotion. Nobody else lives there.', days: 1 },
    { does: 'ask', by: JOSIE, text: 'Thank you. Do you live there alone, and do you mind that people will know?' },
    { does: 'answer', text: 'Alone with a cat. I do not mind, it was meant to be funny.' },
    {
      does: 'hear',
      by: JOSIE,
      way: 'overturned',
      text: 'You were right: you wrote about your own home. Your comment is public again, and the decision no longer counts against you. We are sorry.',
    },
    { does: 'lift', by: JOSIE, because: 'The decision was overturned on appeal.' },
  ),
  said(
    'Lorries through Navenby: what the count says',
    'norman',
    [49, '15:20'],
    'The lad in the green lorry has half a brain, and he has it on loan.',
    told('vera', 'abuse'),
    removes(JOSIE, 'abuse'),
    { does: 'appeal', text: 'It is a figure of speech. He drives past my window at six every morning.', days: 2 },
    {
      does: 'hear',
      by: SAM,
      way: 'upheld',
      text: 'Somebody who had not seen your comment before has looked at it again, with what you wrote. The decision stands: people in the village know the driver. You are welcome to write about how he drives.',
    },
  ),
  said(
    'Swimming in the lakes: please do not',
    'tilly',
    [59, '14:30'],
    'The boy they pulled out is in my daughter’s class, the tall one, he lives by the chip shop.',
    told('visitor', 'off-topic'),
    removes(ALEX, 'off-topic'),
    { does: 'appeal', text: 'How can it be off topic? It is about swimming in the lakes, and so is the post.', days: 1 },
    {
      does: 'hear',
      by: SAM,
      way: 'varied-reason',
      reason: 'personal-data',
      text: 'You were right, it was not off topic. It stays down for another reason: anybody could have known which child it was.',
    },
  ),
]

const CHANGED: readonly PlannedWord[] = [
  sent(
    'One question to ask at the door',
    'gill',
    [5, '12:10'],
    'We have spare stickers. Ring 07700 900318 and Pete brings one round, he likes the walk.',
    takesOut(SAM, 'own-personal-data', '07700 900318'),
  ),
  said(
    'A purse, a violin and one shoe',
    'yusuf',
    [19, '16:45'],
    'I think the violin belongs to the girl who plays outside the bakery on Fridays. She is there with her mother, Mrs Teal.',
    told('visitor', 'personal-data', 'Names the mother'),
    takesOut(JOSIE, 'personal-data', 'She is there with her mother, Mrs Teal.'),
  ),
  said(
    'Scam letters about lost parcels',
    'tilly',
    [42, '10:25'],
    'Mine had a link in it: www.parcel-fee.example/pay. It looked exactly like the post office’s own page.',
    takesOut(ALEX, 'spam', 'www.parcel-fee.example/pay'),
  ),
  said(
    'Noise and litter in the park: who we met there',
    'chloe',
    [43, '16:30'],
    'theres a party by the bandstand on saturday, the whole of year ten is going',
    { does: 'hide', by: 'callum-reeve', reason: 'operational-harm', note: 'We meant to be there before them.' },
    { does: 'decide', by: SAM, act: 'restore', note: 'It is on posters all over the village, with the parish council’s name on them.' },
  ),
]

const KEPT: readonly PlannedWord[] = [
  said(
    'Off-road bikes by the river path',
    'yusuf',
    [56, '13:20'],
    'No lights, no helmets and not a thought between the four of them.',
    told('visitor', 'abuse'),
    keeps(ALEX, 'About how somebody rides. Nobody can be recognised.'),
  ),
  said(
    'Renting a room? What a landlord may not do',
    'marek',
    [52, '15:05'],
    'My landlord does everything on this list. I shall not say who.',
    told('visitor', 'personal-data'),
    keeps(JOSIE, 'Names nobody.'),
  ),
  said(
    'Sheep worried at Tetney',
    'isobel',
    [45, '12:20'],
    'A dog that does this once does it again. You may think me hard.',
    told('visitor', 'threat'),
    told('visitor', 'off-topic'),
    keeps(SAM, 'An opinion about dogs.'),
  ),
  said(
    'Three priorities for the next three months',
    'kat',
    [30, '14:10'],
    'Four would have been nice. Number four is my street.',
    told('visitor', 'off-topic'),
    keeps(JOSIE, 'On topic.'),
  ),
  said(
    'Street drinking in the park: what the order allows',
    'sandra',
    [27, '09:50'],
    'Take the bench away and they stand by my stall instead. I would rather they sat.',
    told('visitor', 'hatred'),
    keeps(SAM, 'About a bench, not about a group of people.'),
  ),
  said(
    'Beehives gone from a field at Wellingore',
    'vera',
    [10, '11:35'],
    'Whoever took them has been stung, and I am not sorry.',
    told('visitor', 'threat'),
    keeps(ALEX, 'Wishes nobody worse than a bee.'),
  ),
  said(
    'Walks in company: every second Tuesday along the river',
    'ellie',
    [12, '10:15'],
    'I went and nobody came but the officer and a duck. We walked all the same.',
    told('visitor', 'spam'),
    keeps(SAM, 'No advertisement, not even for the duck.'),
  ),
]

const REMOVED: readonly PlannedWord[] = [
  said(
    'Drink driving: four in one weekend',
    'rob',
    [57, '16:20'],
    'I know which four. One of them mends my car, so I shall have to find another garage.',
    told('visitor', 'active-proceedings'),
    removes(SAM, 'active-proceedings'),
  ),
  said(
    'The level crossing at Metheringham: seconds matter',
    'graham',
    [13, '12:05'],
    'While everybody is here: my barn dance is on the fourteenth, ten pounds with a pie.',
    told('visitor', 'spam'),
    removes(SAM, 'spam'),
  ),
  said(
    'Bicycles without lights: 30 lamps given away',
    'marek',
    [39, '17:10'],
    'Has anybody a used sofa? Three seats, not green.',
    told('visitor', 'off-topic'),
    told('visitor', 'spam'),
    removes(JOSIE, 'off-topic'),
  ),
  said(
    'Ayscoughfee gardens: who closes the gate',
    'rob',
    [43, '10:45'],
    'He closes it when his wife lets him out, which is late on a Thursday, as the whole row knows.',
    told('visitor', 'personal-data'),
    removes(ALEX, 'personal-data'),
  ),
  said(
    'Farm Watch: forty-two farms on one message',
    'graham',
    [31, '08:50'],
    'The silver van of yours stands behind the grain store from nine till one. You can set your watch by it.',
    told('visitor', 'operational-harm', 'Now everybody knows where they wait.'),
    removes(SAM, 'operational-harm'),
  ),
  said(
    'Newark Road shops: a morning of small things',
    'kat',
    [41, '15:15'],
    'This is Sergeant Drury. The shops are shut tomorrow. Only joking, it is me.',
    told('visitor', 'impersonation'),
    removes(JOSIE, 'impersonation'),
  ),
]

const HELD: readonly PlannedWord[] = [
  said('Parking by the primary school: three mornings of us', 'jayden', [65, '10:20'], 'first!!! lol who even reads this', rejects(SAM, 'off-topic')),
  said(
    'Parking by the primary school: three mornings of us',
    'quickcash',
    [64, '17:40'],
    'Need money by Friday? Same-day loans at quickcash.example',
    rejects(JOSIE, 'spam'),
  ),
  sent(
    'Sheds broken into at the allotments: what was taken, and what helps',
    'steve',
    [61, '12:40'],
    'My shed was broken into on Tuesday night. They stole the mower and the drill.',
    rejects(SAM, 'crime-report'),
  ),
  said(
    'Hare coursing: what to tell us, and how',
    'graham',
    [66, '13:30'],
    'String them up by their own dog leads.',
    rejects(JOSIE, 'threat', 'He did not mean it, and the next one might.'),
  ),
  said(
    'Lead taken from a church roof near Binbrook',
    'isobel',
    [60, '10:10'],
    'My father would have said, sort them out ourselves. He is ninety and walks with two sticks.',
    { does: 'decide', by: JOSIE, act: 'release', note: 'Said of a father of ninety, fondly.' },
  ),
  sent(
    'Mobility scooters: how to keep yours',
    'dot',
    [47, '11:55'],
    'I want to make a complaint about the officer who came on Monday. He laughed at my sister and left.',
    rejects(ALEX, 'complaint'),
    { does: 'hand-over', by: ALEX, reference: 'PSD 1160' },
  ),
  said(
    'Arcades and under-sixteens after nine',
    'jayden',
    [35, '15:45'],
    'my mate gets in every night with his brothers card lol',
    rejects(ALEX, 'crime-report'),
  ),
  sent(
    'Fuel oil stolen from three tanks',
    'isobel',
    [25, '09:35'],
    'Our tank was emptied on the same night, they stole nine hundred litres.',
    rejects(JOSIE, 'crime-report'),
  ),
  said(
    'Market day: three purses in one morning',
    'quickcash',
    [53, '18:30'],
    'Lost your purse? Same-day loans at quickcash.example',
    rejects(ALEX, 'spam'),
  ),
  said(
    'Winsover Road: the crossing keeper’s thank-you',
    'quickcash',
    [4, '17:20'],
    'Thank yourself with a loan! quickcash.example, same day',
    rejects(SAM, 'spam'),
  ),
  said(
    'Beach parking: the tide comes in twice a day',
    'dot',
    [21, '10:40'],
    'The town hall has the tide times at https://tides.example, with large print.',
    releases(ALEX),
  ),
  said(
    'Coffee with us at the festival hall',
    'jayden',
    [3, '16:15'],
    'this is the chief constable speaking everybody gets free cake',
    rejects(JOSIE, 'impersonation', 'Funny, and somebody would have come for the cake.'),
  ),
  said('Scramblers on the dunes at Saltfleet', 'anon', [18, '18:40'], 'Shoot their tyres out. That is what I would do.', {
    does: 'decide',
    by: SAM,
    act: 'reject',
    reason: 'threat',
    strike: true,
  }),
  said('Vans left open while delivering', 'fay', [16, '12:15'], 'My cousin leaves hers open because the lock freezes. A spray helps.', releases(SAM)),
]

/** In no order: each has its day. */
export const DECIDED_WORDS: readonly PlannedWord[] = [...TED, ...APPEALED, ...CHANGED, ...KEPT, ...REMOVED, ...HELD]
