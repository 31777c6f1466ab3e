import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { showGroups, SMALLEST_GROUP, type Group } from '../../src/statistics/small-groups.ts'

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
