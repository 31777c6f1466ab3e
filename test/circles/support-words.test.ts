/** What the pages of a support circle promise at the moment when somebody writes there. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { moveClock, now } from '../../src/clock.ts'
import type { SignedIn } from '../../src/actor.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { found, write } from './support-world.ts'

const HOUR = 3_600_000

let site: TestApp
let member: SignedIn
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  member = await makeStaff(site.world.db, 'PC Lee Ward', 'officer', await makeTeam(site.world.db, 'Bracebridge Heath'))
})
afterEach(() => moveClock(0))
afterAll(() => site?.close())

test('at night too what is written there is read at once, and waits for no moderator', async () => {
  const { db } = site.world
  const { owner } = await found(db, site.config, member)
  const { id, slug } = await write(db, owner)
  moveClock((26 - now().getUTCHours()) * HOUR)
  const { body } = await site.get(`/staff/posts/${id}-${slug}`, await site.cookieOf(member))
  expect(body).toContain('Everybody in the circle can read it at once')
  expect(body).not.toContain('press office just now')
})

test('they are found from Circles and Home by everybody who could be in one, in the same words whether they are in one or not', async () => {
  const { db } = site.world
  const people = {
    member,
    stranger: await makeStaff(db, 'Dana Price', 'press-office'),
    administrator: await makeStaff(db, 'Ash Reed', 'administrator'),
  }
  for (const path of ['/staff', '/staff/circles']) {
    const shows = async (person: SignedIn) => (await site.get(path, await site.cookieOf(person))).body.match(/<a href="\/staff\/support[^<]*<\/a>/g)
    expect(await shows(people.member)).toHaveLength(1)
    expect(await shows(people.stranger)).toEqual(await shows(people.member))
    expect(await shows(people.administrator)).toBeNull()
  }
})
