/**
 * Two colleagues have the same page open and send their forms in the same moment: one is done, the other reads what the first did and has their words.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { askPressOffice } from '../../src/requests/request.ts'
import { sanctionAuthor } from '../../src/sanctions/sanction.ts'
import { sayDate } from '../../src/text/dates.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeStaff } from '../people.ts'
import { furnish, STAFFED, type Desk } from './desk.ts'

type Answer = Awaited<ReturnType<TestApp['get']>>
type Form = Record<string, string>

const DAY = 86_400_000
const dayIn = (days: number): string => sayDate(new Date(Date.now() + days * DAY))

let site: TestApp
let desk: Desk
let first: SignedIn
let second: SignedIn
const cookies = new Map<number, string>()
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  desk = await furnish(site.world)
  first = await makeStaff(desk.db, 'Kit Moss', 'press-office')
  second = await makeStaff(desk.db, 'Lou Vane', 'press-office')
  for (const person of [first, second, desk.press]) cookies.set(person.accountId, await site.cookieOf(person))
})
afterAll(() => site?.close())

const as = (person: SignedIn): string | undefined => cookies.get(person.accountId)
const text = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const value = async (sql: string, ...parameters: unknown[]): Promise<string> => {
  const { rows } = await desk.db.$client.query<Record<string, unknown>>(sql, parameters)
  return JSON.stringify(Object.values(rows[0] ?? {})[0] ?? null)
}

/** What the form to `action` sends of itself, as it stands on that page. */
function hiddenIn(page: string, action: string): Form {
  const start = page.search(new RegExp(`<form[^>]* action="?${action}"?[ >]`))
  if (start === -1) throw new Error(`no form to ${action}`)
  const form = page.slice(start, page.indexOf('</form>', start))
  const inputs = [...form.matchAll(/<input[^>]*type="?hidden"?[^>]*>/g)].map(([input]) => input)
  return Object.fromEntries(inputs.map((input) => [/name="?([\w-]+)/.exec(input)?.[1] ?? '', /value="([^"]*)"/.exec(input)?.[1] ?? '']))
}

interface Pair {
  /** The page on which both have the form. */
  page: string
  action: string
  /** What each fills in, besides what the form holds itself. */
  forms: readonly [Form, Form]
}

interface Outcome {
  done: Answer
  late: Answer
  /** Of whoever was late. */
  words: Form
  winner: SignedIn
}

/** Both open the page, and then both send. */
async function sendBoth({ page, action, forms }: Pair): Promise<[Answer, Answer]> {
  const opened = [await site.get(page, as(first)), await site.get(page, as(second))].map(({ body }) => hiddenIn(body, action))
  return Promise.all([site.post(action, { ...opened[0], ...forms[0] }, as(first)), site.post(action, { ...opened[1], ...forms[1] }, as(second))])
}

async function race(pair: Pair): Promise<Outcome> {
  const answers = await sendBoth(pair)
  const statuses = answers.map(({ statusCode }) => statusCode)
  expect(
    statuses.toSorted((one, other) => one - other),
    answers.map(({ body }) => text(body).slice(0, 2000)).join('\n'),
  ).toEqual([303, 409])
  const [one, other] = answers
  return one.statusCode === 303
    ? { done: one, late: other, words: pair.forms[1], winner: first }
    : { done: other, late: one, words: pair.forms[0], winner: second }
}

/** The late one reads who was quicker, and what they wrote themself stands in the form again. */
function expectTold({ late, words }: Outcome, kept: string, said: RegExp): void {
  expect(text(late.body)).toMatch(said)
  expect(late.body).toContain(words[kept])
}

const quicker = ({ winner }: Outcome, what: string): RegExp => new RegExp(`${winner.displayName}.*${what}`)

const decision = (act: string, words: string): Form => ({ act, reason: 'abuse', text: words, note: `Note of ${words}`, others: '', then: 'queue' })

async function heldCase(): Promise<{ commentId: number; id: number }> {
  const commentId = await desk.say(await desk.newPerson(`Jo ${randomUUID().slice(0, 8)}`))
  return { commentId, id: (await desk.caseOf({ commentId })).id }
}

/** Removed for a threat: every sanction may follow. */
async function removedCase(): Promise<{ author: SignedIn; commentId: number; id: number }> {
  const author = await desk.newPerson(`Jo ${randomUUID().slice(0, 8)}`, [], 5)
  const commentId = await desk.say(author)
  await desk.flag({ commentId }, desk.resident)
  await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'threat' })
  return { author, commentId, id: (await desk.caseOf({ commentId })).id }
}

