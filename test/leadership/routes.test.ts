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
let cookies: Record<'chief' | 'officer' | 'stranger' | 'press' | 'administrator' | 'resident' | 'partner' | 'alone' | 'member', string>
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  people = await peopleOf(site.world.db)
  const { chief, officer, stranger, press, administrator, resident, partner, alone, member } = people
  const all = { chief, officer, stranger, press, administrator, resident, partner, alone, member }
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
    for (const [who, asks] of [
      ['chief', true],
      ['officer', false],
    ] as const)
      expect((await site.get(path, cookies[who])).body.includes('Say what was done about it'), who).toBe(asks)
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

  test('a question is asked as a question, stands once on the page, and has a page of its own with its replies', async () => {
    const { db } = site.world
    const session = await planned(db, people.chief)
    const asked = await say(db, people.stranger, session.conversationId, 'When do the **bodycams** come?')
    await say(db, people.officer, session.conversationId, 'In spring, I heard.', asked)
    const { body } = await site.get(session.path, cookies.officer)
    expect(body.match(/When do the <strong>bodycams/g)).toHaveLength(1)
    expect(body).not.toContain('In spring, I heard.')
    expect(body).toContain('<h2>Ask a question</h2>')
    expect(body).toContain('<button class="btn">Ask</button>')
    expect(body).not.toContain('Add a comment')
    expect(body).toContain('1 reply')
    const way = String((await site.get(`/comments/${asked}`, cookies.officer)).headers['location'])
    const alone = (await site.get(way.split('#')[0] ?? '', cookies.officer)).body
    expect(alone.match(/When do the <strong>bodycams/g)).toHaveLength(1)
    expect(alone).toContain('In spring, I heard.')
    expect(alone).toContain('All questions of the session')
    expect(alone).toContain('Reply to this question')
    travelTo(session.endsAt, 60_000)
    expect((await site.get(session.path, await site.cookieOf(people.officer))).body).toContain('Add a comment')
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
    const nothing = (await site.post('/staff/groups', { key: randomUUID() }, cookies.officer)).body
    const summary = [...(/class="error-summary[\s\S]*?<\/ul>/.exec(nothing)?.[0] ?? '').matchAll(/href="#([\w-]+)"/g)].map(([, field]) => field)
    expect(summary).toEqual(['title', 'body', 'date', 'from', 'until', 'venue', 'places'])
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

describe('at another time', () => {
  const later = () => ({ ...tomorrow(), from: '3pm', until: '4pm' })

  test('a session is moved with the form of its time, which keeps what was typed; its page says from when', async () => {
    const session = await planned(site.world.db, people.chief)
    const base = `/staff/sessions/${session.postId}`
    expect((await site.get(`${base}/move`, cookies.officer)).statusCode).toBe(403)
    expect((await site.get(`${base}/move`, cookies.chief)).body).toMatch(/name="date" value="\d+\/\d+\/\d{4}"/)
    const wrong = await site.post(`${base}/time`, { ...later(), until: '2pm', seen: '0' }, cookies.chief)
    expect([wrong.statusCode, wrong.body.includes('must be later'), wrong.body.includes('value="3pm"')]).toEqual([422, true, true])
    expect((await site.post(`${base}/time`, { ...later(), seen: '0' }, cookies.chief)).statusCode).toBe(303)
    const page = (await site.get(session.path, cookies.stranger)).body
    expect(page).toMatch(/Moved<\/span> from [^<]*\d/)
    expect((await site.get('/staff/leadership', cookies.stranger)).body).toContain('Moved')
  })

  test('a group is moved, an invitation taken back and notes corrected, each by a form', async () => {
    const { db } = site.world
    const id = await convened(db, people.officer, [people.stranger, people.press], { title: 'Gates' })
    const base = `/staff/groups/${id}`
    const path = `/staff/posts/${id}-gates`
    for (const as of [cookies.stranger, cookies.chief]) expect((await site.get(`${base}/move`, as)).statusCode).toBe(403)
    const wrong = await site.post(`${base}/time`, { ...later(), venue: '', seen: '0' }, cookies.officer)
    expect([wrong.statusCode, wrong.body.includes('Say where it is')]).toEqual([422, true])
    expect((await site.post(`${base}/time`, { ...later(), venue: 'Room 7', seen: '0' }, cookies.officer)).statusCode).toBe(303)
    expect((await site.get(path, cookies.stranger)).body).toMatch(/Moved<\/span> from [^<]*, Conference room 2/)
    const stale = await site.post(`${base}/time`, { ...later(), venue: 'Room 8', seen: '0' }, cookies.officer)
    expect(stale.statusCode).toBe(409)
    const back = (as: string) => site.post(`${base}/withdrawals`, { who: String(people.press.accountId), name: '' }, as)
    expect((await back(cookies.stranger)).statusCode).toBe(403)
    expect((await back(cookies.officer)).statusCode).toBe(303)
    expect((await site.get(path, cookies.press)).body).not.toContain('You are invited.')
    moveClock(4 * DAY)
    const [convener, reader] = [await site.cookieOf(people.officer), await site.cookieOf(people.chief)]
    await site.post(`${base}/notes`, { notes: 'Two gates.' }, convener)
    expect((await site.get(`${base}/notes/correct`, convener)).body).toContain('Two gates.')
    const unsaid = await site.post(`${base}/notes/corrections`, { notes: 'Three gates.', note: '', version: '1' }, convener)
    expect([unsaid.statusCode, unsaid.body.includes('Three gates.')]).toEqual([422, true])
    expect((await site.post(`${base}/notes/corrections`, { notes: 'Three gates.', note: 'One more.', version: '1' }, reader)).statusCode).toBe(403)
    expect((await site.post(`${base}/notes/corrections`, { notes: 'Three gates.', note: 'One more.', version: '1' }, convener)).statusCode).toBe(303)
    const page = (await site.get(path, reader)).body
    for (const words of ['Three gates.', 'Two gates.', 'One more.']) expect(page).toContain(words)
  })
})

describe('an administrator', () => {
  test('reads what every colleague reads, convenes and is invited, and neither leads nor hosts', async () => {
    const { db } = site.world
    const session = await planned(db, people.chief)
    const group = await convened(db, people.officer, [people.administrator], { title: 'Sign-in' })
    for (const page of ['/staff/leadership', '/staff/surveys', '/staff/groups/new', session.path, `/staff/posts/${group}-sign-in`])
      expect([page, (await site.get(page, cookies.administrator)).statusCode]).toEqual([page, 200])
    expect((await site.get('/staff', cookies.administrator)).body).toContain('You are invited: Sign-in')
    expect((await site.post(`/staff/groups/${group}/answers`, { answer: 'coming' }, cookies.administrator)).statusCode).toBe(303)
    for (const page of ['/staff/leadership/new', `/staff/sessions/${session.postId}/call-off`, `/staff/groups/${group}/invite`])
      expect([page, (await site.get(page, cookies.administrator)).statusCode]).toEqual([page, 403])
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
      for (const as of [cookies.alone, cookies.resident, cookies.partner]) expect([403, 404], page).toContain((await site.get(page, as)).statusCode)
    }
  })
})
