import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { cases, decisions, flags } from '../../src/moderation/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from './desk.ts'

let site: TestApp
let desk: Desk
const cookies = new Map<string, string>()
beforeAll(async () => {
  site = await openApp()
  desk = await furnish(site.world)
  for (const person of [desk.resident, desk.officer, desk.sergeant, desk.otherSergeant, desk.press, desk.press2, desk.administrator]) {
    cookies.set(person.email, `${sessionCookieName(false)}=${await signInActor(site.world.db, person.accountId, 'Firefox')}`)
  }
})
afterAll(() => site.close())

const as = (person: SignedIn) => cookies.get(person.email)
const flagForm = (more: Record<string, string> = {}) => ({ reason: 'abuse', note: 'It is about my neighbour.', key: randomUUID(), ...more })
const flagsOf = (caseId: number) => desk.db.select().from(flags).where(eq(flags.caseId, caseId))
/** The fields of the decision form as the page has them. */
const decisionForm = async (caseId: number, more: Record<string, string>) => {
  const page = (await site.get(`/moderation/cases/${caseId}`, as(desk.press))).body
  return { version: /name="version" value="(\d+)"/.exec(page)?.[1] ?? '', reason: '', text: '', note: '', then: 'queue', ...more }
}
const text = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('tell a moderator', () => {
  test('a visitor without an account tells us about a comment and a post, and reads thank you', async () => {
    const commentId = await desk.say(desk.resident, 'The lamp is green.')
    for (const [address, ref] of [
      [`/comments/${commentId}`, { commentId }],
      [`/posts/${desk.post.id}`, { postId: desk.post.id }],
    ] as const) {
      const page = await site.get(`${address}/flag`)
      expect(page.statusCode).toBe(200)
      expect(page.headers['set-cookie']).toBeUndefined()
      expect(page.body).toContain('A threat, or a call for violence')
      expect(page.body).not.toContain('A defamation notice')
      const thanks = await site.post(`${address}/flags`, flagForm())
      expect(thanks.statusCode).toBe(200)
      expect(thanks.body).toContain('Thank you for telling us')
      const file = await desk.caseOf(ref)
      expect(await flagsOf(file.id)).toMatchObject([{ reasonCode: 'abuse', note: 'It is about my neighbour.', accountId: null }])
    }
  })

  test('the second time looks the same and makes nothing; the address is not kept', async () => {
    const commentId = await desk.say(desk.resident)
    const first = await site.post(`/comments/${commentId}/flags`, flagForm())
    const second = await site.post(`/comments/${commentId}/flags`, flagForm())
    const strip = (html: string) => html.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')
    expect(strip(second.body)).toBe(strip(first.body))
    const [flag, ...more] = await flagsOf((await desk.caseOf({ commentId })).id)
    expect(more).toHaveLength(0)
    expect(flag?.flaggerKey).not.toContain('127.0.0.1')
  })

  test('what is missing is asked for, and what was typed stays', async () => {
    const commentId = await desk.say(desk.resident)
    const failed = await site.post(`/comments/${commentId}/flags`, { note: 'Look <b>here</b>', key: randomUUID() })
    expect(failed.statusCode).toBe(422)
    expect(failed.body).toContain('<title>Error: ')
    expect(failed.body).toContain('href="#reason"')
    expect(failed.body).toContain('id="reason"')
    expect(failed.body).toContain('Look &lt;b&gt;here&lt;/b&gt;')
    const long = await site.post(`/comments/${commentId}/flags`, flagForm({ note: 'x'.repeat(1001) }))
    expect(long.statusCode).toBe(422)
    expect(long.body).toMatch(/value="abuse"[^>]* checked/)
  })

  test('what is not public is not found, with the form and without', async () => {
    const held = await desk.say(desk.newcomer)
    const withdrawn = await desk.say(desk.resident)
    await withdrawComment(desk.db, desk.resident, withdrawn)
    for (const id of [held, withdrawn, '0', '-1', '99999999999999999999', 'x', '12345678']) {
      expect((await site.get(`/comments/${id}/flag`)).statusCode).toBe(404)
      expect((await site.post(`/comments/${id}/flags`, flagForm())).statusCode).toBe(404)
      expect((await site.post(`/comments/${id}/flags`, {}, as(desk.press))).statusCode).toBe(404)
    }
  })

  test('odd input is asked for again or cleaned, and never breaks the page', async () => {
    const commentId = await desk.say(desk.resident)
    for (const reason of ['', ' ', '\u0000', 'criticism', 'abuse\u0000', 'x'.repeat(100_000), '<script>']) {
      expect((await site.post(`/comments/${commentId}/flags`, flagForm({ reason }))).statusCode).toBe(422)
    }
    expect((await site.post(`/comments/${commentId}/flags`, flagForm({ key: 'not a key' }))).statusCode).toBe(422)
    expect((await site.post(`/comments/${commentId}/flags`, flagForm({ note: ' \u0000\u202e\u200b ' }))).statusCode).toBe(200)
    expect(await flagsOf((await desk.caseOf({ commentId })).id)).toMatchObject([{ note: null }])
  })

  test('a form from another website is refused', async () => {
    const commentId = await desk.say(desk.resident)
    const refused = await site.app.inject({
      method: 'POST',
      url: `/comments/${commentId}/flags`,
      headers: { 'sec-fetch-site': 'cross-site' },
      payload: flagForm(),
    })
    expect(refused.statusCode).toBe(403)
  })

  test('the words of a hidden comment are not in the form', async () => {
    const commentId = await desk.say(desk.resident, 'Words that are hidden.')
    for (const person of ['one', 'two', 'three']) await desk.flag({ commentId }, person)
    const page = await site.get(`/comments/${commentId}/flag`)
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toContain('Words that are hidden')
  })
})

