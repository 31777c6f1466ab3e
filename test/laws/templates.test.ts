/**
 * Every template compiles, gets the data that it asks for, is used, prints nothing unescaped, and holds nothing that the content policy would stop.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { sourcesIn } from './sources.ts'
import { brokenTemplate, tagsOf, typeErrors, viewOf, type View } from './views.ts'

const views = sourcesIn('views', '.eta').map(viewOf)
const code = sourcesIn('src', '.ts').map(({ text }) => text)

const INCLUDED = /\b(?:include|layout)\(\s*(?<quote>['"`])\/(?<name>[^'"`]+)\k<quote>/g

const includesOf = (view: View): string[] =>
  tagsOf(view).flatMap(({ val }) => [...val.matchAll(INCLUDED)].map(({ groups }) => groups?.['name'] ?? ''))

/** Names that stand in quotes in the code, the declarations of their data apart. */
const namesIn = (text: string): string[] =>
  [...text.replaceAll(/^\s*(['"])[^'"\n]+\1\??:/gm, '').matchAll(/(['"`])\/?([a-z][a-z/_-]*)\1/g)].map((match) => match[2] ?? '')

function unusedViews(all: View[], texts: string[]): string[] {
  const used = new Set([...all.flatMap(includesOf), ...texts.flatMap(namesIn)])
  return all.filter(({ name }) => !used.has(name)).map(({ path }) => path)
}

const RAW = /^(?:include\(|block\(|it\.body$)/

const rawOutput = (view: View): string[] =>
  tagsOf(view)
    .filter(({ t, val }) => t === 'r' && !RAW.test(val))
    .map(({ val, lineNo }) => `${view.path}:${lineNo} <%~ ${val} %>`)

/** The HTML of a template with its tags taken out, so that a `>` in them does not end an element. */
const htmlOf = ({ text }: View): string => text.replaceAll(/<%[\s\S]*?%>/g, (tag) => `¤${tag.replaceAll(/[^\n]/g, '')}`)

const FAULTS: readonly { fault: string; pattern: RegExp; unless?: RegExp }[] = [
  { fault: 'inline script', pattern: /<script\b[^>]*>/gi, unless: /\ssrc=/ },
  { fault: 'script with a body', pattern: /<script\b[^>]*>\s*[^\s<][\s\S]*?<\/script>/gi },
  { fault: 'inline style', pattern: /<style\b|<[a-z][^>]*\sstyle\s*=/gi },
  { fault: 'handler in an attribute', pattern: /<[a-z][^>]*\son[a-z]+\s*=/gi },
  { fault: 'htmx that needs eval', pattern: /\shx-on[:\s=-]|\shx-(?:vals|headers|vars)\s*=\s*["'](?:js|javascript):|\shx-trigger\s*=\s*"[^"]*\[/gi },
  { fault: 'javascript address', pattern: /=\s*["']?\s*javascript:/gi },
  {
    fault: 'something from another host',
    pattern: /<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=["']?(?:https?:)?\/\/|<link\b[^>]*\shref=["']?(?:https?:)?\/\//gi,
  },
  { fault: 'form without an action', pattern: /<form\b[^>]*\smethod=["']?post\b[^>]*>/gi, unless: /\saction=(?:"[^"]|'[^']|[^\s"'>])/ },
  { fault: 'image without alt', pattern: /<img\b[^>]*>/gi, unless: /\salt=/ },
]

const faultsIn = (view: View): string[] =>
  FAULTS.flatMap(({ fault, pattern, unless }) =>
    [...htmlOf(view).matchAll(pattern)].filter(([found]) => !unless?.test(found)).map(([found]) => `${view.path}: ${fault}: ${found}`),
  )

const view = (text: string, name = 'shell/test'): View => ({ name, path: `views/${name}.eta`, text })

/** Templates with faults in known lines, compiled along with the real ones. */
const INVENTED = [
  view(
    [
      '<p>',
      '<%= it.nothing %>',
      "<%~ include('/shell/field-error', { nme: 'x' }) %>",
      '<%= it.shell.viewer.name %>',
      '<%= it.shell %>',
      "<%~ include('/shell/no-such-partial') %>",
      "<%~ include('/shell/field-error') %>",
      "<%~ include('/shell/field-error', { name: 'right' }) %>",
      '<%= it.sayDate(1) %>',
    ].join('\n'),
    'shell/wrong',
  ),
  view('<%= it.anything %>', 'laws/undeclared'),
]

// One run of the compiler for all.
let errors: string[]
beforeAll(() => {
  errors = typeErrors([...views, ...INVENTED])
}, 120_000)

describe('every template', () => {
  test('compiles', () => {
    expect(views.length).toBeGreaterThan(10)
    expect(views.map(brokenTemplate).filter((fault) => fault !== null)).toEqual([])
  })

  test('gets the data that it asks for', () => {
    expect(errors.filter((error) => !INVENTED.some(({ path }) => error.startsWith(path)))).toEqual([])
  })

  test('is used', () => {
    expect(unusedViews(views, code)).toEqual([])
  })

  test('prints raw only what a template made', () => {
    expect(views.flatMap(rawOutput)).toEqual([])
  })

  test('keeps to the content policy, names the address of its forms, and describes its images', () => {
    expect(views.flatMap(faultsIn)).toEqual([])
  })

  test('is about one thing', () => {
    expect(views.filter(({ text }) => text.split('\n').length > 200).map(({ path }) => path)).toEqual([])
  })
})

describe('these laws see', () => {
  test('a template that does not compile', () => {
    expect(brokenTemplate(view('<% if (true) { %>'))).toContain('views/shell/test.eta')
    expect(brokenTemplate(view('<%= 1 %>'))).toBeNull()
  })

  test('wrong data, at its line', () => {
    const lines = errors.flatMap((error) => /^views\/shell\/wrong\.eta:(\d+)/.exec(error)?.[1] ?? [])
    expect([...new Set(lines)]).toEqual(['2', '3', '4', '5', '6', '7', '9'])
    expect(errors).toContain('views/laws/undeclared.eta has no data declared in Views or Partials')
  })

  test('a view that nobody shows', () => {
    const known = [view('', 'a/page'), view("<%~ include('/a/_part') %>", 'a/other'), view('', 'a/_part')]
    const declared = "interface Views {\n  'a/page': Data\n  'a/other': Data\n}\n"
    expect(unusedViews(known, [declared])).toEqual(['views/a/page.eta', 'views/a/other.eta'])
    expect(unusedViews(known, [`${declared}reply.page('a/page', {})\nconst view = odd ? 'a/other' : 'x'`])).toEqual([])
  })

  test.each([
    ['<%~ it.text %>', 1],
    ["<%~ `${include('/x')}` %>", 1],
    ['<%~ it.body.x %>', 1],
    ["<%~ include('/x') %><%~ block('head') %><%~ it.body %><%= it.text %>", 0],
  ])('raw output: %s', (text, count) => {
    expect(rawOutput(view(text))).toHaveLength(count)
  })

  test.each([
    '<script>alert(1)</script>',
    '<script src="/a.js">alert(1)</script>',
    '<p style="color: red">',
    '<style>p {}</style>',
    '<p class="<%= it.a > 1 %>" style="x">',
    '<a onclick="go()">',
    '<a hx-on:click="go()">',
    '<a hx-vals="js:{a: 1}">',
    '<a hx-trigger="click[ctrlKey]">',
    '<a href="javascript:go()">',
    '<img src="https://elsewhere.example/a.png" alt="">',
    '<link rel="stylesheet" href="//elsewhere.example/a.css">',
    '<form method="post">',
    '<form method="post" action="">',
    '<form method=post>',
    '<img src=//elsewhere.example/a.png alt="">',
    '<img src="/a.png">',
  ])('%s', (text) => {
    expect(faultsIn(view(text))).not.toEqual([])
  })

  test('what is right', () => {
    const right =
      '<script src="/a.js" defer></script><form method="post" action="<%= it.a > 1 ? 1 : 2 %>"><img alt="" src="/a.png"><a href="https://elsewhere.example">'
    expect(faultsIn(view(right))).toEqual([])
  })
})
