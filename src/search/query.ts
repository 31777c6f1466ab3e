/**
 * From what somebody typed to what is looked for: words, "whole phrases", -without, this OR that; each word in all its spellings.
 * Anything can be typed: what is no word is left out.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Db } from '../database/database.ts'
import { cleanLine } from '../text/input.ts'
import { spellingsOf } from './spelling.ts'

/** What is read of a query, in characters and in terms; the rest of it changes nothing. */
const LONGEST = 200
const MOST = 12

/** A word or a phrase. */
export interface Term {
  /** As it is looked for, in lower case: its spellings; of a phrase itself alone. */
  spellings: string[]
  /** As it was typed. */
  typed: string
  phrase: boolean
  without: boolean
}

/** One of these has to hold; in each, all terms. */
export type Wanted = Term[][]

const PIECE = /(-?)(?:"([^"]*)"|([^\s"]+))/gu
const WORD = /[\p{L}\p{N}]+(?:['.@/-][\p{L}\p{N}]+)*/gu

/** What was typed, as it can be shown again and searched for. */
export const cleanQuery = (typed: string): string =>
  cleanLine(typed.toWellFormed().slice(0, 20 * LONGEST))
    .slice(0, LONGEST)
    .toWellFormed()
    .trim()

export function readQuery(typed: string): Wanted {
  const wanted: Wanted = [[]]
  let left = MOST
  for (const [, minus, phrase, plain = ''] of cleanQuery(typed)
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’`]/g, "'")
    .matchAll(PIECE)) {
    if (phrase === undefined && minus === '' && /^(or|\|)$/i.test(plain)) {
      if (wanted.at(-1)?.length) wanted.push([])
      continue
    }
    for (const term of phrase === undefined ? wordsOf(plain, minus !== '') : phraseOf(phrase, minus !== '')) if (left-- > 0) wanted.at(-1)?.push(term)
  }
  // "Everything without …" is no search.
  return wanted.filter((terms) => terms.some(({ without }) => !without))
}

const wordsOf = (plain: string, without: boolean): Term[] =>
  [...plain.matchAll(WORD)].map(([typed]) => {
    const word = typed.toLowerCase()
    return { typed, spellings: [...new Set(joinedOf(word).flatMap(spellingsOf))], phrase: false, without }
  })

/** "anti-social" is also written as one word, and as two. */
const joinedOf = (word: string): string[] => (/^\p{L}+(-\p{L}+)+$/u.test(word) ? [word, word.replaceAll('-', ''), word.replaceAll('-', ' ')] : [word])

function phraseOf(phrase: string, without: boolean): Term[] {
  const words = phrase.match(WORD)
  if (!words) return []
  const typed = words.join(' ')
  return [{ typed, spellings: words.length === 1 ? spellingsOf(typed.toLowerCase()) : [typed.toLowerCase()], phrase: words.length > 1, without }]
}

/** What the database looks for. */
export interface Sought {
  /** As a `tsquery`; empty when only words were typed that everything holds ("the", "of"). */
  text: string
  /** The same in titles and names alone. */
  inTitles: string
  /** Each alternative as lists of stems, any of a list: for the guess how much will be found. */
  stems: string[][][]
}

/** Stems are the database's affair: one look-up for all words of a query. */
export async function seek(db: Db, wanted: Wanted): Promise<Sought> {
  const all = [...new Set(wanted.flat().flatMap(({ spellings }) => spellings))]
  const rows =
    all.length === 0
      ? []
      : await executeNamed<{ word: string; query: string }>(
          db,
          'search_stems',
          sql`select word, phraseto_tsquery('english', word)::text as query from unnest(${sql.param(all)}::text[]) word`,
        )
  const queries = new Map(rows.map(({ word, query }) => [word, query]))
  const read = wanted.map((terms) =>
    terms.map((term) => ({ ...term, queries: [...new Set(term.spellings.map((word) => queries.get(word) ?? '').filter(Boolean))] })),
  )
  const telling = read.map((terms) => terms.filter((term) => term.queries.length > 0)).filter((terms) => terms.some(({ without }) => !without))
  return {
    text: telling
      .map((terms) => terms.map(({ without, queries }) => `${without ? '!' : ''}(${queries.join(' | ')})`).join(' & '))
      .map((text) => `(${text})`)
      .join(' | '),
    inTitles: telling
      .map((terms) =>
        terms
          .filter(({ without }) => !without)
          .map(({ queries }) => `(${queries.map(titled).join(' | ')})`)
          .join(' & '),
      )
      .join(' | '),
    stems: telling.map((terms) => terms.filter(({ without }) => !without).map(({ queries }) => queries.map(rarestOf))),
  }
}

const STEM = /'(?:[^']|'')*'/g

const titled = (query: string): string => query.replace(STEM, '$&:A')

/** Of a phrase the longest stem: seldom the commonest of them. */
const rarestOf = (query: string): string =>
  (query.match(STEM) ?? []).map((stem) => stem.slice(1, -1).replaceAll("''", "'")).toSorted((one, other) => other.length - one.length)[0] ?? ''
