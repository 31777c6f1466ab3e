import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { appealUntil } from '../../src/appeals/deadline.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { cases, decisions } from '../../src/moderation/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'

let site: TestApp
let desk: Desk
const cookies = new Map<number, string>()
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
})
afterEach(() => moveClock(0))
afterAll(() => site.close())

const as = async (actor: SignedIn): Promise<string> => {
  const known = cookies.get(actor.accountId) ?? (await site.cookieOf(actor))
  cookies.set(actor.accountId, known)
  return known
}
const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const caseRow = async (id: number) => (await desk.db.select().from(cases).where(eq(cases.id, id)))[0]

async function removed(by = desk.press) {
  const author = await desk.newPerson(`Zebedee ${randomUUID().slice(0, 6)}`, [], 5)
  const commentId = await desk.say(author, 'My xylophone is gone.')
  await desk.flag({ commentId }, desk.resident)
  await desk.decide(by, { commentId }, 'remove', { publicText: 'Please leave the name out.', note: 'A kumquat of a case.' })
  return { author, commentId, caseId: (await desk.caseOf({ commentId })).id }
}
const appeal = async (author: SignedIn, caseId: number, more: Record<string, string> = {}) =>
  site.post(`/account/cases/${caseId}/appeals`, { text: 'I named nobody.', key: randomUUID(), ...more }, await as(author))
const outcome = async (by: SignedIn, caseId: number, form: Record<string, string> = {}) =>
  site.post(
    `/moderation/cases/${caseId}/appeal-decisions`,
    { 'appeal-way': 'overturned', 'appeal-text': 'You were right.', version: String((await caseRow(caseId))?.version), ...form },
    await as(by),
  )

describe('the author’s page of a case', () => {
  test('says what was written, what was decided, why and in which role, and until when it can be appealed', async () => {
    const { author, caseId } = await removed()
    const [decision] = await desk.db.select().from(decisions).where(eq(decisions.caseId, caseId))
    const page = await site.get(`/account/cases/${caseId}`, await as(author))
    expect(page.statusCode).toBe(200)
    const words = text(page.body)
    for (const said of [
      'My xylophone is gone.',
      'Removed',
      'Abuse or harassment',
      'Please leave the name out.',
      'Press office',
      'within five working days',
    ])
      expect(words).toContain(said)
    expect(page.body).toContain(`/moderation-log/${decision?.logId}#log-${decision?.logId}`)
    expect(page.body).toContain(`action="/account/cases/${caseId}/appeals"`)
    expect(appealUntil(decision?.at ?? new Date(0)).getTime()).toBeGreaterThan(Date.now())
    expect(page.headers['cache-control']).toContain('no-store')
  })

  test('holds no moderator’s name, no note, and nobody who told us, at any stage', async () => {
    const { author, caseId } = await removed()
    const secrets = ['Sam Carter', 'Alex Wray', 'kumquat', 'Maureen', desk.resident.email, desk.press.email, desk.press2.email]
    const look = async () => {
      const page = await site.get(`/account/cases/${caseId}`, await as(author))
      expect(page.statusCode).toBe(200)
      for (const secret of secrets) expect(page.body).not.toContain(secret)
      return text(page.body)
    }
    await look()
    await appeal(author, caseId)
    expect(await look()).toContain('who did not make the decision looks at it')
    const version = String((await caseRow(caseId))?.version)
    await site.post(
      `/moderation/cases/${caseId}/messages`,
      { 'message-text': 'Whose name was it?', key: randomUUID(), version },
      await as(desk.press2),
    )
    expect(await look()).toContain('Whose name was it?')
    await outcome(desk.press2, caseId, { 'appeal-way': 'upheld', 'appeal-text': 'It stays.', 'appeal-note': 'kumquat' })
    const end = await look()
    for (const said of ['The decision stands.', 'It stays.', 'The matter ends here']) expect(end).toContain(said)
  })

  test('is there for the author alone', async () => {
    const { author, caseId } = await removed()
    for (const actor of [desk.resident, desk.press, desk.officer, desk.administrator]) {
      expect((await site.get(`/account/cases/${caseId}`, await as(actor))).statusCode).toBe(404)
      expect((await appeal(actor, caseId)).statusCode).toBe(404)
      expect((await site.post(`/account/cases/${caseId}/messages`, { text: 'Me.', key: randomUUID() }, await as(actor))).statusCode).toBe(404)
    }
    expect((await site.get(`/account/cases/${caseId}`)).headers['location']).toBe(`/sign-in?return=%2Faccount%2Fcases%2F${caseId}`)
    for (const path of ['/account/cases/0', '/account/cases/x', '/account/cases/999999', '/account/comments/999999'])
      expect((await site.get(path, await as(author))).statusCode).toBe(404)
  })

  test('does not say that somebody complained about what stays as it is', async () => {
    const author = await desk.newPerson('Never to know', [], 5)
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, desk.resident)
    const { id } = await desk.caseOf({ commentId })
    for (const stage of ['open', 'kept']) {
      if (stage === 'kept') await desk.decide(desk.press, { commentId }, 'keep')
      expect((await site.get(`/account/cases/${id}`, await as(author))).statusCode).toBe(404)
      expect((await site.get(`/account/comments/${commentId}`, await as(author))).statusCode).toBe(404)
      expect((await site.get('/account', await as(author))).body).not.toContain('/account/cases/')
    }
  })

  test('is linked from the account and from the note in the conversation', async () => {
    const author = await desk.newPerson('Terry')
    const commentId = await desk.say(author, 'My first words.')
    await desk.decide(desk.press, { commentId }, 'reject')
    const { id } = await desk.caseOf({ commentId })
    expect((await site.get('/account', await as(author))).body).toContain(`href="/account/cases/${id}"`)
    expect((await site.get(desk.post.path, await as(author))).body).toContain(`href="/account/comments/${commentId}"`)
    const led = await site.get(`/account/comments/${commentId}`, await as(author))
    expect(led.headers['location']).toBe(`/account/cases/${id}`)
    expect((await site.get(`/account/comments/${commentId}`, await as(desk.resident))).statusCode).toBe(404)
  })

  test('of a post: an officer finds it in the account', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A post that went')
    await desk.flag({ postId: post.id }, randomUUID())
    await desk.decide(desk.press, { postId: post.id }, 'remove')
    const { id } = await desk.caseOf({ postId: post.id })
    expect((await site.get('/account', await as(desk.officer))).body).toContain(`href="/account/cases/${id}"`)
    const page = await site.get(`/account/cases/${id}`, await as(desk.officer))
    expect(text(page.body)).toContain('A post that went')
    expect((await appeal(desk.officer, id)).statusCode).toBe(303)
    expect((await outcome(desk.press2, id)).statusCode).toBe(303)
    expect((await site.get(post.path)).statusCode).toBe(200)
  })
})

