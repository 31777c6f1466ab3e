/**
 * Asking a team and following one's question, as browsers do it; and those who try other people's doors.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIns } from '../../src/accounts/schema.ts'
import { conversationReactions } from '../../src/conversations/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { openApp } from '../app.ts'
import { makeResident, makeTeam } from '../people.ts'
import { asking, idIn, openTown, publication, words, type Town } from './town.ts'

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
let countOf: Town['countOf']
let later: Town['later']

beforeAll(async () => {
  town = await openTown()
  ;({ site, team, otherTeam, people, get, post, ask, act, rowOf, countOf, later } = town)
})
afterAll(() => town.close())

/** A question of somebody, answered in public. */
async function answered(title: string, as = people.resident): Promise<number> {
  const id = await ask({ title }, as)
  const sent = await act(id, 'publication', publication('We patrol there each morning this week.', { title }))
  expect(sent.statusCode).toBe(303)
  return id
}

describe('what stands before the form', () => {
  test('the first step asks one thing, open to everybody', async () => {
    const page = await get(`/ask/${team.slug}`)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('What do you want to ask?')
    expect(page.body).toContain('not for reporting a crime')
    expect(page.body).toMatch(/<form method="get" action="\/ask\/bracebridge-heath">/)
    expect(page.body).not.toContain('<textarea')
    expect(page.headers['set-cookie']).toBeUndefined()
  })

  test('nothing likely: the form at once, with what was typed', async () => {
    const page = await get(`/ask/${team.slug}?title=${encodeURIComponent('Is there a <zebra> on "our" heath?')}&step=2`)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('value="Is there a &lt;zebra&gt; on &quot;our&quot; heath?"')
    expect(page.body).toContain('name="visibility" value="private"')
    expect(page.body).not.toContain('Does one of these answer it?')
    expect(page.headers['x-robots-tag']).toBe('noindex')
  })

  test.each([
    ['nothing', '', 'Write your question in one line'],
    ['only spaces', '%20%20', 'Write your question in one line'],
    ['far too much', 'a%20'.repeat(200), '160 characters or fewer'],
  ])('%s is said by the field', async (_what, title, message) => {
    const page = await get(`/ask/${team.slug}?title=${title}&step=2`)
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain(message)
    expect(page.body).toContain('href="#title"')
  })

  test('likely answers come first, and "same here" counts instead of asking again', async () => {
    await answered('Who looks after abandoned trolleys by the canal?')
    const first = await get(`/ask/${team.slug}?title=abandoned+trolleys+canal`)
    expect(first.body).toContain('Who looks after abandoned trolleys by the canal?')
    expect(first.body).not.toContain('name="same-here"')
    const page = await get(`/ask/${team.slug}?title=abandoned+trolleys+canal&step=2`)
    expect(page.body).toContain('Does one of these answer it?')
    expect(page.body).toContain('None of these? Ask the team')
    const conversation = Number(/action="\/conversations\/(\d+)\/reactions"><button name="same-here"/.exec(page.body)?.[1])
    const reacted = await post(`/conversations/${conversation}/reactions`, { 'same-here': '' }, people.neighbour)
    expect(reacted.statusCode).toBe(303)
    expect(await site.world.db.$count(conversationReactions, eq(conversationReactions.conversationId, conversation))).toBe(1)
  })

  test('a team that is gone says so, with its successor, and gives the words back', async () => {
    const old = await makeTeam(site.world.db, 'Old Town')
    await site.world.db
      .update(teams)
      .set({ archivedAt: new Date(), archivedBecause: 'It was merged.', successorId: team.id })
      .where(eq(teams.id, old.id))
    const page = await get('/ask/old-town')
    expect(page.body).toContain('It was merged.')
    expect(page.body).toContain('href="/ask/bracebridge-heath"')
    expect(page.body).not.toContain('name="title"')
    const before = await countOf()
    const sent = await post('/ask/old-town', asking({ body: 'Words that must not be lost' }), people.resident)
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain('Words that must not be lost')
    expect(await countOf()).toBe(before)
  })

  test('a team that never was is not there', async () => {
    expect((await get('/ask/no-such-team')).statusCode).toBe(404)
    expect((await post('/ask/no-such-team', asking(), people.resident)).statusCode).toBe(404)
  })

  test('staff ask nobody here', async () => {
    for (const person of [people.officer, people.press, people.administrator]) {
      const page = await get(`/ask/${team.slug}`, person)
      expect(page.body).toContain('signed in at work')
      expect((await post(`/ask/${team.slug}`, asking(), person)).statusCode).toBe(403)
    }
  })
})

