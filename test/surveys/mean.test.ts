/** Mean places of a ranking: right together, and giving away nobody. Whoever reads them knows how many put each option first, and how means are rounded. */
import { expect, test } from 'vitest'
import { meanPlaces } from '../../src/surveys/mean.ts'

/** By the six orders of three options: how often each came, and how often each option came second and third. */
interface World {
  places: number[][]
  counts: number[]
}

function worldOf([abc = 0, acb = 0, bac = 0, bca = 0, cab = 0, cba = 0]: readonly number[]): World {
  const places = [
    [abc + acb, bac + cab, bca + cba],
    [bac + bca, abc + cba, acb + cab],
    [cab + cba, acb + bca, abc + bac],
  ]
  return { places, counts: [abc, acb, bac, bca, cab, cba, ...places.flatMap((of) => of.slice(1))] }
}

const upTo = (most: number): number[] => Array.from({ length: most + 1 }, (_, at) => at)

/** Everything that can be, given how many put A, B and C first. */
const worldsOf = ([a, b, c]: readonly [number, number, number]): World[] =>
  upTo(a).flatMap((abc) => upTo(b).flatMap((bac) => upTo(c).map((cab) => worldOf([abc, a - abc, bac, b - bac, cab, c - cab]))))

const meansOf = ({ places }: World): string => meanPlaces(places, places[0]?.reduce((sum, people) => sum + people, 0) ?? 0)?.join(' ') ?? ''

test.each([
  [6, 0, 0],
  [8, 0, 0],
  [12, 0, 0],
  [16, 0, 0],
  [60, 0, 0],
  [5, 5, 0],
  [10, 12, 0],
  [50, 5, 0],
  [5, 5, 5],
  [5, 6, 7],
  [12, 9, 7],
  [16, 16, 5],
  [25, 20, 5],
] as const)('where %i, %i and %i put an option first, no number of one to four people follows', (...firsts) => {
  for (const [means, could] of Map.groupBy(worldsOf(firsts), meansOf))
    for (const at of could[0]?.counts.keys() ?? []) {
      const numbers = [...new Set(could.map(({ counts }) => counts[at] ?? 0))]
      expect(numbers.length === 1 && [1, 2, 3, 4].includes(numbers[0] ?? 0), `${means}: number ${at} is ${numbers.join()}`).toBe(false)
    }
})

test('they add up, and say nothing of few people or two options', () => {
  expect(meansOf(worldOf([57, 3, 0, 0, 0, 0]))).toBe('1 2.1 2.9')
  expect(meansOf(worldOf([30, 10, 10, 0, 0, 10]))).toBe('1.5 2 2.5')
  expect(
    meanPlaces(
      [
        [2, 1, 1],
        [1, 2, 1],
        [1, 1, 2],
      ],
      4,
    ),
  ).toBeNull()
  expect(
    meanPlaces(
      [
        [5, 3],
        [3, 5],
      ],
      8,
    ),
  ).toBeNull()
  // Not everybody put all of them in order.
  expect(
    meanPlaces(
      [
        [5, 3, 0],
        [3, 5, 0],
        [0, 0, 7],
      ],
      8,
    ),
  ).toBeNull()
})
