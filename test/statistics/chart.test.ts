import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barLengths, dotSizes, sayCourse, type Columns } from '../../src/statistics/chart.ts'
import { SMALLEST_GROUP } from '../../src/statistics/small-groups.ts'
import { squaresOf, type Pin } from '../../src/statistics/squares.ts'

const course = (...values: (number | null)[]): Columns => ({
  id: 'c',
  title: 'Answers',
  of: 'Week',
  unit: 'People',
  columns: values.map((value, place) => ({ label: `week ${place + 1}`, value, said: value === null ? 'too few' : `${value} people` })),
})

describe('a chart', () => {
  test('has bars of the longest one’s length, and none of nothing', () => {
    expect(barLengths([5, 10, 0, null])).toEqual([50, 100, 0, 0])
    expect(barLengths([25, 40], 100)).toEqual([25, 40])
    expect(barLengths([0, 0])).toEqual([0, 0])
    expect(barLengths([])).toEqual([])
  })

  test('says its course in words', () => {
    expect(sayCourse(course(2, 9, 4))).toBe('From 2 people in week 1 to 4 people in week 3. Highest: 9 people in week 2.')
    expect(sayCourse(course(null, 2, 9))).toBe('From 2 people in week 2 to 9 people in week 3.')
    expect(sayCourse(course(3, null))).toBe('week 1: 3 people.')
    expect(sayCourse(course(null))).toBe('Nothing to show yet.')
  })

  test('has circles whose areas stand for the values, with room for a number in the smallest', () => {
    expect(dotSizes([100, 36, 0], 40)).toEqual([40, 24, 20])
    expect(dotSizes([], 40)).toEqual([])
  })
})

describe('squares of pins', () => {
  const box = { west: -1, south: 53, east: 0, north: 54 }
  const pins = fc.array(
    fc.record({
      lat: fc.double({ min: 53, max: 54, noNaN: true }),
      lng: fc.double({ min: -1, max: 0, noNaN: true }),
      count: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 60 },
  )
  const inside = ({ lat, lng }: Pin, square: typeof box) => lng >= square.west && lng < square.east && lat >= square.south && lat < square.north

  test('are small where many pins lie, and none where too few do', () => {
    const crowd = Array.from({ length: 40 }, (_, place) => ({ lat: 53.2 + (place % 2) * 0.4, lng: -0.8 + (place % 4 > 1 ? 0.5 : 0), count: 1 }))
    expect(squaresOf(crowd, box, 1).map(({ count }) => count)).toEqual([10, 10, 10, 10])
    expect(squaresOf([...crowd, { lat: 53.9, lng: -0.9, count: 1 }], box)[0]?.count).toBeGreaterThan(4)
    expect(squaresOf(crowd.slice(0, 4), box)).toEqual([])
    expect(squaresOf([], box)).toEqual([])
  })

  test('hold everybody once, and nobody in fewer than five', () => {
    fc.assert(
      fc.property(pins, (drawn) => {
        const all = drawn.reduce((sum, { count }) => sum + count, 0)
        const squares = squaresOf(drawn, box)
        expect(squares.reduce((sum, { count }) => sum + count, 0)).toBe(all < SMALLEST_GROUP ? 0 : all)
        for (const square of squares) {
          expect(square.count).toBeGreaterThanOrEqual(SMALLEST_GROUP)
          const within = drawn.filter((pin) => pin.lng < 0 && pin.lat < 54 && inside(pin, square)).reduce((sum, { count }) => sum + count, 0)
          expect(within).toBeLessThanOrEqual(square.count)
        }
      }),
    )
  })
})
