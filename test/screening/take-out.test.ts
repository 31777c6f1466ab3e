/** What is taken out is gone, the rest stays. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findIn, isRemovable, MARK, takeOut } from '../../src/screening/findings.ts'
import { heldOut, tuned } from './corpus.ts'

const removable = (text: string) => findIn(text).filter(({ kind }) => isRemovable(kind))
const cleaned = (text: string): string => takeOut(text, findIn(text))

const PIECES = [
  MARK,
  ...(
    '07700 900461|o77oo 9oo 461|+44|01632|960|461|oh|double seven|jo@example.com|jo|at|@|example|dot|.com|14|flat 6|' +
    'Hawthorn Close|LN5 8ZZ|LN5|8ZZ|number 12|AB12 CDE|AB12|CDE|reg|BOB 1|John Smith|Dave|is a drug dealer|stole|robbed|by|' +
    'from number 12|who|my car was|broken into|right now|PC Lund was rude|the|and|nice hedge|😀|\u200b|\n'
  ).split('|'),
]
const pieced = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(' ', '', ', ', '. ', '-', '\n')), { maxLength: 14 })
  .map((pairs) => pairs.map(([piece, joint]) => piece + joint).join(''))

describe('taking out', () => {
  test('puts one clear mark in place of each', () => {
    expect(cleaned('Ring me on 07700 900461 if you saw AB12 CDE')).toBe(`Ring me on ${MARK} if you saw ${MARK}`)
  })

  test('joins neighbours', () => {
    expect(cleaned('Ring 07700 900461, jo@example.com')).toBe(`Ring ${MARK}`)
  })

  test('leaves what is about the whole text, and what was not found', () => {
    const text = 'My car was broken into last night'
    expect(takeOut(text, findIn(text))).toBe(text)
    expect(takeOut('Ring 07700 900461', [])).toBe('Ring 07700 900461')
  })

  test('ignores a finding of another text', () => {
    expect(takeOut('Hello there, neighbours', findIn('Ring 07700 900461'))).toBe('Hello there, neighbours')
  })

  test('leaves nothing of the kinds in any text of the corpus', () => {
    const left = [...tuned(), ...heldOut()].filter(({ text }) => removable(cleaned(text)).length > 0)
    expect(left.map(({ text }) => text)).toEqual([])
  })

  test('leaves nothing of the kinds in texts pieced together at random, and changes nothing twice', () => {
    fc.assert(
      fc.property(pieced, (text) => {
        const rest = cleaned(text)
        expect(removable(rest)).toEqual([])
        expect(cleaned(rest)).toBe(rest)
      }),
      { numRuns: 1500 },
    )
  })

  test('keeps every word that is in no finding', () => {
    fc.assert(
      fc.property(pieced, (text) => {
        const rest = cleaned(text)
        expect(rest === text).toBe(removable(text).length === 0)
        for (const part of rest.split(MARK)) expect(text).toContain(part)
      }),
      { numRuns: 500 },
    )
  })
})
