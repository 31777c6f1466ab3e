/**
 * What a page says of itself in its head: title, name of the site, picture. Read by a parser that runs nothing, from the beginning of the page alone; what comes of
 * it is plain lines.
 */
import sanitize from 'sanitize-html'
import { cleanLine, hasWords } from '../text/input.ts'
import { decodeEntities } from '../text/foreign-html.ts'

export interface Head {
  title: string | null
  site: string | null
  /** As it stands in the page: perhaps not a whole address. */
  image: string | null
  imageAlt: string | null
}

/** No page needs more before it has said what it is. */
export const READ_BYTES = 262_144
const LONGEST = { title: 200, site: 80, alt: 300 }
/** Longer than any of these is kept; what is longer is no title. */
const RAW = 4000
const MOST_TAGS = 2000

export function headOf(bytes: Buffer, charset: string | null): Head {
  const { said, title } = read(textOf(bytes.subarray(0, READ_BYTES), charset))
  const first = (...names: string[]): string | undefined =>
    names.map((name) => said.get(name)).find((value) => value !== undefined && hasWords(value))
  return {
    title: lineOf(first('og:title', 'twitter:title') ?? title, LONGEST.title),
    site: lineOf(first('og:site_name', 'application-name'), LONGEST.site),
    image: first('og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src')?.trim() ?? null,
    imageAlt: lineOf(first('og:image:alt', 'twitter:image:alt'), LONGEST.alt),
  }
}

function read(html: string): { said: Map<string, string>; title: string } {
  const said = new Map<string, string>()
  let [title, tags] = ['', 0]
  sanitize(headAlone(html), {
    allowedTags: ['meta', 'title'],
    allowedAttributes: { meta: ['property', 'name', 'content'] },
    // The words of a title are read here; in most other ways of cleaning they would go.
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'svg', 'template'],
    transformTags: {
      meta: (tagName, attribs) => {
        const name = (attribs['property'] ?? attribs['name'] ?? '').trim().toLowerCase()
        const content = attribs['content']
        if (content !== undefined && tags++ < MOST_TAGS && !said.has(name)) said.set(name, content.slice(0, RAW))
        return { tagName, attribs: {} }
      },
    },
    textFilter: (text, tagName) => {
      if (tagName === 'title' && title.length < RAW) title += text
      return ''
    },
  })
  return { said, title: decodeEntities(title.slice(0, RAW)) }
}

/** Without the body, where the head has an end: titles of drawings are none of the page. */
function headAlone(html: string): string {
  const end = /<\/head\s*>|<body[\s>]/i.exec(html)
  return end ? html.slice(0, end.index) : html
}

/** In the encoding that the sender, or else the page itself, names; unknown ones are read as UTF-8. */
function textOf(bytes: Buffer, charset: string | null): string {
  const named = charset ?? /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(bytes.toString('latin1', 0, 2048))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(named).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

function lineOf(text: string | undefined, most: number): string | null {
  const line = cleanLine((text ?? '').slice(0, RAW).toWellFormed())
  if (!hasWords(line)) return null
  return line.length <= most
    ? line
    : `${line
        .slice(0, most - 2)
        .toWellFormed()
        .replace(/\s+\S*$/, '')
        .trimEnd()} …`
}
