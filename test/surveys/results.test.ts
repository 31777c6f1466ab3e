/** Results: who reads them when, that the page and the file say the same, and that they come out. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { answerSurvey, enterSheet } from '../../src/surveys/answering.ts'
import { closeSurvey, closeSurveys } from '../../src/surveys/counting.ts'
import { callOffSurvey } from '../../src/surveys/ending.ts'
import { publishResults } from '../../src/surveys/publishing.ts'
import type { Answer, Question } from '../../src/surveys/question.ts'
import { surveys } from '../../src/surveys/schema.ts'
import { endSwitch, setSwitch } from '../../src/switches/switch.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPlace } from '../places/presence-world.ts'
import { ONE_OF_EACH, open, question } from './survey-world.ts'

const DAY = 86_400_000

let site: TestApp
let team: TeamName
let sergeant: SignedIn
let officer: SignedIn
let stranger: SignedIn
let press: SignedIn
let residents: SignedIn[]
let cookies: Record<'sergeant' | 'officer' | 'stranger' | 'press' | 'resident', string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const other = await makeTeam(db, 'Waddington')
  sergeant = await makeStaff(db, 'Sgt Holland', 'supervisor', team)
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  stranger = await makeStaff(db, 'PC Stone', 'officer', other)
  press = await makeStaff(db, 'Josie Press', 'press-office')
  residents = await Promise.all(Array.from({ length: 24 }, (_, at) => makeResident(db, `Resident ${at}`)))
  cookies = {
    sergeant: await site.cookieOf(sergeant),
    officer: await site.cookieOf(officer),
    stranger: await site.cookieOf(stranger),
    press: await site.cookieOf(press),
    resident: await site.cookieOf(residents[0] ?? sergeant),
  }
})
afterAll(() => site.close())
afterEach(() => moveClock(0))

/** The person's number decides what they answer. */
function answerOf(questions: readonly Question[], at: number): Answer {
  const values: Answer['values'] = {}
  for (const { id, sort } of questions) {
    if (sort === 'one') values[id] = { sort, choice: at % 2 }
    if (sort === 'several') values[id] = { sort, choices: at % 3 === 0 ? [0, 1] : [at % 3] }
    if (sort === 'scale') values[id] = { sort, value: 2 + (at % 3) }
    if (sort === 'words' && at < 3) values[id] = { sort, text: `Words number ${at}` }
    if (sort === 'rank') values[id] = { sort, order: at % 2 === 0 ? [0, 1, 2] : [1, 0, 2] }
    if (sort === 'pin') values[id] = { sort, cell: at < 6 ? '53.187,-0.532' : `53.2${10 + at},-0.5${10 + at}` }
  }
  return { area: at < 11 ? 'North' : at < 21 ? 'South' : null, channel: 'web', values }
}

async function counted(people: number, audience: 'public' | 'staff' = 'public', asked = ONE_OF_EACH): Promise<{ id: number; questions: Question[] }> {
  const { db } = site.world
  const made = await open(db, sergeant, team, { audience, areas: ['North', 'South'], questions: asked })
  const who = audience === 'public' ? residents : []
  for (const [at, resident] of who.slice(0, people).entries()) await answerSurvey(db, site.config, resident, made.id, answerOf(made.questions, at))
  for (let at = who.length === 0 ? 0 : people; at < people; at++)
    await enterSheet(db, site.config, sergeant, made.id, { channel: 'paper', number: `${at + 1}` }, answerOf(made.questions, at))
  await closeSurvey(db, site.config, sergeant, made.id)
  return made
}

const page = (id: number, as?: string) => site.get(`/surveys/${id}/results`, as)

