import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sanctions } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { cases } from '../../src/moderation/schema.ts'
import { addStrike } from '../../src/moderation/strike.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'

let site: TestApp
let desk: Desk
let press: string
let press2: string
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
  press = await site.cookieOf(desk.press)
  press2 = await site.cookieOf(desk.press2)
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const DAY = 86_400_000
const newPerson = () => desk.newPerson('Kim Lowe', [], 5)

async function removedOf(person: SignedIn, reasonCode = 'abuse'): Promise<number> {
  const commentId = await desk.say(person)
  await desk.flag({ commentId }, randomUUID())
  const { id } = await desk.decide(desk.press, { commentId }, 'remove', { reasonCode })
  await desk.db.transaction((tx) => addStrike(tx, person.accountId, id)).catch(() => {})
  return (await desk.caseOf({ commentId })).id
}

const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const pageOf = async (caseId: number, as = press) => (await site.get(`/moderation/cases/${caseId}`, as)).body
const impose = (caseId: number, more: Record<string, string> = {}, as = press) =>
  site.post(
    `/moderation/cases/${caseId}/sanctions`,
    { 'sanction-kind': 'advice', 'sanction-text': 'Please write without insults.', key: randomUUID(), ...more },
    as,
  )
const of = (person: SignedIn) => desk.db.select().from(sanctions).where(eq(sanctions.accountId, person.accountId)).orderBy(sanctions.id)

describe('the author on the page of a case', () => {
  test('strikes, what comes next, and the ways on; nothing is offered before the decision', async () => {
    const person = await newPerson()
    const commentId = await desk.say(person)
    await desk.flag({ commentId }, randomUUID())
    const open = await pageOf((await desk.caseOf({ commentId })).id)
    expect(open).toContain('decide the case first')
    expect(open).not.toContain('name="sanction-kind"')
    const page = await pageOf(await removedOf(person))
    expect(text(page)).toContain('1 strike counts now')
    expect(page).toContain('value="advice"')
    expect(page).not.toContain('value="mute"')
    expect(page).toContain(`href="/moderation/people/${person.accountId}/identity"`)
    expect(page).not.toContain(person.email)
  })

  test('a sergeant of the team sees the record, and can neither act nor go on', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person)
    const as = await site.cookieOf(desk.sergeant)
    const page = await pageOf(caseId, as)
    expect(page).toContain('Only the press office can warn or restrict an account.')
    expect(page).not.toContain(`/moderation/people/${person.accountId}`)
    expect((await impose(caseId, {}, as)).statusCode).toBe(403)
  })

  test('warning somebody: the form, its mistakes, the record', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person)
    const failed = await impose(caseId, { 'sanction-text': ' ' })
    expect(failed.statusCode).toBe(422)
    expect(failed.body).toContain('href="#sanction-text"')
    expect(failed.body).toMatch(/<details[^>]* open><summary>Warn or restrict/)
    expect(failed.body).toMatch(/value="advice"[^>]* checked/)
    const tooHard = await impose(caseId, { 'sanction-kind': 'mute', 'sanction-text': 'These words are kept.' })
    expect(tooHard.statusCode).toBe(422)
    expect(tooHard.body).toContain('These words are kept.')
    expect(await of(person)).toEqual([])
    const done = await impose(caseId)
    expect(done.headers['location']).toBe(`/moderation/cases/${caseId}?done=sanctioned`)
    const page = await pageOf(caseId)
    expect(page).toContain('A sanction is tied to this decision already.')
    expect(page).toContain(`href="/moderation/sanctions/${(await of(person))[0]?.id}"`)
  })

  test('a colleague who was quicker is named, and the words stay', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person)
    await impose(caseId, { 'sanction-seen': '0' }, press2)
    const late = await impose(caseId, { 'sanction-seen': '0', 'sanction-text': 'These words are kept.' })
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('Alex Wray (Press office) imposed “Advice”')
    expect(await of(person)).toHaveLength(1)
  })
})

