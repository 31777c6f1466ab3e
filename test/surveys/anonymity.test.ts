/**
 * Who answered what: nobody can tell, from everything that the database holds.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { putIn, takeAll } from '../../src/surveys/box.ts'
import { closeSurveys } from '../../src/surveys/counting.ts'
import { callOffSurvey } from '../../src/surveys/ending.ts'
import type { Answer, Question } from '../../src/surveys/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { ONE_OF_EACH, open, question } from './survey-world.ts'

let site: TestApp
let team: TeamName
let sergeant: SignedIn

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  sergeant = await makeStaff(site.world.db, 'Sgt Holland', 'supervisor', team)
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const rows = async <Row extends object>(statement: string, ...values: unknown[]): Promise<Row[]> =>
  (await site.world.db.$client.query<Row>(statement, values)).rows

/** All rows of all tables, also of the jobs, as text with what Postgres keeps about each. */
async function dump(): Promise<{ table: string; row: string; xmin: string }[]> {
  const tables = await rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1",
  )
  expect(tables.length).toBeGreaterThan(50)
  const all: { table: string; row: string; xmin: string }[] = []
  for (const { name } of tables)
    for (const { row, xmin } of await rows<{ row: string; xmin: string }>(`select t::text as row, xmin::text from ${name} t`))
      all.push({ table: name, row, xmin })
  return all
}

interface Envelope {
  id: string
  sealed: string
  xmin: string
  ctid: string
}
const envelopesOf = (id: number): Promise<Envelope[]> =>
  rows(`select id, sealed, xmin::text, ctid::text from survey_envelopes where survey_id = $1 order by ctid`, id)

/** With the key, as nobody has it who holds the database alone; and without taking anything out. */
async function openedWith(id: number, envelope: Envelope): Promise<Answer> {
  const ROLL_BACK = new Error('roll back')
  let found: Answer | undefined
  await site.world.db
    .transaction(async (tx) => {
      await tx.execute(`delete from survey_envelopes where survey_id = ${id} and id <> '${envelope.id}'`)
      ;[found] = await takeAll(tx, site.config, id)
      throw ROLL_BACK
    })
    .catch((problem: unknown) => {
      if (problem !== ROLL_BACK) throw problem
    })
  if (!found) throw new Error('nothing was opened')
  return found
}

const SECRET_WORDS = (at: number): string => `Quince tree number ${at} at the corner, it leans.`

const formOf = ([one, , scale, words, , pin]: Question[], at: number): Record<string, string> => ({
  [`q${one?.id}`]: String(at % 3),
  [`q${scale?.id}`]: String((at % 5) + 1),
  [`q${words?.id}`]: SECRET_WORDS(at),
  [`q${pin?.id}`]: `53.1${String(10 + at)}234,-0.5${String(10 + at)}987`,
})

