import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { makePersona } from '../../src/circles/persona.ts'
import { personaKey } from '../../src/circles/persona-key.ts'
import { staffPostById } from '../../src/network/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { helpRequests, issueLinks, issues, issueWorkers, practices } from '../../src/together/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { letIn, makeCircle } from '../network/circle.ts'
import { makeStaff } from '../people.ts'
import { ask, raise, reply, share } from './together-world.ts'

let site: TestApp
let desk: Desk
let colleague: SignedIn
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  desk = await furnish(site.world)
  colleague = await makeStaff(desk.db, 'PC Joan Fell', 'officer', desk.otherTeam)
})
afterAll(() => site.close())

const get = async (path: string, by: SignedIn) => site.get(path, await site.cookieOf(by))
const post = async (path: string, form: Record<string, string>, by: SignedIn) => site.post(path, form, await site.cookieOf(by))
const idIn = (location: unknown): number => Number(/\/staff\/posts\/(\d+)/.exec(String(location))?.[1])

describe('help', () => {
  test('is asked in two steps, what was written before first; refused words come back with a message', async () => {
    const { db, officer } = desk
    await ask(db, colleague, { title: 'Where is the spare breath test kit?' })
    const first = await get('/staff/help/new?title=Spare+breath+test+kit', officer)
    expect(first.body).toContain('Where is the spare breath test kit?')
    expect(first.body).not.toContain('name="body"')
    const second = await get('/staff/help/new?title=Spare+breath+test+kit&step=2', officer)
    expect(second.body).toContain('value="Spare breath test kit"')
    expect(second.body).toContain('Recorded and disclosable')
    const nothing = await get('/staff/help/new?title=&step=2', officer)
    expect([nothing.statusCode, nothing.body.includes('Say in one line what it is about'), nothing.body.includes('name="body"')]).toEqual([
      422,
      true,
      false,
    ])
    const untitled = await post('/staff/help', { title: '', body: 'Spare breath test kit', circle: '', tags: '', key: randomUUID() }, officer)
    expect([untitled.statusCode, untitled.body.includes('Does one of these help already?')]).toEqual([422, false])
    const key = randomUUID()
    const refused = await post('/staff/help', { title: 'Spare breath test kit', body: ' ', circle: '', tags: '', key }, officer)
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('Tell colleagues what they need to know')
    const form = { title: 'Spare breath test kit', body: 'Ours is out of date.', circle: '', tags: 'breath test', key }
    const sent = await post('/staff/help', form, officer)
    expect(sent.statusCode).toBe(303)
    expect((await post('/staff/help', form, officer)).headers.location).toBe(sent.headers.location)
    expect(await db.$count(posts, eq(posts.clientKey, key))).toBe(1)
    expect((await get('/staff/help', colleague)).body).toContain('Spare breath test kit')
  })

  test('the best answer is marked on the page, from the list or by its address, and stands above the thread', async () => {
    const { db, officer } = desk
    const { id, path, conversationId } = await ask(db, officer)
    const answer = await reply(db, colleague, conversationId, 'It is in the red cupboard.')
    expect((await get(path, officer)).body).toContain(`name="comment" value="${answer}"`)
    expect((await get(path, colleague)).body).not.toContain('name="comment"')
    expect((await post(`/staff/posts/${id}/best-answer`, { comment: String(answer) }, colleague)).statusCode).toBe(403)
    const marked = await post(`/staff/posts/${id}/best-answer`, { comment: String(answer) }, officer)
    expect(marked.headers.location).toContain('#help')
    const { body } = await get(path, colleague)
    expect(body.indexOf('Best answer')).toBeGreaterThan(0)
    expect(body.indexOf('Best answer')).toBeLessThan(body.indexOf('id="conversation"'))
    expect(body).toContain(`href="/comments/${answer}"`)
    expect((await post(`/staff/posts/${id}/best-answer/end`, {}, officer)).statusCode).toBe(303)
    expect((await post(`/staff/posts/${id}/best-answer`, { address: 'somewhere' }, officer)).statusCode).toBe(422)
    await post(`/staff/posts/${id}/best-answer`, { address: `https://portal.example/comments/${answer}` }, officer)
    const [row] = await db.select().from(helpRequests).where(eq(helpRequests.postId, id))
    expect(row?.bestId).toBe(answer)
  })

  test('in a support circle it is asked and answered under the pseudonym, by the address alone', async () => {
    const { db, sergeant, press } = desk
    const circleId = await makeCircle(db, 'Night shifts', 'support')
    const personaId = await db.transaction((tx) =>
      makePersona(tx, { key: personaKey(site.config, circleId, sergeant.accountId), circleId, name: 'Heron', foundedAt: new Date() }),
    )
    await db.insert(circleMembers).values({ circleId, accountId: personaId ?? 0, role: 'member', joinedAt: new Date() })
    const form = await get(`/staff/circles/${circleId}/help/new?title=Sleep&step=2`, sergeant)
    expect(form.statusCode).toBe(200)
    expect(form.body).toContain('Night shifts')
    expect(form.body).not.toContain('data-keep')
    const sent = await post(
      `/staff/circles/${circleId}/help`,
      { title: 'How do you sleep by day?', body: 'I cannot.', tags: '', key: randomUUID() },
      sergeant,
    )
    expect(sent.statusCode).toBe(303)
    const id = idIn(sent.headers.location)
    const [row] = await db.select().from(posts).where(eq(posts.id, id))
    expect(row).toMatchObject({ authorId: personaId, audience: `circle:${circleId}`, officialRole: null })
    const page = await get(String(sent.headers.location), sergeant)
    expect(page.body).toContain('Heron')
    expect(page.body).not.toContain('Ellen Marsh')
    for (const path of [`/staff/circles/${circleId}/help/new`, `/staff/posts/${id}`]) expect((await get(path, press)).statusCode).toBe(404)
    expect((await post(`/staff/circles/${circleId}/help`, { title: 'Me', body: 'Too', tags: '', key: randomUUID() }, press)).statusCode).toBe(404)
    expect((await get('/staff/help', sergeant)).body).not.toContain('How do you sleep')
  })
})

