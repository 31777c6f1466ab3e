/**
 * The lists of words and patterns. A change is a new version and takes nothing away: who changed what, when and why stays readable.
 * Those in force are kept in memory for at most five seconds; the process in which one is changed knows it at once.
 */
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { sayNear } from '../text/dates.ts'
import { compilePatterns, faultsIn, findPatterns, linesOf, type Hit, type Matcher } from './pattern.ts'
import { mayKeepLists } from './policy.ts'
import { wordLists, type ListPurpose } from './schema.ts'

export interface WordList {
  name: string
  version: number
  purpose: ListPurpose
  patterns: string
  note: string
  changedAt: Date
  /** For staff; null for what came with the software. */
  changedBy: string | null
}

export interface ListHit extends Hit {
  list: string
}

const KEPT_FOR = 5000
const VERSIONS_SHOWN = 20

const columns = {
  name: wordLists.name,
  version: wordLists.version,
  purpose: wordLists.purpose,
  patterns: wordLists.patterns,
  note: wordLists.note,
  changedAt: wordLists.changedAt,
  changedBy: accounts.displayName,
}

const newestQuery = prepared((db) =>
  db
    .selectDistinctOn([wordLists.name], columns)
    .from(wordLists)
    .leftJoin(accounts, eq(accounts.id, wordLists.changedBy))
    .orderBy(wordLists.name, desc(wordLists.version))
    .prepare('word_lists_newest'),
)

/** Every list as it stands now, also those that are switched off, by name. */
export const currentLists = (db: Database): Promise<WordList[]> => newestQuery(db).execute()

/** The newest version of a list. Throws `NotFound`. */
export async function listByName(db: Db, name: string): Promise<WordList> {
  const [found] = await versionsQuery(db, name, null).limit(1)
  if (!found) throw new NotFound('list')
  return found
}

/** All versions of a list, newest first, a page at a time: those below `before`. Each page has one more than it shows, to be compared with. */
export async function versionsOf(db: Db, name: string, before: number | null): Promise<{ versions: WordList[]; next: number | null }> {
  const rows = await versionsQuery(db, name, before).limit(VERSIONS_SHOWN + 1)
  if (rows.length === 0) throw new NotFound('list')
  return { versions: rows, next: rows.length > VERSIONS_SHOWN ? (rows.at(-2)?.version ?? null) : null }
}

const versionsQuery = (db: Db, name: string, before: number | null) =>
  db
    .select(columns)
    .from(wordLists)
    .leftJoin(accounts, eq(accounts.id, wordLists.changedBy))
    .where(and(eq(wordLists.name, name), before === null ? undefined : lt(wordLists.version, before)))
    .orderBy(desc(wordLists.version))

export interface ListChange {
  patterns: string
  /** Why. */
  note: string
  /** The version in view; 0 begins a list. */
  version: number
  purpose: ListPurpose
  clientKey: string
}

/**
 * Adds a version, and answers its number. The same form twice makes one. Throws `Refused` (field `patterns`, `name`) for what cannot be read, and
 * `Overtaken` when a colleague changed the list meanwhile. What a list is for stays as it was when it began.
 */
export async function changeList(db: Database, actor: SignedIn, name: string, change: ListChange): Promise<number> {
  if (!mayKeepLists(actor)) throw new Forbidden('Word lists are kept by the press office.')
  const faults = faultsIn(change.patterns)
  if (faults.length > 0) throw new Refused('Some lines cannot be read', { patterns: sayFaults(faults) })
  const version = await db.transaction((tx) => changeListIn(tx, actor, name, change))
  kept.delete(db)
  return version
}

const FAULTS_SAID = 5

/** The first faults, and how many more there are. */
export const sayFaults = (faults: readonly string[]): string =>
  `${faults.slice(0, FAULTS_SAID).join('; ')}${faults.length > FAULTS_SAID ? `; and ${faults.length - FAULTS_SAID} more` : ''}`

async function changeListIn(tx: Tx, actor: SignedIn, name: string, change: ListChange): Promise<number> {
  // Two colleagues who save at once wait for each other here; the second is told.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`word list ${name}`}))`)
  const patterns = linesOf(change.patterns).join('\n')
  const [known] = await tx.select().from(wordLists).where(eq(wordLists.clientKey, change.clientKey))
  if (known && (known.name !== name || known.patterns !== patterns || known.note !== change.note))
    throw new Refused('You sent this form before, with other words', {
      patterns: 'You sent this form before, with other words. Open the list again to change it',
    })
  if (known) return known.version
  const newest = await listByName(tx, name).catch(() => null)
  if (change.version === 0 && newest) throw new Refused('There is a list of that name', { name: 'There is a list of that name already' })
  if (change.version !== 0 && !newest) throw new NotFound('list')
  if (newest && newest.version !== change.version)
    throw new Overtaken(
      `${newest.changedBy ?? 'A colleague'} changed this list ${sayNear(newest.changedAt, now())}: ${newest.note} Nothing was changed.`,
    )
  if (newest?.patterns === patterns) throw new Refused('Nothing is different', { patterns: 'The list is the same as before' })
  return insertVersion(tx, actor, { ...change, name, patterns, purpose: newest?.purpose ?? change.purpose, version: change.version + 1 }, newest)
}

async function insertVersion(tx: Tx, actor: SignedIn, row: ListChange & { name: string }, before: WordList | null): Promise<number> {
  await tx.insert(wordLists).values({ ...row, changedBy: actor.accountId, changedAt: now() })
  await writeLog(tx, {
    actorId: actor.accountId,
    role: 'press-office',
    act: before ? 'change-list' : 'begin-list',
    item: 'word-list',
    itemId: row.version,
    audience: 'staff',
    teamId: null,
    teamName: null,
    note: `${row.name}: ${row.note}`,
    hashBefore: before && contentHash(before.patterns),
    hashAfter: contentHash(row.patterns),
  })
  return row.version
}

interface InForce {
  name: string
  version: number
  purpose: ListPurpose
  matcher: Matcher
}
const kept = new WeakMap<Database, { at: number; lists: Promise<InForce[]> }>()
// Reading two thousand lines into a tree takes longer than looking for them: done once for each version.
const compiled = new WeakMap<Database, Map<string, InForce>>()

function listsInForce(db: Database): Promise<InForce[]> {
  const moment = now().getTime()
  const last = kept.get(db)
  if (last && Math.abs(moment - last.at) < KEPT_FOR) return last.lists
  const fresh = { at: moment, lists: readInForce(db) }
  kept.set(db, fresh)
  // A failed read is tried again by the next who asks.
  fresh.lists.catch(() => kept.get(db) === fresh && kept.delete(db))
  return fresh.lists
}

async function readInForce(db: Database): Promise<InForce[]> {
  const known = compiled.get(db)
  const lists = (await currentLists(db)).map(({ name, version, purpose, patterns }) => {
    const same = known?.get(name)
    return same?.version === version ? same : { name, version, purpose, matcher: compilePatterns(linesOf(patterns)) }
  })
  compiled.set(db, new Map(lists.map((list) => [list.name, list])))
  return lists
}

/** What the lists of one purpose find in a text, in the order of the lists. */
export async function findListed(db: Database, purpose: ListPurpose, text: string): Promise<ListHit[]> {
  const lists = (await listsInForce(db)).filter((list) => list.purpose === purpose)
  return lists.flatMap(({ name, matcher }) => findPatterns(matcher, text).map((hit) => ({ ...hit, list: name })))
}
