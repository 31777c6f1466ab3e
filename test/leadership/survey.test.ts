/**
 * A survey of staff, its whole way: drafted by one, let out by another, answered without a name, read by colleagues alone, with what was done about it.
 */
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { addFollowUp } from '../../src/network/follow-up.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { closeSurvey, closeSurveys } from '../../src/surveys/counting.ts'
import { draftSurvey } from '../../src/surveys/making.ts'
import { publishSurvey, submitSurvey } from '../../src/surveys/opening.ts'
import { publishResults } from '../../src/surveys/publishing.ts'
import type { Question } from '../../src/surveys/question.ts'
import { resultsOf } from '../../src/surveys/results.ts'
import { surveys, surveyTakers } from '../../src/surveys/schema.ts'
import { surveyById } from '../../src/surveys/survey.ts'
import { openApp, type TestApp } from '../app.ts'
import { write } from '../network/circle.ts'
import { begin, dayFromNow, open, question, versionOf } from '../surveys/survey-world.ts'
import { DAY, peopleOf, type People } from './leadership-world.ts'

const TITLE = 'Zebrafinch: how are nights for you?'
const WORDS = (at: number, mark = 'Marrow'): string => `${mark} ${at}: the heating in the yard is broken`
const ASKED = [
  question({ title: 'Do you sleep?', options: ['Yes', 'No'] }),
  question({ sort: 'scale', title: 'How well do we listen?', options: [], scale: { top: 5, low: 'Badly', high: 'Well' } }),
  question({ sort: 'words', title: 'What should we know?', options: [] }),
]

