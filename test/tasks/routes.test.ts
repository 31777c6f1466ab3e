/** "Can you help?" over HTTP: the pages of readers, of the team and of a partner. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { PARTNER, makeTask, typedTask } from './task-world.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let as: Record<'officer' | 'partner' | 'stranger' | 'resident', string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  as = {
    officer: await site.cookieOf(officer),
    partner: await site.cookieOf(await makeStaff(db, 'Wendy Ash', 'partner')),
    stranger: await site.cookieOf(await makeStaff(db, 'PC Else', 'officer', await makeTeam(db, 'Alford'))),
    resident: await site.cookieOf(await makeResident(db, 'Mo')),
  }
})
afterAll(() => site?.close())

const send = (form: Record<string, string>, cookie: string) =>
  site.post('/tasks', { ...typedTask(form), team: String(team.id), key: randomUUID() }, cookie)

test('from the form of an officer to the lists, the page and the sign-up', async () => {
  expect((await site.get('/officers/tasks/new', as.officer)).body).toContain('Safeguarding note')
  const wrong = await send({ safeguarding: '', venue: '' }, as.officer)
  expect(wrong.statusCode).toBe(422)
  expect(wrong.body).toContain('Say how helpers')
  expect(wrong.body).toContain('along the **old railway**')
  const sent = await send({ age: '16' }, as.officer)
  const here = String(sent.headers['location']).split('?')[0] ?? ''
  const page = await site.get(here)
  for (const said of ['Keeping everybody safe', 'Leave needles where they are', '16 and over', '0 of 12 places taken', '/sign-up', 'event.ics'])
    expect(page.body).toContain(said)
  for (const hidden of ['/officers/', 'Look after this']) expect(page.body).not.toContain(hidden)
  expect((await site.get(here, as.officer)).body).toContain('Look after this')
  for (const list of ['/can-you-help', `/teams/${team.slug}/can-you-help`]) expect((await site.get(list)).body).toContain('0 of 12 places taken')
})

test('a partner proposes, the team agrees, and both look after it', async () => {
  const form = await site.get('/officers/tasks/new', as.partner)
  expect(form.body).toContain('Propose a task')
  expect((await send({}, as.partner)).body).toContain('Enter the name of who runs it')
  const sent = await send({ ...PARTNER, title: 'Speed watch on Grantham Road' }, as.partner)
  const path = String(sent.headers['location']).split('?')[0] ?? ''
  expect(path).toMatch(/^\/officers\/tasks\/\d+$/)
  for (const reader of [as.partner, as.officer]) expect((await site.get(path, reader)).body).toContain('Waits for a second person')
  for (const other of [as.stranger, as.resident]) expect((await site.get(path, other)).statusCode).toBeGreaterThanOrEqual(403)
  expect((await site.get('/can-you-help')).body).not.toContain('Grantham Road')
  expect((await site.get('/officers/tasks', as.officer)).body).toContain('Waits for your answer')
  const id = path.split('/').at(-1) ?? ''
  expect((await site.get(path, as.officer)).body).toMatch(/<dt>When<\/dt><dd>\w+day \d+ \w+ \d{4}, 10am to midday<\/dd>/)
  expect((await site.post(`/tasks/${id}/answer`, { answer: 'agreed', note: '' }, as.partner)).statusCode).toBe(403)
  expect((await site.post(`/tasks/${id}/answer`, { answer: 'refused', note: '' }, as.officer)).statusCode).toBe(422)
  expect((await site.post(`/tasks/${id}/answer`, { answer: 'agreed', note: '' }, as.officer)).statusCode).toBe(303)
  expect((await site.get('/can-you-help')).body).toContain('Grantham Road')
  const stands = /href="(\/teams\/[^"]+\/posts\/[^"]+)"[^>]*>Speed watch/.exec((await site.get('/can-you-help')).body)?.[1] ?? ''
  expect((await site.get(stands)).body).toContain('<span class="mark">Partner · North Kesteven Council</span>')
  const own = await site.get('/officers/tasks', as.partner)
  expect(own.body).toContain('Speed watch on Grantham Road')
  const kept = await site.get(path, as.partner)
  expect(kept.body).toContain('Call off all dates')
  expect(kept.body).not.toContain('Add dates')
  const who = /\/officers\/occasions\/\d+/.exec(kept.body)?.[0] ?? ''
  expect((await site.get(who, as.partner)).statusCode).toBe(200)
  expect((await site.get(who, as.stranger)).statusCode).toBe(403)
})

test('changing, more dates, calling off, and closing with thanks', async () => {
  const task = await makeTask(site.world.db, officer, team, { title: 'Good neighbours' })
  const here = `/officers/tasks/${task.id}`
  expect((await site.get(`${here}/change`, as.officer)).body).toContain('Good neighbours')
  const changed = await site.post(`/tasks/${task.id}/changes`, { ...typedTask({ title: 'Good neighbours meet' }), version: '1' }, as.officer)
  expect(changed.statusCode).toBe(303)
  expect((await site.post(`/tasks/${task.id}/changes`, { ...typedTask({ title: 'Older form' }), version: '1' }, as.officer)).statusCode).toBe(409)
  expect((await site.get(`${here}/dates`, as.officer)).body).toContain('The bandstand')
  const dates = typedTask({ from: '6pm', until: '8pm', every: 'week', times: '2' })
  for (let tap = 0; tap < 2; tap++) expect((await site.post(`/tasks/${task.id}/dates`, dates, as.officer)).statusCode).toBe(303)
  expect((await site.get(`/teams/${team.slug}/can-you-help`)).body).toContain('and 2 more dates')
  expect((await site.post(`/tasks/${task.id}/closure`, { thanks: 'Thank you.' }, as.officer)).statusCode).toBe(422)
  for (let tap = 0; tap < 2; tap++) expect((await site.post(`/tasks/${task.id}/cancellation`, { because: 'Storm' }, as.officer)).statusCode).toBe(303)
  const closed = await site.post(`/tasks/${task.id}/closure`, { thanks: 'Thank you, all twelve of you.' }, as.officer)
  const page = await site.get(String(closed.headers['location']), as.officer)
  expect(page.body).toContain('Thank you, all twelve of you.')
  const compose = /href="(\/teams\/[^"]+\/posts\/new\?kind=outcome[^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect((await site.get(compose, as.officer)).body).toContain(`/teams/${team.slug}/posts/${task.postId}`)
  expect((await site.get(`/teams/${team.slug}/can-you-help`)).body).toMatch(/Done, with thanks[\s\S]*all twelve of you/)
  expect((await site.get('/can-you-help?view=closed')).body).toContain('all twelve of you')
  for (const step of ['change', 'dates', 'call-off', 'close']) expect((await site.get(`${here}/${step}`, as.officer)).statusCode).toBe(403)
})

test('what is not there, or not one’s own', async () => {
  const task = await makeTask(site.world.db, officer, team)
  for (const path of ['/officers/tasks/999999', '/officers/tasks/x']) expect((await site.get(path, as.officer)).statusCode).toBe(404)
  expect((await site.get('/teams/nowhere/can-you-help')).statusCode).toBe(404)
  for (const path of ['changes', 'cancellation', 'closure'])
    for (const other of [as.stranger, as.partner])
      expect(
        (await site.post(`/tasks/${task.id}/${path}`, { ...typedTask(PARTNER), because: 'No', thanks: 'No', version: '1' }, other)).statusCode,
      ).toBeGreaterThanOrEqual(403)
})
