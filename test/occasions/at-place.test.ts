/** A place shows what is on there, and does not close over it. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callOffDate } from '../../src/events/dates.ts'
import { closePlace } from '../../src/places/keeping.ts'
import { places } from '../../src/places/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { planned } from '../events/event-world.ts'
import { makeKeepers, type Keepers } from '../places/place-world.ts'
import { openPlace } from '../places/presence-world.ts'

let site: TestApp
let keepers: Keepers

beforeAll(async () => {
  site = await openApp()
  keepers = await makeKeepers(site.world.db)
})
afterAll(() => site.close())

test('an event stands on its page and keeps it from closing until it is called off', async () => {
  const { db } = site.world
  const { officer } = keepers.people
  const { id } = await openPlace(db, keepers.team, 'Village Hall')
  const event = await planned(db, officer, keepers.team, { title: 'Bike marking', date: { placeId: id, venue: null } })
  const [place] = await db.select().from(places).where(eq(places.id, id))
  if (!place) throw new Error('no place')
  const page = async () => (await site.get(`/places/${place.slug}`)).body
  expect(await page()).toContain('Bike marking')
  const close = () => closePlace(db, officer, id, { because: 'The roof leaks.', version: place.version, clientKey: randomUUID() })
  await expect(close()).rejects.toMatchObject({ fields: { because: expect.stringContaining('People are still expected here') } })
  await callOffDate(db, officer, event.id, event.dates[0]?.id ?? 0, { because: 'The roof leaks.', rest: false })
  expect(await page()).toContain('Called off')
  await close()
  expect(await page()).toContain('Closed for good')
})
