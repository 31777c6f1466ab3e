/**
 * `npm run bench:fan-out`: one post of a team with 100,000 followers. How long until every mail is stored, how many leave in a minute, and what
 * readers and somebody who signs in notice of it: as a share of the same without. `--followers=5000` for a quick look.
 */
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, isNotNull } from 'drizzle-orm'
import { closeDatabase, openDatabase, type Connection, type Database } from '../../src/database/database.ts'
import { startEmbedded } from '../../src/database/embedded.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { sendMail } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { registerEchoes } from '../../src/register.ts'
import { readConfig } from '../../src/config.ts'
import { teams } from '../../src/teams/schema.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { startChild, type Server } from './child.ts'
import { median } from './load.ts'

const wish = (name: string, otherwise: number): number =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise)
const FOLLOWERS = wish('followers', 100_000)
/** Seconds in which the rate of delivery is measured. */
const SENDING = wish('seconds', 60)
const HONEST = { shared_buffers: '256MB', max_connections: '60' }

interface Sink {
  port: string
  taken(): Promise<number>
  /** Resolves when a mail to this address has come. */
  arrival(address: string): Promise<void>
}

/** The mail server beside it, asked over HTTP. */
async function sinkAt({ address }: Server): Promise<Sink> {
  const ask = async (path: string): Promise<string> => (await fetch(`${address}${path}`)).text()
  return {
    port: await ask('/port'),
    taken: async () => Number(await ask('/taken')),
    arrival: async (to) => void (await ask(`/arrival?to=${encodeURIComponent(to)}`)),
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Milliseconds of one page, asked for by one reader. */
async function pageTime(address: string): Promise<number> {
  const began = performance.now()
  const answer = await fetch(address)
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`)
  return performance.now() - began
}

/** Milliseconds from the form to the mail server. */
async function signInTime(db: Database, sink: Sink): Promise<number> {
  const to = `${randomUUID()}@example.org`
  const began = performance.now()
  await db.transaction((tx) => sendMail(tx, { key: `sign-in:${to}`, to, subject: 'Sign in', text: 'Here is your link.' }))
  await sink.arrival(to)
  return performance.now() - began
}

interface Noticed {
  page: number
  signIn: number
}

async function noticed(db: Database, sink: Sink, address: string, rounds: number): Promise<Noticed> {
  const [pages, signIns]: number[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (let page = 0; page < 20; page++) pages?.push(await pageTime(address))
    signIns?.push(await signInTime(db, sink))
  }
  return { page: median(pages ?? []), signIn: median(signIns ?? []) }
}

const addFollowers = (db: Database, key: string) =>
  db.$client.query(
    `with made as (insert into followers (email) select 'reader' || n || '@example.org' from generate_series(1, ${FOLLOWERS}) n returning id)
     insert into follows (follower_id, key, rhythm) select id, '${key}', 'instant' from made`,
  )

interface Bench {
  db: Database
  sink: Sink
  web: Server
  /** Starts the work behind the pages as a process of its own, as compose.yaml does, at that pace. */
  startMailer(perMinute: number): Promise<Server>
}

/** The pace that is set where nobody says another. */
const PACE = 3000
const UNLIMITED = 1_000_000

async function measure({ db, sink, web, startMailer }: Bench): Promise<string[][]> {
  const paced = await startMailer(PACE)
  const address = await fill(db, web)
  await noticed(db, sink, address, 2)
  const before = await noticed(db, sink, address, 5)
  const rest = await paced.usage()
  const began = performance.now()
  const published = await publish(db)
  const during = await noticed(db, sink, address, 5)
  while ((await db.$count(mails, isNotNull(mails.followerId))) < FOLLOWERS) await pause(200)
  const stored = (performance.now() - began) / 1000
  const sending = await noticed(db, sink, address, 5)
  await paced.stop()
  const atFull = await measureRate(sink, await startMailer(UNLIMITED))
  return [
    ['followers', FOLLOWERS.toLocaleString('en-GB')],
    ['publishing the post, ms', published.toFixed(0)],
    ['until every mail is stored, s', stored.toFixed(1)],
    ['memory of the worker before, MiB', inMiB(rest.rss)],
    ...atFull,
    ['page without, ms', before.page.toFixed(1)],
    ['sign-in mail without, ms', before.signIn.toFixed(0)],
    ...compared('mails are stored', during, before),
    ...compared(`${PACE} mails leave a minute`, sending, before),
  ]
}

const TEAM = 'Bracebridge Heath'

/** A team with its followers and a post; answers the address of its page. */
async function fill(db: Database, web: Server): Promise<string> {
  const team = await makeTeam(db, TEAM)
  await makePost(db, await makeStaff(db, 'PC Adeyemi', 'officer', team), team, 'An earlier post')
  await db.$client.query('set statement_timeout = 0')
  await addFollowers(db, `team:${team.id}`)
  await db.$client.query('analyze')
  return `${web.address}/teams/${team.slug}`
}

async function publish(db: Database): Promise<number> {
  const [team] = await db.select().from(teams).where(eq(teams.name, TEAM))
  if (!team) throw new Error('no team')
  const officer = await makeStaff(db, 'PC Marsh', 'officer', team)
  const began = performance.now()
  await makePost(db, officer, team, 'One post for all')
  return performance.now() - began
}

async function measureRate(sink: Sink, mailer: Server): Promise<string[][]> {
  const [from, start, before] = [await sink.taken(), performance.now(), await mailer.usage()]
  while (performance.now() - start < SENDING * 1000 && (await sink.taken()) < FOLLOWERS) await pause(200)
  const [sent, after] = [(await sink.taken()) - from, await mailer.usage()]
  return [
    ['mails a minute, with a server that takes all', ((sent / (performance.now() - start)) * 60_000).toFixed(0)],
    ['processor time of the worker, ms for each mail sent', (((after.cpu - before.cpu) * 1000) / Math.max(1, sent)).toFixed(2)],
    ['memory of the worker then, MiB', inMiB(after.rss)],
  ]
}

const inMiB = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

const compared = (name: string, one: Noticed, before: Noticed): string[][] => [
  [`page, while ${name}, of without`, (one.page / before.page).toFixed(2)],
  [`sign-in mail, while ${name}, of without`, (one.signIn / before.signIn).toFixed(2)],
]

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blue-lamp-fan-out-'))
  chmodSync(folder, 0o755)
  const postgres = await startEmbedded(folder, HONEST)
  const servers: Server[] = []
  const start = async (program: string, env: Record<string, string> = {}): Promise<Server> => {
    const server = await startChild(program, env)
    servers.push(server)
    return server
  }
  try {
    await migrateDatabase(postgres.connection)
    const db = openDatabase(postgres.connection satisfies Connection, 1)
    await openJobs(db, false, (error) => console.error(error.message))
    registerEchoes(readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://given-as-a-connection' }))
    const env = { BENCH_CONNECTION: JSON.stringify(postgres.connection), UPLOADS_DIR: join(folder, 'uploads') }
    const sink = await sinkAt(await start('sink.ts'))
    const startMailer = (perMinute: number) =>
      start('mailer.ts', { ...env, SMTP_URL: `smtp://127.0.0.1:${sink.port}`, MAIL_PER_MINUTE: String(perMinute) })
    const rows = await measure({ db, sink, web: await start('server.ts', env), startMailer })
    const width = Math.max(...rows.map(([name]) => name?.length ?? 0))
    for (const [name = '', value = ''] of rows) console.log(`${name.padEnd(width)}  ${value.padStart(12)}`)
    await closeJobs()
    await closeDatabase(db)
  } finally {
    for (const server of servers) await server.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
