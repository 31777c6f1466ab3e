/**
 * `npm run bench:streams`: many open streams on one process. What a stream costs in memory, and how long a comment takes from its commit to the last
 * of its readers, beside what the same machine takes to answer as many bare requests. `--streams 500` for fewer; `--strict` fails when an aim is missed.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { startEmbedded } from '../../src/database/embedded.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { startChild, type Server } from './child.ts'

const { values } = parseArgs({ options: { streams: { type: 'string', default: '5000' }, strict: { type: 'boolean', default: false } } })
const STREAMS = Number(values.streams)
const ROUNDS = 20
/** Aims. The delay in yardsticks: the time in which this machine answers one bare request for each stream. */
const MEMORY = 40 * 1024
const DELAY = 1

interface Reader {
  socket: Socket
  heard: string
}

/** One address may not have them all: they come from 127.0.0.x. */
const addressOf = (number: number): string => `127.0.0.${2 + Math.floor(number / 200)}`

async function openReader(server: URL, path: string, number: number, onHeard: (reader: Reader) => void): Promise<Reader> {
  const socket = connect({ host: server.hostname, port: Number(server.port), localAddress: addressOf(number) })
  const reader: Reader = { socket, heard: '' }
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${server.host}\r\naccept: text/event-stream\r\n\r\n`)
  await new Promise<void>((resolve, reject) => {
    socket.setEncoding('latin1').on('data', (text: string) => {
      reader.heard = (reader.heard + text).slice(-2000)
      if (reader.heard.includes('event:begin')) resolve()
      onHeard(reader)
    })
    socket.once('close', () => reject(new Error(`a stream ended: ${reader.heard.slice(0, 200)}`)))
  })
  return reader
}

/** Milliseconds in which the bare server answers one request on each of so many connections, the last of them too. */
async function yardstick(server: Server, connections: number): Promise<number> {
  const url = new URL(server.address)
  const sockets = await Promise.all(
    Array.from({ length: connections }, async (_, number) => {
      const socket = connect({ host: url.hostname, port: Number(url.port), localAddress: addressOf(number) })
      await once(socket, 'connect')
      return socket
    }),
  )
  const began = performance.now()
  const answers = sockets.map((socket) => once(socket, 'data'))
  for (const socket of sockets) socket.write(`GET / HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`)
  await Promise.all(answers)
  const took = performance.now() - began
  for (const socket of sockets) socket.destroy()
  return took
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

async function measure(connection: Connection, say: (text: string) => void): Promise<boolean> {
  const db = openDatabase(connection, 2)
  await openJobs(db, false, (error) => console.error(error))
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const { conversationId } = await makePost(db, officer, team)
  const resident = await makeResident(db, 'Maureen T')
  const app = await startChild('server.ts', { BENCH_CONNECTION: JSON.stringify(connection), UPLOADS_DIR: 'test/output/uploads' })
  const bare = await startChild('yardstick.ts')
  const readers: Reader[] = []
  try {
    await (await fetch(`${app.address}/teams/${team.slug}`)).text()
    const before = (await app.usage()).rss
    let wanted = ''
    let missing = 0
    let done = (): void => {}
    const onHeard = (reader: Reader): void => {
      if (wanted === '' || !reader.heard.includes(wanted)) return
      reader.heard = ''
      if (--missing === 0) done()
    }
    say(`opening ${STREAMS} streams`)
    const began = performance.now()
    for (let number = 0; number < STREAMS; number += 50) {
      const some = Array.from({ length: Math.min(50, STREAMS - number) }, (_, index) => number + index)
      readers.push(
        ...(await Promise.all(some.map((each) => openReader(new URL(app.address), `/live?topics=conversation:${conversationId}`, each, onHeard)))),
      )
    }
    const opening = (performance.now() - began) / STREAMS
    const memory = ((await app.usage()).rss - before) / STREAMS

    const delays: number[] = []
    const bases: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      bases.push(await yardstick(bare, STREAMS))
      const all = new Promise<void>((resolve) => (done = resolve))
      missing = STREAMS
      // The signal may be quicker than the answer that says which comment it is: whatever comes now is it.
      wanted = 'comment.added'
      const { id } = await postComment(db, resident, conversationId, { body: `Comment ${round}.`, parentId: null, clientKey: randomUUID() })
      const committed = performance.now()
      await Promise.race([
        all,
        new Promise((_, reject) => setTimeout(() => reject(new Error(`comment ${id} did not reach ${missing} readers`)), 30_000).unref()),
      ])
      delays.push(performance.now() - committed)
      wanted = ''
    }
    delays.sort((one, other) => one - other)
    bases.sort((one, other) => one - other)
    const base = at(bases, 0.5)
    const [p50, p99] = [at(delays, 0.5), at(delays, 0.99)]
    console.log(`${STREAMS} streams on one process, opened in ${opening.toFixed(2)} ms each`)
    console.log(`memory of a stream        ${(memory / 1024).toFixed(1)} KiB (aim: ${MEMORY / 1024} or less)`)
    console.log(`commit to the last reader p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`)
    console.log(`yardstick                 ${base.toFixed(0)} ms for one bare request on each of ${STREAMS} connections`)
    console.log(`delay in yardsticks       p50 ${(p50 / base).toFixed(2)}, p99 ${(p99 / base).toFixed(2)} (aim: p50 ${DELAY} or less)`)
    return memory <= MEMORY && p50 / base <= DELAY
  } finally {
    for (const { socket } of readers) socket.removeAllListeners('close').destroy()
    await Promise.all([app.stop(), bare.stop()])
    await closeJobs()
    await closeDatabase(db)
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blue-lamp-streams-'))
  // As root, Postgres runs as another user, who must be able to walk down to its data.
  chmodSync(folder, 0o755)
  const postgres = await startEmbedded(folder, { max_connections: '40' })
  try {
    await migrateDatabase(postgres.connection)
    const met = await measure(postgres.connection, (text) => console.error(text))
    if (values.strict && !met) process.exitCode = 1
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