describe('good practice', () => {
  test('needs all three parts; its page and the library say who used it', async () => {
    const { db, officer, otherTeam } = desk
    const empty = await post(
      '/staff/good-practice',
      { title: 'A', problem: '', done: ' ', result: '', tags: '', circle: '', key: randomUUID() },
      officer,
    )
    expect(empty.statusCode).toBe(422)
    for (const message of ['Say what the problem was', 'Say what was done', 'Say what came of it']) expect(empty.body).toContain(message)
    const words = {
      title: 'Chalk the kerb',
      problem: 'Cars stood on the path.',
      done: 'We chalked it.',
      result: 'Fewer did.',
      tags: 'parking',
      circle: '',
      key: randomUUID(),
    }
    const sent = await post('/staff/good-practice', words, officer)
    const id = idIn(sent.headers.location)
    expect(await db.$count(practices, eq(practices.postId, id))).toBe(1)
    expect((await get(String(sent.headers.location), colleague)).body).toContain('We used this')
    const used = await post(`/staff/posts/${id}/uses`, { team: String(otherTeam.id), note: 'At the school' }, colleague)
    expect(used.statusCode).toBe(303)
    expect((await get(`/staff/good-practice?team=${otherTeam.slug}`, officer)).body).toContain('At the school')
    const library = (await get('/staff/good-practice', officer)).body
    expect(library).toContain(`<option value="${otherTeam.slug}">`)
    expect(library).not.toContain(`<option value="${desk.team.slug}">`)
    expect(library).toMatch(/<title>Good practice – Staff network – /)
    expect(library).toMatch(/>today at \d/)
    expect((await get('/staff/good-practice?by=used', officer)).body).toContain('Used by 1 team')
    expect((await get('/staff/good-practice?topic=parking', officer)).body).toContain('Chalk the kerb')
    expect((await get('/staff/good-practice?team=nowhere', officer)).statusCode).toBe(404)
    expect((await post(`/staff/posts/${id}/uses`, { team: String(otherTeam.id), note: 'x'.repeat(201) }, colleague)).statusCode).toBe(422)
    expect((await post(`/staff/posts/${id}/uses/${otherTeam.id}/end`, {}, colleague)).statusCode).toBe(303)
  })
})

