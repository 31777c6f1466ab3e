import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { closeDatabase, openDatabase, type Database } from '../../src/database/database.ts'
import { ensureFollower, saveSettings, stopAll } from '../../src/following/follower.ts'
import { pushKeysOf } from '../../src/push/keys.ts'
import { deliverPushes, pushWhile } from '../../src/push/delivery.ts'
import { pushToFollower, pushToFollowers, sweepPushes } from '../../src/push/push.ts'
import { pushes, pushKeys, pushSubscriptions } from '../../src/push/schema.ts'
import { pushPanel, subscribe } from '../../src/push/subscription.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident } from '../people.ts'
import { openPushService, type Browser, type PushService } from './service.ts'

let site: TestApp
let db: Database
let config: Config
let service: PushService
let ann: SignedIn
let follower: number
let browser: Browser

const news = { key: 'mailing:1', title: 'Speed checks', body: 'Bracebridge Heath team', path: '/teams/bracebridge-heath/posts/1' }
const followerIdOf = (person: SignedIn): Promise<number> => db.transaction(async (tx) => (await ensureFollower(tx, person)).id)
const push = (key: string, more = {}) => db.transaction((tx) => pushToFollower(tx, follower, { ...news, ...more, key }))
const stored = () => db.select().from(pushes).orderBy(pushes.id)
const idsOf = async () => (await stored()).map(({ id }) => id)
const deliverAll = async () => deliverPushes(db, config, await idsOf())
/** The jobs that wait, each with its pushes and how many seconds it waits. */
const jobs = async () =>
  (
    await db.$client.query<{ ids: number[]; wait: number; priority: number }>(
      `select data->'ids' as ids, extract(epoch from start_after - created_on)::int as wait, priority from pgboss.job where name = 'push' order by start_after, id`,
    )
  ).rows
const subscription = async () => (await db.select().from(pushSubscriptions).where(eq(pushSubscriptions.endpoint, browser.endpoint)))[0]

beforeAll(async () => {
  service = await openPushService()
  site = await openApp({ PUSH_SERVICES: `fcm.googleapis.com,*.push.example.org,${service.origin}` })
  ;({ db } = site.world)
  ;({ config } = site)
})
afterAll(async () => {
  await site.close()
  await service.close()
})

beforeEach(async () => {
  service.taken.length = 0
  service.answer(201)
  pushWhile(async (_tx, causes) => new Set(causes))
  await db.delete(pushSubscriptions)
  await db.$client.query(`delete from pgboss.job where name = 'push'`)
  ann = await makeResident(db, 'Ann')
  follower = await followerIdOf(ann)
  browser = service.newBrowser()
  await subscribe(db, config, follower, { ...browser, device: 'Firefox on Android' })
})

