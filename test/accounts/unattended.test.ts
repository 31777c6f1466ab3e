/** A page that lies open asks for what is new by itself. That keeps nobody signed in; whoever is there does. */
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sessions } from '../../src/accounts/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff } from '../people.ts'

const MINUTE = 60_000

let site: TestApp
beforeAll(async () => {
  site = await openApp()
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

test.each([
  ['a page that somebody opens', '/officers', {}, true],
  ['the same page when a script looks at it', '/officers', { 'x-unattended': 'yes' }, false],
  // It asks for a topic that there is not: the session is looked at all the same, and no stream stays open.
  ['the stream of signals', '/live?topics=nothing', {}, false],
])('%s', async (_what, url, headers, counts) => {
  const officer = await makeStaff(site.world.db, 'Dana Price', 'press-office')
  const cookie = await site.cookieOf(officer)
  const seenAt = async () => (await site.world.db.select().from(sessions).where(eq(sessions.accountId, officer.accountId)))[0]?.seenAt
  const begun = await seenAt()
  moveClock(11 * MINUTE)
  const answer = await site.app.inject({ url, headers: { cookie, ...headers } })
  expect(answer.statusCode).toBe(url === '/officers' ? 200 : 404)
  expect((await seenAt())?.getTime() !== begun?.getTime()).toBe(counts)
})
