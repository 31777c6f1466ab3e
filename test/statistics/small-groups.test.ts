import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { showBreakdowns, showGroups, SMALLEST_GROUP, type Cell, type Group, type Shown } from '../../src/statistics/small-groups.ts'

const groupsOf = (sizes: readonly number[]): Group<number>[] => sizes.map((size, place) => ({ name: `g${place}`, size, figures: size }))
const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0)

const sizes = fc.array(fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.integer({ min: 0, max: 400 })), { maxLength: 12 })

describe('one breakdown beside its total', () => {
  test('groups that are large enough are shown, with their figures and in their order', () => {
    expect(showGroups(groupsOf([12, 5, 30]))).toEqual({ total: 47, shown: groupsOf([12, 5, 30]), hidden: [], empty: [] })
  })

  test('a small one takes the smallest of the others with it, or it could be found from the total', () => {
    const { shown, hidden, total } = showGroups(groupsOf([12, 3, 30, 8]))
    expect(shown.map(({ name }) => name)).toEqual(['g0', 'g2'])
    expect(hidden).toEqual(['g1', 'g3'])
    expect(total).toBe(53)
  })

  test('several small ones cover each other', () => {
    expect(showGroups(groupsOf([2, 20, 3])).hidden).toEqual(['g0', 'g2'])
  })

  test('of two that are equally small neither is picked: the pick would tell', () => {
    expect(showGroups(groupsOf([7, 7, 3, 20])).hidden).toEqual(['g0', 'g1', 'g2'])
  })

  test('nobody is said to be nobody only where nothing is hidden', () => {
    expect(showGroups(groupsOf([6, 0, 9]))).toMatchObject({ hidden: [], empty: ['g1'] })
    expect(showGroups(groupsOf([6, 0, 9, 2]))).toMatchObject({ hidden: ['g0', 'g1', 'g3'], empty: [] })
  })

  test('a whole below the limit is not even counted', () => {
    expect(showGroups(groupsOf([4]))).toEqual({ total: null, shown: [], hidden: ['g0'], empty: [] })
    expect(showGroups(groupsOf([0, 0]))).toEqual({ total: null, shown: [], hidden: ['g0', 'g1'], empty: [] })
    expect(showGroups([])).toEqual({ total: null, shown: [], hidden: [], empty: [] })
  })

  test('whatever the sizes: none below the limit, and none by subtraction', () => {
    fc.assert(
      fc.property(sizes, (drawn) => {
        const { total, shown, hidden, empty } = showGroups(groupsOf(drawn))
        expect(total).toBe(sum(drawn) < SMALLEST_GROUP ? null : sum(drawn))
        for (const { size, figures } of shown) expect(size === figures && size >= SMALLEST_GROUP).toBe(true)
        expect([...shown.map(({ name }) => name), ...hidden, ...empty].toSorted()).toEqual(
          groupsOf(drawn)
            .map(({ name }) => name)
            .toSorted(),
        )
        const left = (total ?? 0) - sum(shown.map(({ size }) => size))
        expect(total === null || (left === 0 ? hidden.length === 0 : left >= SMALLEST_GROUP && hidden.length >= 2 && empty.length === 0)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  // Everything that could have been, sorted by what a reader would see: where all that look the same agree on a group, the reader knows it.
  test.each([
    [2, 14],
    [3, 12],
    [4, 9],
    [5, 6],
  ])('a reader who knows the rule cannot work out a hidden group (%i groups up to %i)', (count, max) => {
    const views = new Map<string, { hidden: string[]; worlds: number[][] }>()
    for (const world of worldsOf(count, max)) {
      const { hidden, ...rest } = showGroups(groupsOf(world))
      const key = JSON.stringify([hidden, rest])
      if (!views.has(key)) views.set(key, { hidden, worlds: [] })
      views.get(key)?.worlds.push(world)
    }
    // Worlds at the edge of what was drawn have fellows beyond it.
    const whole = [...views.values()].filter(({ worlds }) => worlds.every((world) => world.every((size) => size < max)))
    const told = whole.flatMap(({ hidden, worlds }) => hidden.map((name) => new Set(worlds.map((world) => world[Number(name.slice(1))])).size))
    expect(told.length).toBeGreaterThan(10)
    expect(Math.min(...told)).toBeGreaterThan(1)
  })
})

function* worldsOf(count: number, max: number): Generator<number[]> {
  if (count === 0) return yield []
  for (const rest of worldsOf(count - 1, max)) for (let size = 0; size <= max; size += 1) yield [size, ...rest]
}

describe('two breakdowns of the same people', () => {
  const cell = (area: string, channel: string, size: number): Cell => ({ in: [area, channel], size })

  test('what is left of one after the other is taken away is no small group either', () => {
    // Everybody who answered on paper lives in the village: village less paper would be two people.
    const [areas, channels] = showBreakdowns([cell('village', 'paper', 8), cell('village', 'web', 2), cell('town', 'web', 30)])
    expect(areas?.shown.map(({ name }) => name)).toEqual(['village', 'town'])
    expect(channels).toEqual({ total: 40, shown: [], hidden: ['paper', 'web'], empty: [] })
  })

  test('both are shown where all that overlaps is large enough', () => {
    const [areas, channels] = showBreakdowns([
      cell('village', 'paper', 8),
      cell('village', 'web', 5),
      cell('town', 'web', 30),
      cell('town', 'paper', 0),
    ])
    expect([areas?.hidden, channels?.hidden]).toEqual([[], []])
  })

  test('the first is shown as if it were alone; without any cells there is nothing', () => {
    const cells = [cell('a', 'x', 9), cell('b', 'x', 1), cell('b', 'y', 8)]
    expect(showBreakdowns(cells)[0]?.shown).toEqual(
      showGroups([
        { name: 'a', size: 9, figures: null },
        { name: 'b', size: 9, figures: null },
      ]).shown,
    )
    expect(showBreakdowns([])).toEqual([])
  })

  const cells = fc
    .array(fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 7 }) }, fc.integer({ min: 0, max: 60 })), { minLength: 12, maxLength: 12 })
    .map((drawn) => drawn.map((size, place): Cell => ({ in: [`a${place % 4}`, `c${Math.floor(place / 4)}`], size })))

  test('no union of groups of one less a union of groups of the other is a small group', () => {
    let both = 0
    fc.assert(
      fc.property(cells, (drawn) => {
        const told = showBreakdowns(drawn)
        if (told.every(({ shown }) => shown.length > 0)) both += 1
        expect(smallestDifference(drawn, told)).toBeGreaterThanOrEqual(SMALLEST_GROUP)
      }),
      { numRuns: 500 },
    )
    expect(both).toBeGreaterThan(20)
  })
})

/** The fewest people, apart from nobody, that a union of what is told of one breakdown less a union of the other leaves, either way round. */
function smallestDifference(cells: readonly Cell[], [one, other]: readonly Shown<null>[]): number {
  let smallest = Infinity
  for (const mine of unionsOf(one)) {
    for (const theirs of unionsOf(other)) {
      const [left, right] = [0, 1].map((side) =>
        sum(cells.filter((cell) => (side === 0) === mine(cell.in[0]) && (side === 0) !== theirs(cell.in[1])).map(({ size }) => size)),
      )
      for (const size of [left, right]) if (size) smallest = Math.min(smallest, size)
    }
  }
  return smallest
}

/** All that can be put together from the groups that are shown and the one lump of what is not. */
function unionsOf(told: Shown<null> | undefined): ((name: string | undefined) => boolean)[] {
  if (!told || told.total === null) return []
  const blocks = [...told.shown.map(({ name }) => new Set([name])), new Set([...told.hidden, ...told.empty])]
  return Array.from(
    { length: 2 ** blocks.length },
    (_, choice) => (name) => blocks.some((block, place) => (choice & (2 ** place)) !== 0 && block.has(name ?? '')),
  )
}
