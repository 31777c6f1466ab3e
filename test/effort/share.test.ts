/** Ten hours, one answer for each account, whoever sends it and however often. */
import { and, eq, isNotNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { isAway, type Database } from '../../src/database/database.ts'
import { effortResults, effortShares, effortVotes } from '../../src/effort/schema.ts'
import { choicesOf } from '../../src/effort/choice.ts'
import { ownShare, shareEffort, withdrawEffort } from '../../src/effort/share.ts'
import { Forbidden, Refused } from '../../src/errors.ts'
import type { Team } from '../../src/teams/team.ts'
import { makeResident, makeStaff } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { allTo, answer, closePriority, countsOf, freshTeam, makeResidents, mostlyTo, setPriority, travelTo } from './effort-world.ts'

let world: World
let db: Database
let team: Team
let sergeant: SignedIn
let ids: number[]
let resident: SignedIn
const [one, two, three] = [() => ids[0] ?? 0, () => ids[1] ?? 0, () => ids[2] ?? 0]

beforeAll(async () => {
  // As many connections as a server with some load would have.
  world = await openWorld(20)
  db = world.db
})
beforeEach(async () => {
  travelTo('2027-02-01T12:00:00Z')
  ;({ team, sergeant, ids } = await freshTeam(db))
  resident = await makeResident(db, 'Maureen T')
})
afterAll(async () => {
  moveClock(0)
  await world.close()
})

const share = (hours: Record<string, number>, area: string | null = null, by = resident) => shareEffort(db, by, team, { hours, area })
const votes = () => db.select().from(effortVotes).where(eq(effortVotes.teamId, team.id))
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (problem: unknown) => (problem instanceof Refused ? problem.fields : problem),
  )

describe('ten hours', () => {
  test('exactly, in whole hours, over what is open', async () => {
    await share({ [one()]: 6, [two()]: 4, [three()]: 0 }, 'Waddington')
    expect(await ownShare(db, resident, team.id)).toMatchObject({ hours: { [one()]: 6, [two()]: 4 }, area: 'Waddington', countedIn: null })
  })

  test.each([
    [{ a: 6, b: 3 }, 'You have shared out 9 hours'],
    [{ a: 6, b: 5 }, 'You have shared out 11 hours'],
    [{}, 'You have shared out 0 hours'],
    [{ a: 1 }, 'You have shared out 1 hour'],
    [{ a: 9.5, b: 0.5 }, 'Give whole hours'],
    [{ a: 11, b: -1 }, 'Give whole hours'],
    [{ a: Number.NaN, b: 10 }, 'Give whole hours'],
  ])('%j is refused', async (hours, message) => {
    const named = Object.fromEntries(Object.entries(hours).map(([name, given]) => [name === 'a' ? one() : two(), given]))
    expect(await refusal(share(named))).toMatchObject({ hours: expect.stringContaining(message) })
    expect(await votes()).toEqual([])
  })

  test('not over the priorities of another team, nor with a place that is none of the team’s', async () => {
    const other = await freshTeam(db, 1)
    expect(await refusal(share(allTo(other.ids[0] ?? 0)))).toMatchObject({ hours: expect.stringContaining('was closed') })
    expect(await refusal(share(allTo(one()), 'Skegness'))).toMatchObject({ area: 'Choose a place from the list' })
    expect(await votes()).toEqual([])
  })

  test('the database itself keeps to ten, to the team and to the account', async () => {
    await share(allTo(one()))
    const [vote] = await votes()
    const id = vote?.id ?? 0
    const foreign = (await freshTeam(db, 1)).ids[0] ?? 0
    await expect(db.update(effortShares).set({ hours: 9 }).where(eq(effortShares.voteId, id))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('shares out 9') },
    })
    await expect(db.insert(effortShares).values({ voteId: id, priorityId: foreign, hours: 1 })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('another team') },
    })
    await expect(db.update(effortVotes).set({ accountId: sergeant.accountId }).where(eq(effortVotes.id, id))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('stays where') },
    })
  })
})

describe('who', () => {
  test('no member of staff, whatever the role; no suspended or muted account', async () => {
    for (const role of ['officer', 'supervisor', 'press-office', 'administrator', 'partner'] as const)
      await expect(
        share(allTo(one()), null, await makeStaff(db, 'Staff', role, role === 'officer' || role === 'supervisor' ? team : null)),
        role,
      ).rejects.toThrow(Forbidden)
    const until = new Date('2027-03-01')
    for (const standing of [{ mutedUntil: until }, { suspendedUntil: until }])
      await expect(share(allTo(one()), null, { ...resident, standing: { ...resident.standing, ...standing } })).rejects.toThrow(Forbidden)
    await expect(shareEffort(db, resident, { ...team, archivedAt: new Date() }, { hours: allTo(one()), area: null })).rejects.toThrow(Forbidden)
    expect(await votes()).toEqual([])
  })

  test('what was done is told to nobody else, and says nothing of the answer', async () => {
    await share(allTo(one()), 'Canwick')
    await share(allTo(two()), 'Canwick')
    await withdrawEffort(db, resident, team)
    const told = await db
      .select()
      .from(activities)
      .where(and(eq(activities.kind, 'effort.shared'), eq(activities.teamId, team.id)))
      .orderBy(activities.id)
    expect(told.map(({ detail }) => detail)).toEqual(['shared', 'changed', 'withdrawn'].map((act) => ({ period: '2027-Q1', act })))
    expect(new Set(told.map(({ audience }) => audience))).toEqual(new Set([`private:${resident.accountId}`]))
  })
})

