import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { endHelp, helpersOf, offerHelp } from '../../src/together/offer.ts'
import { helpOffers } from '../../src/together/schema.ts'
import { openTogether, type Together } from './together-world.ts'

const DAY = 86_400_000

let world: Together
beforeAll(async () => {
  world = await openTogether()
})
afterEach(async () => {
  moveClock(0)
  await world.db.delete(helpOffers)
})
afterAll(() => world.close())

test('an offer stands for a week, once at a time for a person and a team, whatever is tapped at once', async () => {
  const { db, colleague, team, press } = world
  const keys = [randomUUID(), randomUUID(), randomUUID()]
  const made = await Promise.all([...keys, ...keys].map((key) => offerHelp(db, colleague, team.id, key)))
  expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  await offerHelp(db, press, team.id, randomUUID())
  expect(await helpersOf(db, team.id)).toMatchObject([
    { name: 'PC Joan Fell', mark: 'Officer · Skegness team' },
    { name: 'Sam Carter', mark: 'Press office' },
  ])
  const told = await db.select().from(activities).where(eq(activities.kind, 'help.offered'))
  expect(told.map(({ actorId, teamId, audience }) => [actorId, teamId, audience])).toEqual([
    [colleague.accountId, team.id, 'staff'],
    [press.accountId, team.id, 'staff'],
  ])
  moveClock(7 * DAY + 60_000)
  expect(await helpersOf(db, team.id)).toEqual([])
  expect((await offerHelp(db, colleague, team.id, randomUUID())).id).not.toBe(made[0]?.id)
})

test('is for colleagues of other teams; nobody from outside, and no team that is none', async () => {
  const { db, officer, sergeant, resident, alone, administrator, partner, persona, colleague, team } = world
  for (const other of [officer, sergeant, resident, alone, partner, persona])
    await expect(offerHelp(db, other, team.id, randomUUID())).rejects.toThrow(Forbidden)
  await expect(offerHelp(db, colleague, 999_999, randomUUID())).rejects.toThrow(NotFound)
  expect(await db.$count(helpOffers)).toBe(0)
  const { id } = await offerHelp(db, administrator, team.id, randomUUID())
  expect(await helpersOf(db, team.id)).toMatchObject([{ offerId: id, mark: 'Administrator' }])
  await endHelp(db, administrator, id)
  expect(await helpersOf(db, team.id)).toEqual([])
})

test('ends by whoever made it or by the sergeant of the team, and can be made again; the same form again makes no second', async () => {
  const { db, colleague, team, sergeant, otherSergeant, second } = world
  const key = randomUUID()
  const { id } = await offerHelp(db, colleague, team.id, key)
  for (const other of [second, otherSergeant]) await expect(endHelp(db, other, id)).rejects.toThrow(NotFound)
  await endHelp(db, colleague, id)
  await endHelp(db, sergeant, id)
  expect(await helpersOf(db, team.id)).toEqual([])
  expect((await offerHelp(db, colleague, team.id, key)).id).toBe(id)
  const again = await offerHelp(db, colleague, team.id, randomUUID())
  expect(again.id).not.toBe(id)
  await endHelp(db, sergeant, again.id)
  expect(await helpersOf(db, team.id)).toEqual([])
})
