/**
 * Following by email without an account, over HTTP: the mail is read back from the table and its link followed.
 */
import { randomUUID } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { accounts } from '../../src/accounts/schema.ts'
import { followers, followCounts, followRequests, follows } from '../../src/following/schema.ts'
import { sweepFollowRequests } from '../../src/following/sweep.ts'
import { mails } from '../../src/mail/schema.ts'
import { postcodes } from '../../src/geography/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
const DAY = 86_400_000

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  await site.world.db.insert(postcodes).values({ key: 'LN42LE', lat: 53.19, lng: -0.53, quality: 1, source: 'test' })
})
afterAll(() => site?.close())
afterEach(async () => {
  moveClock(0)
  await site.world.db.delete(followers)
  await site.world.db.$client.query('delete from rate_limits')
})

const newEmail = () => `${randomUUID().slice(0, 8)}@example.org`
const ask = (email: string, form: Record<string, string> = {}, path = '/follow/bracebridge-heath') =>
  site.post(path, { email, rhythm: 'daily', postcode: '', ...form })

const mailsTo = (email: string) => site.world.db.select().from(mails).where(eq(mails.to, email)).orderBy(desc(mails.id))

async function linkTo(email: string): Promise<string> {
  const [mail] = await mailsTo(email)
  const [link = ''] = /https?:\S+\/follow\/confirm\/[\w-]+/.exec(mail?.text ?? '') ?? []
  expect(link).not.toBe('')
  return new URL(link).pathname
}

const followerWith = async (email: string) => (await site.world.db.select().from(followers).where(eq(followers.email, email)))[0]
const followsWith = async (email: string) => {
  const follower = await followerWith(email)
  return follower ? site.world.db.select().from(follows).where(eq(follows.followerId, follower.id)) : []
}

test('asking, opening the link, and pressing its button', async () => {
  const email = newEmail()
  const asked = await ask(email.toUpperCase(), { rhythm: 'weekly', alerts: 'yes', postcode: 'ln4 2le' })
  expect(asked.statusCode).toBe(200)
  expect(asked.body).toContain('Check your email')
  expect(await followerWith(email)).toBeUndefined()

  const link = await linkTo(email)
  for (let opened = 0; opened < 3; opened++) {
    const page = await site.get(link)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Yes, follow')
    expect(page.body).not.toContain(email)
    expect(page.headers['referrer-policy']).toBe('same-origin')
  }
  expect(await followerWith(email)).toBeUndefined()

  const confirmed = await site.post(link, {})
  expect(confirmed.statusCode).toBe(303)
  const settings = await site.get(String(confirmed.headers['location']))
  expect(settings.statusCode).toBe(200)
  expect(settings.body).toContain('You follow this now.')
  expect(settings.body).toContain('Bracebridge Heath team')
  const follower = await followerWith(email)
  expect(follower).toMatchObject({ accountId: null, wantsAlerts: true, dailyDueAt: null, stoppedAt: null })
  expect(follower?.weeklyDueAt).not.toBeNull()
  expect(await followsWith(email)).toMatchObject([{ key: `team:${team.id}`, rhythm: 'weekly', postcode: 'LN42LE' }])
})

test('two taps, and two at once, make one follow; a tap after stopping does not begin again', async () => {
  const email = newEmail()
  await ask(email)
  const link = await linkTo(email)
  const answers = await Promise.all([site.post(link, {}), site.post(link, {}), site.post(link, {})])
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303])
  expect(await followsWith(email)).toHaveLength(1)
  const [count] = await site.world.db
    .select()
    .from(followCounts)
    .where(eq(followCounts.key, `team:${team.id}`))
  expect(count?.count).toBe(1)
  await site.world.db.delete(follows)
  expect((await site.get(link)).body).toContain('You have confirmed this already')
  expect((await site.post(link, {})).statusCode).toBe(303)
  expect(await followsWith(email)).toHaveLength(0)
})

test('the same form sent twice makes one mail', async () => {
  const email = newEmail()
  await Promise.all([ask(email), ask(email)])
  await ask(email)
  expect(await mailsTo(email)).toHaveLength(1)
  moveClock(3 * 60_000)
  await ask(email)
  expect(await mailsTo(email)).toHaveLength(2)
})

