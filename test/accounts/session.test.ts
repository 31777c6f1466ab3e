import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  endAllSessions,
  endSession,
  readSession,
  sessionCookie,
  sessionsOf,
  signInActor,
  signOut,
  sweepSessions,
} from '../../src/accounts/session.ts'
import { deviceOf } from '../../src/accounts/device.ts'
import { accounts, roleGrants, sessions } from '../../src/accounts/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { NotFound } from '../../src/errors.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const PHONE = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

const seenAt = async (accountId: number): Promise<Date | undefined> =>
  (await world.db.select({ seenAt: sessions.seenAt }).from(sessions).where(eq(sessions.accountId, accountId)))[0]?.seenAt

describe('a session', () => {
  test('knows its account and its duties, and stores no token', async () => {
    const team = await makeTeam(world.db, 'Bracebridge Heath')
    const officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
    const token = await signInActor(world.db, officer.accountId, PHONE)
    const session = await readSession(world.db, token)
    expect(session?.actor).toEqual({ ...officer, unread: 0, circles: [], organisation: null })
    const stored = JSON.stringify(await world.db.select().from(sessions).where(eq(sessions.accountId, officer.accountId)))
    expect(stored).not.toContain(token)
    expect(stored).toContain('Firefox on Android')
  })

  test('is read in one round trip, and reading writes nothing', async () => {
    const { accountId } = await makeResident(world.db, 'Pat')
    const token = await signInActor(world.db, accountId, PHONE)
    await readSession(world.db, token)
    const asked = vi.spyOn(world.db.$client, 'query')
    await readSession(world.db, token)
    const statements = asked.mock.calls.map(([statement]) => JSON.stringify(statement))
    asked.mockRestore()
    expect(statements).toHaveLength(1)
    expect(statements[0]).toContain('read_session')
  })

  test('of an unknown, empty or hostile token is none, without asking the database', async () => {
    for (const token of ['', 'x', "' or 1=1 --", 'a'.repeat(4000), 'A'.repeat(40), '\0'.repeat(40)])
      expect(await readSession(world.db, token)).toBeNull()
    expect(await readSession(world.db, 'a'.repeat(40))).toBeNull()
  })

  test('a role that was ended, is not confirmed, or has expired gives no duty and takes the rank away', async () => {
    const officer = await makeStaff(world.db, 'PC Ruth Okafor', 'press-office')
    const token = await signInActor(world.db, officer.accountId, PHONE)
    const change = async (set: Partial<typeof roleGrants.$inferInsert>) => {
      await world.db
        .update(roleGrants)
        .set({ endedAt: null, confirmedAt: now(), expiresAt: new Date(Date.now() + DAY), ...set })
        .where(eq(roleGrants.accountId, officer.accountId))
      return (await readSession(world.db, token))?.actor
    }
    expect((await change({}))?.duties).toHaveLength(1)
    for (const set of [{ endedAt: now() }, { confirmedAt: null, confirmedBy: null }, { expiresAt: now() }]) {
      const actor = await change(set)
      expect(actor?.duties).toEqual([])
      expect(actor?.displayName).toBeNull()
    }
    expect((await change({}))?.displayName).toBe('PC Ruth Okafor')
  })
})

