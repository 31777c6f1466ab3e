/** A survey closes: everything is counted once, or nothing is, and nothing is left in the box. */
import { inspect } from 'node:util'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { activities } from '../../src/activity/schema.ts'
import { answerSurvey, enterSheet } from '../../src/surveys/answering.ts'
import { addUp } from '../../src/surveys/adding.ts'
import { closeSurvey, closeSurveys, countSurvey } from '../../src/surveys/counting.ts'
import type { Answer, AnswerValue, Question } from '../../src/surveys/question.ts'
import { surveyEnvelopes, surveyTallies, surveyTakers, surveyWords, surveys } from '../../src/surveys/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { open, question } from './survey-world.ts'

const CONFIG = { secret: 'a secret of tests that is long enough' }
const DAY = 86_400_000

let world: World
let team: TeamName
let sergeant: SignedIn
let residents: SignedIn[]

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  sergeant = await makeStaff(world.db, 'Sgt Holland', 'supervisor', team)
  residents = await Promise.all(Array.from({ length: 8 }, (_, at) => makeResident(world.db, `Resident ${at}`)))
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

const answering = (questions: readonly Question[], value: (question: Question) => AnswerValue | null, area: string | null = null): Answer => ({
  area,
  channel: 'web',
  values: Object.fromEntries(
    questions.flatMap((one) => {
      const given = value(one)
      return given ? [[one.id, given]] : []
    }),
  ),
})

async function answered(people: number, words = 'More lights please') {
  const made = await open(world.db, sergeant, team, {
    areas: ['North', 'South'],
    questions: [
      question(),
      question({ sort: 'words', title: 'What else?', options: [] }),
      question({ sort: 'rank', title: 'Order', options: ['A', 'B|b'] }),
    ],
  })
  for (const [at, resident] of residents.slice(0, people).entries())
    await answerSurvey(
      world.db,
      CONFIG,
      resident,
      made.id,
      answering(
        made.questions,
        ({ sort }) =>
          sort === 'one' ? { sort, choice: at % 2 } : sort === 'words' ? (at === 0 ? { sort, text: words } : null) : { sort: 'rank', order: [1, 0] },
        at < 5 ? 'North' : null,
      ),
    )
  return made
}

const stateOf = async (id: number) => {
  const [row] = await world.db.select().from(surveys).where(eq(surveys.id, id))
  if (!row) throw new Error('no survey')
  return row
}
const talliesOf = (id: number) => world.db.select().from(surveyTallies).where(eq(surveyTallies.surveyId, id))
const inBox = (id: number) => world.db.$count(surveyEnvelopes, eq(surveyEnvelopes.surveyId, id))
const told = (id: number) =>
  world.db.$count(activities, sql`${activities.kind} = 'survey.closed' and (${activities.detail} ->> 'surveyId')::bigint = ${id}`)

