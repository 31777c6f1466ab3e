import { describe, expect, test } from 'vitest'
import { quietEnd } from '../../src/following/quiet.ts'

const end = (from: number | null, until: number | null, moment: string) =>
  quietEnd({ quietFrom: from, quietUntil: until }, new Date(moment))?.toISOString() ?? null

describe('quiet hours', () => {
  test.each([
    ['none are set', null, null, '2027-01-10T23:00:00Z', null],
    ['before them', 22, 7, '2027-01-10T21:59:59Z', null],
    ['their first second', 22, 7, '2027-01-10T22:00:00Z', '2027-01-11T07:00:00.000Z'],
    ['before midnight', 22, 7, '2027-01-10T23:30:00Z', '2027-01-11T07:00:00.000Z'],
    ['after midnight', 22, 7, '2027-01-11T06:59:59Z', '2027-01-11T07:00:00.000Z'],
    ['their end', 22, 7, '2027-01-11T07:00:00Z', null],
    ['within one day', 9, 17, '2027-01-11T12:00:00Z', '2027-01-11T17:00:00.000Z'],
    ['until midnight', 20, 0, '2027-01-11T21:00:00Z', '2027-01-12T00:00:00.000Z'],
    ['in summer, by UK clocks', 22, 7, '2027-07-10T21:30:00Z', '2027-07-11T06:00:00.000Z'],
    ['in summer, an hour before by UTC', 22, 7, '2027-07-10T20:59:00Z', null],
    // Clocks go forward on 28 March 2027 at 1am, back on 31 October 2027 at 2am.
    ['over the night of spring', 22, 7, '2027-03-27T23:00:00Z', '2027-03-28T06:00:00.000Z'],
    ['over the night of autumn', 22, 7, '2027-10-30T21:30:00Z', '2027-10-31T07:00:00.000Z'],
    ['until an hour that spring leaves out', 22, 1, '2027-03-28T00:30:00Z', '2027-03-28T01:00:00.000Z'],
    ['until an hour that autumn has twice, before the first', 22, 1, '2027-10-30T23:30:00Z', '2027-10-31T00:00:00.000Z'],
    ['within the hour that autumn has twice, the second time', 1, 2, '2027-10-31T01:30:00Z', '2027-10-31T02:00:00.000Z'],
  ])('%s', (_what, from, until, moment, expected) => {
    expect(end(from, until, moment)).toBe(expected)
  })

  test('always end in the future, and are not quiet at their end', () => {
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += 7)
      for (const [from, until] of [
        [22, 7],
        [0, 1],
        [1, 2],
        [23, 2],
        [12, 11],
      ] as const)
        for (const start of ['2027-03-27T00:00:00Z', '2027-10-30T00:00:00Z']) {
          const moment = new Date(Date.parse(start) + minutes * 60_000)
          const ends = quietEnd({ quietFrom: from, quietUntil: until }, moment)
          if (!ends) continue
          expect(ends > moment).toBe(true)
          expect(ends.getTime() - moment.getTime()).toBeLessThanOrEqual(25 * 3_600_000)
          expect(quietEnd({ quietFrom: from, quietUntil: until }, ends)).toBeNull()
        }
  })
})
