/**
 * Tables as files that spreadsheets read (RFC 4180, UTF-8). A cell that a spreadsheet would take for a formula gets an apostrophe before it, as people write
 * it there themselves; so does a text like "-5". Numbers stay numbers. Pure.
 */

/** What begins a formula, also after blanks that a spreadsheet drops, and in the wide letters that some take for the same. */
const FORMULA = /^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]/

/** The semicolon too: where numbers have a decimal comma, it is what parts the cells. */
const QUOTED = /[",;\r\n]|^\s|\s$/

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = FORMULA.test(value) ? `'${value}` : value
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvRow = (cells: readonly (string | number | null)[]): string => `${cells.map(cell).join(',')}\r\n`

/** With the mark that tells spreadsheets that it is UTF-8. A long one is sent in pieces: this for the heads, then `csvRow` for each row. */
export const csvFile = (rows: readonly (readonly (string | number | null)[])[]): string => `\ufeff${rows.map(csvRow).join('')}`
