import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setAbsence } from '../../src/accounts/absence.ts'
import { roleGrants } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { describeSelf, personPath } from '../../src/colleagues/profile.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeCircle, makePartner } from '../network/circle.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let imran: SignedIn
let lee: SignedIn
let asImran: string
let asLee: string

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  imran = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  lee = await makeStaff(db, 'PC Lee Ward', 'officer', await makeTeam(db, 'Skegness'))
  asImran = await site.cookieOf(imran)
  asLee = await site.cookieOf(lee)
  await describeSelf(db, imran, { worksOn: 'Rural crime', about: 'Hello.', skills: ['Drones & kites'], languages: ['Polish'], version: 0 })
})
afterAll(() => site.close())

const OUTSIDE: [string, () => Promise<string | undefined>, number][] = [
  ['a visitor', async () => undefined, 303],
  ['a resident', async () => site.cookieOf(await makeResident(site.world.db, 'Pat')), 403],
  ['a partner', async () => site.cookieOf(await makeStaff(site.world.db, 'Ward Council', 'partner')), 403],
  [
    'a partner in a circle',
    async () => site.cookieOf(await makePartner(site.world.db, 'Ward', await makeCircle(site.world.db, 'Rural', 'restricted'), imran)),
    403,
  ],
]
const paths = (): string[] => ['/staff/people', '/staff/people/me', personPath(imran.accountId), `/staff/teams/${team.slug}/waiting`, '/staff/today']

describe('the pages of colleagues', () => {
  test.each(OUTSIDE)('are shut for %s', async (_who, as, status) => {
    const cookie = await as()
    for (const path of paths()) {
      const answer = await site.get(path, cookie)
      expect([path, answer.statusCode]).toEqual([path, status])
      expect(answer.body).not.toContain('Rural crime')
    }
  })

  test('are open to an administrator', async () => {
    const ada = await site.cookieOf(await makeStaff(site.world.db, 'Ada Min', 'administrator'))
    for (const path of paths()) expect([path, (await site.get(path, ada)).statusCode]).toEqual([path, 200])
    expect((await site.get('/staff/people', ada)).body).toContain('Rural crime')
    const byRole = (await site.get('/staff/people?role=administrator', asLee)).body
    expect(byRole).toContain('Ada Min')
    expect(byRole).not.toContain('PC Imran Adeyemi')
  })

  test('never show a mailbox', async () => {
    for (const path of paths()) expect((await site.get(path, asImran)).body).not.toMatch(/@example|mailto:/)
  })
})

describe('the directory', () => {
  test('finds, narrows down by links, and keeps what was asked', async () => {
    const page = (await site.get('/staff/people?q=adeyemi&team=bracebridge-heath', asLee)).body
    expect(page).toContain(`href="${personPath(imran.accountId)}"`)
    expect(page).not.toContain('PC Lee Ward</a> <span class="mark"')
    expect(page).toContain('value="adeyemi"')
    expect(page).toContain('<input type="hidden" name="team" value="bracebridge-heath">')
    expect(page).toContain('href="/staff/people?q=adeyemi"')
    expect(page).toContain('href="/staff/people?q=adeyemi&amp;team=bracebridge-heath&amp;skill=Drones+%26+kites"')
    expect((await site.get('/staff/people?skill=Drones+%26+kites', asLee)).body).toContain('PC Imran Adeyemi')
  })

  test('says clearly that nobody is found, and that a team is none', async () => {
    expect((await site.get('/staff/people?q=xylophone', asLee)).body).toContain('Nobody is found for “xylophone”')
    expect((await site.get('/staff/people?team=atlantis', asLee)).statusCode).toBe(404)
    for (const path of ['?role=king', '?q=%00', '?q=a&q=b', '?skill=nothing', `?after=${lee.accountId}`])
      expect([path, (await site.get(`/staff/people${path}`, asLee)).statusCode]).toEqual([path, 200])
    expect((await site.get('/staff/people?after=x', asLee)).statusCode).toBe(404)
  })

  test('escapes what people write', async () => {
    expect((await site.get('/staff/people?q=%3Cscript%3Ealert(1)', asLee)).body).not.toContain('<script>alert(1)')
  })
})

