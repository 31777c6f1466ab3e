/**
 * `npm run bench:network`: the staff network of a force with 200,000 posts, for somebody who follows 200 people and is in 30 circles, in turns with the same pages of a
 * small force. What counts is how many times dearer the first is. `--size=` makes it smaller, `--strict` fails when an aim is missed.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { startEmbedded, type EmbeddedPostgres } from '../../src/database/embedded.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { startChild, type Server } from './child.ts'
import { usedByChildrenOf } from './cores.ts'
import { drive, median } from './load.ts'
import { ACCEPT_ENCODING } from './visit.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const DATA = join(ROOT, '.data', 'bench-network')
const AIM = 1.3
const ROUNDS = 5
const READERS = { amount: 60, connections: 6 }
const SETTINGS = { shared_buffers: '512MB', max_connections: '60', fsync: 'off', synchronous_commit: 'off', max_wal_size: '4GB' }

interface Force {
  posts: number
  staff: number
  circles: number
  /** Of the one who reads. */
  people: number
  memberships: number
}

const SMALL: Force = { posts: 2000, staff: 100, circles: 6, people: 10, memberships: 3 }
const LARGE: Force = { posts: 200_000, staff: 3000, circles: 200, people: 200, memberships: 30 }

const READER = 1

// Everybody is an officer of one of 58 teams; every second post is for all staff, the others stand in circles. Everybody reads along with some of what is new.
const FILL: readonly ((force: Force) => [text: string, values?: unknown[]])[] = [
  ({ staff }) => [
    `insert into accounts (email, display_name) select 's' || n || '@example.police.uk', 'PC Number ' || n from generate_series(1, $1::int) n`,
    [staff],
  ],
  () => [`insert into teams (slug, name) select 'team-' || n, 'Team ' || n from generate_series(1, 58) n`],
  () => [
    `insert into role_grants (account_id, role, team_id, confirmed_by, confirmed_at, expires_at, proposed_by)
    select id, 'officer', 1 + id % 58, case id when 1 then 2 else 1 end, now(), now() + interval '1 year', case id when 3 then 2 else 3 end from accounts`,
  ],
  ({ circles }) => [
    `insert into circles (kind, name, about, founded_at, client_key) select 'open', 'Circle ' || n, 'About', now(), gen_random_uuid() from generate_series(1, $1::int) n`,
    [circles],
  ],
  ({ memberships }) => [
    `insert into circle_members (circle_id, account_id, role, joined_at) select id, ${READER}, 'member', now() from circles where id <= $1`,
    [memberships],
  ],
  ({ posts, circles }) => [
    `insert into conversations (audience, title, path)
    select case n % 2 when 0 then 'staff' else 'circle:' || 1 + n / 2 % $2::int end, 'Post ' || n, '/staff/posts/' || n || '-post' from generate_series(1, $1::int) n`,
    [posts, circles],
  ],
]
const AFTERWARDS: typeof FILL = [
  ({ people }) => [
    `insert into staff_follows (account_id, subject, at) select ${READER}, 'person:' || n, now() from generate_series(2, $1::int + 1) n`,
    [people],
  ],
  ({ memberships }) => [
    `insert into staff_follows (account_id, subject, at) select ${READER}, 'circle:' || n, now() from generate_series(1, $1::int) n`,
    [memberships],
  ],
  ({ people, memberships }) => [
    `insert into home_entries (account_id, post_id, at) select ${READER}, id, published_at from posts
    where author_id between 2 and $1::int + 1 and audience = 'staff' or audience = any (select 'circle:' || n from generate_series(1, $2::int) n)`,
    [people, memberships],
  ],
  () => [
    `insert into home_entries (account_id, post_id, at) select a.id, p.id, p.published_at from accounts a join posts p on p.id % 401 = a.id % 401 where a.id <> ${READER}`,
  ],
  () => ['vacuum analyze'],
]

const POSTS = `insert into posts (audience, kind, state, conversation_id, author_id, official_role, official_team, client_key, title, slug, body, body_html, summary, tags, published_at)
  select audience, 'update', 'published', id, 2 + (id * 7919) % ($1::int - 1), 'officer', 'Team', gen_random_uuid(), 'Post ' || id, 'post', text, '<p>' || text || '</p>', text,
    array['everyday', 'topic-' || id % 50], now() - (1000000 - id) * interval '1 minute'
  from conversations, lateral (select 'What we did on day ' || id || ', and what came of it for the people who asked us to look at it.' as text) t
  where id between $2 and $3`
/** So many at once: a topic of all of them is counted on one row, whose versions can be swept between two transactions only. */
const BATCH = 500

async function fill(connection: Connection, force: Force): Promise<void> {
  await migrateDatabase(connection)
  const client = new pg.Client(connection)
  await client.connect()
  await client.query('set statement_timeout = 0')
  for (const statement of FILL) await client.query(...statement(force))
  for (let from = 1; from <= force.posts; from += BATCH) await client.query(POSTS, [force.staff, from, Math.min(force.posts, from + BATCH - 1)])
  for (const statement of AFTERWARDS) await client.query(...statement(force))
  await client.end()
  const db = openDatabase(connection, 2)
  await openJobs(db, false, (error) => console.error(error))
  await closeJobs()
  await closeDatabase(db)
}

