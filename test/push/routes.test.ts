import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import type { Database } from '../../src/database/database.ts'
import { ensureFollower, followerByEmail } from '../../src/following/follower.ts'
import { settingsLink } from '../../src/following/link.ts'
import { followers } from '../../src/following/schema.ts'
import { pushSubscriptions } from '../../src/push/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident } from '../people.ts'
import { browserOf } from './service.ts'

let site: TestApp
let db: Database
let ann: SignedIn
let cookie: string
beforeAll(async () => {
  site = await openApp({ PUSH_SERVICES: 'push.example.org,*.push.example.org' })
  ;({ db } = site.world)
})
afterAll(() => site.close())
beforeEach(async () => {
  ann = await makeResident(db, 'Ann')
  cookie = await site.cookieOf(ann)
})

const formOf = (endpoint = `https://push.example.org/${Math.random()}`) => {
  const { p256dh, auth } = browserOf(endpoint)
  return { endpoint, p256dh, auth }
}
const liveOf = async (person: { email: string }) => {
  const rows = await db
    .select({ id: pushSubscriptions.id, endpoint: pushSubscriptions.endpoint, endedAt: pushSubscriptions.endedAt })
    .from(pushSubscriptions)
    .innerJoin(followers, eq(followers.id, pushSubscriptions.followerId))
    .where(eq(followers.email, person.email))
    .orderBy(pushSubscriptions.id)
  return rows.filter(({ endedAt }) => endedAt === null)
}
const tokenOf = async (person: SignedIn) => {
  const follower = await db.transaction((tx) => ensureFollower(tx, person))
  return settingsLink(site.config, follower).split('/').at(-1) ?? ''
}

