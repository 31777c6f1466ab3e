import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tidySpans } from '../../src/places/hours.ts'
import type { Span } from '../../src/places/schema.ts'
import { readExceptions, readHours, typedExceptions, typedSpans } from '../../src/places/typed-hours.ts'

const said = (text: string): string => {
  const read = readHours(text)
  return 'problem' in read ? `? ${read.problem}` : read.spans.map((span) => span.join('-')).join(' ') || 'closed'
}

describe('the hours of a day', () => {
  test.each([
    ['9am to 5pm', '09:00-17:00'],
    ['9am-5pm', '09:00-17:00'],
    ['9 – 5pm', '09:00-17:00'],
    ['9-5', '09:00-17:00'],
    ['9 to 5', '09:00-17:00'],
    ['from 9 until 5', '09:00-17:00'],
    ['9am to 12', '09:00-12:00'],
    ['9-12, 1-5pm', '09:00-12:00 13:00-17:00'],
    ['9-12 and 1-5', '09:00-12:00 13:00-17:00'],
    ['9:30am to 12.30 & 1:15 to 4', '09:30-12:30 13:15-16:00'],
    ['09:00-17:00', '09:00-17:00'],
    ['9:00–17:00', '09:00-17:00'],
    ['0900 - 1700', '09:00-17:00'],
    ['07:00 to 09:00', '07:00-09:00'],
    ['10 to 2', '10:00-14:00'],
    ['11am to 1pm', '11:00-13:00'],
    ['11-1pm', '11:00-13:00'],
    ['1-5', '13:00-17:00'],
    ['2 to 4pm', '14:00-16:00'],
    ['6am to 2pm', '06:00-14:00'],
    ['6 to 8', '18:00-20:00'],
    ['7 to 9', '07:00-09:00'],
    ['7-9pm', '19:00-21:00'],
    ['8am to 8', '08:00-20:00'],
    ['midday to midnight', '12:00-24:00'],
    ['noon - 3pm', '12:00-15:00'],
    ['8pm to 12am', '20:00-24:00'],
    ['midnight to 6am', '00:00-06:00'],
    ['20:00 to 24:00', '20:00-24:00'],
    ['20:00 to 00:00', '20:00-24:00'],
    ['9AM TO 5PM', '09:00-17:00'],
    ['9 a.m. to 5 p.m.', '09:00-17:00'],
    ['9am to 12, 12 to 5pm', '09:00-17:00'],
    ['1 to 3, 9 to 12am', '13:00-15:00 21:00-24:00'],
    ['Closed', 'closed'],
    ['closed.', 'closed'],
    ['-', 'closed'],
    ['all day', '00:00-24:00'],
    ['Open all day', '00:00-24:00'],
    ['24 hours', '00:00-24:00'],
  ])('%s', (text, spans) => expect(said(text)).toBe(spans))

  test.each(['', '   ', 'nine to five', '9am', 'mornings', '9am to', 'to 5pm', '25:00 to 26:00', '9:75 to 10', '13pm to 14pm', '9am to 5pm to 6pm'])(
    'asks again about “%s”',
    (text) => expect(said(text)).toMatch(/^\? Write them like/),
  )

  test('asks again about hours over midnight and hours that overlap', () => {
    for (const text of ['10pm to 2am', '22:00 to 02:00', '5pm to 9am', '9am to 9am']) expect(said(text)).toMatch(/^\? Opening hours end at midnight/)
    for (const text of ['9am to 1pm, 12 to 5pm', '1pm to 5pm, 9am to 2pm']) expect(said(text)).toBe('? Two of the times overlap')
  })

  test('does not spend long on nonsense', () => {
    for (const text of ['-'.repeat(50_000), '9'.repeat(50_000), 'to '.repeat(20_000), `9${' '.repeat(50_000)}x`, ', '.repeat(20_000)]) {
      const begun = performance.now()
      expect(said(text)).toMatch(/^\?/)
      expect(performance.now() - begun).toBeLessThan(200)
    }
  })

  test('what a place has is written so that it reads back the same', () => {
    const clock = (quarters: number) => `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`
    const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 8 }).map((all) => all.toSorted((one, other) => one - other))
    const spans = bounds.map((all) =>
      all.flatMap((from, index): Span[] => (index % 2 === 0 && all[index + 1] !== undefined ? [[clock(from), clock(all[index + 1] ?? 0)]] : [])),
    )
    fc.assert(
      fc.property(spans, (day) => {
        expect(readHours(typedSpans(day))).toEqual({ spans: tidySpans(day) })
      }),
      { numRuns: 500 },
    )
  })
})

describe('days that differ', () => {
  const today = new Date('2026-11-23T12:00:00Z')
  const read = (text: string) => readExceptions(text, today)

  test('one a line, in any way in which dates are written', () => {
    expect(read('24 December 2026: 9am to 12\n\n 25/12/2026: closed\n31 Dec: 9:30am to 3pm\nFriday 1 January 2027: closed')).toEqual({
      exceptions: { '2026-12-24': [['09:00', '12:00']], '2026-12-25': [], '2026-12-31': [['09:30', '15:00']], '2027-01-01': [] },
    })
    expect(read('')).toEqual({ exceptions: {} })
  })

  test.each([
    ['24 December 2026 closed', '“24 December 2026 closed”: begin with the day'],
    ['Christmas: closed', '“Christmas: closed”: begin with the day'],
    ['31 November 2026: closed', '“31 November 2026: closed”: begin with the day'],
    ['24 December 2026: maybe', '“24 December 2026: maybe”: write them like'],
    ['24 December 2026: 10pm to 2am', '“24 December 2026: 10pm to 2am”: opening hours end at midnight'],
    ['24 December 2026:', '“24 December 2026:”: write them like'],
    ['24 December 2026: closed\n24/12/2026: 9-12', '“24/12/2026: 9-12”: this day is there twice'],
  ])('asks again about %j', (text, problem) => {
    const answer = read(text)
    expect('problem' in answer ? answer.problem : '').toContain(problem)
  })

  test('at most a hundred days', () => {
    const days = Array.from({ length: 101 }, (_, index) => `${(index % 28) + 1}/${(index % 12) + 1}/${2027 + Math.floor(index / 84)}: closed`)
    expect(read(days.join('\n'))).toEqual({ problem: 'Give at most 100 days' })
  })

  test('what a place has reads back the same', () => {
    const exceptions = { '2027-01-01': [], '2026-12-24': [['09:00', '12:00']] as Span[] }
    expect(typedExceptions(exceptions)).toBe('24 December 2026: 9am to midday\n1 January 2027: closed')
    expect(read(typedExceptions(exceptions))).toEqual({ exceptions })
  })
})
