/** What readers see tells nobody's answer, however many days, places and totals they compare. */
import fc from 'fast-check'
import { and, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { nextCounting, type Waiting } from '../../src/effort/counting.ts'
import { effortResultsOf, finishPeriods, REST } from '../../src/effort/result.ts'
import { effortResults, effortShares, effortVotes } from '../../src/effort/schema.ts'
import { shareEffort, withdrawEffort } from '../../src/effort/share.ts'
import { SMALLEST_GROUP } from '../../src/statistics/small-groups.ts'
import type { Team } from '../../src/teams/team.ts'
import { openWorld, type World } from '../world.ts'
import { allTo, answer, countsOf, freshTeam, makeResidents, mostlyTo, PLACES, travelTo } from './effort-world.ts'

let world: World
let db: Database
let team: Team
let ids: number[]
const [one, two] = [() => ids[0] ?? 0, () => ids[1] ?? 0]

beforeAll(async () => {
  world = await openWorld()
  db = world.db
})
beforeEach(async () => {
  travelTo('2027-01-04T12:00:00Z')
  ;({ team, ids } = await freshTeam(db))
})
afterAll(async () => {
  moveClock(0)
  await world.close()
})

const latest = async () => (await effortResultsOf(db, team.id))[0]
const day = (days: number) => travelTo(new Date(Date.UTC(2027, 0, 4 + days, 12)).toISOString())

describe('which groups are counted', () => {
  const waits = (area: string | null, people: number, countedIn: string | null = null): Waiting => ({ area, countedIn, people })
  const now = () => true
  const later = () => false

  test('a place with five; elsewhere with five who said none; the others wait until it is time', () => {
    expect(nextCounting([waits('a', 5), waits('b', 4), waits(null, 4)], [], later, false)).toEqual({ groups: ['a'], mixed: false })
    expect(nextCounting([waits('a', 4), waits('b', 4), waits(null, 5)], [], later, false)).toEqual({ groups: [''], mixed: false })
    expect(nextCounting([waits('a', 2), waits('b', 2), waits(null, 1)], [], now, false)).toEqual({ groups: [''], mixed: true })
    expect(nextCounting([waits('a', 2), waits('b', 2)], [], now, false)).toEqual({ groups: [], mixed: false })
  })

  test('who waits for a place that has figures goes on waiting, until nothing more can come', () => {
    expect(nextCounting([waits('a', 4), waits(null, 4)], ['a'], now, false)).toEqual({ groups: [], mixed: false })
    expect(nextCounting([waits('a', 4), waits(null, 4)], ['a'], now, true)).toEqual({ groups: [''], mixed: true })
  })

  test('a change counts where the answer was counted first, wherever its author says to live', () => {
    expect(nextCounting([waits('b', 3, 'a'), waits('a', 2)], ['a'], later, false)).toEqual({ groups: ['a'], mixed: false })
    expect(nextCounting([waits('a', 4, ''), waits('a', 4)], ['a'], now, false)).toEqual({ groups: [], mixed: false })
    expect(nextCounting([waits('a', 4, ''), waits('a', 4)], ['a'], later, true)).toEqual({ groups: [''], mixed: true })
  })
})

describe('a result', () => {
  test('is nothing below five, and then stays until five more have answered or changed', async () => {
    const people = await answer(db, team, 4, allTo(one()))
    expect(await latest()).toBeUndefined()
    people.push(...(await answer(db, team, 1, allTo(two()))))
    expect(await latest()).toMatchObject({
      people: 5,
      final: false,
      averages: [
        { id: one(), hours: 8 },
        { id: two(), hours: 2 },
      ],
      places: [],
    })
    await answer(db, team, 2, allTo(two()))
    // The same person over and over is one.
    for (const id of [two(), one(), two(), one(), two()]) await shareEffort(db, must(people[0]), team, { hours: allTo(id), area: null })
    await shareEffort(db, must(people[1]), team, { hours: mostlyTo(one(), two()), area: null })
    expect(await latest()).toMatchObject({ people: 5, averages: [{ hours: 8 }, { hours: 2 }] })
    await answer(db, team, 1, allTo(one()))
    expect(await latest()).toMatchObject({
      people: 8,
      averages: [
        { id: two(), hours: 5.4 },
        { id: one(), hours: 4.6 },
      ],
    })
  })

  test('does not move when somebody takes an answer back, until five others answer', async () => {
    const people = await answer(db, team, 6, allTo(one()))
    await answer(db, team, 4, allTo(two()))
    expect(await latest()).toMatchObject({ people: 10 })
    await withdrawEffort(db, must(people[0]), team)
    for (const person of people.slice(1)) await withdrawEffort(db, person, team)
    expect(await latest()).toMatchObject({ people: 10, averages: [{ hours: 6 }, { hours: 4 }] })
    await answer(db, team, 4, allTo(two()))
    expect(await latest()).toMatchObject({ people: 10 })
    await answer(db, team, 1, allTo(two()))
    expect(await latest()).toMatchObject({ people: 9, averages: [{ id: two(), hours: 10 }] })
  })

  test('by place: each with five of its own, the others together', async () => {
    await answer(db, team, 5, allTo(one()))
    await answer(db, team, 6, allTo(two()), 'Waddington')
    await answer(db, team, 4, allTo(one()), 'Canwick')
    const result = await latest()
    const hoursIn = (place: string) =>
      Object.fromEntries(must(result).averages.map(({ id }, row) => [id, result?.places.find(({ name }) => name === place)?.hours[row]]))
    expect(result?.places.map(({ name, people }) => [name, people])).toEqual([
      ['Waddington', 5],
      [REST, 5],
    ])
    expect(hoursIn('Waddington')).toEqual({ [one()]: 0, [two()]: 10 })
    expect(hoursIn(REST)).toEqual({ [one()]: 10, [two()]: 0 })
    // A sixth, and four of a place without figures, wait.
    expect(result?.people).toBe(10)
  })

  test('those of small places are counted with the others after a week, or when many wait', async () => {
    await answer(db, team, 5, allTo(one()))
    await answer(db, team, 4, allTo(two()), 'Canwick')
    await answer(db, team, 4, allTo(two()), 'Waddington')
    expect(await latest()).toMatchObject({ people: 5 })
    day(6)
    await finishPeriods(db)
    expect(await latest()).toMatchObject({ people: 5 })
    day(8)
    await finishPeriods(db)
    expect(await latest()).toMatchObject({ people: 13, places: [] })
  })

  test('at the end of the quarter counts what can be counted, stays, and forgets who said what', async () => {
    await answer(db, team, 5, allTo(one()))
    await answer(db, team, 5, allTo(two()), 'Waddington')
    await answer(db, team, 3, allTo(two()), 'Waddington')
    await answer(db, team, 3, allTo(two()), 'Canwick')
    day(86)
    await finishPeriods(db)
    expect(await latest()).toMatchObject({ people: 10, final: false })
    day(87)
    await finishPeriods(db)
    expect(await latest()).toMatchObject({ people: 16, final: true, period: '2027-Q1', said: 'January to March 2027' })
    expect(await db.select().from(effortVotes).where(eq(effortVotes.teamId, team.id))).toEqual([])
    expect(await db.select().from(effortShares).where(eq(effortShares.priorityId, one()))).toEqual([])
    await finishPeriods(db)
    expect(await latest()).toMatchObject({ people: 16 })
    await expect(db.update(effortResults).set({ answers: 17 }).where(eq(effortResults.teamId, team.id))).rejects.toThrow()
    await expect(db.delete(effortResults).where(eq(effortResults.teamId, team.id))).rejects.toThrow()
  })

  test('of a quarter with fewer than five never comes', async () => {
    await answer(db, team, 4, allTo(one()))
    day(100)
    await finishPeriods(db)
    expect(await latest()).toBeUndefined()
    expect(await db.select().from(effortVotes).where(eq(effortVotes.teamId, team.id))).toEqual([])
  })
})

/** One figure that was on a page: which answers were in it. */
type Figure = Map<string, number>

const act = fc.record({
  kind: fc.constantFrom('new', 'new', 'new', 'new', 'change', 'change', 'back', 'days'),
  who: fc.nat(),
  area: fc.constantFrom(null, null, ...PLACES),
  first: fc.integer({ min: 0, max: 10 }),
})

describe('whatever people do', () => {
  test('no sum and no difference of figures, of any days, holds fewer than five people', async () => {
    let figures = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 60, maxLength: 90 }),
        fc.array(fc.array(fc.integer({ min: -3, max: 3 })), { minLength: 200, maxLength: 200 }),
        async (acts, mixtures) => {
          day(0)
          ;({ team, ids } = await freshTeam(db, 2))
          const seen = await figuresOf(acts)
          figures += seen.length
          for (const [place, figure] of seen.entries()) {
            expect(peopleIn(figure)).toBeGreaterThanOrEqual(SMALLEST_GROUP)
            for (const other of seen.slice(0, place)) requireMany(combine([figure, other], [1, -1]))
          }
          for (const mixture of mixtures) requireMany(combine(seen, mixture))
        },
      ),
      { numRuns: 6, endOnFailure: true },
    )
    expect(figures).toBeGreaterThan(20)
  }, 120_000)
})

