import { describe, expect, test } from 'vitest'
import { answerDeadline, lawfulDeadline, sayEndOfDay } from '../../src/notices/clock.ts'

const due = (from: string, hours = 48) => lawfulDeadline(new Date(from), hours).toISOString()
const answerBy = (from: string) => answerDeadline(new Date(from)).toISOString()

describe('48 hours without weekends and bank holidays', () => {
  test.each([
    ['within a week', '2026-11-23T10:00:00Z', '2026-11-25T10:00:00.000Z'],
    ['in the night', '2026-11-24T01:30:00Z', '2026-11-26T01:30:00.000Z'],
    ['over a weekend', '2026-11-19T10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['from a Friday evening', '2026-11-20T22:00:00Z', '2026-11-24T22:00:00.000Z'],
    ['from a Saturday: the hours begin on Monday', '2026-11-21T15:00:00Z', '2026-11-25T00:00:00.000Z'],
    ['to the midnight that begins a Saturday', '2026-11-19T00:00:00Z', '2026-11-21T00:00:00.000Z'],
    ['over Christmas 2026: Friday, the weekend, and Monday', '2026-12-23T12:00:00Z', '2026-12-29T12:00:00.000Z'],
    ['over Easter 2027, and into summer time', '2027-03-25T12:00:00Z', '2027-03-31T11:00:00.000Z'],
    ['over the end of summer time', '2026-10-23T12:00:00Z', '2026-10-27T13:00:00.000Z'],
    ['over the beginning of summer time', '2026-03-27T12:00:00Z', '2026-03-31T11:00:00.000Z'],
    ['in summer the day of UK clocks counts', '2026-06-19T22:30:00Z', '2026-06-23T22:30:00.000Z'],
  ])('%s', (_name, from, until) => expect(due(from)).toBe(until))

  test('none of them passes on a weekend or a bank holiday, and two days are one day and another', () => {
    for (let hour = 0; hour < 24 * 365; hour += 7) {
      const from = new Date(Date.UTC(2026, 0, 1, hour))
      const until = lawfulDeadline(from, 48)
      expect(until.getTime() - from.getTime()).toBeGreaterThanOrEqual(47 * 3_600_000)
      const last = new Date(until.getTime() - 1)
      expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'short' }).format(last)).toMatch(/^(Mon|Tue|Wed|Thu|Fri)$/)
      expect(lawfulDeadline(lawfulDeadline(from, 24), 24)).toEqual(until)
    }
  })
})

describe('the author’s five days', () => {
  test.each([
    ['end at the midnight after the fifth', '2026-11-23T10:00:00Z', '2026-11-29T00:00:00.000Z'],
    ['are days of the calendar, over Christmas too', '2026-12-23T10:00:00Z', '2026-12-29T00:00:00.000Z'],
    ['in summer midnight is that of UK clocks', '2026-06-15T10:00:00Z', '2026-06-20T23:00:00.000Z'],
    ['the day is that of UK clocks', '2026-06-15T23:30:00Z', '2026-06-21T23:00:00.000Z'],
    ['over the end of summer time', '2026-10-23T10:00:00Z', '2026-10-29T00:00:00.000Z'],
    ['over the beginning of summer time', '2026-03-27T10:00:00Z', '2026-04-01T23:00:00.000Z'],
  ])('%s', (_name, from, until) => expect(answerBy(from)).toBe(until))

  test('are said by the day that ends', () => {
    expect(sayEndOfDay(answerDeadline(new Date('2026-11-23T10:00:00Z')))).toBe('midnight at the end of Saturday 28 November 2026')
  })
})