describe('a suspension', () => {
  test('waits in the queue for a second person, who reads everything on its case', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person, 'threat')
    const page = await pageOf(caseId)
    for (const kind of ['advice', 'hold', 'mute', 'suspend']) expect(page).toContain(`value="${kind}"`)
    await impose(caseId, { 'sanction-kind': 'suspend', 'sanction-text': 'You threatened an officer.', 'sanction-note': 'Twice.' })
    expect(await of(person)).toEqual([])
    const [waiting] = await desk.db.select().from(cases).where(eq(cases.cause, 'proposal'))
    const proposalCase = Number(waiting?.id)
    expect(await pageOf(caseId)).toContain(`href="/moderation/cases/${proposalCase}"`)
    const own = await pageOf(proposalCase)
    expect(own).toContain('You proposed this yourself')
    expect(own).toContain('value="taken-back"')
    expect(own).not.toContain('value="agreed"')
    const second = await pageOf(proposalCase, press2)
    expect(text(second)).toContain('Sam Carter')
    expect(second).toContain('You threatened an officer.')
    expect(second).toContain('Twice.')
    expect(text(second)).toContain('1 strike counts now')
    const version = String(waiting?.version)
    const answer = (as: string, more: Record<string, string> = {}) =>
      site.post(
        `/moderation/cases/${proposalCase}/proposal-answers`,
        { 'proposal-answer': 'agreed', 'proposal-note': 'I agree.', version, ...more },
        as,
      )
    expect((await answer(press)).statusCode).toBe(403)
    const wordless = await answer(press2, { 'proposal-note': '' })
    expect(wordless.statusCode).toBe(422)
    expect(wordless.body).toContain('href="#proposal-note"')
    expect((await answer(press2)).headers['location']).toBe(`/moderation/cases/${proposalCase}?done=proposal-agreed`)
    expect(await of(person)).toMatchObject([{ kind: 'suspend', imposedBy: desk.press.accountId, confirmedBy: desk.press2.accountId }])
    expect(await pageOf(proposalCase)).toContain('agreed to this')
    const late = await answer(press, { 'proposal-answer': 'refused' })
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('Alex Wray (Press office) agreed to this')
    expect(
      (await site.post(`/moderation/cases/${caseId}/proposal-answers`, { 'proposal-answer': 'agreed', 'proposal-note': 'x', version: '1' }, press2))
        .statusCode,
    ).toBe(404)
  })

  test('in its last week it stands in the list, and its page offers to renew it', async () => {
    const person = await newPerson()
    const [id] = (await of(person)).map((row) => row.id)
    expect(id).toBeUndefined()
    const [suspension] = await desk.db.select().from(sanctions).where(eq(sanctions.kind, 'suspend'))
    const address = `/moderation/sanctions/${suspension?.id}`
    expect((await site.get(address, press)).body).not.toContain('Propose to renew it')
    expect((await site.get('/moderation/sanctions?view=review', press)).body).toContain('No suspension ends within a week.')
    moveClock(85 * DAY)
    const again = await site.cookieOf(desk.press)
    expect((await site.get('/moderation/sanctions?view=review', again)).body).toContain(`href="${address}"`)
    expect((await site.get(address, again)).body).toContain('Propose to renew it')
    expect((await site.post(`${address}/renewal`, { text: '', key: randomUUID() }, again)).statusCode).toBe(422)
    const done = await site.post(`${address}/renewal`, { text: 'The threats went on.', key: randomUUID() }, again)
    expect(done.headers['location']).toMatch(/^\/moderation\/cases\/\d+\?done=suspension-proposed$/)
    expect((await site.get(address, again)).body).not.toContain('Propose to renew it')
  })
})

describe('the page of an account', () => {
  test('shows the record and the decisions, never who it is', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person)
    await impose(caseId)
    const page = (await site.get(`/moderation/people/${person.accountId}`, press)).body
    expect(page).toContain('Kim Lowe')
    expect(page).toContain('Advice')
    expect(page).toContain('Counts until')
    expect(page).toContain(`href="/moderation/cases/${caseId}"`)
    expect(page).not.toContain(person.email)
    expect((await site.get('/moderation/people/999999', press)).statusCode).toBe(404)
  })

  test('pages through the decisions by key', async () => {
    const person = await newPerson()
    const first = await removedOf(person)
    await desk.db.$client.query(
      `insert into comments (conversation_id, level, place, author_id, client_key, body, body_html, state)
       select $1, 1, lpad(g::text, 12, '0'), $2, gen_random_uuid(), 'x', 'x', 'published' from generate_series(1, 250) g`,
      [desk.post.conversationId, person.accountId],
    )
    const last = await removedOf(person)
    const newest = (await site.get(`/moderation/people/${person.accountId}`, press)).body
    const decided = (html: string) => html.slice(html.indexOf('Decisions about their comments'))
    expect(decided(newest)).toContain(`href="/moderation/cases/${last}"`)
    expect(decided(newest)).not.toContain(`href="/moderation/cases/${first}"`)
    const next = /href="(\/moderation\/people\/\d+\?before=\d+)"/.exec(newest)?.[1] ?? ''
    expect(decided((await site.get(next, press)).body)).toContain(`href="/moderation/cases/${first}"`)
  })
})

test('lifting: a reason, and what it says afterwards', async () => {
  const person = await newPerson()
  await impose(await removedOf(person, 'threat'), { 'sanction-kind': 'mute' })
  const [row] = await of(person)
  const address = `/moderation/sanctions/${row?.id}`
  const failed = await site.post(`${address}/lift`, { because: '' }, press)
  expect(failed.statusCode).toBe(422)
  expect(failed.body).toContain('href="#because"')
  expect((await site.post(`${address}/lift`, { because: 'It was a quotation.' }, press)).statusCode).toBe(303)
  expect(text((await site.get(address, press)).body)).toContain('It was a quotation.')
  const late = await site.post(`${address}/lift`, { because: 'Me too.' }, press2)
  expect(late.statusCode).toBe(409)
  expect(late.body).toContain('Sam Carter (Press office) lifted it')
})
