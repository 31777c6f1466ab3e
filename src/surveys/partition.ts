/**
 * Everybody who answered, parted so that no part is one to four people. Everything that results say is made of such parts: of one partition of the same
 * people by what they answered, one by where they live, one by how it came, and tables that join parts of two of these (breakdown.ts). Sums and differences
 * of parts of one partition are made of whole parts again, so that none of them is one to four people either. Pure.
 */
import { showGroups, SMALLEST_GROUP } from '../statistics/small-groups.ts'

export interface Part {
  /** What it is made of, by key: one, or several that are only said together. */
  of: readonly string[]
  people: number
}

/** The key of those who gave no answer, or did not say where they live. It is a part like all others: who answered nothing could be found as well. */
export const NONE = ''

/** In the order in which they came; last, as one part, those that are not said apart. `sizes` is of five people or more together. */
export function partsOf(sizes: ReadonlyMap<string, number>): Part[] {
  const groups = [...sizes].map(([name, size]) => ({ name, size, figures: null }))
  const { hidden } = showGroups(groups)
  const apart = groups.filter(({ name }) => !hidden.includes(name)).map(({ name, size }) => ({ of: [name], people: size }))
  return hidden.length === 0 ? apart : [...apart, { of: hidden, people: sumOf(hidden.map((name) => sizes.get(name) ?? 0)) }]
}

/**
 * Numbers of a scale, each small one joined with a neighbour, so that what is said together stands together. Keys are the first and the last number, "2" or
 * "2-3". Those who gave no answer follow.
 */
export function bandsOf(levels: readonly number[], unanswered: number): Map<string, number> {
  const bands = levels.map((people, index) => ({ first: index + 1, last: index + 1, people }))
  for (;;) {
    const at = bands.findIndex(({ people }) => people > 0 && people < SMALLEST_GROUP)
    const small = bands[at]
    if (!small || bands.length === 1) break
    const [before, after] = [bands[at - 1], bands[at + 1]]
    const into = !before || (after && after.people < before.people) ? at : at - 1
    const [one, other] = bands.slice(into, into + 2)
    if (!one || !other) break
    bands.splice(into, 2, { first: one.first, last: other.last, people: one.people + other.people })
  }
  const named = bands.map(({ first, last, people }) => [first === last ? `${first}` : `${first}-${last}`, people] as const)
  return new Map([...named, [NONE, unanswered]])
}

/** The numbers of a band. */
export function levelsIn(key: string): number[] {
  const [first = 0, last = first] = key.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)
