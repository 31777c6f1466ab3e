import { describe, expect, test } from 'vitest'
import { BANK_HOLIDAYS } from '../../src/moderation/bank-holidays.ts'
import { afterHours, dueFor, expectedBy, sayBy, sayExpected, staffedHours, ukMoment, workingHours } from '../../src/moderation/clock.ts'

const STAFFED = { from: 8, until: 20 }
const due = (from: string) => expectedBy(new Date(from)).toISOString()
const urgent = (from: string, staffed = STAFFED) => dueFor(new Date(from), true, staffed).toISOString()

describe('four working hours', () => {
  test.each([
    ['within a day', '2026-11-23T10:00:00Z', '2026-11-23T14:00:00.000Z'],
    ['to the minute the desk closes', '2026-11-23T13:00:00Z', '2026-11-23T17:00:00.000Z'],
    ['over the night', '2026-11-23T16:30:00Z', '2026-11-24T12:30:00.000Z'],
    ['from before the desk opens', '2026-11-23T03:00:00Z', '2026-11-23T13:00:00.000Z'],
    ['from the evening', '2026-11-23T22:15:00Z', '2026-11-24T13:00:00.000Z'],
    ['over a weekend', '2026-11-20T15:00:00Z', '2026-11-23T11:00:00.000Z'],
    ['from a Sunday', '2026-11-22T12:00:00Z', '2026-11-23T13:00:00.000Z'],
    ['over Christmas 2026: Friday, the weekend, and Monday instead of Boxing Day', '2026-12-24T16:00:00Z', '2026-12-29T12:00:00.000Z'],
    ['over Easter 2027', '2027-03-25T16:00:00Z', '2027-03-30T11:00:00.000Z'],
    ['in summer time', '2026-06-15T10:00:00Z', '2026-06-15T14:00:00.000Z'],
    ['in summer the desk opens at 8 UTC', '2026-06-15T02:00:00Z', '2026-06-15T12:00:00.000Z'],
    ['over the end of summer time', '2026-10-23T15:00:00Z', '2026-10-26T12:00:00.000Z'],
    ['over the beginning of summer time', '2026-03-27T16:00:00Z', '2026-03-30T11:00:00.000Z'],
  ])('%s', (_name, from, until) => expect(due(from)).toBe(until))
})

describe('one staffed hour', () => {
  test.each([
    ['by day', '2026-11-23T10:00:00Z', '2026-11-23T11:00:00.000Z'],
    ['over the night', '2026-11-23T19:40:00Z', '2026-11-24T08:40:00.000Z'],
    ['on Christmas Day too', '2026-12-25T10:00:00Z', '2026-12-25T11:00:00.000Z'],
    ['on a Sunday', '2026-11-22T05:00:00Z', '2026-11-22T09:00:00.000Z'],
    ['over the end of summer time', '2026-10-24T18:30:00Z', '2026-10-25T08:30:00.000Z'],
    ['over the beginning of summer time', '2026-03-28T19:30:00Z', '2026-03-29T07:30:00.000Z'],
  ])('%s', (_name, from, until) => expect(urgent(from)).toBe(until))

  test('around the clock, an hour is an hour in the night of a change', () => {
    const always = { from: 0, until: 24 }
    expect(urgent('2026-10-25T00:30:00Z', always)).toBe('2026-10-25T01:30:00.000Z')
    expect(urgent('2026-03-29T00:30:00Z', always)).toBe('2026-03-29T01:30:00.000Z')
    expect(urgent('2026-11-23T23:30:00Z', always)).toBe('2026-11-24T00:30:00.000Z')
  })

  test('hours that never open end the search instead of running for ever', () => {
    expect(urgent('2026-11-23T10:00:00Z', { from: 9, until: 9 })).toBe('2026-11-23T11:00:00.000Z')
  })
})

test('the open hours of a day are those of UK clocks', () => {
  expect(ukMoment('2026-06-15', 9).toISOString()).toBe('2026-06-15T08:00:00.000Z')
  expect(ukMoment('2026-12-15', 24).toISOString()).toBe('2026-12-16T00:00:00.000Z')
  // At 1am on that day clocks go to 2am: there is no 1am.
  expect(ukMoment('2026-03-29', 1).toISOString()).toBe('2026-03-29T01:00:00.000Z')
  expect(ukMoment('2026-03-29', 8).toISOString()).toBe('2026-03-29T07:00:00.000Z')
  expect(ukMoment('2026-10-25', 8).toISOString()).toBe('2026-10-25T08:00:00.000Z')
})

