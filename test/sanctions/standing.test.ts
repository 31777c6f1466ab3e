import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sanctions, type SanctionKind } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { comments } from '../../src/conversations/schema.ts'
import { endOf } from '../../src/sanctions/policy.ts'
import { sayMoment } from '../../src/text/dates.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'

let site: TestApp
let desk: Desk
let logId: number
let decisionId: number
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
  const commentId = await desk.say(desk.resident)
  await desk.flag({ commentId }, 'somebody')
  await desk.decide(desk.press, { commentId }, 'remove')
  const [made] = (await desk.db.execute<{ id: string; log_id: string }>(sql`select id, log_id from decisions order by id desc limit 1`)).rows
  logId = Number(made?.log_id)
  decisionId = Number(made?.id)
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const DAY = 86_400_000

/** Somebody with that sanction, just imposed. */
async function sanctioned(kind: SanctionKind): Promise<{ person: SignedIn; as: string; id: number; endsAt: Date }> {
  const person = await desk.newPerson('Kim Lowe', [], 5)
  const startsAt = new Date()
  const endsAt = endOf(kind, startsAt)
  const two = kind === 'suspend' ? { confirmedBy: desk.press2.accountId } : {}
  const [row] = await desk.db
    .insert(sanctions)
    .values({
      accountId: person.accountId,
      kind,
      decisionId,
      publicText: 'Please write without insults.',
      imposedBy: desk.press.accountId,
      startsAt,
      endsAt,
      clientKey: randomUUID(),
      logId,
      ...two,
    })
    .returning({ id: sanctions.id })
  return { person, as: await site.cookieOf(person), id: Number(row?.id), endsAt: endsAt ?? startsAt }
}

const say = (as: string, body = 'The lights are out again.') =>
  site.post(`/conversations/${desk.post.conversationId}/comments`, { body, key: randomUUID() }, as)
const react = (as: string) => site.post(`/conversations/${desk.post.conversationId}/reactions`, { helpful: '' }, as)
const ask = (as: string, visibility: string) =>
  site.post(`/ask/${desk.team.slug}`, { title: 'When is the surgery?', body: 'I could not find the date.', visibility, key: randomUUID() }, as)
const saidBy = (person: SignedIn) => desk.db.select().from(comments).where(eq(comments.authorId, person.accountId)).orderBy(comments.id)

describe('advice', () => {
  test('restricts nothing', async () => {
    const { person, as } = await sanctioned('advice')
    expect((await say(as)).statusCode).toBe(303)
    expect(await saidBy(person)).toMatchObject([{ state: 'published' }])
    expect((await react(as)).statusCode).toBe(303)
    const account = (await site.get('/account', as)).body
    expect(account).toContain('Please write without insults.')
    expect(account).toContain('Nothing restricts your account now.')
  })
})

describe('everything is held', () => {
  test('each comment waits, and the page says so beforehand', async () => {
    const { person, as } = await sanctioned('hold')
    expect((await site.get(desk.post.path, as)).body).toContain('A moderator looks at it before it appears')
    expect((await say(as)).headers['location']).toContain('#waiting')
    expect(await saidBy(person)).toMatchObject([{ state: 'held' }])
    const file = await desk.caseOf({ commentId: (await saidBy(person))[0]?.id ?? 0 })
    expect(file.because).toContain('A sanction: everything of this account is looked at first until')
  })

  test('ends by itself in the middle of a session', async () => {
    const { person, as, endsAt } = await sanctioned('hold')
    moveClock(endsAt.getTime() - Date.now() - 60_000)
    await say(as, 'Before the end.')
    moveClock(0)
    moveClock(endsAt.getTime() - Date.now() + 60_000)
    await say(as, 'After the end.')
    expect((await saidBy(person)).map(({ body, state }) => [body, state])).toEqual([
      ['Before the end.', 'held'],
      ['After the end.', 'published'],
    ])
  })

  test('ends at once when it is lifted', async () => {
    const { person, as, id } = await sanctioned('hold')
    await site.post(`/moderation/sanctions/${id}/lift`, { because: 'It was a quotation.' }, await site.cookieOf(desk.press))
    await say(as)
    expect(await saidBy(person)).toMatchObject([{ state: 'published' }])
    expect((await site.get('/account', as)).body).toContain('It was a quotation.')
  })
})