describe('a person’s page', () => {
  test('shows what they say, and who is away', async () => {
    await setAbsence(site.world.db, lee, { accountId: lee.accountId, startsAt: now(), endsAt: new Date(now().getTime() + 9e8), coverId: null })
    const page = (await site.get(personPath(lee.accountId), asImran)).body
    expect(page).toContain('Away until')
    const own = (await site.get(personPath(imran.accountId), asLee)).body
    for (const words of ['PC Imran Adeyemi', 'Officer · Bracebridge Heath team', 'Rural crime', 'Drones &amp; kites', 'Polish', '<p>Hello.</p>'])
      expect(own).toContain(words)
  })

  test('is followed and left again from there', async () => {
    const path = personPath(imran.accountId)
    expect((await site.get(path, asLee)).body).toContain('value="on"')
    const sent = await site.post('/staff/follows', { subject: `person:${imran.accountId}`, follow: 'on', back: path }, asLee)
    expect(sent.headers['location']).toContain(path)
    expect((await site.get(path, asLee)).body).toContain('value="off"')
    expect((await site.get(path, asImran)).body).not.toContain('action="/staff/follows"')
  })

  test('is there for an administrator’s, and not for a partner’s, nor after somebody left', async () => {
    const { db } = site.world
    const [ada, kim] = [await makeStaff(db, 'Ada Min', 'administrator'), await makeStaff(db, 'Kim Lowe', 'partner')]
    const own = (await site.get(personPath(ada.accountId), asLee)).body
    for (const words of ['Ada Min', 'Administrator']) expect(own).toContain(words)
    const gone = await makeStaff(db, 'PC Gone', 'officer', team)
    await site.world.db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, gone.accountId))
    for (const { accountId } of [kim, gone]) expect((await site.get(personPath(accountId), asLee)).statusCode).toBe(404)
  })
})

describe('one’s own page', () => {
  const FORM = { worksOn: 'Coast', about: 'By the sea.', skills: 'Boats, drones & KITES', languages: 'French', version: '0' }

  test('is saved, and shown', async () => {
    const sent = await site.post('/staff/people/me', FORM, asLee)
    expect([sent.statusCode, sent.headers['location']]).toEqual([303, `${personPath(lee.accountId)}?done=profile-saved`])
    const page = (await site.get(personPath(lee.accountId), asImran)).body
    for (const words of ['Coast', 'By the sea.', 'Boats', 'Drones &amp; kites', 'French']) expect(page).toContain(words)
    expect((await site.get('/staff/people/me', asLee)).body).toContain('value="Boats, Drones &amp; kites"')
  })

  test('comes back with everything typed when something is wrong', async () => {
    const wrong = {
      ...FORM,
      worksOn: 'w'.repeat(301),
      skills: Array.from({ length: 21 }, (_one, at) => `s${at}`).join(),
      about: 'Kept words',
      version: '1',
    }
    const answer = await site.post('/staff/people/me', wrong, asLee)
    expect(answer.statusCode).toBe(422)
    for (const words of ['must be 300 characters or fewer', 'Enter 20 skills or fewer', 'Kept words', 's20', 'href="#worksOn"', 'href="#skills"'])
      expect(answer.body).toContain(words)
  })

  test('comes back with everything typed when it was changed elsewhere, and goes through when it is sent once more', async () => {
    const answer = await site.post('/staff/people/me', { ...FORM, worksOn: 'From the old tab' }, asLee)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('You changed your page somewhere else')
    expect(answer.body).toContain('value="From the old tab"')
    const version = /name="version" value="(\d+)"/.exec(answer.body)?.[1] ?? ''
    expect((await site.post('/staff/people/me', { ...FORM, worksOn: 'From the old tab', version }, asLee)).statusCode).toBe(303)
    expect((await site.get(personPath(lee.accountId), asImran)).body).toContain('From the old tab')
  })
})

describe('what somebody leads', () => {
  test('is said by an administrator under their roles', async () => {
    const self = await makeStaff(site.world.db, 'Ada Min', 'administrator')
    const ada = await site.cookieOf(self)
    const path = `/admin/people/${imran.accountId}`
    const own = `/admin/people/${self.accountId}`
    expect((await site.get(own, ada)).body, 'nobody is offered what they may not say of themself').not.toContain('name="leads"')
    expect((await site.post(`${own}/leads`, { leads: 'Everything' }, ada)).statusCode).toBe(403)
    expect((await site.post(`${path}/leads`, { leads: 'Head of roads' }, asLee)).statusCode).toBe(403)
    expect((await site.post(`${path}/leads`, { leads: ' Head of\nroads ' }, ada)).headers['location']).toBe(`${path}?done=leads-saved`)
    expect((await site.get(path, ada)).body).toContain('value="Head of roads"')
    expect((await site.get(path, ada)).body).not.toContain('Rural crime')
    expect((await site.get(personPath(imran.accountId), asLee)).body).toContain('Head of roads')
    const long = await site.post(`${path}/leads`, { leads: 'x'.repeat(121) }, ada)
    expect(long.statusCode).toBe(422)
    expect(long.body).toContain('href="#leads"')
    await site.post(`${path}/leads`, { leads: '' }, ada)
    expect((await site.get(personPath(imran.accountId), asLee)).body).not.toContain('Head of roads')
  })
})
