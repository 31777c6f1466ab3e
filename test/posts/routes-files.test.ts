/** Photos that come with the composer's form, as a browser without scripts sends them, and how the page of a post shows them. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { HTML, phonePhoto } from '../media/pictures.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let cookie: string
let press: string
let photo: Buffer

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  officer = await makeStaff(site.world.db, 'PC Imran Adeyemi', 'officer', team)
  cookie = await site.cookieOf(officer)
  press = await site.cookieOf(await makeStaff(site.world.db, 'Dana Price', 'press-office'))
  photo = await phonePhoto(400, 300)
})
afterAll(() => site?.close())

type Part = [name: string, value: string] | [name: string, value: Buffer, filename: string]

/** The form as a browser sends it when it holds files. */
async function send(parts: Part[]) {
  const boundary = randomUUID()
  const chunks = parts.flatMap(([name, value, filename]) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename ? `; filename="${filename}"\r\ncontent-type: application/octet-stream` : ''}\r\n\r\n`,
    value,
    '\r\n',
  ])
  const payload = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)))
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': `multipart/form-data; boundary=${boundary}` }
  return site.app.inject({ method: 'POST', url: `/teams/${team.slug}/drafts`, headers, payload })
}

const update = (key: string, act: string, ...more: Part[]): Part[] => [
  ['kind', 'update'],
  ['key', key],
  ['body', 'The new bench at the green.'],
  ['act', act],
  ...more,
]

describe('a form with photos', () => {
  test('keeps them with the draft; sent twice each is there once', async () => {
    const key = randomUUID()
    const form = update(key, 'save', ['photo', photo, 'bench.jpg'], ['photo-alt', 'A bench under a tree.'])
    const first = await send(form)
    expect(first.statusCode, first.body).toBe(303)
    await send(form)
    const { body } = await site.get(String(first.headers['location']), cookie)
    expect(body.match(/data-photo="/g)).toHaveLength(1)
    expect(body).toContain('value="A bench under a tree."')
    expect(body).toContain('The new bench at the green.')
  })

  test('what nobody looked at through the blur tool waits for the press office', async () => {
    const answer = await send(update(randomUUID(), 'publish', ['photo', photo, 'bench.jpg'], ['photo-alt', 'A bench.']))
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Hand it in for approval')
    expect(answer.body).toContain('value="submit"')
    expect(answer.body).toContain('The new bench at the green.')
  })

  test('without a description it goes nowhere: the message leads to its field, the photo stays', async () => {
    const answer = await send(update(randomUUID(), 'submit', ['photo', photo, 'bench.jpg']))
    expect(answer.statusCode).toBe(422)
    const id = /href="#(alt-\d+)"/.exec(answer.body)?.[1]
    expect(answer.body).toContain(`id="${id}"`)
    expect(answer.body).toContain('data-photo="')
  })

  test('a file that is no photo is refused, and the words are kept', async () => {
    const answer = await send(update(randomUUID(), 'publish', ['photo', HTML, 'bench.jpg']))
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('href="#photo"')
    expect(answer.body).toContain('The new bench at the green.')
  })

  test('an arrest takes none', async () => {
    const answer = await send([
      ['kind', 'arrest'],
      ['key', randomUUID()],
      ['stage', 'arrest'],
      ['act', 'save'],
      ['photo', photo, 'x.jpg'],
    ])
    expect(answer.statusCode).toBe(422)
    expect(answer.body).not.toContain('data-photo="')
  })

  test('looked at, described and published, readers get its sizes', async () => {
    const answer = await send(update(randomUUID(), 'publish', ['photo', photo, 'a.jpg'], ['photo-alt', 'A bench & a tree.'], ['photo-looked', 'yes']))
    expect(answer.statusCode, answer.body).toBe(303)
    const { body } = await site.get(String(answer.headers['location']).split('?')[0] ?? '')
    expect(body).toMatch(
      /<img src="\/photos\/\d+\/medium" srcset="\/photos\/\d+\/small 300w"[^>]* width="300" height="400" alt="A bench &amp; a tree\.">/,
    )
    expect((await site.get(`/teams/${team.slug}`)).body).toMatch(/<img class="thumb" src="\/photos\/\d+\/small"[^>]* alt="" loading="lazy">/)
  })
})

describe('the page of a post', () => {
  const change = (id: number, set: Partial<typeof posts.$inferInsert>) => site.world.db.update(posts).set(set).where(eq(posts.id, id))
  const hours = (from: number): string => new Date(Date.now() + from * 3_600_000).toISOString()

  test('of a question says who asked, and whether it was answered in time', async () => {
    const post = await makePost(site.world.db, officer, team, 'When will the lights work?')
    const details = { questionId: 7, askedAt: hours(-10), dueAt: hours(62), answeredAt: null, answerId: null, askedBy: null, missed: false }
    const shown = async () => [(await site.get(post.path)).body, (await site.get(`/teams/${team.slug}`)).body] as const
    await change(post.id, { kind: 'question', details })
    for (const body of await shown()) expect(body).toContain('Waiting for an answer')
    expect((await shown())[0]).toMatch(/a resident[\s\S]*left/)
    await change(post.id, { details: { ...details, dueAt: hours(-1), askedBy: 'Maureen <T>' } })
    for (const body of await shown()) expect(body).toMatch(/[Oo]verdue/)
    expect((await shown())[0]).toContain('Maureen &lt;T&gt;')
    await change(post.id, { details: { ...details, answeredAt: hours(-1), answerId: 12 } })
    for (const body of await shown()) expect(body).toContain('Answered')
    expect((await shown())[0]).toContain('href="/comments/12"')
  })

  test('says that it is over, and why its photos went', async () => {
    const post = await makePost(site.world.db, officer, team, 'Have you seen her?')
    const because = 'She has been found.'
    await change(post.id, { kind: 'appeal', expiresAt: new Date(hours(-1)), details: { photosRemovedAt: hours(-2), photosRemovedBecause: because } })
    const { body } = await site.get(post.path)
    expect(body).toContain('This is over')
    expect(body).toContain(because)
    expect((await site.get(`/posts/${post.id}/traced`, cookie)).statusCode).toBe(200)
    expect((await site.post(`/posts/${post.id}/tracing`, { because: '' }, press)).statusCode).toBe(422)
  })

  test('makes a list of steps of advice, and shows no element twice', async () => {
    const form = { kind: 'advice', key: randomUUID(), act: 'publish', title: 'Lock it', body: 'Every time.', steps: '1. Lock it\n2. <b>Hide</b> it' }
    const answer = await site.post(`/teams/${team.slug}/drafts`, form, cookie)
    const { body } = await site.get(String(answer.headers['location']).split('?')[0] ?? '')
    expect(body).toMatch(/<ol class="steps"><li>Lock it<\/li><li>&lt;b&gt;Hide&lt;\/b&gt; it<\/li><\/ol>/)
    expect(body).not.toContain('Step 1')
  })
})
