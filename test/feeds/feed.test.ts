import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { correctPost, publishPost, withdrawPost } from '../../src/posts/post.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let sergeant: SignedIn

beforeAll(async () => {
  site = await openApp({ PUBLIC_URL: 'http://portal.example.org' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  sergeant = await makeStaff(site.world.db, 'Sgt Helen Marsh', 'supervisor', team)
})
afterAll(() => site?.close())

const publish = (title: string, tags: string[], body = 'See [the plan](/house-rules) & come along.') =>
  publishPost(site.world.db, sergeant, team, { title, body, tags, clientKey: randomUUID() })

interface JsonFeed {
  version: string
  title: string
  feed_url: string
  home_page_url: string
  items: { id: string; url: string; title: string; content_html: string; date_modified: string; tags?: string[] }[]
}
const jsonOf = async (path: string): Promise<JsonFeed> => (await site.get(path)).json()

describe('the feed of a team', () => {
  test('is Atom and JSON, with the same posts, newest first', async () => {
    await publish('Speed checks <on> Grantham Road', ['speeding'])
    moveClock(60_000)
    await publish('Bikes marked on Saturday', ['cycling'])
    const atom = await site.get('/teams/bracebridge-heath/feed.atom')
    expect(atom.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    expect(atom.body).toContain('<feed xmlns="http://www.w3.org/2005/Atom"')
    expect(atom.body).toContain('<title type="html"><![CDATA[Speed checks &lt;on> Grantham Road]]></title>')
    const feed = await jsonOf('/teams/bracebridge-heath/feed.json')
    expect(feed.items.map((item) => item.title)).toEqual(['Bikes marked on Saturday', 'Speed checks <on> Grantham Road'])
    expect(feed.items[0]?.content_html).toContain('href="http://portal.example.org/house-rules"')
    expect(feed.items[0]?.url).toMatch(/^http:\/\/portal\.example\.org\/teams\/bracebridge-heath\/posts\/\d+-bikes-marked-on-saturday$/)
    moveClock(0)
  })

  test('keeps the id of a post whose title is corrected', async () => {
    const post = await publish('Meeting on Tuesday', ['meetings'])
    const before = (await jsonOf('/tags/meetings/feed.json')).items[0]
    const correction = { title: 'Meeting on Thursday', body: 'Now on Thursday.', tags: ['meetings'], note: 'The day was wrong.', version: 1 }
    await correctPost(site.world.db, sergeant, post.id, correction)
    const after = (await jsonOf('/tags/meetings/feed.json')).items[0]
    expect(after).toMatchObject({ id: before?.id, title: 'Meeting on Thursday' })
    expect(after?.url).not.toBe(before?.url)
  })

  test('loses a withdrawn post at once, and answers 304 while nothing changes', async () => {
    const post = await publish('Gone tomorrow', ['gone'])
    const first = await site.get('/tags/gone/feed.atom')
    const again = await site.app.inject({ method: 'GET', url: '/tags/gone/feed.atom', headers: { 'if-none-match': String(first.headers['etag']) } })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    await withdrawPost(site.world.db, sergeant, post.id, 'It was wrong.')
    expect((await site.get('/tags/gone/feed.atom')).statusCode).toBe(404)
    expect((await site.get('/teams/bracebridge-heath/feed.atom')).body).not.toContain('Gone tomorrow')
  })

  test('of a team that does not exist is not there', async () => {
    expect((await site.get('/teams/nowhere/feed.atom')).statusCode).toBe(404)
    expect((await site.get('/tags/nothing-here/feed.json')).statusCode).toBe(404)
  })
})
