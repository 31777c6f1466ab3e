/**
 * Which entries match, in order, page by page, within what the reader may read: quick however much was said, and however common the words are.
 *
 * A rare word is looked up in the index of words. For a common one that would bring hundreds of thousands of entries, so the newest entries are walked
 * through instead, until a page is full. Two common words that rarely meet fill no page that way; then the index is asked after all, with little patience.
 */
import { and, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database, Db } from '../database/database.ts'
import { Refused, TooMany } from '../errors.ts'
import type { PostKind } from '../posts/schema.ts'
import { expectedFor } from './frequency.ts'
import type { Sought } from './query.ts'
import { searchEntries, type EntryKind } from './schema.ts'
import { OUTSIDE, type Shelf } from './shelf.ts'

export const PAGE = 20

/** What readers can choose. */
export const CHOICES = ['post', 'priority', 'event', 'survey', 'can-you-help', 'question', 'answer', 'comment', 'place', 'team'] as const
export type Choice = (typeof CHOICES)[number]

export interface Filter {
  teamId?: number | null | undefined
  kind?: Choice | null | undefined
  from?: Date | null | undefined
  /** Exclusive. */
  until?: Date | null | undefined
  /** Where; among what stands beside the public pages, unless it is said. */
  shelf?: Shelf | undefined
  /** What else must hold of an entry. */
  also?: SQL | undefined
}

export type Order = 'best' | 'newest'

/** How much work a search may be. */
export interface Bounds {
  /** Entries expected, up to which the index of words answers at once. */
  direct: number
  /** Newest entries that are walked through for common words. */
  walk: number
  /** Milliseconds for what nobody can foresee. */
  patience: number
}
export const BOUNDS: Bounds = { direct: 4000, walk: 5000, patience: 1500 }

export interface Candidate {
  id: number
  /** Where it stands in the order: with the id, the key of the next page. */
  key: string
}

export interface Candidates {
  found: Candidate[]
  /** Only the newest of very many comments were put in order. */
  newestOnly: boolean
}

export interface Query extends Filter {
  sought: Sought
  order: Order
  /** The last one of the page before. */
  after: Candidate | null
}

const e = searchEntries
const ofKinds = (...kinds: EntryKind[]): SQL => sql`${e.kind} in (${sql.raw(kinds.map((known) => `'${known}'`).join(', '))})`
/** The posts of one kind; what is said under them is found as comments. */
const postsOf = (kind: PostKind): SQL => sql`(${ofKinds('post')} and ${e.postKind} = ${sql.raw(`'${kind}'`)})`
const KINDS: Record<Choice, SQL> = {
  post: ofKinds('post'),
  priority: postsOf('priority'),
  event: sql`(${ofKinds('post')} and ${e.postKind} in ('event', 'presence'))`,
  survey: postsOf('survey'),
  'can-you-help': postsOf('can-you-help'),
  question: ofKinds('question', 'asked'),
  answer: ofKinds('answer'),
  comment: ofKinds('comment'),
  place: ofKinds('place'),
  team: ofKinds('team'),
}

const kindIs = (kind: Choice | null | undefined): SQL | undefined => (kind ? KINDS[kind] : undefined)

/** What an index of moments can narrow down. */
const within = ({ teamId, from, until, also }: Filter): SQL | undefined =>
  and(
    teamId ? sql`${e.teamId} = ${teamId}` : undefined,
    from ? sql`${e.at} >= ${from.toISOString()}::timestamptz` : undefined,
    until ? sql`${e.at} < ${until.toISOString()}::timestamptz` : undefined,
    also,
  )

const shelfOf = ({ shelf = OUTSIDE }: Filter): Shelf => shelf

const matches = (actor: Actor, query: Query): SQL => sql`${e.words} @@ ${query.sought.text}::tsquery and ${shelfOf(query).scope(actor)}`

const isComment = sql`${e.kind} = 'comment'`
/** As the index of what is not a comment has it. */
const isOther = sql`${e.kind} <> 'comment'`

/** Microseconds, so that no two moments fall together. */
const moment = sql`(extract(epoch from ${e.at}) * 1000000)::bigint`
const older = ({ order, after }: Query): SQL | undefined =>
  order === 'newest' && after
    ? sql`(${e.at}, ${e.id}) < (timestamptz 'epoch' + ${after.key}::bigint * interval '1 microsecond', ${after.id}::bigint)`
    : undefined

/**
 * How well it matches: titles count ten times what a text does, and a year makes up for a factor of about three. Both stay the same however long one
 * pages, so that nothing is left out or shown twice.
 */
const score = ({ sought }: Query): SQL =>
  sql`round((ln(greatest(ts_rank('{0.1, 0.2, 0.5, 1}', ${e.words}, ${sought.text}::tsquery, 1), 1e-6)) + extract(epoch from ${e.at}) / 31557600)::numeric, 6)`

