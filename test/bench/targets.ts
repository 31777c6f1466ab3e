/**
 * What is measured, as which reader, and what it aims at.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Request } from 'autocannon'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { BUSY_TEAM, LONG } from './fill.ts'
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
  /** Comments that the answer must show: a page that shows fewer than it should would be measured too fast. */
  comments: number | null
  path: string
}

interface Places {
  team: string
  posts: Map<number, string>
  /** Conversations to comment in. */
  conversations: number[]
  /** Cookies of residents whose comments appear at once. */
  cookies: string[]
}

/** The limit of comments in ten minutes stays in force, so many people have to write. */
const WRITERS = 2000
const READERS = 50

export async function targetsOn(connection: Connection): Promise<{ targets: Target[]; teamPath: string }> {
  const places = await placesOf(connection)
  const post = (id: number): string => places.posts.get(id) ?? ''
  const pages = [
    { name: 'home', path: '/', aim: null, comments: null },
    { name: 'team', path: places.team, aim: 0.012, comments: null },
    { name: 'first 50 of 1,000', path: post(LONG.thousand), aim: 0.014, comments: 50 },
    { name: 'first 50 of the longest', path: post(LONG.hundredThousand), aim: null, comments: 50 },
    { name: '200 comments whole', path: `${post(LONG.whole)}?all=yes`, aim: 0.008, comments: 200 },
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
    comments: null,
    path: '/conversations/:id/comments',
  }
  return { targets: [...visitors, ...readers, writing], teamPath: places.team }
}

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
    const conversations = await db.execute<{ id: string }>(sql`select id from conversations where id > 4 order by id limit 2000`)
    const residents = await db.execute<{ id: string }>(sql`
      select id from accounts a where published_count >= 2 and not exists (select from role_grants where account_id = a.id) order by id limit ${WRITERS}`)
    const cookies = await db.transaction(async (tx) => {
      const signedIn: string[] = []
      for (const { id } of residents.rows) signedIn.push(`${sessionCookieName(false)}=${await signInActor(tx, Number(id), 'a browser')}`)
      return signedIn
    })
    return {
      team: `/teams/${team.rows[0]?.slug}`,
      posts: new Map(posts.rows.map((post) => [Number(post.id), post.path])),
      conversations: conversations.rows.map(({ id }) => Number(id)),
      cookies,
    }
  } finally {
    await closeDatabase(db)
  }
}