describe('who reads them', () => {
  test('the team and the press office look first; everybody else is told when they come out', async () => {
    const { id } = await counted(24)
    for (const as of [cookies.officer, cookies.sergeant, cookies.press]) expect((await page(id, as)).body).toContain('Not published yet')
    for (const as of [undefined, cookies.resident, cookies.stranger]) {
      const answer = await page(id, as)
      expect(answer.statusCode).toBe(200)
      expect(answer.body).toContain('The team looks at the results first')
      expect(answer.body).not.toContain('24 people')
      expect((await site.get(`/surveys/${id}/results.csv`, as)).statusCode).toBe(404)
    }
    expect((await page(id, cookies.officer)).body).not.toContain('Publish the results')
    expect((await site.post(`/surveys/${id}/results/publication`, {}, cookies.officer)).statusCode).toBe(403)
    expect((await site.post(`/surveys/${id}/results/publication`, {}, cookies.stranger)).statusCode).toBe(403)
    const published = await site.post(`/surveys/${id}/results/publication`, {}, cookies.sergeant)
    expect(published.headers['location']).toContain(`/surveys/${id}/results`)
    // A second tap changes nothing.
    expect((await site.post(`/surveys/${id}/results/publication`, {}, cookies.press)).statusCode).toBe(303)
    const open = await page(id)
    expect(open.body).toContain('24 people answered')
    expect(open.body).toContain('id="conversation"')
    expect((await told(id)).length).toBe(1)
  })

  test('a survey of staff: its results are there for staff alone', async () => {
    const { id } = await counted(24, 'staff')
    await publishResults(site.world.db, sergeant, id)
    for (const as of [undefined, cookies.resident]) {
      expect((await page(id, as)).statusCode).toBe(404)
      expect((await site.get(`/surveys/${id}/results.csv`, as)).statusCode).toBe(404)
    }
    const read = await page(id, cookies.stranger)
    expect(read.body).toContain('24 people answered')
    expect(read.body).toContain('on paper')
  })

  test('open, called off, and answered by fewer than five', async () => {
    const { db } = site.world
    const { id } = await open(db, sergeant, team)
    expect((await page(id)).body).toContain('still open')
    await callOffSurvey(db, sergeant, id, 'The street is closed.')
    expect((await page(id)).body).toContain('The street is closed.')
    const { id: few } = await counted(4)
    expect((await page(few)).body).toContain('Fewer than five people answered, so nothing is shown')
    await expect(publishResults(db, sergeant, few)).rejects.toThrow('no results')
  })
})

const told = (id: number) =>
  site.world.db
    .select()
    .from(activities)
    .where(eq(activities.kind, 'survey.published'))
    .then((rows) => rows.filter(({ detail }) => detail['surveyId'] === id))

describe('they come out', () => {
  const publishedAt = async (id: number) =>
    (await site.world.db.select({ at: surveys.publishedAt }).from(surveys).where(eq(surveys.id, id)))[0]?.at ?? null

  test('by themselves seven days after closing, once', async () => {
    const { id } = await counted(6)
    moveClock(7 * DAY - 60_000)
    await closeSurveys(site.world.db, site.config)
    expect(await publishedAt(id)).toBeNull()
    moveClock(120_000)
    await Promise.all([closeSurveys(site.world.db, site.config), closeSurveys(site.world.db, site.config)])
    expect(await publishedAt(id)).not.toBeNull()
    expect(await told(id)).toMatchObject([{ actorId: null, audience: 'public', teamId: team.id }])
  })

  test('not before an election, unless the press office publishes them', async () => {
    const { db } = site.world
    const { id } = await counted(6)
    const mode = await setSwitch(db, press, {
      kind: 'pre-election',
      banner: 'An election is coming.',
      bannerLink: null,
      because: 'Election',
      wholeForce: false,
      teamIds: [team.id],
      kinds: ['survey'],
      startsAt: null,
      endsAt: new Date(Date.now() + 30 * DAY),
      clientKey: randomUUID(),
    })
    moveClock(8 * DAY)
    await closeSurveys(db, site.config)
    expect(await publishedAt(id)).toBeNull()
    await expect(publishResults(db, sergeant, id)).rejects.toThrow('pre-election')
    await publishResults(db, press, id)
    expect(await publishedAt(id)).not.toBeNull()
    await endSwitch(db, press, mode, 'It is over.')
  })
})

