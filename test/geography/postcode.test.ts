import { describe, expect, test } from 'vitest'
import { parsePostcode } from '../../src/geography/postcode.ts'

describe('a whole postcode', () => {
  test.each([
    ['LN4 2LE', 'LN4 2LE'],
    ['LN4 2le ', 'LN4 2LE'],
    ['ln42le', 'LN4 2LE'],
    ['  Ln 42 lE', 'LN4 2LE'],
    ['LN4\u00a02LE', 'LN4 2LE'],
    ['LN4\u20072LE', 'LN4 2LE'],
    ['LN4-2LE.', 'LN4 2LE'],
    ['ＬＮ４ ２ＬＥ', 'LN4 2LE'],
    ['LN4 OAB', 'LN4 0AB'],
    ['ln4 iab', 'LN4 1AB'],
    ['LN110AA', 'LN11 0AA'],
    ['B1 1AA', 'B1 1AA'],
    ['EC1A 1BB', 'EC1A 1BB'],
    ['W1A 0AX', 'W1A 0AX'],
    ['gir 0aa', 'GIR 0AA'],
    ['12 High Street, Bracebridge Heath LN4 2LE', 'LN4 2LE'],
  ])('%j is %s', (text, display) => {
    expect(parsePostcode(text)).toMatchObject({ kind: 'full', display, key: display.replace(' ', '') })
  })
})

describe('the beginning of a postcode', () => {
  test.each([
    ['LN4', 'LN4', [6]],
    ['ln4 2', 'LN42', [6]],
    ['LN4 2L', 'LN42L', [6]],
    ['LN42L', 'LN42L', [6]],
    ['LN4 O', 'LN40', [6]],
    ['LN11', 'LN11', [7, 6]],
    ['LN1 1', 'LN11', [6]],
    ['LN11 0', 'LN110', [7]],
    ['ec1a', 'EC1A', [7]],
  ])('%j begins %s, in keys of %j characters', (text, prefix, lengths) => {
    expect(parsePostcode(text)).toMatchObject({ kind: 'partial', prefix, lengths })
  })
})

describe('neither', () => {
  test.each([
    '',
    '   ',
    '\u0000',
    'Bracebridge Heath',
    'LN',
    'A1',
    'A15',
    'zz9',
    'LN4 2CC',
    'LN4 2LEX',
    '42',
    'NC35',
    '!!!',
    'constructor',
    'LN4 2LE LN4',
    'x'.repeat(100_000),
    ' '.repeat(100_000),
  ])('%#', (text) => {
    expect(parsePostcode(text)).toBeNull()
  })
})

test('a mark that turns the direction of reading is no part of it', () => {
  expect(parsePostcode('\u202eLN4 2LE\u202c')).toMatchObject({ key: 'LN42LE' })
})
