/** Bracebridge Heath: homes, sheds and shops. */
import { become, like, recently, say, type PlannedPost } from './script.ts'

const HEATH = 'Bracebridge Heath'

export const HEATH_HOMES: readonly PlannedPost[] = [
  {
    team: HEATH,
    by: 'anita-cole',
    ago: 62,
    at: '09:10',
    title: 'Sheds broken into at the allotments: what was taken, and what helps',
    near: ['The allotments off Grantham Road', 'LN4 2ZB'],
    tags: ['burglary', 'advice'],
    liked: 4,
    text: `
      Four sheds were opened in one night, with a bar. A strimmer, two batteries and a box of apples are gone.

      What helps, in this order:

      - a hasp that is bolted through the door, not screwed on
      - nothing with a battery left overnight
      - a light that comes on when somebody walks past
      - your postcode on the handle of everything you would miss

      I am at the allotments with a marking kit for the rest of the week, from four o’clock.`,
    talk: [
      like(
        say(
          'brian',
          'Plot 14 here. They left the pumpkins and took the strimmer. I have fitted coach bolts on both doors since.',
          say('anita-cole', 'Those are the right ones. I have borrowed your photograph, without the plot number, for the notice board.'),
        ),
        3,
        1,
        1,
      ),
      become(
        say(
          'mick',
          'I saw a white van with a ladder on it going up and down at five in the morning and I know whose it is, everybody does, it is the lad from the end house.',
          say('anita-cole', 'Please do not name anybody here. Ring 101 with what you saw; it may well help.'),
        ),
        {
          kind: 'removed',
          flags: [
            { by: 'visitor', reason: 'personal-data', note: 'Everybody here knows which house is meant' },
            { by: 'pat', reason: 'personal-data' },
          ],
          reason: 'personal-data',
          note: 'Told the team. The author has been asked to ring 101 with what he saw.',
        },
      ),
      say('pat', 'Our close has bought eleven lights together, they were cheaper by the dozen less one.'),
      say('mick', 'Sorry about my first go. Rang 101 with it as asked, they were very decent.'),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 37,
    at: '18:20',
    title: 'A man charged after burglaries in Canwick',
    tags: ['burglary', 'court'],
    liked: 6,
    text: `
      After three burglaries in Canwick a man has been charged and will appear before the magistrates.

      Thank you to the neighbour who rang while it was happening. We cannot say more now, and neither should anybody else: a trial has to be fair.`,
    talk: [say('gill', 'What a relief. Thank you for telling us.'), say('steve', 'Well done to whoever picked up the phone.')],
    mode: { hours: 26, mode: 'legal-lock', reason: 'A man has been charged.', trigger: 'charge', endsIn: 60 },
  },
  {
    team: HEATH,
    by: 'anita-cole',
    ago: 47,
    at: '10:50',
    title: '“I have come about your water”: two callers, no water board',
    near: ['St John’s Park', 'LN4 2ZD'],
    tags: ['doorstep', 'scams', 'advice'],
    liked: 5,
    text: `
      Two men with lanyards asked to see the stopcock at three houses near London Road. Two of the three said: wait outside while I ring your
      office. Both times the men left. That is all you ever need to say.

      Nobody honest minds waiting outside. Ring the number on your bill, never one that they give you. If they will not go, dial 999.`,
    talk: [
      like(
        say(
          'margaret',
          'One of the three was me. I am eighty-one, I said exactly that, and my knees only shook afterwards.',
          like(
            say(
              'anita-cole',
              'You did it perfectly. May we tell people about you, without your name?',
              say('margaret', 'You may tell them that an old woman with a rolling pin did it.'),
            ),
            3,
            1,
          ),
        ),
        10,
        4,
      ),
      say(
        'vera',
        'In Navenby it was the gutters. Same two, by the sound of it.',
        say('anita-cole', 'Thank you. I have passed that on to the Cliff Villages team.'),
      ),
      become(
        say(
          'arthur',
          'My daughter has put a note by the door that says it in large letters. I recommend it.',
          say('margaret', 'Large letters are the whole secret, Arthur.'),
        ),
        { kind: 'withdrawn' },
      ),
    ],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 21,
    at: '14:15',
    title: 'The call about your bank card: hang up, wait, ring another number',
    tags: ['scams', 'advice'],
    liked: 4,
    text: `
      “This is the police. Your card has been copied. A colleague will come and fetch it.” It is not us. We never fetch a card, and never ask for a
      PIN.

      Put the phone down. Wait five minutes, or use another phone, because they can keep the line open. Then ring your bank by the number on the
      back of the card, or 101.`,
    talk: [
      like(say('margaret', 'This is how they got my sister. She kept saying, but he was so polite.'), 6, 0, 1),
      say(
        'lena',
        'Would the police really never ring?',
        say('imran-adeyemi', 'We do ring people. But you may always hang up and ring 101 to check, and we shall be glad that you did.'),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 12,
    at: '08:25',
    title: 'Catalytic converters: three in a week along Sleaford Road',
    near: ['Sleaford Road', 'LN4 2LD'],
    tags: ['vehicle crime', 'advice'],
    liked: 2,
    text: `
      Three cars lost their catalytic converter in a week, all at night, all on drives. It takes two minutes and sounds like an angry drill.

      If you hear it: dial 999, do not go out. A cage costs less than the excess. I have a list of garages that fit one.`,
    talk: [
      say(
        'owen',
        'Heard it at about four in the morning on my way home and thought roadworks. Wish I had rung.',
        like(
          say(
            'beth-lowther',
            'Everybody thinks roadworks. Next time ring, even if it turns out to be roadworks. What time, as near as you can say?',
            say(
              'owen',
              'Ten to four, give or take. I can look at the till receipt from the garage.',
              say('beth-lowther', 'Please do. That would help.'),
            ),
          ),
          2,
          1,
        ),
      ),
      say(
        'colin',
        'Could somebody please post the list?',
        say('beth-lowther', 'It is on the counter of the village hall. I may not advertise one garage over another here.'),
      ),
    ],
  },
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 2,
    at: '15:35',
    title: 'Shop theft: why it is worth ringing, even for a bottle of washing powder',
    near: ['The shops on London Road', 'LN4 2LE'],
    tags: ['shop theft'],
    liked: 3,
    text: `
      In a month we had eleven reports from the shops on London Road. Eight of them were the same two people. We would never have seen that from one
      bottle.

      Ring 101 or use the online form. Keep the recording for 30 days. PCSO Cole comes round on her patrol and copies it.`,
    talk: [
      like(say('sunil', 'I had stopped ringing. I have started again. PCSO Cole came the same afternoon.'), 4, 2),
      recently(
        become(
          say('fay', 'My cousin works in the shop and says it is always the same lady with the red coat. Is it true that nothing happens to her?'),
          { kind: 'waiting' },
        ),
        55,
      ),
      recently(
        become(say('colin', 'If the courts did their job you would not have to. Useless, the lot of them, from the judge down.'), {
          kind: 'flagged',
          flags: [{ by: 'visitor', reason: 'abuse', note: 'Rude about judges', minutesAgo: 205 }],
        }),
        1500,
      ),
    ],
  },
  {
    team: HEATH,
    by: 'anita-cole',
    ago: 6,
    at: '11:20',
    title: 'One question to ask at the door',
    tags: ['doorstep', 'advice'],
    liked: 2,
    text: `
      “Which neighbour sent you?” Rogue traders say that they are working next door. So ask which neighbour, shut the door, and ring that neighbour.

      We have stickers that say no cold calling. They work better than you would think. Ask any of us for one.`,
    talk: [
      say('pat', 'May I have thirty-one? One for each house of the close.', say('anita-cole', 'You may. I shall bring them on my round.')),
      recently(
        become(say('traderjoe', 'Cheap driving lessons Lincoln and villages first hour FREE search Drives4U now now now'), { kind: 'waiting' }),
        7300,
      ),
      become(say('brian', 'Best roofing in Lincoln, no job too small!!! Only joking. That is what the card through my door said this morning.'), {
        kind: 'kept',
        flags: [{ by: 'visitor', reason: 'spam', note: 'Advertising' }],
        note: 'It quotes an advertisement to make fun of it. Not advertising.',
      }),
    ],
  },
]
