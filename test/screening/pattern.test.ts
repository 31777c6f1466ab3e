import { describe, expect, test } from 'vitest'
import { compilePatterns, faultsIn, findPatterns, linesOf, MOST_HITS, MOST_LINES } from '../../src/screening/pattern.ts'

const LINES = ['idiot*', 'scum', 'half-wit*', 'f*ck*', 'burn * house down', 'know where * lives', 'call ####', 'ass', 'don’t care']
const matcher = compilePatterns(LINES)
const found = (text: string) => findPatterns(matcher, text).map(({ words }) => words)

describe('what is found', () => {
  test.each([
    ['You IDIOTS!', ['IDIOTS']],
    ['an idiot.', ['idiot']],
    ['a half-wit, two half wits', ['half-wit', 'half wits']],
    ['Let us burn John’s house down', ['burn John’s house down']],
    ['I know where\nhe lives', ['know where\nhe lives']],
    ['call 1234', ['call 1234']],
    ['I dont care, I don’t care', ['dont care', 'don’t care']],
    ['íd́iot', ['íd́iot']],
    ['1d10t', ['1d10t']],
    ['id\u00adiot, id\u200biot', ['id\u00adiot', 'id\u200biot']],
    ['ѕсum in Cyrillic, ｓｃｕｍ wide', ['ѕсum', 'ｓｃｕｍ']],
    ['f*ck, f**k, f@ck and FUCKING', ['f*ck', 'f**k', 'f@ck', 'FUCKING']],
    ['a$$', ['a$$']],
    ['**scum**', ['scum']],
    ['scum scum', ['scum', 'scum']],
  ])('%j', (text, words) => {
    expect(found(text)).toEqual(words)
  })

  test('says where it stands, and by which line', () => {
    const text = 'Well, 👍 you half-wits!'
    const [hit] = findPatterns(matcher, text)
    expect(hit).toEqual({ pattern: 'half-wit*', from: 13, to: 22, words: 'half-wits' })
    expect(text.slice(hit?.from, hit?.to)).toBe(hit?.words)
  })
})

describe('what is left alone', () => {
  test.each([
    'Scumble glass',
    'an embassy, a class, assess',
    'house number 455',
    'flat 4, 55 High Street',
    'burn down the house',
    'burn the whole big house down',
    'I know where Mrs Smith lives',
    'call 123 or 12345',
    'half a wit',
    '',
    '…!',
  ])('%j', (text) => {
    expect(found(text)).toEqual([])
  })

  test('nothing is found by a list that is empty', () => {
    expect(findPatterns(compilePatterns([]), 'idiot')).toEqual([])
  })
})

describe('what cannot be read', () => {
  test('is said line by line', () => {
    const faults = faultsIn('a*\n\n(x)\nidiot\nIDIOT\n**\n' + 'x'.repeat(101))
    expect(faults).toHaveLength(5)
    for (const [index, part] of [
      'Line 1 (“a*”)',
      'Line 3 (“(x)”): “(” is no part',
      'Line 5 (“IDIOT”): it stands in the list',
      'Line 6',
      'Line 7',
    ].entries())
      expect(faults[index]).toContain(part)
    expect(faultsIn('idiot*\n\n  know where * lives  \nStraße\n##-##')).toEqual([])
  })

  test('a list has an end', () => {
    const lines = Array.from({ length: MOST_LINES + 1 }, (_, index) => `word${index}`)
    expect(faultsIn(lines.join('\n'))).toEqual(['A list has at most 2,000 lines'])
    expect(faultsIn(lines.slice(1).join('\n'))).toEqual([])
  })
})

test('a full list costs the same for each letter, however the text is made to tease it', () => {
  const tease = compilePatterns(Array.from({ length: MOST_LINES }, (_, index) => `a*b*c*d${index}`))
  const cost = (length: number): number => {
    const text = 'abc'.repeat(length / 3)
    const start = performance.now()
    findPatterns(tease, text)
    return performance.now() - start
  }
  cost(3000)
  const short = Math.min(...Array.from({ length: 5 }, () => cost(3000)))
  const long = Math.min(...Array.from({ length: 5 }, () => cost(12_000)))
  expect(long / short).toBeLessThan(12)
  expect(linesOf(' a \n\n b ')).toEqual(['a', 'b'])
})

test('the longest comment against full lists of any kind is looked at in a moment', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const some = (index: number, length: number) =>
    Array.from({ length }, (_, place) => letters[(index * 7 + place * (index % 25) + 3 * place) % 26]).join('')
  const many = (line: (index: number) => string) => compilePatterns(Array.from({ length: MOST_LINES }, (_, index) => line(index)))
  const lists = [
    many((index) => `*${some(index, 4)}${index % 9}*`),
    many((index) => `${some(index, 5)}*`),
    many((index) => some(index, 4).split('').join('*')),
  ]
  const texts = ['abcdefghij'.repeat(500), `a${'*'.repeat(4998)}b`, 'a*'.repeat(2500), 'a***b '.repeat(833), `${'a*'.repeat(31)} `.repeat(80)]
  for (const list of lists)
    for (const text of texts) {
      const start = performance.now()
      const hits = findPatterns(list, text)
      expect(performance.now() - start).toBeLessThan(600)
      expect(hits.length).toBeLessThanOrEqual(MOST_HITS)
    }
})

test('a line with more stars than any word needs is no pattern', () => {
  expect(faultsIn('a*b*c*d*e')).toEqual([])
  expect(faultsIn('a*b*c*d*e*f*g')[0]).toContain('stars')
})
