import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { takeAll } from '../../src/surveys/box.ts'
import { callOffSurvey } from '../../src/surveys/ending.ts'
import { publishSurvey, submitSurvey } from '../../src/surveys/opening.ts'
import type { Question } from '../../src/surveys/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPlace } from '../places/presence-world.ts'
import { begin, open, question, versionOf } from './survey-world.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let sergeant: SignedIn
let partner: SignedIn
let administrator: SignedIn
let asResident: string

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  sergeant = await makeStaff(db, 'Sgt Holland', 'supervisor', team)
  partner = await makeStaff(db, 'Council', 'partner')
  administrator = await makeStaff(db, 'Ada Min', 'administrator')
  asResident = await someone()
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const someone = async (): Promise<string> => site.cookieOf(await makeResident(site.world.db, 'Maureen T'))
const countOf = async (id: number): Promise<unknown[]> => {
  const { rows } = await site.world.db.$client.query<{ a: number; b: number; c: number }>(
    'select answer_count as a, (select count(*)::int from survey_takers where survey_id = $1) as b, (select count(*)::int from survey_envelopes where survey_id = $1) as c from surveys where id = $1',
    [id],
  )
  return Object.values(rows[0] ?? {})
}
const wordsOf = (html: string): string =>
  html
    .replace(/^[\s\S]*<main/, '<main')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
const first = (questions: Question[], choice = '0') => ({ [`q${questions[0]?.id}`]: choice })