let site: TestApp
let people: People
let cookies: Record<'sergeant' | 'officer' | 'stranger' | 'press' | 'administrator' | 'resident' | 'partner' | 'alone', string>
let survey: { id: number; questions: Question[] }

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  people = await peopleOf(site.world.db)
  const { sergeant, officer, stranger, press, administrator, resident, partner, alone } = people
  const all = { sergeant, officer, stranger, press, administrator, resident, partner, alone }
  const made = await Promise.all(Object.entries(all).map(async ([name, who]) => [name, await site.cookieOf(who)] as const))
  cookies = Object.fromEntries(made) as typeof cookies
})
beforeEach(async () => {
  survey = await open(site.world.db, people.sergeant, people.team, {
    audience: 'staff',
    title: TITLE,
    areas: ['Response', 'Control room'],
    questions: ASKED,
  })
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

test('while it is open, what is said under a name stands folded below, so that nobody takes it for an answer', async () => {
  const { db } = site.world
  const found = await surveyById(db, people.officer, survey.id)
  const folded = /<details><summary>Comment under your name: not part of your answer<\/summary>\s*<form class="compose"/
  for (const path of [`/surveys/${survey.id}`, `/staff/posts/${found.postId}-zebrafinch-how-are-nights-for-you`])
    expect((await site.get(path, cookies.officer)).body, path).toMatch(folded)
  await closeSurvey(db, site.config, people.sergeant, survey.id)
  const after = (await site.get(`/surveys/${survey.id}`, cookies.officer)).body
  expect(after).not.toContain('not part of your answer')
  expect(after).toContain('Add a comment')
})

/** All who can answer. */
const staff = (): SignedIn[] => [people.officer, people.stranger, people.press, people.chief, people.head, ...people.crowd]

const answer = (by: SignedIn, at: number, area: string | null = null) => {
  const [one, scale, words] = survey.questions
  const values = {
    [one?.id ?? 0]: { sort: 'one' as const, choice: at % 2 },
    [scale?.id ?? 0]: { sort: 'scale' as const, value: (at % 5) + 1 },
    [words?.id ?? 0]: { sort: 'words' as const, text: WORDS(at) },
  }
  return answerSurvey(site.world.db, site.config, by, survey.id, { area, channel: 'web', values })
}

async function published(answers: number, areaOf: (at: number) => string | null = () => null): Promise<void> {
  const { db } = site.world
  for (const [at, who] of staff().slice(0, answers).entries()) await answer(who, at, areaOf(at))
  await closeSurvey(db, site.config, people.sergeant, survey.id)
  if (answers >= 5) await publishResults(db, people.sergeant, survey.id)
}

describe('drafting', () => {
  test('an officer hands it in and somebody else lets it out; partner staff and administrators draft none for staff', async () => {
    const { db } = site.world
    const { officer, sergeant, team, partner, administrator, resident } = people
    const id = await begin(db, officer, team, { audience: 'staff', questions: ASKED })
    await submitSurvey(db, officer, id, await versionOf(db, id))
    await expect(publishSurvey(db, officer, id, await versionOf(db, id))).rejects.toThrow(Forbidden)
    await publishSurvey(db, sergeant, id, await versionOf(db, id))
    const form = { title: 'x', intro: '', areas: [], closes: dayFromNow(9), teamId: team.id, audience: 'staff' as const }
    for (const by of [partner, administrator, resident])
      await expect(draftSurvey(db, by, { ...form, clientKey: crypto.randomUUID() })).rejects.toThrow(Forbidden)
  })
})

describe('who has it', () => {
  const inside = ['officer', 'stranger', 'press', 'administrator'] as const
  const outside = ['alone', 'resident', 'partner'] as const
  const PAGES = ['', '/results', '/results.csv']

  test('every member of staff reads and answers it, once; for everybody else there is none', async () => {
    const [one] = survey.questions
    for (const name of inside) {
      expect((await site.get(`/surveys/${survey.id}`, cookies[name])).body).toContain(TITLE)
      const sent = await site.post(`/surveys/${survey.id}/answers`, { [`q${one?.id}`]: '0' }, cookies[name])
      expect(sent.headers['location']).toContain('survey-answered')
      expect((await site.post(`/surveys/${survey.id}/answers`, { [`q${one?.id}`]: '1' }, cookies[name])).headers['location']).toContain(
        'answered-before',
      )
    }
    for (const name of outside) {
      for (const page of PAGES) expect((await site.get(`/surveys/${survey.id}${page}`, cookies[name])).statusCode, `${name} ${page}`).toBe(404)
      expect((await site.post(`/surveys/${survey.id}/answers`, { [`q${one?.id}`]: '0' }, cookies[name])).statusCode).toBe(404)
    }
    for (const page of PAGES) expect((await site.get(`/surveys/${survey.id}${page}`)).statusCode).toBe(404)
    expect(await site.world.db.$count(surveyTakers, eq(surveyTakers.surveyId, survey.id))).toBe(4)
  })

  test('nothing of it is public: no list, team page, feed, tag, search, calendar, or page of a post', async () => {
    const { db } = site.world
    await published(6)
    const [row] = await db.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, survey.id))
    const slug = people.team.slug
    const addresses = ['/', '/surveys', '/surveys?view=over', `/teams/${slug}`, `/teams/${slug}/feed.atom`, `/teams/${slug}/feed.json`, '/feed.atom']
    for (const address of [
      ...addresses,
      `/teams/${slug}/posts/${row?.postId}`,
      `/staff/posts/${row?.postId}`,
      '/search?q=Zebrafinch',
      '/find?q=Zebrafinch',
    ])
      for (const as of [
        undefined,
        cookies.resident,
        cookies.alone,
        cookies.partner,
        ...(address.startsWith('/staff') ? [] : [cookies.administrator]),
      ]) {
        const { body } = await site.get(address, as)
        expect(body.replaceAll('/search?q=Zebrafinch', '').includes('Zebrafinch: how'), `${address} ${as ?? 'visitor'}`).toBe(false)
      }
    // What residents are asked is not mixed with it, also for staff.
    expect((await site.get('/surveys', cookies.officer)).body).not.toContain('Zebrafinch')
    expect((await site.get(`/teams/${slug}/posts/${row?.postId}`, cookies.officer)).statusCode).toBe(404)
  })

  test('what happened with it is told among staff alone, and answering is not told at all', async () => {
    const { db } = site.world
    const before = await db.$count(activities)
    for (const [at, who] of staff().slice(0, 6).entries()) await answer(who, at)
    expect(await db.$count(activities)).toBe(before)
    await closeSurvey(db, site.config, people.sergeant, survey.id)
    const told = await db.select({ audience: activities.audience }).from(activities)
    expect(told.every(({ audience }) => audience === 'staff')).toBe(true)
  })
})

describe('the way in', () => {
  test('what is mine to answer, what I have answered, and what came out', async () => {
    const mine = async (view = '') => (await site.get(`/staff/surveys${view}`, cookies.stranger)).body
    expect(await mine()).toContain('Yours to answer')
    await published(6)
    const after = await mine('?view=over')
    expect(after).toContain(`href="/surveys/${survey.id}/results"`)
    for (const as of [cookies.resident, cookies.alone, cookies.partner]) expect((await site.get('/staff/surveys', as)).statusCode).toBe(403)
    expect((await site.get('/staff/surveys?view=over', cookies.administrator)).body).toContain(`href="/surveys/${survey.id}/results"`)
    expect((await site.get('/staff/surveys')).statusCode).toBe(303)
  })
})

