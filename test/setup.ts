/**
 * Before the tests: one embedded Postgres, one migrated template database. Each test file copies the template (see world.ts).
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { closeDatabase, openDatabase, type Connection } from '../src/database/database.ts'
import { startEmbedded } from '../src/database/embedded.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { closeJobs, openJobs } from '../src/jobs/jobs.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    connection: Connection
  }
}

export const TEMPLATE = 'blue_lamp_template'

// Tests may lose their data with the machine's power; they must not wait for its disk.
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB' }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'blue-lamp-test-'))
  // As root, Postgres runs as another user, who must be able to walk down to its data.
  chmodSync(folder, 0o755)
  const postgres = await startEmbedded(folder, FAST)
  const admin = openDatabase(postgres.connection, 1)
  await admin.$client.query(`create database ${TEMPLATE}`)
  await closeDatabase(admin)
  const template = { ...postgres.connection, database: TEMPLATE }
  await migrateDatabase(template)
  const db = openDatabase(template, 2)
  await openJobs(db, false, (error) => console.error(error))
  await closeJobs()
  await closeDatabase(db)
  project.provide('connection', postgres.connection)
  return async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
