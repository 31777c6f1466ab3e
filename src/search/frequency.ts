/**
 * How common a word is among all entries, as the database's own statistics have it: it decides the way to look for it. A guess, never shown.
 */
import { sql } from 'drizzle-orm'
import { executeNamed, type Database } from '../database/database.ts'
import type { Sought } from './query.ts'
import type { Shelf } from './shelf.ts'

interface Known {
  rows: number
  /** Share of the entries in which a stem stands, for the commonest. */
  shares: ReadonlyMap<string, number>
  /** All others stand in fewer. */
  least: number
  readAt: number
}

const FRESH_FOR = 10 * 60_000
const known = { search_entries: new WeakMap<Database, Promise<Known>>(), staff_entries: new WeakMap<Database, Promise<Known>>() }

async function readShares(db: Database, table: Shelf['table']): Promise<Known> {
  const [row] = await executeNamed<{ rows: number; most: string; stems: string[] | null; shares: number[] | null }>(
    db,
    'search_shares',
    sql`select reltuples::float8 as rows, pg_relation_size(oid) / 500 as most, most_common_elems::text::text[] as stems, most_common_elem_freqs as shares
      from pg_class left join pg_stats on schemaname = current_schema() and tablename = relname and attname = 'words'
      where oid = ${table}::text::regclass`,
  )
  const shares = new Map((row?.stems ?? []).map((stem, index) => [stem, row?.shares?.[index] ?? 0]))
  // Never counted yet: any word may stand everywhere. A row takes 500 bytes or more.
  if (!row || row.rows < 0 || shares.size === 0) return { rows: Number(row?.most ?? 0), shares, least: 1, readAt: Date.now() }
  return { rows: row.rows, shares, least: Math.min(...shares.values(), 1), readAt: Date.now() }
}

async function sharesOf(db: Database, { table }: Shelf): Promise<Known> {
  const before = known[table].get(db)
  if (before && Date.now() - (await before).readAt < FRESH_FOR) return before
  const reading = readShares(db, table)
  known[table].set(db, reading)
  // What failed is tried again.
  reading.catch(() => known[table].delete(db))
  return reading
}

/** At most so many entries are to be expected: of words that all have to stand there, as many as the rarest has. */
export async function expectedFor(db: Database, { stems }: Sought, shelf: Shelf): Promise<number> {
  const { rows, shares, least } = await sharesOf(db, shelf)
  const shareOf = (stem: string): number => shares.get(stem) ?? least
  const ofTerm = (spellings: string[]): number => spellings.reduce((sum, stem) => sum + shareOf(stem), 0)
  return rows === 0 ? 0 : rows * stems.reduce((sum, terms) => sum + Math.min(...terms.map(ofTerm)), 0)
}