describe('from the whole database, while it is open', () => {
  const PEOPLE = 24
  let id: number
  let questions: Question[]
  let people: SignedIn[]
  let before: { table: string; row: string; xmin: string }[]

  beforeAll(async () => {
    ;({ id, questions } = await open(site.world.db, sergeant, team, { areas: ['Heath', 'Village'] }))
    people = []
    const cookies: string[] = []
    for (let at = 0; at < PEOPLE; at++) {
      const person = await makeResident(site.world.db, `Resident ${at}`)
      people.push(person)
      cookies.push(await site.cookieOf(person))
    }
    before = await dump()
    // One after the other, in a known order.
    for (const [at, cookie] of cookies.entries()) {
      const sent = await site.post(`/surveys/${id}/answers`, { ...formOf(questions, at), area: String(at % 2) }, cookie)
      expect([sent.statusCode, sent.headers['location']]).toEqual([303, `/surveys/${id}?done=survey-answered`])
    }
  }, 120_000)

  test('no word, place or choice of any answer stands anywhere, in any writing', async () => {
    const found: string[] = []
    const needles = people.flatMap((_, at) => {
      const words = Buffer.from(SECRET_WORDS(at))
      // Whichever byte of three a base64 begins at.
      const base64 = [0, 1, 2].map((skip) => words.subarray(skip).toString('base64').slice(0, 20))
      return ['uince tree', ...base64, words.toString('hex').slice(0, 40), `53.1${10 + at}`, `0.5${10 + at}`]
    })
    for (const { table, row } of await dump()) {
      for (const needle of needles) if (row.includes(needle)) found.push(`${table}: ${needle}`)
      for (const base64 of row.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? [])
        if (/quince/i.test(Buffer.from(base64, 'base64').toString('latin1'))) found.push(`${table}: base64`)
      if (/quince|7175696e6365|5175696e6365/i.test(row)) found.push(`${table}: quince`)
    }
    expect(found).toEqual([])
  })

  test('an answer leaves nothing but its envelope and that somebody has answered', async () => {
    const known = new Set(before.map(({ table, row }) => `${table} ${row}`))
    const added = (await dump()).filter(({ table, row }) => !known.has(`${table} ${row}`))
    const tables = [...new Set(added.map(({ table }) => table))].toSorted()
    // Sessions and limits change with every visit; the survey counts how many.
    expect(tables.filter((table) => !/sessions|rate_limits/.test(table))).toEqual([
      'public.survey_envelopes',
      'public.survey_takers',
      'public.surveys',
    ])
    const takers = added.filter(({ table }) => table === 'public.survey_takers').map(({ row }) => row)
    expect(takers.toSorted()).toEqual(people.map(({ accountId }) => `(${id},account:${accountId},)`).toSorted())
    for (const { table, row } of added.filter(({ table }) => /rate_limits|sessions/.test(table)))
      for (const { id: questionId } of questions) expect(`${table} ${row}`).not.toContain(`q${questionId}`)
  })

  test('all envelopes have one length, no time, and an id that tells nothing', async () => {
    const envelopes = await envelopesOf(id)
    expect(envelopes).toHaveLength(PEOPLE)
    expect(new Set(envelopes.map(({ sealed }) => sealed.length)).size).toBe(1)
    for (const envelope of envelopes) expect(envelope.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const columns = await rows<{ name: string }>(
      "select column_name as name from information_schema.columns where table_name in ('survey_envelopes', 'survey_takers')",
    )
    expect(columns.map(({ name }) => name).toSorted()).toEqual(['entered_by', 'id', 'sealed', 'survey_id', 'survey_id', 'taker'])
  })

  test('a long answer and a short one look the same', async () => {
    const { id: other, questions: asked } = await open(site.world.db, sergeant, team, { questions: [question({ sort: 'words', options: [] })] })
    const field = `q${asked[0]?.id}`
    for (const text of ['x', 'Long. '.repeat(160), '語'.repeat(900)])
      await site.post(`/surveys/${other}/answers`, { [field]: text }, await site.cookieOf(await makeResident(site.world.db, 'Somebody')))
    const lengths = (await envelopesOf(other)).map(({ sealed }) => sealed.length)
    expect([lengths.length, new Set(lengths).size]).toEqual([3, 1])
  })

  test('even with the key, by the transaction an answer is one of sixteen', async () => {
    const envelopes = await envelopesOf(id)
    const takers = await rows<{ taker: string; xmin: string }>('select taker, xmin::text from survey_takers where survey_id = $1', id)
    const own = new Map(people.map(({ accountId }, at) => [`account:${accountId}`, at]))
    // Whoever answered last is the easiest: nobody has moved theirs since.
    const last = takers.find(({ taker }) => own.get(taker) === PEOPLE - 1)
    const together = envelopes.filter(({ xmin }) => xmin === last?.xmin)
    expect(together).toHaveLength(16)
    // And nobody's transaction leads to one envelope alone that is theirs.
    let alone = 0
    for (const { taker, xmin } of takers) {
      const [only, ...more] = envelopes.filter((envelope) => envelope.xmin === xmin)
      if (!only || more.length > 0) continue
      const value = (await openedWith(id, only)).values[questions[3]?.id ?? 0]
      if (value?.sort === 'words' && value.text === SECRET_WORDS(own.get(taker) ?? -1)) alone++
    }
    // One that stands alone by chance is its owner's no more often than any of those that moved.
    expect(alone).toBeLessThanOrEqual(2)
  })

  test('neither the place on the disk, nor the id, nor the transaction gives the order back', async () => {
    const envelopes = await envelopesOf(id)
    const orders = {
      ctid: envelopes,
      id: envelopes.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      xmin: envelopes.toSorted((one, other) => Number(one.xmin) - Number(other.xmin)),
    }
    for (const [name, order] of Object.entries(orders)) {
      const came: number[] = []
      for (const envelope of order) {
        const value = (await openedWith(id, envelope)).values[questions[3]?.id ?? 0]
        came.push(value?.sort === 'words' ? Number(/\d+/.exec(value.text)?.[0]) : -1)
      }
      expect(came.toSorted((one, other) => one - other)).toEqual(people.map((_, at) => at))
      const right = came.filter((at, place) => at === place).length
      // By chance one of the 24 stands in its place; eight would be one in a hundred thousand.
      expect(right, name).toBeLessThan(8)
      expect(Math.abs(correlation(came)), name).toBeLessThan(name === 'xmin' ? 0.9 : 0.85)
    }
  }, 60_000)
})

test('after the count not even the secret opens anything, and what came out holds no account and no order', async () => {
  const { db } = site.world
  const { id, questions } = await open(db, sergeant, team, { areas: ['Heath', 'Village'] })
  const people = await Promise.all(Array.from({ length: 12 }, (_, at) => makeResident(db, `Person ${at}`)))
  for (const [at, person] of people.entries())
    expect((await site.post(`/surveys/${id}/answers`, { ...formOf(questions, at), area: '0' }, await site.cookieOf(person))).statusCode).toBe(303)
  moveClock(15 * 86_400_000)
  await closeSurveys(db, site.config)
  expect(await envelopesOf(id)).toEqual([])
  expect(await db.transaction((tx) => takeAll(tx, site.config, id))).toEqual([])
  for (const table of ['survey_tallies', 'survey_words']) {
    const counted = await rows<{ xmin: string }>(`select xmin::text from ${table} where survey_id = $1`, id)
    expect(counted.length).toBeGreaterThan(5)
    expect(new Set(counted.map(({ xmin }) => xmin)).size, table).toBe(1)
  }
  const words = await rows<{ words: string }>('select words from survey_words where survey_id = $1 order by ctid', id)
  const came = words.map((row) => Number(/\d+/.exec(row.words)?.[0]))
  expect(came.toSorted((one, other) => one - other)).toEqual(people.map((_, at) => at))
  expect(Math.abs(correlation(came))).toBeLessThan(0.95)
})

/** Of the order in which they stand with that in which they came: 1 for the same. */
function correlation(came: readonly number[]): number {
  const squares = came.reduce((sum, at, place) => sum + (at - place) ** 2, 0)
  return 1 - (6 * squares) / (came.length * (came.length ** 2 - 1))
}

describe('the box', () => {
  const answer = (at: number, questions: Question[]): Answer => ({
    area: null,
    channel: 'web',
    values: { [questions[0]?.id ?? 0]: { sort: 'one', choice: at % 3 } },
  })

  test('gives back exactly what was put in, once, in another order', async () => {
    const { db } = site.world
    const { id, questions } = await open(db, sergeant, team, { questions: [ONE_OF_EACH[0] ?? question()] })
    const put = Array.from({ length: 60 }, (_, at) => ({ ...answer(at, questions), area: `Part ${at}` }))
    for (const one of put) await db.transaction((tx) => putIn(tx, site.config, id, one))
    const taken = await db.transaction((tx) => takeAll(tx, site.config, id))
    const byPart = (one: Answer, other: Answer) => Number(one.area?.slice(5)) - Number(other.area?.slice(5))
    expect(taken.toSorted(byPart)).toEqual(put)
    expect(taken).not.toEqual(put)
    expect(await db.transaction((tx) => takeAll(tx, site.config, id))).toEqual([])
    expect(await envelopesOf(id)).toEqual([])
  })

  test('opens with no other secret, for no other survey, and then loses nothing', async () => {
    const { db } = site.world
    const { id, questions } = await open(db, sergeant, team)
    const other = await open(db, sergeant, team)
    await db.transaction((tx) => putIn(tx, site.config, id, answer(1, questions)))
    await expect(db.transaction((tx) => takeAll(tx, { secret: 'another-secret-that-is-long-enough' }, id))).rejects.toThrow()
    const [envelope] = await envelopesOf(id)
    await expect(
      db.transaction(async (tx) => {
        await tx.execute(`insert into survey_envelopes (survey_id, sealed) values (${other.id}, '${envelope?.sealed}')`)
        await takeAll(tx, site.config, other.id)
      }),
    ).rejects.toThrow()
    expect(await envelopesOf(id)).toHaveLength(1)
  })

  test('is destroyed unopened when the survey is called off', async () => {
    const { db } = site.world
    const { id, questions } = await open(db, sergeant, team)
    for (let at = 0; at < 3; at++) await db.transaction((tx) => putIn(tx, site.config, id, answer(at, questions)))
    await callOffSurvey(db, sergeant, id, 'The council asks the same.')
    expect(await envelopesOf(id)).toEqual([])
    await expect(db.transaction((tx) => putIn(tx, site.config, id, answer(1, questions)))).rejects.toThrow()
  })
})