const onCase = (id: number, noun: string, forms: Pair['forms']): Pair => ({
  page: `/moderation/cases/${id}`,
  action: `/moderation/cases/${id}/${noun}`,
  forms,
})

describe('on one case', () => {
  test('decisions: one stands', async () => {
    const { commentId, id } = await heldCase()
    const outcome = await race(onCase(id, 'decisions', [decision('reject', 'Words of Kit.'), decision('release', 'Words of Lou.')]))
    expectTold(outcome, 'text', quicker(outcome, outcome.winner === first ? 'rejected it' : 'released it'))
    expect(outcome.late.body).toContain(outcome.words['note'])
    expect(await desk.stateOf(commentId)).toBe(outcome.winner === first ? 'rejected' : 'published')
    expect(await value('select count(*)::int from decisions where case_id = $1', id)).toBe('1')
    expect(await value(`select count(*)::int from log where item = 'comment' and item_id = $1`, commentId)).toBe('1')
  })

  test('the same decision of both is the first one’s alone', async () => {
    const { id } = await heldCase()
    const outcome = await race(onCase(id, 'decisions', [decision('reject', 'Words of Kit.'), decision('reject', 'Words of Lou.')]))
    expectTold(outcome, 'text', quicker(outcome, 'rejected it'))
    expect(await value('select decider_id::int from decisions where case_id = $1', id)).toBe(String(outcome.winner.accountId))
  })

  test('claims: one has it', async () => {
    const { id } = await heldCase()
    const outcome = await race(onCase(id, 'claim', [{}, {}]))
    expect(text(outcome.late.body)).toMatch(quicker(outcome, 'took it'))
    expect(await value('select assignee_id::int from cases where id = $1', id)).toBe(String(outcome.winner.accountId))
  })

  test.each([
    ['decides', 'escalates'],
    ['escalates', 'decides'],
  ])('one %s, and the other, who %s, comes too late: their words are there', async (...acts) => {
    const { id } = await heldCase()
    const { body } = await site.get(`/moderation/cases/${id}`, as(first))
    const send = (act: string, words: string, person: SignedIn) => {
      const action = `/moderation/cases/${id}/${act === 'decides' ? 'decisions' : 'escalation'}`
      const form = act === 'decides' ? decision('reject', words) : { 'escalation-to': 'legal', 'escalation-note': words }
      return site.post(action, { ...hiddenIn(body, action), ...form }, as(person))
    }
    expect((await send(acts[0], 'Words of Kit.', first)).statusCode).toBe(303)
    const late = await send(acts[1], 'Words of Lou.', second)
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('Words of Lou.')
    expect(text(late.body)).toContain('Kit Moss')
  })

  test('appeals: one is the outcome', async () => {
    const { author, id } = await removedCase()
    await lodgeAppeal(desk.db, author, id, { text: 'I named nobody.', clientKey: randomUUID() })
    const form = (way: string, words: string): Form => ({ 'appeal-way': way, 'appeal-text': words, 'appeal-reason': '', 'appeal-note': '' })
    const outcome = await race(onCase(id, 'appeal-decisions', [form('overturned', 'Words of Kit.'), form('upheld', 'Words of Lou.')]))
    expectTold(outcome, 'appeal-text', quicker(outcome, 'decided the appeal'))
    expect(await value('select outcome from appeals where case_id = $1', id)).toBe(outcome.winner === first ? '"overturned"' : '"upheld"')
    expect(await value('select count(*)::int from strikes where account_id = $1 and cancelled_at is null', author.accountId)).toBe('0')
  })

  test('sanctions: one is imposed', async () => {
    const { author, id } = await removedCase()
    const form = (kind: string, words: string): Form => ({ 'sanction-kind': kind, 'sanction-text': words, 'sanction-note': '' })
    const outcome = await race(onCase(id, 'sanctions', [form('hold', 'Words of Kit.'), form('mute', 'Words of Lou.')]))
    expectTold(outcome, 'sanction-text', quicker(outcome, 'imposed'))
    expect(await value('select count(*)::int from sanctions where account_id = $1', author.accountId)).toBe('1')
  })

  test('the same suspension, proposed by both, waits once', async () => {
    const { author, id } = await removedCase()
    const form = (words: string): Form => ({ 'sanction-kind': 'suspend', 'sanction-text': words, 'sanction-note': '' })
    const outcome = await race(onCase(id, 'sanctions', [form('Words of Kit.'), form('Words of Lou.')]))
    expectTold(outcome, 'sanction-text', /suspension was proposed .* waits for a second person/)
    expect(await value('select count(*)::int from proposals where account_id = $1', author.accountId)).toBe('1')
  })

  test('a proposal: agreed or refused, not both', async () => {
    const { author, id } = await removedCase()
    const suspension = { kind: 'suspend' as const, publicText: 'A threat.', note: null, clientKey: randomUUID() }
    const made = await sanctionAuthor(desk.db, desk.press, id, suspension)
    const caseId = 'caseId' in made ? made.caseId : 0
    const form = (answer: string, words: string): Form => ({ 'proposal-answer': answer, 'proposal-note': words })
    const outcome = await race(onCase(caseId, 'proposal-answers', [form('agreed', 'Words of Kit.'), form('refused', 'Words of Lou.')]))
    expect(text(outcome.late.body)).toMatch(quicker(outcome, outcome.winner === first ? 'agreed to this' : 'refused this'))
    expect(outcome.late.body).toContain(outcome.words['proposal-note'])
    expect(await value('select count(*)::int from sanctions where account_id = $1', author.accountId)).toBe(outcome.winner === first ? '1' : '0')
  })

  test('a colleague’s request is answered once', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A post to lock')
    const about = { kind: 'conversation' as const, id: post.conversationId }
    await askPressOffice(desk.db, desk.officer, about, { kind: 'legal-lock', note: 'Charged.', clientKey: randomUUID(), staffed: STAFFED })
    const id = Number(
      await value('select c.id::int from cases c join requests r on r.id = c.request_id where r.conversation_id = $1', post.conversationId),
    )
    const form = (words: string): Form => ({ 'request-answer': 'declined', 'request-text': words })
    const outcome = await race(onCase(id, 'answers', [form('Words of Kit.'), form('Words of Lou.')]))
    expectTold(outcome, 'request-text', quicker(outcome, ''))
    expect(await value('select answer_text from requests where conversation_id = $1', post.conversationId)).toBe(
      outcome.winner === first ? '"Words of Kit."' : '"Words of Lou."',
    )
  })

  test('notes of both are kept', async () => {
    const { id } = await heldCase()
    const answers = await sendBoth(onCase(id, 'notes', [{ 'case-note': 'Words of Kit.' }, { 'case-note': 'Words of Lou.' }]))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303])
    expect(await value(`select count(*)::int from case_acts where case_id = $1 and act = 'noted'`, id)).toBe('2')
  })
})

