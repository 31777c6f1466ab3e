/** Means and middles in words. Pure. */
import { sumOf } from './partition.ts'

/** People who are said together, and the numbers that they chose among. */
interface Band {
  levels: readonly number[]
  people: number
  /** False where some in it chose none. */
  whole: boolean
}

const middleOf = ({ levels }: Band): number => sumOf(levels) / levels.length

const decimal = (value: number): string => String(Math.round(value * 10) / 10)

/** Worked out from the numbers that are shown, and so no more exact than they are. */
export function meanSaid(bands: readonly Band[], top: number): string {
  const told = bands.filter(({ levels, people }) => levels.length > 0 && people > 0)
  const people = sumOf(told.map((band) => band.people))
  if (people === 0) return ''
  const mean = sumOf(told.map((band) => band.people * middleOf(band))) / people
  const exact = told.every(({ levels, whole }) => levels.length === 1 && whole)
  return `On average ${exact ? '' : 'about '}${decimal(mean)} out of ${top}.`
}

/** The number that parts them in two halves. */
export function middleSaid(bands: readonly Band[]): string {
  const told = bands.filter(({ levels, people }) => levels.length > 0 && people > 0).toSorted((one, other) => middleOf(one) - middleOf(other))
  const half = sumOf(told.map(({ people }) => people)) / 2
  let below = 0
  const found = told.find(({ people }) => (below += people) >= half)
  if (!found) return ''
  const [first, last] = [found.levels[0], found.levels.at(-1)]
  return first === last ? `The middle answer is ${first}.` : `The middle answer lies between ${first} and ${last}.`
}

/**
 * The mean place of each option, of those who ranked all; null where they are too few, or where there are two options, whose means would say no more than who
 * was put first. So rounded that five people could each have put an option one place elsewhere, and that all together are right: where each is rounded for
 * itself, what their sum is too much or too little can give them away.
 */
export function meanPlaces(places: readonly (readonly number[])[], answered: number): string[] | null {
  if (answered < 5 || places.length < 3 || places.some((of) => sumOf(of) !== answered)) return null
  const perPlace = answered >= 50 ? 10 : answered >= 10 ? 2 : 1
  const sums = places.map((of) => perPlace * sumOf(of.map((people, at) => people * (at + 1))))
  const left = (sumOf(sums) - sumOf(sums.map((sum) => sum - (sum % answered)))) / answered
  const up = new Set([...sums.keys()].toSorted((one, other) => ((sums[other] ?? 0) % answered) - ((sums[one] ?? 0) % answered)).slice(0, left))
  return sums.map((sum, at) => decimal((Math.floor(sum / answered) + Number(up.has(at))) / perPlace))
}
