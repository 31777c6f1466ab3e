/**
 * What a digest looks like: titles, who wrote them and where, and nothing of what they say. Made when it leaves, of what its reader may read at that moment.
 */
import type { Config } from '../config.ts'
import type { Words } from '../mail/mail.ts'
import { count } from '../text/dates.ts'
import { escapeHtml } from '../text/safe-html.ts'

export interface Told {
  id: number
  title: string
  path: string
  /** "Help request" */
  kindName: string
  /** "PC Imran Adeyemi, Officer · Bracebridge Heath team" */
  by: string
  /** The circle in which it stands; null for all staff. */
  circle: string | null
  /** Comments and reactions. */
  echoes: number
}

export interface DigestLetter {
  rhythm: 'weekly' | 'daily'
  parts: readonly { heading: string; told: readonly Told[] }[]
  stop: string
}

type Site = Pick<Config, 'publicUrl' | 'force'>

export function wordsOfDigest(site: Site, { rhythm, parts, stop }: DigestLetter): Words {
  const all = parts.flatMap(({ told }) => told)
  const others = all.length - 1
  const subject = `${rhythm === 'weekly' ? 'This week' : 'Today'} in the staff network: ${all[0]?.title ?? ''}${others > 0 ? ` and ${others} more` : ''}`
  const settings = `${site.publicUrl}/staff/digest`
  const because = `You get this ${rhythm === 'weekly' ? 'on Mondays' : 'every morning'} because you are in the staff network.`
  return {
    subject,
    text: textOf(site, { parts, because, settings, stop }),
    html: htmlOf(site, { subject, parts, because, settings, stop }),
    headers: headersOf(site, stop),
  }
}

const headersOf = (site: Site, stop: string): Record<string, string> => ({
  'List-Unsubscribe': `<${stop}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  'List-Id': `<digest.staff.${new URL(site.publicUrl).hostname}>`,
})

interface Body {
  parts: DigestLetter['parts']
  because: string
  settings: string
  stop: string
}

const echoesOf = ({ echoes }: Told): string[] => (echoes === 0 ? [] : [count(echoes, 'comment or reaction', 'comments and reactions')])
const aboutOf = (told: Told): string =>
  [told.kindName, told.by, ...(told.circle === null ? [] : [`in ${told.circle}`]), ...echoesOf(told)].join(' · ')

function textOf(site: Site, { parts, because, settings, stop }: Body): string {
  const blocks = parts.map(({ heading, told }) =>
    [heading, ...told.map((one) => `* ${one.title}\n${aboutOf(one)}\n${site.publicUrl}${one.path}`)].join('\n\n'),
  )
  return [...blocks, `--\n${because}`, `Change how often:\n${settings}`, `Stop it:\n${stop}`, `${site.force.name}\n${site.publicUrl}`].join('\n\n')
}

// Colour and background are always given together: a program that darkens mail turns both, and one that does not leaves both.
const BODY =
  'max-width:600px;margin:0 auto;padding:16px;background:#ffffff;color:#0b0c0c;font:16px/1.5 Arial,Helvetica,sans-serif;overflow-wrap:anywhere'
const link = (href: string, words: string): string => `<a href="${escapeHtml(href)}" style="color:#1d4f91">${escapeHtml(words)}</a>`
const paragraph = (html: string, style = 'margin:0 0 16px'): string => `<p style="${style}">${html}</p>`

function htmlOf(site: Site, { subject, parts, because, settings, stop }: Body & { subject: string }): string {
  const item = (one: Told): string =>
    `<li style="margin:0 0 12px"><b>${link(`${site.publicUrl}${one.path}`, one.title)}</b><br><span style="color:#505a5f;background:#ffffff;font-size:14px">${escapeHtml(aboutOf(one))}</span></li>`
  const blocks = parts.map(
    ({ heading, told }) =>
      `<h2 style="margin:24px 0 8px;font-size:18px">${escapeHtml(heading)}</h2><ul style="margin:0;padding:0;list-style:none">${told.map(item).join('')}</ul>`,
  )
  const foot = [
    paragraph(escapeHtml(because)),
    paragraph(`${link(settings, 'Change how often')} · ${link(stop, 'Stop it')}`),
    paragraph(escapeHtml(site.force.name), 'margin:0'),
  ]
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light only"><title>${escapeHtml(subject)}</title></head><body style="margin:0;padding:0;background:#ffffff;color:#0b0c0c"><main><div style="${BODY}"><h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escapeHtml(subject)}</h1>${blocks.join('')}<div style="margin:32px 0 0;padding:16px 0 0;border-top:1px solid #b1b4b6;font-size:14px">${foot.join('')}</div></div></main></body></html>`
}
