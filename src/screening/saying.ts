/**
 * What a text says, as one line of small words without apostrophes, one space before each and a full stop or question mark of its own after each
 * sentence: "Who's there? He ran." reads "whos there ? he ran .". Patterns over it need no care for capitals and marks.
 */
import type { Plain, Span } from './plain.ts'
import { placeOf } from './plain.ts'

interface Word {
  word: string
  /** As it stands in the plain text. */
  raw: string
  from: number
  to: number
  /** Where it begins in `said`. */
  at: number
}

export interface Saying {
  plain: Plain
  said: string
  words: readonly Word[]
}

const LONGEST = 30
const ABBREVIATIONS = new Set(['mr', 'mrs', 'ms', 'dr', 'st', 'rev', 'sgt', 'insp', 'cllr', 'no'])

export function sayingOf(plain: Plain): Saying {
  const words: Word[] = []
  let at = 1
  const add = (word: string, raw: string, from: number): void => {
    words.push({ word, raw, from, to: from + raw.length, at })
    at += word.length + 1
  }
  for (const match of plain.text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}']{0,60}|[.!?;\n]/gu)) {
    const raw = match[0].replace(/'{1,61}$/, '')
    if (/[\p{L}\p{N}]/u.test(raw)) add(raw.toLowerCase().replaceAll("'", '').slice(0, LONGEST), raw, match.index)
    else if (endsSentence(plain.text, match.index, words.at(-1))) add(raw === '?' ? '?' : '.', raw, match.index)
  }
  if (words.length > 0 && !isEnd(words.at(-1)?.word)) add('.', '', plain.text.length)
  return { plain, said: ` ${words.map(({ word }) => word).join(' ')}`, words }
}

const isEnd = (word: string | undefined): boolean => word === '.' || word === '?'

/** A mark after an abbreviation, inside "12.30" or after another mark ends nothing. */
function endsSentence(text: string, index: number, before: Word | undefined): boolean {
  if (!before || isEnd(before.word)) return false
  if (text[index] !== '.') return true
  return !ABBREVIATIONS.has(before.word) && !/[\p{L}\p{N}]/u.test(text[index + 1] ?? '')
}

/** Each sentence with the space before it and its mark, and where that space stands in `said`. */
export function sentencesOf(said: string): { from: number; said: string }[] {
  const found: { from: number; said: string }[] = []
  let from = 0
  for (const match of said.matchAll(/(?<= )[.?](?= |$)/g)) {
    found.push({ from, said: said.slice(from, match.index + 1) })
    from = match.index + 1
  }
  return found
}

/** The place in the text as typed of what lies between two offsets of `said`. */
export function spanOf({ plain, words }: Saying, from: number, to: number): Span {
  const last = words[wordAt(words, to - 1)]
  return placeOf(plain, words[wordAt(words, from)]?.from ?? 0, last && last.raw !== '' ? last.to : plain.text.length)
}

/** The index of the word that covers this offset of `said`. */
export function wordAt(words: readonly Word[], offset: number): number {
  let [low, high] = [0, words.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((words[middle]?.at ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Up to so many words of one sentence. Bounded, and a space divides each from the next, so that a pattern takes steps in proportion to the text. */
export const gap = (most: number): string => `(?: [^ .?]{1,${LONGEST}}){0,${most}}?`

/** One of these words or phrases, of a list divided by commas. */
export const oneOf = (list: string): string =>
  `(?:${list
    .trim()
    .split(/,\s{1,99}/)
    .join('|')})`

/** A source of a pattern that was written over several lines, four spaces before each. */
export const unbroken = (source: string): string => source.replace(/\n {4}/g, '')

/** A pattern of whole words; it matches with the space before them, which is what an engine finds fastest. */
export const pattern = (source: string): RegExp => new RegExp(` ${unbroken(source)}(?![^ ])`)

/** The earliest place where one of the patterns matches, as offsets of `said`. */
export function earliestOf(patterns: readonly RegExp[], said: string): Span | null {
  let found: Span | null = null
  for (const each of patterns) {
    const match = each.exec(said)
    if (match && (found === null || match.index + 1 < found.from)) found = { from: match.index + 1, to: match.index + match[0].length }
  }
  return found
}

/** The offsets in a sentence of its words from one index to another. */
export function offsetsOf(words: readonly string[], first: number, last: number): Span {
  const from = words.slice(0, first).reduce((sum, word) => sum + word.length + 1, 0)
  return { from, to: from + words.slice(first, last + 1).join(' ').length }
}
