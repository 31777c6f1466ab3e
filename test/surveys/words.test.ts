/** What people wrote: read by the team, chosen one by one, taken back or out, and never shown otherwise. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { closeSurvey } from '../../src/surveys/counting.ts'
import { publishResults } from '../../src/surveys/publishing.ts'
import { surveyWords } from '../../src/surveys/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { open, question } from './survey-world.ts'

let site: TestApp
let team: TeamName
let sergeant: SignedIn
let press: SignedIn
let residents: SignedIn[]
const cookie: Record<string, string> = {}

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  sergeant = await makeStaff(db, 'Sgt Holland', 'supervisor', team)
  press = await makeStaff(db, 'Josie Press', 'press-office')
  residents = await Promise.all(Array.from({ length: 35 }, (_, at) => makeResident(db, `Resident ${at}`)))
  const others = {
    officer: await makeStaff(db, 'PC Adeyemi', 'officer', team),
    stranger: await makeStaff(db, 'Sgt Stone', 'supervisor', await makeTeam(db, 'Waddington')),
    administrator: await makeStaff(db, 'Ada', 'administrator'),
    resident: residents[0] ?? sergeant,
  }
  for (const [name, actor] of Object.entries({ ...others, sergeant, press })) cookie[name] = await site.cookieOf(actor)
})
afterAll(() => site.close())

async function written(texts: readonly string[]): Promise<number> {
  const { db } = site.world
  const { id, questions } = await open(db, sergeant, team, { questions: [question({ sort: 'words', title: 'What should we know?', options: [] })] })
  const asked = questions[0]?.id ?? 0
  for (const [at, text] of texts.entries())
    await answerSurvey(db, site.config, residents[at] ?? sergeant, id, { area: null, channel: 'web', values: { [asked]: { sort: 'words', text } } })
  await closeSurvey(db, site.config, sergeant, id)
  return id
}

const rowsOf = (id: number) => site.world.db.select().from(surveyWords).where(eq(surveyWords.surveyId, id))
const idOf = async (id: number, words: string): Promise<string> => (await rowsOf(id)).find((row) => row.words === words)?.id ?? ''
const FIVE = ['Call me on 07700 900123', 'More lights', 'More buses', 'Less noise', 'Nothing']

test('the team and the press office read them, with what the screening found; nobody else does', async () => {
  const id = await written(FIVE)
  for (const who of ['officer', 'sergeant', 'press']) {
    const answer = await site.get(`/officers/surveys/${id}/words`, cookie[who])
    expect(answer.body).toContain('More lights')
    expect(answer.body).toContain('A phone number')
  }
  expect((await site.get(`/officers/surveys/${id}/words`, cookie['officer'])).body).not.toContain('Show it in the results')
  for (const who of ['stranger', 'administrator', 'resident']) {
    const answer = await site.get(`/officers/surveys/${id}/words`, cookie[who])
    expect(answer.statusCode).toBe(403)
    expect(answer.body).not.toContain('More lights')
  }
  expect((await site.get(`/officers/surveys/${id}/words`)).statusCode).toBe(303)
})

test('a long list is paged by key: each once', async () => {
  const texts = Array.from({ length: 35 }, (_, at) => `Said by number ${at}.`)
  const id = await written(texts)
  const first = (await site.get(`/officers/surveys/${id}/words`, cookie['sergeant'])).body
  const next = /words\?after=([\da-f-]{36})/.exec(first)?.[1]
  const second = (await site.get(`/officers/surveys/${id}/words?after=${next}`, cookie['sergeant'])).body
  const shown = [first, second].flatMap((body) => [...body.matchAll(/asked">(Said by number \d+\.)/g)].map(([, words]) => words))
  expect(new Set(shown)).toEqual(new Set(texts))
  expect(shown).toHaveLength(texts.length)
})

test('only what was released is in the results; before they are out it is taken back', async () => {
  const id = await written(FIVE)
  const lights = await idOf(id, 'More lights')
  for (const who of ['officer', 'stranger', 'administrator', 'resident'])
    expect((await site.post(`/surveys/${id}/words/${lights}/release`, {}, cookie[who])).statusCode, who).toBeGreaterThanOrEqual(403)
  expect((await rowsOf(id)).filter(({ releasedAt }) => releasedAt !== null)).toEqual([])
  // A double tap, and two colleagues at once.
  const answers = await Promise.all(
    ['sergeant', 'sergeant', 'press'].map((who) => site.post(`/surveys/${id}/words/${lights}/release`, {}, cookie[who])),
  )
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303])
  expect((await site.get(`/surveys/${id}/results`, cookie['sergeant'])).body).toContain('More lights')
  await site.post(`/surveys/${id}/words/${lights}/release/end`, {}, cookie['sergeant'])
  expect((await site.get(`/surveys/${id}/results`, cookie['sergeant'])).body).not.toContain('More lights')
  await site.post(`/surveys/${id}/words/${await idOf(id, 'More buses')}/release`, {}, cookie['press'])
  await publishResults(site.world.db, press, id)
  const [page, file] = [(await site.get(`/surveys/${id}/results`)).body, (await site.get(`/surveys/${id}/results.csv`)).body]
  for (const body of [page, file]) {
    expect(body).toContain('More buses')
    for (const words of FIVE.filter((one) => one !== 'More buses')) expect(body).not.toContain(words)
  }
})

test('published words come out by the press office alone, with a reason, a note in their place and a row in the log', async () => {
  const { db } = site.world
  const id = await written(FIVE)
  const lights = await idOf(id, 'More lights')
  await site.post(`/surveys/${id}/words/${lights}/release`, {}, cookie['sergeant'])
  await publishResults(db, sergeant, id)
  expect((await site.post(`/surveys/${id}/words/${lights}/release/end`, {}, cookie['sergeant'])).statusCode).toBe(403)
  expect((await site.post(`/surveys/${id}/words/${lights}/removal`, { reason: 'personal-data' }, cookie['sergeant'])).statusCode).toBe(403)
  expect((await site.get(`/surveys/${id}/words/${lights}/removal`, cookie['press'])).body).toContain('Take words out of the results')
  const wrong = await site.post(`/surveys/${id}/words/${lights}/removal`, { note: 'Kept note' }, cookie['press'])
  expect(wrong.statusCode).toBe(422)
  expect(wrong.body).toContain('Choose a reason')
  expect(wrong.body).toContain('Kept note')
  const [first, second] = await Promise.all(
    [1, 2].map(() => site.post(`/surveys/${id}/words/${lights}/removal`, { reason: 'personal-data', note: '' }, cookie['press'])),
  )
  expect(new Set([first?.statusCode, second?.statusCode])).toEqual(new Set([303, 409]))
  const { body } = await site.get(`/surveys/${id}/results`)
  expect(body).not.toContain('More lights')
  const [row] = (await rowsOf(id)).filter(({ takenOutAt }) => takenOutAt !== null)
  expect(body).toContain(`/moderation-log/${row?.takenOutLogId}`)
  const [entry] = await db
    .select()
    .from(log)
    .where(eq(log.id, row?.takenOutLogId ?? 0))
  expect(entry).toMatchObject({ act: 'redact', item: 'post', reasonCode: 'personal-data', role: 'press-office', audience: 'public' })
  expect((await verifyLog(db)).brokenAt).toBeNull()
  expect((await site.get(`/surveys/${id}/results.csv`)).body).not.toContain('More lights')
  // Nobody puts it back.
  expect((await site.post(`/surveys/${id}/words/${lights}/release`, {}, cookie['press'])).statusCode).toBe(409)
})
