/**
 * What a follower's mail looks like: HTML and plain text of the same data. Nothing in it comes from anywhere else, nothing tells that it was read, and the
 * official mark stands wherever official words do.
 */
import type { Config } from '../config.ts'
import { escapeHtml } from '../text/safe-html.ts'
import { count, sayMoment } from '../text/dates.ts'
import type { Told } from './told.ts'

export interface Letter {
  subject: string
  /** In the first line, before anything that somebody wrote; null for none. */
  lead: string | null
  /** By conversation, newest first. */
  groups: readonly Group[]
  /** Conversations that are not shown. */
  more: number
  /** "You get this because you follow the Bracebridge Heath team, as it happens." */
  because: string
  /** Whole addresses. */
  links: { settings: string; stop: string; stopAll: string }
}

export interface Group {
  title: string
  path: string
  about: string
  entries: readonly Told[]
  /** Entries that are not shown. */
  more: number
}

export interface LetterWords {
  subject: string
  text: string
  html: string
}

type Site = Pick<Config, 'publicUrl' | 'force'>

/** A name cannot look like the mark, which stands in brackets in plain text. */
const plainName = (name: string): string => name.replace(/[[\]]/g, '')

const isOwnPage = (group: Group, told: Told): boolean => told.itemPath === group.path

/** Ready to be sent. */
export const wordsOfLetter = (site: Site, letter: Letter): LetterWords => ({
  subject: letter.subject,
  text: textOf(site, letter),
  html: htmlOf(site, letter),
})

function textOf(site: Site, { lead, groups, more, because, links }: Letter): string {
  const parts = [
    ...(lead === null ? [] : [lead]),
    ...groups.map((group) => groupText(site, group)),
    ...(more > 0 ? [`And ${count(more, 'more conversation')}:\n${site.publicUrl}/`] : []),
    `--\n${because}`,
    `Change what you get:\n${links.settings}`,
    `Stop this:\n${links.stop}`,
    ...(links.stopAll === links.stop ? [] : [`Stop everything:\n${links.stopAll}`]),
    `${site.force.name}\n${site.publicUrl}`,
  ]
  return parts.join('\n\n')
}

function groupText(site: Site, group: Group): string {
  const entries = group.entries.map((told) => entryText(site, group, told))
  const rest = group.more > 0 ? [`And ${count(group.more, 'more')} here:\n${site.publicUrl}${group.path}`] : []
  return [`* ${group.title}\n${group.about}\n${site.publicUrl}${group.path}`, ...entries, ...rest].join('\n\n')
}

function entryText(site: Site, group: Group, told: Told): string {
  const by = [told.who && plainName(told.who), told.mark && `[${told.mark}]`].filter(Boolean).join(' ')
  const lines = [
    [by, sayMoment(told.at)].filter(Boolean).join(', '),
    ...(told.note === null ? [] : [told.note]),
    ...(told.excerpt === '' ? [] : [`> ${told.excerpt}`]),
    ...(isOwnPage(group, told) ? [] : [`${site.publicUrl}${told.itemPath}`]),
  ]
  return lines.join('\n')
}

// Colour and background are always given together: a program that darkens mail turns both, and one that does not leaves both.
const PAGE = 'margin:0;padding:0;background:#ffffff;color:#0b0c0c'
const BODY =
  'max-width:600px;margin:0 auto;padding:16px;background:#ffffff;color:#0b0c0c;font:16px/1.5 Arial,Helvetica,sans-serif;overflow-wrap:anywhere'
const LINK = 'color:#1d4f91'
const QUIET = 'margin:0 0 8px;color:#505a5f;font-size:14px'
const MARK =
  'display:inline-block;border:1px solid #1d4f91;border-radius:3px;padding:0 5px;font-size:13px;font-weight:bold;color:#1d4f91;background:#ffffff'
const FOOT = 'margin:32px 0 0;padding:16px 0 0;border-top:1px solid #b1b4b6;font-size:14px'

