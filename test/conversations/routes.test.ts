import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIns } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let t: TestApp
let team: TeamName
let officer: SignedIn
let resident: SignedIn
let cookie: string
let post: Awaited<ReturnType<typeof makePost>>

beforeAll(async () => {
  t = await openApp({ LIMIT_FACTOR: '1000' })
  team = await makeTeam(t.world.db, 'Bracebridge Heath')
  officer = await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(t.world.db, 'Maureen T')
  cookie = await t.cookieOf(resident)
  post = await makePost(t.world.db, officer, team)
})
afterAll(() => t.close())

const path = () => `/conversations/${post.conversationId}/comments`
const form = (body: string, more: Record<string, string> = {}) => ({ body, key: randomUUID(), ...more })
const send = (fields: Record<string, string>, as = cookie) => t.post(path(), fields, as)
const countOf = async () =>
  (await t.world.db.select({ id: comments.id }).from(comments).where(eq(comments.conversationId, post.conversationId))).length

describe('what people send', () => {
  test.each([
    ['nothing', ''],
    ['only spaces', '   \n \t '],
    ['only invisible characters', '\u200b\u2060\u3164'],
    ['only NUL', '\u0000\u0000'],
  ])('%s gets a message by its field and stores nothing', async (_what, body) => {
    const before = await countOf()
    const answer = await send(form(body))
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('<title>Error: ')
    expect(answer.body).toMatch(/href="#body">Write your comment/)
    expect(answer.body).toMatch(/aria-invalid=true/)
    expect(await countOf()).toBe(before)
  })

  test('100,000 characters come back whole, with what is wrong', async () => {
    const long = 'a long word '.repeat(8_334)
    const answer = await send(form(long))
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('must be 5,000 characters or fewer')
    expect(answer.body).toContain(long.trim())
  })

  test('more than a form can hold gets a page, not a crash', async () => {
    const answer = await send(form('x'.repeat(1_200_000)))
    expect(answer.statusCode).toBe(413)
    expect(answer.body).toContain('too large')
  })

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    '</textarea><script>alert(1)</script>',
    '{{constructor.constructor("alert(1)")()}} <%= 7*7 %>',
  ])('script stays words: %s', async (hostile) => {
    const answer = await send(form(hostile))
    expect(answer.statusCode).toBe(303)
    const page = await t.get(`${post.path}?all=yes`)
    expect(page.body).not.toMatch(/<script(?! src="\/assets\/)|onerror=alert\(1\)>(?!.*&quot;)|href="javascript:/)
    expect(page.body).not.toContain('<img src=x')
    const again = await send({ ...form(hostile), key: 'not a key' })
    expect(again.statusCode).toBe(422)
    expect(again.body).not.toContain('</textarea><script>')
  })

  test('emoji sequences and right-to-left words are kept, marks that turn the direction go', async () => {
    const answer = await send(form('\u202eتحية👩‍👩‍👧 good\u202c'))
    const page = await t.get(`${post.path}?all=yes`)
    expect(answer.statusCode).toBe(303)
    expect(page.body).toContain('تحية👩‍👩‍👧 good')
    expect(page.body).not.toContain('\u202e')
  })

  test('the same form twice leads to the same comment', async () => {
    const fields = form('Tapped twice')
    const before = await countOf()
    const answers = await Promise.all([send(fields), send(fields)])
    answers.push(await send(fields))
    expect(new Set(answers.map((answer) => answer.headers.location)).size).toBe(1)
    expect(await countOf()).toBe(before + 1)
  })

  test('the same form with other words loses neither', async () => {
    const fields = form('First words of this form')
    await send(fields)
    const answer = await send({ ...fields, body: 'Other words, same form' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Other words, same form</textarea>')
    const key = /name="key" value="([^"]+)"/.exec(answer.body)?.[1] ?? ''
    expect(key).not.toBe(fields.key)
    expect((await send({ body: 'Other words, same form', key })).statusCode).toBe(303)
    const page = await t.get(`${post.path}?all=yes`)
    expect(page.body).toContain('First words of this form')
    expect(page.body).toContain('Other words, same form')
  })

  test('a repeated field or a nested one is refused, not a crash', async () => {
    for (const payload of [`body=a&body=b&key=${randomUUID()}`, 'body[x]=1', '__proto__[x]=1', '%', 'body=%ff%fe']) {
      const answer = await t.app.inject({
        method: 'POST',
        url: path(),
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', cookie },
        payload,
      })
      expect(answer.statusCode).toBe(422)
    }
  })
})