describe('the results', () => {
  test('fewer than five are never opened; from five on they come out', async () => {
    await published(4)
    expect((await resultsOf(site.world.db, people.officer, survey.id)).stage).toBe('too-few')
    survey = await open(site.world.db, people.sergeant, people.team, { audience: 'staff', title: TITLE, questions: ASKED })
    await published(5)
    expect((await resultsOf(site.world.db, people.stranger, survey.id)).counted?.people).toBe(5)
  })

  test('a team or role of fewer than five is not said apart', async () => {
    await published(12, (at) => (at < 9 ? 'Response' : 'Control room'))
    const counted = (await resultsOf(site.world.db, people.stranger, survey.id)).counted
    expect(counted?.areas).toEqual([])
    const page = (await site.get(`/surveys/${survey.id}/results`, cookies.stranger)).body
    expect(page).not.toMatch(/Control room/)
  })

  test('stand open to talk among staff, and what was done about them stands there', async () => {
    const { db } = site.world
    const { officer, stranger, sergeant } = people
    await published(7)
    const { conversationId, postId } = await surveyById(db, officer, survey.id)
    await postComment(db, stranger, conversationId ?? 0, { body: 'The heating first, please.', parentId: null, clientKey: crypto.randomUUID() })
    const done = await write(db, sergeant, { title: 'The heating is mended' })
    await addFollowUp(db, sergeant, postId ?? 0, done.id)
    const { body } = await site.get(`/surveys/${survey.id}/results`, cookies.officer)
    for (const words of ['The heating first, please.', 'What was done about it', 'The heating is mended', 'Recorded and disclosable'])
      expect(body).toContain(words)
    expect(body).not.toContain('Where people live')
  })

  test('nobody outside reads them before or after', async () => {
    await published(6)
    for (const who of [visitor, people.resident, people.alone, people.partner])
      await expect(resultsOf(site.world.db, who, survey.id)).rejects.toThrow(NotFound)
    expect((await resultsOf(site.world.db, people.administrator, survey.id)).counted?.people).toBe(6)
  })
})

describe('who answered what', () => {
  interface Row {
    table: string
    row: string
    xmin: string
  }
  async function dump(): Promise<Row[]> {
    const { $client } = site.world.db
    const tables = await $client.query<{ name: string }>(
      "select format('%I', tablename) as name from pg_tables where schemaname = 'public' order by 1",
    )
    const rows: Row[] = []
    for (const { name } of tables.rows)
      for (const found of (await $client.query<{ row: string; xmin: string }>(`select t::text as row, xmin::text from ${name} t`)).rows)
        rows.push({ table: name, ...found })
    return rows
  }

  test('is in no table: not while it is open, and not when it is counted', async () => {
    const { db } = site.world
    const [, , words] = survey.questions
    for (const [at, who] of staff().slice(0, 10).entries()) {
      const sent = await site.post(`/surveys/${survey.id}/answers`, { [`q${words?.id}`]: WORDS(at, 'Quince') }, await site.cookieOf(who))
      expect(sent.headers['location'], sent.body).toContain('survey-answered')
    }
    const opened = await dump()
    expect(opened.filter(({ row }) => row.includes('Quince') || row.includes(Buffer.from('Quince').toString('base64').slice(0, 8)))).toEqual([])
    const takers = opened.filter(({ table, row }) => table === 'survey_takers' && row.includes(`(${survey.id},`))
    expect(takers.map(({ row }) => row).toSorted()).toEqual(
      staff()
        .slice(0, 10)
        .map(({ accountId }) => `(${survey.id},account:${accountId},)`)
        .toSorted(),
    )
    // The last who answered moved all other envelopes: nothing of the box tells them apart.
    const box = opened.filter(({ table, row }) => table === 'survey_envelopes' && row.includes(`,${survey.id},`))
    expect([box.length, new Set(box.map(({ xmin }) => xmin)).size, new Set(box.map(({ row }) => row.length)).size]).toEqual([10, 1, 1])
    moveClock(20 * DAY)
    await closeSurveys(db, site.config)
    const counted = await dump()
    expect(counted.filter(({ table, row }) => table === 'survey_envelopes' && row.includes(`,${survey.id},`))).toEqual([])
    const written = counted.filter(({ row }) => row.includes('Quince'))
    expect(new Set(written.map(({ table }) => table))).toEqual(new Set(['survey_words']))
    const moments = new Set(written.map(({ xmin }) => xmin))
    expect(moments.size).toBe(1)
    expect(counted.filter(({ table, xmin }) => table === 'survey_takers' && moments.has(xmin))).toEqual([])
  })
})
