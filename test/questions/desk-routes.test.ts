/**
 * What a team does with questions, as browsers do it: answering, the queue, time away.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addSavedReply } from '../../src/conversations/saved-reply.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { asking, HOUR, openTown, publication, words, type Town } from './town.ts'

let town: Town
let site: Town['site']
let team: Town['team']
let otherTeam: Town['otherTeam']
let people: Town['people']
let get: Town['get']
let post: Town['post']
let ask: Town['ask']
let act: Town['act']
let rowOf: Town['rowOf']
let later: Town['later']

beforeAll(async () => {
  town = await openTown()
  ;({ site, team, otherTeam, people, get, post, ask, act, rowOf, later } = town)
})
afterAll(() => town.close())

describe('the team answers', () => {
  test('in public: the question is published with its answer, and both sides see it', async () => {
    const id = await ask()
    const form = publication('We patrol there each morning.')
    const sent = await Promise.all([act(id, 'publication', form), act(id, 'publication', form)])
    expect(sent.map(({ statusCode }) => statusCode)).toEqual([303, 303])
    const row = await rowOf(id)
    expect(row.postId).not.toBeNull()
    expect(row.answeredAt).not.toBeNull()
    const page = await get(`/questions/${id}?done=published`, people.officer)
    expect(page.body).toContain('The question is published with your answer.')
    const path = /href="(\/teams\/bracebridge-heath\/posts\/[^"]+)">See it in public/.exec(page.body)?.[1] ?? ''
    const shown = await get(path)
    expect(shown.statusCode).toBe(200)
    expect(shown.body).toContain('We patrol there each morning.')
    const asker = await get(`/questions/${id}`, people.resident)
    expect(asker.body).toContain('>Answered</span>')
    expect(asker.body).toContain('class="mark">Officer · Bracebridge Heath team')
    expect(asker.body).toContain('This did not answer it')
  })

  test('later: published without an answer the clock runs on, then the answer stops it', async () => {
    const id = await ask()
    const both = await act(id, 'publication', publication('An answer that must not be lost', { later: 'yes' }))
    expect(both.statusCode).toBe(422)
    expect(both.body).toContain('An answer that must not be lost</textarea>')
    const { body: _, ...form } = publication('')
    const neither = await act(id, 'publication', form)
    expect(neither.statusCode).toBe(422)
    expect(neither.body).toContain('href="#answers-body"')
    expect((await act(id, 'publication', { ...form, later: 'yes' })).headers.location).toContain('done=published-open')
    expect(await rowOf(id)).toMatchObject({ answeredAt: null })
    expect((await get(`/questions/${id}`, people.officer)).body).toContain(`action="/questions/${id}/answers"`)
    expect((await act(id, 'answers', words('Here it is.'))).statusCode).toBe(303)
    expect((await rowOf(id)).answeredAt).not.toBeNull()
  })

  test('privately instead, with a reason that the asker reads', async () => {
    const id = await ask()
    const missing = await act(id, 'privacy', { ...publication('Words for one household'), because: '' })
    expect(missing.statusCode).toBe(422)
    expect(missing.body).toContain('href="#answers-because"')
    expect(missing.body).toContain('Words for one household</textarea>')
    const sent = await act(id, 'privacy', { ...publication('Words for one household'), because: 'It is about one household.' })
    expect(sent.headers.location).toContain('done=answered')
    const row = await rowOf(id)
    expect(row.postId).toBeNull()
    expect(row.answeredAt).not.toBeNull()
    const asker = await get(`/questions/${id}`, people.resident)
    expect(asker.body).toContain('It is about one household.')
    expect(asker.body).toContain('Words for one household')
  })

  test('a private question in private, from a saved reply', async () => {
    const id = await ask({ visibility: 'private' })
    const reply = await addSavedReply(site.world.db, people.officer, team.id, {
      title: 'Lost property',
      body: 'Please call at the front desk.',
      clientKey: randomUUID(),
    })
    const page = await get(`/questions/${id}`, people.officer)
    expect(page.body).toContain('data-fill="answers-body"')
    expect(page.body).toContain('data-text="Please call at the front desk."')
    expect(page.body).not.toContain('Publish with this answer')
    const chosen = await get(`/questions/${id}?reply=${reply.id}`, people.officer)
    expect(chosen.body).toContain('>Please call at the front desk.</textarea>')
    expect((await act(id, 'publication', publication('Out with it'))).statusCode).toBe(403)
    expect((await act(id, 'answers', words('Please call at the front desk.'))).statusCode).toBe(303)
    expect((await get(`/questions/${id}`, people.resident)).body).toContain('Please call at the front desk.')
    expect((await get(`/questions/${id}`, people.neighbour)).statusCode).toBe(404)
  })

  test('a colleague was quicker: the page says so and gives the words back', async () => {
    const id = await ask({ visibility: 'private' })
    await act(id, 'answers', words('The first answer'))
    const late = await act(id, 'answers', words('The second answer, not to be lost'), people.colleague)
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('PC Imran Adeyemi has answered this')
    expect(late.body).toContain('The second answer, not to be lost</textarea>')
  })

  test('an acknowledgement and a comment of the team do not stop the clock; marked as the answer, the comment does', async () => {
    const id = await ask({ visibility: 'private' })
    const blank = await act(id, 'acknowledgements', { body: ' ', key: randomUUID() })
    expect(blank.statusCode).toBe(422)
    expect(blank.body).toContain('href="#acknowledgements-body"')
    expect((await act(id, 'acknowledgements', words('We look into it.'))).headers.location).toContain('done=acknowledged')
    const { conversationId } = await rowOf(id)
    const said = await post(`/conversations/${conversationId}/comments`, words('It is on Tuesday.'), people.officer)
    expect(said.statusCode).toBe(303)
    expect((await rowOf(id)).answeredAt).toBeNull()
    const comment = /\/comments\/(\d+)/.exec(String(said.headers.location))?.[1] ?? ''
    for (const wrong of ['', 'the one above', 'https://elsewhere.example/comments/x']) {
      const refused = await act(id, 'answer-mark', { comment: wrong })
      expect(refused.statusCode).toBe(422)
      expect(refused.body).toContain('href="#answer-mark-comment"')
    }
    expect((await act(id, 'answer-mark', { comment: '999999999' })).statusCode).toBe(422)
    expect((await act(id, 'answer-mark', { comment: `http://localhost:3000/questions/${id}?from=3#c${comment}` })).headers.location).toContain(
      'done=marked',
    )
    expect(await rowOf(id)).toMatchObject({ answerId: Number(comment) })
  })
})

describe('the queue', () => {
  test('holds the open questions of the own teams, least time first, a page at a time', async () => {
    const { db } = site.world
    const place = await makeTeam(db, 'Horncastle')
    const sergeant = await makeStaff(db, 'Sgt Amy Lowe', 'supervisor', place)
    const officer = await makeStaff(db, 'PC Lee Hart', 'officer', place)
    const empty = await get('/officers/questions', officer)
    expect(empty.body).toContain('No question is open.')
    for (let n = 1; n <= 23; n++) await post(`/ask/${place.slug}`, asking({ title: `Question number ${n}.` }), people.resident)
    const first = await get('/officers/questions', officer)
    const shown = [...first.body.matchAll(/Question number (\d+)\./g)].map(([, n]) => Number(n))
    expect(shown).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(first.body).toContain('<b>72 hours left</b>')
    expect(first.body).not.toContain('view=missed')
    const further = /href="(\/officers\/questions\?after=[^"]+)"/.exec(first.body)?.[1] ?? ''
    expect((await get(further, officer)).body.match(/Question number/g)).toHaveLength(3)
    expect((await get('/officers/questions', people.stranger)).body).not.toContain('Question number')
    expect((await get('/officers/questions?view=nonsense&after=x', officer)).statusCode).toBe(200)
    await later(80)
    try {
      const missed = await get('/officers/questions?view=missed', sergeant)
      expect(missed.body).toContain('overdue by 8 hours')
      expect(missed.body).toContain('class="row late"')
      expect(missed.body).toMatch(/view=missed" aria-current="page"/)
      expect(missed.body).toMatch(/href="\/officers\/questions\?view=missed&amp;after=/)
    } finally {
      await later(0)
    }
  })

  test('a question is taken, handed back, given and moved', async () => {
    const id = await ask()
    expect((await act(id, 'taking')).headers.location).toContain('done=taken')
    expect((await get('/officers/questions?view=mine', people.officer)).body).toContain(`href="/questions/${id}"`)
    expect((await get('/officers/questions?view=unassigned', people.officer)).body).not.toContain(`href="/questions/${id}"`)
    const blank = await act(id, 'handback', { note: '' })
    expect(blank.statusCode).toBe(422)
    expect(blank.body).toContain('href="#handback-note"')
    expect((await act(id, 'handback', { note: 'I am on nights.' })).headers.location).toContain('done=handed-back')
    expect((await get('/officers/questions?view=mine', people.officer)).body).not.toContain(`href="/questions/${id}"`)
    expect((await act(id, 'assignment', { account: String(people.colleague.accountId) })).statusCode).toBe(403)
    const given = await act(id, 'assignment', { account: String(people.colleague.accountId) }, people.sergeant)
    expect(given.headers.location).toContain('done=assigned')
    expect(await rowOf(id)).toMatchObject({ assigneeId: people.colleague.accountId })
    expect((await act(id, 'assignment', { account: 'x' }, people.sergeant)).body).toContain('href="#assignment-account">Choose somebody of the team')
    expect((await act(id, 'assignment', { account: String(people.stranger.accountId) }, people.sergeant)).statusCode).toBe(422)
    const nowhere = await act(id, 'moves', { team: '999999999', note: 'Theirs' }, people.sergeant)
    expect(nowhere.statusCode).toBe(422)
    expect(nowhere.body).toContain('href="#moves-team"')
    expect(nowhere.body).toContain('>Theirs</textarea>')
    const moved = await act(id, 'moves', { team: String(otherTeam.id), note: 'It is their street.' }, people.sergeant)
    expect(moved.headers.location).toBe('/officers/questions?done=moved')
    expect((await get(`/questions/${id}`, people.sergeant)).statusCode).toBe(404)
    const page = await get(`/questions/${id}`, people.stranger)
    expect(page.body).toContain('It is their street.')
    expect((await get(`/questions/${id}`, people.resident)).body).not.toContain('It is their street.')
  })
})

describe('time away', () => {
  const soon = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10)

  test('an officer sets the own, with somebody who covers, and comes back', async () => {
    const form = { account: String(people.colleague.accountId), from: soon(0), until: soon(3), cover: String(people.officer.accountId) }
    const page = await get('/officers/absence', people.colleague)
    expect(page.body).toContain('planned no time away')
    expect(page.body).toContain('PC Imran Adeyemi')
    expect((await post('/officers/absences', form, people.colleague)).headers.location).toBe('/officers/absence?done=away')
    const set = await get('/officers/absence', people.colleague)
    expect(set.body).toContain('data-label="Who covers">PC Imran Adeyemi')
    const end = /action="(\/officers\/absences\/\d+\/end)"/.exec(set.body)?.[1] ?? ''
    expect((await post(end, {}, people.stranger)).statusCode).toBeGreaterThanOrEqual(403)
    expect((await get('/officers/absence', people.sergeant)).body).toContain(end)
    expect((await post(end, {}, people.colleague)).headers.location).toBe('/officers/absence?done=back')
    expect((await get('/officers/absence', people.colleague)).body).toContain('planned no time away')
  })

  test.each([
    ['no first day', { from: '' }, 'from', 'Enter the first day away'],
    ['a day that is none', { from: '30 February 2027' }, 'from', 'Write the date like'],
    ['the last before the first', { from: '2027-05-04', until: '3/5/2027' }, 'until', 'must not be before the first'],
    ['a time that is over', { from: '2020-05-04', until: '2020-05-05' }, 'until', 'must not lie in the past'],
    ['nobody of the team', { cover: 'x' }, 'cover', 'Choose who covers'],
  ])('%s: the message is by its field and what was typed stays', async (_what, wrong, field, message) => {
    const form = { account: String(people.officer.accountId), from: '2027-05-04', until: '2027-05-05', cover: '', ...wrong }
    const sent = await post('/officers/absences', form, people.officer)
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain(message)
    expect(sent.body).toContain(`href="#${field}"`)
    expect(sent.body).toContain(`value="${form.until}"`)
  })

  test('is the affair of oneself and the sergeant', async () => {
    const form = { account: String(people.officer.accountId), from: '2027-05-04', until: '2027-05-05', cover: '' }
    for (const who of [people.colleague, people.stranger])
      expect((await post('/officers/absences', form, who)).statusCode).toBeGreaterThanOrEqual(403)
    expect((await post('/officers/absences', form, people.sergeant)).statusCode).toBe(303)
    expect((await get('/officers/absence', people.officer)).body).toContain('4 May 2027')
  })
})