/** Filled once for each version of what fills it. */
async function filled(postgres: EmbeddedPostgres, force: Force): Promise<Connection> {
  const hash = createHash('sha256')
  hash.update(readFileSync(import.meta.filename, 'utf8').split('/** Filled once')[0] ?? '')
  for (const file of ['0016_staff_network.sql', '0017_network_guards.sql', '0020_staff_search.sql'])
    hash.update(readFileSync(join(ROOT, 'migrations', file)))
  const name = `network_${force.posts}_${hash.digest('hex').slice(0, 12)}`
  const connection = { ...postgres.connection, database: name }
  const admin = new pg.Client(postgres.connection)
  await admin.connect()
  const known = await admin.query('select from pg_database where datname = $1', [name])
  if (known.rowCount === 0) {
    const began = Date.now()
    // What earlier versions made of this size is of no use any more.
    const old = await admin.query<{ name: string }>(`select datname as name from pg_database where datname like 'network\\_${force.posts}\\_%'`)
    for (const { name: gone } of old.rows) await admin.query(`drop database ${gone} with (force)`)
    await admin.query(`create database ${name}_unfinished`)
    await fill({ ...connection, database: `${name}_unfinished` }, force)
    await admin.query(`alter database ${name}_unfinished rename to ${name}`)
    console.error(`filled with ${force.posts} posts in ${Math.round((Date.now() - began) / 1000)} seconds; kept for the next run`)
  }
  await admin.end()
  return connection
}

interface Page {
  name: string
  path: string
  cookie: string
}

/** The same pages of both forces. */
async function pagesOf(connection: Connection): Promise<Page[]> {
  const db = openDatabase(connection, 1)
  try {
    const cookie = `${sessionCookieName(false)}=${await db.transaction((tx) => signInActor(tx, READER, 'a browser'))}`
    const one = async (query: ReturnType<typeof sql>) => (await db.execute<{ key: string }>(query)).rows[0]?.key ?? ''
    const middle =
      await one(sql`select (extract(epoch from at) * 1000)::bigint || '-' || post_id as key from home_entries where account_id = ${READER}
      order by at desc offset (select count(*) / 2 from home_entries where account_id = ${READER}) limit 1`)
    const post = await one(sql`select '/staff/posts/' || id || '-post' as key from posts where audience = 'staff' order by id desc offset 7 limit 1`)
    const paths = {
      home: '/staff',
      'home, half-way down': `/staff?after=${middle}`,
      everyone: '/staff/everyone',
      'the topic of every post': '/staff/topics/everyday',
      'a topic': '/staff/topics/topic-8',
      'a circle': '/staff/circles/2',
      'a post': post,
    }
    return Object.entries(paths).map(([name, path]) => ({ name, path, cookie }))
  } finally {
    await closeDatabase(db)
  }
}

/** Milliseconds of processor time of application and database for each request. */
async function cost(app: Server, postgres: number, { name, path, cookie }: Page): Promise<number> {
  const began = (await app.usage()).cpu + (usedByChildrenOf(postgres) ?? 0)
  const request = { method: 'GET' as const, path, headers: { 'accept-encoding': ACCEPT_ENCODING, cookie } }
  const load = await drive(app.address, { name, requests: [request], status: 200, few: READERS }, 60, new AbortController().signal)
  const ended = (await app.usage()).cpu + (usedByChildrenOf(postgres) ?? 0)
  return ((ended - began) * 1000) / load.requests
}

async function measure(name: string, turn: () => Promise<[number, number]>): Promise<string[]> {
  const costs: [number, number][] = []
  // The first turn warms both up.
  for (let round = 0; round <= ROUNDS; round++) costs.push(await turn())
  const taken = costs.slice(1)
  const ratio = median(taken.map(([small, large]) => large / small))
  if (ratio > AIM && process.argv.includes('--strict')) process.exitCode = 1
  const [small, large] = [median(taken.map(([one]) => one)), median(taken.map(([, other]) => other))]
  return [name, small.toFixed(2), large.toFixed(2), ratio.toFixed(2), ratio <= AIM ? 'met' : 'MISSED']
}

async function main(): Promise<void> {
  const posts = Number(process.argv.find((word) => word.startsWith('--size='))?.slice(7) ?? LARGE.posts)
  const postgres = await startEmbedded(DATA, SETTINGS)
  const servers: Server[] = []
  try {
    const connections = [await filled(postgres, SMALL), await filled(postgres, { ...LARGE, posts })]
    for (const connection of connections)
      servers.push(await startChild('server.ts', { BENCH_CONNECTION: JSON.stringify(connection), UPLOADS_DIR: 'test/output/uploads' }))
    const pid = await postmasterOf(connections[0] ?? {})
    const [little = [], much = []] = await Promise.all(connections.map(pagesOf))
    const [quiet, busy] = servers
    if (!quiet || !busy) throw new Error('a server is missing')
    const rows = [
      ['', `${SMALL.posts.toLocaleString('en-GB')} posts, ms`, `${posts.toLocaleString('en-GB')} posts, ms`, 'times dearer', `aim ≤ ${AIM}`],
    ]
    for (const [index, page] of much.entries()) {
      const other = little[index]
      if (other) rows.push(await measure(page.name, async () => [await cost(quiet, pid, other), await cost(busy, pid, page)]))
    }
    console.log('Processor time of application and database for each request, in turns within this run:\n')
    const widths = (rows[0] ?? []).map((_head, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    for (const row of rows)
      console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '))
  } finally {
    for (const server of servers) await server.stop()
    await postgres.stop()
  }
}

/** The process that starts all the others of the database. */
async function postmasterOf(connection: Connection): Promise<number> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  const { rows } = await client.query<{ line: string }>(`select split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as line`)
  await client.end()
  return Number(rows[0]?.line)
}

await main()
