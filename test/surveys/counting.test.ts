/** A survey closes: everything is counted once, or nothing is, and nothing is left in the box. */
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
    const of = (questionId: number, choice: string, area: string, channel = 'web') =>
      tallies.find((row) => row.questionId === questionId && row.choice === choice && row.area === area && row.channel === channel)?.count
    const [one, words, rank] = questions
    expect([of(0, '', 'North'), of(0, '', ''), of(0, '', 'South', 'paper')]).toEqual([5, 2, 1])
    expect([of(one?.id ?? 0, 'Yes', 'North'), of(one?.id ?? 0, 'No', 'North'), of(one?.id ?? 0, 'At times', 'South', 'paper')]).toEqual([3, 2, 1])
    expect(of(words?.id ?? 0, '', 'North')).toBe(1)
    expect(of(rank?.id ?? 0, 'B|b|1', 'North')).toBe(5)
    expect(await world.db.select({ words: surveyWords.words }).from(surveyWords).where(eq(surveyWords.surveyId, id))).toEqual([
      { words: 'More lights please' },
    ])
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
    expect(before.find(({ questionId, area }) => questionId === 0 && area === 'North')?.count).toBe(5)
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
    await expect(closeSurveys(world.db, CONFIG)).rejects.toThrow('could not be counted')
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
    const all = (await talliesOf(id)).filter(({ questionId }) => questionId === 0).reduce((sum, { count }) => sum + count, 0)
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
  expect(addUp([asked], strange)).toEqual([{ questionId: 0, area: '', channel: 'web', choice: '', count: 2 }])
})
