/** Bracebridge Heath: the long conversation, in which half of the village says where it is fast. */
import { SPEED_TALK_LATER } from './talk-speed.ts'
import { chain, like, say, type PlannedPost, type Said } from './script.ts'

const FIRST: Said[] = [
  like(
    say(
      'dave',
      'Between the bus shelter and the church, ten past seven, every working day.',
      say('imran-adeyemi', 'Noted as number one.'),
      say('ruth', 'I hear them from my bed.'),
    ),
    6,
    0,
    3,
  ),
  say(
    'ruth',
    'Grantham Road outside the old garage, from six in the morning.',
    say(
      'dave',
      'Same cars every day, I could give you the list.',
      say('imran-adeyemi', 'By message to the team, please, not here: no number plates in public.'),
    ),
  ),
  say(
    'priya',
    'School road at pick-up time. Not fast on paper, but far too fast for where it is.',
    say('nadia', 'Seconded from the classroom window.'),
  ),
  say(
    'steve',
    'A15 through Waddington, all day, both ways.',
    say('beth-lowther', 'Noted. Which end is worse?', say('steve', 'The south end, after the bend.')),
  ),
  say(
    'hannah',
    'Heath Lane, Sunday mornings. Motorbikes.',
    say('owen', 'Not all of us on two wheels.', say('hannah', 'Granted. About five of you.')),
  ),
  say(
    'bex',
    'The rat run past our close when the main road is full.',
    say(
      'pat',
      'Forty-one cars between eight and nine. I counted with a cup of tea.',
      say('imran-adeyemi', 'Could you count once more on another day? Two days make a pattern.', say('pat', 'Thirty-eight. And two cups.')),
    ),
  ),
  say(
    'wheels',
    'The crossing by the chemist. They do not stop, they speed up.',
    say('callum-reeve', 'I stood there in plain clothes for half an hour: nine out of thirty did not stop. It is number two now.'),
  ),
  say(
    'jo',
    'Speaking for myself: the gateway on the hill makes people brake and then make up for it.',
    say('ken', 'Like putting a hat on a draught.'),
  ),
  say('mick', 'Every road is fast at five in the morning, and I am the only one on it.'),
  say('colin', 'It is not the speed, it is the noise.', say('tomasz', 'It is both when you are on a bicycle.', like(say('colin', 'Fair.'), 3))),
  say(
    'tomasz',
    'Coming down Cross O’Cliff Hill they pass me with a hand’s breadth.',
    say(
      'imran-adeyemi',
      'A metre and a half is what the Highway Code says. We have a mat for that and shall bring it.',
      say('tomasz', 'A mat?', say('imran-adeyemi', 'A very long ruler that lies on the road. People are always surprised.')),
    ),
  ),
  say('lena', 'I do not drive, but I walk along London Road with my heart in my mouth.'),
  say('gill', 'Pete says the bend by the water tower, Gill says the straight before it. You choose.', say('ruth', 'You are both right.')),
  say(
    'fatima',
    'Church hall on coffee mornings. Our ladies need longer to cross than the gap allows.',
    say('anita-cole', 'I shall come and cross with them, with a clipboard.', like(say('fatima', 'They will bake for that.'), 5, 1)),
  ),
  say(
    'sunil',
    'Delivery vans in front of the shop. They know the limit, they ignore it.',
    say('brian', 'They are paid by the parcel. I would blame whoever pays.', say('mick', 'As one who carries them: yes.')),
  ),
  say('brian', 'The lane to the allotments. Yes, really. Thirty miles an hour past a wheelbarrow.'),
  say(
    'chloe',
    'outside the chip shop after nine. its the same three cars and i know they think its cool. its not',
    like(say('callum-reeve', 'That may be the most useful comment here. Thank you.'), 4, 1),
  ),
  say(
    'arthur',
    'I was knocked over at the corner of Salisbury Drive in 1974. It has not improved.',
    say('margaret', 'I remember that, Arthur. You still had the milk in your hand.', like(say('arthur', 'Not a drop spilt.'), 6)),
  ),
  say('margaret', 'The corner by the library, when the bus stands there and everybody overtakes blind.'),
  say(
    'aisha',
    'Last bus drops us where there is no pavement. Cars come past at fifty.',
    say(
      'helen-marriott',
      'I have written to the bus company about that stop, and shall tell you what they say.',
      say('aisha', 'Thank you.'),
      say(
        'helen-marriott',
        'They say that they will move it to the lay-by with the light, from next month.',
        like(say('aisha', 'I did not expect that. Thank you!'), 4, 2),
      ),
    ),
  ),
  chain(
    say('ken', 'Has anybody asked why? A road that looks like a runway gets driven like one.'),
    say('jo', 'That is what the engineer said. Narrower lanes, a tree or two.'),
    say('colin', 'Trees. That is their answer to everything.'),
    say('ken', 'A tree is a very patient policeman, Colin.'),
    like(say('imran-adeyemi', 'I may put that on a mug.'), 7, 1),
    say('colin', 'I would buy that mug.'),
    say('ken', 'You would be first in the queue for a tree as well.'),
    say('colin', 'Only an apple.'),
  ),
]

export const HEATH_SPEED: readonly PlannedPost[] = [
  {
    team: 'Bracebridge Heath',
    by: 'imran-adeyemi',
    ago: 45,
    at: '18:00',
    pace: 400,
    title: 'Where is it too fast? Tell us the place and the time',
    tags: ['speeding', 'you said'],
    liked: 10,
    text: `
      We have the speed gun for a month, and two volunteers’ evenings a week. Where should we stand?

      Say the place and the time of day. No number plates and no names, please. We put everything on one map, and stand first where most of you agree.`,
    talk: [...FIRST, ...SPEED_TALK_LATER],
  },
]