describe('on the queue', () => {
  test('two who ask for the next case get two', async () => {
    await heldCase()
    await heldCase()
    const answers = await sendBoth({ page: '/moderation', action: '/moderation/claims', forms: [{}, {}] })
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303])
    const [one, other] = answers.map(({ headers }) => String(headers['location']))
    expect(one).toMatch(/^\/moderation\/cases\/\d+/)
    expect(other).not.toBe(one)
  })

  test('of like cases each is decided once, and the other reads which were not theirs', async () => {
    const made = [await heldCase(), await heldCase(), await heldCase()]
    const chosen = await Promise.all(made.map(async ({ commentId, id }) => `case=${id}:${(await desk.caseOf({ commentId })).version}`))
    const send = (person: SignedIn, act: string) =>
      site.app.inject({
        method: 'POST',
        url: '/moderation/bulk/decisions',
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', cookie: as(person) ?? '' },
        payload: [...chosen, `act=${act}`, 'reason=spam', 'text=', 'note='].join('&'),
      })
    const answers = await Promise.all([send(first, 'reject'), send(second, 'release')])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    const ids = made.map(({ id }) => id)
    expect(await value('select count(*)::int from decisions where case_id = any($1)', ids)).toBe('3')
    const by = (person: SignedIn) => value('select count(*)::int from decisions where case_id = any($1) and decider_id = $2', ids, person.accountId)
    expect(Number(await by(first)) + Number(await by(second))).toBe(3)
    expect(text(answers[0].body).includes('Lou Vane')).toBe(Number(await by(first)) < 3)
    expect(text(answers[1].body).includes('Kit Moss')).toBe(Number(await by(second)) < 3)
  })
})

