/**
 * Who answered what, over the whole life of a survey: while it is open, when it is counted, when words are released, and when its results are out.
 *
 * What the attacker has: at each of these stages every row of every table (also of jobs, activities, the log, mails, limits and sessions) with its place on the
 * disk (`ctid`) and the number of the transaction that wrote it (`xmin`); the order in which people answered, to the second, as from a log of requests; who
 * they are by account; and how somebody writes and chooses. What they do not have: the secret of the portal, a copy of its memory, and a copy of the database
 * from before and after each single answer together with the secret (see src/surveys/box.ts).
 *
 * What they try: to find words and choices anywhere before counting, in any writing; to match people and answers by transaction; by order on the disk, of
 * ids and of tables; by sizes; to tie together two things that one person answered; and to find a person by rows that hold an account and a choice.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { closeSurveys } from '../../src/surveys/counting.ts'
import { publishResults } from '../../src/surveys/publishing.ts'
import type { Question } from '../../src/surveys/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { open, question } from './survey-world.ts'

interface Row {
  table: string
  row: string
  ctid: string
  xmin: string
}
type Stage = 'before' | 'open' | 'counted' | 'released' | 'published'

const PEOPLE = 16
const SHEETS = 4
/** Each person's words, place and mix of answers is theirs alone, so that any trace of it would be found. */
const WORDS = (at: number): string => `Marrow ${at}: the hedge by the school needs cutting`
const MORE = (at: number): string => `Tulip ${at}: thank you`

let site: TestApp
let team: TeamName
let sergeant: SignedIn
let press: SignedIn
let people: SignedIn[]
let id: number
let questions: Question[]
const dumps = new Map<Stage, Row[]>()

const select = async <R extends object>(statement: string, ...values: unknown[]): Promise<R[]> =>
  (await site.world.db.$client.query<R>(statement, values)).rows

async function dump(stage: Stage): Promise<void> {
  const tables = await select<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1",
  )
  const rows: Row[] = []
  for (const { name } of tables)
    for (const row of await select<Omit<Row, 'table'>>(`select t::text as row, ctid::text, xmin::text from ${name} t order by t.ctid`))
      rows.push({ table: name, ...row })
  dumps.set(stage, rows)
}

const at = (stage: Stage, table?: string): Row[] => (dumps.get(stage) ?? []).filter((row) => table === undefined || row.table === `public.${table}`)

const formOf = ([one, scale, words, more]: Question[], person: number): Record<string, string> => ({
  [`q${one?.id}`]: String(person % 2),
  [`q${scale?.id}`]: String((person % 5) + 1),
  [`q${words?.id}`]: WORDS(person),
  [`q${more?.id}`]: MORE(person),
  area: String(person % 2),
})

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  sergeant = await makeStaff(db, 'Sgt Holland', 'supervisor', team)
  press = await makeStaff(db, 'Josie Press', 'press-office')
  const asked = [
    question({ required: true, options: ['Yes', 'No'] }),
    question({ sort: 'scale', title: 'How well?', options: [], scale: { top: 5, low: '', high: '' } }),
    question({ sort: 'words', title: 'What should we know?', options: [] }),
    question({ sort: 'words', title: 'Anything else?', options: [] }),
  ]
  ;({ id, questions } = await open(db, sergeant, team, { areas: ['Heath', 'Village'], questions: asked }))
  people = []
  for (let person = 0; person < PEOPLE; person++) people.push(await makeResident(db, `Resident ${person}`))
  const cookies = await Promise.all(people.map((person) => site.cookieOf(person)))
  await dump('before')
  for (const [person, cookie] of cookies.entries())
    expect((await site.post(`/surveys/${id}/answers`, formOf(questions, person), cookie)).headers['location']).toContain('survey-answered')
  const desk = await site.cookieOf(sergeant)
  for (let sheet = 0; sheet < SHEETS; sheet++) {
    const sent = await site.post(`/surveys/${id}/sheets`, { ...formOf(questions, PEOPLE + sheet), channel: 'paper', number: `S-${sheet}` }, desk)
    expect(sent.statusCode, sent.body).toBe(303)
  }
  await dump('open')
  moveClock(20 * 86_400_000)
  await closeSurveys(db, site.config)
  await dump('counted')
  const [chosen] = await select<{ id: string }>('select id from survey_words where words = $1', WORDS(3))
  const released = await site.post(`/surveys/${id}/words/${chosen?.id}/release`, {}, await site.cookieOf(press))
  expect(released.statusCode).toBe(303)
  await dump('released')
  await publishResults(db, sergeant, id)
  expect((await site.get(`/surveys/${id}/results`)).body).toContain(WORDS(3))
  await dump('published')
  moveClock(0)
}, 180_000)
afterAll(() => site.close())

/** Rows of the transactions that made rows of one table, in another. */
function tiedBy(stage: Stage, one: string, other: string): Map<string, Row[]> {
  const others = Map.groupBy(at(stage, other), ({ xmin }) => xmin)
  return new Map(at(stage, one).map((row) => [row.row, others.get(row.xmin) ?? []]))
}

