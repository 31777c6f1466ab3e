/**
 * Figures about groups of people, shown so that no group is so small that somebody in it could be known: not from one figure, not by taking one figure from
 * another, and not by knowing this rule. Everybody is in exactly one group of a breakdown. Pure.
 *
 * `showGroups` is for one breakdown beside its total; a table of two at once is made by surveys/breakdown.ts. Figures that are made anew while people go on
 * answering need more than a rule about one moment: every group that changes must change by at least `SMALLEST_GROUP` people (effort/counting.ts does so).
 */

/** No figure is shown of fewer people than this. */
export const SMALLEST_GROUP = 5

export interface Group<T> {
  name: string
  /** People in it. */
  size: number
  figures: T
}

export interface Shown<T> {
  /** People in all groups together, also in those that are kept back; null where they are too few to say. */
  total: number | null
  /** Those that can be shown, in the order in which they came. Never one without anybody. */
  shown: Group<T>[]
  /**
   * Names of those that are not, in the order in which they came: too small, or kept back because a smaller one could be found from the total without it.
   * Groups without anybody are among them as soon as there is one: to know who is nobody makes the others easier to find.
   */
  hidden: string[]
  /** Names of the groups without anybody, where nothing is hidden. */
  empty: string[]
}

/**
 * Which groups of a whole may be shown beside its total. What is left over when all that is shown is taken from the total is either nobody, or at least
 * `SMALLEST_GROUP` people in groups whose sizes stay open; where it is not, the smallest of the others is kept back too. Nothing where the whole is too small.
 */
export function showGroups<T>(groups: readonly Group<T>[]): Shown<T> {
  return sayShown(groups, sumOf(groups) < SMALLEST_GROUP ? groups : keptBack(groups))
}

const sumOf = (groups: readonly { size: number }[]): number => groups.reduce((sum, { size }) => sum + size, 0)

const isSmall = ({ size }: { size: number }): boolean => size < SMALLEST_GROUP

function sayShown<T>(groups: readonly Group<T>[], kept: readonly Group<T>[]): Shown<T> {
  const sum = sumOf(groups)
  const total = sum < SMALLEST_GROUP ? null : sum
  const names = groups.filter((group) => kept.includes(group)).map(({ name }) => name)
  const shown = groups.filter((group) => group.size > 0 && !kept.includes(group))
  const isOpen = total !== null && sumOf(kept) === 0
  return { total, shown, hidden: isOpen ? [] : names, empty: isOpen ? names : [] }
}

function keptBack<T>(groups: readonly Group<T>[]): Group<T>[] {
  const kept = groups.filter(isSmall)
  if (sumOf(kept) === 0) return kept
  const others = groups.filter((group) => !isSmall(group)).toSorted((one, other) => one.size - other.size)
  // Whoever is as small as the last one goes with it: that the one was kept back and not the other would tell something of both.
  while (others.length > 0 && (isGivenAway(kept) || others[0]?.size === kept.at(-1)?.size)) kept.push(...others.splice(0, 1))
  return kept
}

/** Too few together, or as many as small groups can be at most: then each of them is known. */
const isGivenAway = (kept: readonly { size: number }[]): boolean =>
  sumOf(kept) < SMALLEST_GROUP || kept.every(({ size }) => size === SMALLEST_GROUP - 1)
