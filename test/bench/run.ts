/**
 * `npm run bench`: how fast the pages are beside a bare route on the same machine, in turns within one run. Add `--quick` for a shorter one on a smaller
 * force, `--strict` to fail when an aim is missed, `--pinned` to give the servers one core and the readers another,
 * `--only=NAME` to measure what has these words in its name (`--only=screening`: only what the screening finds, without a database),
 * `--profile` to leave a profile of the server's processor time in test/output.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { startChild, type Server } from './child.ts'
import { canPin, pin, usedByChildrenOf } from './cores.ts'
import { openBench } from './database.ts'
import { QUICK, WHOLE } from './fill.ts'
import { drive, median, type Load } from './load.ts'
import { checkPublished, encodingTime, published, somePhotos } from './photos.ts'
import { judge, print, save, type Measured, type Report } from './report.ts'
import { measureScreening, printScreening } from './screening.ts'
import { PUBLISHING, targetsOn, type Target } from './targets.ts'
import { ACCEPT_ENCODING, firstVisit, type Answer } from './visit.ts'

const quick = process.argv.includes('--quick')
const strict = process.argv.includes('--strict')
const pinned = process.argv.includes('--pinned') && canPin()
const profile = process.argv.includes('--profile')
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length)
/** Seconds. */
const PACE = profile
  ? { rounds: 1, page: 12, yardstick: 0.5, warmUp: 1 }
  : quick
    ? { rounds: 2, page: 1.2, yardstick: 0.5, warmUp: 0.7 }
    : { rounds: 4, page: 2.2, yardstick: 1.2, warmUp: 1.5 }

const ending = new AbortController()
process.on('SIGINT', () => ending.abort(new Error('stopped by hand')))
process.on('SIGTERM', () => ending.abort(new Error('stopped by hand')))

const HELLO = { name: 'the yardstick', requests: [{ path: '/' }], status: 200 }

interface Place {
  app: Server
  yardstick: Server
  connection: Connection
  /** The process id of Postgres. */
  postgres: number
}

interface Turn {
  load: Load
  /** Requests a second of the yardstick in the turns before and after. */
  beside: number
  /** Seconds of processor time for each request: of the application, of Postgres, of the yardstick. */
  cpu: { app: number; postgres: number; hello: number }
}

async function measure(place: Place): Promise<Report> {
  const { app, connection } = place
  const { targets: all, teamPath } = await targetsOn(connection)
  const targets = all.filter((target) => !only || target.name.includes(only))
  for (const target of targets) await check(app, target)
  const before = await published(connection)
  const visit = await firstVisit(teamPath, (path) => ask(app, path))
  const rss = { start: (await app.usage()).rss, end: 0 }
  await hello(place)
  for (const target of targets) await drive(app.address, target, PACE.warmUp, ending.signal)
  const turns: Turn[][] = targets.map(() => [])
  const yardsticks: number[] = []
  for (let round = 0; round < PACE.rounds; round++) {
    let before = await hello(place)
    for (const [index, target] of targets.entries()) {
      const { load, app: ofApp, postgres } = await turn(place, target)
      const after = await hello(place)
      turns[index]?.push({ load, beside: (before.rate + after.rate) / 2, cpu: { app: ofApp, postgres, hello: (before.cpu + after.cpu) / 2 } })
      yardsticks.push(before.rate)
      before = after
    }
    say(`round ${round + 1} of ${PACE.rounds}`)
  }
  rss.end = (await app.usage()).rss
  const measured = targets.map((target, index) => summarise(target, turns[index] ?? []))
  const sent = turns[targets.findIndex(({ name }) => name === PUBLISHING)]?.reduce((sum, { load }) => sum + load.requests, 0)
  if (sent !== undefined) await checkPublished(connection, before.count, sent, (path) => ask(app, path))
  const encoding = sent === undefined ? null : await encodingTime(await somePhotos())
  return { ...judge(measured, visit), yardstick: median(yardsticks), visit, rss, encoding, quick, pinned }
}

async function hello({ yardstick }: Place): Promise<{ rate: number; cpu: number }> {
  const began = (await yardstick.usage()).cpu
  const { rate, requests } = await drive(yardstick.address, HELLO, PACE.yardstick, ending.signal)
  return { rate, cpu: ((await yardstick.usage()).cpu - began) / requests }
}

async function turn({ app, postgres }: Place, target: Target): Promise<{ load: Load; app: number; postgres: number }> {
  const began = { app: (await app.usage()).cpu, postgres: usedByChildrenOf(postgres) ?? 0 }
  const load = await drive(app.address, target, PACE.page, ending.signal)
  // What the readers left behind when they hung up is finished before the next turn.
  await ask(app, '/robots.txt')
  const ended = { app: (await app.usage()).cpu, postgres: usedByChildrenOf(postgres) ?? 0 }
  return { load, app: (ended.app - began.app) / load.requests, postgres: (ended.postgres - began.postgres) / load.requests }
}

