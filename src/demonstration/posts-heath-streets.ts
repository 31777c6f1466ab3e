/** Bracebridge Heath: roads, parking and getting about. */
import { become, chain, like, recently, say, type PlannedPost } from './script.ts'

const HEATH = 'Bracebridge Heath'

export const HEATH_STREETS: readonly PlannedPost[] = [
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 66,
    at: '08:40',
    title: 'Parking by the primary school: three mornings of us',
    near: ['Around the primary school', 'LN4 2ZE'],
    tags: ['parking', 'school'],
    liked: 4,
    text: `
      For three mornings we stood on the corner by the school gate instead of writing about it. We spoke to 41 drivers. Six were on the zigzags, two
      of them twice.

      What we have asked for:

      - the council to repaint the lines, which are worn
      - the school to open the back gate ten minutes earlier
      - all of us to park at the village hall, which has agreed to it, and walk the last four minutes

      We gave advice this time. From next week we give tickets.`,
    talk: [
      like(
        say(
          'priya',
          'Thank you. It was calm for exactly those three mornings. Please come back without telling us first.',
          like(say('imran-adeyemi', 'That is the plan. We shall not say when.'), 3, 1),
        ),
        5,
        1,
        2,
      ),
      say(
        'bex',
        'The pavement outside the bungalows is worse than the zigzags. I have to push a double buggy into the road.',
        say(
          'wheels',
          'Same with a chair. The dropped kerb at the corner is blocked every single day at ten to nine.',
          say('anita-cole', 'I measured it this morning: blocked for 22 minutes. It is on the list for the tickets.'),
        ),
      ),
      become(say('colin', 'Parents these days are too lazy to walk and too stupid to park. Somebody should let their tyres down.'), {
        kind: 'removed',
        flags: [
          { by: 'bex', reason: 'abuse' },
          { by: 'visitor', reason: 'threat', note: 'Tells people to damage cars' },
        ],
        reason: 'abuse',
        text: 'It insulted parents as a group and called for damage to their cars. You can say that parking is bad without that.',
      }),
      say('nadia', 'From inside the school: the back gate opens early from Monday. We had not known that it would help.'),
      say('colin', 'Fair enough about my last one. Point stands: walk.'),
    ],
    mode: {
      hours: 24 * 9,
      mode: 'closed',
      reason: 'The same few people were arguing in circles. We open it again when the first month of tickets can be counted.',
      endsIn: 21,
    },
  },
  {
    team: HEATH,
    by: 'callum-reeve',
    ago: 51,
    at: '17:05',
    title: 'Speed watch on Grantham Road: 214 cars, 19 letters',
    tags: ['speeding', 'speed watch'],
    liked: 6,
    text: `
      Six volunteers and I counted 214 cars in an hour by the bus shelter. 19 were above 35 miles an hour and will get a letter. The fastest did 58.

      Letters come first. Whoever gets three in a year gets a visit from me or from PC Adeyemi.`,
    correction: {
      hours: 20,
      by: 'callum-reeve',
      title: 'Speed watch on Grantham Road: 241 cars, 19 letters',
      text: `
        Six volunteers and I counted 241 cars in an hour by the bus shelter. 19 were above 35 miles an hour and will get a letter. The fastest did 53.

        Letters come first. Whoever gets three in a year gets a visit from me or from PC Adeyemi.`,
      note: 'We had turned two figures round: it was 241 cars, not 214, and the fastest did 53 miles an hour, not 58.',
    },
    talk: [
      like(
        say(
          'jo',
          'I wanted to quote this at the parish council. Is it 214 or 241? The sheet at the hall says 241.',
          like(
            say(
              'callum-reeve',
              'It is 241, and 53 for the fastest. My fault, I copied it wrongly. I correct it above today, and the first version stays readable.',
            ),
            4,
            2,
          ),
        ),
        3,
        0,
        1,
      ),
      say(
        'dave',
        'Nineteen in an hour is nineteen too many. Who do I speak to about volunteering?',
        say('callum-reeve', 'Me. Any evening at the village hall after the youth club, or use the contact details on the team’s page.'),
      ),
      become(say('ken', 'A letter. They must be trembling.'), { kind: 'unnamed' }),
    ],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 16,
    at: '12:30',
    title: 'Electric scooters: what is allowed here, in five lines',
    tags: ['scooters', 'advice'],
    liked: 3,
    text: `
      - A private electric scooter may only be ridden on private land, with the owner’s leave.
      - There is no hire scheme in the village, so there is none that may be on the road.
      - On a pavement it is an offence for everybody, whatever the age.
      - We talk first. The second time we take the scooter.
      - Mobility scooters are something else and are always welcome.`,
    talk: [
      like(say('wheels', 'Thank you for the last line. You would be surprised how often I am told to get off the pavement.'), 7, 2),
      say(
        'chloe',
        'so where ARE we supposed to ride them',
        say(
          'imran-adeyemi',
          'Honest answer: on somebody’s field with their permission, and nowhere else for now. I did not write that law, but I have to keep to it.',
          like(say('chloe', 'ok thats at least a straight answer'), 2, 1),
        ),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    ago: 14,
    at: '16:00',
    title: 'New houses and the junction with the A15: what we said, and what we did not',
    tags: ['planning', 'roads'],
    liked: 2,
    text: `
      The police are asked about road safety when houses are planned. We said that the junction needs a right-turn lane. We did not say yes or no to
      the houses: that is for the council.

      Feelings run high and some of what was written to us names private people, so every comment under this post is looked at before it appears.`,
    mode: { hours: 0, mode: 'held', reason: 'Feelings run high about this plan, so every comment is looked at before it appears.' },
    talk: [
      become(
        say(
          'jo',
          'Could you publish the letter itself, so that we can all read the same words?',
          say('josie-osei', 'Yes. It is on the council’s planning pages with the other answers. We have asked them for a link that lasts.'),
        ),
        { kind: 'released' },
      ),
      become(say('steve', 'Whoever thinks that junction works has never turned right there at half past five.'), { kind: 'released' }),
      become(
        say(
          'ken',
          'The farmer who is selling lives at the last house before the bend, the one with the green gate, in case anybody wants to thank him.',
        ),
        {
          kind: 'rejected',
          reason: 'personal-data',
          text: 'It told everybody where a private person lives. Say what you think about the plan without that.',
          note: 'Second time this week that somebody points at that house.',
        },
      ),
      recently(
        become(say('gill', 'We drive it twice a day and would be glad of the lane. When would it be built, if it is built?'), { kind: 'waiting' }),
        4400,
      ),
    ],
  },
  {
    team: HEATH,
    by: 'callum-reeve',
    ago: 4,
    at: '18:10',
    title: 'Speed watch: six places in the next training',
    tags: ['speed watch', 'volunteering'],
    liked: 2,
    text: `
      It takes two hours, the village hall has the tea, and you need no experience. Afterwards you stand with a trained colleague, never alone, never
      after dark.

      We have six places. Say here if you want one and I shall reply with the next step.`,
    talk: [
      say('dave', 'One for me, please.', say('callum-reeve', 'You are in. Five left.')),
      say(
        'ruth',
        'And one for me. I can do any afternoon.',
        say('callum-reeve', 'You too. Four left.'),
        recently(say('imran-adeyemi', 'Ruth, you begin on Thursday at two. Bring warm gloves, we have the rest.'), 1560),
      ),
      become(say('tomasz', 'I would like a place if it can be after five o’clock.'), {
        kind: 'edited',
        text: 'I would like a place if it can be after half past five o’clock, I finish work at five.',
      }),
      say(
        'arthur',
        'At ninety-one I had better leave it to the young. Bravo to you all.',
        like(say('ruth', 'You could be in charge of the biscuits, Arthur.'), 4, 1),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 0,
    at: '07:50',
    title: 'On Grantham Road this morning',
    near: ['Grantham Road, by the bus shelter', 'LN4 2ZA'],
    tags: ['speeding'],
    liked: 1,
    text: `
      An hour with the speed gun by the bus shelter. 168 cars, three tickets, one driver who thanked us. We are back another day and shall not say
      which.`,
    talk: [say('dave', 'Saw you. Funny how everybody found the brake.'), say('priya', 'More of this, please.')],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 30,
    at: '13:45',
    title: 'Passing horses on Heath Lane: wide and slow',
    tags: ['horses', 'roads'],
    liked: 3,
    text: `
      Ten miles an hour, two metres, and no horn. That is all. A horse that is frightened once remembers the place for years, and so does the rider.

      I rode the lane with Hannah’s yard and a camera on my helmet. Of eleven cars seven did it right. The other four have had a visit.`,
    talk: [
      like(say('hannah', 'It was lovely to have a police officer get cold with us. Two drivers have since come to apologise, with carrots.'), 5, 3),
      chain(
        say('colin', 'Horses pay no road tax.'),
        say('hannah', 'Nor does anybody since 1937, Colin. But they do leave a contribution for your roses.'),
        like(say('brian', 'Can confirm. Plot 14, best year ever.'), 4, 1),
      ),
    ],
  },
]
