import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { idOf, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { callOffSurvey, closeEarlier } from '../../src/surveys/ending.ts'
import { addQuestion, changeQuestion, changeSurvey, discardSurvey, draftSurvey, moveQuestion, removeQuestion } from '../../src/surveys/making.ts'
import { publishSurvey, returnSurvey, submitSurvey, takeBackSurvey } from '../../src/surveys/opening.ts'
import { MOST, questionsOf } from '../../src/surveys/question.ts'
import { deskSurveyById } from '../../src/surveys/survey.ts'
import { readCallingOff, readQuestion } from '../../src/surveys/survey-form.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openWorld, type World } from '../world.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { begin, dayFromNow, open, question, versionOf } from './survey-world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let sergeant: SignedIn
let press: SignedIn
let press2: SignedIn
let partner: SignedIn
let stranger: SignedIn
let resident: SignedIn

beforeAll(async () => {
  world = await openWorld()
  const { db } = world
  team = await makeTeam(db, 'Bracebridge Heath')
  const other = await makeTeam(db, 'Skegness')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  sergeant = await makeStaff(db, 'Sgt Holland', 'supervisor', team)
  stranger = await makeStaff(db, 'Sgt Baker', 'supervisor', other)
  press = await makeStaff(db, 'Press one', 'press-office')
  press2 = await makeStaff(db, 'Press two', 'press-office')
  partner = await makeStaff(db, 'Council', 'partner')
  resident = await makeResident(db, 'Maureen T')
})
afterEach(() => moveClock(0))
afterAll(() => world.close())

const value = async (statement: string, ...values: unknown[]): Promise<unknown> =>
  Object.values((await world.db.$client.query<Record<string, unknown>>(statement, values)).rows[0] ?? {})[0] ?? null
const stateOf = (id: number) => value('select state from surveys where id = $1', id)
const titlesOf = async (id: number) => (await questionsOf(world.db, id)).map(({ title }) => title)
const words = (more = {}) => ({ title: 'How safe?', intro: '', areas: [], closes: dayFromNow(14), ...more })

/** Handed in by its author. */
async function submitted(by: SignedIn): Promise<number> {
  const id = await begin(world.db, by, team, { questions: [question()] })
  await submitSurvey(world.db, by, id, await versionOf(world.db, id))
  return id
}
const publish = async (by: SignedIn, id: number) => publishSurvey(world.db, by, id, await versionOf(world.db, id))
const refused = (done: Promise<unknown>) =>
  done.then(
    () => 'done',
    (problem: Error) => problem.constructor.name,
  )

describe('writing it', () => {
  test('the same form makes one draft, and the same question one question', async () => {
    const input = { ...words(), teamId: team.id, audience: 'public' as const, clientKey: randomUUID() }
    const { id } = await draftSurvey(world.db, officer, input)
    expect(await draftSurvey(world.db, officer, input)).toEqual({ id })
    const added = { ...question(), version: 1 }
    await Promise.all([addQuestion(world.db, officer, id, added), addQuestion(world.db, officer, id, added)])
    expect(await titlesOf(id)).toEqual(['Do you feel safe?'])
    // Another one by somebody who has not seen it is not lost unsaid.
    expect(await refused(addQuestion(world.db, officer, id, { ...question({ title: 'And at night?' }), version: 1 }))).toBe('Overtaken')
  })

  test('questions move, change and go, each from the version that was seen', async () => {
    const id = await begin(world.db, officer, team, { questions: ['a', 'b', 'c'].map((title) => question({ title })) })
    const [a, b, c] = (await questionsOf(world.db, id)).map((one) => one.id)
    const at = (questionId: number | undefined, version: number) => ({ surveyId: id, questionId: questionId ?? 0, version })
    await moveQuestion(world.db, officer, at(c, 4), 'up')
    await moveQuestion(world.db, officer, at(a, 5), 'up')
    expect(await titlesOf(id)).toEqual(['a', 'c', 'b'])
    const both = await Promise.all([refused(moveQuestion(world.db, officer, at(a, 6), 'down')), refused(removeQuestion(world.db, officer, at(b, 6)))])
    expect(both.toSorted()).toEqual(['Overtaken', 'done'])
    await changeQuestion(world.db, officer, at(a, 7), question({ title: 'A', sort: 'words' }))
    const changed = (await questionsOf(world.db, id)).find((one) => one.id === a)
    expect([changed?.title, changed?.sort]).toEqual(['A', 'one'])
    const elsewhere = await begin(world.db, officer, team)
    expect(await refused(removeQuestion(world.db, officer, { surveyId: elsewhere, questionId: a ?? 0, version: 7 }))).toBe('NotFound')
  })

  test('two taps on any form change one thing, and neither is told that somebody else was quicker', async () => {
    const id = await begin(world.db, officer, team, { questions: ['a', 'b'].map((title) => question({ title })) })
    const [a, b] = (await questionsOf(world.db, id)).map((one) => one.id)
    const twice = async (act: () => Promise<void>) => {
      const before = await versionOf(world.db, id)
      expect(await Promise.all([refused(act()), refused(act())])).toEqual(['done', 'done'])
      expect(await versionOf(world.db, id)).toBe(before + 1)
    }
    await twice(() => changeSurvey(world.db, officer, id, { ...words({ title: 'How safe is it?', areas: ['North', 'South'] }), version: 3 }))
    await twice(() => changeQuestion(world.db, officer, { surveyId: id, questionId: a ?? 0, version: 4 }, question({ title: 'A' })))
    await twice(() => removeQuestion(world.db, officer, { surveyId: id, questionId: b ?? 0, version: 5 }))
    expect(await titlesOf(id)).toEqual(['A'])
    // What looks alike and is not is not lost unsaid.
    expect(await refused(changeSurvey(world.db, officer, id, { ...words({ title: 'Else' }), version: 5 }))).toBe('Overtaken')
    await addQuestion(world.db, officer, id, { ...question({ title: 'Z' }), version: 6 })
    expect(await refused(addQuestion(world.db, officer, id, { ...question({ title: 'Z', required: true }), version: 6 }))).toBe('Overtaken')
    // Nobody else learns by a second tap how it stands.
    expect(
      await refused(changeSurvey(world.db, stranger, id, { ...words({ title: 'How safe is it?', areas: ['North', 'South'] }), version: 6 })),
    ).toBe('NotFound')
  })

  test('half of a character at the end of a scale is mended', () => {
    const form = { version: '1', sort: 'scale', title: 'How well?', top: '5', low: 'Bad\ud83d', high: 'Good' }
    expect(readQuestion(form).scale).toEqual({ top: 5, low: 'Bad\ufffd', high: 'Good' })
    expect(readCallingOff({ because: 'No\ud83d' })).toBe('No\ufffd')
  })

  test('it has at most twenty questions, and closes 1 to 90 days ahead', async () => {
    const id = await begin(world.db, officer, team, { questions: Array.from({ length: MOST.questions }, (_, at) => question({ title: String(at) })) })
    expect(await refused(addQuestion(world.db, officer, id, { ...question({ title: 'more' }), version: MOST.questions + 1 }))).toBe('Refused')
    for (const [days, said] of [
      [0, 'Refused'],
      [1, 'done'],
      [90, 'done'],
      [91, 'Refused'],
    ] as const) {
      const input = { ...words({ closes: dayFromNow(days) }), teamId: team.id, audience: 'public' as const, clientKey: randomUUID() }
      expect(await refused(draftSurvey(world.db, officer, input)), String(days)).toBe(said)
    }
  })

  test('who drafts: the team and the press office for everybody, partner staff for the public', async () => {
    const draft = (by: SignedIn, audience: 'public' | 'staff') =>
      refused(draftSurvey(world.db, by, { ...words(), teamId: team.id, audience, clientKey: randomUUID() }))
    for (const by of [officer, sergeant, press]) expect([await draft(by, 'public'), await draft(by, 'staff')]).toEqual(['done', 'done'])
    expect([await draft(partner, 'public'), await draft(partner, 'staff')]).toEqual(['done', 'Forbidden'])
    for (const by of [stranger, resident]) expect([await draft(by, 'public'), await draft(by, 'staff')]).toEqual(['Forbidden', 'Forbidden'])
  })

  test('only its author changes it, and nobody outside of the team knows of it', async () => {
    const id = await begin(world.db, officer, team)
    const change = async (by: SignedIn) => refused(changeSurvey(world.db, by, id, { ...words(), version: await versionOf(world.db, id) }))
    expect([await change(sergeant), await change(press), await change(stranger), await change(partner), await change(resident)]).toEqual([
      'Forbidden',
      'Forbidden',
      'NotFound',
      'NotFound',
      'NotFound',
    ])
    expect(await change(officer)).toBe('done')
    for (const by of [stranger, partner, resident]) expect(await refused(deskSurveyById(world.db, by, id))).toBe('NotFound')
    await discardSurvey(world.db, officer, id, await versionOf(world.db, id))
    await discardSurvey(world.db, officer, id, 1)
    expect([await stateOf(id), await refused(deskSurveyById(world.db, officer, id))]).toEqual(['discarded', 'NotFound'])
  })
})

describe('opening it', () => {
  test('sergeants and the press office publish alone; officers and partner staff hand it in', async () => {
    for (const [by, said] of [
      [sergeant, 'done'],
      [press, 'done'],
      [officer, 'Forbidden'],
      [partner, 'Forbidden'],
    ] as const) {
      const id = await begin(world.db, by, team)
      expect(await refused(publish(by, id))).toBe(said)
    }
  })

  test('a second person publishes: the sergeant of that team or the press office, nobody their own', async () => {
    for (const [author, by, said] of [
      [officer, sergeant, 'done'],
      [officer, press, 'done'],
      [partner, sergeant, 'done'],
      [partner, press, 'done'],
      [officer, officer, 'Forbidden'],
      [partner, partner, 'Forbidden'],
      [sergeant, sergeant, 'Forbidden'],
      [press, press, 'Forbidden'],
      [officer, stranger, 'NotFound'],
      [officer, resident, 'NotFound'],
      [sergeant, officer, 'Forbidden'],
    ] as const) {
      const id = await submitted(author)
      expect(await refused(publish(by, id)), `${author.displayName} ${by.displayName}`).toBe(said)
      expect(await value('select approved_by from surveys where id = $1', id)).toBe(said === 'done' ? String(idOf(by)) : null)
    }
  })

  test('its post bears the author’s mark, its introduction and its last day', async () => {
    const id = await submitted(officer)
    await publish(sergeant, id)
    const read = (column: string) => value(`select ${column} from posts p join surveys s on s.post_id = p.id where s.id = $1`, id)
    expect([await read('p.kind'), await read('p.audience'), await read('p.official_role'), await read('p.body'), await read('p.author_id')]).toEqual([
      'survey',
      'public',
      'officer',
      'We want to **know**.',
      String(idOf(officer)),
    ])
    expect(await read(`p.details ->> 'until'`)).toMatch(/^the end of \d+ \w+ \d{4}$/)
    const told = await value(
      `select detail ->> 'surveyId' from activities where kind = 'post.published' and post_id = (select post_id from surveys where id = $1)`,
      id,
    )
    expect(told).toBe(String(id))
  })

  test('published, sent back or taken back: of two at once one wins, and who approves has seen the words', async () => {
    const id = await submitted(officer)
    const version = await versionOf(world.db, id)
    const both = await Promise.all([
      refused(publishSurvey(world.db, sergeant, id, version)),
      refused(returnSurvey(world.db, press, id, { note: 'Ask fewer things.', version })),
    ])
    expect(both.toSorted()).toEqual(['Overtaken', 'done'])
    const other = await submitted(officer)
    const seen = await versionOf(world.db, other)
    await takeBackSurvey(world.db, officer, other)
    await addQuestion(world.db, officer, other, { ...question({ title: 'Something quite different' }), version: seen + 1 })
    await submitSurvey(world.db, officer, other, seen + 2)
    expect(await refused(publishSurvey(world.db, sergeant, other, seen))).toBe('Overtaken')
    expect(await stateOf(other)).toBe('submitted')
  })

  test('sent back with a note, changed, handed in again', async () => {
    const id = await submitted(officer)
    const version = await versionOf(world.db, id)
    for (const by of [officer, stranger]) expect(await refused(returnSurvey(world.db, by, id, { note: 'No.', version }))).not.toBe('done')
    await returnSurvey(world.db, sergeant, id, { note: 'Ask about the park too.', version })
    expect([await stateOf(id), (await deskSurveyById(world.db, officer, id)).returnedBecause]).toEqual(['draft', 'Ask about the park too.'])
    await submitSurvey(world.db, officer, id, version + 1)
    await submitSurvey(world.db, officer, id, version + 1)
    const told = await value(`select string_agg(kind, ' ' order by id) from activities where detail ->> 'surveyId' = $1`, id)
    expect(told).toBe('survey.submitted survey.returned survey.submitted')
    expect(await value(`select count(*)::int from activities where detail ->> 'surveyId' = $1 and audience <> 'staff'`, id)).toBe(0)
  })

  test('two who publish at once open one', async () => {
    const id = await submitted(officer)
    const version = await versionOf(world.db, id)
    const both = await Promise.all([refused(publishSurvey(world.db, sergeant, id, version)), refused(publishSurvey(world.db, press, id, version))])
    expect(both).toEqual(['done', 'done'])
    expect(await value('select count(*)::int from posts where client_key = (select client_key from surveys where id = $1)', id)).toBe(1)
  })

  test('not without a question, and not when its last day has come meanwhile', async () => {
    const empty = await begin(world.db, sergeant, team, { questions: [] })
    expect(await refused(publish(sergeant, empty))).toBe('Refused')
    const late = await begin(world.db, sergeant, team)
    moveClock(14 * 86_400_000)
    expect(await refused(publish(sergeant, late))).toBe('Refused')
  })

  test('in a pre-election period the press office publishes what the public is asked, and nobody their own; staff ask each other as before', async () => {
    const { db } = world
    const own = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
    const leader = await makeStaff(db, 'Sgt New', 'supervisor', own)
    await setSwitch(db, press, {
      kind: 'pre-election',
      banner: 'An election is coming.',
      bannerLink: null,
      because: 'County election',
      wholeForce: false,
      teamIds: [own.id],
      kinds: ['survey'],
      startsAt: null,
      endsAt: new Date(Date.now() + 86_400_000),
      clientKey: randomUUID(),
    })
    const ready = async (by: SignedIn, audience: 'public' | 'staff') => begin(db, by, own, { audience })
    const publicOne = await ready(leader, 'public')
    expect(await refused(publish(leader, publicOne))).toBe('Forbidden')
    await submitSurvey(db, leader, publicOne, await versionOf(db, publicOne))
    expect(await refused(publish(press, publicOne))).toBe('done')
    const theirs = await ready(press, 'public')
    expect(await refused(publish(press, theirs))).toBe('Forbidden')
    await submitSurvey(db, press, theirs, await versionOf(db, theirs))
    expect([await refused(publish(leader, theirs)), await refused(publish(press, theirs)), await refused(publish(press2, theirs))]).toEqual([
      'Forbidden',
      'Forbidden',
      'done',
    ])
    expect(await refused(publish(leader, await ready(leader, 'staff')))).toBe('done')
  })

  test('an archived team asks nothing', async () => {
    const { db } = world
    const gone = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
    const leader = await makeStaff(db, 'Sgt Gone', 'supervisor', gone)
    const id = await begin(db, leader, gone)
    await db.$client.query(`update teams set archived_at = now(), archived_because = 'Merged' where id = $1`, [gone.id])
    expect(await refused(publish(leader, id))).toBe('Forbidden')
  })
})

describe('once it is open', () => {
  test('nothing of it changes, whoever asks the database', async () => {
    const { id, questions } = await open(world.db, sergeant, team, { areas: ['Heath'] })
    const tries = [
      `update surveys set title = 'Other' where id = ${id}`,
      `update surveys set intro = 'Other' where id = ${id}`,
      `update surveys set areas = '{}' where id = ${id}`,
      `update surveys set audience = 'staff' where id = ${id}`,
      `update surveys set state = 'draft' where id = ${id}`,
      `update surveys set closes_at = closes_at + interval '1 day' where id = ${id}`,
      `delete from surveys where id = ${id}`,
      `update survey_questions set title = 'Other' where survey_id = ${id}`,
      `delete from survey_questions where id = ${questions[0]?.id}`,
      `insert into survey_questions (survey_id, position, sort, title) values (${id}, 9, 'words', 'Who are you?')`,
    ]
    for (const statement of tries) expect(await refused(world.db.$client.query(statement)), statement).not.toBe('done')
    expect(await refused(changeSurvey(world.db, sergeant, id, { ...words(), version: await versionOf(world.db, id) }))).toBe('Forbidden')
    expect(await refused(addQuestion(world.db, sergeant, id, { ...question(), version: await versionOf(world.db, id) }))).toBe('Forbidden')
  })

  const closings = (id: number) =>
    value(`select count(*)::int from activities where kind = 'survey.closed' and (detail ->> 'surveyId')::bigint = $1`, id)

  test('it closes earlier, and never later', async () => {
    const { id } = await open(world.db, sergeant, team)
    for (const by of [officer, partner, stranger, resident]) expect(await refused(closeEarlier(world.db, by, id, null))).toBe('Forbidden')
    for (const days of [-1, 15, 20]) expect(await refused(closeEarlier(world.db, sergeant, id, dayFromNow(days))), String(days)).toBe('Refused')
    // Two taps: the second changes nothing, and frightens nobody.
    for (let tap = 0; tap < 2; tap++) await closeEarlier(world.db, sergeant, id, dayFromNow(3))
    expect(await closings(id)).toBe(1)
    expect(await value('select closes_at < opens_at + interval $$5 days$$ from surveys where id = $1', id)).toBe(true)
    for (const by of [press, press, sergeant]) await closeEarlier(world.db, by, id, null)
    expect(await closings(id)).toBe(2)
    expect(await refused(closeEarlier(world.db, resident, id, null))).not.toBe('done')
    expect(await refused(closeEarlier(world.db, sergeant, id, dayFromNow(2)))).toBe('Overtaken')
  })

  test('it is called off with a reason, once', async () => {
    const { id } = await open(world.db, sergeant, team)
    expect(await refused(callOffSurvey(world.db, officer, id, 'No.'))).toBe('Forbidden')
    await Promise.all([
      callOffSurvey(world.db, sergeant, id, 'The council asks the same.'),
      callOffSurvey(world.db, sergeant, id, 'The council asks the same.'),
    ])
    expect(await value(`select details ->> 'called-off' from posts where id = (select post_id from surveys where id = $1)`, id)).toBe(
      'The council asks the same.',
    )
    expect(await refused(callOffSurvey(world.db, press, id, 'Another reason.'))).toBe('Overtaken')
    expect(await refused(world.db.$client.query(`update surveys set state = 'open', called_off_because = null where id = ${id}`))).not.toBe('done')
  })
})