describe('in the settings', () => {
  test('a reason is worded once', async () => {
    const page = '/moderation/settings/reasons/off-topic'
    const form = (words: string): Form => ({ title: 'Off topic', text: words, flags: 'yes', note: 'Plainer.' })
    const outcome = await race({ page, action: page, forms: [form('Words of Kit.'), form('Words of Lou.')] })
    expect(outcome.late.body).toContain(outcome.words['text'])
    expect(outcome.late.body).toContain(outcome.winner === first ? 'Words of Kit.' : 'Words of Lou.')
    expect(await value(`select max(version) from reasons where code = 'off-topic'`)).toBe('2')
  })

  test('a word list is begun once, and changed once', async () => {
    const form = (words: string): Form => ({ name: 'Plates', purpose: 'hold', patterns: words, note: `Note of ${words}`, sample: '' })
    const page = '/moderation/settings/lists/new'
    const answers = await sendBoth({ page, action: page, forms: [form('kitwords'), form('louwords')] })
    const late = answers.find(({ statusCode }) => statusCode !== 303)
    expect(late?.statusCode).toBeGreaterThanOrEqual(409)
    expect(late?.statusCode).toBeLessThan(500)
    expect(late?.body).toContain(late === answers[0] ? 'kitwords' : 'louwords')
    const list = '/moderation/settings/lists/Plates'
    const outcome = await race({ page: list, action: list, forms: [form('kitagain'), form('louagain')] })
    expectTold(outcome, 'patterns', /colleague|Kit Moss|Lou Vane/)
    expect(await value(`select max(version) from word_lists where name = 'Plates'`)).toBe('2')
  })

  test('a template is changed once', async () => {
    const added = { title: 'Names', body: 'Please leave names out.', reason: '', purpose: 'decision', key: randomUUID() }
    await site.post('/moderation/settings/templates/new', added, as(desk.press))
    const page = `/moderation/settings/templates/${await value('select id::int from templates where client_key = $1', added.key)}`
    const form = (words: string): Form => ({ title: 'Names', body: words, reason: '' })
    const outcome = await race({ page, action: page, forms: [form('Words of Kit.'), form('Words of Lou.')] })
    expectTold(outcome, 'body', /A colleague changed or removed this template first/)
    expect(await value(`select count(*)::int from templates where title = 'Names' and retired_at is null`)).toBe('1')
  })
})

describe('the modes', () => {
  test('of a conversation: one holds', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A post with a mode')
    const page = `/conversations/${post.conversationId}/mode`
    const form = (mode: string, words: string): Form => ({ mode, 'mode-reason': words, 'mode-ends': dayIn(3), review: '' })
    const outcome = await race({ page, action: page, forms: [form('held', 'Words of Kit.'), form('closed', 'Words of Lou.')] })
    expectTold(outcome, 'mode-reason', quicker(outcome, outcome.winner === first ? 'hold every comment' : 'closed it'))
    expect(await value('select mode from conversations where id = $1', post.conversationId)).toBe(outcome.winner === first ? '"held"' : '"closed"')
    expect(await value(`select count(*)::int from log where item = 'conversation' and item_id = $1`, post.conversationId)).toBe('1')
  })

  test('of the site: prolonged to one end, and ended once', async () => {
    const key = randomUUID()
    const mode = { kind: 'major-incident', areas: 'teams', team: String(desk.otherTeam.id), 'ends-day': dayIn(2), banner: 'Bear with us.', link: '' }
    await site.post('/moderation/switches', { ...mode, because: 'A fire.', key }, as(desk.press))
    const page = `/moderation/switches/${await value('select id::int from switches where client_key = $1', key)}`
    const form = (days: number, words: string): Form => ({ 'ends-day': dayIn(days), 'ends-time': '', 'prolong-because': words })
    const longer = await race({ page, action: `${page}/prolongations`, forms: [form(3, 'Words of Kit.'), form(4, 'Words of Lou.')] })
    expectTold(longer, 'prolong-because', /A colleague has changed the end to/)
    const ended = await race({
      page,
      action: `${page}/endings`,
      forms: [{ 'end-because': 'Words of Kit.' }, { 'end-because': 'Words of Lou.' }],
    })
    expect(text(ended.late.body)).toContain(ended.winner === first ? 'Words of Kit.' : 'Words of Lou.')
    expect(await value(`select count(*)::int from log where item = 'switch' and act = 'end'`)).toBe('1')
  })
})