describe('asking', () => {
  test('leads to the question, which says by when there is an answer', async () => {
    const sent = await post(`/ask/${team.slug}`, asking(), people.resident)
    expect(sent.statusCode).toBe(303)
    const page = await get(String(sent.headers.location), people.resident)
    expect(page.body).toContain('Your question is with the team.')
    expect(page.body).toContain('You will have an answer by')
    expect(page.body).toContain('72 hours left')
    expect(page.body).toContain('Take the question back')
    expect(page.body).not.toContain('Staff notes')
    expect(page.body).not.toContain('Your answer')
  })

  test('twice is once, also at once', async () => {
    const before = await countOf()
    const form = asking()
    const sent = await Promise.all([post(`/ask/${team.slug}`, form, people.resident), post(`/ask/${team.slug}`, form, people.resident)])
    sent.push(await post(`/ask/${team.slug}`, form, people.resident))
    expect(new Set(sent.map(({ headers }) => idIn(headers.location))).size).toBe(1)
    expect(await countOf()).toBe(before + 1)
  })

  test.each([
    ['no title', { title: '' }, 'Write your question in one line', 'title'],
    ['no details', { body: ' \n ' }, 'Tell the team what they need to know', 'body'],
    ['too many details', { body: 'word '.repeat(700) }, '3,000 characters or fewer', 'body'],
    ['nobody chosen to read it', { visibility: '' }, 'Choose who may read it', 'visibility'],
    ['somebody else to read it', { visibility: 'staff' }, 'Choose who may read it', 'visibility'],
    ['a broken key', { key: 'x' }, 'This page is out of date', 'body'],
  ])('%s: the message is by its field and nothing is lost', async (_what, wrong, message, field) => {
    const before = await countOf()
    const form = asking({ title: 'A title to keep', body: 'Details to keep', ...wrong })
    const sent = await post(`/ask/${team.slug}`, form, people.resident)
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain(message)
    expect(sent.body).toContain(`href="#${field}"`)
    expect(sent.body).toMatch(new RegExp(`id="${field}"`))
    expect(sent.body).toContain(`value="${form.title}"`)
    expect(sent.body).toContain(`>${form.body}</textarea>`)
    expect(await countOf()).toBe(before)
  })

  test('with a name that is not chosen yet: the words are kept, with the way to a name', async () => {
    const form = asking({ body: 'Words of a person without a name' })
    const sent = await post(`/ask/${team.slug}`, form, people.nameless)
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain('Words of a person without a name</textarea>')
    expect(sent.body).toContain('href="#named"')
    expect(sent.body).toContain('href="/account/name"')
    const { named: _, ...unnamed } = form
    expect((await post(`/ask/${team.slug}`, unnamed, people.nameless)).statusCode).toBe(303)
    const blank = await get(`/ask/${team.slug}?title=Anything&step=2`, people.nameless)
    expect(blank.body).not.toMatch(/name="named" value="yes" checked/)
  })

  test('script stays words', async () => {
    const id = await ask({ title: '<script>alert(1)</script>', body: '</textarea><img src=x onerror=alert(1)> [x](javascript:alert(1))' })
    for (const who of [people.resident, people.officer]) {
      const page = await get(`/questions/${id}`, who)
      expect(page.body).not.toMatch(/<script>|<img src=x|href="javascript:/)
    }
  })

  test('a visitor writes first: the words go along to the sign-in and come back', async () => {
    const before = await countOf()
    const sent = await post(`/ask/${team.slug}`, asking({ body: 'Written before signing in', visibility: 'private', named: '' }))
    expect(sent.statusCode).toBe(200)
    expect(sent.body).toContain('Written before signing in</textarea>')
    expect(await countOf()).toBe(before)
    const kept = Object.fromEntries(
      [...sent.body.matchAll(/name="(kept_[a-z]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    )
    expect(kept).toMatchObject({ kept_path: '/ask/bracebridge-heath', kept_visibility: 'private', kept_named: 'no' })
    await post('/sign-in', { email: 'first.words@example.org', return: `/ask/${team.slug}`, kept_body: 'Written before signing in', ...kept })
    const [asked] = await site.world.db.select().from(signIns).where(eq(signIns.email, 'first.words@example.org'))
    expect(asked?.kept?.fields).toMatchObject({ body: 'Written before signing in', visibility: 'private' })
    await site.world.db.update(signIns).set({ usedAt: new Date(), accountId: people.resident.accountId }).where(eq(signIns.id, asked!.id))
    const back = await get(`/ask/${team.slug}?kept=${asked!.id}`, people.resident)
    expect(back.body).toContain('Written before signing in</textarea>')
    expect(back.body).toMatch(/value="private" checked/)
    expect(back.body).not.toMatch(/name="named" value="yes" checked/)
    expect((await get(`/ask/${team.slug}?kept=${asked!.id}`, people.neighbour)).body).not.toContain('Written before signing in')
  })
})

describe('who may read a question', () => {
  test('its asker, the team and the press office; for everybody else it does not exist', async () => {
    const id = await ask({ visibility: 'private' })
    for (const who of [people.resident, people.officer, people.sergeant, people.press])
      expect((await get(`/questions/${id}`, who)).statusCode).toBe(200)
    for (const who of [people.neighbour, people.stranger, people.administrator]) expect((await get(`/questions/${id}`, who)).statusCode).toBe(404)
    expect((await get(`/questions/${id}`)).headers.location).toBe(`/sign-in?return=${encodeURIComponent(`/questions/${id}`)}`)
  })

  test('nobody else does anything with it', async () => {
    const id = await ask()
    const before = await rowOf(id)
    const forms: [string, Record<string, string>][] = [
      ['publication', publication('An answer')],
      ['privacy', { because: 'x', key: randomUUID() }],
      ['answers', words('An answer')],
      ['acknowledgements', words('Seen')],
      ['answer-mark', { comment: '1' }],
      ['taking', {}],
      ['handback', { note: 'x' }],
      ['assignment', { account: '' }],
      ['moves', { team: String(otherTeam.id), note: 'x' }],
      ['review', words('Sorry')],
    ]
    for (const [address, form] of forms) {
      expect((await act(id, address, form, people.stranger)).statusCode, address).toBe(404)
      expect((await act(id, address, form, people.resident)).statusCode, address).toBe(403)
      expect((await act(id, address, form, people.administrator)).statusCode, address).toBe(403)
      expect((await act(id, address, { nonsense: 'x' }, people.stranger)).statusCode, address).toBe(404)
    }
    for (const address of ['reopening', 'review-request', 'withdrawal', 'namelessness']) {
      expect((await act(id, address, { because: 'x' }, people.neighbour)).statusCode, address).toBe(404)
      expect((await act(id, address, { because: 'x' }, people.officer)).statusCode, address).toBe(403)
    }
    expect(await rowOf(id)).toEqual(before)
  })

  test.each(['0', '-1', 'x', '1e5', '99999999999999999999'])('there is no question %s', async (id) => {
    expect((await get(`/questions/${id}`, people.officer)).statusCode).toBe(404)
    expect((await act(id, 'answers', words('x'))).statusCode).toBe(404)
  })

  test('an asker who wants no name has none on the team’s page, and no address anywhere', async () => {
    const { named: _, ...form } = asking()
    const sent = await post(`/ask/${team.slug}`, form, people.resident)
    const page = await get(`/questions/${idIn(sent.headers.location)}`, people.officer)
    expect(page.body).toContain('A resident')
    expect(page.body).not.toContain('Maureen T')
    expect(page.body).not.toContain(people.resident.email)
  })
})

describe('the asker', () => {
  test('says once that an answer was none, and the question is open again', async () => {
    const id = await answered('Is the underpass lit?')
    const empty = await act(id, 'reopening', { because: '' }, people.resident)
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#reopening-because"')
    expect((await act(id, 'reopening', { because: 'It says nothing of the lights.' }, people.resident)).headers.location).toContain('done=reopened')
    const row = await rowOf(id)
    expect(row).toMatchObject({ answeredAt: null, reopenedBecause: 'It says nothing of the lights.' })
    expect((await get(`/questions/${id}`, people.sergeant)).body).toContain('It says nothing of the lights.')
    await act(id, 'answers', words('They are mended tomorrow.'), people.sergeant)
    const asker = await get(`/questions/${id}`, people.resident)
    expect(asker.body).not.toContain('/reopening"')
    expect((await act(id, 'reopening', { because: 'Once more.' }, people.resident)).statusCode).toBe(403)
  })

  test('takes it back before an answer, and the name off at any time', async () => {
    const id = await ask()
    expect((await act(id, 'namelessness', {}, people.resident)).headers.location).toContain('done=unnamed')
    expect((await get(`/questions/${id}`, people.officer)).body).not.toContain('Maureen T')
    expect((await act(id, 'withdrawal', {}, people.resident)).headers.location).toContain('done=withdrawn')
    const page = await get(`/questions/${id}`, people.resident)
    expect(page.body).toContain('Taken back')
    expect(page.body).not.toContain(`action="/questions/${id}/withdrawal"`)
    const late = await act(id, 'answers', words('Too late, but kept'))
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('Too late, but kept')
  })

  test('asks for a review after a missed clock, and the sergeant answers it', async () => {
    const id = await ask()
    expect((await act(id, 'review-request', { because: 'Why?' }, people.resident)).statusCode).toBe(403)
    await later(73)
    try {
      const page = await get(`/questions/${id}`, people.resident)
      expect(page.body).toContain('>Overdue</span>')
      expect(page.body).toContain('overdue by 1 hour')
      expect((await act(id, 'review-request', { because: 'Nobody said a word.' }, people.resident)).headers.location).toContain('done=review-asked')
      expect((await get('/officers/questions?view=missed', people.sergeant)).body).toContain(`href="/questions/${id}"`)
      expect((await act(id, 'review', words('Sorry.'), people.officer)).statusCode).toBe(403)
      const empty = await act(id, 'review', words(''), people.sergeant)
      expect(empty.body).toContain('href="#review-body"')
      expect((await act(id, 'review', words('We are sorry. It is answered today.'), people.sergeant)).headers.location).toContain('done=reviewed')
      expect((await get(`/questions/${id}`, people.resident)).body).toContain('We are sorry. It is answered today.')
      expect((await rowOf(id)).answeredAt).toBeNull()
    } finally {
      await later(0)
    }
  })

  test('finds the questions in the account, a page at a time', async () => {
    const person = await makeResident(site.world.db, 'Kim')
    expect((await get('/account', person)).body).not.toContain('Your questions')
    for (let n = 1; n <= 23; n++) await ask({ title: `Question number ${n}.` }, person)
    const account = await get('/account', person)
    expect(account.body.match(/Question number/g)).toHaveLength(5)
    expect(account.body).toContain('href="/account/questions"')
    const first = await get('/account/questions', person)
    const older = /href="(\/account\/questions\?before=\d+)"/.exec(first.body)?.[1] ?? ''
    expect(first.body.match(/Question number/g)).toHaveLength(20)
    expect((await get(older, person)).body.match(/Question number/g)).toHaveLength(3)
    for (const bad of ['x', '-1', '0']) expect((await get(`/account/questions?before=${bad}`, person)).statusCode).toBe(404)
  })
})

// Last: what ends with this site of its own, the other tests need.
describe('asking too often', () => {
  test('has its limit, and the words are on the page that says so', async () => {
    const strict = await openApp()
    try {
      const place = await makeTeam(strict.world.db, 'Alford')
      const cookie = await strict.cookieOf(await makeResident(strict.world.db, 'Ann'))
      let sent = await strict.post(`/ask/${place.slug}`, asking(), cookie)
      for (let tries = 0; tries < 20 && sent.statusCode === 303; tries++) sent = await strict.post(`/ask/${place.slug}`, asking(), cookie)
      expect(sent.statusCode).toBe(429)
      expect(sent.body).toContain('Every morning cars stand on the zigzags.')
    } finally {
      await strict.close()
    }
  })
})
