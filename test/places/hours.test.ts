import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOOKS_AHEAD_DAYS, momentOf, openingAt, sayOpening, saySpans, spansOn, tidySpans, type Hours } from '../../src/places/hours.ts'
import type { Span, Week } from '../../src/places/schema.ts'

const NINE: Span[] = [['09:00', '17:00']]
const SPLIT: Span[] = [
  ['09:00', '12:00'],
  ['13:00', '17:00'],
]
const ALL_DAY: Span[] = [['00:00', '24:00']]
const NONE: Span[] = []
const CLOSED: Week = [NONE, NONE, NONE, NONE, NONE, NONE, NONE]

/** Monday nine to five, Tuesday with a pause at midday, Wednesday closed, Thursday and Friday nine to five, closed at the weekend. */
const counter: Hours = { week: [NINE, SPLIT, NONE, NINE, NINE, NONE, NONE], exceptions: {}, bankHolidays: 'closed' }
const always: Hours = { week: Array.from({ length: 7 }, () => ALL_DAY), exceptions: {}, bankHolidays: 'as-usual' }
const on = (hours: Partial<Hours>): Hours => ({ ...counter, ...hours })
const onWeekday = (day: number, spans: Span[]): Week => CLOSED.map((none, index) => (index === day ? spans : none))
const at = (text: string): Date => new Date(text)

const say = (hours: Hours, text: string): string => sayOpening(openingAt(hours, at(text)), at(text))

describe('an ordinary week', () => {
  // 23 November 2026 is a Monday; it is winter, so UK clocks show UTC.
  test.each([
    ['2026-11-23T08:59:59Z', 'Closed. Opens today at 9am'],
    ['2026-11-23T09:00:00Z', 'Open until 5pm'],
    ['2026-11-23T16:59:59Z', 'Open until 5pm'],
    ['2026-11-23T17:00:00Z', 'Closed. Opens tomorrow at 9am'],
    ['2026-11-24T11:00:00Z', 'Open until midday'],
    ['2026-11-24T12:00:00Z', 'Closed. Opens today at 1pm'],
    ['2026-11-24T13:00:00Z', 'Open until 5pm'],
    ['2026-11-24T18:00:00Z', 'Closed. Opens Thursday at 9am'],
    ['2026-11-25T10:00:00Z', 'Closed. Opens tomorrow at 9am'],
    ['2026-11-27T17:30:00Z', 'Closed. Opens Monday at 9am'],
  ])('%s: %s', (moment, said) => expect(say(counter, moment)).toBe(said))

  test('a place that opens on one day of the week names the day with its date when that is a week away', () => {
    const mondays = on({ week: onWeekday(0, NINE) })
    expect(say(mondays, '2026-11-24T10:00:00Z')).toBe('Closed. Opens Monday at 9am')
    expect(say(mondays, '2026-11-23T18:00:00Z')).toBe('Closed. Opens on Monday 30 November at 9am')
  })

  test('half past nine is said with its minutes', () => {
    expect(say(on({ week: onWeekday(0, [['09:30', '12:30']]) }), '2026-11-23T07:00:00Z')).toBe('Closed. Opens today at 9:30am')
    expect(say(on({ week: onWeekday(0, [['09:30', '12:30']]) }), '2026-11-23T10:00:00Z')).toBe('Open until 12:30pm')
  })
})