describe('answering', () => {
  test('visitors read the questions and come back after signing in', async () => {
    const { id } = await open(site.world.db, sergeant, team)
    const page = await site.get(`/surveys/${id}`)
    expect(page.statusCode).toBe(200)
    for (const words of ['How safe is the High Street?', 'What matters most?', 'By the river', 'From 1 (Badly) to 5 (Well)'])
      expect(wordsOf(page.body)).toContain(words)
    expect(page.body).toContain(`/sign-in?return=/surveys/${id}`)
    expect(page.body).not.toContain(`/surveys/${id}/answers`)
    expect((await site.post(`/surveys/${id}/answers`, {})).statusCode).toBe(403)
  })

  test('the promise stands before the button, and what is wrong is said at its field with what was typed', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team, { areas: ['Heath', 'Village'] })
    const [, several, scale, words, rank, pin] = questions
    const page = await site.get(`/surveys/${id}`, asResident)
    expect(page.body.indexOf('Nobody can see who answered what')).toBeGreaterThan(0)
    expect(page.body.indexOf('Nobody can see who answered what')).toBeLessThan(page.body.indexOf('Send my answers'))
    expect(wordsOf(page.body)).toContain('Please name nobody')
    const sent = {
      area: '1',
      [`q${several?.id}`]: '2',
      [`q${scale?.id}`]: '9',
      [`q${words?.id}`]: 'The <lamp> is out',
      [`q${rank?.id}-0`]: '2',
      [`q${pin?.id}`]: '53.2001237,-0.5298763',
    }
    const wrong = await site.post(`/surveys/${id}/answers`, sent, await someone())
    expect(wrong.statusCode).toBe(422)
    for (const part of [
      `href="#q${questions[0]?.id}"`,
      `href="#q${scale?.id}"`,
      `href="#q${rank?.id}-0"`,
      'The &lt;lamp&gt; is out',
      '<option value="1" selected>Village',
      '<option selected>2<',
      'value="53.200,-0.530"',
    ])
      expect(wrong.body).toContain(part)
    expect(wrong.body).not.toMatch(/53\.2001|0\.5298/)
    expect(wrong.body).toMatch(/value="2" checked/)
    expect(await countOf(id)).toEqual([0, 0, 0])
  })

  test('one for each account: a second try is told kindly, a double tap makes one, and 200 at once make one', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team)
    const person = await makeResident(site.world.db, 'Lee')
    const cookie = await site.cookieOf(person)
    const twice = await Promise.all([
      site.post(`/surveys/${id}/answers`, first(questions), cookie),
      site.post(`/surveys/${id}/answers`, first(questions), cookie),
    ])
    expect(twice.map(({ statusCode }) => statusCode)).toEqual([303, 303])
    expect(await countOf(id)).toEqual([1, 1, 1])
    const again = await site.post(`/surveys/${id}/answers`, first(questions, '1'), cookie)
    expect(again.headers['location']).toBe(`/surveys/${id}?done=survey-answered-before`)
    const page = wordsOf((await site.get(String(again.headers['location']), cookie)).body)
    expect([page.includes('You have answered this survey. Thank you.'), page.includes('Send my answers')]).toEqual([true, false])
    const other = await makeResident(site.world.db, 'Kim')
    const values = { [questions[0]?.id ?? 0]: { sort: 'one' as const, choice: 1 } }
    const all = await Promise.all(
      Array.from({ length: 200 }, () => answerSurvey(site.world.db, site.config, other, id, { area: null, channel: 'web', values })),
    )
    expect(all.filter((taken) => taken)).toHaveLength(1)
    expect(await countOf(id)).toEqual([2, 2, 2])
    const answers = await site.world.db.transaction((tx) => takeAll(tx, site.config, id))
    expect(
      answers.map((one) => one.values[questions[0]?.id ?? 0]).toSorted((one, two) => JSON.stringify(one).localeCompare(JSON.stringify(two))),
    ).toEqual([
      { sort: 'one', choice: 0 },
      { sort: 'one', choice: 1 },
    ])
  })

  test('an answer of nothing is none, and none comes after the last day or where it was called off', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team, { questions: [question()] })
    const empty = await site.post(`/surveys/${id}/answers`, {}, await someone())
    expect([empty.statusCode, empty.body.includes('Answer one question or more')]).toEqual([422, true])
    moveClock(15 * 86_400_000)
    expect((await site.post(`/surveys/${id}/answers`, first(questions), await someone())).statusCode).toBe(403)
    expect(wordsOf((await site.get(`/surveys/${id}`)).body)).toContain('Closed')
    moveClock(0)
    await callOffSurvey(site.world.db, sergeant, id, 'The council asks the same.')
    expect((await site.post(`/surveys/${id}/answers`, first(questions), await someone())).statusCode).toBe(403)
    const page = wordsOf((await site.get(`/surveys/${id}`)).body)
    for (const words of ['Called off', 'The council asks the same.', 'What was answered is destroyed']) expect(page).toContain(words)
    expect(await countOf(id)).toEqual([0, 0, 0])
  })

  test('what sounds like an emergency gets 999 first, and nothing is stored until it is sent all the same', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team, {
      questions: [question({ sort: 'words', options: [] }), question({ sort: 'several' })],
    })
    const sent = { [`q${questions[0]?.id}`]: 'Help, a man is breaking into my house right now', [`q${questions[1]?.id}`]: '1' }
    const cookie = await someone()
    const asked = await site.post(`/surveys/${id}/answers`, sent, cookie)
    expect([asked.statusCode, asked.body.includes('tel:999'), wordsOf(asked.body).includes('Nothing is stored yet')]).toEqual([422, true, true])
    expect(await countOf(id)).toEqual([0, 0, 0])
    const hidden = Object.fromEntries(
      [...asked.body.matchAll(/<input type="hidden" name="(q[^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, value]),
    )
    expect(hidden).toEqual(sent)
    expect((await site.post(`/surveys/${id}/answers`, { ...hidden, choice: 'as-it-is' }, cookie)).statusCode).toBe(303)
    expect(await countOf(id)).toEqual([1, 1, 1])
  })

  test('a pin by postcode or place is kept only roughly', async () => {
    const place = await openPlace(site.world.db, team, 'Heath Library')
    await site.world.db.$client.query(`insert into postcodes (key, lat, lng, quality, source) values ('LN42LE', 53.1876543, -0.5312345, 10, 'test')`)
    const { id, questions } = await open(site.world.db, sergeant, team, { questions: [question({ sort: 'pin', options: [] })] })
    const field = `q${questions[0]?.id}`
    expect((await site.get(`/surveys/${id}`, asResident)).body).toContain(`<option value="${place.id}">Heath Library`)
    for (const form of [{ [`${field}-postcode`]: 'ln4 2le' }, { [`${field}-place`]: String(place.id) }, { [field]: '53.1234567,-0.1' }])
      expect((await site.post(`/surveys/${id}/answers`, form, await someone())).statusCode).toBe(303)
    const unknown = await site.post(`/surveys/${id}/answers`, { [`${field}-postcode`]: 'ZZ99 9ZZ' }, await someone())
    expect([unknown.statusCode, unknown.body.includes('We do not know where this is')]).toEqual([422, true])
    const cells = (await site.world.db.transaction((tx) => takeAll(tx, site.config, id))).map(({ values }) =>
      JSON.stringify(values[questions[0]?.id ?? 0]),
    )
    expect(cells.toSorted()).toEqual(['53.123,-0.100', '53.187,-0.532', '53.188,-0.531'].map((cell) => JSON.stringify({ sort: 'pin', cell })))
  })

  test('who works for the force or a partner does not answer for residents; a suspended account answers nothing', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team)
    for (const person of [officer, sergeant, partner, administrator])
      expect((await site.post(`/surveys/${id}/answers`, first(questions), await site.cookieOf(person))).statusCode).toBe(403)
    const suspended = {
      ...(await makeResident(site.world.db, 'Sam')),
      standing: { heldUntil: null, mutedUntil: null, suspendedUntil: new Date(Date.now() + 86_400_000) },
    }
    await expect(answerSurvey(site.world.db, site.config, suspended, id, { area: null, channel: 'web', values: {} })).rejects.toThrow('suspended')
    expect(await countOf(id)).toEqual([0, 0, 0])
  })
})

