/**
 * Looking for words in the staff network: in what somebody may read there and in nothing else, and for the colleagues who are called so or can do that. Nothing of a
 * support circle is ever found.
 */
import { and, asc, desc, gt, inArray, ne, sql } from 'drizzle-orm'
import { accounts, circles } from '../accounts/schema.ts'
import { isColleague, isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { lookUp, type Found as Colleague } from '../colleagues/directory.ts'
import type { Database, Db } from '../database/database.ts'
import { topicCounts } from '../network/schema.ts'
import { cleanQuery } from './query.ts'
import { search, type Found } from './search.ts'
import { staffSearchOf, type StaffForm } from './staff-form.ts'

export interface StaffFound extends Found {
  /** First page only, for members of staff. */
  colleagues: Colleague[]
}

const COLLEAGUES = 6
const AUTHORS = 50

/** Throws as `search` does. */
export async function staffSearch(db: Database, actor: Actor, form: StaffForm, query: unknown): Promise<StaffFound> {
  const authors = form.who === '' ? null : await calledSo(db, actor, form.who)
  const asked = staffSearchOf(form, query, authors)
  const [found, colleagues] = await Promise.all([
    search(db, actor, asked),
    asked.after === undefined && form.kind === '' && form.circle === '' && form.topic === '' && form.who === ''
      ? colleaguesFor(db, actor, form.q)
      : [],
  ])
  return { ...found, colleagues }
}

const NOBODY_NAMED = { teamId: null, role: null, skill: null, language: null }

/** Not those who are only nearly called so: whoever looks for words meant words first. */
async function colleaguesFor(db: Db, actor: Actor, q: string): Promise<Colleague[]> {
  if (!isColleague(actor)) return []
  const { people, nearly } = await lookUp(db, actor, { ...NOBODY_NAMED, text: cleanQuery(q) }, null)
  return nearly ? [] : people.slice(0, COLLEAGUES)
}

/** Whose name holds all these words; whether anything of theirs may be read is asked of each thing. Pseudonyms are nobody's name here. */
async function calledSo(db: Db, actor: Actor, name: string): Promise<number[]> {
  if (!isSignedIn(actor)) return []
  const held = name.split(/\s+/).map((word) => sql`strpos(lower(${accounts.displayName}), ${word.toLowerCase()}) > 0`)
  const rows = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(sql`${accounts.id} in (select account_id from role_grants union select account_id from circle_members)`, ...held))
    .orderBy(accounts.id)
    .limit(AUTHORS)
  return rows.map(({ id }) => id)
}

/** The circles that can be chosen: the reader's own. */
export async function circlesToChoose(db: Db, actor: SignedIn): Promise<{ id: number; name: string }[]> {
  const ids = actor.circles ?? []
  if (ids.length === 0) return []
  return db
    .select({ id: circles.id, name: circles.name })
    .from(circles)
    .where(and(inArray(circles.id, [...ids]), ne(circles.kind, 'support')))
    .orderBy(sql`lower(${circles.name})`)
}

const TOPICS = 20

/** To begin from, for those who do not know what to type; of what is for all staff. */
export async function topicsInUse(db: Db, actor: Actor): Promise<string[]> {
  if (!isColleague(actor)) return []
  const rows = await db
    .select({ topic: topicCounts.topic })
    .from(topicCounts)
    .where(gt(topicCounts.postCount, 0))
    .orderBy(desc(topicCounts.postCount), asc(topicCounts.topic))
    .limit(TOPICS)
  return rows.map(({ topic }) => topic)
}
