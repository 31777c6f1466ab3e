import { describe, expect, test } from 'vitest'
import { appealDueAt, appealUntil } from '../../src/appeals/deadline.ts'

const until = (decidedAt: string) => appealUntil(new Date(decidedAt)).toISOString()
const due = (lodgedAt: string) => appealDueAt(new Date(lodgedAt)).toISOString()

describe('28 days for an appeal, by UK clocks', () => {
  test.each([
    ['in winter', '2026-11-23T10:15:30.250Z', '2026-12-21T10:15:30.250Z'],
    ['over the end of summer time: an hour more by the sun', '2026-10-10T10:00:00.000Z', '2026-11-07T11:00:00.000Z'],
    ['over the beginning of summer time: an hour less', '2027-03-10T10:00:00.000Z', '2027-04-07T09:00:00.000Z'],
    ['late in the evening of summer, when UTC still has the day before', '2026-06-15T23:30:00.000Z', '2026-07-13T23:30:00.000Z'],
    ['into the hour that a spring night leaves out', '2027-02-28T01:30:00.000Z', '2027-03-28T01:00:00.000Z'],
    ['into the hour that an autumn night has twice: the first of them', '2026-09-27T00:30:00.000Z', '2026-10-25T00:30:00.000Z'],
    ['on the day of the change itself, after it', '2026-10-25T12:00:00.000Z', '2026-11-22T12:00:00.000Z'],
    ['over the end of the year and a leap day', '2028-02-10T09:00:00.000Z', '2028-03-09T09:00:00.000Z'],
  ])('%s', (_name, from, to) => expect(until(from)).toBe(to))

  test('is never more than an hour away from 28 times 24 hours, and never shorter on clocks that stand still', () => {
    for (let hour = 0; hour < 24 * 365; hour += 7) {
      const from = new Date(Date.UTC(2026, 0, 1, hour))
      const away = appealUntil(from).getTime() - from.getTime() - 28 * 86_400_000
      expect(Math.abs(away)).toBeLessThanOrEqual(3_600_000)
    }
  })
})

describe('five working days for the decision', () => {
  test.each([
    ['over a weekend', '2026-11-23T10:00:00Z', '2026-11-30T10:00:00.000Z'],
    ['from a Saturday: the end of the Friday', '2026-11-21T12:00:00Z', '2026-11-27T17:00:00.000Z'],
    ['from the evening', '2026-11-23T20:00:00Z', '2026-11-30T17:00:00.000Z'],
    ['over Christmas 2026 and New Year', '2026-12-23T12:00:00Z', '2027-01-04T12:00:00.000Z'],
    ['over Easter 2027', '2027-03-25T12:00:00Z', '2027-04-05T11:00:00.000Z'],
    ['over the end of summer time', '2026-10-23T10:00:00Z', '2026-10-30T11:00:00.000Z'],
  ])('%s', (_name, from, to) => expect(due(from)).toBe(to))
})
