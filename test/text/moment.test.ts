import { describe, expect, test } from 'vitest'
import { dayKey, sayTime } from '../../src/text/dates.ts'
import { endOfDay, readDate, readTime, ukMoment } from '../../src/text/moment.ts'

const today = new Date('2027-03-20T12:00:00Z')

describe('days as people type them', () => {
  test.each([
    ['2027-03-27', '2027-03-27'],
    ['27/3/2027', '2027-03-27'],
    ['27.03.2027', '2027-03-27'],
    [' 27 March 2027 ', '2027-03-27'],
    ['27 mar 2027', '2027-03-27'],
    ['1st September, 2027', '2027-09-01'],
    ['1 Sept 2027', '2027-09-01'],
    ['27 Mar', '2027-03-27'],
    ['31 December', '2026-12-31'],
    ['29 Feb', '2028-02-29'],
    ['29/2/2028', '2028-02-29'],
    ['Thursday 26 November', '2026-11-26'],
    ['Thurs, 26th Nov', '2026-11-26'],
    ['thu 26/11/2026', '2026-11-26'],
    ['26 Nov', '2026-11-26'],
    ['26Nov', '2026-11-26'],
    ['the 26th of November', null],
    ['26th of November', '2026-11-26'],
    ['November 26', '2026-11-26'],
    ['Thursday, November 26th, 2026', '2026-11-26'],
    ['Friday 26 November', null],
    ['Thursdays 26 November', null],
    ['Someday 26 November', null],
    ['Thursday', null],
    ['Thursday November', null],
    ['29/2/2027', null],
    ['31 April 2027', null],
    ['2027-13-01', null],
    ['2027-00-10', null],
    ['0/3/2027', null],
    ['3/27/2027', null],
    ['27/3/27', null],
    ['27 ma 2027', null],
    ['27 Marches 2027', null],
    ['tomorrow', null],
    ['', null],
    ['0000-00-00', null],
    ['2027-03-27T09:00', null],
  ])('%s', (typed, day) => {
    expect(readDate(typed, today)).toBe(day)
  })

  test('a day without a year is the nearest to today', () => {
    expect(readDate('2 January', new Date('2027-12-30T12:00:00Z'))).toBe('2028-01-02')
    expect(readDate('2 January', new Date('2027-02-01T12:00:00Z'))).toBe('2027-01-02')
  })
})

describe('times as people type them', () => {
  test.each([
    ['09:30', '09:30'],
    ['9:30', '09:30'],
    ['9.30am', '09:30'],
    ['9am', '09:00'],
    ['9 p.m.', '21:00'],
    ['21:15', '21:15'],
    ['12am', '00:00'],
    ['12.05pm', '12:05'],
    ['00:00', '00:00'],
    ['midday', '12:00'],
    ['24:00', null],
    ['13pm', null],
    ['0am', null],
    ['9:60', null],
    ['9', '09:00'],
    ['6', '18:00'],
    ['6pm', '18:00'],
    ['6 PM', '18:00'],
    ['6p', '18:00'],
    ['18.00', '18:00'],
    ['18h', '18:00'],
    ['7 o’clock', '19:00'],
    ['12', '12:00'],
    ['0', '00:00'],
    ['18', '18:00'],
    ['24', null],
    ['99', null],
    ['0930', null],
    ['', null],
    ['soon', null],
  ])('%s', (typed, time) => {
    expect(readTime(typed)).toBe(time)
  })
})

test.each([
  ['8', '18:00', '20:00'],
  ['5', '09:00', '17:00'],
  ['12', '10:00', '12:00'],
  ['11', '09:30', '11:00'],
  ['9', '09:00', '21:00'],
  ['12', '22:00', '00:00'],
  ['6am', '18:00', '06:00'],
  ['6', '18:00', '06:00'],
])('an hour alone that ends what begins is the next one: until %s, from %s', (typed, from, time) => {
  expect(readTime(typed, from)).toBe(time)
})

describe('moments in the United Kingdom', () => {
  test.each([
    ['the last winter day', '2027-03-27', '09:30', '2027-03-27T09:30:00.000Z'],
    ['before the clocks go forward', '2027-03-28', '00:59', '2027-03-28T00:59:00.000Z'],
    ['after the clocks went forward', '2027-03-28', '02:00', '2027-03-28T01:00:00.000Z'],
    ['the first summer morning', '2027-03-29', '00:00', '2027-03-28T23:00:00.000Z'],
    ['before the clocks go back', '2027-10-31', '00:30', '2027-10-30T23:30:00.000Z'],
    ['the first of two', '2027-10-31', '01:30', '2027-10-31T00:30:00.000Z'],
    ['after the clocks went back', '2027-10-31', '02:00', '2027-10-31T02:00:00.000Z'],
    ['the last moment of a year', '2027-12-31', '23:59', '2027-12-31T23:59:00.000Z'],
  ])('%s', (_what, day, time, at) => {
    expect(ukMoment(day, time)?.toISOString()).toBe(at)
  })

  test.each([
    ['2027-03-28', '01:00'],
    ['2027-03-28', '01:59'],
    ['2027-02-30', '09:00'],
    ['2027-03-27', '24:00'],
    ['2027-03-27', '9am'],
    ['', ''],
  ])('there is no %s %s', (day, time) => {
    expect(ukMoment(day, time)).toBeNull()
  })

  test('every quarter of an hour of the days on which the clocks change is what it says, or is not there', () => {
    for (const day of ['2027-03-27', '2027-03-28', '2027-03-29', '2027-10-30', '2027-10-31', '2027-11-01'])
      for (let quarter = 0; quarter < 96; quarter++) {
        const time = `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
        const at = ukMoment(day, time)
        const leftOut = day === '2027-03-28' && time.startsWith('01')
        expect(at && [dayKey(at), readTime(sayTime(at))]).toEqual(leftOut ? null : [day, time])
      }
  })

  test.each([
    ['an ordinary day', '2027-01-31', '2027-02-01T00:00:00.000Z'],
    ['a summer day', '2027-06-30', '2027-06-30T23:00:00.000Z'],
    ['the day of 23 hours', '2027-03-28', '2027-03-28T23:00:00.000Z'],
    ['the day before it', '2027-03-27', '2027-03-28T00:00:00.000Z'],
    ['the day of 25 hours', '2027-10-31', '2027-11-01T00:00:00.000Z'],
    ['the day before that', '2027-10-30', '2027-10-30T23:00:00.000Z'],
    ['the last of the year', '2027-12-31', '2028-01-01T00:00:00.000Z'],
  ])('the end of %s', (_what, day, at) => {
    expect(endOfDay(day).toISOString()).toBe(at)
  })

  test('what is no day has no end', () => {
    expect(() => endOfDay('soon')).toThrow(RangeError)
  })
})