describe('answers on paper', () => {
  test('the team enters each sheet once, marked by its way, and who entered it is not with the answer', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team)
    const cookie = await site.cookieOf(officer)
    expect((await site.get(`/officers/surveys/${id}/answers`, cookie)).statusCode).toBe(200)
    const sheet = { channel: 'paper', number: ' a 12 ', ...first(questions) }
    expect((await site.post(`/surveys/${id}/sheets`, sheet, cookie)).statusCode).toBe(303)
    const again = await site.post(`/surveys/${id}/sheets`, { ...sheet, number: 'A12' }, cookie)
    expect([again.statusCode, again.body.includes('Number A12 was entered before')]).toEqual([422, true])
    expect((await site.post(`/surveys/${id}/sheets`, { ...sheet, channel: 'doorstep' }, cookie)).statusCode).toBe(303)
    const wrong = await site.post(`/surveys/${id}/sheets`, { number: '' }, cookie)
    for (const field of ['channel', 'number', `q${questions[0]?.id}`]) expect(wrong.body).toContain(`href="#${field}"`)
    const { rows } = await site.world.db.$client.query(`select taker, entered_by from survey_takers where survey_id = $1 order by taker`, [id])
    expect(rows).toEqual([
      { taker: 'doorstep:A12', entered_by: String(officer.accountId) },
      { taker: 'paper:A12', entered_by: String(officer.accountId) },
    ])
    const answers = await site.world.db.transaction((tx) => takeAll(tx, site.config, id))
    expect(answers.map(({ channel }) => channel).toSorted()).toEqual(['doorstep', 'paper'])
    expect(JSON.stringify(answers)).not.toContain('A12')
  })

  test('nobody else does', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team)
    const stranger = await makeStaff(site.world.db, 'PC Baker', 'officer', await makeTeam(site.world.db, 'Skegness'))
    for (const person of [stranger, partner, administrator, await makeResident(site.world.db, 'Kim')]) {
      const sent = await site.post(`/surveys/${id}/sheets`, { channel: 'paper', number: '1', ...first(questions) }, await site.cookieOf(person))
      expect(sent.statusCode).toBe(403)
    }
    expect(await countOf(id)).toEqual([0, 0, 0])
  })
})

