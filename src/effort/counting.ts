/**
 * Counting answers so that what readers see tells nobody's: not by comparing two days, two places, or a place with the whole, in whatever way.
 *
 * Every answer is counted in one group for the whole quarter: a place, or elsewhere. A group is counted anew only when at least `SMALLEST_GROUP` people in it
 * have answered or changed their answer since it was counted last; taking an answer back counts for nothing. So each figure that appears holds at least so
 * many answers that no figure had before, and whatever is added to it or taken from it, they stay in together: groups do not overlap, and earlier figures
 * do not have them. Totals are the sum of the groups as they were counted, never of answers that wait.
 */
import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { effortResults, effortShares, effortVotes, type Counted, type Counts } from './schema.ts'

/** The group of those who did not say a place, or whose place is not counted by itself. */
export const ELSEWHERE = ''

/** Who said a place waits for others from there; after a week, or when so many wait, they are counted elsewhere. */
const ENOUGH_ELSEWHERE = 20
const WEEK = 7 * 86_400_000

export interface Waiting {
  /** Where they were counted before; null for not yet. */
  countedIn: string | null
  area: string | null
  people: number
}

export interface Counting {
  /** Those that can be counted anew. */
  groups: string[]
  /** Elsewhere takes in those too who said a place that is not counted by itself. */
  mixed: boolean
}

/**
 * What can be counted. `known` are the places counted before: who waits for one of those is counted elsewhere only when nothing more can come (`last`). `due`
 * says whether so many from several places need not wait any longer.
 */
export function nextCounting(waiting: readonly Waiting[], known: readonly string[], due: (people: number) => boolean, last: boolean): Counting {
  const homes = Map.groupBy(waiting, ({ countedIn, area }) => countedIn ?? area ?? ELSEWHERE)
  const places = [...homes.keys()].filter((home) => home !== ELSEWHERE && peopleOf(homes.get(home)) >= SMALLEST_GROUP)
  const unsaid = peopleOf(homes.get(ELSEWHERE))
  const scattered = waiting.filter(({ countedIn, area }) => countedIn === null && area && !places.includes(area) && (last || !known.includes(area)))
  const all = unsaid + peopleOf(scattered)
  const mixed = all >= SMALLEST_GROUP && (last || due(all))
  return { groups: mixed || unsaid >= SMALLEST_GROUP ? [...places, ELSEWHERE] : places, mixed }
}

const peopleOf = (rows: readonly Waiting[] = []): number => rows.reduce((sum, { people }) => sum + people, 0)

const keyOf = (teamId: number, period: string): string => `effort ${teamId} ${period}`

/** Before an answer changes: not while they are counted, and one after the other from the same account. */
export async function lockAnswer(tx: Tx, teamId: number, period: string, accountId: number): Promise<void> {
  const key = keyOf(teamId, period)
  await tx.execute(
    sql`select pg_advisory_xact_lock_shared(hashtextextended(${key}, 0)), pg_advisory_xact_lock(hashtextextended(${`${key} ${accountId}`}, 0))`,
  )
}

const NONE: Counts = { groups: {}, elsewhereAt: null }

/** Counts what can be counted now; mostly nothing can, and then nobody waits for it. */
export async function countAnswers(db: Database, teamId: number, period: string): Promise<void> {
  const waiting = await waitingIn(db, teamId, period)
  if (peopleOf(waiting) >= SMALLEST_GROUP) await countUnderLock(db, teamId, period, false)
}

/** The quarter is over: counts what can be counted at all, and forgets the separate answers. */
export const countLast = (db: Database, teamId: number, period: string): Promise<void> => countUnderLock(db, teamId, period, true)

async function nextOf(tx: Tx, teamId: number, period: string, last: boolean) {
  const [result] = await tx
    .select()
    .from(effortResults)
    .where(ofPeriod(effortResults, teamId, period))
  if (result?.finalAt) return { result, counts: result.body, known: [], next: { groups: [], mixed: false } }
  const counts = result?.body ?? NONE
  const known = Object.keys(counts.groups).filter((name) => name !== ELSEWHERE)
  const next = nextCounting(await waitingIn(tx, teamId, period), known, (people) => isDue(counts, people), last)
  return { result, counts, known, next }
}