describe('a visitor who writes first', () => {
  test('keeps the words, through the sign-in and back', async () => {
    const answer = await t.post(path(), form('My words before signing in'))
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('My words before signing in')
    const sent = await t.post('/sign-in', {
      email: 'new.person@example.org',
      return: post.path,
      kept_path: `/conversations/${post.conversationId}/comments/new`,
      kept_body: 'My words before signing in',
      kept_parent: '',
    })
    expect(sent.statusCode).toBeLessThan(400)
    const [kept] = await t.world.db.select().from(signIns).where(eq(signIns.email, 'new.person@example.org'))
    expect(kept?.kept).toMatchObject({ path: `/conversations/${post.conversationId}/comments/new`, fields: { body: 'My words before signing in' } })
    await t.world.db.update(signIns).set({ usedAt: new Date(), accountId: resident.accountId }).where(eq(signIns.id, kept!.id))
    const back = await t.get(`/conversations/${post.conversationId}/comments/new?kept=${kept!.id}`, cookie)
    expect(back.body).toContain('>My words before signing in</textarea>')
    const foreign = await t.get(`/conversations/${post.conversationId}/comments/new?kept=${kept!.id}`, await t.cookieOf(officer))
    expect(foreign.body).not.toContain('My words before signing in')
  })
})

describe('while somebody writes', () => {
  test('the conversation is locked: the words are on the page that says so', async () => {
    const locked = await makePost(t.world.db, officer, team, 'Man charged')
    await t.world.db
      .update(conversations)
      .set({ mode: 'legal-lock', legalTrigger: 'charge', modeEndsAt: new Date(Date.now() + 86_400_000) })
      .where(eq(conversations.id, locked.conversationId))
    const answer = await t.post(`/conversations/${locked.conversationId}/comments`, form('Words that must not be lost'), cookie)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Words that must not be lost')
    expect(answer.body).toContain('before the courts')
    const blank = await t.get(`/conversations/${locked.conversationId}/comments/new`, cookie)
    expect(blank.body).toContain('before the courts')
    expect(blank.body).not.toContain('<textarea')
  })

  test('the parent was withdrawn, belongs elsewhere or never was: the words are kept', async () => {
    const other = await makePost(t.world.db, officer, team, 'Another post')
    const foreign = await t.post(`/conversations/${other.conversationId}/comments`, form('elsewhere'), cookie)
    const foreignId = foreign.headers.location?.match(/\d+/)?.[0] ?? ''
    for (const parent of [foreignId, '999999999']) {
      const answer = await send(form('An answer to keep', { parent }))
      expect(answer.statusCode).toBe(422)
      expect(answer.body).toContain('An answer to keep')
    }
    for (const parent of ['-1', 'abc', '99999999999999999999', '1e3', '0x10']) expect((await send(form('x', { parent }))).statusCode).toBe(422)
  })
})

describe('addresses', () => {
  test.each([
    '/comments/0',
    '/comments/-1',
    '/comments/99999999999999999999',
    '/comments/abc',
    '/comments/1e5',
    '/comments/%00',
    '/comments/1%20or%201=1',
    '/comments/999999999',
  ])('%s is not there', async (address) => {
    const answer = await t.get(address)
    expect(answer.statusCode).toBe(404)
    expect(answer.body).toContain('Page not found')
  })

  test('another team’s address, or other words, with this post’s id leads to the right one, query and all', async () => {
    for (const wrong of [`/teams/skegness/posts/${post.id}-x`, `/teams/bracebridge-heath/posts/${post.id}`, `/teams/x/posts/${post.id}-a-b-c`]) {
      const answer = await t.get(`${wrong}?all=yes`)
      expect(answer.statusCode).toBe(301)
      expect(answer.headers.location).toBe(`${post.path}?all=yes`)
    }
  })

  test.each(['?thread=abc', '?after=-1', '?thread=999999999', '?from=99999999999999999999'])(
    'a query that makes no sense is not there: %s',
    async (query) => {
      expect((await t.get(post.path + query)).statusCode).toBe(404)
    },
  )

  test('a permalink redirects to its place, also on a page of its own', async () => {
    const deep = await makePost(t.world.db, officer, team, 'Deep')
    let parent = ''
    for (let level = 1; level <= 5; level++) {
      const answer = await t.post(`/conversations/${deep.conversationId}/comments`, form(`Level ${level}`, parent ? { parent } : {}), cookie)
      parent = answer.headers.location?.match(/\d+/)?.[0] ?? ''
    }
    const answer = await t.get(`/comments/${parent}`)
    expect(answer.headers.location).toMatch(new RegExp(`^${deep.path}\\?thread=\\d+#c${parent}$`))
    const page = await t.get(answer.headers.location ?? '')
    expect(page.body).toContain(`id=c${parent}`)
  })
})