describe('closing', () => {
  test('on its last day everything is added up, words stand apart, and the box is empty', async () => {
    const { id, questions } = await answered(7)
    await enterSheet(
      world.db,
      CONFIG,
      sergeant,
      id,
      { channel: 'paper', number: '1' },
      answering(questions, ({ sort }) => (sort === 'one' ? { sort, choice: 2 } : null), 'South'),
    )
    await closeSurveys(world.db, CONFIG)
    expect((await stateOf(id)).state).toBe('open')
    moveClock(20 * DAY)
    await closeSurveys(world.db, CONFIG)
    expect(await stateOf(id)).toMatchObject({ state: 'closed', answerCount: 8, publishedAt: null })
    expect((await stateOf(id)).countedAt).not.toBeNull()
    expect(await inBox(id)).toBe(0)
    const tallies = await talliesOf(id)
    const of = (questionId: number, choice: string, area: string, channel = '') =>
      tallies.find((row) => row.questionId === questionId && row.choice === choice && row.area === area && row.channel === channel)?.count
    const [one, words, rank] = questions
    // In the north five, in the south one, and two who did not say: too few to be kept apart, as is what is left without the north.
    const all = 'North\nSouth\n'
    expect([of(0, '', all), of(0, '', '', 'web'), of(0, '', '', 'paper')]).toEqual([8, 7, 1])
    expect([of(one?.id ?? 0, 'Yes', all), of(one?.id ?? 0, 'No', all), of(one?.id ?? 0, 'At times', all)]).toEqual([4, 3, 1])
    expect(of(words?.id ?? 0, '', all)).toBe(1)
    expect(of(rank?.id ?? 0, 'B|b|1', all)).toBe(7)
    expect(await world.db.select({ words: surveyWords.words }).from(surveyWords).where(eq(surveyWords.surveyId, id))).toEqual([
      { words: 'More lights please' },
    ])
  })

  test('whoever is the only one on the web, or of a part of the area, has no answers side by side', async () => {
    const { id, questions } = await open(world.db, sergeant, team, {
      areas: ['North', 'South', 'East'],
      questions: [question(), question({ title: 'And at night?' })],
    })
    const choosing = (choice: number, area: string | null) => answering(questions, () => ({ sort: 'one', choice }), area)
    await answerSurvey(world.db, CONFIG, residents[0] ?? sergeant, id, choosing(2, 'East'))
    for (let at = 0; at < 13; at++)
      await enterSheet(world.db, CONFIG, sergeant, id, { channel: 'paper', number: `${at}` }, choosing(at % 2, at < 7 ? 'North' : 'South'))
    moveClock(20 * DAY)
    await closeSurveys(world.db, CONFIG)
    const tallies = await talliesOf(id)
    // By account, area and way the account is one of one. What is kept of the answers must be of five people together at least.
    const groups = Map.groupBy(
      tallies.filter(({ questionId }) => questionId !== 0),
      ({ questionId, area, channel }) => `${questionId} ${area} ${channel}`,
    )
    for (const [group, rows] of groups) expect(rows.find(({ choice }) => choice === '')?.count, group).toBeGreaterThanOrEqual(5)
    const people = (area: string, channel = '') => tallies.find((row) => row.questionId === 0 && row.area === area && row.channel === channel)?.count
    expect([people('North'), people('South\nEast\n'), people('', 'web'), people('', 'paper')]).toEqual([7, 7, 1, 13])
    // The database itself takes no answers by the way in which they came.
    const statement = `insert into survey_tallies values (${id}, ${questions[0]?.id}, '', 'web', 'Yes', 1)`
    await world.db.execute(sql.raw('alter table survey_tallies disable trigger survey_tallies_counting'))
    await expect(world.db.execute(sql.raw(statement))).rejects.toThrow()
    await world.db.execute(sql.raw('alter table survey_tallies enable trigger survey_tallies_counting'))
  })

  test('fewer than five are never opened: they are destroyed, and nothing is counted', async () => {
    const { id } = await answered(4)
    moveClock(20 * DAY)
    // With another secret nothing could be opened: it is not even tried.
    await closeSurveys(world.db, { secret: 'not the secret that they were sealed with' })
    expect(await stateOf(id)).toMatchObject({ state: 'closed', answerCount: 4, countedAt: null })
    expect(await inBox(id)).toBe(0)
    expect(await talliesOf(id)).toEqual([])
    moveClock(30 * DAY)
    await closeSurveys(world.db, CONFIG)
    expect((await stateOf(id)).publishedAt).toBeNull()
  })

  test('the sergeant closes earlier, and it is counted at once', async () => {
    const { id } = await answered(5)
    await closeSurvey(world.db, CONFIG, sergeant, id)
    expect((await stateOf(id)).countedAt).not.toBeNull()
    await expect(closeSurvey(world.db, CONFIG, residents[0] ?? sergeant, id)).rejects.toThrow()
  })
})

