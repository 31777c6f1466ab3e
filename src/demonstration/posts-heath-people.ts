/** Bracebridge Heath: meeting each other, young people, the park, and whatever else there is. */
import { become, chain, like, recently, say, type PlannedPost } from './script.ts'

const HEATH = 'Bracebridge Heath'

export const HEATH_PEOPLE: readonly PlannedPost[] = [
  {
    team: HEATH,
    by: 'callum-reeve',
    ago: 69,
    at: '11:45',
    title: 'Surgery at the village hall: every second Thursday of the month',
    tags: ['surgery', 'meet us'],
    liked: 3,
    text: `
      Two of us, a table, a kettle, from half past five to seven. No appointment. If you would rather not be seen talking to us, say so in a note
      through the hall’s letter box and we shall find another way.`,
    talk: [
      say('gill', 'Good time for people who work. Thank you.'),
      say(
        'fatima',
        'Could you come to the coffee morning as well? Some of our ladies will not go out after dark.',
        like(say('callum-reeve', 'We can. PCSO Cole will be there this month.'), 3, 2),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'anita-cole',
    ago: 64,
    at: '16:30',
    title: '63 bicycles marked in one afternoon',
    tags: ['bike marking'],
    liked: 4,
    text: `
      63 bicycles, four scooters, one pushchair and a tuba. Each has a number now that we can look up from the roadside. We do it again as soon as the
      kits are in.`,
    talk: [
      like(say('tomasz', 'Mine was the one with the bent basket. Thank you for being patient with the queue.'), 1),
      like(say('chloe', 'the tuba was me'), 7, 1),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 58,
    at: '19:40',
    title: 'A spaniel called Biscuit is home',
    tags: ['lost and found'],
    liked: 11,
    text: `
      Found on the Viking Way, muddy, cheerful, no collar. His chip had an old telephone number, so it took us a day. Please look up what your dog’s
      chip says: it takes five minutes on the database’s own site.`,
    talk: [
      like(say('mick', 'I have had that dog try to get into the van three times. Glad he is back.'), 5),
      like(say('ruth', 'The most important police news of the month.'), 6, 1),
      say('arthur', 'We had a Biscuit before the war. A good name.'),
    ],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 44,
    at: '20:15',
    title: 'Noise and litter in the park: who we met there',
    near: ['The park', 'LN4 2JX'],
    tags: ['anti-social behaviour', 'young people'],
    liked: 3,
    text: `
      You told us about noise and broken glass by the swings. PCSO Reeve and I went on four evenings. Most of those we met were fifteen, bored, and
      rather polite. Two were not, and their parents know now.

      What they asked for: one light, one bin, and somewhere dry. What you asked for: quiet after ten. None of that is against the other.`,
    talk: [
      chain(
        like(say('ken', 'In my day we would have been sent home with a flea in our ear.'), 1, 0, 2),
        say('chloe', 'in your day there was a youth club and a bus'),
        say('ken', 'I grant you the bus.'),
        like(
          say(
            'callum-reeve',
            'There is a youth club again, by the way, from seven to nine at the village hall. It needs two more adults with a clean record and a sense of humour.',
          ),
          4,
          2,
        ),
        say('ken', 'Does one need to know about computers?'),
        say('callum-reeve', 'One needs to know about table tennis.'),
        like(say('ken', 'Then I may be your man. County juniors, 1961.'), 8, 3),
        say('chloe', 'ok now i actually want to play you'),
        say('ken', 'You will lose, young lady.'),
      ),
      become(say('colin', 'Round them up and make them eat the glass.'), {
        kind: 'removed',
        flags: [
          { by: 'chloe', reason: 'threat' },
          { by: 'visitor', reason: 'threat' },
          { by: 'nadia', reason: 'abuse' },
        ],
        reason: 'threat',
      }),
      become(
        say('aisha', 'The path behind the swings is the short way from the last bus. I go round by the road because there is no light at all.'),
        {
          kind: 'reverted',
          flags: [
            { by: 'visitor', reason: 'off-topic' },
            { by: 'visitor', reason: 'spam' },
            { by: 'visitor', reason: 'off-topic' },
          ],
          note: 'Nothing wrong with it. Three visitors within four minutes, all from the same place by the look of it.',
        },
      ),
    ],
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    ago: 40,
    at: '09:05',
    title: 'Lights on the Viking Way: who mends them, and when',
    near: ['The Viking Way', 'LN4 2ZD'],
    tags: ['lighting', 'you said'],
    liked: 5,
    text: `
      Several of you asked. The lights are the county council’s. I walked the path after dark with their engineer: five of nineteen are out. Four get a
      new lamp within a month, the fifth needs a new cable and will take some months longer.

      I shall say here when it is done, and also if it is not.`,
    talk: [
      like(say('aisha', 'Thank you for walking it. That is all I wanted somebody to do.'), 6, 3),
      say('arthur', 'This was my wish when the page began. I am much obliged.'),
      say(
        'ruth',
        'Three of the four are lit as of last night.',
        like(say('helen-marriott', 'Thank you, I had not been told. I shall ask about the fourth.'), 2),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'josie-osei',
    ago: 27,
    at: '10:00',
    title: 'Road closed for the village run',
    tags: ['roads'],
    text: 'London Road will be closed this Sunday from eight until noon for the village run.',
    withdrawal: {
      hours: 5,
      by: 'josie-osei',
      because: 'We had published the date of last year’s run. The council announces this year’s closure itself.',
    },
    talk: [say('mick', 'Which Sunday? The posters say the one after.', say('josie-osei', 'You are right and we are wrong. I am taking this down.'))],
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    ago: 18,
    at: '12:05',
    title: 'What you told us at the surgery',
    tags: ['surgery', 'you said'],
    liked: 2,
    text: `
      Fourteen people came. In order: speed on Grantham Road (6), a neighbour’s quad bike (3), a dog that is left alone (2), and one each about a
      hedge, a drone and the hall’s biscuits.

      The hedge is not ours. The drone was the parish council’s. We agree about the biscuits.`,
    talk: [
      say('jo', 'It was ours, for the roof survey. I have told them to put up a notice next time.'),
      become(say('pat', 'Was one of the fourteen. Felt listened to, which is new.'), {
        kind: 'edited',
        text: 'I was one of the fourteen. I felt listened to, which is new.',
      }),
    ],
  },
  {
    team: HEATH,
    by: 'callum-reeve',
    ago: 10,
    at: '21:05',
    title: 'Twelve at the youth club, and a table tennis legend',
    tags: ['young people'],
    liked: 9,
    text: `
      Twelve young people came to the second evening. They were beaten, one after the other, by a gentleman of seventy-nine who has asked not to be
      named and whom everybody can name.`,
    talk: [
      like(say('chloe', '21-6. i want a rematch'), 5),
      like(say('ken', 'Any Wednesday.'), 9, 1),
      like(say('nadia', 'Half my class has asked for bats.'), 3, 1),
      recently(become(say('kieran', 'Can under 11s come as well? My lad is ten and will not stop asking.'), { kind: 'waiting' }), 35),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 8,
    at: '07:55',
    title: 'Trailers gone from two fields: check your hitch locks',
    near: ['Fields around Canwick', 'LN4 2ZF'],
    tags: ['rural crime'],
    liked: 2,
    text: `
      Two stock trailers went from fields between Waddington and the A15 in one night. Both had hitch locks; both locks were on the gatepost, in the
      dry.

      Photograph the plate and the chassis number. Paint your postcode on the roof, large: our colleagues in the air can read.`,
    talk: [
      say('hannah', 'Ours is chained to a tree now. The tree is not pleased.'),
      recently(
        become(say('anon', 'It is the travellers at it again, it always is. Drive the lot of them out of the county.'), {
          kind: 'rejected',
          reason: 'hatred',
          note: 'Says it of a whole group of people.',
        }),
        2900,
      ),
      recently(
        become(
          say(
            'steve',
            'Everybody round here knows who has them. Ask the big fella with the yard by the railway who he sells to, and ask his brother too.',
          ),
          {
            kind: 'flagged',
            flags: [
              { by: 'visitor', reason: 'personal-data', note: 'There is only one yard by the railway', minutesAgo: 44 },
              { by: 'hannah', reason: 'personal-data', minutesAgo: 26 },
              { by: 'visitor', reason: 'active-proceedings', minutesAgo: 12 },
            ],
          },
        ),
        420,
      ),
    ],
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    ago: 1,
    at: '17:30',
    title: 'Slow to answer: what went wrong last week, and what changes',
    tags: ['about us'],
    liked: 5,
    text: `
      Three of you waited five days for an answer here. Two of us were on a course and one was ill, and nobody else looked. That was for me to see and I
      did not.

      From now on one of us is named for each day. Today it is PC Lowther.`,
    flags: [{ by: 'visitor', reason: 'off-topic', note: 'This is not police news', minutesAgo: 200 }],
    talk: [
      like(say('ken', 'An apology without the word “regrettably”. I had to sit down.'), 11, 2),
      say('priya', 'Thank you for saying it.'),
      recently(
        become(say('liz', 'I am one of the three, still waiting about the quad bike, could somebody ring me back please? You have my number.'), {
          kind: 'waiting',
        }),
        20,
      ),
      recently(
        become(say('colin', 'PC Lowther could not find her own car in a car park.'), {
          kind: 'kept',
          flags: [{ by: 'visitor', reason: 'abuse', note: 'Rude about an officer', minutesAgo: 600 }],
          note: 'Rude, and about how an officer does her work in public. That is allowed.',
        }),
        900,
      ),
    ],
  },
]
