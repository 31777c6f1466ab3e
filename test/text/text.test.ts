import { describe, expect, test } from 'vitest'
import { sayDuration, sayEnd, sayMoment, sayNear, sayTime } from '../../src/text/dates.ts'
import { foldName } from '../../src/text/fold.ts'
import { cleanLine, cleanText, fits, hasWords, lengthOf } from '../../src/text/input.ts'
import { renderComment, renderPost, summarise } from '../../src/text/markdown.ts'
import { slugOf } from '../../src/text/slug.ts'

describe('what people type', () => {
  test.each([
    ['control characters go, lines stay', 'a\u0000b\u0007\r\nc', 'ab\nc'],
    ['marks that turn the direction go', 'abc\u202Edef\u2066', 'abcdef'],
    ['empty lines are at most two', 'a\n\n\n\n\n\nb', 'a\n\n\nb'],
    ['emoji sequences stay whole', '👩‍👩‍👧 here', '👩‍👩‍👧 here'],
  ])('%s', (_what, typed, kept) => {
    expect(cleanText(typed)).toBe(kept)
  })

  test('a name of invisible characters has no words', () => {
    expect(hasWords('\u200b\u2060 \u3164')).toBe(false)
    expect(cleanLine('A\u200bdmin\u202e')).toBe('Admin')
  })

  test('length counts what people see', () => {
    expect(lengthOf('👩‍👩‍👧')).toBe(1)
    expect(lengthOf('abc')).toBe(3)
  })
})

describe('formatting cannot carry script', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:msgbox)',
    '![x](https://elsewhere.example/pixel.png)',
    '<a href="javascript:alert(1)">x</a>',
    '[x](//elsewhere.example)',
    '`<svg onload=alert(1)>`',
    '<https://a.example/"onmouseover="alert(1)>',
    '[a](https://a.example "x\\" onmouseover=alert(1)")',
  ]
  test.each(hostile)('%s', (text) => {
    for (const html of [renderPost(text), renderComment(text)]) {
      const tags = html.match(/<[^>]*>/g) ?? []
      for (const tag of tags)
        expect(tag).toMatch(
          /^<\/?(p|a|strong|em|ul|ol|li|blockquote|h2|code|pre|br|hr)\b( href="(https?:\/\/|mailto:|tel:|\/(?!\/))[^"<>]*"| title="[^"<>]*"| rel="[^"<>]*"| start="\d+")*\s*\/?>$/,
        )
    }
  })

  test('links of residents give no search rank', () => {
    expect(renderComment('see https://example.org/x')).toBe(
      '<p>see <a href="https://example.org/x" rel="nofollow ugc noopener">https://example.org/x</a></p>',
    )
  })

  test('a summary is plain and cut at a word', () => {
    expect(summarise(renderPost('# Head\n\nSome **bold** words & more'))).toBe('Head: Some bold words & more')
    expect(summarise(`<p>${'word '.repeat(100)}</p>`, 50)).toMatch(/^(word )+word…$/)
  })
})

describe('names and addresses', () => {
  test.each([
    ['Ingoldmells and Chapel St. Leonards', 'ingoldmells-and-chapel-st-leonards'],
    ['Woodhall Spa, Coningsby & Tattershall', 'woodhall-spa-coningsby-and-tattershall'],
    ['Ynys Môn', 'ynys-mon'],
    ['!!!', 'untitled'],
    ['١٢٣', 'untitled'],
  ])('%s', (name, slug) => expect(slugOf(name)).toBe(slug))

  test('folding forgives case, accents and apostrophes', () => {
    expect(foldName(' St. Leonard’s ')).toBe(foldName('st leonards'))
  })
})

describe('dates as people say them', () => {
  test.each([
    ['2031-05-17T16:30:00Z', '17 May 2031 at 5:30pm'],
    ['2031-01-17T09:00:00Z', '17 January 2031 at 9am'],
    ['2031-01-17T12:00:00Z', '17 January 2031 at midday'],
    ['2031-01-17T00:00:00Z', '17 January 2031 at midnight'],
    ['2031-01-17T00:05:00Z', '17 January 2031 at 12:05am'],
    ['2031-03-30T00:59:00Z', '30 March 2031 at 12:59am'],
    ['2031-03-30T01:00:00Z', '30 March 2031 at 2am'],
  ])('%s is %s', (moment, said) => expect(sayMoment(new Date(moment))).toBe(said))

  test('near days have names, across the change of the clocks too', () => {
    const now = new Date('2026-10-25T12:00:00Z')
    expect(sayNear(new Date('2026-10-25T15:00:00Z'), now)).toBe('today at 3pm')
    // A midnight is said by the day that it ends, in summer too.
    expect(sayEnd(new Date('2026-11-26T00:00:00Z'))).toBe('the end of 25 November 2026')
    expect(sayEnd(new Date('2026-07-25T23:00:00Z'))).toBe('the end of 25 July 2026')
    expect(sayEnd(new Date('2026-11-26T17:00:00Z'))).toBe('26 November 2026 at 5pm')
    expect(sayNear(new Date('2026-10-26T09:00:00Z'), now)).toBe('tomorrow at 9am')
    expect(sayTime(new Date('2026-06-01T13:05:00Z'))).toBe('2:05pm')
  })

  test('durations are rough and never negative', () => {
    expect([-5, 60_000, 90 * 60_000, 3 * 86_400_000].map(sayDuration)).toEqual(['0 minutes', '1 minute', '2 hours', '3 days'])
  })
})

describe('hostile texts cost no more than others', () => {
  test.each([
    ['spaces', `a${' '.repeat(190_000)}b`],
    ['marks of two kinds on one letter', `a${'\u0301\u0316'.repeat(90_000)}`],
    ['tabs and line ends', '\t\n'.repeat(90_000)],
  ])('%s', (_what, text) => {
    const begun = performance.now()
    cleanText(text)
    cleanLine(text)
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  test('marks that a script needs stay, a pile of them goes', () => {
    expect(cleanText('שָׁלוֹם')).toBe('שָׁלוֹם'.normalize('NFC'))
    expect(cleanText(`a${'\u0316'.repeat(100)}b`)).toBe(`a${'\u0316'.repeat(8)}b`)
  })

  test('spaces at the end of a line go, those at its beginning stay', () => {
    expect(cleanText('a \t\n  b')).toBe('a\n  b')
  })

  test('one character may be made of many, a text not of any number', () => {
    expect(fits('👩‍👩‍👧', 2)).toBe(true)
    expect(fits('👩\u200d'.repeat(1000), 20)).toBe(false)
    expect(fits('abc', 2)).toBe(false)
  })
})