describe('asked by the desk', () => {
  test('the author sees the question, answers it, and the case goes back to whoever asked', async () => {
    const author = await desk.newPerson('Asked')
    const commentId = await desk.say(author)
    const { id, version } = await desk.caseOf({ commentId })
    const empty = await site.post(`/moderation/cases/${id}/messages`, { key: randomUUID(), version: String(version) }, await as(desk.press))
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#message-text"')
    const sent = await site.post(
      `/moderation/cases/${id}/messages`,
      { 'message-text': 'Is that your own number?', key: randomUUID(), version: String(version) },
      await as(desk.press),
    )
    expect(sent.headers['location']).toBe(`/moderation/cases/${id}?done=author-asked#correspondence`)
    const account = (await site.get('/account', await as(author))).body
    expect(text(account)).toContain('A moderator asks you something')
    expect(account).toContain(`href="/account/cases/${id}"`)
    const page = await site.get(`/account/cases/${id}`, await as(author))
    expect(text(page.body)).toContain('Is that your own number?')
    const wrong = await site.post(`/account/cases/${id}/messages`, { text: ' ', key: randomUUID() }, await as(author))
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('href="#text"')
    const answered = await site.post(`/account/cases/${id}/messages`, { text: 'It is, yes.', key: randomUUID() }, await as(author))
    expect(answered.headers['location']).toBe(`/account/cases/${id}?done=answered`)
    expect(await caseRow(id)).toMatchObject({ state: 'assigned', assigneeId: desk.press.accountId })
    expect(text((await site.get(`/account/cases/${id}`, await as(author))).body)).toContain('It is, yes.')
    const again = await site.post(`/account/cases/${id}/messages`, { text: 'And more.', key: randomUUID() }, await as(author))
    expect(again.statusCode).toBe(422)
    expect(again.body).toContain('And more.')
  })

  test('a version that is out of date shows the case again, with the words', async () => {
    const commentId = await desk.say(await desk.newPerson('Somebody'))
    const { id } = await desk.caseOf({ commentId })
    const late = await site.post(
      `/moderation/cases/${id}/messages`,
      { 'message-text': 'A long question.', key: randomUUID(), version: '99' },
      await as(desk.press),
    )
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('A long question.')
  })
})

