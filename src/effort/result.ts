/**
 * What came of sharing out the effort, as readers see it: averages of the answers that are counted, for the team, for its places, and over the quarters. All
 * of it is kept in `effort_results` as it was counted, so that a page and a file never say more than counting.ts allows.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { showGroups, SMALLEST_GROUP, type Group } from '../statistics/small-groups.ts'
import { countAnswers, countLast, ELSEWHERE } from './counting.ts'
import { periodOf, sayPeriod } from './period.ts'
import { effortResults, effortVotes, type Counted } from './schema.ts'
import { namedPriorities, type Named } from './choice.ts'

export interface Average extends Named {
  /** Of ten; one decimal. */
  hours: number
}

export interface PlaceResult {
  name: string
  people: number
  /** In the order of the whole result. */
  hours: number[]
}

export interface EffortResult {
  period: string
  /** "October to December 2026" */
  said: string
  people: number
  madeAt: Date
  /** The quarter is over. */
  final: boolean
  /** The most hours first. Those whose words were withdrawn are together in `others`. */
  averages: Average[]
  /** Hours of those that are not named any more. */
  others: number
  /** Places with enough people, and the rest together; empty where there is only one group. */
  places: PlaceResult[]
}

const QUARTERS_SHOWN = 8

/** The name of the group of those who did not say, or whose place has too few. */
export const REST = 'Elsewhere, or not said'

/** Quarters with a result, the last first, at most 8. */
export async function effortResultsOf(db: Db, teamId: number): Promise<EffortResult[]> {
  const rows = await db
    .select()
    .from(effortResults)
    .where(and(eq(effortResults.teamId, teamId), sql`${effortResults.answers} >= ${SMALLEST_GROUP}`))
    .orderBy(desc(effortResults.period))
    .limit(QUARTERS_SHOWN)
  const ids = rows.flatMap(({ body }) => Object.values(body.groups).flatMap(({ hours }) => Object.keys(hours).map(Number)))
  const named = await namedPriorities(db, [...new Set(ids)])
  return rows.map((row) => resultOf(row, named))
}

function resultOf(row: typeof effortResults.$inferSelect, named: ReadonlyMap<number, Named>): EffortResult {
  const groups = Object.entries(row.body.groups).map(([name, figures]) => ({ name: name === ELSEWHERE ? REST : name, size: figures.people, figures }))
  // Counted so that nothing has to be hidden here; if it were otherwise, it would be.
  const { total, shown } = showGroups(groups)
  const people = total ?? 0
  const averages = averagesOf(
    groups.map(({ figures }) => figures),
    people,
    named,
  )
  const hours = averages.reduce((sum, average) => sum + average.hours, 0)
  return {
    period: row.period,
    said: sayPeriod(row.period),
    people,
    madeAt: row.madeAt,
    final: row.finalAt !== null,
    averages,
    others: people === 0 ? 0 : round(10 - hours) >= 0.1 && hasUnnamed(groups, named) ? round(10 - hours) : 0,
    places: shown.length < 2 ? [] : shown.toSorted(byName).map((group) => placeOf(group, averages)),
  }
}

const round = (hours: number): number => Math.round(hours * 10) / 10

function averagesOf(groups: readonly Counted[], people: number, named: ReadonlyMap<number, Named>): Average[] {
  const given = (id: number): number => groups.reduce((sum, { hours }) => sum + (hours[id] ?? 0), 0)
  const inIt = [...named.values()].filter(({ id }) => given(id) > 0)
  return inIt
    .map((item) => ({ ...item, hours: round(given(item.id) / people) }))
    .toSorted((one, other) => other.hours - one.hours || one.id - other.id)
}

const hasUnnamed = (groups: readonly Group<Counted>[], named: ReadonlyMap<number, Named>): boolean =>
  groups.some(({ figures }) => Object.keys(figures.hours).some((id) => !named.has(Number(id))))

const placeOf = ({ name, size, figures }: Group<Counted>, averages: readonly Average[]): PlaceResult => ({
  name,
  people: size,
  hours: averages.map(({ id }) => round((figures.hours[id] ?? 0) / size)),
})

/** A to Z, the rest at the end. */
const byName = (one: { name: string }, other: { name: string }): number =>
  Number(one.name === REST) - Number(other.name === REST) || one.name.localeCompare(other.name, 'en')

/** Settles the quarters that are over, and counts what has waited for its week in the present one. To be run every day. */
export async function finishPeriods(db: Database): Promise<void> {
  const present = periodOf(now())
  const open = await db.selectDistinct({ teamId: effortVotes.teamId, period: effortVotes.period }).from(effortVotes)
  const problems: unknown[] = []
  for (const { teamId, period } of open)
    await (period < present ? countLast : countAnswers)(db, teamId, period).catch((problem: unknown) => problems.push(problem))
  // What goes wrong with one team keeps no other waiting.
  if (problems.length > 0) throw problems[0]
}
