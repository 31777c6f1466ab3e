import { describe, expect, test } from 'vitest'
import { barLengths, dotSizes, sayCourse, spreadDots, type Columns } from '../../src/statistics/chart.ts'

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

  test('has circles that do not cover one another, and stay on the drawing', () => {
    const dots = [...Array.from({ length: 6 }, () => ({ x: 300, y: 200 })), { x: 0, y: 0 }, { x: 10, y: 5 }, { x: 500, y: 390 }]
    const sizes = dots.map((_, at) => 20 + at * 2)
    const spread = spreadDots(dots, sizes, { width: 600, height: 400 })
    for (const [at, one] of spread.entries()) {
      const radius = sizes[at] ?? 0
      expect([one.x - radius >= -0.5, one.y - radius >= -0.5, one.x + radius <= 600.5, one.y + radius <= 400.5]).toEqual([true, true, true, true])
      const others = spread
        .map(({ x, y }, other) => Math.hypot(x - one.x, y - one.y) - radius - (sizes[other] ?? 0))
        .filter((_, other) => other !== at)
      expect(Math.min(...others)).toBeGreaterThanOrEqual(-0.5)
    }
    expect(spreadDots([{ x: 100, y: 100 }], [20], { width: 600, height: 400 })).toEqual([{ x: 100, y: 100 }])
    expect(dots[0]).toEqual({ x: 300, y: 200 })
  })
})
