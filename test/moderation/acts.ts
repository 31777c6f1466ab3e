/**
 * What people may try at the desk, at random: the steps of the property test.
 */
import fc from 'fast-check'
import { ACTS, type Act } from '../../src/moderation/schema.ts'

const WHO = ['author', 'newcomer', 'resident', 'officer', 'sergeant', 'otherSergeant', 'press', 'press2', 'administrator'] as const
export type Who = (typeof WHO)[number]

export type Step =
  /** `answers`: to the first comment. */
  | { do: 'say'; who: 'author' | 'newcomer' | 'officer'; answers: boolean }
  | { do: 'edit'; who: Who; item: number }
  | { do: 'withdraw'; who: Who; item: number }
  | { do: 'claim'; who: Who; item: number }
  | { do: 'flag'; item: number; flagger: number }
  | { do: 'hide'; who: Who; item: number; reason: string }
  | { do: 'decide'; who: Who; item: number; act: Act; strike: boolean; stale: boolean }
  | { do: 'lock' }
  | { do: 'unlock' }
  | { do: 'wait'; hours: number }

const item = fc.nat({ max: 3 })
const who = fc.constantFrom(...WHO)
const desks = fc.constantFrom<Who>('press', 'press2', 'press', 'press2', 'sergeant', 'officer', 'otherSergeant', 'administrator', 'author')
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      who: fc.constantFrom('author' as const, 'newcomer' as const, 'officer' as const),
      answers: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'withdraw' as const), who, item }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claim' as const), who: desks, item }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('flag' as const), item, flagger: fc.nat({ max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hide' as const), who, item, reason: fc.constantFrom('threat', 'illegal', 'nothing') }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      who: desks,
      item,
      act: fc.constantFrom(...ACTS),
      strike: fc.boolean(),
      stale: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lock' as const, 'unlock' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(0.1, 1, 25) }) },
)
