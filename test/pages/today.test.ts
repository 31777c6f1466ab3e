import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { publishQuestion } from '../../src/questions/answer.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let heath: TeamName
let officer: SignedIn
let far: SignedIn
let resident: SignedIn

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  heath = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', heath)
  far = await makeStaff(db, 'PC Lee Ward', 'officer', await makeTeam(db, 'Skegness'))
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => site.close())
afterEach(() => moveClock(0))

async function ask(title: string, published: boolean): Promise<void> {
  const words = { title, body: 'Please tell us.' }
  const { id } = await askQuestion(site.world.db, resident, heath, { ...words, visibility: 'public', named: true, clientKey: randomUUID() })
  if (published) await publishQuestion(site.world.db, officer, id, { ...words, tags: ['ditches'], answer: null, clientKey: randomUUID() })
}
const read = async (path: string, by: SignedIn) => (await site.get(path, await site.cookieOf(by))).body

test('says that nothing waits while nothing does', async () => {
  const page = await read('/staff/today', far)
  for (const words of ['No public question waits.', 'No team is short of hands.', 'No suggestion with support waits.']) expect(page).toContain(words)
})

test('shows what waits, for how long, whose hands are short and by which rule, and leads into helping', async () => {
  await ask('Who clears the ditch?', true)
  await ask('Marked Hollowmere', false)
  moveClock(75 * 3_600_000)
  const page = await read('/staff/today', far)
  for (const words of [
    'Who clears the ditch?',
    'overdue by 3 hours',
    '<b>2</b> open',
    '<b>2</b> of them overdue',
    'more than 5 open questions for each',
    'ditches',
  ])
    expect(page).toContain(words)
  expect(page).not.toContain('Hollowmere')
  expect(page).toContain(`action="/staff/teams/${heath.slug}/help"`)
  expect(page).toContain(`href="/staff/teams/${heath.slug}/waiting"`)
  expect(page).toContain('Suggest an answer')
  const own = await read('/staff/today', officer)
  expect(own).toMatch(/href="\/questions\/\d+">Answer</)
  expect(own).not.toContain('Suggest an answer')
  expect(own).not.toContain(`action="/staff/teams/${heath.slug}/help"`)
})

test('one tap offers help and shows what waits there, with the way to the notes beside each', async () => {
  const cookie = await site.cookieOf(far)
  const sent = await site.post(`/staff/teams/${heath.slug}/help`, { key: randomUUID() }, cookie)
  expect(sent.statusCode).toBe(303)
  expect(sent.headers['location']).toContain(`/staff/teams/${heath.slug}/waiting`)
  const page = await read(`/staff/teams/${heath.slug}/waiting`, far)
  expect(page).toContain('Who clears the ditch?')
  expect(page).toMatch(/href="\/conversations\/\d+\/notes">Suggest an answer/)
  expect(await read(`/staff/teams/${heath.slug}/waiting`, officer)).toMatch(/href="\/questions\/\d+">Answer</)
  expect(page).not.toContain('Hollowmere')
  expect(page).toContain('Lending a hand just now')
  expect(page).not.toContain('>Help this team</button>')
  const end = /action="(\/staff\/teams\/[^"]+\/end)"/.exec(page)?.[1] ?? ''
  expect(await read(`/staff/teams/${heath.slug}/waiting`, officer)).not.toContain(end)
  expect((await site.post(end, {}, await site.cookieOf(officer))).statusCode).toBe(404)
  const sergeant = await makeStaff(site.world.db, 'Sgt Helen Marsh', 'supervisor', heath)
  expect(await read(`/staff/teams/${heath.slug}/waiting`, sergeant)).toContain('Say that there are hands enough')
  expect((await site.post(end, {}, cookie)).statusCode).toBe(303)
  expect(await read(`/staff/teams/${heath.slug}/waiting`, far)).toContain('Help this team')
})

test('a team that is none has nothing that waits', async () => {
  expect((await site.get('/staff/teams/atlantis/waiting', await site.cookieOf(far))).statusCode).toBe(404)
})