describe('appealing', () => {
  test('takes words, once; the page then says who looks at it', async () => {
    const { author, caseId } = await removed()
    const empty = await appeal(author, caseId, { text: ' ' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('Say why you think that the decision is wrong')
    const key = randomUUID()
    expect((await appeal(author, caseId, { key })).headers['location']).toBe(`/account/cases/${caseId}?done=appealed`)
    expect((await appeal(author, caseId, { key })).statusCode).toBe(303)
    const second = await appeal(author, caseId, { text: 'And another thing.' })
    expect(second.statusCode).toBe(422)
    expect(second.body).toContain('And another thing.')
    expect(await desk.db.$count(appeals, eq(appeals.caseId, caseId))).toBe(1)
  })

  test('is open to somebody who is suspended, and so is answering the desk', async () => {
    const { author, caseId } = await removed()
    await desk.db.$client.query(
      `insert into sanctions (account_id, kind, decision_id, public_text, imposed_by, confirmed_by, starts_at, ends_at, client_key, log_id)
       select $1, 'suspend', id, 'Because of that.', $2, $3, now(), now() + interval '90 days', $4, log_id from decisions where case_id = $5`,
      [author.accountId, desk.press.accountId, desk.press2.accountId, randomUUID(), caseId],
    )
    const silent = await site.post(`/conversations/${desk.post.conversationId}/comments`, { body: 'Hello.', key: randomUUID() }, await as(author))
    expect(silent.statusCode).not.toBe(303)
    expect((await appeal(author, caseId)).statusCode).toBe(303)
    const added = await site.post(`/account/cases/${caseId}/messages`, { text: 'One more thing.', key: randomUUID() }, await as(author))
    expect(added.statusCode).toBe(303)
  })

  test('a second too late is refused, the words kept', async () => {
    const { author, caseId } = await removed()
    const [decision] = await desk.db.select().from(decisions).where(eq(decisions.caseId, caseId))
    moveClock(appealUntil(decision?.at ?? new Date()).getTime() + 1000 - Date.now())
    cookies.delete(author.accountId)
    const page = await site.get(`/account/cases/${caseId}`, await as(author))
    expect(text(page.body)).toContain('The 28 days for an appeal are over')
    expect(page.body).not.toContain('/appeals"')
    const late = await appeal(author, caseId, { text: 'Better late.' })
    expect(late.statusCode).toBe(422)
    expect(late.body).toContain('Better late.')
    cookies.delete(author.accountId)
  })

  test('the case shows the appeal, who decided first, and the form to those alone who may decide', async () => {
    const { author, caseId } = await removed()
    await appeal(author, caseId)
    const address = `/moderation/cases/${caseId}`
    const second = await site.get(address, await as(desk.press2))
    expect(second.statusCode).toBe(200)
    for (const said of ['I named nobody.', 'Sam Carter']) expect(text(second.body)).toContain(said)
    expect(second.body).toContain('/appeal-decisions"')
    const first = await site.get(address, await as(desk.press))
    expect(first.body).not.toContain('/appeal-decisions"')
    expect(text(first.body)).toContain('You made the first decision')
  })

  test('made by hand: the first decider, the sergeant and a missing text get nowhere', async () => {
    const { author, caseId, commentId } = await removed()
    await appeal(author, caseId)
    expect((await outcome(desk.press, caseId)).statusCode).toBe(403)
    expect((await outcome(desk.sergeant, caseId)).statusCode).toBe(403)
    expect((await outcome(desk.otherSergeant, caseId)).statusCode).toBe(404)
    expect((await outcome(desk.officer, caseId)).statusCode).toBe(403)
    const empty = await outcome(desk.press2, caseId, { 'appeal-text': '' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#appeal-text"')
    const odd = await outcome(desk.press2, caseId, { 'appeal-way': 'burnt' })
    expect(odd.body).toContain('href="#appeal-way"')
    expect(await desk.stateOf(commentId)).toBe('removed')
    expect(await caseRow(caseId)).toMatchObject({ state: 'appealed' })
  })

  test('whoever comes second sees what the first did, with their own words kept', async () => {
    const { author, caseId, commentId } = await removed()
    const third = { ...(await desk.newPerson('Kim Third')), duties: [] }
    await desk.db.$client.query(
      `insert into role_grants (account_id, role, confirmed_by, confirmed_at, expires_at) values ($1, 'press-office', $2, now(), now() + interval '1 year')`,
      [third.accountId, desk.press.accountId],
    )
    await appeal(author, caseId)
    const version = String((await caseRow(caseId))?.version)
    const done = await outcome(desk.press2, caseId, { version })
    expect(done.headers['location']).toBe(`/moderation/cases/${caseId}?done=appeal-decided#appeal`)
    const late = await outcome(third, caseId, { version, 'appeal-way': 'upheld', 'appeal-text': 'No, it stays.' })
    expect(late.statusCode).toBe(409)
    for (const said of ['Alex Wray', 'the decision is undone', 'No, it stays.']) expect(text(late.body)).toContain(said)
    expect(await desk.stateOf(commentId)).toBe('published')
  })

  test('the public log says that the decision was overturned', async () => {
    const { author, caseId } = await removed()
    await appeal(author, caseId)
    await outcome(desk.press2, caseId)
    const [decided] = await desk.db.select().from(appeals).where(eq(appeals.caseId, caseId))
    const row = await site.get(`/moderation-log/${decided?.logId}`)
    expect(row.statusCode).toBe(200)
    expect(text(row.body)).toContain('the decision was overturned')
  })
})

describe('pages that tell people how to appeal', () => {
  test('lead to the account and not to a mailbox', async () => {
    const rules = (await site.get('/house-rules')).body
    const section = rules.slice(rules.indexOf('id="appeal"'), rules.indexOf('Telling a moderator'))
    expect(section).toContain('href="/account#comments"')
    expect(text(section)).not.toContain('with the number of the decision')
  })
})
