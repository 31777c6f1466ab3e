import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { performanceOf } from '../../src/insights/performance.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { dayIn, openPlace, travelTo } from '../places/presence-world.ts'
import { planned, rowsOf, wordsOf } from './event-world.ts'

let site: TestApp
let team: TeamName
let place: { id: number; slug: string }
let officer: SignedIn
let resident: SignedIn
let asOfficer: string
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  place = await openPlace(db, team, 'Heath Library')
  asOfficer = await site.cookieOf(officer)
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const form = (more: Record<string, string> = {}) => ({
  team: String(team.id),
  key: randomUUID(),
  title: 'Surgery at the library',
  body: 'Come & ask about <anything>.',
  format: 'surgery',
  place: String(place.id),
  date: dayIn(10),
  from: '2pm',
  until: '4pm',
  ...more,
})
const pathOf = (answer: { headers: Record<string, unknown> }): string => String(answer.headers['location']).split('?')[0] ?? ''
const read = async (path: string, as?: string): Promise<string> => wordsOf((await site.get(path, as)).body)
const manageOf = (html: string): string => /\/officers\/events\/\d+/.exec(html)?.[0] ?? ''

describe('the desk', () => {
  test('says what is wrong by its field and keeps what was typed; plans once however often the form is sent', async () => {
    expect(await read('/officers/events', asOfficer)).toContain('Nothing is planned')
    const wrong = await site.post('/events', form({ title: '', date: '31/2/2027', place: '', url: 'http://x.example' }), asOfficer)
    expect(wrong.statusCode).toBe(422)
    for (const message of ['Enter a title', 'must be a real date', 'Choose a place, or say below', 'begins with https://'])
      expect(wrong.body).toContain(message)
    expect(wrong.body).toContain('Come &amp; ask about &lt;anything&gt;.')
    const sent = form({ signUps: 'yes', capacity: '12', every: 'week', times: '3' })
    const made = await site.post('/events', sent, asOfficer)
    expect(made.statusCode).toBe(303)
    expect(pathOf(await site.post('/events', sent, asOfficer))).toBe(pathOf(made))
    const page = await site.get(pathOf(made))
    expect(wordsOf(page.body)).toMatch(/Surgery at the library .*Surgery .*When and where .*2pm to 4pm/)
    expect(page.body.match(/\/occasions\/\d+\/sign-up/g)).toHaveLength(3)
    expect(page.body).not.toContain('/officers/events')
  })

  test('asks for the team first where somebody has several', async () => {
    const other = await makeTeam(site.world.db, 'Sleaford Town')
    const press = await site.cookieOf(await makeStaff(site.world.db, 'Press office', 'press-office'))
    expect(await read('/officers/events/new', press)).toContain('For which team?')
    expect(await read(`/officers/events/new?team=${other.id}`, press)).toContain('Sleaford Town Plan an event')
    const foreign = await site.post('/events', form({ team: String(other.id) }), asOfficer)
    expect(foreign.statusCode).toBe(403)
  })

  test('changes, moves, adds and calls off, each said wherever it stands', async () => {
    const { db } = site.world
    const { id, path, dates } = await planned(db, officer, team, { days: 4, times: 2 })
    const [first, second] = dates
    const base = manageOf((await site.get(path, asOfficer)).body)
    expect(base).toBe(`/officers/events/${id}`)
    const manage = await read(base, asOfficer)
    for (const words of ['Change what it is about', 'Add a date', 'Move', 'Call off']) expect(manage).toContain(words)

    const change = await site.get(`${base}/change`, asOfficer)
    expect(change.body).toContain('value="Meet your team"')
    const changed = await site.post(
      `/events/${id}/changes`,
      { title: 'Meet your new team', body: 'Bring your questions.', format: 'meeting', note: 'A new name.', version: '1' },
      asOfficer,
    )
    const here = pathOf(changed)
    const page = await read(here)
    expect(page).toContain('Corrected on')
    expect(page).toContain('A new name.')
    expect(await read(`${here}/versions`)).toContain('Meet your team')

    const dateForm = await site.get(`${base}/dates/${first?.id}/change`, asOfficer)
    const seen = /name="seen" value="([^"]*)"/.exec(dateForm.body)?.[1] ?? ''
    const move = { seen, venue: 'Village Hall, High Street', date: dayIn(6), from: '2pm', until: '4pm' }
    const silent = await site.post(`/events/${id}/dates/${first?.id}/changes`, move, asOfficer)
    expect([silent.statusCode, silent.body.includes('Say why it is moved')]).toEqual([422, true])
    await site.post(`/events/${id}/dates/${first?.id}/changes`, { ...move, because: 'The hall is let.' }, asOfficer)
    expect(await read(here)).toContain('The hall is let.')
    expect(await read('/teams/bracebridge-heath/events')).toMatch(/Meet your new team .*Moved /)
    // Two dates of it, and what it is about once.
    expect((await read('/teams/bracebridge-heath/events')).split('Bring your questions.')).toHaveLength(2)
    const stale = await site.post(`/events/${id}/dates/${first?.id}/changes`, { ...move, until: '5pm', because: 'Older.' }, asOfficer)
    expect(stale.statusCode).toBe(409)

    // From the list of those who come the forms of the event are reached, and no others.
    const coming = (await site.get(`/officers/occasions/${first?.id}`, asOfficer)).body
    expect(coming).toContain(`href="/officers/events/dates/${first?.id}"`)
    expect(coming).not.toContain(`/officers/occasions/${first?.id}/change`)
    expect((await site.get(`/officers/events/dates/${first?.id}`, asOfficer)).headers['location']).toBe(base)

    await site.post(`/events/${id}/dates`, { venue: 'Outside', date: dayIn(30), from: '9am', until: '10am' }, asOfficer)
    expect((await rowsOf(db, id)).dates).toHaveLength(3)
    const off = await site.post(`/events/${id}/dates/${second?.id}/cancellation`, { because: '' }, asOfficer)
    expect([off.statusCode, off.body.includes('Say why it is called off')]).toEqual([422, true])
    await site.post(`/events/${id}/dates/${second?.id}/cancellation`, { because: 'It floods.', rest: 'yes' }, asOfficer)
    for (const where of [here, '/teams/bracebridge-heath/events', '/events', '/officers/events', base])
      expect(await read(where, asOfficer), where).toContain('Called off')
    for (const where of [here, '/teams/bracebridge-heath/events', '/events', base])
      expect(await read(where, asOfficer), where).toContain('It floods.')
    expect((await site.get(`${base}/dates/${second?.id}/change`, asOfficer)).statusCode).toBe(403)
    expect((await site.get(`/officers/events/${id}/dates/999999/change`, asOfficer)).statusCode).toBe(404)
  })
})

