import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { absenceOf, endAbsence, setAbsence, standInFor } from '../../src/accounts/absence.ts'
import { absences } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let colleague: SignedIn
let sergeant: SignedIn
let stranger: SignedIn
let resident: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Joan Fell', 'officer', team)
  sergeant = await makeStaff(world.db, 'Sgt Ruth Okafor', 'supervisor', team)
  stranger = await makeStaff(world.db, 'PC Lee Ward', 'officer', await makeTeam(world.db, 'Skegness'))
  resident = await makeResident(world.db, 'Maureen T')
})
afterAll(() => world.close())
beforeEach(() => world.db.delete(absences))
afterEach(() => moveClock(0))

const DAY = 86_400_000
const inDays = (days: number): Date => new Date(now().getTime() + days * DAY)
const away = (who: SignedIn, from: number, until: number, cover: SignedIn | null = null, by = who) =>
  setAbsence(world.db, by, { accountId: who.accountId, startsAt: inDays(from), endsAt: inDays(until), coverId: cover?.accountId ?? null })
const standIn = (who: SignedIn, at = now()) => standInFor(world.db, who.accountId, at)

describe('setting an absence', () => {
  test('is told with ids alone, and sent twice is one', async () => {
    const form = { accountId: officer.accountId, startsAt: inDays(1), endsAt: inDays(3), coverId: colleague.accountId }
    await setAbsence(world.db, officer, form)
    await setAbsence(world.db, officer, form)
    expect(await world.db.select().from(absences)).toHaveLength(1)
    expect(await absenceOf(world.db, officer.accountId, now())).toMatchObject({ startsAt: form.startsAt, cover: 'PC Joan Fell' })
    const told = await world.db.select().from(activities).where(eq(activities.kind, 'staff.absent'))
    expect(told).toMatchObject([{ audience: 'staff', detail: { accountId: officer.accountId } }])
  })

  test('that begins at once and is sent again a moment later is one', async () => {
    const [endsAt, accountId] = [inDays(3), officer.accountId]
    await setAbsence(world.db, officer, { accountId, startsAt: now(), endsAt, coverId: null })
    await setAbsence(world.db, officer, { accountId, startsAt: now(), endsAt, coverId: null })
    expect(await world.db.select().from(absences)).toHaveLength(1)
  })

  test('is one’s own affair, and the sergeant’s; people of other teams and residents are not there', async () => {
    await away(officer, 1, 2, null, sergeant)
    await expect(away(officer, 5, 6, null, colleague)).rejects.toBeInstanceOf(Forbidden)
    await expect(away(officer, 5, 6, null, stranger)).rejects.toBeInstanceOf(NotFound)
    await expect(away(resident, 5, 6)).rejects.toBeInstanceOf(NotFound)
    await expect(away(resident, 5, 6, null, sergeant)).rejects.toBeInstanceOf(NotFound)
  })

  test('says by its field what is wrong', async () => {
    await expect(away(officer, 2, 1)).rejects.toMatchObject({ fields: { until: expect.any(String) } })
    await expect(away(officer, -3, -1)).rejects.toMatchObject({ fields: { until: expect.any(String) } })
    await expect(away(officer, 0, 400)).rejects.toMatchObject({ fields: { until: expect.any(String) } })
    for (const cover of [officer, stranger, resident])
      await expect(away(officer, 1, 2, cover)).rejects.toMatchObject({ fields: { cover: expect.any(String) } })
    await away(colleague, 1, 3)
    await expect(away(officer, 2, 5, colleague)).rejects.toMatchObject({ fields: { cover: expect.stringContaining('away too') } })
    await expect(away(colleague, 2, 5)).rejects.toMatchObject({ fields: { from: expect.any(String) } })
  })

  test('can be ended, by the same people', async () => {
    await away(officer, 0, 2)
    const { id } = (await absenceOf(world.db, officer.accountId, now()))!
    await expect(endAbsence(world.db, colleague, id)).rejects.toBeInstanceOf(Forbidden)
    await expect(endAbsence(world.db, stranger, id)).rejects.toBeInstanceOf(NotFound)
    await endAbsence(world.db, sergeant, id)
    await endAbsence(world.db, officer, id)
    expect(await absenceOf(world.db, officer.accountId, now())).toBeNull()
    await away(officer, 0, 2)
  })
})

describe('who covers', () => {
  test('is the person themself while they are here', async () => {
    await away(officer, 1, 2, colleague)
    expect(await standIn(officer)).toBe(officer.accountId)
    expect(await standIn(officer, inDays(1.5))).toBe(colleague.accountId)
    expect(await standIn(officer, inDays(2.1))).toBe(officer.accountId)
  })

  test('is followed from one to the next, to nobody in particular, and never round in a ring', async () => {
    await away(officer, 0, 5, colleague)
    await away(colleague, 0, 5, sergeant)
    expect(await standIn(officer)).toBe(sergeant.accountId)
    await world.db
      .insert(absences)
      .values({ accountId: sergeant.accountId, coverId: officer.accountId, startsAt: inDays(-1), endsAt: inDays(1), setBy: sergeant.accountId })
    expect(await standIn(officer)).toBeNull()
    await world.db.update(absences).set({ coverId: null }).where(eq(absences.accountId, sergeant.accountId))
    expect(await standIn(officer)).toBeNull()
  })

  test('is followed five steps and no more', async () => {
    const chain = [officer]
    for (let i = 1; i <= 6; i++) chain.push(await makeStaff(world.db, `PC Chain ${i}`, 'officer', team))
    const link = (i: number) =>
      world.db.insert(absences).values({
        accountId: chain[i]!.accountId,
        coverId: chain[i + 1]!.accountId,
        startsAt: inDays(-1),
        endsAt: inDays(1),
        setBy: officer.accountId,
      })
    for (let i = 0; i < 5; i++) await link(i)
    expect(await standIn(officer)).toBe(chain[5]!.accountId)
    await link(5)
    expect(await standIn(officer)).toBeNull()
  })
})
