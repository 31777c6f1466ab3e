import { describe, expect, test } from 'vitest'
import { boxAround, boxOf, isInside, isPoint, metresPerDegree, metresToLine, squareMetres } from '../../src/geography/geometry.ts'
import type { Position, Rings } from '../../src/geography/schema.ts'

const LAT = 53.2
const LNG = -0.5
const scale = metresPerDegree(LAT)
/** A corner so many metres east and north of the place where these tests happen. */
const at = (east: number, north: number): Position => [LNG + east / scale.lng, LAT + north / scale.lat]
const point = (east: number, north: number) => ({ lng: LNG + east / scale.lng, lat: LAT + north / scale.lat })
const box = (west: number, south: number, east: number, north: number): Position[] => [
  at(west, south),
  at(east, south),
  at(east, north),
  at(west, north),
  at(west, south),
]

describe('inside or outside', () => {
  const square: Rings = [box(0, 0, 1000, 1000)]

  test.each([
    ['in the middle', 500, 500, true],
    ['10 cm inside the western line', 0.1, 500, true],
    ['10 cm outside the western line', -0.1, 500, false],
    ['10 cm inside the northern line', 500, 999.9, true],
    ['10 cm outside the northern line', 500, 1000.1, false],
    ['level with a corner, outside', -200, 1000, false],
    ['level with a corner, outside, to the south', -200, 0, false],
    ['far away', 90_000, 90_000, false],
  ])('%s', (_where, east, north, inside) => {
    expect(isInside(point(east, north), square)).toBe(inside)
  })

  test('a point in a hole is outside', () => {
    const holed: Rings = [box(0, 0, 1000, 1000), box(400, 400, 600, 600)]
    expect(isInside(point(500, 500), holed)).toBe(false)
    expect(isInside(point(399, 500), holed)).toBe(true)
  })

  test('the way round of the ring does not matter', () => {
    const reversed: Rings = [box(0, 0, 1000, 1000).toReversed()]
    expect(isInside(point(500, 500), reversed)).toBe(true)
    expect(squareMetres(reversed)).toBeCloseTo(squareMetres(square), 3)
  })

  test('a ray through a corner counts it once', () => {
    const diamond: Rings = [[at(0, -100), at(100, 0), at(0, 100), at(-100, 0), at(0, -100)]]
    expect(isInside(point(0, 0), diamond)).toBe(true)
    expect(isInside(point(-150, 0), diamond)).toBe(false)
    expect(isInside(point(150, 0), diamond)).toBe(false)
  })

  test('a slanting line between two neighbours leaves no point to both or to neither', () => {
    const west: Rings = [[at(0, 0), at(300, 0), at(777, 1000), at(0, 1000), at(0, 0)]]
    const east: Rings = [[at(300, 0), at(1000, 0), at(1000, 1000), at(777, 1000), at(300, 0)]]
    for (let step = 1; step < 500; step++) {
      const [lng, lat] = at(300 + (477 * step) / 500, 2 * step)
      for (const shift of [-1e-12, 0, 1e-12]) {
        const place = { lat, lng: lng + shift }
        expect(isInside(place, west)).not.toBe(isInside(place, east))
      }
    }
  })

  test('swapped latitude and longitude is nowhere near', () => {
    const { lat, lng } = point(500, 500)
    expect(isInside({ lat: lng, lng: lat }, square)).toBe(false)
  })
})

describe('measures', () => {
  test('square metres of a kilometre square', () => {
    expect(squareMetres([box(0, 0, 1000, 1000)])).toBeGreaterThan(993_000)
    expect(squareMetres([box(0, 0, 1000, 1000)])).toBeLessThan(1_007_000)
  })

  test('a hole is taken off', () => {
    const whole = squareMetres([box(0, 0, 1000, 1000)])
    expect(squareMetres([box(0, 0, 1000, 1000), box(0, 0, 500, 1000)])).toBeCloseTo(whole / 2, 0)
  })

  test('metres to the line, from inside, outside and beyond a corner', () => {
    const square: Rings = [box(0, 0, 1000, 1000)]
    expect(metresToLine(point(-30, 500), square)).toBeCloseTo(30, 1)
    expect(metresToLine(point(40, 500), square)).toBeCloseTo(40, 1)
    expect(metresToLine(point(1030, 1040), square)).toBeCloseTo(50, 1)
    expect(metresToLine(point(0, 0), [])).toBe(Infinity)
  })

  test('a degree of latitude is 111.3 km at Lincoln, of longitude 66.8 km', () => {
    expect(scale.lat).toBeCloseTo(111_285, -2)
    expect(scale.lng).toBeCloseTo(66_825, -2)
  })

  test('the box of an outline, and one that reaches far enough on every side', () => {
    const [west, south] = at(0, 0)
    expect(boxOf([box(0, 0, 1000, 1000)])).toMatchObject({ west, south })
    const wide = boxAround(point(0, 0), 50)
    for (const [east, north] of [
      [50, 0],
      [-50, 0],
      [0, 50],
      [0, -50],
    ] as const) {
      const { lat, lng } = point(east, north)
      expect(lat >= wide.south && lat <= wide.north && lng >= wide.west && lng <= wide.east).toBe(true)
    }
  })
})

test.each([
  [Number.NaN, 0, false],
  [0, Number.NaN, false],
  [Infinity, 0, false],
  [91, 0, false],
  [0, -181, false],
  ['53', -0.5, false],
  [null, null, false],
  [53.2, -0.5, true],
  [-90, 180, true],
])('isPoint(%s, %s) is %s', (lat, lng, is) => {
  expect(isPoint(lat, lng)).toBe(is)
})
