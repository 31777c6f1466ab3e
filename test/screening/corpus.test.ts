/**
 * What the detectors are worth, on texts as residents write them. The held-out set was written before them, the unseen one after them and
 * never used to change them: its bounds say what they honestly reach on words that nobody has thought of.
 */
import { describe, expect, test } from 'vitest'
import { FINDING_KINDS, findIn, type FindingKind } from '../../src/screening/findings.ts'
import { figuresOf, heldOut, mistakesIn, tuned, unseen } from './corpus.ts'

const TUNED = tuned()
const HELD_OUT = heldOut()
const UNSEEN = unseen()
const ALL = [...TUNED, ...HELD_OUT, ...UNSEEN]

/** Recall at least, false alarms at most, of the unseen texts. */
const UNSEEN_BOUNDS: Record<FindingKind, [number, number]> = {
  phone: [1, 0],
  email: [1, 0],
  address: [1, 0],
  plate: [1, 0],
  accusation: [0.9, 0],
  emergency: [0.5, 0.026],
  crime: [0.8, 0.01],
  complaint: [0.9, 0.01],
}

describe('the corpus', () => {
  test('has at least 450 texts, none of them twice', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(450)
    expect(new Set(ALL.map(({ text }) => text)).size).toBe(ALL.length)
  })

  test.each(FINDING_KINDS)('has at least 35 texts with %s and 35 that only look like it', (kind) => {
    expect(ALL.filter(({ kinds }) => kinds.has(kind)).length).toBeGreaterThanOrEqual(35)
    expect(ALL.filter(({ about, isLookAlike }) => isLookAlike && about === kind).length).toBeGreaterThanOrEqual(35)
  })
})

describe.each([
  ['tuned', TUNED],
  ['held-out', HELD_OUT],
] as const)('in the %s texts', (_, texts) => {
  const figures = figuresOf(texts, findIn)

  test.each(FINDING_KINDS)('%s is found 95 times of 100, with fewer than 3 false alarms in 100', (kind) => {
    const { recall, falseAlarms } = figures.find((each) => each.kind === kind)!
    const mistakes = mistakesIn(TUNED, findIn).join('\n')
    expect(recall, mistakes).toBeGreaterThanOrEqual(0.95)
    expect(falseAlarms, mistakes).toBeLessThan(0.03)
  })
})

describe('in all texts together', () => {
  const figures = figuresOf(ALL, findIn)

  test.each(FINDING_KINDS)('%s is found 94 times of 100, with fewer than 3 false alarms in 100', (kind) => {
    const { recall, falseAlarms } = figures.find((each) => each.kind === kind)!
    expect(recall).toBeGreaterThanOrEqual(0.94)
    expect(falseAlarms).toBeLessThan(0.03)
  })
})

describe('in texts that nobody tuned for', () => {
  const figures = figuresOf(UNSEEN, findIn)

  test.each(FINDING_KINDS)('%s is found as often as it was when they were written', (kind) => {
    const { recall, falseAlarms } = figures.find((each) => each.kind === kind)!
    const [least, most] = UNSEEN_BOUNDS[kind]
    expect(recall).toBeGreaterThanOrEqual(least)
    expect(falseAlarms).toBeLessThanOrEqual(most)
  })
})

describe('the place of what was found', () => {
  const labelled = ALL.flatMap(({ text, spans }) => spans.map((span) => ({ ...span, text })))

  test.each(['phone', 'email', 'address', 'plate'] as const)('is exact for %s', (kind) => {
    const wrong = labelled
      .filter((span) => span.kind === kind)
      .filter(({ text, from, to }) => !findIn(text).some((found) => found.kind === kind && found.from === from && found.to === to))
    expect(wrong.map(({ text }) => text)).toEqual([])
  })

  test('covers the name in an accusation', () => {
    const missed = labelled
      .filter(({ kind }) => kind === 'accusation')
      .filter(({ text, from, to }) => {
        const found = findIn(text).filter(({ kind }) => kind === 'accusation')
        return found.length > 0 && !found.some((each) => each.from < to && each.to > from)
      })
    expect(missed.map(({ text }) => text)).toEqual([])
  })
})