function summarise(target: Target, turns: readonly Turn[]): Measured {
  const of = (value: (turn: Turn) => number): number => median(turns.map(value))
  const shares = turns.map(({ load, beside }) => load.rate / beside)
  return {
    name: target.name,
    aim: target.aim,
    signedOut: target.signedOut,
    rate: of(({ load }) => load.rate),
    share: median(shares),
    spread: [Math.min(...shares), Math.max(...shares)],
    p50: of(({ load }) => load.p50),
    p95: of(({ load }) => load.p95),
    p99: of(({ load }) => load.p99),
    bytes: of(({ load }) => load.bytes),
    cpu: {
      app: of(({ cpu }) => cpu.app * 1000),
      postgres: of(({ cpu }) => cpu.postgres * 1000),
      share: of(({ cpu }) => cpu.hello / (cpu.app + cpu.postgres)),
    },
  }
}

async function ask(app: Server, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { get } = await import('node:http')
  const { gunzipSync, brotliDecompressSync, zstdDecompressSync, inflateSync } = await import('node:zlib')
  const unpack: Record<string, (bytes: Buffer) => Buffer> = {
    gzip: gunzipSync,
    br: brotliDecompressSync,
    zstd: zstdDecompressSync,
    deflate: inflateSync,
  }
  return new Promise((resolve, reject) => {
    get(`${app.address}${path}`, { headers: { 'accept-encoding': ACCEPT_ENCODING, ...headers } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const body = Buffer.concat(chunks)
        const text = (unpack[answer.headers['content-encoding'] ?? '']?.(body) ?? body).toString()
        resolve({ status: answer.statusCode ?? 0, bytes: body.length + answer.rawHeaders.join('    ').length, text })
      })
    }).on('error', reject)
  })
}

/** A page that is not what it should be must not be measured. */
async function check(app: Server, target: Target): Promise<void> {
  const [request] = target.requests
  if (request?.path === undefined) return
  const { status, text } = await ask(app, request.path, request.headers)
  const shown = target.shows && (text.match(target.shows.what)?.length ?? 0)
  if (status !== target.status) throw new Error(`${target.name}: ${request.path} answers ${status}`)
  if (target.shows && shown !== target.shows.count)
    throw new Error(`${target.name}: ${request.path} shows ${shown} of ${target.shows.what} instead of ${target.shows.count}`)
}

/** Whether what was acknowledged is there and was flushed. */
async function checkWritten(connection: Connection, before: number, least: number): Promise<void> {
  const written = (await count(connection)) - before
  if (written < least) throw new Error(`only ${written} of at least ${least} comments are there`)
}

async function count(connection: Connection): Promise<number> {
  const db = openDatabase(connection, 1)
  const found = await db.$client.query<{ count: string; flushed: boolean }>(
    `select count(*), current_setting('fsync') = 'on' and current_setting('synchronous_commit') = 'on' as flushed from comments where state = 'published'`,
  )
  await closeDatabase(db)
  if (found.rows[0]?.flushed !== true) throw new Error('this database does not flush')
  return Number(found.rows[0].count)
}

const say = (text: string): void => console.error(text)

async function main(): Promise<void> {
  const screening = measureScreening()
  printScreening(screening)
  if (only === 'screening') return
  const bench = await openBench(quick ? QUICK : WHOLE, say)
  const children: Server[] = []
  const uploads = await mkdtemp(join(tmpdir(), 'blue-lamp-bench-'))
  try {
    ending.signal.throwIfAborted()
    const execArgv = profile ? ['--cpu-prof', '--cpu-prof-dir=test/output'] : []
    const app = await startChild('server.ts', { BENCH_CONNECTION: JSON.stringify(bench.connection), UPLOADS_DIR: uploads }, execArgv)
    children.push(app)
    const yardstick = await startChild('yardstick.ts')
    children.push(yardstick)
    if (pinned) pin({ servers: [app.pid, yardstick.pid, bench.pid], readers: process.pid })
    const before = await count(bench.connection)
    const report = await measure({ app, yardstick, connection: bench.connection, postgres: bench.pid })
    await checkWritten(bench.connection, before, only ? 0 : 1)
    print(report)
    save({ ...report, screening })
    if (strict && report.aims.some((aim) => !aim.met)) process.exitCode = 1
  } finally {
    for (const child of children) await child.stop()
    await bench.stop()
    await rm(uploads, { recursive: true, force: true })
  }
}

const deadline = setTimeout(() => ending.abort(new Error('this took too long')), 8 * 60_000)
deadline.unref()
await main().catch((problem: unknown) => {
  console.error(problem instanceof Error ? problem.message : problem)
  process.exitCode = 1
})
