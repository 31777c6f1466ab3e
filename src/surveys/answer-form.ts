/**
 * What somebody sent in answer to the questions, read kindly. Pure: positions come rounded, and what was only looked up for one (a postcode) goes no further.
 *
 * Fields: `q12` for question 12 (several of it for boxes), `q12-0` for the rank of its first option, `q12-place` and `q12-postcode` for ways to a pin
 * without a map, `area` for the part of the area. Choices are places among the options.
 */
import { readRough, roughPoint, sayRough } from '../geography/rough.ts'
import type { Point } from '../geography/geometry.ts'
import { cleanText, fits, hasWords } from '../text/input.ts'
import { MOST, type AnswerValue, type Question } from './question.ts'

/** As sent: one text a field, or several for boxes. */
export type Sent = Readonly<Record<string, string | readonly string[]>>

export interface ReadAnswers {
  area: string | null
  values: Record<string, AnswerValue>
  /** By field, in the order of the page. */
  errors: Record<string, string>
}

export const fieldOf = (question: { id: number }): string => `q${question.id}`

/** A body of a form, without what is neither text nor a list of texts. */
export function sentOf(body: unknown): Sent {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string | string[]] => {
      const value: unknown = entry[1]
      return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    }),
  )
}

export const textOf = (sent: Sent, field: string): string => [sent[field] ?? ''].flat()[0] ?? ''

/** `points`: of the postcodes and places that were typed and chosen, by field; null for one that is not known. */
export function readAnswers(survey: { areas: readonly string[] }, questions: readonly Question[], sent: Sent, points: Points): ReadAnswers {
  const values: Record<string, AnswerValue> = {}
  const errors: Record<string, string> = {}
  for (const question of questions) {
    const read = READERS[question.sort](question, sent, points)
    if (typeof read === 'string') errors[fieldWrong(question)] = read
    else if (read) values[question.id] = read
    else if (question.required) errors[fieldWrong(question)] = MISSING[question.sort]
  }
  return { area: areaOf(survey.areas, textOf(sent, 'area')), values, errors }
}

export type Points = ReadonlyMap<string, Point | null>

/** The first input of a question, to which its error leads. */
export const fieldWrong = (question: Question): string =>
  question.sort === 'rank' ? `${fieldOf(question)}-0` : question.sort === 'pin' ? `${fieldOf(question)}-place` : fieldOf(question)

const MISSING: Record<Question['sort'], string> = {
  one: 'Choose an answer',
  several: 'Choose one answer or more',
  scale: 'Choose a number',
  words: 'Write an answer',
  rank: 'Put them in order: give each a number',
  pin: 'Choose a place, or type a postcode',
}

function areaOf(areas: readonly string[], typed: string): string | null {
  const at = placeIn(areas.length, typed)
  return at === null ? null : (areas[at] ?? null)
}

/** "2" as a place in a row of so many, from 0; null for anything else. */
function placeIn(length: number, typed: string): number | null {
  return /^(0|[1-9]\d{0,2})$/.test(typed) && Number(typed) < length ? Number(typed) : null
}

/** A value; null for no answer; a text for what is wrong. */
type Read = AnswerValue | null | string

const STRANGE = 'Choose one of the answers'

const READERS: Record<Question['sort'], (question: Question, sent: Sent, points: Points) => Read> = {
  one(question, sent) {
    const typed = textOf(sent, fieldOf(question))
    if (typed === '') return null
    const choice = placeIn(question.options.length, typed)
    return choice === null ? STRANGE : { sort: 'one', choice }
  },
  several(question, sent) {
    const typed = [sent[fieldOf(question)] ?? []].flat()
    const choices = [...new Set(typed)].map((one) => placeIn(question.options.length, one))
    if (choices.some((one) => one === null)) return STRANGE
    const chosen = choices.filter((one) => one !== null).toSorted((one, other) => one - other)
    return chosen.length === 0 ? null : { sort: 'several', choices: chosen }
  },
  scale(question, sent) {
    const typed = textOf(sent, fieldOf(question))
    if (typed === '') return null
    const value = placeIn((question.scale?.top ?? 0) + 1, typed)
    return value === null || value === 0 ? 'Choose one of the numbers' : { sort: 'scale', value }
  },
  words(question, sent) {
    const typed = textOf(sent, fieldOf(question)).slice(0, 20 * MOST.words)
    // Half of a character would take more room than the envelope has for it.
    const text = cleanText(typed.toWellFormed())
    if (!hasWords(text)) return null
    if (!fits(text, MOST.words) || text.length > MOST.words) return `Your answer must be ${MOST.words.toLocaleString('en-GB')} characters or fewer`
    return { sort: 'words', text }
  },
  rank(question, sent) {
    const typed = question.options.map((_, at) => textOf(sent, `${fieldOf(question)}-${at}`).trim())
    if (typed.every((one) => one === '')) return null
    const ranks = typed.map((one) => (/^[1-9]\d?$/.test(one) ? Number(one) : 0))
    if (ranks.some((rank) => rank < 1 || rank > ranks.length)) return `Give each a number from 1 to ${ranks.length}`
    if (new Set(ranks).size < ranks.length) return 'Give each a different number'
    const order = ranks.map((rank, option) => ({ rank, option })).toSorted((one, other) => one.rank - other.rank)
    return { sort: 'rank', order: order.map(({ option }) => option) }
  },
  pin(question, sent, points) {
    const field = fieldOf(question)
    const rough = textOf(sent, field).trim() === '' ? undefined : readRough(textOf(sent, field))
    if (rough !== undefined) return pinAt(rough)
    for (const way of [`${field}-postcode`, `${field}-place`])
      if (textOf(sent, way).trim() !== '') return points.get(way) ? pinAt(points.get(way) ?? null) : UNKNOWN
    return null
  },
}

const UNKNOWN = 'We do not know where this is. Check the postcode, or choose a place'

function pinAt(point: Point | null): Read {
  if (point === null) return UNKNOWN
  const isNear = point.lat >= 49 && point.lat <= 61.5 && point.lng >= -9 && point.lng <= 2.5
  return isNear ? { sort: 'pin', cell: sayRough(roughPoint(point)) } : 'Choose a place in the United Kingdom'
}

/** All that was sent, to be sent again as it is; where a finer position came in, only the rounded one goes out. */
export const resent = (body: unknown): [name: string, value: string][] =>
  Object.entries(sentOf(body)).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => {
      const point = readRough(one)
      return [name, point ? sayRough(point) : one]
    }),
  )
