/**
 * Settings by the link of a mail, without signing in, and the same with an account; unsubscribing by one click.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { follow } from '../../src/following/follow.ts'
import { settingsLink, tokenOf, unsubscribeLink, type Follower } from '../../src/following/link.ts'
import { followers, followRequests, follows } from '../../src/following/schema.ts'
import { thingOf } from '../../src/following/subject.ts'
import { mails } from '../../src/mail/schema.ts'
import { sendMail } from '../../src/mail/mail.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let maureen: SignedIn
let follower: Follower
let followId: number
let base: string
let stop: string

beforeAll(async () => {
  site = await openApp()
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
})
afterAll(() => site?.close())
beforeEach(async () => {
  const { db } = site.world
  maureen = await makeResident(db, 'Maureen T')
  for (const subject of [{ kind: 'force' }, { kind: 'team', id: team.id }] as const) {
    followId = (await follow(db, maureen, await thingOf(db, 'Lincolnshire Police', subject), { rhythm: 'daily' })).id
  }
  follower = await now()
  base = new URL(settingsLink(site.config, follower)).pathname
  stop = new URL(unsubscribeLink(site.config, follower, followId)).pathname
})

const now = async (): Promise<Follower> => {
  const [row] = await site.world.db.select().from(followers).where(eq(followers.accountId, maureen.accountId))
  if (!row) throw new Error('no follower')
  return row
}
const keysNow = async (): Promise<string[]> => {
  const rows = await site.world.db.select().from(follows).where(eq(follows.followerId, follower.id)).orderBy(follows.id)
  return rows.map(({ key }) => key)
}
const fromElsewhere = (url: string, payload: string, type = 'application/x-www-form-urlencoded') =>
  site.app.inject({
    method: 'POST',
    url,
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://mail.example.com', 'content-type': type },
    payload,
  })

describe('with the link of a mail', () => {
  test('all that is followed is there, and of the mailbox no more than its owner knows it by', async () => {
    const page = await site.get(base)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Bracebridge Heath team')
    expect(page.body).toContain('All of Lincolnshire Police')
    expect(page.body).toContain(`${maureen.email[0]}…@example.org`)
    expect(page.body).not.toContain(maureen.email)
    expect(page.headers).toMatchObject({ 'referrer-policy': 'same-origin', 'x-robots-tag': 'noindex', 'cache-control': 'private, no-store' })
  })

  test('a postcode is not shown whole to whoever holds a link, and stays as it is when the form comes back so', async () => {
    const { db } = site.world
    await db.update(follows).set({ postcode: 'LN42LE' }).where(eq(follows.id, followId))
    const stored = async () => (await db.select().from(follows).where(eq(follows.id, followId)))[0]
    for (const page of [await site.get(base), await site.get(`${base}/follows/${followId}`)]) {
      expect(page.body).toContain('LN4 …')
      expect(page.body).not.toMatch(/LN4\s?2LE/)
    }
    expect((await site.get(`/following/follows/${followId}`, await site.cookieOf(maureen))).body).toContain('LN4 2LE')
    await site.post(`${base}/follows/${followId}`, { rhythm: 'weekly', postcode: 'LN4 …' })
    expect(await stored()).toMatchObject({ rhythm: 'weekly', postcode: 'LN42LE' })
    await site.post(`${base}/follows/${followId}`, { rhythm: 'weekly', postcode: '' })
    expect((await stored())?.postcode).toBeNull()
  })

  test('each setting is changed without signing in', async () => {
    const changed = await site.post(`${base}/follows/${followId}`, { rhythm: 'weekly', postcode: '' })
    expect(changed.headers['location']).toBe(`${base}?done=follow-changed`)
    expect((await now()).weeklyDueAt).not.toBeNull()
    await site.post(`${base}/settings`, { mail: 'yes', from: '22', until: '7' })
    expect(await now()).toMatchObject({ byMail: true, wantsAlerts: false, quietFrom: 22, quietUntil: 7 })
    expect((await site.get(base)).body).toContain('from 10pm until 7am')
    await site.post(`${base}/settings`, { alerts: 'yes', from: '', until: '' })
    expect(await now()).toMatchObject({ byMail: false, wantsAlerts: true, quietFrom: null, quietUntil: null })
    await site.post(`${base}/stop`, {})
    expect(await now()).toMatchObject({ stoppedBecause: 'asked' })
    expect((await site.get(base)).body).toContain('You asked us to stop')
    await site.post(`${base}/start`, {})
    expect(await now()).toMatchObject({ stoppedAt: null })
    await site.post(`${base}/follows/${followId}/end`, {})
    await site.post(`${base}/follows/${followId}/end`, {})
    expect(await keysNow()).toEqual(['force'])
  })

  test.each([
    [{ from: '22', until: '' }, 'Choose when the quiet hours end'],
    [{ from: '', until: '7' }, 'Choose when the quiet hours begin'],
    [{ from: '7', until: '7' }, 'must end at another hour'],
    [{ from: '24', until: '7' }, 'Choose an hour'],
    [{ from: '-1', until: '7' }, 'Choose an hour'],
    [{ from: '6.5', until: '7' }, 'Choose an hour'],
  ])('quiet hours %o are refused', async (hours, message) => {
    const answer = await site.post(`${base}/settings`, { mail: 'yes', ...hours })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(message)
    expect(await now()).toMatchObject({ quietFrom: null, quietUntil: null })
  })

  test('the follow of somebody else does not exist', async () => {
    const other = await makeResident(site.world.db, 'Colin B')
    const theirs = await follow(site.world.db, other, await thingOf(site.world.db, 'F', { kind: 'force' }), { rhythm: 'daily' })
    expect((await site.get(`${base}/follows/${theirs.id}`)).statusCode).toBe(404)
    expect((await site.post(`${base}/follows/${theirs.id}`, { rhythm: 'weekly', postcode: '' })).statusCode).toBe(404)
    await site.post(`${base}/follows/${theirs.id}/end`, {})
    expect(await site.world.db.select().from(follows).where(eq(follows.id, theirs.id))).toMatchObject([{ rhythm: 'daily' }])
  })

  test('old links can be ended; this browser goes on with the new one', async () => {
    const { email } = follower
    await site.world.db
      .insert(followRequests)
      .values({ email, key: 'force', rhythm: 'daily', tokenHash: randomUUID(), expiresAt: new Date(Date.now() + 1e6) })
    const ended = await site.post(`${base}/links/end`, {})
    for (const old of [base, stop]) expect((await site.get(old)).statusCode).toBe(404)
    expect((await fromElsewhere(stop, 'List-Unsubscribe=One-Click')).statusCode).toBe(404)
    expect(await keysNow()).toHaveLength(2)
    expect((await site.get(String(ended.headers['location']))).statusCode).toBe(200)
    expect(await site.world.db.select().from(followRequests).where(eq(followRequests.email, email))).toEqual([])
  })

  test('everything is deleted when they say so, also what waits to be sent', async () => {
    const { id, email } = follower
    await site.world.db.transaction((tx) => sendMail(tx, { key: randomUUID(), to: email, subject: 'News', text: 'News', followerId: id, bulk: true }))
    expect((await site.post(`${base}/deletion`, {})).statusCode).toBe(303)
    expect(await site.world.db.select().from(followers).where(eq(followers.id, id))).toEqual([])
    expect(await site.world.db.select().from(follows).where(eq(follows.followerId, id))).toEqual([])
    expect(await site.world.db.select().from(mails).where(eq(mails.followerId, id))).toEqual([])
    expect((await site.get(base)).statusCode).toBe(404)
  })

  test.each(['x', 'A'.repeat(64), 'A'.repeat(1500)])('a made-up link opens nothing: %s', async (token) => {
    const acts = ['', '/settings', '/follows/1', '/unsubscribe']
    for (const act of acts) expect((await site.get(`/following/${token}${act}`)).statusCode, act).toBe(404)
    for (const act of ['/stop', '/start', '/deletion', '/links/end', '/settings', '/follows/1/end', '/unsubscribe'])
      expect((await site.post(`/following/${token}${act}`, {})).statusCode, act).toBe(404)
  })

  test('a form of another site changes nothing', async () => {
    for (const act of ['/stop', '/deletion', '/links/end', '/settings', `/follows/${followId}/end`, `/follows/${followId}`])
      expect((await fromElsewhere(`${base}${act}`, 'rhythm=weekly')).statusCode, act).toBe(403)
    expect(await keysNow()).toHaveLength(2)
    expect(await now()).toMatchObject({ stoppedAt: null, tokenVersion: 1 })
  })
})

describe('unsubscribing', () => {
  test('opening the link asks, and changes nothing', async () => {
    const page = await site.get(stop)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('You follow the Bracebridge Heath team')
    expect(await keysNow()).toHaveLength(2)
  })

  test.each([
    ['a form', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    ['in parts', '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n', 'multipart/form-data; boundary=x'],
  ])('one click in a mail program stops it at once, and again changes nothing: %s', async (_name, payload, type) => {
    for (let click = 0; click < 2; click++) {
      const answer = await fromElsewhere(stop, payload, type)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['content-type']).toContain('text/plain')
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect(await keysNow()).toEqual(['force'])
    expect(await now()).toMatchObject({ stoppedAt: null })
  })

  test('one click on a link that names no follow stops everything', async () => {
    await fromElsewhere(`/following/${tokenOf(site.config.secret, follower, null)}/unsubscribe`, 'List-Unsubscribe=One-Click')
    expect(await now()).toMatchObject({ stoppedBecause: 'asked' })
    expect(await keysNow()).toHaveLength(2)
  })

  test('the buttons stop this one, or everything', async () => {
    expect((await site.post(stop, {})).headers['location']).toContain('done=follow-stopped')
    expect(await keysNow()).toEqual(['force'])
    expect((await site.post(stop, { what: 'all' })).headers['location']).toContain('done=follow-all-stopped')
    expect(await now()).toMatchObject({ stoppedBecause: 'asked' })
  })

  test('a link that is worth nothing gets a plain sentence', async () => {
    const answer = await fromElsewhere(`/following/${'A'.repeat(64)}/unsubscribe`, 'List-Unsubscribe=One-Click')
    expect(answer.statusCode).toBe(404)
    expect(answer.body).toBe('This link does not work.\n')
  })
})

describe('with an account', () => {
  test('the same pages, at their own address', async () => {
    const cookie = await site.cookieOf(maureen)
    const page = await site.get('/following', cookie)
    expect(page.body).toContain('Bracebridge Heath team')
    await site.post('/following/settings', { mail: 'yes', from: '23', until: '6' }, cookie)
    expect(await now()).toMatchObject({ quietFrom: 23 })
    await site.post(`/following/follows/${followId}/end`, {}, cookie)
    expect(await keysNow()).toEqual(['force'])
    const other = await site.cookieOf(await makeResident(site.world.db, 'Colin B'))
    expect((await site.get('/following', other)).body).toContain('You follow nothing yet')
    expect((await site.get('/following/settings', other)).statusCode).toBe(404)
  })

  test('following a thing from its page, changing it, and stopping', async () => {
    const cookie = await site.cookieOf(maureen)
    await site.post('/follow/force', { act: 'stop' }, cookie)
    expect(await keysNow()).toEqual([`team:${team.id}`])
    await site.post('/follow/force', { act: 'stop' }, cookie)
    const page = await site.get('/follow/force', cookie)
    expect(page.body).not.toContain('name="email"')
    await site.post('/follow/force', { rhythm: 'instant', alerts: 'yes' }, cookie)
    expect(await now()).toMatchObject({ wantsAlerts: true })
    expect((await site.get('/follow/force', cookie)).body).toContain('You follow it now.')
    expect((await site.post('/follow/force', { rhythm: 'hourly' }, cookie)).statusCode).toBe(422)
  })
})

describe('the page behind “Follow”', () => {
  test('says how many follow only when they are ten or more', async () => {
    const lone = await makeTeam(site.world.db, 'Lone Town')
    const thing = await thingOf(site.world.db, 'F', { kind: 'team', id: lone.id })
    for (let number = 1; number <= 10; number++) {
      expect((await site.get('/follow/lone-town')).body).not.toContain('people follow')
      await follow(site.world.db, await makeResident(site.world.db, 'R'), thing, { rhythm: 'daily' })
    }
    expect((await site.get('/follow/lone-town')).body).toContain('10 people follow this team')
  })

  test.each(['/follow/no-such-team', '/follow/tags/unused', '/follow/conversations/999', '/follow/conversations/x', '/follow/places/nowhere'])(
    '%s does not exist',
    async (path) => {
      expect((await site.get(path)).statusCode).toBe(404)
      expect((await site.post(path, { email: 'a@example.org', rhythm: 'daily' })).statusCode).toBe(404)
    },
  )

  test('no page of it ever shows the mailbox of anybody', async () => {
    const pages = ['/follow/force', '/follow/bracebridge-heath', base, `${base}/settings`, `${base}/follows/${followId}`, stop]
    const everybody = await site.world.db.select({ email: followers.email }).from(followers)
    for (const path of pages) {
      for (const cookie of [undefined, await site.cookieOf(await makeResident(site.world.db, 'Colin B'))]) {
        const { body } = await site.get(path, cookie)
        expect(
          everybody.filter(({ email }) => body.includes(email)),
          path,
        ).toEqual([])
      }
    }
  })
})