describe('days that differ', () => {
  const holiday = { exceptions: { '2026-12-24': [['09:00', '12:00']] as Span[], '2026-12-31': [], '2027-01-01': NINE, '2027-01-04': [] } }

  test('an exception replaces the day, shorter, longer or closed', () => {
    const hours = on(holiday)
    expect(say(hours, '2026-12-24T10:00:00Z')).toBe('Open until midday')
    expect(say(hours, '2026-12-31T10:00:00Z')).toBe('Closed. Opens tomorrow at 9am')
    expect(say(hours, '2026-12-24T12:00:00Z')).toBe('Closed. Opens Tuesday at 9am')
  })

  test('an exception wins over a bank holiday', () => {
    expect(say(on(holiday), '2027-01-01T10:00:00Z')).toBe('Open until 5pm')
    expect(say(counter, '2027-01-01T10:00:00Z')).toBe('Closed. Opens Monday at 9am')
  })

  test('on bank holidays it is closed, or open as usual where it says so', () => {
    // Boxing Day 2026 is kept on Monday 28 December.
    expect(say(counter, '2026-12-28T10:00:00Z')).toBe('Closed. Opens tomorrow at 9am')
    expect(say(on({ bankHolidays: 'as-usual' }), '2026-12-28T10:00:00Z')).toBe('Open until 5pm')
    expect(spansOn(counter, '2026-12-28')).toEqual([])
  })

  test('closed from Christmas into January, it names the day', () => {
    const closed = Object.fromEntries(['24', '29', '31'].map((day) => [`2026-12-${day}`, NONE]))
    const hours = on({ exceptions: { ...closed, '2027-01-04': [] } })
    expect(say(hours, '2026-12-22T18:00:00Z')).toBe('Closed. Opens on Tuesday 5 January at 9am')
  })

  test('without any opening for sixty days it says so; one on the last of them is found', () => {
    const never = on({ week: CLOSED })
    expect(say(never, '2026-11-23T10:00:00Z')).toBe('Closed until further notice')
    expect(say({ ...never, exceptions: { '2027-01-22': NINE } }, '2026-11-23T10:00:00Z')).toBe('Closed. Opens on Friday 22 January at 9am')
    expect(openingAt({ ...never, exceptions: { '2027-01-23': NINE } }, at('2026-11-23T10:00:00Z'))).toMatchObject({ open: false, opensAt: null })
  })
})

describe('midnight', () => {
  test('always open says so, and knows no end', () => {
    expect(openingAt(always, at('2026-11-23T03:00:00Z'))).toEqual({ open: true, until: null, opensAt: null, forGood: false })
    expect(say(always, '2026-11-23T03:00:00Z')).toBe('Open all day')
  })

  test('spans that meet at midnight are one opening', () => {
    const late: Span[] = [['20:00', '24:00']]
    const early: Span[] = [['00:00', '02:00']]
    const hours = on({ week: [late, early, NONE, NONE, NONE, NONE, NONE] })
    expect(say(hours, '2026-11-23T21:00:00Z')).toBe('Open until tomorrow at 2am')
    expect(say(hours, '2026-11-24T01:00:00Z')).toBe('Open until 2am')
    expect(say(on({ week: onWeekday(0, late) }), '2026-11-23T21:00:00Z')).toBe('Open until midnight')
  })

  test('an end days away is said with its day', () => {
    const until = (closed: string) => ({ ...always, exceptions: { [closed]: NONE } })
    expect(say(until('2026-11-25'), '2026-11-23T10:00:00Z')).toBe('Open until the end of tomorrow')
    expect(say(until('2026-11-28'), '2026-11-23T10:00:00Z')).toBe('Open until the end of Friday')
    expect(say({ ...always, exceptions: { '2026-12-25': [['00:00', '15:00']] } }, '2026-11-23T10:00:00Z')).toBe(
      'Open until Friday 25 December at 3pm',
    )
  })

  test('spans over midnight and spans that overlap are refused; those that touch are joined', () => {
    expect(tidySpans([['22:00', '02:00']])).toBeNull()
    expect(tidySpans([['09:00', '09:00']])).toBeNull()
    expect(
      tidySpans([
        ['09:00', '12:00'],
        ['11:00', '15:00'],
      ]),
    ).toBeNull()
    expect(
      tidySpans([
        ['12:00', '17:00'],
        ['09:00', '12:00'],
      ]),
    ).toEqual(NINE)
    expect(tidySpans(SPLIT)).toEqual(SPLIT)
    expect(tidySpans([])).toEqual([])
  })
})

