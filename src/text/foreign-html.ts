/**
 * Words that others published as HTML: cleaned by an allow-list before they reach a page of ours, or turned into plain text.
 */
import sanitize from 'sanitize-html'

/** Far more than any description; what is longer is cut before anything looks at it. */
const LONGEST = 100_000

const ALLOWED: sanitize.IOptions = {
  allowedTags: ['p', 'br', 'ul', 'ol', 'li', 'strong', 'em', 'h3', 'a', 'blockquote'],
  allowedAttributes: { a: ['href', 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  // A link to "/somewhere" was meant for the publisher's site; here it would lead astray.
  transformTags: {
    a: (_name, { href }) => ({ tagName: 'a', attribs: linkOf(href) }),
    b: 'strong',
    i: 'em',
    ...Object.fromEntries(['h1', 'h2', 'h4', 'h5', 'h6'].map((heading) => [heading, 'h3'])),
    div: 'p',
  },
  exclusiveFilter: ({ tag, text, mediaChildren }) => tag !== 'br' && mediaChildren?.length === 0 && text.replace(/[\s\u00a0]/g, '') === '',
  nestingLimit: 20,
}

/** Safe HTML with the formatting that a text needs; script, style, pictures, attributes and empty paragraphs are gone. */
export function sanitizeHtml(html: string): string {
  return sanitize(unescapeOnce(html.slice(0, LONGEST)), ALLOWED).trim()
}

/** Plain text of HTML or of text with entities in it: tags gone, entities decoded, however often they were escaped. */
export function plainText(html: string): string {
  const bare = sanitize(unescapeOnce(html.slice(0, LONGEST)).replace(/<(?:br|\/p|\/li|\/div)\b[^>]*>/gi, '$&\n'), {
    allowedTags: [],
    allowedAttributes: {},
  })
  return unescapeBasics(bare).trim()
}

/** Text with its entities decoded: `&amp;amp;` too becomes `&`. What looks like a tag stays text, so escape it again on a page. */
export function decodeEntities(text: string): string {
  const safe = unescapeOnce(text.slice(0, LONGEST))
    .replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z0-9]{1,30});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return unescapeBasics(sanitize(safe, { allowedTags: [], allowedAttributes: {} }))
}

/** The address when it is one that a link may have (http, https, mailto, tel), else null. */
export function safeUrl(url: string): string | null {
  const trimmed = url.trim()
  const parsed = URL.parse(/^www\./i.test(trimmed) ? `https://${trimmed}` : trimmed)
  return parsed && ['http:', 'https:', 'mailto:', 'tel:'].includes(parsed.protocol) && parsed.href.length <= 2000 ? parsed.href : null
}

function linkOf(href = ''): Record<string, string> {
  const url = safeUrl(href)
  return url ? { href: url, rel: 'nofollow noopener' } : {}
}

/** Undoes escaping that was done more than once: `&amp;rsquo;` and `&amp;amp;rsquo;` become `&rsquo;`. */
const unescapeOnce = (text: string): string => text.replace(/&(?:amp;)+(?=(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z0-9]{1,30});)/gi, '&')

const unescapeBasics = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