describe('a survey of staff', () => {
  const SECRET = 'Canteen coffee in the kumquat wing'
  let id: number
  let questions: Question[]
  let postId: string
  let conversationId: string

  beforeAll(async () => {
    const { db } = site.world
    ;({ id, questions } = await open(db, sergeant, team, { audience: 'staff', title: SECRET }))
    const { rows } = await db.$client.query<{ id: string; conversation_id: string }>(
      'select p.id, p.conversation_id from posts p join surveys s on s.post_id = p.id where s.id = $1',
      [id],
    )
    ;[postId, conversationId] = [rows[0]?.id ?? '', rows[0]?.conversation_id ?? '']
  })

  test('is there for no visitor, resident or partner, on whatever address', async () => {
    const draft = await begin(site.world.db, sergeant, team, { audience: 'staff', title: SECRET })
    const found: string[] = []
    const values: Record<string, string> = { team: team.slug, id: String(id), question: String(questions[0]?.id), post: `${postId}-x`, tag: 'x' }
    const addresses = site.app.routeList
      .filter(({ method, url }) => method === 'GET' && url !== '/live')
      .flatMap(({ url }) =>
        [values, { ...values, id: conversationId }, { ...values, id: postId }, { ...values, id: String(draft) }].map((by) =>
          url.replaceAll(/:(\w+)|\*/g, (_, name: string | undefined) => by[name ?? ''] ?? 'x'),
        ),
      )
    for (const person of [null, await makeResident(site.world.db, 'Kim'), partner]) {
      const cookie = person ? await site.cookieOf(person) : undefined
      for (const address of new Set([...addresses, '/surveys?view=over', '/search?q=canteen', '/officers/surveys?view=opened'])) {
        const answer = await site.get(address, cookie)
        if (/kumquat/i.test(answer.body)) found.push(`${person?.displayName ?? 'visitor'} ${address}`)
      }
      expect((await site.get(`/surveys/${id}`, cookie)).statusCode).toBe(404)
    }
    expect(found).toEqual([])
    for (const [noun, form] of [
      ['answers', first(questions)],
      ['sheets', { channel: 'paper', number: '9', ...first(questions) }],
    ] as const)
      for (const person of [await makeResident(site.world.db, 'Kim'), partner])
        expect([403, 404]).toContain((await site.post(`/surveys/${id}/${noun}`, form, await site.cookieOf(person))).statusCode)
    expect(await countOf(id)).toEqual([0, 0, 0])
  }, 120_000)

  test('is listed, answered once and discussed by staff', async () => {
    const cookie = await site.cookieOf(await makeStaff(site.world.db, 'PC Baker', 'officer', await makeTeam(site.world.db, 'Sleaford')))
    expect((await site.get('/staff/surveys', cookie)).body).toContain(SECRET)
    expect((await site.get('/surveys', cookie)).body).not.toContain(SECRET)
    expect((await site.get(`/surveys/${id}`, cookie)).body).toContain('Send my answers')
    expect((await site.post(`/surveys/${id}/answers`, first(questions), cookie)).headers['location']).toContain('done=survey-answered')
    expect((await site.post(`/surveys/${id}/answers`, first(questions), cookie)).headers['location']).toContain('answered-before')
    const said = await site.post(`/conversations/${conversationId}/comments`, { body: 'A good question.', key: crypto.randomUUID() }, cookie)
    expect(said.statusCode).toBe(303)
    const there = await site.get(String(said.headers['location']).split('#')[0] ?? '', cookie)
    expect(String(there.headers['location'])).toMatch(new RegExp(`^/surveys/${id}[?#]`))
    expect((await site.get(`/surveys/${id}`, cookie)).body).toContain('A good question.')
    expect(await countOf(id)).toEqual([1, 1, 1])
  })
})

