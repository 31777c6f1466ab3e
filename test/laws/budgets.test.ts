/**
 * What a page may cost, counted instead of timed: round trips, writes, bytes, and the pages of the database that a statement touches.
 */
import { randomUUID } from 'node:crypto'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { PAGE_SIZE } from '../../src/conversations/thread.ts'
import { posts as postRows } from '../../src/posts/schema.ts'
import { publishQuestion } from '../../src/questions/publication.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { switchesInForce } from '../../src/switches/in-force.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { saveSaid, saveTexts } from '../bench/fill.ts'
import { converse, placeUnder } from '../bench/thread.ts'
import { ACCEPT_ENCODING, firstVisit, type Answer } from '../bench/visit.ts'
import { diceOf } from '../bench/words.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { costOf, costsOf, faultsOf, statementsOf, writesOf, type Named, type Statement } from './statements.ts'

const ROUND_TRIPS = 3
const BYTES_OF_A_COMMENT = 0.7 * 1024
const FIRST_VISIT = { bytes: 45 * 1024, requests: 5 }
const LIST = Math.max(21, PAGE_SIZE + 1)
const SHORT = 10_000
const LONG = 100_000

type Post = Awaited<ReturnType<typeof makePost>>

let site: TestApp
let team: TeamName
let officer: SignedIn
let residents: SignedIn[]
const posts: Record<'empty' | 'typical' | 'short' | 'long' | 'pictured', Post> = {} as never
let questionPage: string

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  residents = await Promise.all(['Ann', 'Ben', 'Cleo', 'Dai'].map((name) => makeResident(db, name)))
  for (const name of ['short', 'empty', 'typical', 'long'] as const) posts[name] = await makePost(db, officer, team, `A ${name} conversation`)
  // On another team's page: what a first visit to this one fetches is counted below.
  const elsewhere = await makeTeam(db, 'Skegness')
  posts.pictured = await makePost(db, await makeStaff(db, 'PC Baker', 'officer', elsewhere), elsewhere, 'A post with photos')
  const photos = [1, 2].map((id) => ({ id, alt: 'A street', width: 1920, height: 1080 }))
  await db.update(postRows).set({ photos }).where(eq(postRows.id, posts.pictured.id))
  questionPage = await publishedQuestion()
  await say(posts.typical, PAGE_SIZE, true)
  await publish(2000)
  await say(posts.short, SHORT)
})
afterAll(() => site.close())

/** A public question that waits for its answer. */
async function publishedQuestion(): Promise<string> {
  const { db } = site.world
  const [asker] = residents
  if (!asker) throw new Error('nobody asks')
  const words = { title: 'When are the speed checks?', body: 'On Grantham Road.' }
  const { id } = await askQuestion(db, asker, team, { ...words, visibility: 'public', named: true, clientKey: randomUUID() })
  const { path } = await publishQuestion(db, officer, id, { ...words, tags: ['speeding'], answer: null, clientKey: randomUUID() })
  return path
}

/** Many more posts of the team. */
async function publish(count: number): Promise<void> {
  const client = await site.world.db.$client.connect()
  try {
    // Ten thousand posts at once take longer than any page may.
    await client.query('set statement_timeout = 0')
    await client.query(
      `with made as (
       insert into conversations (audience, team_id, title, path) select 'public', $1, 'Post ' || n, '/' from generate_series(1, $3::int) as n returning id, title),
     published as (
     insert into posts (audience, kind, state, team_id, conversation_id, author_id, official_role, official_team, client_key, title, slug, body, body_html, summary, published_at)
     select 'public', 'update', 'published', $1, id, $2, 'officer', 'Bracebridge Heath', gen_random_uuid(), title, 'post', repeat('word ', 160), repeat('word ', 160), title,
       now() - id * interval '1 minute' from made returning id, team_id, published_at)
     insert into post_teams (post_id, team_id, how, listed_at) select id, team_id, 'own', published_at from published`,
      [team.id, officer.accountId, count],
    )
    await client.query('reset statement_timeout')
  } finally {
    client.release()
  }
}

/** Fills the conversation of a post. `flat`: nothing but published comments, at most three levels deep. */
async function say(post: Post, count: number, flat = false): Promise<void> {
  const client = await site.world.db.$client.connect()
  try {
    await client.query('set statement_timeout = 0')
    const { rows } = await client.query<{ last: string | null }>('select max(id) as last from comments')
    const talk = { conversationId: post.conversationId, comments: count, officers: [officer.accountId], teamName: team.name, flat }
    const said = converse(
      diceOf(count),
      [talk],
      residents.map((person) => person.accountId),
      Number(rows[0]?.last ?? 0) + 1,
    )
    await client.query('drop table if exists texts')
    await saveTexts(client, diceOf(1829), 2000)
    await saveSaid(client, said)
    await client.query('update conversations set comment_count = $2 where id = $1', [
      post.conversationId,
      said.filter(({ state }) => state === 'published').length,
    ])
    await client.query('vacuum analyze comments, conversations, posts, post_teams, accounts')
  } finally {
    client.release()
  }
}

/** Which modes hold is read by the process, once in five seconds for all its pages: before the page that is looked at, so that none is blamed for it. */
const seen = async (path: string): Promise<Statement[]> => {
  await switchesInForce(site.world.db)
  return statementsOf(async () => {
    const answer = await site.get(path)
    expect(answer.statusCode).toBe(200)
  })
}

