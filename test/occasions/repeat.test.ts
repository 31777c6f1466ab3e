/** Repeating times: the same time on UK clocks, whichever way they stand. */
import { describe, expect, test } from 'vitest'
import { repeatWindows, type RepeatEvery } from '../../src/occasions/repeat.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })
const today = new Date('2026-01-01T12:00:00Z')
const repeat = (date: string, every: RepeatEvery, times: number, from = '14:00', until = '16:00') =>
  repeatWindows({ date, from, until }, { every, times }, today)
const daysOf = (windows: ReturnType<typeof repeat>) => windows.map(({ startsAt }) => day.format(startsAt))

test('every week keeps its time when the clocks go forward, and lies an hour earlier by the sun', () => {
  const windows = repeat('2027-03-21', 'week', 3)
  expect(daysOf(windows)).toEqual(['2027-03-21', '2027-03-28', '2027-04-04'])
  expect(windows.map(({ startsAt }) => startsAt.toISOString().slice(11, 16))).toEqual(['14:00', '13:00', '13:00'])
  expect(windows.map(({ startsAt }) => clock.format(startsAt))).toEqual(Array(3).fill('Sun 14:00'))
})

test('every fortnight keeps its time when the clocks go back', () => {
  const windows = repeat('2026-10-11', 'fortnight', 3)
  expect(daysOf(windows)).toEqual(['2026-10-11', '2026-10-25', '2026-11-08'])
  expect(windows.map(({ endsAt }) => endsAt.toISOString().slice(11, 16))).toEqual(['15:00', '16:00', '16:00'])
})

test.each([
  ['second Tuesday', '2026-01-13', ['2026-01-13', '2026-02-10', '2026-03-10', '2026-04-14']],
  ['first Sunday', '2026-11-01', ['2026-11-01', '2026-12-06', '2027-01-03', '2027-02-07']],
  ['fourth Friday', '2026-02-27', ['2026-02-27', '2026-03-27', '2026-04-24', '2026-05-22']],
  ['fifth Friday, which is the last', '2026-01-30', ['2026-01-30', '2026-02-27', '2026-03-27', '2026-04-24']],
] as const)('every month on the same weekday: %s', (_which, from, expected) => {
  expect(daysOf(repeat(from, 'month', expected.length))).toEqual(expected)
})

test('a time that the clocks leave out on one of the days is refused, by name', () => {
  expect(() => repeat('2027-03-21', 'week', 2, '01:30', '03:00')).toThrow(
    expect.objectContaining({ fields: { from: expect.stringContaining('28 March') } }),
  )
  expect(() => repeat('2027-03-21', 'fortnight', 2, '01:30', '03:00')).not.toThrow()
})

test.each([0, -1, 1.5, 53, Number.NaN])('%s times are refused', (times) => {
  expect(() => repeat('2026-06-01', 'week', times)).toThrow(expect.objectContaining({ fields: { times: expect.any(String) } }))
})

describe('whatever the day of three years, the hour and the rhythm', () => {
  // Numbers that are the same in every run.
  let seed = 7
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  const cases = Array.from({ length: 150 }, () => {
    const start = new Date(Date.UTC(2026, 0, 1 + next(1000)))
    const from = 3 + next(18)
    return [
      start.toISOString().slice(0, 10),
      (['week', 'fortnight', 'month'] as const)[next(3)] ?? 'week',
      `${from}:${next(2) === 0 ? '00' : '45'}`,
      from + 2,
    ] as const
  })

  test.each(cases)('%s every %s at %s', (date, every, from, until) => {
    const windows = repeat(date, every, 24, from, until === 24 ? '24:00' : `${until}:00`)
    const [first] = windows
    expect(new Set(windows.map(({ startsAt }) => clock.format(startsAt)))).toEqual(new Set([clock.format(first?.startsAt)]))
    const days = daysOf(windows).map((key) => Date.parse(key) / 86_400_000)
    expect(days[0]).toBe(Date.parse(date) / 86_400_000)
    for (const [nth, at] of days.slice(1).entries()) {
      const gap = at - (days[nth] ?? 0)
      expect(every === 'week' ? [7] : every === 'fortnight' ? [14] : [28, 35]).toContain(gap)
    }
    expect(every === 'month' ? new Set(daysOf(windows).map((key) => key.slice(0, 7))).size : 24).toBe(24)
  })
})
