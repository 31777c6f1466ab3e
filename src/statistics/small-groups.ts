/**
 * Figures about groups of people, shown so that no group is so small that somebody in it could be known: not from one figure, not by taking one figure from
 * another, and not by knowing this rule. Everybody is in exactly one group of a breakdown. Pure.
 *
 * For one breakdown beside its total there is `showGroups`; for several of the same people (by area, by channel) `showBreakdowns`, for people could be found
 * where two of them overlap. Figures that are made anew while people go on answering need more than a rule about one moment: every group that changes must
 * change by at least `SMALLEST_GROUP` people (effort/counting.ts does so).
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

/** People who are in the same group of every breakdown. */
export interface Cell {
  /** The name of its group in each breakdown, the more important first. All cells have the same number. */
  in: readonly string[]
  size: number
}

/**
 * Which groups of several breakdowns of the same people may be shown beside each other and beside their total: nobody, or at least `SMALLEST_GROUP`, where any
 * that are shown overlap. The first breakdown is shown as if it were alone; of the later ones the smallest groups are kept back until it holds.
 */
export function showBreakdowns(cells: readonly Cell[]): Shown<null>[] {
  const told: Shown<null>[] = []
  for (const place of (cells[0]?.in ?? []).keys()) {
    const groups = groupsOf(cells, place)
    let next = showGroups(groups)
    while (next.shown.length > 0 && !areWholeEnough(cells, [...told, next])) next = sayShown(groups, withSmallest(groups, next))
    told.push(next)
  }
  return told
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

function groupsOf(cells: readonly Cell[], place: number): Group<null>[] {
  const sizes = new Map<string, number>()
  for (const { in: names, size } of cells) sizes.set(names[place] ?? '', (sizes.get(names[place] ?? '') ?? 0) + size)
  return [...sizes].map(([name, size]) => ({ name, size, figures: null }))
}

function areWholeEnough(cells: readonly Cell[], breakdowns: readonly Shown<null>[]): boolean {
  const seen = breakdowns.map(({ shown }) => new Set(shown.map(({ name }) => name)))
  const sizes = new Map<string, number>()
  for (const { in: names, size } of cells) {
    const key = JSON.stringify(seen.map((known, place) => (known.has(names[place] ?? '') ? names[place] : null)))
    sizes.set(key, (sizes.get(key) ?? 0) + size)
  }
  return [...sizes.values()].every((size) => size === 0 || size >= SMALLEST_GROUP)
}

/** What is kept back already, everybody who is nobody, and the smallest that is shown. */
function withSmallest(groups: readonly Group<null>[], { shown }: Shown<null>): Group<null>[] {
  const smallest = Math.min(...shown.map(({ size }) => size))
  return groups.filter((group) => group.size <= smallest || !shown.includes(group))
}
