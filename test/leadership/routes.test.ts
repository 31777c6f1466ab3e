/** The pages: who gets them, what stands on them for whom, and that a refused form keeps what was typed. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { sessionById } from '../../src/leadership/session.ts'
import { publishStatement } from '../../src/leadership/statement.ts'
import { openApp, type TestApp } from '../app.ts'
import { travelTo } from '../places/presence-world.ts'
import { convened, DAY, peopleOf, planned, say, type People } from './leadership-world.ts'

let site: TestApp
let people: People
let cookies: Record<'chief' | 'officer' | 'stranger' | 'press' | 'administrator' | 'resident' | 'partner' | 'member', string>
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  people = await peopleOf(site.world.db)
  const { chief, officer, stranger, press, administrator, resident, partner, member } = people
  const all = { chief, officer, stranger, press, administrator, resident, partner, member }
  const made = await Promise.all(Object.entries(all).map(async ([name, who]) => [name, await site.cookieOf(who)] as const))
  cookies = Object.fromEntries(made) as typeof cookies
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const tomorrow = () => ({ date: new Date(Date.now() + 2 * DAY).toISOString().slice(0, 10), from: '2pm', until: '3pm' })

describe('posts of leadership', () => {
  test('the form is for who leads; refused, it keeps what was typed; published, it says what they lead', async () => {
    expect((await site.get('/staff/leadership/new', cookies.officer)).statusCode).toBe(403)
    const form = (await site.get('/staff/leadership/new', cookies.chief)).body
    expect(form).toContain('Head of neighbourhood policing')
    expect(form).toContain('Recorded and disclosable')
    const key = randomUUID()
    const wrong = await site.post('/staff/leadership', { key, title: '', body: 'We listen.', tags: '' }, cookies.chief)
    expect([wrong.statusCode, wrong.body.includes('We listen.'), wrong.body.includes('Enter a title')]).toEqual([422, true, true])
    const sent = await site.post('/staff/leadership', { key, title: 'What we heard', body: 'We listen.', tags: '' }, cookies.chief)
    expect(sent.statusCode).toBe(303)
    const page = await site.get(String(sent.headers['location']).split('?')[0] ?? '', cookies.stranger)
    expect(page.body).toContain('Head of neighbourhood policing wrote this to all staff')
    expect((await site.get('/staff', cookies.stranger)).body).toContain('What we heard')
    expect((await site.get('/staff/leadership', cookies.stranger)).body).toContain('What we heard')
  })

  test('an update of somebody else says nothing of leadership', async () => {
    const { id, path } = await publishStatement(site.world.db, people.chief, { title: 'One', body: 'Two', tags: [], clientKey: randomUUID() })
    expect(id).toBeGreaterThan(0)
    expect((await site.get(path, cookies.officer)).body).toContain('From leadership.')
  })
})

describe('live sessions', () => {
  test('planned by the press office for a leader, asked in, answered on the desk, and summed up', async () => {
    const { chief, stranger } = people
    const key = randomUUID()
    const form = { key, host: String(chief.accountId), title: 'Ask the chief', body: 'Anything.', tags: '', ...tomorrow() }
    const wrong = await site.post('/staff/sessions', { ...form, until: '1pm' }, cookies.press)
    expect([wrong.statusCode, wrong.body.includes('later than when it begins')]).toEqual([422, true])
    const sent = await site.post('/staff/sessions', form, cookies.press)
    const path = String(sent.headers['location']).split('?')[0] ?? ''
    const id = Number(/posts\/(\d+)/.exec(path)?.[1])
    const before = (await site.get(path, cookies.stranger)).body
    expect(before).toContain('Yours can be the first question')
    expect(before).not.toContain(`/staff/sessions/${id}/call-off`)
    const { body: talk } = await site.get(`/staff/sessions/${id}`, cookies.stranger)
    expect(talk).toContain('Ask the chief')
    const session = await sessionById(site.world.db, chief, id)
    await say(site.world.db, stranger, session.conversationId, 'Why do we wait for radios?')
    expect((await site.get(path, cookies.officer)).body).toContain('Officer · Waddington team')
    expect((await site.get(`/staff/sessions/${id}/desk`, cookies.officer)).statusCode).toBe(403)
    travelTo(session.startsAt, 60_000)
    // A session of days ago is over.
    const host = await site.cookieOf(chief)
    await site.post(`/staff/sessions/${id}/takes`, {}, host)
    const desk = (await site.get(`/staff/sessions/${id}/desk`, host)).body
    const comment = /name="comment" value="(\d+)"/.exec(desk)?.[1] ?? ''
    const empty = await site.post(`/staff/sessions/${id}/answers`, { comment, body: '', key: randomUUID() }, host)
    expect([empty.statusCode, empty.body.includes('Write your answer')]).toEqual([422, true])
    const answered = await site.post(`/staff/sessions/${id}/answers`, { comment, body: 'They come in May.', key: randomUUID() }, host)
    expect(answered.statusCode).toBe(303)
    travelTo(session.endsAt, 60_000)
    const after = (await site.get(path, await site.cookieOf(stranger))).body
    expect(after).toContain('1 question answered')
    expect(after).toContain('They come in May.')
  })

  test('called off by its host, with the reason on its page', async () => {
    const session = await planned(site.world.db, people.chief)
    expect((await site.get(`/staff/sessions/${session.postId}/call-off`, cookies.officer)).statusCode).toBe(403)
    const empty = await site.post(`/staff/sessions/${session.postId}/cancellation`, { because: '' }, cookies.chief)
    expect(empty.statusCode).toBe(422)
    expect((await site.post(`/staff/sessions/${session.postId}/cancellation`, { because: 'Flood duty.' }, cookies.chief)).statusCode).toBe(303)
    expect((await site.get(session.path, cookies.stranger)).body).toContain('Flood duty.')
  })
})

describe('focus groups', () => {
  test('convened, invited by name, answered until full, noted; who is invited stays among them', async () => {
    const form = { key: randomUUID(), circle: '', title: 'Night shifts', body: 'How?', tags: '', venue: 'Room 2', places: '2', ...tomorrow() }
    const wrong = await site.post('/staff/groups', { ...form, places: '1' }, cookies.officer)
    expect([wrong.statusCode, wrong.body.includes('from 2 to 200'), wrong.body.includes('Room 2')]).toEqual([422, true, true])
    const sent = await site.post('/staff/groups', form, cookies.officer)
    const id = Number(/groups\/(\d+)/.exec(String(sent.headers['location']))?.[1])
    const found = (await site.get(`/staff/groups/${id}/invite?name=una`, cookies.officer)).body
    expect(found).toContain('PC Una Stone')
    const none = await site.post(`/staff/groups/${id}/invitations`, { name: 'una' }, cookies.officer)
    expect([none.statusCode, none.body.includes('PC Una Stone')]).toEqual([422, true])
    await site.post(`/staff/groups/${id}/invitations`, { name: 'una', [`who-${people.stranger.accountId}`]: 'yes' }, cookies.officer)
    const path = `/staff/posts/${id}-night-shifts`
    expect((await site.get(path, cookies.stranger)).body).toContain('You are invited.')
    const other = (await site.get(path, cookies.press)).body
    expect(other).toContain('Night shifts')
    expect(other).not.toContain('PC Una Stone')
    expect((await site.get('/staff', cookies.stranger)).body).toContain('You are invited: Night shifts')
    expect((await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, cookies.stranger)).statusCode).toBe(303)
    expect((await site.get(path, cookies.stranger)).body).toContain('You are coming.')
    expect((await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, cookies.press)).statusCode).toBe(403)
    moveClock(3 * DAY)
    const [convener, press] = [await site.cookieOf(people.officer), await site.cookieOf(people.press)]
    expect((await site.get('/staff/leadership', convener)).body).toContain('Write down what came of: Night shifts')
    await site.post(`/staff/groups/${id}/notes`, { notes: 'Nights **go round**.' }, convener)
    expect((await site.get(path, press)).body).toContain('Nights <strong>go round</strong>.')
  })

  test('the one who comes too late is told that it is full', async () => {
    const { db } = site.world
    const id = await convened(db, people.officer, [people.stranger, people.press, people.chief], { places: 2 })
    for (const as of [cookies.press, cookies.chief]) await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, as)
    const full = await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, cookies.stranger)
    expect([full.statusCode, full.body.includes('The group is full')]).toEqual([422, true])
  })

  test('partner staff answer in a circle of theirs', async () => {
    const { db } = site.world
    const id = await convened(db, people.owner, [people.partner], { circleId: people.circleId, title: 'Farm visits' })
    expect((await site.get(`/staff/posts/${id}-farm-visits`, cookies.partner)).body).toContain('You are invited.')
    expect((await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, cookies.partner)).statusCode).toBe(303)
    for (const as of [cookies.stranger, cookies.press]) {
      expect((await site.get(`/staff/posts/${id}-farm-visits`, as)).statusCode).toBe(404)
      expect((await site.post(`/staff/groups/${id}/answers`, { answer: 'coming' }, as)).statusCode).toBe(404)
    }
  })
})

describe('nobody outside', () => {
  test('gets any of it', async () => {
    const session = await planned(site.world.db, people.chief)
    const group = await convened(site.world.db, people.officer, [])
    const pages = ['/staff/leadership', '/staff/leadership/new', '/staff/surveys', '/staff/sessions/new', '/staff/groups/new']
    const things = [`/staff/sessions/${session.postId}`, `/staff/sessions/${session.postId}/call-off`, `/staff/groups/${group}/invite`]
    for (const page of [...pages, ...things, session.path]) {
      expect((await site.get(page)).statusCode, page).toBe(303)
      for (const as of [cookies.administrator, cookies.resident, cookies.partner])
        expect([403, 404], page).toContain((await site.get(page, as)).statusCode)
    }
  })
})