describe('the end of a session', () => {
  test('comes after 14 idle days for a resident', async () => {
    const { accountId } = await makeResident(world.db, 'Pat')
    const token = await signInActor(world.db, accountId, PHONE)
    moveClock(14 * DAY - MINUTE)
    expect(await readSession(world.db, token)).not.toBeNull()
    moveClock(14 * DAY + MINUTE)
    expect(await readSession(world.db, token)).toBeNull()
  })

  test('comes after 90 days however busy it was', async () => {
    const { accountId } = await makeResident(world.db, 'Pat')
    const token = await signInActor(world.db, accountId, PHONE)
    for (let day = 0; day < 80; day += 10) {
      moveClock(10 * DAY)
      expect(await readSession(world.db, token)).not.toBeNull()
    }
    moveClock(9 * DAY)
    expect(await readSession(world.db, token)).not.toBeNull()
    moveClock(DAY + MINUTE)
    expect(await readSession(world.db, token)).toBeNull()
  })

  test('comes after 12 idle hours or 7 days for staff', async () => {
    const press = await makeStaff(world.db, 'Ruth Okafor', 'press-office')
    const idle = await signInActor(world.db, press.accountId, PHONE)
    moveClock(12 * HOUR + MINUTE)
    expect(await readSession(world.db, idle)).toBeNull()
    const busy = await signInActor(world.db, press.accountId, PHONE)
    for (let hours = 0; hours < 6 * 24; hours += 8) {
      moveClock(8 * HOUR)
      expect(await readSession(world.db, busy)).not.toBeNull()
    }
    for (let hours = 0; hours < 18; hours += 6) {
      moveClock(6 * HOUR)
      expect(await readSession(world.db, busy)).not.toBeNull()
    }
    moveClock(6 * HOUR)
    moveClock(MINUTE)
    expect(await readSession(world.db, busy)).toBeNull()
  })

  test('is not put off by a page that lies open and asks by itself', async () => {
    const press = await makeStaff(world.db, 'Ruth Okafor', 'press-office')
    const token = await signInActor(world.db, press.accountId, PHONE)
    const begun = await seenAt(press.accountId)
    for (let hours = 0; hours < 11; hours++) {
      moveClock(HOUR)
      expect(await readSession(world.db, token, { quietly: true })).not.toBeNull()
    }
    expect(await seenAt(press.accountId)).toEqual(begun)
    moveClock(HOUR)
    expect(await readSession(world.db, token, { quietly: true })).toBeNull()
  })

  test('being seen is written at most every ten minutes', async () => {
    const { accountId } = await makeResident(world.db, 'Pat')
    const token = await signInActor(world.db, accountId, PHONE)
    const begun = await seenAt(accountId)
    moveClock(9 * MINUTE)
    await readSession(world.db, token)
    expect(await seenAt(accountId)).toEqual(begun)
    moveClock(2 * MINUTE)
    await Promise.all([1, 2, 3, 4].map(() => readSession(world.db, token)))
    const later = await seenAt(accountId)
    expect(later?.getTime()).toBeGreaterThan((begun?.getTime() ?? 0) + 10 * MINUTE)
  })

  test('can be brought about for one device, for this one, and for all', async () => {
    const pat = await makeResident(world.db, 'Pat')
    const other = await makeResident(world.db, 'Sam')
    const [phone, laptop, foreign] = [
      await signInActor(world.db, pat.accountId, PHONE),
      await signInActor(world.db, pat.accountId, undefined),
      await signInActor(world.db, other.accountId, PHONE),
    ]
    const devices = await sessionsOf(world.db, pat)
    expect(devices.map((device) => device.device).toSorted()).toEqual(['A device we do not know', 'Firefox on Android'])
    const key = (await readSession(world.db, phone))?.key ?? ''
    await expect(endSession(world.db, other, key)).rejects.toThrow(NotFound)
    for (const bad of ['', '%', '________________', key.slice(0, 15), `${key}0`, key.toUpperCase() === key ? 'z' : key.toUpperCase()])
      await expect(endSession(world.db, pat, bad)).rejects.toThrow(NotFound)
    await endSession(world.db, pat, key)
    expect(await readSession(world.db, phone)).toBeNull()
    expect(await readSession(world.db, laptop)).not.toBeNull()
    await endAllSessions(world.db, pat)
    expect(await readSession(world.db, laptop)).toBeNull()
    expect(await readSession(world.db, foreign)).not.toBeNull()
    await signOut(world.db, foreign)
    expect(await readSession(world.db, foreign)).toBeNull()
  })

  test('is swept away afterwards, and only then', async () => {
    await world.db.delete(sessions)
    const { accountId } = await makeResident(world.db, 'Pat')
    await signInActor(world.db, accountId, PHONE)
    moveClock(13 * DAY)
    await sweepSessions(world.db)
    expect(await world.db.$count(sessions)).toBe(1)
    moveClock(2 * DAY)
    await sweepSessions(world.db)
    expect(await world.db.$count(sessions)).toBe(0)
  })
})

test('the cookie is for this host alone on https', () => {
  expect(sessionCookie(true, 'abc')).toMatch(/^__Host-blue-lamp=abc; HttpOnly; Max-Age=7776000; Path=\/; SameSite=Lax; Secure$/)
  expect(sessionCookie(false, 'abc')).toMatch(/^blue-lamp=abc; HttpOnly; Max-Age=7776000; Path=\/; SameSite=Lax$/)
  expect(sessionCookie(true, null)).toContain('Max-Age=0')
})

test.each([
  [PHONE, 'Firefox on Android'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1',
    'Chrome on iPhone',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0', 'Edge on Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'Safari on Mac'],
  [
    'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36',
    'Samsung Internet on Android',
  ],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36', 'Chrome on Chromebook'],
  ['curl/8.5', 'A device we do not know'],
  ['<script>alert(1)</script>', 'A device we do not know'],
])('the device of %s', (agent, name) => {
  expect(deviceOf(agent)).toBe(name)
})

test('an account without grants costs no name', async () => {
  const { accountId } = await makeResident(world.db, 'Pat')
  await world.db
    .update(accounts)
    .set({ publishedCount: sql`${accounts.publishedCount} + 1` })
    .where(eq(accounts.id, accountId))
  const session = await readSession(world.db, await signInActor(world.db, accountId, PHONE))
  expect(session?.actor).toMatchObject({ displayName: 'Pat', publishedCount: 11, duties: [] })
})