describe('once, whatever happens', () => {
  test('two processes at the same time, and again later', async () => {
    const { id } = await answered(6)
    moveClock(20 * DAY)
    await Promise.all([closeSurveys(world.db, CONFIG), closeSurveys(world.db, CONFIG), countSurvey(world.db, CONFIG, id)])
    const before = await talliesOf(id)
    await closeSurveys(world.db, CONFIG)
    expect(await talliesOf(id)).toEqual(before)
    expect(before.find(({ questionId, channel }) => questionId === 0 && channel === 'web')?.count).toBe(6)
    expect(await told(id)).toBe(1)
  })

  test('a crash in between leaves all envelopes, and the survey open; others are counted all the same', async () => {
    const { id } = await answered(6)
    const { id: other } = await answered(5)
    await world.db.execute(sql`create function fail_once() returns trigger language plpgsql as $$ begin raise exception 'the power is gone'; end $$`)
    await world.db.execute(
      sql.raw(`create trigger fail_once before insert on survey_words for each row when (new.survey_id = ${id}) execute function fail_once()`),
    )
    moveClock(20 * DAY)
    const problem: unknown = await closeSurveys(world.db, CONFIG).catch((thrown: unknown) => thrown)
    // The queue of jobs keeps what a job failed with, and all that hangs on it.
    const kept = inspect(problem, { depth: null, showHidden: true, maxStringLength: null })
    expect(kept).toContain(`could not be counted: survey ${id}: a database error, P0001`)
    expect(kept).not.toContain('More lights')
    expect([await inBox(id), (await stateOf(id)).state, (await talliesOf(id)).length]).toEqual([6, 'open', 0])
    expect((await stateOf(other)).state).toBe('closed')
    await world.db.execute(sql`drop trigger fail_once on survey_words`)
    await closeSurveys(world.db, CONFIG)
    expect([await inBox(id), (await stateOf(id)).state]).toEqual([0, 'closed'])
  })

  test('answers that come while it closes are in, or refused: none is lost', async () => {
    const { id, questions } = await answered(5)
    const late = residents.slice(5)
    const sent = Promise.allSettled(
      late.map((resident) =>
        answerSurvey(
          world.db,
          CONFIG,
          resident,
          id,
          answering(questions, ({ sort }) => (sort === 'one' ? { sort, choice: 0 } : null)),
        ),
      ),
    )
    await closeSurvey(world.db, CONFIG, sergeant, id)
    const taken = (await sent).filter(({ status }) => status === 'fulfilled').length
    const all = (await talliesOf(id))
      .filter(({ questionId, channel }) => questionId === 0 && channel === '')
      .reduce((sum, { count }) => sum + count, 0)
    expect(all).toBe(5 + taken)
    expect(await world.db.$count(surveyTakers, eq(surveyTakers.surveyId, id))).toBe(all)
  })

  test('the database itself keeps what was counted', async () => {
    const { id } = await answered(5)
    await closeSurvey(world.db, CONFIG, sergeant, id)
    const refuses = (statement: string) => expect(world.db.execute(sql.raw(statement))).rejects.toThrow()
    await refuses(`update survey_tallies set count = count + 1 where survey_id = ${id}`)
    await refuses(`delete from survey_tallies where survey_id = ${id}`)
    await refuses(`insert into survey_tallies values (${id}, 0, 'East', 'web', '', 3)`)
    await refuses(`update survey_words set words = 'other' where survey_id = ${id}`)
    await refuses(`update surveys set counted_at = null where id = ${id}`)
    await refuses(`update surveys set answer_count = 99 where id = ${id}`)
  })
})

test('what is no answer to its question is not counted', () => {
  const asked = { id: 1, sort: 'one', options: ['Yes'] } as unknown as Question
  const strange: Answer[] = [
    { area: null, channel: 'web', values: { 1: { sort: 'one', choice: 9 }, 2: { sort: 'scale', value: 3 } } },
    { area: null, channel: 'web', values: { 1: { sort: 'scale', value: 1 } } },
  ]
  const answered = { questionId: 0, area: '', choice: '', count: 2 }
  expect(addUp([asked], strange, [])).toEqual([
    { ...answered, channel: 'web' },
    { ...answered, channel: '' },
  ])
})
