import { expect, test } from 'vitest'
import { parseRows, readCsv } from '../../src/imports/csv.ts'

async function rowsOf(pieces: string[]): Promise<string[][]> {
  async function* stream() {
    yield* pieces
  }
  const rows: string[][] = []
  for await (const piece of readCsv(stream())) rows.push(...piece.rows)
  return rows
}

const TEXT = '\ufeff"a ""quoted"" one",b,"c, with comma"\r\n,,\r\n"two\r\nlines",x,\r\n\r\nlast,"",end'
const ROWS = [
  ['a "quoted" one', 'b', 'c, with comma'],
  ['', '', ''],
  ['two\r\nlines', 'x', ''],
  ['last', '', 'end'],
]

test('quotes, doubled quotes, line ends within quotes, CRLF, a byte order mark, empty lines, no last line end', async () => {
  expect(await rowsOf([TEXT])).toEqual(ROWS)
})

test('the same wherever the stream happens to be cut', async () => {
  for (let cut = 1; cut < TEXT.length; cut++) expect(await rowsOf([TEXT.slice(0, cut), TEXT.slice(cut)])).toEqual(ROWS)
  expect(await rowsOf(Array.from(TEXT))).toEqual(ROWS)
})

test('with and without quotes alike', () => {
  expect(parseRows('a,b\nc,d\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  expect(parseRows('"a","b"\nc,d\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  expect(parseRows('"a",\n')).toEqual([['a', '']])
  expect(parseRows('"a",')).toEqual([['a', '']])
  expect(parseRows('')).toEqual([])
})

test('lines are counted on from piece to piece', async () => {
  async function* stream() {
    yield 'a,1\nb,2\n'
    yield 'c,3\n'
  }
  const firsts: number[] = []
  for await (const piece of readCsv(stream())) firsts.push(piece.firstLine)
  expect(firsts).toEqual([1, 3])
})

test('a quote that is never closed does not fill the memory', async () => {
  const piece = 'x'.repeat(300_000)
  await expect(rowsOf(['"', piece, piece, piece, piece, piece])).rejects.toThrow('never ends')
})