describe('readers', () => {
  test('find what is coming, then what came of it, with the earlier wordings', async () => {
    const { db } = site.world
    const { id, path, dates } = await planned(db, officer, team, { title: 'A talk about scams', days: 20, onlineUrl: 'https://meet.example/room' })
    const [date] = dates
    expect(await read('/teams/bracebridge-heath/events')).toContain('A talk about scams')
    expect(await read('/events?view=past')).not.toContain('A talk about scams')
    expect((await site.get(path)).body).toContain('href="https://meet.example/room"')
    travelTo(date?.endsAt ?? now())
    const cookie = await site.cookieOf(officer)
    expect(await read('/teams/bracebridge-heath/events')).not.toContain('A talk about scams')
    expect(await read(path)).toContain('has not written down yet')
    const over = await site.get('/officers/events?view=over', cookie)
    expect(over.body).toContain(`/officers/events/${id}/dates/${date?.id}/notes`)
    const notes = `/events/${id}/dates/${date?.id}/notes`
    expect((await site.get(notes)).statusCode).toBe(404)
    const empty = await site.post(notes, { said: ' ', came: 'many', version: '0' }, cookie)
    expect([empty.statusCode, empty.body.includes('Say in a few words'), empty.body.includes('whole number')]).toEqual([422, true, true])
    await site.post(notes, { said: 'Many were called <b>by</b> a bank.', decided: 'A leaflet.', came: '14', version: '0' }, cookie)
    await site.post(notes, { said: 'Many were called.', decided: 'A leaflet.', came: '14', version: '1' }, cookie)
    for (const where of [path, '/events?view=past', '/teams/bracebridge-heath/events?view=past']) {
      const words = await read(where)
      expect(words, where).toMatch(/What was said Many were called\. What was decided A leaflet\. How many came 14 people/)
      expect(words).toContain('Changed: see the earlier wordings')
    }
    expect(await read(notes)).toContain('Many were called &lt;b&gt;by&lt;/b&gt; a bank.')
    expect((await site.get(`/events/${id + 1}/dates/${date?.id}/notes`)).statusCode).toBe(404)
    expect((await site.get(path)).body).not.toContain('Join online')
  })

  test('an address that a team once had leads on, and one that makes no sense is the beginning', async () => {
    expect((await site.get('/events?after=nonsense')).statusCode).toBe(200)
    expect((await site.get('/teams/no-such-team/events')).statusCode).toBe(404)
  })
})