const teamPath = (): string => `/teams/${team.slug}`
/** Each with its address and the round trips that it may take. */
const PAGES: [string, () => string, number][] = [
  ['home', () => '/', ROUND_TRIPS],
  ['team', teamPath, ROUND_TRIPS],
  ['post', () => posts.typical.path, 2],
  ['post with all its comments', () => `${posts.typical.path}?all=yes`, 2],
  ['post with photos', () => posts.pictured.path, 2],
  ['question with its clock', () => questionPage, 2],
  ['asking', () => `/ask/${team.slug}`, 1],
  ['performance', () => `${teamPath()}/performance`, ROUND_TRIPS],
  ['feed of a team', () => `${teamPath()}/feed.atom`, 2],
  ['feed of a tag', () => '/tags/speeding/feed.json', 1],
  ['log', () => '/moderation-log', 2],
]
const OTHERS: typeof PAGES = [
  ['directory', () => '/teams', ROUND_TRIPS],
  ['search', () => '/find?q=Bracebridge', ROUND_TRIPS],
  ['log of one month', () => '/moderation-log?month=2026-11', ROUND_TRIPS],
]

describe('a page for a visitor', () => {
  test.each(PAGES)('%s: few round trips, each of them prepared', async (_name, path, most) => {
    const statements = await seen(path())
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.length).toBeLessThanOrEqual(most)
    expect(statements.filter(({ name }) => name === null).map(({ text }) => text)).toEqual([])
  })

  test.each([...PAGES, ...OTHERS])('%s: writes nothing', async (_name, path) => {
    expect(writesOf(await seen(path()))).toEqual([])
  })

  test('spends few bytes on a comment', async () => {
    const [full, empty] = await Promise.all([fetch(posts.typical.path), fetch(posts.empty.path)])
    expect(full.text.match(/<article class="c[ "]/g)).toHaveLength(PAGE_SIZE)
    expect((Buffer.byteLength(full.text) - Buffer.byteLength(empty.text)) / PAGE_SIZE).toBeLessThanOrEqual(BYTES_OF_A_COMMENT)
  })

  test('arrives small and in few pieces', async () => {
    const visit = await firstVisit(teamPath(), fetch)
    expect(visit.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([teamPath(), expect.stringMatching(/\.css$/), expect.stringMatching(/\.js$/)]),
    )
    expect(visit.requests).toBeLessThanOrEqual(FIRST_VISIT.requests)
    expect(visit.bytes).toBeLessThanOrEqual(FIRST_VISIT.bytes)
    expect(visit.fonts).toEqual([])
  })
})

/** As a browser asks, with the headers counted too. */
async function fetch(path: string): Promise<Answer> {
  const { statusCode, rawPayload, headers } = await site.app.inject({ url: path, headers: { 'accept-encoding': ACCEPT_ENCODING } })
  const encoding = headers['content-encoding']
  const text = encoding === 'br' ? brotliDecompressSync(rawPayload) : encoding === 'gzip' ? gunzipSync(rawPayload) : rawPayload
  return { status: statusCode, bytes: rawPayload.length + JSON.stringify(headers).length, text: text.toString() }
}

describe('the cost in the database', () => {
  test('invented comments stand where real ones would', async () => {
    const { db } = site.world
    let parentId: number | null = null
    const ids: number[] = []
    for (let depth = 0; depth < 5; depth++) {
      parentId = (await postComment(db, officer, posts.empty.conversationId, { body: 'An answer', parentId, clientKey: randomUUID() })).id
      ids.push(parentId)
    }
    const rows = await db.select().from(comments).where(inArray(comments.id, ids)).orderBy(comments.id)
    expect(rows.map(({ parentId, branchId, level, place }) => ({ parentId, branchId, level, place }))).toEqual(
      rows.map(({ id }, index) => placeUnder(id, rows[index - 1] ?? null)),
    )
  })

  test('is the same in a force that has said ten times as much', { timeout: 180_000 }, async () => {
    const then = await allCosts(posts.short)
    await publish(18_000)
    await say(posts.long, LONG)
    const since = await allCosts(posts.long)
    expect(since.map(({ what }) => what)).toEqual(then.map(({ what }) => what))
    // All that is wrong at once, in words that say where.
    expect(since.flatMap((cost, index) => faultsOf(cost, then[index], LIST))).toEqual([])
  })

  test('is told apart by what judges it', async () => {
    const careless = { name: 'careless', text: 'select id from comments where level > $1 order by body limit 10', values: [0] }
    const prudent = { what: 'prudent', buffers: 20, scanned: [], sorted: 0 }
    const [cost] = await costsOf(site.world.connection, [careless])
    expect(cost && faultsOf(cost, prudent, LIST)).toHaveLength(3)
    expect(faultsOf(prudent, prudent, LIST)).toEqual([])
  })
})

/** What home, the team's page, its feed and its figures, the page of the post and a comment on it ask for, with the plan for their own values and with the plan for any. */
async function allCosts(post: Post): Promise<Named[]> {
  const found: Named[] = []
  for (const path of ['/', teamPath(), `${teamPath()}/feed.atom`, `${teamPath()}/performance`, post.path])
    found.push(...(await costsOf(site.world.connection, await seen(path))))
  return [...found, ...(await writeCosts(post))]
}

/** Of the statements with which a comment is stored, done once more on top of one that was taken out again. */
async function writeCosts(post: Post): Promise<Named[]> {
  const [author] = residents
  if (!author) throw new Error('no author')
  let id = 0
  const statements = await statementsOf(async () => {
    id = (await postComment(site.world.db, author, post.conversationId, { body: 'Another thing', parentId: null, clientKey: randomUUID() })).id
  })
  const found: Named[] = []
  for (const [index, statement] of statements.filter(({ text }) => /insert into comments|update conversations/i.test(text)).entries()) {
    const remove = `delete from activities where comment_id = ${id}; delete from comments where id = ${id}`
    found.push({ what: `write ${index}`, ...(await costOf(site.world.connection, statement, 'custom', remove)) })
  }
  return found
}
