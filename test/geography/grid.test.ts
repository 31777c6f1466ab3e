import { describe, expect, test } from 'vitest'
import { metresPerDegree } from '../../src/geography/geometry.ts'
import { pointOfGrid } from '../../src/geography/grid.ts'

const apart = (a: { lat: number; lng: number }, b: { lat: number; lng: number }): number => {
  const scale = metresPerDegree(a.lat)
  return Math.hypot((a.lat - b.lat) * scale.lat, (a.lng - b.lng) * scale.lng)
}

describe('grid to degrees', () => {
  test.each([
    [551626, 170342, 51.411831, 0.178871],
    [549571, 169349, 51.403454, 0.148926],
    [366033, 564878, 54.977344, -2.532215],
    [394235, 806529, 57.149606, -2.096916],
  ])('%i %i agrees with the published value to its last digit', (east, north, lat, lng) => {
    const point = pointOfGrid(east, north)
    expect(point?.lat).toBeCloseTo(lat, 6)
    expect(point?.lng).toBeCloseTo(lng, 6)
  })

  test("the datum shift is there: the Ordnance Survey's worked example lies over 100 m from its position in the grid's own datum", () => {
    const point = pointOfGrid(651409.903, 313177.27)
    const unshifted = { lat: 52.657570301, lng: 1.717921583 }
    expect(point && apart(point, unshifted)).toBeGreaterThan(100)
    expect(point && apart(point, unshifted)).toBeLessThan(140)
  })

  test.each([
    [Number.NaN, 100000],
    [100000, Number.NaN],
    [Infinity, 100000],
    [0, 0],
    [-5, 300000],
    [800000, 300000],
    [300000, 2000000],
  ])('%d %d is not on the grid', (east, north) => {
    expect(pointOfGrid(east, north)).toBeNull()
  })
})