describe('until the quarter ends', () => {
  test('it can be changed; the same again changes nothing', async () => {
    await share(allTo(one()))
    await share(mostlyTo(two(), one()), 'Canwick')
    await share(mostlyTo(two(), one()), 'Canwick')
    expect(await votes()).toMatchObject([{ version: 2, area: 'Canwick' }])
    expect((await ownShare(db, resident, team.id))?.hours).toEqual(mostlyTo(two(), one()))
  })

  test('it can be taken back, and given anew', async () => {
    await share(allTo(one()))
    await withdrawEffort(db, resident, team)
    await withdrawEffort(db, resident, team)
    expect(await votes()).toEqual([])
    await answer(db, team, 4, allTo(one()))
    await share(allTo(two()))
    expect((await votes()).every(({ countedIn }) => countedIn === '')).toBe(true)
    await withdrawEffort(db, resident, team)
    expect(await ownShare(db, resident, team.id)).toBeNull()
    expect(await db.select().from(effortShares).where(eq(effortShares.priorityId, two()))).toEqual([])
    await share(allTo(three()))
    expect((await ownShare(db, resident, team.id))?.hours).toEqual(allTo(three()))
    expect(await votes()).toHaveLength(5)
  })

  test('the next quarter asks again, in UK time', async () => {
    travelTo('2027-03-31T22:59:00Z')
    await share(allTo(one()))
    expect(await ownShare(db, resident, team.id)).not.toBeNull()
    travelTo('2027-03-31T23:01:00Z')
    expect(await ownShare(db, resident, team.id)).toBeNull()
    await share(allTo(two()))
    expect((await votes()).map(({ period }) => period).toSorted()).toEqual(['2027-Q1', '2027-Q2'])
  })

  test('what is closed keeps its hours, and gets no more; what is new can be added', async () => {
    await share(mostlyTo(one(), two()))
    await closePriority(db, sergeant, team, one())
    const added = await setPriority(db, sergeant, team, 'New')
    const own = await ownShare(db, resident, team.id)
    expect((await choicesOf(db, team.id, own)).map(({ id, hours, closed }) => [id, hours, closed])).toEqual([
      [added, 0, false],
      [three(), 0, false],
      [two(), 3, false],
      [one(), 7, true],
    ])
    expect(await refusal(share(allTo(one())))).toMatchObject({ hours: expect.stringContaining('was closed') })
    await share({ [one()]: 6, [added]: 4 })
    expect(await refusal(share({ [one()]: 7, [added]: 3 }))).toMatchObject({ hours: expect.stringContaining('was closed') })
    const newcomer = await makeResident(db, 'New Person')
    expect(await refusal(share(mostlyTo(one(), two()), null, newcomer))).not.toBeNull()
    expect((await ownShare(db, resident, team.id))?.hours).toEqual({ [one()]: 6, [added]: 4 })
  })
})

/** As somebody would whom a crowded server asks to try again. */
const persistently = (send: () => Promise<void>): Promise<void> =>
  send().catch((problem: unknown) => (isAway(problem) ? persistently(send) : Promise.reject(problem)))

describe('200 at once', () => {
  test('from as many accounts: all are kept, and the sums are exact', async () => {
    const people = await makeResidents(db, 200)
    const hoursOf = (place: number) => (place % 2 === 0 ? allTo(one()) : mostlyTo(two(), three()))
    await Promise.all(people.map((person, place) => persistently(() => share(hoursOf(place), null, person))))
    const kept = await votes()
    expect(kept).toHaveLength(200)
    expect(new Set(kept.map(({ accountId }) => accountId)).size).toBe(200)
    const hours = await db.select().from(effortShares)
    const given = (id: number) => hours.filter(({ priorityId }) => priorityId === id).reduce((sum, row) => sum + row.hours, 0)
    expect([one(), two(), three()].map(given)).toEqual([1000, 700, 300])
    // What is shown is the sum of whole answers too, and at most four wait.
    const [group] = Object.values(await countsOf(db, team))
    expect(Object.values(group?.hours ?? {}).reduce((sum, given) => sum + given, 0)).toBe((group?.people ?? 0) * 10)
    expect(group?.people).toBeGreaterThan(195)
    expect(
      await db
        .select()
        .from(effortVotes)
        .where(and(eq(effortVotes.teamId, team.id), isNotNull(effortVotes.countedIn))),
    ).toHaveLength(group?.people ?? 0)
  })

  test('from one account: one answer', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, place) => persistently(() => share({ [one()]: place % 10, [two()]: 10 - (place % 10) }))))
    expect(await votes()).toHaveLength(1)
    const own = await ownShare(db, resident, team.id)
    expect(Object.values(own?.hours ?? {}).reduce((sum, hours) => sum + hours, 0)).toBe(10)
    expect(await db.select().from(effortResults).where(eq(effortResults.teamId, team.id))).toEqual([])
  })
})
