/**
 * Comma-separated files of any size (RFC 4180: quotes, doubled quotes, line ends within quotes, CRLF or LF, a byte order mark),
 * a piece at a time: two million rows never lie in memory together.
 */
import { Refused } from '../errors.ts'

/** A row longer than this is no row: a quote was never closed, or the file is something else. */
const LONGEST_ROW = 1_000_000

export interface CsvPiece {
  rows: string[][]
  /** The line number of the first of these rows, counting from 1. Line ends within quotes are not counted. */
  firstLine: number
  /** How many characters have been read so far. */
  read: number
}

/** The rows of a stream of text, as many at a time as a piece of the stream holds. Empty lines are left out, but counted. */
export async function* readCsv(stream: AsyncIterable<string>): AsyncGenerator<CsvPiece> {
  let rest = ''
  let line = 1
  let read = 0
  for await (const text of stream) {
    rest += read === 0 ? text.replace(/^\ufeff/, '') : text
    read += text.length
    const end = lastRowEnd(rest)
    if (end === 0 && rest.length > LONGEST_ROW) throw new Refused('A row of this file never ends. Is a quotation mark not closed?')
    const rows = parseRows(rest.slice(0, end))
    rest = rest.slice(end)
    yield { rows: rows.filter(hasContent), firstLine: line, read }
    line += rows.length
  }
  const rows = parseRows(rest).filter(hasContent)
  if (rows.length > 0) yield { rows, firstLine: line, read }
}

const hasContent = (row: string[]): boolean => row.length > 1 || (row[0] ?? '').trim() !== ''

/** Where the last whole row ends: behind the last line feed outside of quotes; 0 when there is none. */
function lastRowEnd(text: string): number {
  if (!text.includes('"')) return text.lastIndexOf('\n') + 1
  let end = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) quoted = !quoted
    else if (code === 10 && !quoted) end = at + 1
  }
  return end
}

/** All rows of a text that ends where a row ends. */
export function parseRows(text: string): string[][] {
  if (text === '') return []
  if (!text.includes('"'))
    return text
      .replace(/\r?\n$/, '')
      .split('\n')
      .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line).split(','))
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const [value, next] = text[at] === '"' ? quotedField(text, at) : bareField(text, at)
    row.push(value)
    const ends = text[next] !== ','
    at = next + (text[next] === '\r' && text[next + 1] === '\n' ? 2 : 1)
    if (!ends && at < text.length) continue
    if (!ends) row.push('')
    rows.push(row)
    row = []
  }
  return rows
}

function bareField(text: string, from: number): [value: string, next: number] {
  let to = from
  for (; to < text.length; to++) {
    const code = text.charCodeAt(to)
    if (code === 44 || code === 10 || (code === 13 && text.charCodeAt(to + 1) === 10)) break
  }
  return [text.slice(from, to), to]
}

function quotedField(text: string, from: number): [value: string, next: number] {
  let value = ''
  let at = from + 1
  for (;;) {
    const close = text.indexOf('"', at)
    if (close < 0) return [value + text.slice(at), text.length]
    value += text.slice(at, close)
    if (text[close + 1] !== '"') {
      // Anything between the closing quote and the comma belongs to no standard; it is kept rather than lost.
      const [tail, next] = bareField(text, close + 1)
      return [value + tail, next]
    }
    value += '"'
    at = close + 2
  }
}