test('the answer is the same whether somebody follows already, has an account, or neither', async () => {
  const [stranger, known] = [newEmail(), newEmail()]
  const resident = await makeResident(site.world.db, 'Maureen T')
  await ask(known)
  await site.post(await linkTo(known), {})
  const answers = await Promise.all([stranger, known, resident.email].map((email) => ask(email, { rhythm: 'instant' })))
  const bodies = answers.map(({ body }, index) =>
    body.replaceAll([stranger, known, resident.email][index] ?? '', 'X').replaceAll(/[0-9a-f-]{36}/g, 'ID'),
  )
  expect(new Set(bodies).size).toBe(1)
})

test('a link is good for seven days, and what nobody confirmed goes', async () => {
  const email = newEmail()
  await ask(email)
  const link = await linkTo(email)
  moveClock(7 * DAY + 1000)
  const late = await site.get(link)
  expect(late.statusCode).toBe(410)
  expect(late.body).toContain('/follow/bracebridge-heath')
  expect((await site.post(link, {})).statusCode).toBe(410)
  expect(await followerWith(email)).toBeUndefined()
  await sweepFollowRequests(site.world.db)
  expect(await site.world.db.select().from(followRequests).where(eq(followRequests.email, email))).toEqual([])
  expect((await site.get(link)).statusCode).toBe(404)
})

test.each(['x', 'A'.repeat(32), 'A'.repeat(900), '%00'])('a made-up link is a page that says so: %s', async (token) => {
  expect((await site.get(`/follow/confirm/${token}`)).statusCode).toBe(404)
  expect((await site.post(`/follow/confirm/${token}`, {})).statusCode).toBe(404)
})

test('a mailbox that has an account is that account’s, whichever came first', async () => {
  const resident = await makeResident(site.world.db, 'Maureen T')
  await ask(resident.email)
  await site.post(await linkTo(resident.email), {})
  expect(await followerWith(resident.email)).toMatchObject({ accountId: resident.accountId })

  const email = newEmail()
  await ask(email)
  await site.post(await linkTo(email), {})
  const [account] = await site.world.db.insert(accounts).values({ email }).returning()
  expect(await followerWith(email)).toMatchObject({ accountId: account?.id })
})

test('who was stopped because mail came back starts again by confirming anew', async () => {
  const email = newEmail()
  await site.world.db.insert(followers).values({ email, stoppedAt: new Date(), stoppedBecause: 'bounced', softBounces: 4, byMail: false })
  await ask(email)
  await site.post(await linkTo(email), {})
  expect(await followerWith(email)).toMatchObject({ stoppedAt: null, stoppedBecause: null, softBounces: 0, byMail: true })
})

test('what is wrong is said beside its field, and nothing is sent', async () => {
  const bad = await ask('not an address', { postcode: 'LN4 2LE' })
  expect(bad.statusCode).toBe(422)
  expect(bad.body).toContain('Enter an email address in the correct format')
  expect(bad.body).toContain('value="LN4 2LE"')
  const email = newEmail()
  for (const [form, message] of [
    [{ postcode: 'LN4' }, 'Enter a full postcode'],
    [{ postcode: 'LN9 9ZZ' }, 'We do not know this postcode'],
    [{ rhythm: 'hourly' }, 'Choose how often'],
  ] as const) {
    const answer = await ask(email, form)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(message)
  }
  expect(await mailsTo(email)).toEqual([])
})

test('nobody’s mailbox can be flooded, and no visitor can go on and on', async () => {
  const email = newEmail()
  const statuses: number[] = []
  for (let round = 0; round < 12; round++) {
    moveClock(3 * 60_000)
    statuses.push((await ask(email)).statusCode)
  }
  expect(statuses.slice(0, 8).every((status) => status === 200)).toBe(true)
  expect(statuses.slice(8).every((status) => status === 429)).toBe(true)
  expect(await mailsTo(email)).toHaveLength(8)
  const others: number[] = []
  for (let round = 0; round < 15; round++) others.push((await ask(newEmail())).statusCode)
  expect(others.filter((status) => status === 429).length).toBeGreaterThan(0)
})

test('a form of another site asks for nothing', async () => {
  const email = newEmail()
  const answer = await site.app.inject({
    method: 'POST',
    url: '/follow/bracebridge-heath',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ email, rhythm: 'daily' }).toString(),
  })
  expect(answer.statusCode).toBe(403)
  expect(await mailsTo(email)).toEqual([])
})
