/** Many forms at once, over HTTP. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUps } from '../../src/occasions/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { dateOf, makeDate } from './occasion-world.ts'

let crowd: TestApp

beforeAll(async () => {
  crowd = await openApp({ LIMIT_FACTOR: '100000' })
})
afterAll(() => crowd?.close())

test('200 at once take as many places as there are, each person once', { timeout: 90_000 }, async () => {
  const { db } = crowd.world
  const heath = await makeTeam(db, 'Waddington')
  const own = await makeStaff(db, 'PC New', 'officer', heath)
  const id = await makeDate(db, own, heath, { capacity: 60 })
  const people = await Promise.all(Array.from({ length: 20 }, () => makeResident(db, 'Mo')))
  const cookies = await Promise.all(people.map((person) => crowd.cookieOf(person)))
  // Each of twenty people ten times: two hundred forms, twenty sign-ups of four.
  const forms = Array.from({ length: 200 }, (_, nth) => cookies[nth % 20])
  const send = (as: string | undefined) => crowd.post(`/occasions/${id}/sign-up`, { people: '4' }, as)
  const first = await Promise.all(forms.map(async (as) => ({ as, code: (await send(as)).statusCode })))
  // A slow machine says that it is busy, and never anything else.
  expect(first.filter(({ code }) => code !== 303 && code !== 503)).toEqual([])
  for (const { as } of first.filter(({ code }) => code === 503)) expect((await send(as)).statusCode).toBe(303)
  expect(await dateOf(db, id)).toMatchObject({ takenCount: 60, waitingCount: 20 })
  expect(await db.select().from(signUps).where(eq(signUps.occasionId, id))).toHaveLength(20)
})
