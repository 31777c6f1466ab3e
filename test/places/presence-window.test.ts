import { describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { readWindows, requireAhead, sayWindow, sayWindowInFull, typedOf, visitsEnd } from '../../src/places/presence-window.ts'

const TODAY = new Date('2027-03-20T12:00:00Z')
const read = (date: string, from: string, until: string, times = 1) => readWindows({ date, from, until }, times, TODAY)

function refused(act: () => unknown): Readonly<Record<string, string>> {
  try {
    act()
    return {}
  } catch (problem) {
    if (problem instanceof Refused) return problem.fields
    throw problem
  }
}

describe('a time as people type it', () => {
  test.each([
    ['27/3/2027', '2pm', '4pm', '2027-03-27T14:00Z', '2027-03-27T16:00Z', 'Saturday 27 March, 2pm to 4pm'],
    ['6 Apr', '9.30am', 'midday', '2027-04-06T08:30Z', '2027-04-06T11:00Z', 'Tuesday 6 April, 9:30am to midday'],
    ['2027-06-01', '18:00', 'midnight', '2027-06-01T17:00Z', '2027-06-01T23:00Z', 'Tuesday 1 June, 6pm to midnight'],
    ['2027-06-01', '00:00', '24:00', '2027-05-31T23:00Z', '2027-06-01T23:00Z', 'Tuesday 1 June, all day'],
    // The day on which the clocks go forward has 23 hours, and the hour that it leaves out counts for nothing.
    ['28/3/2027', '00:30', '9am', '2027-03-28T00:30Z', '2027-03-28T08:00Z', 'Sunday 28 March, 12:30am to 9am'],
    // That on which they go back has an hour more.
    ['31/10/2027', '00:30', '9am', '2027-10-30T23:30Z', '2027-10-31T09:00Z', 'Sunday 31 October, 12:30am to 9am'],
  ])('%s, %s to %s', (date, from, until, starts, ends, said) => {
    const [window] = read(date, from, until)
    expect(window).toEqual({ startsAt: new Date(starts), endsAt: new Date(ends) })
    if (!window) throw new Error('no window')
    expect(sayWindow(window)).toBe(said)
    expect(sayWindowInFull(window)).toContain(' 2027, ')
    expect(readWindows(typedOf(window), 1, TODAY)).toEqual([window])
  })

  test.each([
    ['', '', '', { date: 'Enter the day', from: 'Enter when it begins', until: 'Enter when it ends' }],
    [
      '31/2/2027',
      'two',
      '25:00',
      {
        date: 'The day must be a real date, for example 27 March 2027',
        from: 'When it begins must be a time, for example 2pm or 14:00',
        until: 'When it ends must be a time, for example 4pm or 16:00',
      },
    ],
    ['27/3/2027', '4pm', '2pm', { until: 'When it ends must be later than when it begins' }],
    ['27/3/2027', '4pm', '4pm', { until: 'When it ends must be later than when it begins' }],
    ['28/3/2027', '1:30am', '9am', { from: 'There is no such time on Sunday 28 March: the clocks go forward. Choose another' }],
    ['28/3/2027', '00:00', '1:30am', { until: 'There is no such time on Sunday 28 March: the clocks go forward. Choose another' }],
    ['31/10/2027', '00:00', 'midnight', { until: 'It can last 24 hours at most. The clocks go back that night' }],
  ])('%s, %s to %s is refused', (date, from, until, fields) => expect(refused(() => read(date, from, until))).toEqual(fields))

  test('a series keeps to the clocks on the wall, over both of their changes', () => {
    const spring = read('23/3/2027', '2pm', '4pm', 2)
    expect(spring.map(({ startsAt }) => startsAt.toISOString())).toEqual(['2027-03-23T14:00:00.000Z', '2027-03-30T13:00:00.000Z'])
    const autumn = read('26/10/2027', '2pm', '4pm', 3)
    expect(autumn.map(({ endsAt }) => endsAt.toISOString())).toEqual([
      '2027-10-26T15:00:00.000Z',
      '2027-11-02T16:00:00.000Z',
      '2027-11-09T16:00:00.000Z',
    ])
    expect(refused(() => read('21/3/2027', '1:30am', '2:30am', 2))).toHaveProperty('from')
  })
})

describe('ahead, and never from now on', () => {
  const at = (startsAt: string) => ({ startsAt: new Date(startsAt), endsAt: new Date('2028-01-01T00:00Z') })

  test.each([
    ['2027-03-20T12:00:00Z', { from: 'It must begin in the future' }],
    ['2027-03-20T09:00:00Z', { from: 'It must begin in the future' }],
    ['2027-03-19T12:00:00Z', { date: 'It must begin in the future' }],
    ['2027-03-20T12:00:01Z', {}],
    ['2027-09-16T12:00:00Z', {}],
    ['2027-09-16T12:00:01Z', { date: 'It can be planned up to 180 days ahead. Thursday 16 September is later' }],
  ])('%s', (startsAt, fields) => expect(refused(() => requireAhead(at(startsAt), TODAY))).toEqual(fields))

  test('people say that they came until the end of that day, by UK clocks', () => {
    expect(visitsEnd({ endsAt: new Date('2027-06-01T15:00Z') })).toEqual(new Date('2027-06-01T23:00Z'))
    expect(visitsEnd({ endsAt: new Date('2027-06-01T23:00Z') })).toEqual(new Date('2027-06-01T23:00Z'))
    expect(visitsEnd({ endsAt: new Date('2027-03-28T08:00Z') })).toEqual(new Date('2027-03-28T23:00Z'))
    expect(visitsEnd({ endsAt: new Date('2027-10-31T00:30Z') })).toEqual(new Date('2027-11-01T00:00Z'))
  })
})
