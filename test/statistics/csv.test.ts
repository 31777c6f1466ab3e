import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvFile, csvRow } from '../../src/statistics/csv.ts'

test('rows end as the format says, and only what needs quotes has them', () => {
  expect(
    csvFile([
      ['Place', 'Hours'],
      ['Waddington', 2.5],
    ]),
  ).toBe('\ufeffPlace,Hours\r\nWaddington,2.5\r\n')
  expect(csvRow(['Say "hello", then\nleave', null, 'a;b', ' edge '])).toBe('"Say ""hello"", then\nleave",,"a;b"," edge "\r\n')
})

test.each(['=1+1', '+44', '-5', '@SUM(A1)', '\t=1', ' =1', '\u00a0=1', '＝1', '\r\n=1'])('%j is no formula in a spreadsheet', (text) => {
  expect(csvRow([text]).replace(/^"/, '')).toMatch(/^'/)
})

test('a number stays one, and what is no number is nothing', () => {
  expect(csvRow([-3, 0, 1e21, NaN, Infinity])).toBe('-3,0,1e+21,,\r\n')
})

test('whatever is written comes back, apart from the apostrophe', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 5 }), (cells) => {
      expect(readRow(csvRow(cells)).map((cell, place) => (cell === cells[place] ? cell : cell.replace(/^'/, '')))).toEqual(cells)
    }),
  )
})

/** As RFC 4180 reads a row. */
function readRow(row: string): string[] {
  const cells: string[] = []
  for (const [, quoted, plain, end] of row.slice(0, -2).matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '') break
  }
  return cells
}
