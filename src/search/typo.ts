/**
 * Typos: for a word that nothing readable holds, the nearest word that something readable does hold. What is suggested stands, letter by letter,
 * in a text that this reader may read.
 */
import { sql } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database, Db } from '../database/database.ts'
import { cleanQuery, readQuery, seek, type Term } from './query.ts'
import { resultsOf } from './result.ts'
import { searchEntries } from './schema.ts'
import { OUTSIDE, type Shelf } from './shelf.ts'

/** Words mended in one query, and words tried for each. */
const MENDED = 4
const TRIED = 5
/** Texts in which a word is looked for letter by letter. */
const READ = 10

/** The query with its mistyped words put right, or null when there is nothing to mend or nothing near. */
export async function mendQuery(db: Database, actor: Actor, typed: string, shelf: Shelf = OUTSIDE): Promise<string | null> {
  const shown = cleanQuery(typed)
  const words = readQuery(typed).flat().filter(isMendable)
  let mended = shown
  for (const { typed: word } of words.slice(0, MENDED)) {
    if (await isHeld(db, { actor, shelf }, word)) continue
    const near = await nearest(db, { actor, shelf }, word.toLowerCase())
    if (near !== null) mended = mended.replace(standing(word), near)
  }
  return mended === shown ? null : mended
}

const isMendable = ({ typed, phrase, without }: Term): boolean => !phrase && !without && /^\p{L}{4,24}$/u.test(typed)

/** Who looks, and where. */
interface Looking {
  actor: Actor
  shelf: Shelf
}

const isHeld = async (db: Database, looking: Looking, word: string): Promise<boolean> => (await holding(db, looking, word, 1)).length > 0

/** Entries that hold the word in some form, any of them. */
async function holding(db: Database, { actor, shelf }: Looking, word: string, limit: number): Promise<{ id: number; key: string }[]> {
  const { text } = await seek(db, readQuery(word))
  // A word that every text has: nothing is wrong with it.
  if (text === '') return [{ id: 0, key: '' }]
  const { rows } = await db.execute<{ id: string }>(
    sql`select ${searchEntries.id} as id from ${shelf.from} where ${searchEntries.words} @@ ${text}::tsquery and ${shelf.scope(actor)} limit ${limit}::int`,
  )
  return rows.map(({ id }) => ({ id: Number(id), key: '' }))
}

async function nearest(db: Database, looking: Looking, typed: string): Promise<string | null> {
  const near = (await alike(db, typed))
    .map((word) => ({ word, distance: distanceOf(word, typed) + (word.charAt(0) === typed.charAt(0) ? 0 : 0.5) }))
    .filter(({ distance }) => distance <= (typed.length <= 5 ? 1.5 : 2.5))
    .toSorted((one, other) => one.distance - other.distance)
  for (const { word } of near.slice(0, TRIED)) if (await standsSomewhere(db, looking, word)) return word
  return null
}

/** Known words by the pieces that they share with it, the nearest first. */
const alike = (db: Database, typed: string): Promise<string[]> =>
  db.transaction(
    async (tx: Db) => {
      // Two letters in the wrong order leave few pieces of a short word whole.
      await tx.execute(sql`set local pg_trgm.similarity_threshold = 0.2`)
      const { rows } = await tx.execute<{ word: string }>(
        sql`select word from search_words where word % ${typed} and length(word) between ${typed.length - 2}::int and ${typed.length + 2}::int
          order by similarity(word, ${typed}) desc, word limit 40`,
      )
      return rows.map(({ word }) => word)
    },
    { accessMode: 'read only' },
  )

/** In exactly this form, in something that the reader may read: what was taken down leaves no trace here. */
async function standsSomewhere(db: Database, looking: Looking, word: string): Promise<boolean> {
  const { rows } = await db.execute<{ lexemes: string }>(sql`select phraseto_tsquery('english', ${word})::text as lexemes`)
  const found = await resultsOf(db, looking.actor, await holding(db, looking, word, READ), { text: rows[0]?.lexemes ?? '' }, looking.shelf)
  return found.some(({ title, excerpt }) => standing(word).test(withoutMarks(title.html)) || standing(word).test(withoutMarks(excerpt.html)))
}

/** By itself, and not inside another word. Takes letters alone. */
const standing = (word: string): RegExp => new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu')

const withoutMarks = (html: string): string => html.replace(/<\/?mark>/g, '')

/** How many letters have to be changed, added, left out or swapped with their neighbour. */
export function distanceOf(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_letter, index) => index)]
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const changed = Math.min((last[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      line.push(swapped ? Math.min(changed, (before[column - 2] ?? 0) + 1) : changed)
    }
    ;[before, last] = [last, line]
  }
  return last[other.length] ?? 0
}