const countUnderLock = (db: Database, teamId: number, period: string, last: boolean): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${keyOf(teamId, period)}, 0))`)
    await countIn(tx, teamId, period, last)
  })

async function countIn(tx: Tx, teamId: number, period: string, last: boolean): Promise<void> {
  const { result, counts, known, next } = await nextOf(tx, teamId, period, last)
  const { groups } = next
  if (result?.finalAt || (groups.length === 0 && !last)) return
  await takeIn(tx, teamId, period, next, last ? [] : known)
  const body = {
    groups: { ...counts.groups, ...(await sumsOf(tx, teamId, period, groups)) },
    elsewhereAt: next.mixed ? now().toISOString() : (counts.elsewhereAt ?? now().toISOString()),
  }
  const madeAt = groups.length > 0 || !result ? now() : result.madeAt
  await keep(tx, { teamId, period, body, answers: sumOf(body), madeAt, finalAt: last ? now() : null })
  if (last) await tx.delete(effortVotes).where(ofPeriod(effortVotes, teamId, period))
}

const ofPeriod = (table: typeof effortResults | typeof effortVotes, teamId: number, period: string) =>
  and(eq(table.teamId, teamId), eq(table.period, period))

/** The first of all are shown at once. */
const isDue = ({ groups, elsewhereAt }: Counts, people: number): boolean =>
  Object.keys(groups).length === 0 || people >= ENOUGH_ELSEWHERE || (elsewhereAt !== null && now().getTime() - Date.parse(elsewhereAt) >= WEEK)

const isWaiting = sql`${effortVotes.version} > ${effortVotes.countedVersion}`

const waitingIn = (db: Db, teamId: number, period: string): Promise<Waiting[]> =>
  db
    .select({ countedIn: effortVotes.countedIn, area: effortVotes.area, people: sql<number>`count(*)::int` })
    .from(effortVotes)
    .where(and(ofPeriod(effortVotes, teamId, period), isWaiting, isNull(effortVotes.withdrawnAt)))
    .groupBy(effortVotes.countedIn, effortVotes.area)

/** Puts those who wait into their groups. Who waits for a place that is not counted now goes on waiting; what was taken back leaves with its group. */
async function takeIn(tx: Tx, teamId: number, period: string, { groups, mixed }: Counting, known: readonly string[]): Promise<void> {
  const isHere = ofPeriod(effortVotes, teamId, period)
  const stays = mixed ? sql`${effortVotes.area} = any(${list([...groups, ...known])})` : sql`true`
  const home = sql`coalesce(${effortVotes.countedIn}, case when ${stays} then coalesce(${effortVotes.area}, ${ELSEWHERE}) else ${ELSEWHERE} end)`
  await tx
    .update(effortVotes)
    .set({ countedIn: home, countedVersion: effortVotes.version })
    .where(and(isHere, isWaiting, isNull(effortVotes.withdrawnAt), sql`${home} = any(${list(groups)})`))
  await tx.delete(effortVotes).where(and(isHere, sql`${effortVotes.countedIn} = any(${list(groups)})`, isNotNull(effortVotes.withdrawnAt)))
}

const list = (names: readonly string[]) => sql`${sql.param([...names])}::text[]`

/** All that is counted in these groups now. */
async function sumsOf(tx: Tx, teamId: number, period: string, groups: readonly string[]): Promise<Record<string, Counted>> {
  if (groups.length === 0) return {}
  const counted = and(ofPeriod(effortVotes, teamId, period), inArray(effortVotes.countedIn, [...groups]))
  const people = await tx
    .select({ name: sql<string>`${effortVotes.countedIn}`, people: sql<number>`count(*)::int` })
    .from(effortVotes)
    .where(counted)
    .groupBy(effortVotes.countedIn)
  const hours = await tx
    .select({ name: effortVotes.countedIn, id: effortShares.priorityId, hours: sql<number>`sum(${effortShares.hours})::int` })
    .from(effortShares)
    .innerJoin(effortVotes, eq(effortVotes.id, effortShares.voteId))
    .where(counted)
    .groupBy(effortVotes.countedIn, effortShares.priorityId)
  const given = (name: string) => Object.fromEntries(hours.filter((row) => row.name === name).map((row) => [String(row.id), row.hours]))
  return Object.fromEntries(people.map((row) => [row.name, { people: row.people, hours: given(row.name) }]))
}

const sumOf = ({ groups }: Counts): number => Object.values(groups).reduce((sum, { people }) => sum + people, 0)

const keep = (tx: Tx, row: typeof effortResults.$inferInsert): Promise<unknown> =>
  tx
    .insert(effortResults)
    .values(row)
    .onConflictDoUpdate({ target: [effortResults.teamId, effortResults.period], set: row })
