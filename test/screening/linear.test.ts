/** No text makes the screening slow: its patterns are bounded, so that the work grows with the length and no faster. */
import { describe, expect, test } from 'vitest'
import { findIn } from '../../src/screening/findings.ts'
import { sourcesIn } from '../laws/sources.ts'

const LONG = 5000
const filled = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
const PLAIN = 'The meeting was about parking and the new bins, and how nice the park looks after the rain we had. '

const HOSTILE = (
  'a|0|o|0 |0-|. | |\n|@|a@|a.|a.b dot c at |a at b dot | at |[at] |oh |double |double oh |+44 |(|((((((((0|AB12 |A1 |' +
  'a b 1 2 |flat 6, 12 |12 High Street, |LN5 8QT |LN5 8QT 12 |reg |dave |Dave from the |John Smith and his |mr |is |' +
  'who is a |my was been got |officer |officer was so really very |PC told my |someone has just been |now knife |' +
  "had my bike |from at in of |if |'|\u0301|\u200b|Ａ|😀"
).split('|')

/** Microseconds of processor time, the best of a few. */
const costOf = (text: string): number =>
  Math.min(
    ...Array.from({ length: 4 }, () => {
      const began = process.cpuUsage().user
      findIn(text)
      return process.cpuUsage().user - began
    }),
  )

describe('the screening', () => {
  test.each(HOSTILE.map((piece) => [JSON.stringify(piece), piece]))(
    'of many %s costs no more than fifty times a plain text of the same length',
    (_, piece) => {
      const plain = Math.max(costOf(filled(PLAIN, LONG)), 1000)
      expect(costOf(filled(piece, LONG)) / plain).toBeLessThan(50)
    },
  )

  test('has no pattern without a bound', () => {
    const unbounded = /[\])}][*+](?![\s'+])|\\[dwsSWD][*+]|\.[*+][?)]|\{\d+,\}/
    const own = sourcesIn('src/screening', '.ts').filter(({ path }) =>
      /(?:accusation|address|complaint|crime|email|emergency|lexicon|names|phone|plain|plate|saying)\.ts$/.test(path),
    )
    const lines = own.flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => unbounded.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    )
    expect(own.length).toBe(12)
    expect(lines).toEqual([])
  })
})
