/**
 * The database that is measured: honest about its disk, filled once for each version of what fills it, and fresh for each run.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { startEmbedded, type EmbeddedPostgres } from '../../src/database/embedded.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { fill, type Size } from './fill.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const DATA = join(ROOT, '.data', 'bench')
const COMMON = { shared_buffers: '512MB', max_connections: '60' }
/** While it is filled it may lose everything; afterwards what it acknowledged is on the disk. */
const HASTY = {
  ...COMMON,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  maintenance_work_mem: '256MB',
}
const HONEST = { ...COMMON, fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }

export interface Bench {
  connection: Connection
  /** Of the server that starts all the others. */
  pid: number
  stop(): Promise<void>
}

export interface Benches {
  /** One for each size, in the same order, on one server. */
  connections: Connection[]
  /** Of the server that starts all the others. */
  pid: number
  stop(): Promise<void>
}

/** Starts Postgres with a fresh copy of the filled database; fills it first where that has not been done. */
export async function openBench(size: Size, say: (text: string) => void): Promise<Bench> {
  const { connections, pid, stop } = await openBenches([size], say)
  const [connection] = connections
  if (!connection) throw new Error('there is no database to measure')
  return { connection, pid, stop }
}

/** The same with several sizes beside each other. */
export async function openBenches(sizes: readonly Size[], say: (text: string) => void): Promise<Benches> {
  const filled = sizes.map((size) => ({ size, name: `filled_${size.posts}_${hashOf(size)}` }))
  let postgres = await startOwn(HONEST)
  try {
    const known = await onServer(postgres, (query) => Promise.all(filled.map(({ name }) => exists(query, name))))
    if (known.includes(false)) {
      await postgres.stop()
      postgres = await startOwn(HASTY)
      say('filling the database, which is kept for the next run')
      for (const [index, { name, size }] of filled.entries()) if (!known[index]) await fillOnce(postgres, name, size)
      await postgres.stop()
      postgres = await startOwn(HONEST)
    }
    const databases = filled.map((_filled, index) => `run_${process.pid}_${index}`)
    const folder = await onServer(postgres, async (query) => {
      const left = await query("select datname as name from pg_database where datname like 'run\\_%'")
      for (const { name } of left) await query(`drop database "${name}" with (force)`)
      for (const [index, { name }] of filled.entries()) await query(`create database ${databases[index]} template ${name} strategy file_copy`)
      await query('checkpoint')
      return (await query("select current_setting('data_directory') as name"))[0]?.name ?? ''
    })
    const { connection, stop } = postgres
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
    return { connections: databases.map((database) => ({ ...connection, database })), pid, stop }
  } catch (problem) {
    await postgres.stop()
    throw problem
  }
}

async function startOwn(settings: Record<string, string>): Promise<EmbeddedPostgres> {
  const postgres = await startEmbedded(DATA, settings)
  if (postgres.started) return postgres
  // One that was left behind by a run that was killed: its settings are unknown.
  await postgres.stop()
  return startEmbedded(DATA, settings)
}

async function fillOnce(postgres: EmbeddedPostgres, filled: string, size: Size): Promise<void> {
  const unfinished = `${filled}_unfinished`
  await onServer(postgres, async (query) => {
    // What earlier versions made of this size is of no use any more.
    const old = await query(`select datname as name from pg_database where datname like 'filled\\_${size.posts}\\_%'`)
    for (const { name } of old) await query(`drop database "${name}" with (force)`)
    await query(`create database ${unfinished}`)
  })
  const connection = { ...postgres.connection, database: unfinished }
  await migrateDatabase(connection)
  const db = openDatabase(connection, 2)
  await openJobs(db, false, (error) => console.error(error))
  await closeJobs()
  await closeDatabase(db)
  await fill(connection, size)
  await onServer(postgres, (query) => query(`alter database ${unfinished} rename to ${filled}`))
}

type Query = (text: string) => Promise<{ name: string }[]>

async function onServer<T>(postgres: EmbeddedPostgres, act: (query: Query) => Promise<T>): Promise<T> {
  const db = openDatabase(postgres.connection, 1)
  // Copying a database takes longer than any page may.
  await db.$client.query('set statement_timeout = 0')
  try {
    return await act(async (text) => (await db.$client.query<{ name: string }>(text)).rows)
  } finally {
    await closeDatabase(db)
  }
}

const exists = async (query: Query, name: string): Promise<boolean> =>
  (await query(`select datname as name from pg_database where datname = '${name}'`)).length > 0

/** Another schema or another way to fill makes another database. */
function hashOf(size: Size): string {
  const migrations = join(ROOT, 'migrations')
  const files = [
    ...['cases.ts', 'fill.ts', 'questions.ts', 'thread.ts', 'words.ts'].map((name) => join(import.meta.dirname, name)),
    ...readdirSync(migrations)
      .filter((name) => name.endsWith('.sql'))
      .map((name) => join(migrations, name)),
    join(ROOT, 'src', 'text', 'markdown.ts'),
  ]
  const hash = createHash('sha256').update(JSON.stringify(size))
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}
