/**
 * The tests' own honesty: none is left out, none is empty, none says that true is true.
 */
import { describe, expect, test } from 'vitest'
import { sourcesIn, type Source } from './sources.ts'

const SKIPPERS = ['only', 'skip', 'todo', 'fails', 'skipIf', 'runIf'].join('|')
const TESTS = 'test|it|describe|suite|bench'

const CHARGES: readonly { charge: string; pattern: RegExp }[] = [
  { charge: 'leaves tests out', pattern: new RegExp(`\\b(?:${TESTS})(?:\\.\\w+)*\\.(?:${SKIPPERS})\\b`) },
  { charge: 'leaves tests out', pattern: /(?:^|\s)[xf](?:it|test|describe)\(/ },
  { charge: 'leaves tests out', pattern: /\b(?:ctx|context|task|t)\.skip\(/ },
  { charge: 'leaves tests out', pattern: new RegExp(`\\{[^}]*\\b(?:${SKIPPERS}):\\s*true`) },
  {
    charge: 'has an empty test',
    pattern: /\b(?:test|it)(?:\.each\([^)]*\))?\(\s*(['"`]).*?\1,\s*(?:async\s*)?\([^)]*\)\s*=>\s*\{\s*(?:\/\/[^\n]*\s*)*\}/,
  },
  {
    charge: 'expects what is always so',
    pattern: /expect\(\s*(?<said>true|false|null|undefined|\d+|'[^']*')\s*\)\.(?:toBe|toEqual|toStrictEqual)\(\s*\k<said>\s*\)/,
  },
  { charge: 'turns a rule off', pattern: /@ts-(?:ignore|nocheck|expect-error)|\bas any\b/ },
]

function chargesAgainst({ path, text }: Source): string[] {
  const said = CHARGES.filter(({ pattern }) => pattern.test(text)).map(({ charge }) => `${path} ${charge}`)
  const silent = path.endsWith('.test.ts') && !/\bexpect\w*[.(]/.test(text)
  return silent ? [...said, `${path} expects nothing`] : said
}

/** Tests start with a call on a line of their own. A test file without one checks nothing. */
const hasTests = ({ text }: Source): boolean => /^\s*(?:test|it)(?:\.\w+)*\(/m.test(text)

// This file quotes what it forbids.
const tests = sourcesIn('test', '.ts').filter(({ path }) => path !== 'test/laws/honesty.test.ts')

describe('the tests', () => {
  test('are honest', () => {
    expect(tests.length).toBeGreaterThan(5)
    expect(tests.flatMap(chargesAgainst)).toEqual([])
  })

  test('are tests', () => {
    expect(tests.filter((source) => source.path.endsWith('.test.ts') && !hasTests(source)).map(({ path }) => path)).toEqual([])
  })

  test('lie below test/, where they are run', () => {
    expect([...sourcesIn('src', '.test.ts'), ...sourcesIn('src', '.spec.ts'), ...sourcesIn('test', '.spec.ts')].map(({ path }) => path)).toEqual([])
  })
})

describe('these laws see', () => {
  const honest = "test('a', () => {\n  expect(sum(1, 2)).toBe(3)\n})\n"

  test.each([
    ["test.only('a', () => {})", 'leaves tests out'],
    ["describe.skip('a', () => {})", 'leaves tests out'],
    ["it.concurrent.todo('a')", 'leaves tests out'],
    ["test.fails('a', () => {})", 'leaves tests out'],
    ["test.skipIf(process.env.CI)('a', () => {})", 'leaves tests out'],
    ["  xit('a', () => {})", 'leaves tests out'],
    ["test('a', { skip: true }, () => {})", 'leaves tests out'],
    ["test('a', (ctx) => { ctx.skip() })", 'leaves tests out'],
    ["test('a', async () => {})", 'has an empty test'],
    ["test('a', () => {\n  // later\n})", 'has an empty test'],
    ['expect(true).toBe(true)', 'expects what is always so'],
    ["expect('a').toEqual('a')", 'expects what is always so'],
    ['const row = found as any', 'turns a rule off'],
  ])('%s', (text, charge) => {
    expect(chargesAgainst({ path: 'x.ts', text: honest + text })).toEqual([`x.ts ${charge}`])
  })

  test('a test without an expectation', () => {
    expect(chargesAgainst({ path: 'x.test.ts', text: "test('a', () => {\n  work()\n})" })).toEqual(['x.test.ts expects nothing'])
    expect(chargesAgainst({ path: 'x.test.ts', text: honest })).toEqual([])
    expect(hasTests({ path: 'x.test.ts', text: "import './other.ts'" })).toBe(false)
  })
})