describe('when the clocks change', () => {
  const daily = (...spans: Span[]): Hours => ({ ...always, week: Array.from({ length: 7 }, () => spans) })

  test('nine is nine on both sides of both changes', () => {
    const hours = daily(['09:00', '17:00'])
    const opens = (text: string) => openingAt(hours, at(text)).opensAt?.toISOString()
    // 28 March 2027: forward; 31 October 2027: back.
    expect(opens('2027-03-26T20:00:00Z')).toBe('2027-03-27T09:00:00.000Z')
    expect(opens('2027-03-27T20:00:00Z')).toBe('2027-03-28T08:00:00.000Z')
    expect(opens('2027-10-29T20:00:00Z')).toBe('2027-10-30T08:00:00.000Z')
    expect(opens('2027-10-30T20:00:00Z')).toBe('2027-10-31T09:00:00.000Z')
    expect(openingAt(hours, at('2027-07-01T15:59:00Z')).until?.toISOString()).toBe('2027-07-01T16:00:00.000Z')
  })

  test('an hour that spring leaves out is none, and a time within it is the moment in which the clocks go on', () => {
    expect(openingAt(daily(['01:00', '02:00']), at('2027-03-28T00:00:00Z')).opensAt?.toISOString()).toBe('2027-03-29T00:00:00.000Z')
    expect(openingAt(daily(['01:30', '03:00']), at('2027-03-28T00:00:00Z')).opensAt?.toISOString()).toBe('2027-03-28T01:00:00.000Z')
    expect(openingAt(daily(['00:00', '01:30']), at('2027-03-28T00:30:00Z')).until?.toISOString()).toBe('2027-03-28T01:00:00.000Z')
  })

  test('an hour that comes twice is meant the first time, and what spans it is open throughout', () => {
    expect(momentOf('2027-10-31', '01:30').toISOString()).toBe('2027-10-31T00:30:00.000Z')
    const night = daily(['00:30', '02:30'])
    for (const moment of ['2027-10-31T00:45:00Z', '2027-10-31T01:45:00Z'])
      expect(openingAt(night, at(moment)).until?.toISOString()).toBe('2027-10-31T02:30:00.000Z')
  })
})

describe('closed for good', () => {
  test('from then on, whatever its hours; before, as usual', () => {
    const hours = on({ closedAt: at('2026-11-23T12:00:00Z') })
    expect(say(hours, '2026-11-23T11:00:00Z')).toBe('Open until 5pm')
    expect(openingAt(hours, at('2026-11-23T12:00:00Z'))).toEqual({ open: false, until: null, opensAt: null, forGood: true })
    expect(say(hours, '2026-11-23T12:00:00Z')).toBe('Closed for good')
  })
})

test('spans in words', () => {
  expect(saySpans(NINE)).toBe('9am to 5pm')
  expect(saySpans(SPLIT)).toBe('9am to midday and 1pm to 5pm')
  expect(saySpans(ALL_DAY)).toBe('Open all day')
  expect(saySpans([])).toBe('Closed')
  expect(saySpans([['20:15', '24:00']])).toBe('8:15pm to midnight')
  expect(
    saySpans([
      ['00:00', '01:00'],
      ['09:00', '10:00'],
      ['12:00', '13:30'],
    ]),
  ).toBe('midnight to 1am, 9am to 10am and midday to 1:30pm')
})

describe('what is announced is all that changes', () => {
  const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const spans = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 0, maxLength: 6 })
    .map((quarters) => quarters.toSorted((one, other) => one - other))
    .map((bounds) => bounds.flatMap((from, index) => (index % 2 === 0 && bounds[index + 1] !== undefined ? [[from, bounds[index + 1] ?? 0]] : [])))
    .map((pairs) => pairs.map(([from = 0, until = 0]): Span => [clock(from * 15), clock(until * 15)]))
  // Around both changes of the clocks and around Christmas.
  const start = fc.constantFrom('2027-03-26', '2027-10-29', '2026-12-23').map((day) => Date.parse(`${day}T00:00:00Z`))
  const hours = fc.record({
    week: fc.array(fc.oneof(spans, fc.constant(ALL_DAY)), { minLength: 7, maxLength: 7 }),
    exceptions: fc.dictionary(fc.constantFrom('2027-03-28', '2027-10-31', '2026-12-24', '2026-12-28'), spans, { noNullPrototype: true }),
    bankHolidays: fc.constantFrom('closed' as const, 'as-usual' as const),
  })

  test('between now and the announced moment nothing changes, and at it everything does', () => {
    fc.assert(
      fc.property(hours, start, fc.integer({ min: 0, max: 6 * 1440 }), fc.double({ min: 0, max: 1, noNaN: true }), (hours, start, minutes, part) => {
        const moment = new Date(start + minutes * 60_000)
        const opening = openingAt(hours, moment)
        expect(opening.open ? opening.opensAt : opening.until).toBeNull()
        const change = opening.until ?? opening.opensAt
        const horizon = moment.getTime() + (LOOKS_AHEAD_DAYS - 1) * 86_400_000
        const between = new Date(Math.floor(moment.getTime() + part * ((change?.getTime() ?? horizon) - 1 - moment.getTime())))
        expect(openingAt(hours, between).open).toBe(opening.open)
        if (change === null) return
        expect(change.getTime()).toBeGreaterThan(moment.getTime())
        expect(openingAt(hours, between)).toEqual(opening)
        expect(openingAt(hours, change).open).toBe(!opening.open)
      }),
      { numRuns: 1000 },
    )
  })
})
