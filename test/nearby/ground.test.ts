import { describe, expect, test } from 'vitest'
import { bearingTo, metresBetween, sayDirection, sayDistance, sayWalk } from '../../src/nearby/ground.ts'

const LINCOLN_CATHEDRAL = { lat: 53.2344, lng: -0.5361 }
const BRACEBRIDGE_HEATH = { lat: 53.194, lng: -0.527 }
const SKEGNESS_CLOCK = { lat: 53.1423, lng: 0.3414 }

describe('distances', () => {
  test.each([
    // By Vincenty's formula on the same ellipsoid.
    ['cathedral to the village', LINCOLN_CATHEDRAL, BRACEBRIDGE_HEATH, 4537],
    ['across the county', LINCOLN_CATHEDRAL, SKEGNESS_CLOCK, 59_543],
    ['nowhere', SKEGNESS_CLOCK, SKEGNESS_CLOCK, 0],
  ])('%s', (_what, from, to, metres) => {
    expect(metresBetween(from, to)).toBeGreaterThanOrEqual(metres * 0.998)
    expect(metresBetween(from, to)).toBeLessThanOrEqual(metres * 1.002)
    expect(metresBetween(to, from)).toBeCloseTo(metresBetween(from, to), 6)
  })

  test.each([
    [0, 'very near'],
    [49, 'very near'],
    [50, 'about 50 metres'],
    [463, 'about 450 metres'],
    [974, 'about 950 metres'],
    [975, 'about 0.6 miles'],
    [1609, 'about 1 mile'],
    [1931, 'about 1.2 miles'],
    [16_093, 'about 10 miles'],
    [23_000, 'about 14 miles'],
  ])('%i metres is %s', (metres, said) => expect(sayDistance(metres)).toBe(said))

  test.each([
    [20, null],
    [60, 'about a minute’s walk'],
    [500, 'about 8 minutes’ walk'],
    [2769, 'about 45 minutes’ walk'],
    [2830, null],
  ])('%i metres on foot: %s', (metres, said) => expect(sayWalk(metres)).toBe(said))
})

describe('directions', () => {
  const from = { lat: 53.2, lng: -0.53 }
  test.each([
    [0, 0.01, 'north', 0],
    [0.01669, 0.01, 'north-east', 45],
    [0.01, 0, 'east', 90],
    [0.01669, -0.01, 'south-east', 135],
    [0, -0.01, 'south', 180],
    [-0.01669, -0.01, 'south-west', 225],
    [-0.01, 0, 'west', 270],
    [-0.01669, 0.01, 'north-west', 315],
    [-0.0001, 0.01, 'north', 360],
  ])('%f east, %f north is %s', (east, north, said, degrees) => {
    const to = { lat: from.lat + north, lng: from.lng + east }
    expect(sayDirection(from, to)).toBe(said)
    expect(Math.abs(((bearingTo(from, to) - degrees + 540) % 360) - 180)).toBeLessThan(1)
  })

  test('next door has none', () => expect(sayDirection(from, { lat: 53.2001, lng: -0.53 })).toBeNull())
})
