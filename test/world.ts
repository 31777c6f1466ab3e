/**
 * A small named world for tests: a database of its own, and the people in it.
 */
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { closeDatabase, openDatabase, type Connection, type Database } from '../src/database/database.ts'
import { closeJobs, openJobs } from '../src/jobs/jobs.ts'
import { TEMPLATE } from './setup.ts'

export interface World {
  db: Database
  connection: Connection
  close(): Promise<void>
}

/** A fresh copy of the migrated template, for one test file. */
export async function openWorld(poolSize = 5): Promise<World> {
  const server = inject('connection')
  const database = `t_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${database} template ${TEMPLATE} strategy file_copy`)
  const connection = { ...server, database }
  const db = openDatabase(connection, poolSize)
  await openJobs(db, false, (error) => console.error(error))
  return {
    db,
    connection,
    async close() {
      await closeJobs()
      await closeDatabase(db)
      await onServer(server, `drop database if exists ${database} with (force)`)
    },
  }
}

async function onServer(server: Connection, statement: string): Promise<void> {
  const admin = openDatabase(server, 1)
  await admin.$client.query(statement)
  await closeDatabase(admin)
}
