/** The page of the search: for everybody, from its address alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { randomUUID } from 'node:crypto'
import { learnWords } from '../../src/search/words.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let conversationId: number
let resident: SignedIn

const say = async (body: string) => (await postComment(site.world.db, resident, conversationId, { body, parentId: null, clientKey: randomUUID() })).id

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  conversationId = (await makePost(db, officer, team)).conversationId
  await say('The bollard fell over.')
  await learnWords(db)
})
afterAll(() => site?.close())

const read = async (query: string, status = 200) => {
  const answer = await site.get(`/search${query}`)
  expect(answer.statusCode).toBe(status)
  return answer
}

describe('the page', () => {
  test('begins with the form, tags in use and the way to one’s team, and is kept out of search engines', async () => {
    const { body, headers } = await read('')
    expect(body).toContain('name="q"')
    expect(body).toContain('href="/tags/speeding"')
    expect(body).toMatch(/href="\/">Find it by postcode/)
    expect(headers['x-robots-tag']).toBe('noindex')
    expect(body).not.toContain('<details open')
  })

  test('says what it found, marked, with its team and date and where it leads', async () => {
    const { body } = await read('?q=bollard')
    expect(body).toContain('1 result')
    expect(body).toContain('The <mark>bollard</mark> fell over.')
    expect(body).toMatch(/href="\/comments\/\d+">On: Speed checks on Grantham Road/)
    expect(body).toContain('href="/teams/bracebridge-heath"')
  })

  test('puts a team whose name it is first', async () => {
    const { body } = await read('?q=bracebridge')
    expect(body).toMatch(/class="card">.*<h3><a href="\/teams\/bracebridge-heath">/s)
  })

  test('mends a typo and offers what was typed', async () => {
    const { body } = await read('?q=bolard')
    expect(body).toMatch(/Showing results for <b>bollard<\/b>.*Search instead for bolard/s)
    const link = /href="([^"]+)">Search instead/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const exact = await site.get(link)
    expect(exact.body).toContain('Nothing found')
    expect(exact.body).not.toContain('Showing results')
  })

  test('offers a postcode to the page that finds teams', async () => {
    expect((await read('?q=ln4+2le')).body).toContain('href="/find?q=LN4%202LE"')
  })

  test('keeps what was typed, open where something was chosen', async () => {
    const { body } = await read('?q=bollard&team=bracebridge-heath&kind=comment&from=1/1/2020&until=31+December+2199&order=newest')
    expect(body).toContain('<details open')
    expect(body).toContain('value="bollard"')
    expect(body).toMatch(/value="bracebridge-heath" selected/)
    expect(body).toMatch(/value="comment" selected/)
    expect(body).toContain('value="1/1/2020"')
    expect(body).toContain('value="31 December 2199"')
    expect(body).toContain('1 result')
    expect((await read('?q=bollard&kind=post')).body).toMatch(/Nothing found.*Search everywhere/s)
    expect((await read('?q=bollard&team=nowhere&kind=nothing')).body).toContain('1 result')
  })

  test('says by field which date is none', async () => {
    const { body } = await read('?q=bollard&from=30/2/2027&until=never', 422)
    expect(body).toContain('href="#from"')
    expect(body).toContain('href="#until"')
    expect(body).toContain('value="30/2/2027"')
    expect(body).toContain('value="never"')
    expect((await read('?q=bollard&from=2/3/2027&until=1/3/2027', 422)).body).toContain('The last day must not be before the first')
  })

  test('goes on by key', async () => {
    for (let count = 0; count < 23; count++) await say(`The kettle whistles ${count} times.`)
    for (const order of ['best', 'newest']) {
      const first = await read(`?q=kettle&order=${order}`)
      expect(first.body).toContain('More than 20 results')
      const next = /href="([^"]+)">More results/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const second = await site.get(next)
      const listed = [first, second].flatMap(({ body }) => [...body.matchAll(/<h3><a href="([^"]+)">/g)].map(([, path]) => path))
      expect(listed).toHaveLength(23)
      expect(new Set(listed).size).toBe(23)
      expect(second.body).not.toMatch(/>More results<\/a>/)
    }
  })

  test.each([
    'q=a&q=b',
    'q[]=x',
    'q=%00',
    'q=%F0%9F%9A%93',
    'q="',
    `q=${'x'.repeat(1500)}`,
    'q=%27%3B--',
    'after=x&q=kettle',
    'q=<script>alert(1)</script>',
    'order=x&q=the',
  ])('stands whatever the address says: %s', async (query) => {
    const { body } = await read(`?${query}`)
    expect(body).not.toContain('<script>alert')
  })

  test('is not for machines that ask without end', async () => {
    const strict = await openApp()
    try {
      const codes: number[] = []
      for (let count = 0; count < 65; count++) codes.push((await strict.get('/search?q=kettle')).statusCode)
      expect(codes.slice(0, 60).every((code) => code === 200)).toBe(true)
      expect(codes.at(-1)).toBe(429)
      expect((await strict.get('/')).statusCode).toBe(200)
    } finally {
      await strict.close()
    }
  })
})