test('a live hour: asked before, watched, taken, answered, passed, and what is left', async () => {
  const { db } = site.world
  const { id, path, conversationId, dates } = await planned(db, officer, team, {
    title: 'Ask us live',
    format: 'question-hour',
    days: 8,
    date: { venue: 'On this page' },
  })
  const asResident = await site.cookieOf(resident)
  const ask = async (body: string) => (await postComment(db, resident, conversationId, { body, parentId: null, clientKey: randomUUID() })).id
  const first = await ask('Why no <b>speed</b> camera?')
  await ask('Who cuts the hedge?')
  const before = await site.get(path)
  expect(before.body).not.toContain('hx-trigger="every')
  expect(wordsOf(before.body)).toMatch(/From 2pm .*Waiting .*Who cuts the hedge/)
  const desk = `/officers/events/${id}/hour`
  expect((await site.get(desk, asResident)).statusCode).toBe(403)
  const early = await site.post(`/events/${id}/hour/takes`, {}, asOfficer)
  expect([early.statusCode, early.body.includes('has not begun')]).toEqual([403, true])

  travelTo(dates[0]?.startsAt ?? now(), 60_000)
  const [cookie, reader] = [await site.cookieOf(officer), await site.cookieOf(resident)]
  await site.post(`/comments/${first}/reactions`, { 'same-here': '' }, reader)
  const live = await site.get(path)
  expect(wordsOf(live.body)).toContain('Live until 4pm')
  expect(live.body).toContain(`hx-get="/events/${id}/hour" hx-headers='{"x-unattended":"yes"}'`)
  expect(await read(desk, cookie)).toContain('Take the next question')
  for (let tap = 0; tap < 2; tap++) expect((await site.post(`/events/${id}/hour/takes`, {}, cookie)).statusCode).toBe(303)
  expect(await read(`/events/${id}/hour`)).toMatch(/Being answered now Maureen T Why no &lt;b&gt;speed&lt;\/b&gt; camera\? With PC Imran Adeyemi/)
  const wrong = await site.post(`/events/${id}/hour/answers`, { comment: String(first), body: ' ', key: randomUUID() }, cookie)
  expect([wrong.statusCode, wrong.body.includes('Write your answer')]).toEqual([422, true])
  await site.post(`/events/${id}/hour/answers`, { comment: String(first), body: 'It comes in May.', key: randomUUID() }, cookie)
  const answered = await read(path)
  expect(answered).toMatch(
    /Answered \(1\) Maureen T asked Why no .* 1 person wants to know this too PC Imran Adeyemi Officer · Bracebridge Heath team It comes in May\./,
  )
  await site.post(`/events/${id}/hour/takes`, {}, cookie)
  const taken = /name="comment" value="(\d+)"/.exec((await site.get(desk, cookie)).body)?.[1] ?? ''
  await site.post(`/events/${id}/hour/passes`, { comment: taken, because: 'The council does that.' }, cookie)
  expect(await read(path)).toMatch(/Not answered in the hour Who cuts the hedge\? Why: The council does that\./)
  const none = await site.post(`/events/${id}/hour/takes`, {}, cookie)
  expect(none.headers['location']).toContain('done=none-waits')

  await ask('Not reached?')
  const withoutNotes = async () => {
    const { counts } = await performanceOf(db, team.id, now())
    return counts.held - counts.noted
  }
  const unnoted = await withoutNotes()
  travelTo(dates[0]?.endsAt ?? now())
  expect(await read(path)).toMatch(/The hour ended at 4pm.* Not reached The team answers these in writing, here, until/)
  const over = (await site.get(path, asOfficer)).body
  for (const words of ['It comes in May.', 'Who cuts the hedge?', 'Not reached?']) expect(over.split(words), words).toHaveLength(2)
  expect(over).not.toMatch(/Write down what came of it|has not written down/)
  expect((await site.get('/officers/events?view=over', asOfficer)).body).not.toMatch(new RegExp(`/officers/events/${id}/dates/\\d+/notes`))
  expect(await withoutNotes()).toBe(unnoted)
  const own = await site.get(`/comments/${first}`)
  expect(own.headers.location).toBe(`${path}?from=${first}#c${first}`)
  const alone = (await site.get(String(own.headers.location))).body
  expect(alone).toContain('It comes in May.')
  expect(alone).not.toContain('Who cuts the hedge?')
  const ordinary = await planned(db, officer, team, { days: 9 })
  expect((await site.get(`/events/${ordinary.id}/hour`)).statusCode).toBe(404)
})