/** Does it all, and keeps every figure that a reader could have noted on the way: each group, and the total. */
async function figuresOf(acts: readonly { kind: string; who: number; area: string | null; first: number }[]): Promise<Figure[]> {
  const people = await makeResidents(db, acts.length)
  const inIt: SignedIn[] = []
  const seen: Figure[] = []
  const groups = new Map<string, Figure>()
  let days = 0
  for (const { kind, who, area, first } of acts) {
    const person = kind === 'new' ? people.pop() : inIt[who % Math.max(1, inIt.length)]
    if (kind === 'days') {
      day((days += 3))
      await finishPeriods(db)
    } else if (person && kind === 'back') await withdrawEffort(db, person, team)
    else if (person) await shareEffort(db, person, team, { hours: { [one()]: first, [two()]: 10 - first }, area })
    if (person && kind === 'new') inIt.push(person)
    if (await noteChanges(groups))
      seen.push(
        ...groups.values(),
        combine(
          [...groups.values()],
          [...groups].map(() => 1),
        ),
      )
  }
  return seen
}

const noted = new WeakMap<Map<string, Figure>, string>()

/** Reads what is shown, and which answers went into it: right after it was counted all that are in the group now. */
async function noteChanges(groups: Map<string, Figure>): Promise<boolean> {
  const shown = await countsOf(db, team)
  const before = JSON.parse(noted.get(groups) ?? '{}') as typeof shown
  noted.set(groups, JSON.stringify(shown))
  const votes = await db
    .select()
    .from(effortVotes)
    .where(and(eq(effortVotes.teamId, team.id), isNull(effortVotes.withdrawnAt)))
  const changed = Object.entries(shown).filter(([name, counts]) => JSON.stringify(counts) !== JSON.stringify(before[name]))
  for (const [name, counts] of changed) {
    const counted = votes.filter(({ countedIn }) => countedIn === name)
    expect(counted.every(({ version, countedVersion }) => version === countedVersion)).toBe(true)
    expect(counted).toHaveLength(counts.people)
    expect(Object.values(counts.hours).reduce((sum, hours) => sum + hours, 0)).toBe(counts.people * 10)
    groups.set(name, new Map(counted.map(({ accountId, version }) => [`${accountId}/${version}`, 1])))
  }
  return changed.length > 0
}

/** Figures added up, each as often as is said. */
function combine(figures: readonly Figure[], times: readonly number[]): Figure {
  const sum: Figure = new Map()
  for (const [place, figure] of figures.entries())
    for (const [answer, often] of figure) sum.set(answer, (sum.get(answer) ?? 0) + often * (times[place] ?? 0))
  return sum
}

const peopleIn = (figure: Figure): number => new Set([...figure].filter(([, often]) => often !== 0).map(([answer]) => answer.split('/')[0])).size

function requireMany(figure: Figure): void {
  const people = peopleIn(figure)
  expect(people === 0 || people >= SMALLEST_GROUP, `${people} people are left`).toBe(true)
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there')
  return value
}