describe('issues', () => {
  test('are raised in two steps, those who say the same first: one tap joins them, and what was typed is kept', async () => {
    const { db, officer, otherTeam } = desk
    const { id } = await raise(db, officer, { title: 'Barges adrift on the river bank' })
    const first = await get('/staff/issues/new?title=Barges+adrift+on+the+river&body=Found+at+dawn', colleague)
    expect(first.body).toContain('Barges adrift on the river bank')
    expect(first.body).toContain('<input type="hidden" name="body" value="Found at dawn">')
    expect(first.body).toContain(`<form method="post" action="/staff/posts/${id}/workers"><input type="hidden" name="team" value="${otherTeam.id}">`)
    const second = await get('/staff/issues/new?title=Barges+adrift+on+the+river&body=Found+at+dawn&step=2', colleague)
    expect(second.body).toContain('value="Barges adrift on the river"')
    expect(second.body).toContain('>Found at dawn</textarea>')
    expect(second.body).toContain('Barges adrift on the river bank')
    const empty = await get('/staff/issues/new?title=+&step=2', colleague)
    expect([empty.statusCode, empty.body.includes('Say in one line what it is about')]).toEqual([422, true])
    expect((await post(`/staff/posts/${id}/workers`, { team: String(otherTeam.id) }, colleague)).statusCode).toBe(303)
    expect((await get('/staff/issues/new?title=Barges+adrift+on+the+river', colleague)).body).toContain('You work on this')
  })

  test('are raised from a public conversation, of whose page not a byte changes', async () => {
    const { db, officer, post: news, resident } = desk
    const publicPage = async (by: SignedIn | null) => {
      const { body } = by ? await get(news.path, by) : await site.get(news.path)
      // The keys of the forms, and the moment in which it was made.
      return body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'KEY').replaceAll(/data-since="\d+"/g, '')
    }
    const before = { visitor: await publicPage(null), resident: await publicPage(resident) }
    const form = await get(`/staff/issues/new?about=${news.conversationId}`, officer)
    expect(form.body).toContain('Raise with colleagues')
    expect(form.body).toContain('News from Bracebridge Heath')
    const sent = await post(
      '/staff/issues',
      { about: String(news.conversationId), title: 'Zebra crossing', body: 'Who knows the council?', tags: '', circle: '', key: randomUUID() },
      officer,
    )
    const id = idIn(sent.headers.location)
    expect(await db.$count(issueLinks, eq(issueLinks.postId, id))).toBe(1)
    expect({ visitor: await publicPage(null), resident: await publicPage(resident) }).toEqual(before)
    expect((await get(news.path, officer)).body).not.toContain('Zebra crossing')
    expect((await get(`/conversations/${news.conversationId}/notes`, colleague)).body).toContain('Zebra crossing')
    expect((await get('/staff/issues/new?about=999999', officer)).statusCode).toBe(404)
  })

  test('people join, leave, link, close and open again on its page', async () => {
    const { db, officer, otherTeam, post: news } = desk
    const { id, path } = await raise(db, officer)
    const step = (what: string, form: Record<string, string>, by = colleague) => post(`/staff/posts/${id}/${what}`, form, by)
    expect((await step('workers', { team: String(otherTeam.id), note: 'On the coast' })).statusCode).toBe(303)
    expect((await get(path, officer)).body).toContain('On the coast')
    expect((await step('links', { address: '' })).statusCode).toBe(422)
    const wrong = await step('links', { address: 'https://elsewhere.example/teams', why: 'Because' })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('value="Because"')
    expect((await step('links', { address: news.path, why: 'It began here' })).statusCode).toBe(303)
    const help = await ask(db, officer, { title: 'Who lends a quokka trailer?' })
    const circleId = await makeCircle(db, 'Trailers', 'private')
    const hidden = await ask(db, await letIn(db, officer, circleId), { title: 'A quokka trailer for the operation', circleId })
    const found = await step('links', { words: 'quokka trailer', find: 'yes' })
    expect(found.statusCode).toBe(200)
    expect(found.body).toContain(`name="chosen" value="${help.path}"`)
    expect(found.body).not.toContain(hidden.path)
    expect((await step('links', { words: 'zzxqv', find: 'yes' })).body).toContain('Nothing that you may read holds these words')
    expect((await step('links', { words: 'quokka trailer', chosen: help.path, address: '', why: '' })).statusCode).toBe(303)
    expect((await get(path, officer)).body).toContain('Who lends a quokka trailer?')
    const shown = (await get(path, officer)).body
    expect(shown).toContain('It began here')
    expect(shown).toContain('2 people work on this')
    expect((await step('outcome', { outcome: ' ' })).statusCode).toBe(422)
    expect((await step('outcome', { outcome: 'Two were found.' })).statusCode).toBe(303)
    expect((await get('/staff/issues?view=closed', officer)).body).toContain('Two were found.')
    expect((await step('workers', { team: '' }, desk.press)).statusCode).toBe(403)
    expect((await step('outcome/end', {})).statusCode).toBe(303)
    expect((await step('workers/end', {})).statusCode).toBe(303)
    expect((await get('/staff/issues?view=mine', colleague)).body).not.toContain('Quad bikes')
    const [link] = await db.select().from(issueLinks).where(eq(issueLinks.postId, id))
    expect((await step(`links/${link?.id}/end`, {}, officer)).statusCode).toBe(303)
    const [row] = await db.select().from(issues).where(eq(issues.postId, id))
    expect(row).toMatchObject({ workerCount: 1, closedAt: null })
    expect(await db.$count(issueWorkers, eq(issueWorkers.postId, id))).toBe(2)
  })
})

