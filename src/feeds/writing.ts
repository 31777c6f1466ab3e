/**
 * What every feed has in common: its frame, and words that are right in Atom and in JSON.
 */
import { Feed } from 'feed'
import type { Config } from '../config.ts'

export type Format = 'atom' | 'json'

export interface FeedSubject {
  /** "Bracebridge Heath neighbourhood team" */
  title: string
  /** The page that shows the same, without host; empty for the front page. */
  path: string
}

/** A feed without entries, of the moment of its newest one. Its own addresses are those of the page with `/feed.atom` and `/feed.json` behind. */
export function newFeed(config: Config, { title, path }: FeedSubject, newest: Date, author?: { name: string; link: string }): Feed {
  const page = `${config.publicUrl}${path}`
  const link = path === '' ? `${page}/` : page
  return new Feed({
    id: link,
    title: `${title} – ${config.force.name}`,
    link,
    language: 'en-GB',
    generator: 'Blue Lamp',
    updated: newest,
    author: author ?? { name: config.force.name, link: config.publicUrl },
    feedLinks: { atom: `${page}/feed.atom`, json: `${page}/feed.json` },
  })
}

/** For ever the same, whatever becomes of title and address. */
export const entryId = (config: Config, kind: string, id: number): string => `tag:${new URL(config.publicUrl).hostname},2026:${kind}-${id}`

/** Atom's titles are HTML there, those of a JSON Feed are plain words. */
export const plain = (text: string, format: Format): string =>
  format === 'json' ? withoutControls(text) : withoutControls(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Our own HTML for a reader elsewhere: links within the site lead nowhere from there. */
export const absolute = (config: Config, html: string): string => withoutControls(html.replaceAll(/(href=")(\/[^"]*)/g, `$1${config.publicUrl}$2`))

// XML 1.0 has no way to write them.
// oxlint-disable-next-line no-control-regex -- control characters are what this pattern is for
const withoutControls = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