test('no hours pass outside the open ones, whenever the clock starts', () => {
  const opens = (day: string) => workingHours(day)
  for (let hour = 0; hour < 24 * 365; hour += 5) {
    const from = new Date(Date.UTC(2026, 0, 1, hour))
    const until = afterHours(from, 4, opens)
    const inUk = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/London',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(until)
    expect(until.getTime() - from.getTime()).toBeGreaterThanOrEqual(4 * 3_600_000)
    expect(inUk).toMatch(/^(Mon|Tue|Wed|Thu|Fri)/)
    expect(inUk).toMatch(/(09|1[0-6]):\d\d$|17:00$/)
    // Two hours and then two more are the same as four.
    expect(afterHours(afterHours(from, 2, opens), 2, opens)).toEqual(until)
  }
})

test('an urgent deadline is never later than a standard one when the desk is staffed every day', () => {
  for (let hour = 0; hour < 24 * 60; hour += 3) {
    const from = new Date(Date.UTC(2026, 9, 1, hour))
    expect(dueFor(from, true, STAFFED).getTime()).toBeLessThanOrEqual(dueFor(from, false, STAFFED).getTime())
  }
  expect(staffedHours(STAFFED)('2026-12-25')).toEqual(STAFFED)
})

describe('bank holidays', () => {
  const dayOf = (day: string) => new Date(`${day}T12:00:00Z`)
  const years = [...new Set(BANK_HOLIDAYS.map((day) => Number(day.slice(0, 4))))]

  test('are eight working days in each year', () => {
    expect(years).toEqual([2026, 2027, 2028])
    expect(new Set(BANK_HOLIDAYS).size).toBe(24)
    for (const day of BANK_HOLIDAYS) expect([1, 2, 3, 4, 5]).toContain(dayOf(day).getUTCDay())
    for (const year of years) expect(BANK_HOLIDAYS.filter((day) => day.startsWith(String(year)))).toHaveLength(8)
  })

  test.each(years)('have Easter of %i right', (year) => {
    const easter = easterSunday(year)
    const beside = (days: number) => new Date(easter.getTime() + days * 86_400_000).toISOString().slice(0, 10)
    expect(BANK_HOLIDAYS).toContain(beside(-2))
    expect(BANK_HOLIDAYS).toContain(beside(1))
  })

  test.each(years)('have the Mondays of %i right', (year) => {
    const mondays = (month: number) =>
      BANK_HOLIDAYS.filter((day) => day.startsWith(`${year}-${String(month).padStart(2, '0')}`) && dayOf(day).getUTCDay() === 1).map((day) =>
        Number(day.slice(8)),
      )
    expect(mondays(5)).toHaveLength(2)
    expect(mondays(5)[0]).toBeLessThanOrEqual(7)
    expect(mondays(5)[1]).toBeGreaterThanOrEqual(25)
    expect(mondays(8)[0]).toBeGreaterThanOrEqual(25)
  })
})

describe('in words', () => {
  test('the day is said as people say it', () => {
    const at = new Date('2026-11-23T10:00:00Z')
    expect(sayBy(new Date('2026-11-23T15:00:00Z'), at)).toBe('3pm today')
    expect(sayBy(new Date('2026-11-24T11:30:00Z'), at)).toBe('11:30am tomorrow')
    expect(sayBy(new Date('2026-12-29T12:00:00Z'), at)).toBe('midday on Tuesday 29 December 2026')
  })

  test('an author is told when to expect a moderator, and when it takes longer', () => {
    const held = new Date('2026-11-23T11:00:00Z')
    expect(sayExpected(held, new Date('2026-11-23T11:01:00Z'))).toBe('Usually looked at by 3pm today.')
    expect(sayExpected(held, new Date('2026-11-23T15:00:00Z'))).toMatch(/longer than usual/)
  })
})

/** The anonymous Gregorian computus. */
function easterSunday(year: number): Date {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return new Date(Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1))
}