describe('while it is open', () => {
  test('no answer can be read anywhere', () => {
    const told = Buffer.from('the hedge by the school needs cutting')
    // Whichever byte of three a base64 begins at.
    const written = [0, 1, 2].map((skip) => told.subarray(skip).toString('base64').slice(0, 32))
    const needles = ['Marrow 1', 'Tulip 1', 'hedge by', told.toString('hex'), ...written]
    const found = at('open').flatMap(({ table, row }) => needles.filter((needle) => row.includes(needle)).map((needle) => `${table}: ${needle}`))
    expect(found).toEqual([])
    expect(at('open', 'survey_tallies')).toEqual([])
    expect(at('open', 'survey_words')).toEqual([])
  })

  test('an envelope looks like every other, and says nothing of its moment', () => {
    const envelopes = at('open', 'survey_envelopes')
    expect(envelopes).toHaveLength(PEOPLE + SHEETS)
    expect(new Set(envelopes.map(({ row }) => row.length)).size).toBe(1)
  })

  test('whoever answered shares their transaction with many envelopes, or with none', () => {
    const tied = [...tiedBy('open', 'survey_takers', 'survey_envelopes').values()]
    expect(tied).toHaveLength(PEOPLE + SHEETS)
    // The last one shares it with sixteen. Of those before, what is left has been moved about since; one that is left alone is anybody's.
    expect(tied.at(-1)?.length).toBe(16)
    expect(tied.filter(({ length }) => length === 1).length).toBeLessThan((PEOPLE + SHEETS) / 2)
  })

  test('jobs, activities, the log and mails know of no answer', () => {
    const before = new Set(at('before').map(({ table, row }) => `${table} ${row}`))
    const added = at('open').filter(({ table, row }) => !before.has(`${table} ${row}`))
    const tables = new Set(added.map(({ table }) => table).filter((table) => !/sessions|rate_limits/.test(table)))
    expect([...tables].toSorted()).toEqual(['public.survey_envelopes', 'public.survey_takers', 'public.surveys'])
  })
})

describe.each(['counted', 'released', 'published'] as const)('when it is %s', (stage) => {
  test('nothing is left in the box, and the words stand in the results alone', () => {
    expect(at(stage, 'survey_envelopes')).toEqual([])
    const tables = new Set(
      at(stage)
        .filter(({ row }) => /Marrow|Tulip/.test(row))
        .map(({ table }) => table),
    )
    expect([...tables]).toEqual(['public.survey_words'])
    expect(at(stage, 'survey_words')).toHaveLength(2 * (PEOPLE + SHEETS))
  })

  test('everything that was counted was written in one transaction, and none of it in that of somebody who answered', () => {
    const results = [...at('counted', 'survey_tallies'), ...at('counted', 'survey_words')]
    expect(new Set(results.map(({ xmin }) => xmin)).size).toBe(1)
    const takers = new Set(at(stage, 'survey_takers').map(({ xmin }) => xmin))
    expect([...at(stage, 'survey_tallies'), ...at(stage, 'survey_words')].filter(({ xmin }) => takers.has(xmin))).toEqual([])
  })

  test('words stand in no order of those who answered: neither on the disk nor by id', () => {
    const rows = at(stage, 'survey_words')
    for (const [name, order] of Object.entries({ disk: rows, id: rows.toSorted((one, other) => (one.row < other.row ? -1 : 1)) }))
      for (const kind of ['Marrow', 'Tulip']) {
        const came = order.flatMap(({ row }) => new RegExp(`${kind} (\\d+):`).exec(row)?.[1] ?? []).map(Number)
        expect(came.length, name).toBe(PEOPLE + SHEETS)
        // By chance not once in a million.
        expect(Math.abs(correlation(came)), `${name} ${kind}`).toBeLessThan(0.9)
        expect(came.filter((person, place) => person === place).length, `${name} ${kind}`).toBeLessThan(10)
      }
  })

  test('two things that one person wrote do not stand together', () => {
    const order = at(stage, 'survey_words').map(({ row }) => Number(/(?:Marrow|Tulip) (\d+):/.exec(row)?.[1]))
    const pairs = order.filter((person, place) => person === order[place + 1]).length
    // By chance one; twenty where an answer was written at a time.
    expect(pairs).toBeLessThan(10)
  })

  test('no row ties an account to a choice: where an account stands there is no answer, and the other way round', () => {
    for (const { row } of at(stage, 'survey_takers')) expect(row).toMatch(/^\(\d+,(account:\d+,|paper:S-\d,\d+)\)$/)
    const accounts = new Set(people.map(({ accountId }) => String(accountId)))
    for (const { row } of at(stage, 'survey_words').filter(({ row: text }) => !text.includes(WORDS(3))))
      expect(
        row
          .replace(/(Marrow|Tulip) \d+.*$/, '')
          .split(/[(,]/)
          .slice(3)
          .some((cell) => accounts.has(cell)),
      ).toBe(false)
    const about = at(stage).filter(({ table }) => /activities|\.log$|mails|notifications|pgboss/.test(table))
    // Since anybody answered: an act on the survey, by its own id, of nobody who answered.
    const before = new Set(at('before').map(({ row }) => row))
    const since = about.filter(({ row }) => !before.has(row))
    for (const { accountId } of people)
      expect(since.filter(({ row }) => new RegExp(`"(?:actorId|accountId)"+:\\s*${accountId}\\b|survey.*account:${accountId}\\b`).test(row))).toEqual(
        [],
      )
  })

  test('no count is of one answer as a whole: tallies are of one question each', () => {
    const sizes = at(stage, 'survey_tallies').map(({ row }) => row.split(',').length)
    expect(Math.max(...sizes)).toBe(6)
  })
})

/** Of the order in which they stand with that in which they came: 1 for the same. */
function correlation(came: readonly number[]): number {
  const squares = came.reduce((sum, person, place) => sum + (person - place) ** 2, 0)
  return 1 - (6 * squares) / (came.length * (came.length ** 2 - 1))
}
