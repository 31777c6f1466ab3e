import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { join } from 'node:path'
import pg from 'pg'
import type { Connection } from './database.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
/** Any number, as long as every process of Blue Lamp takes the same one. */
const LOCK = 1_829_0629

/** Brings the schema up to date. Safe to call from several processes at once: the first migrates, the others wait. */
export async function migrateDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS })
  } finally {
    await client.end()
  }
}
