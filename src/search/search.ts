/**
 * Looking for words in everything that a reader may read, and in nothing else.
 */
import { sql } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { BOUNDS, candidatesOf, PAGE, type Bounds, type Candidate, type Filter, type Order } from './candidates.ts'
import { cleanQuery, readQuery, seek, type Sought } from './query.ts'
import { resultsOf, type Result } from './result.ts'
import { searchEntries } from './schema.ts'
import { OUTSIDE } from './shelf.ts'
import { mendQuery } from './typo.ts'

export interface Search extends Filter {
  q: string
  order: Order
  /** `next` of the page before. */
  after?: string | undefined
  /** Exactly as typed, also when nothing holds it. */
  exact?: boolean
}

export interface Found {
  results: Result[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
  /** What was looked for instead of what was typed, because nothing holds that; null when it was looked for as it is. */
  instead: string | null
  /** Teams and places of which the name says it: first page only, without a choice of kind. */
  named: Result[]
  /** There are words in it that tell anything apart: "the" does not. */
  telling: boolean
  /** Of very many comments only the newest were looked through for the best. */
  newestOnly: boolean
}

const NOTHING: Found = { results: [], next: null, instead: null, named: [], telling: true, newestOnly: false }
const NAMED = 4

/** A page of at most twenty. Throws as `candidatesOf` does. */
export async function search(db: Database, actor: Actor, asked: Search, bounds: Bounds = BOUNDS): Promise<Found> {
  const sought = await seek(db, readQuery(asked.q))
  if (sought.text === '') return { ...NOTHING, telling: cleanQuery(asked.q) === '' }
  const found = await pageOf(db, actor, asked, sought, bounds)
  if (found.results.length > 0 || found.named.length > 0 || asked.exact || asked.after) return found
  const instead = await mendQuery(db, actor, asked.q, asked.shelf)
  if (instead === null) return found
  const mended = await pageOf(db, actor, asked, await seek(db, readQuery(instead)), bounds)
  return mended.results.length > 0 || mended.named.length > 0 ? { ...mended, instead } : found
}

async function pageOf(db: Database, actor: Actor, asked: Search, sought: Sought, bounds: Bounds): Promise<Found> {
  const after = candidateOf(asked)
  const { shelf = OUTSIDE } = asked
  const [{ found, newestOnly }, named] = await Promise.all([
    candidatesOf(db, actor, { ...asked, sought, after }, bounds),
    after || asked.kind || !shelf.hasPlaces ? [] : namesOf(db, actor, asked, sought),
  ])
  const page = found.slice(0, PAGE)
  const [results, first] = await Promise.all([resultsOf(db, actor, page, sought, shelf), resultsOf(db, actor, named, sought, shelf)])
  const shownFirst = new Set(first.map(({ path }) => path))
  const last = page.at(-1)
  return {
    ...NOTHING,
    results: results.filter(({ path }) => !shownFirst.has(path)),
    next: found.length > PAGE && last ? `${last.key}_${last.id}` : null,
    named: first,
    newestOnly,
  }
}

/** Teams and places whose name holds all words. */
async function namesOf(db: Database, actor: Actor, { teamId }: Filter, { inTitles }: Sought): Promise<Candidate[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select ${searchEntries.id} as id from ${searchEntries}
    where ${searchEntries.kind} <> 'comment' and ${searchEntries.kind} in ('team', 'place') and ${searchEntries.words} @@ ${inTitles}::tsquery and ${OUTSIDE.scope(actor)}
      ${teamId ? sql`and ${searchEntries.teamId} = ${teamId}` : sql``}
    order by ${searchEntries.kind} desc, ts_rank(${searchEntries.words}, ${inTitles}::tsquery, 1) desc, ${searchEntries.id} limit ${NAMED}::int`)
  return rows.map(({ id }) => ({ id: Number(id), key: '' }))
}

/** One that makes no sense, or belongs to the other order, is the beginning. */
function candidateOf({ after, order }: Search): Candidate | null {
  const [, key, id] = (order === 'newest' ? BY_MOMENT : BY_SCORE).exec(after ?? '') ?? []
  return key === undefined ? null : { key, id: Number(id) }
}

const BY_MOMENT = /^(\d{1,16})_(\d{1,15})$/
const BY_SCORE = /^(-?\d{1,5}\.\d{1,6})_(\d{1,15})$/
