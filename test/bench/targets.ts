/**
 * What is measured, as which reader, and what it aims at.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Request } from 'autocannon'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import { closeDatabase, openDatabase, type Connection, type Database } from '../../src/database/database.ts'
import { ASKED, BUSY_TEAM, LONG } from './fill.ts'
import { publishing, somePhotos, type Publisher } from './photos.ts'
import { ACCEPT_ENCODING } from './visit.ts'
import { commentText, diceOf, pick } from './words.ts'

export interface Target {
  name: string
  /** Share of the yardstick that it should reach. */
  aim: number | null
  /** The target that shows the same page to a visitor. */
  signedOut: string | null
  requests: Request[]
  status: number
  /** What the answer must show so many times: a page that shows fewer than it should would be measured too fast. */
  shows: { what: RegExp; count: number } | null
  /** For work that takes so long that a few seconds would cut most of it off: so many requests, on so many connections. */
  few?: { amount: number; connections: number }
}

const comments = (count: number): Target['shows'] => ({ what: /<article class="c[ "]/g, count })
const waiting = (count: number): Target['shows'] => ({ what: /<li class="row[ "]/g, count })

interface Places {
  team: string
  posts: Map<number, string>
  /** Conversations to comment in. */
  conversations: number[]
  /** Cookies of residents whose comments appear at once. */
  cookies: string[]
  /** Of an officer of the team for which little waits, and of one of the team for which much does. */
  desks: { little: string; much: string }
  publishers: Publisher[]
}

/** The limit of comments in ten minutes stays in force, so many people have to write. */
const WRITERS = 2000
const READERS = 50

export async function targetsOn(connection: Connection): Promise<{ targets: Target[]; teamPath: string }> {
  const places = await placesOf(connection)
  const post = (id: number): string => places.posts.get(id) ?? ''
  const pages = [
    { name: 'home', path: '/', aim: null, shows: null },
    { name: 'team', path: places.team, aim: 0.012, shows: null },
    { name: 'first 50 of 1,000', path: post(LONG.thousand), aim: 0.014, shows: comments(50) },
    { name: 'first 50 of the longest', path: post(LONG.hundredThousand), aim: null, shows: comments(50) },
    { name: '200 comments whole', path: `${post(LONG.whole)}?all=yes`, aim: 0.008, shows: comments(200) },
  ]
  const visitors = pages.map((page): Target => ({ ...page, signedOut: null, requests: [reading(page.path)], status: 200 }))
  const readers = pages
    .filter(({ name }) => name !== 'first 50 of the longest')
    .map((page): Target => ({
      ...page,
      name: `${page.name}, signed in`,
      aim: null,
      signedOut: page.name,
      requests: places.cookies.slice(0, READERS).map((cookie) => reading(page.path, cookie)),
      status: 200,
    }))
  const writing: Target = {
    name: 'post a comment',
    aim: 0.008,
    signedOut: null,
    requests: [writer(places)],
    status: 303,
    shows: null,
  }
  return { targets: [...visitors, ...readers, ...desks(places), writing, await uploading(places)], teamPath: places.team }
}

export const PUBLISHING = 'publish with two photos'

const desks = ({ desks: { little, much } }: Places): Target[] =>
  [
    { name: 'desk with 5 open questions', path: '/officers', cookie: little, shows: waiting(5) },
    { name: 'desk with 500 open questions', path: '/officers', cookie: much, shows: waiting(8) },
    { name: 'questions by time left', path: '/officers/questions', cookie: much, shows: waiting(20) },
  ].map(({ path, cookie, ...target }) => ({ ...target, aim: null, signedOut: null, requests: [reading(path, cookie)], status: 200 }))

const uploading = async ({ publishers }: Places): Promise<Target> => ({
  name: PUBLISHING,
  aim: null,
  signedOut: null,
  requests: [publishing(publishers, await somePhotos())],
  status: 303,
  shows: null,
  few: { amount: 12, connections: 4 },
})

const reading = (path: string, cookie?: string): Request => ({
  method: 'GET',
  path,
  headers: { 'accept-encoding': ACCEPT_ENCODING, accept: 'text/html', ...(cookie ? { cookie } : {}) },
})

/** A new comment each time, by the next person, somewhere else. */
function writer({ conversations, cookies }: Places): Request {
  const dice = diceOf(1066)
  const texts = Array.from({ length: 500 }, () => commentText(dice))
  let turn = 0
  const setupRequest = (request: Request): Request => ({
    ...request,
    method: 'POST',
    path: `/conversations/${pick(dice, conversations)}/comments`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      'accept-encoding': ACCEPT_ENCODING,
      cookie: cookies[turn++ % cookies.length] ?? '',
    },
    body: new URLSearchParams({ body: pick(dice, texts), key: randomUUID() }).toString(),
  })
  return { setupRequest }
}

async function placesOf(connection: Connection): Promise<Places> {
  const db = openDatabase(connection, 2)
  try {
    const team = await db.execute<{ slug: string }>(sql`select slug from teams where id = ${BUSY_TEAM}`)
    const posts = await db.execute<{ id: string; path: string }>(sql`select id, path from conversations where id <= 4`)
    const conversations = await db.execute<{ id: string }>(
      sql`select id from conversations where id > 4 and audience = 'public' order by id limit 2000`,
    )
    const residents = await db.execute<{ id: string }>(sql`
      select id from accounts a where published_count >= 2 and not exists (select from role_grants where account_id = a.id) order by id limit ${WRITERS}`)
    const officers = await db.execute<{ id: string; team: string; slug: string }>(sql`
      select g.account_id as id, t.id as team, t.slug from role_grants g join teams t on t.id = g.team_id where g.role = 'officer' order by g.account_id % 6, t.id`)
    const cookies = await cookiesOf(db, residents.rows)
    const publishers = (await cookiesOf(db, officers.rows)).map((cookie, at) => ({ cookie, team: `/teams/${officers.rows[at]?.slug}` }))
    const deskOf = ({ team: id }: { team: number }): string =>
      publishers[officers.rows.findIndex((officer) => Number(officer.team) === id)]?.cookie ?? ''
    return {
      team: `/teams/${team.rows[0]?.slug}`,
      posts: new Map(posts.rows.map((post) => [Number(post.id), post.path])),
      conversations: conversations.rows.map(({ id }) => Number(id)),
      cookies,
      desks: { little: deskOf(ASKED.little), much: deskOf(ASKED.much) },
      publishers,
    }
  } finally {
    await closeDatabase(db)
  }
}

const cookiesOf = (db: Database, people: readonly { id: string }[]): Promise<string[]> =>
  db.transaction(async (tx) => {
    const signedIn: string[] = []
    for (const { id } of people) signedIn.push(`${sessionCookieName(false)}=${await signInActor(tx, Number(id), 'a browser')}`)
    return signedIn
  })