const paragraph = (html: string, style = 'margin:0 0 16px'): string => `<p style="${style}">${html}</p>`
const link = (href: string, words: string): string => `<a href="${escapeHtml(href)}" style="${LINK}">${escapeHtml(words)}</a>`

function htmlOf(site: Site, { subject, lead, groups, more, because, links }: Letter): string {
  const body = [
    `<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3">${escapeHtml(lead ?? subject)}</h1>`,
    ...groups.map((group) => groupHtml(site, group)),
    ...(more > 0 ? [paragraph(`And ${link(`${site.publicUrl}/`, count(more, 'more conversation'))}.`)] : []),
    `<div style="${FOOT}">`,
    paragraph(escapeHtml(because)),
    paragraph(footLinks(links)),
    paragraph(`${escapeHtml(site.force.name)}<br>${link(site.publicUrl, site.publicUrl)}`, 'margin:0'),
    '</div>',
  ]
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light only"><title>${escapeHtml(subject)}</title></head><body style="${PAGE}"><main><div style="${BODY}">${body.join('\n')}</div></main></body></html>`
}

const footLinks = ({ settings, stop, stopAll }: Letter['links']): string =>
  [link(settings, 'Change what you get'), link(stop, 'Stop this'), ...(stop === stopAll ? [] : [link(stopAll, 'Stop everything')])].join(' · ')

function groupHtml(site: Site, group: Group): string {
  const title = `<h2 style="margin:0 0 4px;font-size:19px;line-height:1.3">${link(`${site.publicUrl}${group.path}`, group.title)}</h2>`
  const entries = group.entries.map((told) => entryHtml(site, group, told))
  const rest = group.more > 0 ? [paragraph(link(`${site.publicUrl}${group.path}`, `And ${count(group.more, 'more')} here`))] : []
  return `<div style="margin:0 0 28px">${[title, paragraph(escapeHtml(group.about), QUIET), ...entries, ...rest].join('\n')}</div>`
}

function entryHtml(site: Site, group: Group, told: Told): string {
  const name = told.who === null ? '' : `<b>${escapeHtml(told.who)}</b>`
  const mark = told.mark === null ? '' : `<span style="${MARK}">${escapeHtml(told.mark)}</span>`
  const when = isOwnPage(group, told) ? escapeHtml(sayMoment(told.at)) : link(`${site.publicUrl}${told.itemPath}`, sayMoment(told.at))
  const head = paragraph([name, mark, when].filter(Boolean).join(' '), 'margin:0 0 4px')
  const note = told.note === null ? '' : paragraph(`<b>${escapeHtml(told.note)}</b>`, 'margin:0 0 4px')
  const excerpt = told.excerpt === '' ? '' : paragraph(escapeHtml(told.excerpt), 'margin:0')
  return `<div style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid ${told.mark === null ? '#b1b4b6' : '#1d4f91'}">${head}${note}${excerpt}</div>`
}

const SHOWN_GROUPS = 20
const SHOWN_ENTRIES = 5

/** Puts items together by conversation, those with the newest first, and says how many did not fit. */
export function groupsOf(items: readonly Told[]): Pick<Letter, 'groups' | 'more'> {
  const newest = items.toSorted((one, other) => other.at.getTime() - one.at.getTime())
  const groups = [...Map.groupBy(newest, ({ conversationId }) => conversationId).values()].flatMap((entries): Group[] => {
    const [first] = entries
    if (!first) return []
    const { title, path, about } = first
    return [{ title, path, about, entries: entries.slice(0, SHOWN_ENTRIES), more: Math.max(0, entries.length - SHOWN_ENTRIES) }]
  })
  return { groups: groups.slice(0, SHOWN_GROUPS), more: Math.max(0, groups.length - SHOWN_GROUPS) }
}

/** What mail programs read: how to stop it with one click (RFC 8058), and which list it is (RFC 2919). */
export const listHeaders = (site: Site, list: string, stop: string): Record<string, string> => ({
  'List-Unsubscribe': `<${stop}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  'List-Id': `<${list.replaceAll(':', '-')}.following.${new URL(site.publicUrl).hostname}>`,
})
