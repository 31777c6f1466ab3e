/** Each kind by examples: what it is, what it is not, and where it stands in the text as typed. */
import { describe, expect, test } from 'vitest'
import { explain, FINDING_KINDS, findIn, isRemovable, type FindingKind } from '../../src/screening/findings.ts'

const wordsOf = (kind: FindingKind, text: string): string[] =>
  findIn(text)
    .filter((each) => each.kind === kind)
    .map(({ words }) => words)

describe.each<[FindingKind, string, string]>([
  ['phone', 'ring 07700 900461 now', '07700 900461'],
  ['phone', 'ring +44 (0)7700 900 461', '+44 (0)7700 900 461'],
  ['phone', 'ring o77oo 9oo 461', 'o77oo 9oo 461'],
  ['phone', 'ring oh double seven double oh nine double oh four six one ta', 'oh double seven double oh nine double oh four six one'],
  ['phone', 'ring ０７７００\u200b９００４６１', '０７７００\u200b９００４６１'],
  ['email', 'to jo.bell@example.com.', 'jo.bell@example.com'],
  ['email', 'to jo (at) example (dot) com please', 'jo (at) example (dot) com'],
  ['email', 'to jo dot bell at example dot co dot uk', 'jo dot bell at example dot co dot uk'],
  ['address', 'at 14 Hawthorn Close, LN5 8ZZ today', '14 Hawthorn Close, LN5 8ZZ'],
  ['address', 'at flat 6, 90 monks road ln2 5zz', 'flat 6, 90 monks road ln2 5zz'],
  ['address', 'LN4 2ZZ, number 17', 'LN4 2ZZ, number 17'],
  ['plate', 'a van AB12 CDE went', 'AB12 CDE'],
  ['plate', 'a van ab12cde went', 'ab12cde'],
  ['plate', 'a van A123 BCD went', 'A123 BCD'],
  ['plate', 'a van ABC 123D went', 'ABC 123D'],
  ['accusation', 'John Smith is a drug dealer', 'John Smith is a drug dealer'],
  ['emergency', 'he has a knife outside my door', 'has a knife'],
  ['crime', 'my car was broken into last night', 'my car was broken into'],
])('%s', (kind, text, words) => {
  test(`stands in "${text}"`, () => {
    expect(wordsOf(kind, text)).toEqual([words])
  })
})

describe('a complaint', () => {
  test('is about what an officer did to somebody', () => {
    const [words, ...others] = wordsOf('complaint', 'PC Adeyemi was rude to my mum and pushed her')
    expect(words).toContain('Adeyemi was rude')
    expect(others).toEqual([])
  })

  test.each([
    'PC Adeyemi was kind to my mum',
    'The police do nothing about speeding',
    'A lad was rude to PC Adeyemi',
    'The ticket inspector was rude to me',
  ])('is not "%s"', (text) => {
    expect(findIn(text)).toEqual([])
  })

  test('about an officer by name is no accusation of a crime', () => {
    expect(findIn('PC Adeyemi stole my phone and was rude').map(({ kind }) => kind)).not.toContain('accusation')
  })
})

describe('harmless is', () => {
  test.each([
    'Ring 101, or 999 in an emergency, or 111 for the NHS',
    'Crimestoppers is 0800 555 111',
    'The council is on 0300 123 4567 and 0345 602 0000',
    'Write to lincolnnorth@lincs.police.uk or help@lincoln.gov.uk or gp@surgery.nhs.uk',
    'LN5 8ZZ',
    '14 Hawthorn Close has a nice hedge',
    'Come to the village hall, 4 Church Lane, LN4 2ZZ',
    'The A15 and the B1188 were shut from 10 to 12 MAY',
    'at 12 the church bells rang',
    'LN4 2LE',
    '',
    ' \n ',
  ])('"%s"', (text) => {
    expect(findIn(text)).toEqual([])
  })
})

describe('what is found', () => {
  const text = '😀 Dave Wilks stole my bike 🚲 reg AB12 CDE, ring 07700 900461 or jo@example.com, 14 Hawthorn Close LN5 8ZZ'

  test('stands where the text was typed, emoji or not', () => {
    const found = findIn(text)
    expect(found.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['accusation', 'plate', 'phone', 'email', 'address']))
    for (const { from, to, words } of found) expect(text.slice(from, to)).toBe(words)
  })

  test('is in order, and nothing of a kind overlaps another of it', () => {
    const found = findIn(`${text}. ${text}`)
    expect(found.map(({ from }) => from)).toEqual(found.map(({ from }) => from).toSorted((a, b) => a - b))
    for (const kind of FINDING_KINDS) {
      const own = found.filter((each) => each.kind === kind)
      for (const [index, { to }] of own.entries()) expect(to).toBeLessThanOrEqual(own[index + 1]?.from ?? Infinity)
    }
  })

  test('is explained in a title and one sentence', () => {
    for (const kind of FINDING_KINDS) {
      expect(explain(kind).title).toMatch(/^[A-Z].+[^.]$/)
      expect(explain(kind).text).toMatch(/^[A-Z][^.]+\.$/)
    }
    expect(FINDING_KINDS.filter(isRemovable)).toEqual(['phone', 'email', 'address', 'plate', 'accusation'])
  })
})
