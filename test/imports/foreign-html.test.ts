import { describe, expect, test } from 'vitest'
import { decodeEntities, plainText, safeUrl, sanitizeHtml } from '../../src/text/foreign-html.ts'

test.each([
  ['Cliff &amp; Heath', 'Cliff & Heath'],
  ['Cliff &amp;amp; Heath', 'Cliff & Heath'],
  ['King&rsquo;s Park', 'King’s Park'],
  ['King&amp;rsquo;s Park', 'King’s Park'],
  ['Devon & Cornwall', 'Devon & Cornwall'],
  ['AT&T, R&region', 'AT&T, R&region'],
  ['&#8217;&#x2019;&nbsp;', '’’\u00a0'],
  ['<b>5 < 6</b>', '<b>5 < 6</b>'],
  ['&lt;script&gt;', '<script>'],
])('%s decoded is %s', (text, decoded) => {
  expect(decodeEntities(text)).toBe(decoded)
})

describe('sanitising', () => {
  test('formatting stays', () => {
    expect(sanitizeHtml('<p>We are <b>here</b>.<br />\nCall <a href="tel:101">101</a></p>')).toBe(
      '<p>We are <strong>here</strong>.<br />\nCall <a href="tel:101" rel="nofollow noopener">101</a></p>',
    )
  })

  test.each([
    ['<script>alert(1)</script>'],
    ['<img src=x onerror=alert(1)>'],
    ['<svg/onload=alert(1)>'],
    ['<p onclick="alert(1)" style="position:fixed">'],
    ['<iframe src="https://example.org"></iframe>'],
    ['<a href="javascript:alert(1)">x</a>'],
    ['<a href="java\nscript:alert(1)">x</a>'],
    ['<a href="&#106;avascript:alert(1)">x</a>'],
    ['<a href="data:text/html,x">x</a>'],
    ['<a href="/admin/people">x</a>'],
    ['<a href="//evil.example">x</a>'],
    ['<form action="/sign-out"><input name=x></form>'],
    ['<p class="govuk-error-summary" id="main">'],
    ['<!-- <script> -->'],
  ])('%s carries nothing', (html) => {
    expect(sanitizeHtml(html)).not.toMatch(/script|onerror|onload|onclick|style|iframe|href|form|input|class|id=|<!--|data:/i)
  })

  test('what was escaped stays text', () => {
    expect(sanitizeHtml('&lt;script&gt;alert(1)&lt;/script&gt;')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(sanitizeHtml('&amp;lt;script&amp;gt;')).toBe('&lt;script&gt;')
    expect(sanitizeHtml('Fish &amp;amp; chips')).toBe('Fish &amp; chips')
  })

  test('empty paragraphs go, tags are closed', () => {
    expect(sanitizeHtml('<p></p><p> &nbsp; </p><p>Yes<p>And')).toBe('<p>Yes</p><p>And</p>')
  })

  test('deep nesting and great length come to an end', () => {
    expect(sanitizeHtml('<blockquote>'.repeat(50_000)).length).toBeLessThan(1000)
    expect(sanitizeHtml('x'.repeat(1_000_000)).length).toBe(100_000)
  })
})

test('plain text keeps the lines and loses the tags', () => {
  expect(plainText('<p>One</p><p>Two &amp; a <b>half</b></p>')).toBe('One\nTwo & a half')
})

test.each([
  ['https://www.example.org/a b', 'https://www.example.org/a%20b'],
  ['www.example.org', 'https://www.example.org/'],
  ['mailto:team@example.org', 'mailto:team@example.org'],
  ['tel:101', 'tel:101'],
  ['javascript:alert(1)', null],
  [' JaVaScRiPt:alert(1)', null],
  ['ftp://example.org', null],
  ['/relative', null],
  ['', null],
])('%s as a link is %s', (url, safe) => {
  expect(safeUrl(url)).toBe(safe)
})
