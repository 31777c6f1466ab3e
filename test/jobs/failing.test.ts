import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeJobs, enqueue, openJobs, work } from '../../src/jobs/jobs.ts'
import { openWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

test('a job that fails on the database keeps no word of what it was about, and says what was wrong', { timeout: 60_000 }, async () => {
  const { db } = world
  await closeJobs()
  await openJobs(db, true, () => {})
  await db.transaction((tx) => enqueue(tx, 'preview', { id: 1 }))
  await work('preview', async () => {
    await db.execute(sql`insert into accounts (email) values ('kumquat@example.org'), ('kumquat@example.org')`)
  })
  const kept = async (): Promise<string | null> =>
    (await db.execute<{ output: object | null }>(sql`select output from pgboss.job where name = 'preview'`)).rows.map(({ output }) =>
      JSON.stringify(output),
    )[0] ?? null
  await expect.poll(kept, { timeout: 40_000, interval: 250 }).toMatch(/a database error, 23505, accounts_email/)
  expect(await kept()).not.toMatch(/kumquat|insert into/)
  expect(await kept()).toMatch(/failing\.test\.ts/)
})