describe('a push', () => {
  test('reaches the browser, and only the browser can read it', async () => {
    expect(await push('mailing:1', { urgent: true })).toBe(1)
    await deliverAll()
    const [taken] = service.taken
    if (!taken) throw new Error('nothing came')
    expect(taken.body.toString()).not.toContain('Speed checks')
    expect(browser.open(taken)).toEqual({ title: 'Speed checks', body: 'Bracebridge Heath team', path: news.path, tag: 'mailing:1' })
    expect(taken.headers).toMatchObject({ ttl: '86400', urgency: 'high', 'content-encoding': 'aes128gcm' })
    expect(taken.headers.authorization).toMatch(/^vapid t=.+, k=.+/)
    const claims = JSON.parse(Buffer.from(taken.headers.authorization?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
    expect(claims).toMatchObject({ aud: service.origin, sub: `mailto:${config.contactEmail}` })
    expect(await subscription()).toMatchObject({ failures: 0, lastSentAt: expect.any(Date) as Date })
  })

  test('is one push, however often it is caused and its job runs', async () => {
    const counts = await Promise.all([push('mailing:2'), push('mailing:2'), push('mailing:2')])
    expect(counts.reduce((all, one) => all + one)).toBe(1)
    const ids = await idsOf()
    await Promise.all([1, 2, 3].map(() => deliverPushes(db, config, ids)))
    await deliverPushes(db, config, ids)
    expect(service.taken).toHaveLength(1)
  })

  test('goes to every browser of the follower and to none of anybody else', async () => {
    const second = service.newBrowser()
    const others = service.newBrowser()
    await subscribe(db, config, follower, { ...second, device: 'Chrome on Windows' })
    await subscribe(db, config, await followerIdOf(await makeResident(db, 'Ben')), { ...others, device: 'Safari on iPhone' })
    expect(await push('mailing:3')).toBe(2)
    await deliverAll()
    const paths = service.taken.map(({ path }) => `${service.origin}${path}`)
    expect(paths.toSorted()).toEqual([browser.endpoint, second.endpoint].toSorted())
  })

  test('goes to nobody who asked us to stop everything', async () => {
    await stopAll(db, follower)
    expect(await push('mailing:3')).toBe(0)
  })

  test('is not stored when its cause fails', async () => {
    const failing = db.transaction(async (tx) => {
      await pushToFollower(tx, follower, news)
      throw new Error('the cause')
    })
    await expect(failing).rejects.toThrow('the cause')
    expect(await stored()).toEqual([])
  })

  test('keeps to what fits into a message', async () => {
    await push('mailing:4', { title: 'x'.repeat(5000), body: 'ü'.repeat(5000) })
    await deliverAll()
    expect(service.taken[0]?.body.length).toBeLessThan(4096)
  })

  test('is forgotten after a month', async () => {
    await push('mailing:5')
    await sweepPushes(db)
    expect(await stored()).toHaveLength(1)
    moveClock(31 * 86_400_000)
    await sweepPushes(db)
    moveClock(0)
    expect(await stored()).toEqual([])
  })
})

describe('a service that does not take it', () => {
  test.each([404, 410])('%i: the browser is gone, and nothing is sent to it again', async (status) => {
    service.answer(status)
    await push('mailing:1')
    await deliverAll()
    expect(await subscription()).toMatchObject({ endedBecause: 'gone', endedAt: expect.any(Date) as Date })
    expect(await push('mailing:2')).toBe(0)
    await deliverAll()
    expect(service.taken).toHaveLength(1)
  })

  test.each([429, 500, 503])('%i: it is tried again later, in a job of its own', async (status) => {
    const other = service.newBrowser()
    await subscribe(db, config, follower, { ...other, device: 'Chrome on Windows' })
    service.answer((path) => (browser.endpoint.endsWith(path) ? status : 201))
    await push('mailing:1')
    await deliverAll()
    expect(await jobs()).toMatchObject([{ ids: await idsOf() }, { ids: (await idsOf()).slice(0, 1), wait: 30 }])
    await deliverAll()
    expect((await jobs()).map(({ wait }) => wait)).toEqual([0, 30, 60])
    expect((await stored())[0]).toMatchObject({ sentAt: null, failedAt: null, attempts: 2, lastError: `the push service answered ${status}` })
    service.answer(201)
    await deliverAll()
    expect((await stored())[0]).toMatchObject({ attempts: 3, lastError: null, sentAt: expect.any(Date) as Date })
    expect(service.taken.filter(({ path }) => other.endpoint.endsWith(path))).toHaveLength(1)
    expect(await subscription()).toMatchObject({ failures: 0, endedAt: null })
  })

  test('a refusal is not tried again', async () => {
    service.answer(403)
    await push('mailing:1')
    await deliverAll()
    await deliverAll()
    expect(service.taken).toHaveLength(1)
    expect((await stored())[0]).toMatchObject({ failedAt: expect.any(Date) as Date })
  })

  test('a redirect is not followed', async () => {
    const elsewhere = await openPushService()
    for (const status of [301, 302, 307, 308]) {
      service.answer(status, { location: `${elsewhere.origin}/` })
      await push(`mailing:${status}`)
      await deliverAll()
    }
    expect(elsewhere.taken).toEqual([])
    expect(service.taken).toHaveLength(4)
    await elsewhere.close()
  })

  test('to the end: that push is given up, and counts once against the browser', async () => {
    service.answer(500)
    await push('mailing:1')
    for (let times = 0; times < 9; times++) await deliverAll()
    expect(service.taken).toHaveLength(7)
    expect((await stored())[0]).toMatchObject({ attempts: 7, failedAt: expect.any(Date) as Date })
    expect(await subscription()).toMatchObject({ failures: 1, endedAt: null })
  })

  test('after ten that were given up in a row a browser is given up; one success begins the count again', async () => {
    const fail = async (times: number) => {
      service.answer(400)
      for (let at = 0; at < times; at++) {
        await push(`mailing:${Math.random()}`)
        await deliverAll()
      }
    }
    await fail(9)
    service.answer(201)
    await push('mailing:1')
    await deliverAll()
    await fail(9)
    expect(await subscription()).toMatchObject({ failures: 9, endedAt: null })
    await fail(1)
    expect(await subscription()).toMatchObject({ failures: 10, endedBecause: 'failing' })
  })

  test('a service that the settings no longer name is not called', async () => {
    await push('mailing:1')
    const other = { ...config, push: { ...config.push, services: ['fcm.googleapis.com'] } }
    await deliverPushes(db, other, await idsOf())
    expect(service.taken).toEqual([])
    expect((await stored())[0]?.failedAt).not.toBeNull()
  })
})

describe('many at once', () => {
  test('are stored in one go, in jobs of a hundred; alerts first', async () => {
    await db.$client.query(
      `with made as (insert into followers (email) select 'many' || n || '@example.org' from generate_series(1, 249) n on conflict do nothing returning id)
       insert into push_subscriptions (follower_id, endpoint, p256dh, auth, device) select id, $1 || '/many/' || id, $2, $3, 'A phone' from made`,
      [service.origin, browser.p256dh, browser.auth],
    )
    const { rows } = await db.$client.query<{ id: string }>('select follower_id as id from push_subscriptions')
    const all = rows.map(({ id }) => Number(id))
    expect(await db.transaction((tx) => pushToFollowers(tx, all, { ...news, urgent: true }))).toBe(250)
    expect(await db.transaction((tx) => pushToFollowers(tx, all, news))).toBe(0)
    expect((await jobs()).map(({ ids, priority }) => [ids.length, priority]).toSorted(([one = 0], [other = 0]) => other - one)).toEqual([
      [100, 10],
      [100, 10],
      [50, 10],
    ])
    for (const { ids } of await jobs()) await deliverPushes(db, config, ids)
    expect(service.taken).toHaveLength(250)
    expect(service.most).toBeGreaterThan(1)
    expect(service.most).toBeLessThanOrEqual(10)
  })
})

describe('a push that waits', () => {
  const hourNow = Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' }).format(new Date()))
  const quietNow = { quiet: { from: hourNow, until: (hourNow + 3) % 24 }, wantsAlerts: true, byMail: false }

  test('in quiet hours comes after them; an alert does not wait', async () => {
    await saveSettings(db, follower, quietNow)
    await push('mailing:1')
    await push('mailing:2', { urgent: true })
    const [alert, quiet] = await jobs()
    expect(alert?.wait).toBe(0)
    expect(quiet?.wait).toBeGreaterThan(3600)
    expect(quiet?.wait).toBeLessThanOrEqual(3 * 3600)
  })

  test('is not sent to one who asked meanwhile to be told nothing', async () => {
    await push('mailing:1')
    await stopAll(db, follower)
    await deliverAll()
    expect(service.taken).toEqual([])
  })

  test('is not shown to whoever began in the same browser since', async () => {
    await push('mailing:1')
    moveClock(1000)
    await subscribe(db, config, await followerIdOf(await makeResident(db, 'Ben')), { ...browser, device: 'Firefox on Android' })
    moveClock(0)
    await deliverAll()
    expect(service.taken).toEqual([])
  })

  test('is called off when what it tells of does not stand any more', async () => {
    pushWhile(async (_tx, causes) => new Set(causes.filter((cause) => cause !== 'mailing:1')))
    await push('mailing:1')
    await push('mailing:2')
    await deliverAll()
    pushWhile(async (_tx, causes) => new Set(causes))
    await deliverAll()
    expect(service.taken.map((taken) => browser.open(taken)['tag'])).toEqual(['mailing:2'])
    expect((await stored())[0]).toMatchObject({ lastError: 'called off', failedAt: expect.any(Date) as Date })
    expect(await subscription()).toMatchObject({ failures: 0 })
  })
})

describe('the keys of the site', () => {
  test('are made once, whoever asks first', async () => {
    const pools = Array.from({ length: 4 }, () => openDatabase(site.world.connection, 1))
    await db.delete(pushKeys)
    const pairs = await Promise.all(pools.map((pool) => pushKeysOf(pool, config)))
    await Promise.all(pools.map(closeDatabase))
    expect(new Set(pairs.map(({ privateKey }) => privateKey)).size).toBe(1)
    expect(await db.select().from(pushKeys)).toHaveLength(1)
  })

  test('come from the settings where these give them', async () => {
    const keys = { publicKey: 'public', privateKey: 'private' }
    expect(await pushKeysOf(db, { push: { keys, services: [] } })).toBe(keys)
  })

  test('the private one is on no page', async () => {
    const { privateKey } = await pushKeysOf(db, config)
    expect(JSON.stringify(await pushPanel(db, config, follower))).not.toContain(privateKey)
  })
})
