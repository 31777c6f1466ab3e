import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers, circles, organisations } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { circleInvitations } from '../../src/circles/schema.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { again, inviteToken, letPartnerIn, makeCircle, makeOrganisation, makeOutsider, memberRow, rowOf } from './circle-world.ts'

let site: TestApp
let team: TeamName
let people: Record<'owner' | 'colleague' | 'press' | 'administrator' | 'resident', SignedIn>
const cookies: Record<string, string> = {}
const fire = 'fire.gov.example'

beforeAll(async () => {
  site = await openApp({ MAIL_FROM: 'no-reply@police.example' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  people = {
    owner: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    administrator: await makeStaff(db, 'Ash Reed', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
  for (const [key, person] of Object.entries(people)) cookies[key] = await site.cookieOf(person)
  await makeOrganisation(db, people.administrator, { name: 'Example Fire and Rescue', kind: 'fire', domains: [fire] })
})
afterAll(() => site.close())

const get = (path: string, as?: string) => site.get(path, as === undefined ? undefined : (cookies[as] ?? as))
const send = (path: string, form: Record<string, string>, as: string) => site.post(path, form, cookies[as] ?? as)
const idOf = (location: unknown): number => Number(/\/staff\/circles\/(\d+)/.exec(String(location))?.[1])

describe('over HTTP', () => {
  test('a circle is founded, found, joined, kept and closed', async () => {
    const form = { name: 'Drones', about: 'Who flies what.', kind: 'open', teamId: String(team.id), clientKey: randomUUID() }
    const refused = await send('/staff/circles', { ...form, name: '', kind: '' }, 'owner')
    expect([refused.statusCode, refused.body.includes('Enter a name for the circle'), refused.body.includes('Who flies what.')]).toEqual([
      422,
      true,
      true,
    ])
    const [made, repeated] = [await send('/staff/circles', form, 'owner'), await send('/staff/circles', form, 'owner')]
    const id = idOf(made.headers.location)
    expect([made.statusCode, idOf(repeated.headers.location)]).toEqual([303, id])
    expect((await get('/staff/circles?q=drones', 'colleague')).body).toContain(`/staff/circles/${id}"`)
    const outside = await get(`/staff/circles/${id}`, 'colleague')
    expect([outside.statusCode, outside.body.includes('Join the circle'), outside.body.includes('What was said')]).toEqual([200, true, false])
    expect((await get(`/staff/circles/${id}/members`, 'colleague')).statusCode).toBe(404)
    expect((await send(`/staff/circles/${id}/membership`, {}, 'colleague')).statusCode).toBe(303)
    const inside = await get(`/staff/circles/${id}`, 'colleague')
    for (const words of ['Bracebridge Heath team', 'What was said', 'Write in the circle', 'Recorded and disclosable', '2 members'])
      expect(inside.body).toContain(words)
    expect((await get(`/staff/circles/${id}/members`, 'colleague')).body).toContain('PC Imran Adeyemi')
    expect((await get(`/staff/circles/${id}/keep`, 'colleague')).statusCode).toBe(403)
    expect((await get(`/staff/circles/${id}/keep`, 'owner')).statusCode).toBe(200)
    expect((await send(`/staff/circles/${id}/closure`, { because: '' }, 'owner')).statusCode).toBe(422)
    expect((await send(`/staff/circles/${id}/closure`, { because: 'Done with it.' }, 'owner')).statusCode).toBe(303)
    const closed = await get(`/staff/circles/${id}`, 'colleague')
    expect([closed.body.includes('Done with it.'), closed.body.includes('Write in the circle')]).toEqual([true, false])
  })

  test('mailboxes are invited so many times a day, by one person and for one circle', async () => {
    const { db } = site.world
    const [one, other] = [await makeStaff(db, 'PC One', 'officer', team), await makeStaff(db, 'PC Other', 'officer', team)]
    const id = await makeCircle(db, one, 'private', 'Floods')
    await db.insert(circleMembers).values({ circleId: id, accountId: other.accountId, role: 'owner', joinedAt: new Date() })
    const [first, second] = [await site.cookieOf(one), await site.cookieOf(other)]
    const invite = async (n: number, cookie: string, circleId = id) => {
      const form = { email: `person${n}@${fire}`, clientKey: randomUUID() }
      return (await site.post(`/staff/circles/${circleId}/mailboxes`, form, cookie)).statusCode
    }
    for (let n = 0; n < 20; n++) expect(await invite(n, first)).toBe(303)
    expect(await invite(20, first)).toBe(429)
    expect(await invite(21, first, await makeCircle(db, one, 'private', 'Fires'))).toBe(429)
    for (let n = 30; n < 50; n++) expect(await invite(n, second)).toBe(303)
    const third = await makeStaff(db, 'PC Third', 'officer', team)
    await db.insert(circleMembers).values({ circleId: id, accountId: third.accountId, role: 'owner', joinedAt: new Date() })
    expect(await invite(60, await site.cookieOf(third))).toBe(429)
    expect(await db.$count(circleInvitations, eq(circleInvitations.circleId, id))).toBe(40)
  })

  test('a form sent again for another colleague says that nobody was invited', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'private', 'Twice')
    const form = { clientKey: randomUUID(), q: 'PC' }
    expect((await send(`/staff/circles/${id}/invitations`, { ...form, person: String(people.colleague.accountId) }, 'owner')).statusCode).toBe(303)
    const sentAgain = await send(`/staff/circles/${id}/invitations`, { ...form, person: String(people.press.accountId) }, 'owner')
    expect([sentAgain.statusCode, sentAgain.body.includes('Somebody else was invited with this form')]).toEqual([422, true])
  })

  test('requests beyond the first page are found and opened', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'restricted', 'Wanted')
    await db.$client.query(
      `with people as (insert into accounts (email, display_name) select 'wants' || n || '@example.org', 'Wants ' || n from generate_series(1, 130) n returning id)
       insert into circle_requests (circle_id, account_id, words, asked_at) select $1, id, 'Please.', now() from people order by id`,
      [id],
    )
    const first = await get(`/staff/circles/${id}/keep`, 'owner')
    const [, further = ''] = /href="([^"]+keep\?after=\d+)"/.exec(first.body) ?? []
    const rest = await get(further.replaceAll('&amp;', '&'), 'owner')
    const requests = [...rest.body.matchAll(/requests\/(\d+)"/g)].map(([, request]) => request)
    expect(requests).toHaveLength(30)
    const last = await get(`/staff/circles/${id}/requests/${requests.at(-1)}`, 'owner')
    expect([last.statusCode, last.body.includes('Wants ')]).toEqual([200, true])
  })

  test('every page of a private circle is a page that does not exist for others, and no form on it works', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'private', 'Operation Heron')
    const pages = ['', '/members', '/keep', '/invite', '/leave', '/close', '/ask', `/members/${people.owner.accountId}`]
    for (const page of pages)
      for (const as of ['colleague', 'press']) {
        const { statusCode, body } = await get(`/staff/circles/${id}${page}`, as)
        expect([page, statusCode, body.includes('Heron')]).toEqual([page, 404, false])
      }
    const forms: [string, Record<string, string>][] = [
      ['membership', {}],
      ['requests', { words: 'Please.' }],
      ['leaving', {}],
      ['take-over', {}],
      ['changes', { name: 'X', about: 'Y', kind: 'private', version: '1' }],
      ['invitations', { person: String(people.press.accountId), clientKey: randomUUID() }],
      ['mailboxes', { email: `sam@${fire}`, clientKey: randomUUID() }],
      [`members/${people.owner.accountId}/removal`, { because: 'Because.' }],
      [`owners/${people.owner.accountId}`, {}],
      [`owners/${people.owner.accountId}/end`, {}],
      ['closure', { because: 'Because.' }],
    ]
    for (const [path, form] of forms) {
      const { statusCode, body } = await send(`/staff/circles/${id}/${path}`, form, 'colleague')
      expect([path, statusCode, body.includes('Heron')]).toEqual([path, 404, false])
    }
    expect([(await get(`/staff/circles/${id}`, 'resident')).statusCode, (await get(`/staff/circles/${id}`, 'administrator')).statusCode]).toEqual([
      403, 404,
    ])
    expect((await get(`/staff/circles/${id}`)).statusCode).toBe(303)
    expect(await rowOf(db, id)).toMatchObject({ memberCount: 1, closedAt: null, version: 1 })
  })

  test('asked for, let in; invited by name, accepted', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'restricted', 'Knives')
    expect((await get(`/staff/circles/${id}/ask`, 'colleague')).statusCode).toBe(200)
    expect((await send(`/staff/circles/${id}/requests`, { words: '' }, 'colleague')).statusCode).toBe(422)
    await send(`/staff/circles/${id}/requests`, { words: 'I work on it too.' }, 'colleague')
    expect((await get(`/staff/circles/${id}`, 'colleague')).body).toContain('You asked to join')
    const request = /\/requests\/(\d+)"/.exec((await get(`/staff/circles/${id}/keep`, 'owner')).body)?.[1]
    expect((await get(`/staff/circles/${id}/requests/${request}`, 'owner')).body).toContain('I work on it too.')
    expect((await send(`/staff/circles/${id}/requests/${request}`, { answer: 'refused', note: '' }, 'owner')).statusCode).toBe(422)
    expect((await send(`/staff/circles/${id}/requests/${request}`, { answer: 'let-in', note: '' }, 'owner')).statusCode).toBe(303)
    expect((await get(`/staff/circles/${id}`, 'colleague')).body).toContain('What was said')
    expect((await get(`/staff/circles/${id}/invite?q=price`, 'owner')).body).toContain('Dana Price')
    await send(`/staff/circles/${id}/invitations`, { person: String(people.press.accountId), clientKey: randomUUID() }, 'owner')
    const invited = (await get('/staff/circles', 'press')).body
    const invitation = /\/staff\/circles\/invitations\/(\d+)"/.exec(invited)?.[1]
    expect((await send(`/staff/circles/invitations/${invitation}`, { answer: 'accepted' }, 'colleague')).statusCode).toBe(404)
    expect((await send(`/staff/circles/invitations/${invitation}`, { answer: 'accepted' }, 'press')).headers.location).toContain(
      `/staff/circles/${id}`,
    )
    expect((await rowOf(db, id)).memberCount).toBe(3)
  })

  test('the link of a mail: signed out to sign in and back, another address is told so, the right one is let in', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'private', 'Flooding')
    const owner = await again(db, people.owner)
    const partner = await makeOutsider(db, fire, 'Kit Fernsby')
    const path = `/staff/invitations/${await inviteToken(db, owner, id, partner.email)}`
    expect((await get(path)).headers.location).toBe(`/sign-in?return=${encodeURIComponent(path)}`)
    for (const as of ['resident', 'colleague', 'administrator']) {
      const other = await get(path, as)
      expect([as, other.statusCode, other.body.includes('Flooding'), other.body.includes('another mailbox')]).toEqual([as, 403, false, true])
      expect((await send(path, { answer: 'accepted' }, as)).statusCode).toBe(403)
    }
    const cookie = await site.cookieOf(partner)
    const page = await get(path, cookie)
    expect([page.body.includes('Flooding'), page.headers['referrer-policy']]).toEqual([true, 'no-referrer'])
    const [one, two] = await Promise.all([send(path, { answer: 'accepted' }, cookie), send(path, { answer: 'accepted' }, cookie)])
    expect([one?.statusCode, two?.statusCode]).toEqual([303, 303])
    expect((await get(`/staff/circles/${id}`, cookie)).body).toContain('What was said')
    expect((await get(`/staff/invitations/${'x'.repeat(32)}`, cookie)).statusCode).toBe(404)
  })

  test('somebody of another organisation sees their circle and nothing else of the network', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'restricted', 'Sandbags')
    const other = await makeCircle(db, people.owner, 'open', 'Horses')
    const owner = await again(db, people.owner)
    const cookie = await site.cookieOf(await letPartnerIn(db, owner, id, fire))
    const list = (await get('/staff/circles', cookie)).body
    expect([list.includes('Sandbags'), list.includes('Horses'), list.includes('Start a circle')]).toEqual([true, false, false])
    expect((await get('/staff/circles?q=horses', cookie)).body).not.toContain(`/staff/circles/${other}`)
    expect((await get(`/staff/circles/${id}`, cookie)).statusCode).toBe(200)
    expect((await get(`/staff/circles/${id}/members`, cookie)).body).toContain('PC Imran Adeyemi')
    expect((await get(`/staff/circles/${other}`, cookie)).statusCode).toBe(404)
    for (const path of [
      '/staff/everyone',
      '/staff/people',
      '/staff/circles/new',
      `/staff/circles/${id}/keep`,
      `/staff/circles/${id}/invite`,
      `/staff/circles/${id}/ask`,
    ])
      expect([path, (await get(path, cookie)).statusCode]).toEqual([path, 403])
    expect((await send(`/staff/circles/${other}/membership`, {}, cookie)).statusCode).toBe(403)
    // Everybody in it sees that they read here.
    expect((await get(`/staff/circles/${id}`, 'owner')).body).toContain('People from Example Fire and Rescue read here.')
    expect((await get(`/staff/circles/${other}`, 'owner')).body).not.toContain('read here')
  })

  test('a session that is open loses the circle at the moment when the right ends', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'restricted', 'Bridges')
    const owner = await again(db, people.owner)
    const council = await makeOrganisation(db, people.administrator, { domains: ['council.gov.example'] })
    const partner = await letPartnerIn(db, owner, id, 'council.gov.example')
    const cookie = await site.cookieOf(partner)
    const { path } = await db.transaction((tx) =>
      publishInNetwork(tx, owner, {
        kind: 'update',
        title: 'Closed bridge',
        body: 'Go round.',
        tags: [],
        details: {},
        clientKey: randomUUID(),
        circleId: id,
      }),
    )
    const statuses = async () => Promise.all([path, `/staff/circles/${id}`, '/staff/circles'].map(async (one) => (await get(one, cookie)).statusCode))
    expect(await statuses()).toEqual([200, 200, 200])
    const mine = eq(circleMembers.accountId, partner.accountId)
    const expiresAt = (await memberRow(db, id, partner))?.expiresAt ?? new Date()
    await db
      .update(circleMembers)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(mine)
    expect(await statuses()).toEqual([403, 403, 403])
    await db.update(circleMembers).set({ expiresAt }).where(mine)
    expect(await statuses()).toEqual([200, 200, 200])
    await db
      .update(organisations)
      .set({ domains: ['other.gov.example'] })
      .where(eq(organisations.id, council))
    expect(await statuses()).toEqual([403, 403, 403])
    await db
      .update(organisations)
      .set({ domains: ['council.gov.example'] })
      .where(eq(organisations.id, council))
    expect((await send(`/admin/organisations/${council}/end`, {}, 'administrator')).statusCode).toBe(303)
    expect(await statuses()).toEqual([403, 403, 403])
    expect((await rowOf(db, id)).memberCount).toBe(1)
  })

  test('organisations are kept on pages of administrators', async () => {
    for (const as of ['owner', 'press', 'resident']) expect((await get('/admin/organisations', as)).statusCode).toBe(403)
    const form = {
      name: 'Example Health',
      kind: 'health',
      domains: '@health.gov.example\nward.health.gov.example, health.gov.example',
      clientKey: randomUUID(),
    }
    for (const domains of ['gmail.com', 'mail.police.example', 'nothing', ''])
      expect([domains, (await send('/admin/organisations', { ...form, domains }, 'administrator')).statusCode]).toEqual([domains, 422])
    expect((await send('/admin/organisations', form, 'administrator')).statusCode).toBe(303)
    const list = (await get('/admin/organisations', 'administrator')).body
    expect(list).toContain('@health.gov.example, @ward.health.gov.example')
    const id = /\/admin\/organisations\/(\d+)">Example Health/.exec(list)?.[1]
    expect((await get(`/admin/organisations/${id}`, 'administrator')).body).toContain('ward.health.gov.example')
    expect((await send(`/admin/organisations/${id}`, { ...form, domains: 'ward.health.gov.example' }, 'administrator')).statusCode).toBe(303)
    expect((await get('/admin/organisations', 'administrator')).body).not.toContain('@health.gov.example,')
  })

  test('a circle that is closed has no pages that change it, and the last owner is asked who comes after them', async () => {
    const { db } = site.world
    const id = await makeCircle(db, people.owner, 'open', 'Bicycles')
    expect((await get(`/staff/circles/${id}/leave`, 'owner')).body).toContain('Close the circle')
    await send(`/staff/circles/${id}/membership`, {}, 'colleague')
    expect((await get(`/staff/circles/${id}/leave`, 'owner')).body).toContain('Who owns it after you?')
    expect((await send(`/staff/circles/${id}/leaving`, { successor: '' }, 'owner')).statusCode).toBe(422)
    await db.update(circles).set({ closedAt: new Date(), closedBecause: 'Done.' }).where(eq(circles.id, id))
    for (const page of ['keep', 'invite', 'close', `members/${people.colleague.accountId}`])
      expect([page, (await get(`/staff/circles/${id}/${page}`, 'owner')).statusCode]).toEqual([page, 403])
    expect((await send(`/staff/circles/${id}/leaving`, {}, 'owner')).headers.location).toContain('/staff/circles')
  })
})
