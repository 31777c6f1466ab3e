import { expect, test } from 'vitest'
import { nextDigest } from '../../src/following/digest-time.ts'

test.each([
  // 23 November 2026 is a Monday.
  ['daily', '2026-11-23T15:00Z', '2026-11-24T07:00Z'],
  ['daily', '2026-11-24T06:59:59Z', '2026-11-24T07:00Z'],
  ['daily', '2026-11-24T07:00Z', '2026-11-25T07:00Z'],
  ['weekly', '2026-11-23T15:00Z', '2026-11-27T07:00Z'],
  ['weekly', '2026-11-27T06:00Z', '2026-11-27T07:00Z'],
  ['weekly', '2026-11-27T07:00Z', '2026-12-04T07:00Z'],
  ['weekly', '2026-11-28T00:30Z', '2026-12-04T07:00Z'],
  // In summer seven o'clock is six in UTC; half past midnight on Friday is still Thursday there.
  ['daily', '2027-07-01T05:30Z', '2027-07-01T06:00Z'],
  ['weekly', '2027-07-01T23:30Z', '2027-07-02T06:00Z'],
  // The nights in which the clocks change.
  ['daily', '2027-03-27T12:00Z', '2027-03-28T06:00Z'],
  ['daily', '2027-10-30T12:00Z', '2027-10-31T07:00Z'],
] as const)('%s after %s is %s', (rhythm, moment, next) => {
  expect(nextDigest(rhythm, new Date(moment)).toISOString()).toBe(new Date(next).toISOString())
})