const newestFirst = sql`order by at desc, id desc limit ${PAGE + 1}`
const bestFirst = ({ after }: Query): SQL =>
  sql`${after ? sql`where (key, id) < (${after.key}::numeric, ${after.id}::bigint)` : sql``} order by key desc, id desc limit ${PAGE + 1}`

/** The newest entries that may match, as a table of the same name: nothing else of them is looked at. */
const walked = (actor: Actor, query: Query, bounds: Bounds, condition?: SQL): SQL => {
  const narrowed = and(within(query), older(query), shelfOf(query).walk(actor), condition) ?? sql`true`
  return sql`(select * from ${shelfOf(query).from} where ${narrowed} order by at desc, id desc limit ${bounds.walk}::int) as search_entries`
}

const columns = sql`${e.id} as id, ${e.at} as at, ${moment} as key`

/** Newest matches among the newest entries. */
const byWalk = (actor: Actor, query: Query, bounds: Bounds): SQL =>
  sql`select ${columns} from ${walked(actor, query, bounds)} where ${and(matches(actor, query), kindIs(query.kind))} ${newestFirst}`

/** Newest matches by an index of words; "materialized" keeps the planner from walking after all. */
const byIndex = (actor: Actor, query: Query): SQL =>
  sql`with met as materialized (select ${columns} from ${shelfOf(query).from} where ${and(matches(actor, query), kindIs(query.kind), within(query), older(query))})
    select * from met ${newestFirst}`

/** Newest matches among what is not a comment: little enough for any plan. */
const amongFew = (actor: Actor, query: Query): SQL =>
  sql`select ${columns} from ${shelfOf(query).from} where ${and(isOther, matches(actor, query), kindIs(query.kind), within(query), older(query))} ${newestFirst}`

/** Best matches: of what is little all are put in order, of the rest all or, for common words, the newest. */
function best(actor: Actor, query: Query, bounds: Bounds | null): SQL {
  const scored = sql`select ${e.id} as id, ${score(query)} as key`
  const shelf = shelfOf(query)
  const others = sql`${scored} from ${bounds && !shelf.fewPosts ? walked(actor, query, bounds, isOther) : shelf.from} where ${and(isOther, matches(actor, query), kindIs(query.kind), within(query))}`
  const from = bounds ? walked(actor, query, bounds, isComment) : shelf.from
  const said = sql`${scored} from ${from} where ${and(isComment, matches(actor, query), within(query))}`
  const parts = [query.kind === 'comment' ? null : others, query.kind && query.kind !== 'comment' ? null : said].filter((part) => part !== null)
  return sql`with met as materialized (${sql.join(parts, sql` union all `)}) select * from met ${bestFirst(query)}`
}

const rowsOf = async (db: Db, statement: SQL): Promise<Candidate[]> =>
  (await db.execute<{ id: string; key: string }>(statement)).rows.map(({ id, key }) => ({ id: Number(id), key }))

/** At most a page and one more. Throws `Refused` (field `q`) when the words are too common to look for together, `TooMany` when too many people look for such. */
export async function candidatesOf(db: Database, actor: Actor, query: Query, bounds = BOUNDS): Promise<Candidates> {
  const all = (found: Candidate[]): Candidates => ({ found, newestOnly: false })
  const byBest = query.order === 'best'
  if (query.kind && query.kind !== 'comment' && shelfOf(query).fewPosts)
    return all(await rowsOf(db, byBest ? best(actor, query, null) : amongFew(actor, query)))
  const index = byBest ? best(actor, query, null) : byIndex(actor, query)
  if ((await expectedFor(db, query.sought, shelfOf(query))) <= bounds.direct) return all(await rowsOf(db, index))
  const walk = await rowsOf(db, byWalk(actor, { ...query, order: 'newest', after: byBest ? null : query.after }, bounds))
  if (walk.length <= PAGE) return all(await patiently(db, index, bounds))
  return byBest ? { found: await rowsOf(db, best(actor, query, bounds)), newestOnly: true } : all(walk)
}

const AT_ONCE = 3
let running = 0

/** For what may take long: a few at a time, and none for longer than a reader waits. */
async function patiently(db: Database, statement: SQL, { patience }: Bounds): Promise<Candidate[]> {
  if (running >= AT_ONCE) throw new TooMany('Many people are searching just now.', 5)
  running++
  try {
    return await db.transaction(
      async (tx) => {
        await tx.execute(sql.raw(`set local statement_timeout = ${Math.round(patience)}`))
        return rowsOf(tx, statement)
      },
      { accessMode: 'read only' },
    )
  } catch (problem) {
    if (!wasCancelled(problem)) throw problem
    throw new Refused('Those are very common words', { q: 'Those are very common words. Add another word, or choose a team or dates' })
  } finally {
    running--
  }
}

const wasCancelled = (problem: unknown): boolean => {
  const cause = problem instanceof Error ? (problem.cause ?? problem) : problem
  return (cause as { code?: unknown } | null)?.code === '57014'
}