describe('on the pages', () => {
  test('a public survey is in the list for everybody, and its post leads to it', async () => {
    const { id } = await open(site.world.db, sergeant, team, { title: 'Where shall we patrol?' })
    expect((await site.get('/surveys')).body).toContain('Where shall we patrol?')
    const [, path = ''] = /<a href="(\/teams\/[^"#]+)#conversation">/.exec((await site.get(`/surveys/${id}`)).body) ?? []
    const post = await site.get(path)
    expect([post.statusCode, post.body.includes(`href="/surveys/${id}">Answer the survey`)]).toEqual([200, true])
    await callOffSurvey(site.world.db, sergeant, id, 'Enough.')
    expect((await site.get('/surveys')).body).not.toContain('Where shall we patrol?')
    expect((await site.get('/surveys?view=over')).body).toContain('Where shall we patrol?')
    expect(wordsOf((await site.get(path)).body)).toContain('Called off')
  })

  test('one whose post a moderator took down is gone with its words', async () => {
    const { id, questions } = await open(site.world.db, sergeant, team, { title: 'Words to be removed' })
    await site.world.db.$client.query(
      `update posts set state = 'withdrawn', withdrawn_at = now(), withdrawn_because = 'x' where id = (select post_id from surveys where id = $1)`,
      [id],
    )
    expect((await site.get(`/surveys/${id}`)).statusCode).toBe(404)
    expect((await site.get('/surveys')).body).not.toContain('Words to be removed')
    expect((await site.post(`/surveys/${id}/answers`, first(questions), await someone())).statusCode).toBe(404)
  })
})

