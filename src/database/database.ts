/**
 * The one way to Postgres. `Database` is the pool; inside a transaction only `tx` (a `Tx`) may be used.
 */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { fillPlaceholders, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import pg from 'pg'

export type Database = NodePgDatabase<Record<string, never>> & { $client: pg.Pool }
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0]
/** Where a read may run: on the pool or inside a transaction. */
export type Db = Database | Tx

// Settings that keep a small fast site fast: no JIT for short statements, and no statement that outlives its reader.
const SESSION = '-c jit=off -c statement_timeout=5000 -c idle_in_transaction_session_timeout=15000'

export interface Connection {
  connectionString?: string
  host?: string
  port?: number
  user?: string
  password?: string
  database?: string
}

export function openDatabase(connection: Connection, poolSize = 10): Database {
  const pool = new pg.Pool({ ...connection, max: poolSize, options: SESSION, connectionTimeoutMillis: 3000, application_name: 'blue-lamp' })
  // An idle connection that the server ends (a restart) must not end this process: the next query opens a new one.
  pool.on('error', () => {})
  // Nor one that is lent out, between two statements of a transaction: its next statement fails and says so.
  pool.on('connect', (client) => client.on('error', () => {}))
  return drizzle(pool, { casing: 'snake_case' })
}

export const closeDatabase = (db: Database): Promise<void> => db.$client.end()

/**
 * A statement built and named once for each database, then only executed: building a Drizzle query costs more than running it.
 * `build` gets the database and returns the prepared query.
 */
export function prepared<Q>(build: (db: Database) => Q): (db: Database) => Q {
  const built = new WeakMap<Database, Q>()
  return (db) => {
    const known = built.get(db)
    if (known) return known
    const query = build(db)
    built.set(db, query)
    return query
  }
}

/** What a prepared Drizzle query knows of itself. */
interface Prepared {
  getQuery(): { sql: string; params: unknown[] }
}

/**
 * Runs a prepared select and answers bare tuples, in the order of its columns and as the driver reads them (ids of eight bytes as text):
 * for the few reads in which mapping hundreds of rows would cost more than the database itself. The caller says what the tuple holds.
 */
export async function tuplesOf<Tuple extends unknown[]>(
  db: Database,
  name: string,
  query: Prepared,
  values: Record<string, unknown>,
): Promise<Tuple[]> {
  const { sql: text, params } = query.getQuery()
  const answer = await db.$client.query<Tuple>({ name, text, values: fillPlaceholders(params, values), rowMode: 'array' })
  return answer.rows
}

const dialect = new PgDialect({ casing: 'snake_case' })

/**
 * Runs a statement under a name, so that Postgres reads and plans it once for each connection: for the few statements of the hottest writes.
 * One name, one text: only the values may differ from call to call.
 */
export async function executeNamed<Row extends Record<string, unknown>>(db: Db, name: string, statement: SQL): Promise<Row[]> {
  const query = db._.session.prepareQuery<{ execute: { rows: Row[] }; all: unknown; values: unknown }>(
    dialect.sqlToQuery(statement),
    undefined,
    name,
    false,
  )
  return (await query.execute()).rows
}

/** The constraint that a failed write ran into, or null when it failed for another cause. */
export function violated(error: unknown): string | null {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof pg.DatabaseError)) return null
  return cause.constraint ?? null
}

/** True when the database itself is away (stopped, refusing, too busy to connect), so that trying again later makes sense. */
export function isAway(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return false
  const code = (cause as { code?: unknown }).code
  if (typeof code === 'string')
    return /^(ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|57P0[123]|55000|53300|08\d\d\d)$/.test(code)
  return /timeout exceeded when trying to connect|Connection terminated|has encountered a connection error/.test(cause.message)
}
