/** The modes over HTTP: the form, the banner on the pages concerned, the words in the form of a comment, and what it costs. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { switches, switchTeams } from '../../src/switches/schema.ts'
import { forgetSwitches } from '../../src/switches/in-force.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { dayKey } from '../../src/text/dates.ts'
import { openApp, type TestApp } from '../app.ts'
import { statementsOf } from '../laws/statements.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const DAY = 86_400_000
let site: TestApp
let team: TeamName
let elsewhere: TeamName
let officeStaff: SignedIn
let press: string
let supervisor: string
let resident: string
let officer: SignedIn
let post: { path: string; conversationId: number }

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  elsewhere = await makeTeam(db, 'Skegness')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  officeStaff = await makeStaff(db, 'Sam Carter', 'press-office')
  press = await site.cookieOf(officeStaff)
  supervisor = await site.cookieOf(await makeStaff(db, 'Sgt Marsh', 'supervisor', team))
  resident = await site.cookieOf(await makeResident(db, 'Maureen T'))
  post = await makePost(db, officer, team)
})
beforeEach(async () => {
  await site.world.db.delete(switchTeams)
  await site.world.db.delete(switches)
  forgetSwitches(site.world.db)
})
afterEach(() => moveClock(0))
afterAll(() => site?.close())

const BANNER = 'There is a fire at the mill. Keep your windows shut.'
const formOf = (more: Record<string, string> = {}): Record<string, string> => ({
  kind: 'major-incident',
  areas: 'teams',
  team: String(team.id),
  'starts-day': '',
  'starts-time': '',
  'ends-day': dayKey(new Date(now().getTime() + DAY)),
  'ends-time': '',
  banner: BANNER,
  link: 'https://www.example.org/fire',
  because: 'Gold asked for it.',
  key: randomUUID(),
  ...more,
})
const set = async (more: Record<string, string> = {}) => {
  const answer = await site.post('/moderation/switches', formOf(more), press)
  expect(answer.statusCode, answer.body.slice(0, 2000)).toBe(303)
  return String(answer.headers['location']).split('?')[0] ?? ''
}
const bannersOn = async (path: string, as?: string) => ((await site.get(path, as)).body.match(/role="region" aria-labelledby="switch-/g) ?? []).length

describe('the banner', () => {
  test('stands on the pages of its teams and nowhere else, from one second to the next', async () => {
    await set()
    const concerned = [
      `/teams/${team.slug}`,
      `/teams/${team.slug}/performance`,
      post.path,
      `/ask/${team.slug}`,
      `/conversations/${post.conversationId}/comments/new`,
    ]
    for (const path of concerned) expect([path, await bannersOn(path)]).toEqual([path, 1])
    for (const path of ['/', '/teams', `/teams/${elsewhere.slug}`, '/house-rules']) expect([path, await bannersOn(path)]).toEqual([path, 0])
    expect((await site.get(`/teams/${team.slug}`)).body).toContain('href="https://www.example.org/fire"')
    moveClock(3 * DAY)
    expect(await bannersOn(post.path)).toBe(0)
  })

  test('of the whole force stands everywhere, also on an address that is not there; the gravest comes first', async () => {
    await set({ kind: 'pre-election', areas: 'whole', kinds: 'update', banner: 'An election is coming.' })
    await set({ areas: 'whole' })
    for (const path of ['/', `/teams/${elsewhere.slug}`, '/house-rules', '/no-such-page']) expect([path, await bannersOn(path)]).toEqual([path, 2])
    const { body } = await site.get('/')
    expect(body.indexOf('Major incident')).toBeLessThan(body.indexOf('Pre-election period'))
    expect(body.indexOf('Pre-election period')).toBeLessThan(body.indexOf('<main'))
  })

  test('costs one question in five seconds, whoever reads', async () => {
    await set()
    const asked = async () => (await statementsOf(() => site.get('/privacy'))).map(({ name }) => name)
    expect(await asked()).toEqual(['switches_ahead'])
    expect(await asked()).toEqual([])
    moveClock(5001)
    expect(await asked()).toEqual(['switches_ahead'])
    moveClock(5001)
    for (const path of ['/health/live', '/robots.txt', '/assets/none.css']) expect(await statementsOf(() => site.get(path))).toEqual([])
  })

  test('escapes what it says', async () => {
    await set({ banner: '<script>alert(1)</script> & more' })
    const { body } = await site.get(post.path)
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more')
    expect(body).not.toContain('<script>alert(1)')
  })
})

describe('the form of a comment', () => {
  test('says that everything is looked at first, and for official answers nothing', async () => {
    await set()
    const said = 'Everything is looked at first while the major incident lasts.'
    for (const as of [undefined, resident]) expect((await site.get(post.path, as)).body).toContain(said)
    expect((await site.get(post.path, supervisor)).body).not.toContain(said)
    const sent = await site.post(`/conversations/${post.conversationId}/comments`, { body: 'What burns?', key: randomUUID() }, resident)
    expect(sent.headers['location']).toContain('done=held')
  })
})

describe('setting one over HTTP', () => {
  test.each<[string, Record<string, string>]>([
    ['areas', { areas: '' }],
    ['team', { team: '' }],
    ['ends-day', { 'ends-day': '' }],
    ['ends-day', { 'ends-day': 'soon' }],
    ['ends-time', { 'ends-time': 'late' }],
    ['starts-day', { 'starts-day': '31 February 2027' }],
    ['banner', { banner: ' ' }],
    ['link', { link: 'javascript:alert(1)' }],
    ['link', { link: '//elsewhere.example' }],
    ['because', { because: '' }],
    ['kinds', { kind: 'pre-election' }],
  ])('is refused with a message at %s: %j, and keeps the words', async (field, more) => {
    const answer = await site.post('/moderation/switches', formOf({ because: 'These words stay.', ...more }), press)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`href="#${field}"`)
    expect(answer.body).toContain(field === 'because' ? BANNER : 'These words stay.')
    expect(await site.world.db.$count(switches)).toBe(0)
  })

  test('reads days and times as the clocks in the United Kingdom show them, and refuses an hour that they leave out', async () => {
    const moment = Date.parse('2027-03-26T12:00:00Z')
    moveClock(moment - Date.now())
    // The sessions of today are over by then.
    press = await site.cookieOf(officeStaff)
    const during = { kind: 'pre-election', kinds: 'update', 'ends-day': '6 May 2027', 'ends-time': '10pm' }
    const gone = await site.post('/moderation/switches', formOf({ ...during, 'starts-day': '28 March 2027', 'starts-time': '01:30' }), press)
    expect(gone.body).toContain('href="#starts-time"')
    await set({ ...during, 'starts-day': '28 March 2027' })
    const [row] = await site.world.db.select().from(switches)
    expect(row).toMatchObject({ startsAt: new Date('2027-03-28T00:00:00Z'), endsAt: new Date('2027-05-06T21:00:00Z'), kinds: ['update'] })
    expect((await site.get('/moderation/switches', press)).body).toContain('Planned')
    moveClock(0)
    press = await site.cookieOf(officeStaff)
  })

  test('is prolonged and ended; whoever comes late learns of it', async () => {
    const address = await set()
    const [row] = await site.world.db.select().from(switches)
    const seen = row?.endsAt.toISOString() ?? ''
    const later = { 'ends-day': dayKey(new Date(now().getTime() + 3 * DAY)), 'prolong-because': 'It still burns.', seen }
    expect((await site.post(`${address}/prolongations`, later, press)).statusCode).toBe(303)
    const late = await site.post(`${address}/prolongations`, { ...later, 'ends-day': dayKey(new Date(now().getTime() + 4 * DAY)) }, press)
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('It still burns.')
    expect((await site.post(`${address}/endings`, { 'end-because': '' }, press)).statusCode).toBe(422)
    expect((await site.post(`${address}/endings`, { 'end-because': 'It is out.' }, press)).statusCode).toBe(303)
    expect(await bannersOn(post.path)).toBe(0)
    expect((await site.get(address, press)).body).toContain('It is out.')
    expect((await site.post(`${address}/endings`, { 'end-because': 'Again.' }, press)).statusCode).toBe(409)
  })

  test('is not for supervisors', async () => {
    for (const path of ['/moderation/switches', '/moderation/switches/new']) expect((await site.get(path, supervisor)).statusCode).toBe(403)
    expect((await site.post('/moderation/switches', formOf(), supervisor)).statusCode).toBe(403)
  })
})