describe('the desk', () => {
  test('from the first form to an open survey, without scripts', async () => {
    const [asOfficer, asSergeant] = [await site.cookieOf(officer), await site.cookieOf(sergeant)]
    await site.world.db.$client.query(`insert into localities (team_id, name, key) values ($1, 'Heath Estate', 'heath estate')`, [team.id])
    const form = await site.get('/officers/surveys/new', asOfficer)
    expect(form.body).toContain('Heath Estate')
    // Whoever comes from the staff network asks colleagues unless they say otherwise, and sorts nobody by where they live.
    const inside = (await site.get('/officers/surveys/new?audience=staff', asOfficer)).body
    expect(inside).toMatch(/value="staff" checked/)
    expect(inside).not.toContain('Heath Estate')
    expect(form.body).toMatch(/value="public" checked/)
    const wrong = await site.post(
      '/surveys',
      { team: String(team.id), audience: 'public', title: '', areas: 'A\nB', closes: '31/2/2027', key: crypto.randomUUID() },
      asOfficer,
    )
    for (const part of ['href="#title"', 'href="#closes"', 'value="31/2/2027"', 'A\nB']) expect(wrong.body).toContain(part)
    const closes = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)
    const made = await site.post(
      '/surveys',
      { team: String(team.id), audience: 'public', title: 'Bins <b>', intro: 'Why.', areas: 'A\n A \nB', closes, key: crypto.randomUUID() },
      asOfficer,
    )
    const path = String(made.headers['location']).split('?')[0] ?? ''
    const id = path.split('/').at(-1)
    for (const sort of ['one', 'several', 'scale', 'words', 'rank', 'pin'])
      expect((await site.get(`${path}/questions/new?sort=${sort}`, asOfficer)).statusCode, sort).toBe(200)
    const begun = { version: '1', sort: 'one', title: 'Which bins?', hint: 'All', options: 'Red\nBlue', required: 'yes' }
    const asScale = await site.post(`/surveys/${id}/questions`, { ...begun, as: 'scale' }, asOfficer)
    for (const part of [
      'value="Which bins?"',
      'value="All"',
      'name="required" value="yes" checked',
      'id="low"',
      '<input type="hidden" name="options" value="Red\nBlue">',
    ])
      expect(asScale.body).toContain(part)
    const back = await site.post(`/surveys/${id}/questions`, { ...begun, sort: 'scale', low: 'Bad', as: 'several' }, asOfficer)
    expect(back.body).toMatch(/<textarea id="options"[^>]*>Red\nBlue<\/textarea>/)
    expect((await site.get(path, asOfficer)).body).toContain('There is no question yet')
    const few = await site.post(`/surveys/${id}/questions`, { version: '1', sort: 'one', title: 'Which?', options: 'Only one' }, asOfficer)
    expect([few.statusCode, few.body.includes('href="#options"'), few.body.includes('Only one')]).toEqual([422, true, true])
    expect(
      (
        await site.post(
          `/surveys/${id}/questions`,
          { version: '1', sort: 'one', title: 'Which?', options: 'Red\r\nBlue', required: 'yes' },
          asOfficer,
        )
      ).statusCode,
    ).toBe(303)
    expect(
      (await site.post(`/surveys/${id}/questions`, { version: '2', sort: 'scale', title: 'How?', top: '7', low: 'bad', high: 'good' }, asOfficer))
        .statusCode,
    ).toBe(303)
    const page = await site.get(path, asOfficer)
    for (const part of ['Bins &lt;b&gt;', 'Which?', '7, good', 'Hand it in', '<option value="1">B']) expect(page.body).toContain(part)
    expect(page.body).not.toContain('Publish the survey')
    expect((await site.post(`/surveys/${id}/submission`, { version: '3' }, asOfficer)).statusCode).toBe(303)
    expect((await site.get('/officers/surveys', asSergeant)).body).toContain('Waits for a second person')
    expect((await site.get(path, asSergeant)).body).toContain('Publish the survey')
    const silent = await site.post(`/surveys/${id}/return`, { version: '3', note: '' }, asSergeant)
    expect([silent.statusCode, silent.body.includes('Say what should change')]).toEqual([422, true])
    expect((await site.post(`/surveys/${id}/publication`, { version: '3' }, asSergeant)).headers['location']).toBe(
      `/surveys/${id}?done=survey-opened`,
    )
    expect((await site.get(`/surveys/${id}`)).body).toContain('Bins &lt;b&gt;')
    for (const noun of ['close', 'call-off']) expect((await site.get(`${path}/${noun}`, asSergeant)).statusCode).toBe(200)
    expect((await site.post(`/surveys/${id}/closing`, { when: 'day', closes: '' }, asSergeant)).body).toContain('href="#closes"')
    expect((await site.post(`/surveys/${id}/closing`, { when: 'now' }, asSergeant)).statusCode).toBe(303)
  })

  test('a partner drafts and hands in, sees their own, and no more', async () => {
    const cookie = await site.cookieOf(partner)
    const hidden = await begin(site.world.db, sergeant, team, { title: 'Not for partners' })
    const id = await begin(site.world.db, partner, team, { title: 'From the council' })
    const list = await site.get('/officers/surveys', cookie)
    expect([list.body.includes('From the council'), list.body.includes('Not for partners')]).toEqual([true, false])
    expect((await site.get(`/officers/surveys/${hidden}`, cookie)).statusCode).toBe(404)
    expect((await site.get('/officers/surveys/new', cookie)).body).not.toContain('value="staff"')
    const page = await site.get(`/officers/surveys/${id}`, cookie)
    expect([page.body.includes('Hand it in'), page.body.includes('Publish the survey')]).toEqual([true, false])
    await submitSurvey(site.world.db, partner, id, await versionOf(site.world.db, id))
    await publishSurvey(site.world.db, sergeant, id, await versionOf(site.world.db, id))
    // Open: the team enters what came on paper, and the partner is offered no door that is shut to them.
    const [theirs, sergeants] = [partner, sergeant].map(async (by) => site.get('/officers/surveys?view=opened', await site.cookieOf(by)))
    expect([(await theirs)?.body.includes('>Open<'), (await theirs)?.body.includes(`/officers/surveys/${id}/answers`)]).toEqual([true, false])
    expect((await sergeants)?.body).toContain(`/officers/surveys/${id}/answers`)
    moveClock(20 * 86_400_000)
    const later = await site.get('/officers/surveys?view=opened', await site.cookieOf(partner))
    expect([later.body.includes('From the council'), later.body.includes('>Open<')]).toEqual([true, false])
    moveClock(0)
  })
})