describe('own comments only', () => {
  test('edit and withdraw pages of somebody else’s comment are not there', async () => {
    const answer = await send(form('Mine'))
    const id = answer.headers.location?.match(/\d+/)?.[0] ?? ''
    const other = await t.cookieOf(await makeResident(t.world.db, 'Nosy'))
    expect((await t.get(`/comments/${id}/edit`, other)).statusCode).toBe(404)
    expect((await t.post(`/comments/${id}/versions`, { body: 'Hijacked' }, other)).statusCode).toBe(404)
    expect((await t.post(`/comments/${id}/withdrawal`, {}, other)).statusCode).toBe(404)
    expect((await t.get(`/comments/${id}/edit`)).statusCode).toBe(303)
  })

  test('reacting takes and takes back; twice is the same as once', async () => {
    const answer = await send(form('React to me'))
    const id = answer.headers.location?.match(/\d+/)?.[0] ?? ''
    for (const value of ['', '']) expect((await t.post(`/comments/${id}/reactions`, { helpful: value }, cookie)).statusCode).toBe(303)
    expect((await t.get(`${post.path}?all=yes`, cookie)).body).toContain('name=helpful value=off aria-pressed=true>Helpful <b>1</b>')
    for (const value of ['off', 'off']) await t.post(`/comments/${id}/reactions`, { helpful: value }, cookie)
    expect(
      (
        await t.world.db
          .select()
          .from(comments)
          .where(eq(comments.id, Number(id)))
      )[0]?.helpfulCount,
    ).toBe(0)
    expect((await t.post(`/comments/${id}/reactions`, { hate: '' }, cookie)).statusCode).toBe(422)
    expect((await t.post(`/comments/${id}/reactions`, { helpful: 'on' }, cookie)).statusCode).toBe(422)
    expect((await t.post(`/comments/${id}/reactions`, { helpful: '' })).headers.location).toContain('/sign-in')
  })
})

describe('what belongs to the staff', () => {
  test('does not exist for anybody else, whichever way they ask', async () => {
    const [secret] = await t.world.db
      .insert(conversations)
      .values({ audience: 'staff', teamId: team.id, title: 'Among us', path: '/staff/1' })
      .returning()
    const id = Number(secret?.id)
    const { id: comment } = await postComment(t.world.db, officer, id, { body: 'Not for the public', parentId: null, clientKey: randomUUID() })
    const reads = [
      `/comments/${comment}`,
      `/comments/${comment}/reply`,
      `/comments/${comment}/versions`,
      `/comments/${comment}/flag`,
      `/conversations/${id}/comments/new`,
    ]
    const owns = [`/comments/${comment}/edit`, `/comments/${comment}/withdraw`]
    const writes = [`/conversations/${id}/comments`, `/conversations/${id}/reactions`, `/comments/${comment}/flags`]
    const ownWrites = [
      `/comments/${comment}/versions`,
      `/comments/${comment}/withdrawal`,
      `/comments/${comment}/namelessness`,
      `/comments/${comment}/reactions`,
    ]
    const fields = { ...form('In among you'), helpful: '', reason: 'abuse' }
    for (const address of [...reads, ...owns]) expect([address, (await t.get(address, cookie)).statusCode]).toEqual([address, 404])
    for (const address of [...writes, ...ownWrites]) expect([address, (await t.post(address, fields, cookie)).statusCode]).toEqual([address, 404])
    for (const address of reads) expect([address, (await t.get(address)).statusCode]).toEqual([address, 404])
    for (const address of writes) expect([address, (await t.post(address, fields)).statusCode]).toEqual([address, 404])
    expect((await t.get(`${post.path}?thread=${comment}`, cookie)).statusCode).toBe(404)
    const official = await t.cookieOf(officer)
    expect((await t.get(`/comments/${comment}`, official)).statusCode).toBe(302)
  })
})

describe('after a form', () => {
  test('the page of the comment says that it is published, so that nobody sends it again', async () => {
    const answer = await send(form('Heard'))
    const place = await t.get(answer.headers.location ?? '', cookie)
    expect(place.headers.location).toMatch(/[?&]done=commented#c\d+$/)
    expect((await t.get(place.headers.location ?? '', cookie)).body).toContain('Your comment is published.')
    expect((await t.get(`${answer.headers.location?.split('?')[0]}?done=%22%3E%3Cscript%3E`)).headers.location).not.toContain('done')
  })

  test('a reaction leads back to the page it came from, and never further', async () => {
    const answer = await send(form('From where?'))
    const id = answer.headers.location?.match(/\d+/)?.[0] ?? ''
    const react = (referer: string) =>
      t.app.inject({
        method: 'POST',
        url: `/comments/${id}/reactions`,
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', cookie, referer },
        payload: 'helpful=',
      })
    expect((await react(`http://localhost:3000${post.path}?after=7&done=commented`)).headers.location).toBe(`${post.path}?after=7#c${id}`)
    for (const elsewhere of ['https://evil.example/', 'https://evil.example//evil.example', 'javascript:alert(1)', 'nonsense']) {
      expect((await react(elsewhere)).headers.location).toBe(`${post.path}#c${id}`)
    }
  })
})