describe('the desk', () => {
  test('opens for the press office and sergeants only', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id } = await desk.caseOf({ commentId })
    // An act that nobody may do in this state: it is refused at the door, as not found, or as a bad form.
    const form = { act: 'remove', version: '1' }
    const expected: [SignedIn, number, number, number][] = [
      [desk.press, 200, 200, 422],
      [desk.sergeant, 200, 200, 403],
      [desk.otherSergeant, 200, 404, 404],
      [desk.officer, 403, 403, 403],
      [desk.administrator, 403, 403, 403],
      [desk.resident, 403, 403, 403],
    ]
    for (const [person, queue, file, decision] of expected) {
      expect((await site.get('/moderation', as(person))).statusCode).toBe(queue)
      expect((await site.get(`/moderation/cases/${id}`, as(person))).statusCode).toBe(file)
      expect((await site.post(`/moderation/cases/${id}/decisions`, form, as(person))).statusCode).toBe(decision)
    }
    expect((await site.get('/moderation')).headers['location']).toMatch(/^\/sign-in/)
    expect((await site.post(`/moderation/cases/${id}/decisions`, form)).statusCode).toBe(403)
    expect(await desk.stateOf(commentId)).toBe('held')
  })

  test('the queue leads to the case, the case shows everything around the item but no email address', async () => {
    const parent = await desk.say(desk.resident, 'The gate is broken.')
    const commentId = await desk.say(desk.newcomer, 'Mine <script>alert(1)</script> too.', { parentId: parent })
    const { id } = await desk.caseOf({ commentId })
    expect((await site.get('/moderation', as(desk.press))).body).toContain(`href="/moderation/cases/${id}"`)
    const page = await site.get(`/moderation/cases/${id}`, as(desk.press))
    for (const words of [
      'The gate is broken.',
      'Mine &lt;script&gt;',
      'Terry Nowak',
      'One of the first comments of this account.',
      'Advertising or spam',
    ])
      expect(page.body).toContain(words)
    expect(page.body).not.toContain('<script>alert')
    for (const { email } of [desk.newcomer, desk.resident]) expect(page.body).not.toContain(email)
    expect(page.headers['x-robots-tag']).toBe('noindex')
    expect(page.headers['cache-control']).toContain('no-store')
  })

  test('a sergeant is offered to publish, and nothing else', async () => {
    const { id } = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    const page = (await site.get(`/moderation/cases/${id}`, as(desk.sergeant))).body
    expect(page).toContain('value="release"')
    expect(page).not.toContain('value="reject"')
    const forged = await site.post(`/moderation/cases/${id}/decisions`, await decisionForm(id, { act: 'reject', reason: 'spam' }), as(desk.sergeant))
    expect(forged.statusCode).toBe(403)
  })

  test('a decision leads to the queue or to the next case', async () => {
    const first = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    await desk.say(desk.newcomer)
    const toNext = await site.post(
      `/moderation/cases/${first.id}/decisions`,
      await decisionForm(first.id, { act: 'release', then: 'next' }),
      as(desk.press),
    )
    expect(toNext.statusCode).toBe(303)
    expect(toNext.headers['location']).toMatch(/^\/moderation\/cases\/\d+\?done=decided$/)
    const second = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    const toQueue = await site.post(
      `/moderation/cases/${second.id}/decisions`,
      await decisionForm(second.id, { act: 'reject', reason: 'spam' }),
      as(desk.press),
    )
    expect(toQueue.headers['location']).toBe('/moderation?done=decided')
    expect((await site.get('/moderation?done=decided', as(desk.press))).body).toContain('The decision is made and logged')
  })

  test('a form without a choice or a reason comes back with everything in it', async () => {
    const { id } = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    const none = await site.post(
      `/moderation/cases/${id}/decisions`,
      await decisionForm(id, { text: 'Kept words', note: 'Kept note' }),
      as(desk.press),
    )
    expect(none.statusCode).toBe(422)
    for (const words of ['href="#act"', 'id="act"', 'Choose what to do', '>Kept words</textarea>', '>Kept note</textarea>'])
      expect(none.body).toContain(words)
    const noReason = await site.post(
      `/moderation/cases/${id}/decisions`,
      await decisionForm(id, { act: 'reject', text: 'Kept words' }),
      as(desk.press),
    )
    expect(noReason.statusCode).toBe(422)
    for (const words of ['href="#reason"', 'Choose a reason', '>Kept words</textarea>']) expect(noReason.body).toContain(words)
    expect(noReason.body).toMatch(/value="reject"[^>]* checked/)
  })

  test('two colleagues with the same case open: the second reads what the first did, and keeps their words', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id } = await desk.caseOf({ commentId })
    const form = await decisionForm(id, { act: 'reject', reason: 'abuse', text: 'My own careful wording' })
    await site.post(`/moderation/cases/${id}/decisions`, await decisionForm(id, { act: 'release' }), as(desk.press))
    const second = await site.post(`/moderation/cases/${id}/decisions`, form, as(desk.press2))
    expect(second.statusCode).toBe(409)
    expect(text(second.body)).toMatch(/Sam Carter \(Press office\) released it today at .*Nothing was changed/)
    expect(second.body).toContain('My own careful wording')
    expect(await desk.stateOf(commentId)).toBe('published')
    expect(await desk.db.select().from(decisions).where(eq(decisions.caseId, id))).toHaveLength(1)
  })

  test('the same form twice is one decision and the same answer', async () => {
    const { id } = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    const form = await decisionForm(id, { act: 'reject', reason: 'abuse' })
    const answers = [
      await site.post(`/moderation/cases/${id}/decisions`, form, as(desk.press)),
      await site.post(`/moderation/cases/${id}/decisions`, form, as(desk.press)),
    ]
    expect(answers.map((answer) => [answer.statusCode, answer.headers['location']])).toEqual([
      [303, '/moderation?done=decided'],
      [303, '/moderation?done=decided'],
    ])
    expect(await desk.db.select().from(decisions).where(eq(decisions.caseId, id))).toHaveLength(1)
  })

  test('who comes second to a claim reads who has it, on the case; a note without words comes back by its field', async () => {
    const { id } = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    expect((await site.post(`/moderation/cases/${id}/claim`, { over: '' }, as(desk.press))).headers['location']).toBe(
      `/moderation/cases/${id}?done=case-claimed`,
    )
    const second = await site.post(`/moderation/cases/${id}/claim`, { over: '' }, as(desk.press2))
    expect(second.statusCode).toBe(409)
    expect(text(second.body)).toMatch(/Sam Carter took it today at/)
    expect(second.body).toContain('Take it over')
    const empty = await site.post(`/moderation/cases/${id}/notes`, { 'case-note': ' ', key: randomUUID() }, as(desk.press))
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#case-note"')
  })

  test('says who is looking to those on the same desk, as a part of the page', async () => {
    const { id } = await desk.caseOf({ commentId: await desk.say(desk.newcomer) })
    await site.get(`/moderation/cases/${id}`, as(desk.press2))
    const headers = { cookie: as(desk.press) ?? '', 'sec-fetch-site': 'same-origin', 'hx-request': 'true', 'hx-request-type': 'partial' }
    const answer = await site.app.inject({ method: 'POST', url: `/moderation/cases/${id}/visit`, headers })
    expect(text(answer.body)).toContain('Alex Wray is looking at this now')
    expect(answer.body).not.toContain('<html')
    expect((await site.post(`/moderation/cases/${id}/visit`, {}, as(desk.otherSergeant))).statusCode).toBe(404)
  })

  test('odd views are the whole queue', async () => {
    for (const query of [
      'view=nonsense',
      'view=mine&view=all',
      'team=x',
      'team=-1',
      'kind=nothing',
      'after=u-1',
      'view=appeals&kind=draft&team=999999',
    ])
      for (const person of [desk.press, desk.sergeant]) expect((await site.get(`/moderation?${query}`, as(person))).statusCode).toBe(200)
  })

  test('addresses that are none are not found', async () => {
    for (const id of ['0', 'x', '-3', '99999999999999999999', '12345678']) {
      expect((await site.get(`/moderation/cases/${id}`, as(desk.press))).statusCode).toBe(404)
      expect((await site.post(`/moderation/cases/${id}/decisions`, { act: 'keep', version: '1' }, as(desk.press))).statusCode).toBe(404)
    }
    expect((await site.get('/moderation?after=nonsense', as(desk.press))).statusCode).toBe(200)
  })
})

