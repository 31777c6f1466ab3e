/**
 * What the standards ask of a feed, rule by rule, read by a parser that is not the one that wrote it. Each answers what is wrong, in words.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  isArray: (name) => ['entry', 'link', 'category', 'author'].includes(name),
})

interface Link {
  '@rel'?: string
  '@href'?: string
  '@type'?: string
}
export type Text = string | number | { '#text'?: string | number; '@type'?: string }
interface Common {
  id?: string
  title?: Text
  updated?: string
  author?: { name?: string | number }[]
  link?: Link[]
}
export interface Entry extends Common {
  published?: string
  content?: Text
  summary?: Text
}
export interface AtomFeed extends Common {
  '@xmlns'?: string
  entry?: Entry[]
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const isIri = (text: unknown): boolean => typeof text === 'string' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(text)
const isWeb = (text: unknown): boolean => typeof text === 'string' && /^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)
const isMoment = (text: unknown): boolean => typeof text === 'string' && RFC_3339.test(text) && !Number.isNaN(Date.parse(text))

export const readAtom = (body: string): AtomFeed => (parser.parse(body) as { feed?: AtomFeed }).feed ?? {}

/** RFC 4287. */
export function faultsOfAtom(body: string, address: string): string[] {
  const wellFormed = XMLValidator.validate(body)
  if (wellFormed !== true) return [`not well-formed: ${wellFormed.err.msg}`]
  const feed = readAtom(body)
  const entries = feed.entry ?? []
  const ids = entries.map((entry) => entry.id)
  const ofFeed = [
    feed['@xmlns'] === 'http://www.w3.org/2005/Atom' ? '' : 'the namespace is not that of Atom',
    ...faultsOfCommon('feed', feed),
    feed.link?.some((link) => link['@rel'] === 'self' && link['@href'] === address) ? '' : `no link to itself (${address})`,
    feed.author?.[0]?.name || entries.every((entry) => entry.author?.[0]?.name) ? '' : 'neither the feed nor every entry has an author',
    new Set(ids).size === ids.length ? '' : 'two entries have one id',
    isNewestFirst(entries.map((entry) => entry.published)) ? '' : 'not newest first',
  ]
  return [...ofFeed, ...entries.flatMap((entry, index) => faultsOfEntry(`entry ${index}`, entry))].filter((fault) => fault !== '')
}

function faultsOfCommon(what: string, { id, title, updated }: Common): string[] {
  return [
    isIri(id) ? '' : `${what}: its id is no IRI`,
    title === undefined || title === '' ? `${what}: no title` : '',
    isMoment(updated) ? '' : `${what}: "${updated}" is no moment`,
  ]
}

function faultsOfEntry(what: string, entry: Entry): string[] {
  const links = entry.link ?? []
  const published = Date.parse(entry.published ?? '')
  return [
    ...faultsOfCommon(what, entry),
    links.every((link) => isWeb(link['@href'])) ? '' : `${what}: a link is not whole`,
    entry.content !== undefined || links.some((link) => (link['@rel'] ?? 'alternate') === 'alternate')
      ? ''
      : `${what}: neither content nor alternate`,
    isMoment(entry.published) && published <= Date.parse(entry.updated ?? '') ? '' : `${what}: updated before it was published`,
  ]
}

const isNewestFirst = (moments: readonly (string | undefined)[]): boolean =>
  moments.every((moment, index) => index === 0 || Date.parse(moments[index - 1] ?? '') >= Date.parse(moment ?? ''))

export interface JsonFeed {
  version?: string
  title?: string
  home_page_url?: string
  feed_url?: string
  items?: {
    id?: string
    url?: string
    title?: string
    content_html?: string
    content_text?: string
    date_published?: string
    date_modified?: string
    tags?: unknown
    authors?: unknown
  }[]
}

/** JSON Feed 1.1 (whose reader must still take the `author` of 1.0). */
export function faultsOfJson(body: string, address: string): string[] {
  const feed = JSON.parse(body) as JsonFeed
  const items = feed.items ?? []
  const ofFeed = [
    /^https:\/\/jsonfeed\.org\/version\/1(\.1)?$/.test(feed.version ?? '') ? '' : `its version is "${feed.version}"`,
    typeof feed.title === 'string' && feed.title !== '' ? '' : 'no title',
    Array.isArray(feed.items) ? '' : 'no list of items',
    isWeb(feed.home_page_url) ? '' : 'no home page',
    feed.feed_url === address ? '' : `its own address is "${feed.feed_url}"`,
    new Set(items.map((item) => item.id)).size === items.length ? '' : 'two items have one id',
  ]
  const ofItems = items.flatMap((item, index) => [
    typeof item.id === 'string' && item.id !== '' ? '' : `item ${index}: its id is no text`,
    typeof item.content_html === 'string' || typeof item.content_text === 'string' ? '' : `item ${index}: no content`,
    isWeb(item.url) ? '' : `item ${index}: its address is not whole`,
    isMoment(item.date_published) && isMoment(item.date_modified) ? '' : `item ${index}: a date is no moment`,
    item.tags === undefined || (Array.isArray(item.tags) && item.tags.every((tag) => typeof tag === 'string'))
      ? ''
      : `item ${index}: its tags are no texts`,
  ])
  return [...ofFeed, ...ofItems].filter((fault) => fault !== '')
}

/** RFC 5545, as far as a parser does not see it: lines. */
export function faultsOfLines(body: string): string[] {
  const lines = body.split('\r\n')
  return [
    /[^\r]\n/.test(body) ? 'a line does not end with CRLF' : '',
    lines.every((line) => Buffer.byteLength(line) <= 75) ? '' : 'a line is longer than 75 octets',
    lines.at(-1) === '' || lines.at(-1) === 'END:VCALENDAR' ? '' : 'something stands behind the end',
  ].filter((fault) => fault !== '')
}