test('whoever is outside reads none of it and does none of it', async () => {
  const { db, officer, resident, administrator, press } = desk
  const circleId = await makeCircle(db, 'Rural crime', 'private')
  const owner = await letIn(db, officer, circleId)
  const request = await ask(db, owner, { circleId, title: 'Operation Crow' })
  const practice = await share(db, owner, { circleId, title: 'Operation Rook' })
  const issue = await raise(db, owner, { circleId, title: 'Operation Jackdaw' })
  const answer = await reply(db, owner, request.conversationId)
  expect((await staffPostById(db, owner, request.id)).title).toBe('Operation Crow')
  const acts: [number, string, Record<string, string>][] = [
    [request.id, 'best-answer', { comment: String(answer) }],
    [request.id, 'best-answer/end', {}],
    [practice.id, 'uses', { team: String(desk.team.id), note: '' }],
    [practice.id, `uses/${desk.team.id}/end`, {}],
    [issue.id, 'workers', { team: '', note: '' }],
    [issue.id, 'workers/end', {}],
    [issue.id, 'links', { address: desk.post.path, why: '' }],
    [issue.id, 'outcome', { outcome: 'Over' }],
    [issue.id, 'outcome/end', {}],
  ]
  for (const [outsider, refusal] of [
    [press, 404],
    [desk.sergeant, 404],
    [resident, 403],
    [administrator, 404],
    [await makeStaff(db, 'Lee Moss', 'partner'), 403],
  ] as const) {
    for (const [id, act, form] of acts) {
      const answered = await post(`/staff/posts/${id}/${act}`, form, outsider)
      expect([act, answered.statusCode]).toEqual([act, refusal])
      expect(answered.body).not.toContain('Operation')
    }
    for (const list of ['/staff/help', '/staff/good-practice', '/staff/issues']) expect((await get(list, outsider)).body).not.toContain('Operation')
  }
})
