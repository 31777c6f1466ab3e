import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import type { SignedIn } from '../../src/actor.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let asha: string
let ben: string
beforeAll(async () => {
  site = await openApp()
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  asha = await cookieOf(await makeStaff(site.world.db, 'Asha Nair', 'administrator'))
  ben = await cookieOf(await makeStaff(site.world.db, 'Ben Cole', 'administrator'))
})
afterAll(() => site.close())

const cookieOf = async (actor: SignedIn): Promise<string> =>
  `${sessionCookieName(false)}=${await signInActor(site.world.db, actor.accountId, undefined)}`

const PAGES = ['/admin', '/admin/people/new', '/admin/roles', '/admin/teams', '/admin/teams/new']

test('the desk opens for administrators only', async () => {
  const others = [
    await makeResident(site.world.db, 'Pat'),
    await makeStaff(site.world.db, 'PC Imran Adeyemi', 'officer', team),
    await makeStaff(site.world.db, 'Ruth', 'press-office'),
  ]
  for (const page of [...PAGES, `/admin/teams/${team.id}`, `/admin/teams/${team.id}/officers/new`]) {
    expect([page, (await site.get(page, asha)).statusCode]).toEqual([page, 200])
    expect((await site.get(page)).statusCode).toBe(303)
    for (const other of others) expect([page, (await site.get(page, await cookieOf(other))).statusCode]).toEqual([page, 403])
  }
  expect((await site.post('/admin/teams/new', { name: 'Mine' })).statusCode).toBe(403)
})

test('an address that is no person or team is not found', async () => {
  const pat = await makeResident(site.world.db, 'Pat')
  for (const page of [
    '/admin/people/0',
    '/admin/people/-1',
    '/admin/people/x',
    '/admin/people/99999999999999999999',
    `/admin/people/${pat.accountId}`,
    '/admin/teams/424242',
    `/admin/teams/${team.id}/officers/424242`,
  ]) {
    expect([page, (await site.get(page, asha)).statusCode]).toEqual([page, 404])
  }
})

describe('a person', () => {
  test('is added with a role that another administrator confirms and ends', async () => {
    const form = { email: 'Imran@Lincs.example', name: 'PC Imran Adeyemi', role: 'officer', team: String(team.id) }
    const added = await site.post('/admin/people/new', form, asha)
    expect(added.headers.location).toMatch(/^\/admin\/people\/\d+\?done=role-proposed$/)
    const person = added.headers.location?.split('?')[0] ?? ''
    expect((await site.get('/admin/roles', asha)).body).toContain('Another administrator confirms it')
    const confirm = /\/admin\/roles\/\d+\/confirmation/.exec((await site.get('/admin/roles', ben)).body)?.[0] ?? ''
    expect((await site.post(confirm, {}, asha)).statusCode).toBe(403)
    expect((await site.post(confirm, {}, ben)).headers.location).toBe('/admin/roles?done=role-confirmed')
    const again = await site.post(confirm, {}, ben)
    expect(again.statusCode).toBe(409)
    expect(again.body).toContain('Ben Cole has confirmed this role already')
    const page = (await site.get(person, asha)).body
    expect(page).toContain('In force')
    const end = /\/admin\/roles\/\d+\/end/.exec(page)?.[0] ?? ''
    expect((await site.post(end, {}, asha)).statusCode).toBe(303)
    expect((await site.get(person, asha)).body).toContain('No role now')
  })

  test('with something missing is asked for again, with what was typed', async () => {
    const answer = await site.post('/admin/people/new', { email: 'nonsense', name: '"><script>', role: 'officer', team: '' }, asha)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('id="email-error"')
    expect(answer.body).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect(answer.body).toContain('<option value="officer" selected>')
    const teamless = await site.post('/admin/people/new', { email: 'x@lincs.example', name: 'PC X', role: 'officer', team: '' }, asha)
    expect(teamless.body).toContain('id="team-error"')
    for (const role of ['', 'resident', 'constructor'])
      expect((await site.post('/admin/people/new', { email: 'x@lincs.example', name: 'PC X', role, team: '' }, asha)).statusCode).toBe(422)
    expect(await site.world.db.$count(accounts, eq(accounts.email, 'x@lincs.example'))).toBe(0)
  })
})

describe('a team', () => {
  test('is added, and each of its forms says what it did', async () => {
    const made = await site.post('/admin/teams/new', { name: 'Abbey' }, asha)
    const page = made.headers.location?.split('?')[0] ?? ''
    for (const [path, form] of [
      ['name', { name: 'Abbey and Monks Road' }],
      ['localities', { localities: 'Monks Road\r\nTower Drive' }],
      ['contact', { email: 'abbey@lincs.example', telephone: '01522 532222', web: '' }],
    ] as const)
      expect((await site.post(`${page}/${path}`, { ...form }, asha)).headers.location).toBe(`${page}?done=team-saved`)
    expect((await site.post(`${page}/officers/new`, { officerName: 'Imran Adeyemi', rank: 'PC' }, asha)).headers.location).toBe(
      `${page}?done=officer-saved`,
    )
    const shown = (await site.get(page, asha)).body
    for (const text of ['Abbey and Monks Road', 'Monks Road\nTower Drive', 'abbey@lincs.example', 'PC Imran Adeyemi']) expect(shown).toContain(text)
    expect((await site.get('/teams/abbey')).headers.location).toBe('/teams/abbey-and-monks-road')
    await site.post(`${page}/archive`, { reason: 'Joined with Heath.', successor: String(team.id) }, asha)
    expect((await site.get(page, asha)).body).toContain('Joined with Heath.')
  })

  test.each([
    ['name', { name: '' }, 'name'],
    ['name', { name: 'x'.repeat(100) }, 'name'],
    ['localities', { localities: 'x'.repeat(200) }, 'localities'],
    ['contact', { email: 'nonsense', telephone: '', web: '' }, 'email'],
    ['contact', { email: '', telephone: '<b>', web: '' }, 'telephone'],
    ['contact', { email: '', telephone: '', web: 'javascript:alert(1)' }, 'web'],
    ['archive', { reason: '', successor: '' }, 'reason'],
    ['archive', { reason: 'x', successor: '-1' }, 'successor'],
    ['officers/new', { officerName: '' }, 'officerName'],
    ['officers/new', { officerName: 'Pat', email: 'x' }, 'email'],
  ])('refuses %s %o', async (path, form, field) => {
    const answer = await site.post(`/admin/teams/${team.id}/${path}`, form, asha)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`id="${field}-error"`)
    expect((await site.world.db.select().from(teams).where(eq(teams.id, team.id)))[0]).toMatchObject({ name: 'Bracebridge Heath', archivedAt: null })
  })
})
