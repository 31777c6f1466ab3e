/**
 * Reading JSON that others wrote: a value of the kind that was hoped for, or nothing. Never throws.
 */
import { decodeEntities, plainText, safeUrl, sanitizeHtml } from '../text/foreign-html.ts'
import { cleanLine, cleanText } from '../text/input.ts'
import type { ContactDetails } from '../teams/schema.ts'

export type Loose = Record<string, unknown>

export const isRecord = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)
export const recordsOf = (value: unknown): Loose[] => (Array.isArray(value) ? value.filter(isRecord) : [])

const LONGEST_LINE = 500
const LONGEST_TEXT = 5000
const MOST_CONTACTS = 50

/** One line of plain text, entities decoded, or null. */
export function lineOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return cleanLine(decodeEntities(value)).slice(0, LONGEST_LINE).trim() || null
}

/** Plain text of several lines without any markup, or null. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return cleanText(plainText(value)).slice(0, LONGEST_TEXT) || null
}

/** Safe HTML or null. */
export function htmlOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return sanitizeHtml(cleanText(value)) || null
}

/** An address over several lines, "74 High Street\n, Ashby", as one. */
export function addressOf(value: unknown): string | null {
  return (
    textOf(value)
      ?.replace(/[\s,]*\n[\s,]*/g, ', ')
      .replace(/^[\s,]+|[\s,]+$/g, '') || null
  )
}

export const urlOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? safeUrl(value) : null)

/** Degrees that arrive as text or as a number; null when there are none, or none on Earth. */
export function degreesOf(value: unknown, most: 90 | 180): number | null {
  const isThere = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const degrees = isThere ? Number(value) : Number.NaN
  return Math.abs(degrees) <= most ? degrees : null
}

/** A whole number in text; "0" means unknown here, as does anything else that is no number. */
export function populationOf(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text.trim())) return null
  return Number(text) || null
}

/** A moment without zone, UK local time, exactly 19 characters, or null. */
export function localTimeOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim().slice(0, 19) : ''
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && Number.isFinite(Date.parse(`${text}Z`)) ? text : null
}

/** Ways to reach somebody, unknown ones too; addresses that lead elsewhere than to the web, mail or telephone are dropped. */
export function contactOf(value: unknown): ContactDetails {
  if (!isRecord(value)) return {}
  const kept = Object.entries(value).flatMap(([key, raw]): [string, string][] => {
    const line = key === 'address' ? addressOf(raw) : lineOf(raw)
    const clean = line && /^[a-z][a-z0-9_-]{0,39}$/i.test(key) ? contactValue(key, line) : null
    return clean ? [[key, clean]] : []
  })
  return Object.fromEntries(kept.slice(0, MOST_CONTACTS))
}

const PLAIN = /^(telephone|mobile|fax|address)$/
const ON_THE_WEB = /^(web|website|facebook|twitter|youtube|myspace|bebo|flickr|google-plus|forum|e-messaging|blog|rss|instagram|nextdoor)$/

function contactValue(key: string, line: string): string | null {
  if (key === 'email') return /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(line.replace(/^mailto:/i, '')) ? line.replace(/^mailto:/i, '') : null
  if (key === 'telephone' || key === 'mobile' || key === 'fax') return /\d/.test(line) ? line.replace(/^tel:/i, '') : null
  if (PLAIN.test(key)) return line
  if (ON_THE_WEB.test(key)) return safeUrl(line)
  return /^[a-z][a-z0-9+.-]*:/i.test(line) ? safeUrl(line) : line
}