describe('a browser that asks to be told', () => {
  test('is taken by form and as the browser says itself, once, and stands on the page of the devices', async () => {
    const form = formOf()
    const taken = await site.post('/push-subscriptions', form, cookie)
    expect([taken.statusCode, taken.headers.location]).toEqual([303, '/following/devices?done=push-on'])
    const { endpoint, ...keys } = form
    const json = await site.app.inject({
      method: 'POST',
      url: '/push-subscriptions',
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'x-sent-by': 'script' },
      payload: { endpoint, expirationTime: null, keys },
    })
    expect([json.statusCode, json.headers['hx-redirect']]).toEqual([200, '/following/devices?done=push-on'])
    expect(await liveOf(ann)).toHaveLength(1)
    const page = (await site.get('/following/devices', cookie)).body
    expect(page).toContain('A device we do not know')
    expect(page).not.toContain(endpoint)
    expect(page).not.toContain(form.auth)
  })

  test('many times at once is one, and nobody has more than ten', async () => {
    const form = formOf()
    await Promise.all([1, 2, 3, 4].map(() => site.post('/push-subscriptions', form, cookie)))
    expect(await liveOf(ann)).toHaveLength(1)
    const answers = await Promise.all(Array.from({ length: 14 }, () => site.post('/push-subscriptions', formOf(), cookie)))
    expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(9)
    expect(answers.find(({ statusCode }) => statusCode === 422)?.body).toContain('10 devices already')
    expect(await liveOf(ann)).toHaveLength(10)
    expect((await site.post('/push-subscriptions', form, cookie)).statusCode).toBe(303)
  })

  test('goes with whoever asked last in it', async () => {
    const form = formOf()
    await site.post('/push-subscriptions', form, cookie)
    const ben = await makeResident(db, 'Ben')
    await site.post('/push-subscriptions', form, await site.cookieOf(ben))
    expect([await liveOf(ann), await liveOf(ben)].map(({ length }) => length)).toEqual([0, 1])
  })

  test.each([
    ['a private address', { endpoint: 'https://127.0.0.1/x' }],
    ['where the machine keeps its secrets', { endpoint: 'http://169.254.169.254/latest/meta-data/' }],
    ['another host', { endpoint: 'https://evil.org/x' }],
    ['no address', { endpoint: 'x' }],
    ['no key', { p256dh: '' }],
    ['a key that is no point of the curve', { p256dh: Buffer.alloc(65, 4).toString('base64url') }],
    ['half a secret', { auth: 'abc' }],
    ['something endless', { endpoint: `https://push.example.org/${'x'.repeat(5000)}` }],
  ])('%s is refused', async (_what, wrong) => {
    const answer = await site.post('/push-subscriptions', { ...formOf(), ...wrong }, cookie)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('data-trouble')
    expect(await liveOf(ann)).toEqual([])
  })

  test('is nobody’s without an account or a link, and no other site can send it', async () => {
    expect((await site.post('/push-subscriptions', formOf())).statusCode).toBe(403)
    expect((await site.post('/push-subscriptions', { ...formOf(), token: 'x'.repeat(64) })).statusCode).toBe(404)
    const foreign = await site.app.inject({
      method: 'POST',
      url: '/push-subscriptions',
      headers: { cookie, 'sec-fetch-site': 'cross-site' },
      payload: formOf(),
    })
    expect(foreign.statusCode).toBe(403)
    expect(await db.$count(pushSubscriptions, eq(pushSubscriptions.endpoint, 'x'))).toBe(0)
  })

  test('needs no account with the link of a mail', async () => {
    const follower = await db.transaction((tx) => followerByEmail(tx, `${randomUUID()}@example.org`))
    const token = settingsLink(site.config, follower).split('/').at(-1) ?? ''
    const answer = await site.post('/push-subscriptions', { ...formOf(), token })
    expect(answer.headers.location).toBe(`/following/${token}/devices?done=push-on`)
    const [row] = await liveOf(follower)
    const page = await site.get(`/following/${token}/devices`)
    expect(page.body).toContain('A device we do not know')
    expect(page.headers['cache-control']).toContain('no-store')
    expect(page.headers['referrer-policy']).toBe('same-origin')
    await site.post('/push-subscriptions/end', { id: String(row?.id), token })
    expect(await liveOf(follower)).toEqual([])
    expect((await site.get(`/following/${'x'.repeat(64)}/devices`)).statusCode).toBe(404)
  })

  test('needs the account where there is one: whoever was sent on a mail is not told what concerns it', async () => {
    const token = await tokenOf(ann)
    const ben = await site.cookieOf(await makeResident(db, 'Ben'))
    for (const as of [undefined, ben]) {
      expect((await site.get(`/following/${token}/devices`, as)).body).not.toContain('data-push-begin')
      expect((await site.post('/push-subscriptions', { ...formOf(), token }, as)).statusCode).toBe(403)
    }
    expect(await liveOf(ann)).toEqual([])
    expect((await site.get(`/following/${token}/devices`, cookie)).body).toContain('data-push-begin')
    expect((await site.post('/push-subscriptions', { ...formOf(), token }, cookie)).statusCode).toBe(303)
    const [row] = await liveOf(ann)
    expect((await site.post('/push-subscriptions/end', { id: String(row?.id), token })).statusCode).toBe(303)
    expect(await liveOf(ann)).toEqual([])
  })
})

describe('ending', () => {
  test('one’s own, twice the same as once; nobody else’s', async () => {
    await site.post('/push-subscriptions', formOf(), cookie)
    const [row] = await liveOf(ann)
    const ben = await makeResident(db, 'Ben')
    expect((await site.post('/push-subscriptions/end', { id: String(row?.id) }, await site.cookieOf(ben))).statusCode).toBe(404)
    expect((await site.post('/push-subscriptions/end', { id: String(row?.id), token: await tokenOf(ben) }, cookie)).statusCode).toBe(404)
    expect((await site.post('/push-subscriptions/end', { id: String(row?.id) })).statusCode).toBe(403)
    expect(await liveOf(ann)).toHaveLength(1)
    const end = () => site.post('/push-subscriptions/end', { id: String(row?.id) }, cookie)
    expect([(await end()).statusCode, (await end()).statusCode]).toEqual([303, 303])
    expect(await liveOf(ann)).toEqual([])
  })
})
