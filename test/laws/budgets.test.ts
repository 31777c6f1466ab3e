/**
 * What a page may cost, counted instead of timed: round trips, writes, bytes, and the pages of the database that a statement touches.
 */
import { randomUUID } from 'node:crypto'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { PAGE_SIZE } from '../../src/conversations/thread.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { saveSaid, saveTexts } from '../bench/fill.ts'
import { converse, placeUnder } from '../bench/thread.ts'
import { ACCEPT_ENCODING, firstVisit, type Answer } from '../bench/visit.ts'
import { diceOf } from '../bench/words.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { costOf, statementsOf, type Cost, type Statement } from './statements.ts'

const ROUND_TRIPS = 3
const BYTES_OF_A_COMMENT = 0.7 * 1024
const FIRST_VISIT = { bytes: 45 * 1024, requests: 5 }
const FLAT = 1.5
const SHORT = 10_000
const LONG = 100_000

type Post = Awaited<ReturnType<typeof makePost>>

let site: TestApp
let team: TeamName
let officer: SignedIn
let residents: SignedIn[]
const posts: Record<'empty' | 'typical' | 'short' | 'long', Post> = {} as never

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  residents = await Promise.all(['Ann', 'Ben', 'Cleo', 'Dai'].map((name) => makeResident(db, name)))
  for (const name of ['short', 'empty', 'typical', 'long'] as const) posts[name] = await makePost(db, officer, team, `A ${name} conversation`)
  await say(posts.typical, PAGE_SIZE, true)
  await say(posts.short, SHORT)
})
afterAll(() => site.close())

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
    await client.query('vacuum analyze comments, conversations, posts, accounts')
  } finally {
    client.release()
  }
}

const seen = async (path: string): Promise<Statement[]> =>
  statementsOf(async () => {
    const answer = await site.get(path)
    expect(answer.statusCode).toBe(200)
  })

const teamPath = (): string => `/teams/${team.slug}`
const PAGES: [string, () => string][] = [
  ['home', () => '/'],
  ['team', teamPath],
  ['post', () => posts.typical.path],
  ['post with all its comments', () => `${posts.typical.path}?all=yes`],
]

describe('a page for a visitor', () => {
  test.each(PAGES)('%s: few round trips, each of them prepared', async (_name, path) => {
    const statements = await seen(path())
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.length).toBeLessThanOrEqual(ROUND_TRIPS)
    expect(statements.filter(({ name }) => name === null).map(({ text }) => text)).toEqual([])
  })

  test.each([...PAGES, ['directory', () => '/teams'], ['search', () => '/find?q=Bracebridge'], ['log', () => '/moderation-log']] as typeof PAGES)(
    '%s: writes nothing',
    async (_name, path) => {
      const statements = await seen(path())
      expect(statements.filter(({ text }) => /\b(insert|update|delete|truncate|nextval|notify|begin)\b/i.test(text.replace(/"\w+"/g, '')))).toEqual(
        [],
      )
    },
  )

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

  test('is the same in a force that has said ten times as much', { timeout: 120_000 }, async () => {
    const [short, before] = [await seen(posts.short.path), await seen(teamPath())]
    const [talkThen, teamThen, writeThen] = [await costs(short), await costs(before), await writeCosts(posts.short)]
    await say(posts.long, LONG)
    const [talkNow, teamNow, writeNow] = [await costs(await seen(posts.long.path)), await costs(await seen(teamPath())), await writeCosts(posts.long)]
    for (const [then, since] of [
      [talkThen, talkNow],
      [teamThen, teamNow],
      [writeThen, writeNow],
    ] as const) {
      expect(then.length).toBeGreaterThan(0)
      expect(since.map(({ what }) => what)).toEqual(then.map(({ what }) => what))
      for (const [index, cost] of since.entries()) {
        expect(cost, cost.what).toMatchObject({ scanned: cost.scanned.filter((table) => table !== 'comments' && table !== 'posts') })
        expect(cost.sorted, cost.what).toBeLessThanOrEqual(PAGE_SIZE + 1)
        expect(cost.buffers, cost.what).toBeLessThanOrEqual((then[index]?.buffers ?? 0) * FLAT)
      }
    }
  })
})

type Named = Cost & { what: string }

/** Of each statement with the plan for its own values and with the plan for any. */
async function costs(statements: readonly Statement[]): Promise<Named[]> {
  const found: Named[] = []
  for (const statement of statements) {
    for (const plan of ['custom', 'generic'] as const)
      found.push({ what: `${statement.name} ${plan}`, ...(await costOf(site.world.connection, statement, plan)) })
  }
  return found
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
