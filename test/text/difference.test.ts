import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differenceInLines, differenceOf, isSame, type Piece } from '../../src/text/difference.ts'

const joinedBut = (pieces: Piece[], change: Piece['change']): string =>
  pieces
    .filter((piece) => piece.change !== change)
    .map(({ text }) => text)
    .join('')

const said = (pieces: Piece[]): string =>
  pieces.map(({ change, text }) => (change === 'same' ? text : change === 'added' ? `[+${text}]` : `[-${text}]`)).join('')

describe('the difference of two texts', () => {
  test.each([
    ['The meeting is on Tuesday.', 'The meeting is on Thursday.', 'The meeting is on [-Tuesday][+Thursday].'],
    ['We checked 40 cars.', 'We checked 42 cars today.', 'We checked [-40][+42] cars[+ today].'],
    ['', 'New', '[+New]'],
    ['Old', '', '[-Old]'],
    ['Same', 'Same', 'Same'],
  ])('%j → %j', (before, after, expected) => {
    expect(said(differenceOf(before, after))).toBe(expected)
  })

  test('gives both texts back, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('speed', 'road', ' ', '  ', '\n', '.', '<b>', '&', 'é', '👮🏽', '40'), { maxLength: 60 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.oneof(text, fc.string()), (before, after) => {
        const pieces = differenceOf(before, after)
        expect(joinedBut(pieces, 'added')).toBe(before)
        expect(joinedBut(pieces, 'removed')).toBe(after)
        expect(isSame(pieces)).toBe(before === after)
      }),
      { numRuns: 500 },
    )
  })

  test('long texts that share nothing take no time', () => {
    const [before, after] = ['road', 'lamp'].map((word) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`).join(' '))
    const began = performance.now()
    const pieces = differenceOf(before ?? '', after ?? '')
    expect(performance.now() - began).toBeLessThan(2000)
    expect([joinedBut(pieces, 'added'), joinedBut(pieces, 'removed')]).toEqual([before, after])
  })
})

describe('in lines', () => {
  test('each paragraph is a line; a line end that went joins its neighbours', () => {
    const lines = differenceInLines('We came.\nNobody was hurt today.\nAll is well.', 'We came.\nAll is well.\nCall 101!')
    expect(lines.map(said)).toEqual(['We came.', '[-Nobody was hurt today. ]All is well.', '[+Call 101!]'])
  })
})
