/**
 * `npm run bench:press-office`: the queue and a case with 50,000 cases waiting among a million comments, in turns with the same pages where 500 wait.
 * What counts is how many times dearer the first is. `--strict` fails when an aim is missed.
 */
import { sql } from 'drizzle-orm'
import { sessionCookieName, signInActor } from '../../src/accounts/session.ts'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { startChild, type Server } from './child.ts'
import { usedByChildrenOf } from './cores.ts'
import { openBenches } from './database.ts'
import { PRESS } from './fill.ts'
import { drive, median } from './load.ts'
import { ACCEPT_ENCODING } from './visit.ts'

const AIM = 1.3
const ROUNDS = 5
/** As many as a busy desk has, and few enough that none is sent away. */
const DESK = { amount: 80, connections: 8 }

interface Page {
  name: string
  path: string
  cookie: string
}

/** The same pages on both databases, by name. */
async function pagesOn(connection: Connection): Promise<Page[]> {
  const db = openDatabase(connection, 1)
  try {
    const { rows } = await db.execute<{ id: string; role: string }>(
      sql`select account_id as id, role from role_grants where role in ('press-office', 'supervisor') order by role, account_id`,
    )
    const cookieOf = (role: string) =>
      db.transaction(async (tx) => {
        const id = Number(rows.find((row) => row.role === role)?.id)
        return `${sessionCookieName(false)}=${await signInActor(tx, id, 'a browser')}`
      })
    const [press, sergeant] = [await cookieOf('press-office'), await cookieOf('supervisor')]
    const one = async (condition: ReturnType<typeof sql>) =>
      Number((await db.execute<{ id: string }>(sql`select id from cases where ${condition} order by id offset 20 limit 1`)).rows[0]?.id)
    const middle = await db.execute<{ due: string; id: string }>(
      sql`select (extract(epoch from due_at) * 1000)::bigint as due, id from cases where waits and not urgent order by due_at, id
          offset (select count(*) / 2 from cases where waits and not urgent) limit 1`,
    )
    const deep = `s-${middle.rows[0]?.due}-${middle.rows[0]?.id}`
    const paths: [string, string, string?][] = [
      ['queue', '/moderation'],
      ['queue, half-way down', `/moderation?after=${deep}`],
      ...['mine', 'unassigned', 'urgent', 'overdue', 'escalated', 'appeals'].map((view): [string, string] => [
        `queue: ${view}`,
        `/moderation?view=${view}`,
      ]),
      ['queue of one team', '/moderation?team=1'],
      ['queue of a sergeant', '/moderation', sergeant],
      ['case, held', `/moderation/cases/${await one(sql`waits and cause = 'held'`)}`],
      ['case, flagged', `/moderation/cases/${await one(sql`waits and cause = 'flagged'`)}`],
      ['public log', '/moderation-log'],
    ]
    return paths.map(([name, path, cookie = press]) => ({ name, path, cookie }))
  } finally {
    await closeDatabase(db)
  }
}

/** Milliseconds of processor time of application and database for each request. */
async function cost(app: Server, postgres: number, page: Page): Promise<number> {
  const began = (await app.usage()).cpu + (usedByChildrenOf(postgres) ?? 0)
  const headers = { 'accept-encoding': ACCEPT_ENCODING, cookie: page.cookie }
  const request = { method: 'GET' as const, path: page.path, headers }
  const load = await drive(app.address, { name: page.name, requests: [request], status: 200, few: DESK }, 60, new AbortController().signal)
  const ended = (await app.usage()).cpu + (usedByChildrenOf(postgres) ?? 0)
  return ((ended - began) * 1000) / load.requests
}

async function main(): Promise<void> {
  const bench = await openBenches([PRESS.little, PRESS.much], (text) => console.error(text))
  const servers: Server[] = []
  try {
    for (const connection of bench.connections)
      servers.push(await startChild('server.ts', { BENCH_CONNECTION: JSON.stringify(connection), UPLOADS_DIR: 'test/output/uploads' }))
    const [little = [], much = []] = await Promise.all(bench.connections.map(pagesOn))
    const [quiet, busy] = servers
    if (!quiet || !busy) throw new Error('a server is missing')
    const rows: string[][] = [['', '500 cases, ms', '50,000 cases, ms', 'times dearer', `aim ≤ ${AIM}`]]
    for (const [index, page] of much.entries()) {
      const other = little[index]
      if (!other) continue
      const [small, large, ratios]: number[][] = [[], [], []]
      // The first turn warms both up.
      for (let round = 0; round <= ROUNDS; round++) {
        const [one, two] = [await cost(quiet, bench.pid, other), await cost(busy, bench.pid, page)]
        if (round === 0) continue
        small?.push(one)
        large?.push(two)
        ratios?.push(two / one)
      }
      const ratio = median(ratios ?? [])
      if (ratio > AIM && process.argv.includes('--strict')) process.exitCode = 1
      rows.push([page.name, median(small ?? []).toFixed(2), median(large ?? []).toFixed(2), ratio.toFixed(2), ratio <= AIM ? 'met' : 'MISSED'])
    }
    console.log('Processor time of application and database for each request, in turns within this run:\n')
    const widths = (rows[0] ?? []).map((_head, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    for (const row of rows)
      console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '))
  } finally {
    for (const server of servers) await server.stop()
    await bench.stop()
  }
}

await main()
