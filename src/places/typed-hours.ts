/**
 * Opening hours as people type them: "9am to 5pm", "9-12, 1-5pm", "09:00–17:00", "all day", "closed"; and days that differ, one a line:
 * "24 December 2026: 9am to 12". What they say is read; what could be meant in two ways is asked about again.
 */
import { sayDate } from '../text/dates.ts'
import { readDate } from '../text/moment.ts'
import { saySpans, tidySpans } from './hours.ts'
import type { Exceptions, Span } from './schema.ts'

export type ReadHours = { spans: Span[] } | { problem: string }
export type ReadExceptions = { exceptions: Exceptions } | { problem: string }

const UNCLEAR = 'Write them like “9am to 5pm”, “9 to 12, 1 to 5pm” or “closed”'
const OVER_MIDNIGHT = 'Opening hours end at midnight. Put what comes after it on the next day'
const OVERLAP = 'Two of the times overlap'

const DAY_END = 24 * 60
/** Before this nobody opens without saying "am". */
const MORNING = 7 * 60
const LONGEST = 200
const MOST_DAYS = 100

/** The hours of one day. */
export function readHours(text: string): ReadHours {
  // Longer is no hours; and a long run of spaces would be looked at again from each of them.
  if (text.length > LONGEST) return { problem: UNCLEAR }
  const typed = text
    .toLowerCase()
    .replace(/[.;,:\s]+$/, '')
    .trim()
  if (typed === '') return { problem: UNCLEAR }
  if (/^(closed|shut|none|no|-|–)( all day)?$/.test(typed)) return { spans: [] }
  if (/^(open )?(all day|24 ?h(ours)?|24\/7)$/.test(typed)) return { spans: [['00:00', '24:00']] }
  return spansOf(typed.replace(/^open /, '').split(/\s*(?:,|;|&|\+|\band\b|\n)\s*/))
}

function spansOf(parts: string[]): ReadHours {
  const spans: Span[] = []
  let earliest = MORNING
  for (const part of parts) {
    const read = spanOf(part, earliest)
    if (typeof read === 'string') return { problem: read }
    spans.push([clockOf(read[0]), clockOf(read[1])])
    earliest = read[1]
  }
  const tidy = tidySpans(spans)
  return tidy ? { spans: tidy } : { problem: OVERLAP }
}

/** Minutes of the day; or what is wrong. */
function spanOf(part: string, earliest: number): [from: number, until: number] | string {
  const bounds = /^(?:from )?(.+?)\s*(?:\bto\b|\buntil\b|\btill?\b|-|–|—)\s*(.+)$/.exec(part)
  const [first, last] = [timesOf(bounds?.[1] ?? ''), timesOf(bounds?.[2] ?? '')]
  if (first.length === 0 || last.length === 0) return UNCLEAR
  // Midnight ends a day as it begins one.
  const ends = last.map((minute) => (minute === 0 ? DAY_END : minute))
  if (first.length === 1) return later(first[0] ?? 0, ends)
  // "1 to 5pm": the half of the day of the end, if that comes out right; else what comes next.
  const end = ends.length === 1 ? ends[0] : undefined
  const from = end === undefined ? first.find((minute) => minute >= earliest) : first.filter((minute) => minute < end && minute >= earliest).at(-1)
  return from === undefined ? later(first[0] ?? 0, ends) : later(from, ends)
}

function later(from: number, ends: readonly number[]): [from: number, until: number] | string {
  const until = ends.find((end) => end > from)
  return until === undefined ? OVER_MIDNIGHT : [from, until]
}

/** What a time can mean, in minutes: one, or without "am" and "pm" the one before midday and the one after. */
function timesOf(text: string): number[] {
  const typed = text.trim()
  if (typed === 'midday' || typed === 'noon' || typed === '12 noon') return [12 * 60]
  if (typed === 'midnight' || typed === '12 midnight') return [0]
  const found = /^(\d{1,2})(?:[:.]?(\d\d))?\s*(?:([ap])\.?\s?m\.?)?$/.exec(typed)
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? 0)]
  if (!found || hour > 24 || minute > 59 || (hour === 24 && minute > 0)) return []
  if (found[3]) return hour < 1 || hour > 12 ? [] : [((hour % 12) + (found[3] === 'p' ? 12 : 0)) * 60 + minute]
  const isExact = hour > 12 || hour === 0 || /^0\d/.test(typed)
  if (isExact || hour === 12) return [hour * 60 + minute]
  return [hour * 60 + minute, (hour + 12) * 60 + minute]
}

const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Days that differ, one a line. */
export function readExceptions(text: string, today: Date): ReadExceptions {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length > MOST_DAYS) return { problem: `Give at most ${MOST_DAYS} days` }
  const exceptions: Record<string, Span[]> = {}
  for (const line of lines) {
    const shown = line.trim().slice(0, 60)
    const [, dayText = '', hoursText = ''] = /^([^:]+):(.*)$/.exec(line.trim()) ?? []
    const day = readDate(dayText.trim().replace(/^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+/i, ''), today)
    if (day === null)
      return { problem: `“${shown}”: begin with the day and a colon, like “24 December 2026: 9am to 12” or “25 December 2026: closed”` }
    if (day in exceptions) return { problem: `“${shown}”: this day is there twice. Put its hours on one line` }
    const hours = readHours(hoursText)
    if ('problem' in hours) return { problem: `“${shown}”: ${hours.problem.charAt(0).toLowerCase()}${hours.problem.slice(1)}` }
    exceptions[day] = hours.spans
  }
  return { exceptions }
}

/** The hours of a day as `readHours` reads them. */
export const typedSpans = (spans: readonly Span[]): string => saySpans(spans).toLowerCase()

/** The days that differ as `readExceptions` reads them, in order. */
export const typedExceptions = (exceptions: Exceptions): string =>
  Object.entries(exceptions)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([day, spans]) => `${sayDate(new Date(`${day}T12:00:00Z`))}: ${typedSpans(spans)}`)
    .join('\n')