describe('muted', () => {
  test('reads everything, and is told before writing until when and where to object', async () => {
    const { as } = await sanctioned('mute')
    const page = await site.get(desk.post.path, as)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('you cannot write or react in public')
    expect(page.body).toContain('how to object')
    expect(page.body).not.toContain('id="compose"')
    expect(page.body).not.toContain('<form class="reactions"')
    expect((await site.get(`/conversations/${desk.post.conversationId}/comments/new`, as)).body).not.toContain('<textarea')
  })

  test('writes nothing in public, whatever is sent, and loses no words', async () => {
    const { person, as } = await sanctioned('mute')
    const refused = await say(as, 'These words are kept.')
    expect(refused.statusCode).toBe(403)
    expect(refused.body).toContain('you cannot write or react in public')
    expect(refused.body).toContain('These words are kept.')
    expect((await react(as)).statusCode).toBe(403)
    expect(await saidBy(person)).toEqual([])
  })

  test('does not change a published comment either, but takes it back and its name off it', async () => {
    const person = await desk.newPerson('Kim Lowe', [], 5)
    const commentId = await desk.say(person)
    await desk.db.insert(sanctions).values({
      accountId: person.accountId,
      kind: 'mute',
      decisionId,
      publicText: '…',
      imposedBy: desk.press.accountId,
      startsAt: new Date(),
      endsAt: new Date(Date.now() + DAY),
      clientKey: randomUUID(),
      logId,
    })
    const as = await site.cookieOf(person)
    expect((await site.post(`/comments/${commentId}/versions`, { body: 'Other words' }, as)).statusCode).toBe(403)
    expect((await site.post(`/comments/${commentId}/namelessness`, {}, as)).statusCode).toBe(303)
    expect((await site.post(`/comments/${commentId}/withdrawal`, {}, as)).statusCode).toBe(303)
  })

  test('asks a team privately, and not in public', async () => {
    const { as } = await sanctioned('mute')
    const form = (await site.get(`/ask/${desk.team.slug}?step=2&title=When+is+the+surgery`, as)).body
    expect(form).toContain('cannot write or react in public')
    expect(form).not.toContain('value="public"')
    const refused = await ask(as, 'public')
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('You can ask privately')
    expect(refused.body).toContain('I could not find the date.')
    const asked = await ask(as, 'private')
    expect(asked.statusCode).toBe(303)
    const question = await site.get(String(asked.headers['location']), as)
    expect(question.body).toContain('id="compose"')
  })

  test('tells a moderator', async () => {
    const { as } = await sanctioned('mute')
    const commentId = await desk.say(desk.resident)
    expect((await site.post(`/comments/${commentId}/flags`, { reason: 'abuse', key: randomUUID() }, as)).statusCode).toBe(200)
  })

  test('writes again after 30 days', async () => {
    const { person, endsAt } = await sanctioned('mute')
    moveClock(endsAt.getTime() - Date.now() - 60_000)
    expect((await say(await site.cookieOf(person))).statusCode).toBe(403)
    moveClock(0)
    moveClock(endsAt.getTime() - Date.now() + 60_000)
    expect((await say(await site.cookieOf(person))).statusCode).toBe(303)
  })
})

describe('suspended', () => {
  test('reads everything and writes nowhere', async () => {
    const { as } = await sanctioned('suspend')
    const page = (await site.get(desk.post.path, as)).body
    expect(page).toContain('Your account is suspended until')
    expect((await say(as)).statusCode).toBe(403)
    expect((await react(as)).statusCode).toBe(403)
    const asking = (await site.get(`/ask/${desk.team.slug}`, as)).body
    expect(asking).toContain('Your account is suspended until')
    expect(asking).not.toContain('<form method="get" action="/ask')
    expect((await ask(as, 'private')).statusCode).toBe(403)
    expect((await ask(as, 'public')).statusCode).toBe(403)
  })

  test('signs in, and finds in the account why, until when, and where to appeal', async () => {
    const { as, endsAt } = await sanctioned('suspend')
    const page = (await site.get('/account', as)).body
    expect(page).toContain('Suspension')
    expect(page).toContain('Please write without insults.')
    expect(page).toContain('how to appeal against it')
    expect(page).toMatch(/href="\/account\/cases\/\d+"/)
    expect(page).toContain(sayMoment(endsAt))
  })

  test('writes again after 90 days, and reads that it is over', async () => {
    const { person, endsAt } = await sanctioned('suspend')
    moveClock(endsAt.getTime() - Date.now() + 60_000)
    const as = await site.cookieOf(person)
    expect((await say(as)).statusCode).toBe(303)
    const page = (await site.get('/account', as)).body
    expect(page).toContain('Nothing restricts your account now.')
    expect(page).toContain('It was in force from')
  })
})