describe('the public log', () => {
  test('the link of a stub leads to its row', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, 'one')
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'hatred' })
    const page = await site.get(desk.post.path)
    const link = new RegExp(`id=c${commentId}.*?href="(/moderation-log/(\\d+))#log-\\d+"`, 's').exec(page.body)
    expect(link).not.toBeNull()
    const row = await site.get(String(link?.[1]))
    expect(row.statusCode).toBe(200)
    expect(row.body).toContain(`id="log-${link?.[2]}" class="here" aria-current="true"`)
    expect(text(row.body)).toContain('Hatred of a group of people')
  })

  test('holds no word, no name, no account and no address of anybody', async () => {
    const author = await desk.newPerson('Zebedee Quill', [], 5)
    const secrets = ['xylophone', 'Zebedee', 'Quill', author.email, 'wallaby', 'kumquat', 'Sam Carter', 'Terry', 'Maureen', '@example', '127.0.0.1']
    for (const act of ['keep', 'remove'] as const) {
      const commentId = await desk.say(author, 'My xylophone is gone.')
      await site.post(`/comments/${commentId}/flags`, flagForm({ note: 'the wallaby took it' }))
      await desk.decide(desk.press, { commentId }, act, { publicText: 'You wrote of a kumquat.', note: 'The kumquat again.' })
    }
    const [newest] = await desk.db.select({ id: sql<number>`max(${log.id})` }).from(log)
    for (const address of ['/moderation-log', `/moderation-log/${newest?.id}`]) {
      const page = await site.get(address)
      expect(page.statusCode).toBe(200)
      expect(text(page.body)).toContain('Removed')
      for (const secret of secrets) expect(page.body).not.toContain(secret)
      // No link and no attribute leads to a comment, an account or a case.
      expect(page.body).not.toMatch(/\/comments\/|\/accounts?\/|\/moderation\/cases|#c\d/)
    }
  })

  test('odd addresses are not found', async () => {
    for (const path of [
      '/moderation-log/0',
      '/moderation-log/x',
      '/moderation-log/99999999',
      '/moderation-log?before=x',
      '/moderation-log?before=1&before=2',
    ])
      expect((await site.get(path)).statusCode).toBe(404)
    expect((await site.get('/moderation-log?before=1')).statusCode).toBe(200)
  })
})

test('a case about something that a signed-in person flagged shows that much and not who', async () => {
  const commentId = await desk.say(await desk.newPerson('Author', [], 5))
  await site.post(`/comments/${commentId}/flags`, flagForm({ reason: 'hatred' }), as(desk.resident))
  const [file] = await desk.db.select().from(cases).where(eq(cases.commentId, commentId))
  const page = (await site.get(`/moderation/cases/${file?.id}`, as(desk.press))).body
  const told = page.slice(page.indexOf('What people told us'), page.indexOf('id="author-title"'))
  expect(told).toContain('Hatred of a group of people')
  expect(told).toContain('somebody with an account')
  expect(told).not.toContain('Maureen')
})

test('somebody who flags without end is asked to wait', async () => {
  const commentId = await desk.say(desk.resident)
  const answers = []
  for (let time = 0; time < 17; time++) answers.push(await site.post(`/comments/${commentId}/flags`, flagForm(), as(desk.officer)))
  expect(answers[0]?.statusCode).toBe(200)
  expect(answers.at(-1)?.statusCode).toBe(429)
  expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
})