describe('the page', () => {
  test('says each sort of question in figures and words, and the file the same', async () => {
    const { id } = await counted(24)
    await publishResults(site.world.db, press, id)
    const { body } = await page(id)
    expect(body).toContain('All 24 people answered this question.')
    expect(body).toContain('12 (50%)')
    expect(body).toContain('On average 3 out of 5.')
    expect(body).toContain('The middle answer is 3.')
    expect(body).toContain('on average in place 1.5')
    // Three wrote something: that is too few to say how many.
    expect(body).toContain('Fewer than five people wrote an answer.')
    expect(body).not.toContain('Words number')
    // Nobody knows a place by its degrees, or reads a heading twice.
    expect(body).toMatch(/In the (north|south)[\w-]* of the map/)
    expect(body).not.toMatch(/53\.\d\d\d, -0\.\d\d\d/)
    for (const { title } of ONE_OF_EACH) expect(body.split(title), title).toHaveLength(2)
    // Half of the people fill half of the width.
    expect(body).toMatch(/<rect width="50%" height="14"\/><\/svg><\/th><td class="n">12 \(50%\)/)
    await openPlace(site.world.db, team, 'Heath Library')
    expect((await page(id)).body).toMatch(/(Near|About [\d.]+ k?m [\w-]+ of) Heath Library/)
    expect(body).toContain('a square about 1 km wide')
    expect(body).toContain('By part of the area')
    const file = await site.get(`/surveys/${id}/results.csv`)
    expect(file.headers['content-type']).toContain('text/csv')
    // What some see before others stays in no cache.
    expect(file.headers['cache-control']).toBe('no-cache')
    expect((await site.get(`/surveys/${id}/results.csv`, cookies.officer)).headers['cache-control']).toBe('private, no-store')
    expect(peopleInFile(file.body).toSorted()).toEqual(peopleOnPage(body).toSorted())
  })

  test('channels and parts of the area are said where they are not too few', async () => {
    const { db } = site.world
    const { id, questions } = await open(db, sergeant, team, { areas: ['North', 'South'], questions: [question()] })
    for (const [at, resident] of residents.slice(0, 18).entries())
      await answerSurvey(db, site.config, resident, id, { ...answerOf(questions, at), area: at < 3 ? 'South' : 'North' })
    for (let at = 0; at < 2; at++) await enterSheet(db, site.config, officer, id, { channel: 'phone', number: `${at}` }, answerOf(questions, at))
    await closeSurvey(db, site.config, sergeant, id)
    const { body } = await page(id, cookies.officer)
    expect(body).toContain('20 people answered')
    // Two by phone could be found from those on the web, and three in the South from those in the North.
    expect(body).toMatch(/<b>20<\/b> on the web, |<b>20<\/b> on the web or /)
    expect(body).not.toMatch(/>(2|3|18|17|15)<\/(b|td|dd)>/)
    expect(body).not.toContain('By part of the area')
  })

  test('a question is still asked by nobody who is signed out, and a moderator’s removal takes the results along', async () => {
    const { id } = await counted(6)
    await publishResults(site.world.db, press, id)
    await site.world.db.$client.query(
      `update posts set state = 'withdrawn', withdrawn_at = now(), withdrawn_because = 'x' where id = (select post_id from surveys where id = $1)`,
      [id],
    )
    expect((await page(id)).statusCode).toBe(404)
  })
})

/** Numbers of people in the cells of tables, lists and sentences of the figures. */
function peopleOnPage(html: string): string[] {
  const figures = html.slice(html.indexOf('class="lead"'), html.indexOf('id="conversation"'))
  const cells = [
    ...figures.matchAll(/<td class="n">(\d+)/g),
    ...figures.matchAll(/<li><b>(\d+)<\/b>/g),
    ...figures.matchAll(/<dd>(\d+)<\/dd>/g),
    ...figures.matchAll(/lead">(\d+)/g),
  ]
  const others = [...figures.matchAll(/All other places(?:, or no answer)?: (\d+)/g)]
  return [...cells, ...others].map(([, number]) => number ?? '')
}

const peopleInFile = (csv: string): string[] =>
  csv
    .split('\r\n')
    .slice(1)
    .flatMap((row) => /,(\d+),(?:[^,]*|".*")$/.exec(row)?.[1] ?? [])
