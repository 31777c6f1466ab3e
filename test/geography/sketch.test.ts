import { describe, expect, test } from 'vitest'
import { readRough, roughPoint, sayRough } from '../../src/geography/rough.ts'
import type { Rings } from '../../src/geography/schema.ts'
import { sketch } from '../../src/geography/sketch.ts'

const BOX = { west: -0.54, south: 53.19, east: -0.52, north: 53.21 }
const square: Rings = [
  [
    [-0.54, 53.19],
    [-0.52, 53.19],
    [-0.52, 53.21],
    [-0.54, 53.21],
    [-0.54, 53.19],
  ],
]

describe('a sketch', () => {
  test('keeps the shape that the ground has: a fiftieth of a degree is narrower than it is high', () => {
    const { width, height } = sketch([[square]], BOX)
    expect(height / width).toBeGreaterThan(1.6)
    expect(height / width).toBeLessThan(1.7)
    expect(height).toBeLessThanOrEqual(801)
  })

  test('puts north up and west left, and closes the line', () => {
    const { lines, width, height } = sketch([[square]], BOX)
    const [line = ''] = lines
    expect(line).toMatch(/^M0\.0 \d+\.\dL.*Z$/)
    const [left, bottom] = /^M([\d.]+) ([\d.]+)/.exec(line)?.slice(1).map(Number) ?? []
    expect(left).toBe(0)
    expect(bottom).toBeGreaterThan(height - 2)
    expect(line).toContain(`L0.0 0.0`)
    expect(width).toBeGreaterThan(400)
  })

  test('a line of ten thousand corners is drawn with those that an eye can see', () => {
    const ring = Array.from({ length: 10_000 }, (_, index) => {
      const angle = (index / 10_000) * 2 * Math.PI
      return [-0.53 + 0.01 * Math.cos(angle), 53.2 + 0.01 * Math.sin(angle)] as [number, number]
    })
    const [line = ''] = sketch([[[ring]]], BOX).lines
    expect(line.length).toBeLessThan(20_000)
    expect(line.length).toBeGreaterThan(2000)
  })

  test('a shape without extent draws nothing', () => {
    expect(sketch([[[[[-0.53, 53.2]]]]], BOX).lines).toEqual([''])
  })
})

describe('a rough point', () => {
  test.each([
    ['53.187,-0.532', { lat: 53.187, lng: -0.532 }],
    [' 53.1874999 , -0.5324999 ', { lat: 53.187, lng: -0.532 }],
    ['53,0', { lat: 53, lng: 0 }],
  ])('%s', (typed, point) => expect(readRough(typed)).toEqual(point))

  test.each(['', 'x', '53.1', '53.1,', '91,0', '0,181', 'NaN,NaN', '1e3,2', '53.1,-0.5,3', `53.${'1'.repeat(40)},0`])('%s is none', (typed) =>
    expect(readRough(typed)).toBeNull(),
  )

  test('is written with three decimals, also of a finer one', () => {
    expect(sayRough({ lat: 53.18765, lng: -0.5 })).toBe('53.188,-0.500')
    expect(roughPoint({ lat: 53.18765, lng: -0.53214 })).toEqual({ lat: 53.188, lng: -0.532 })
  })
})
