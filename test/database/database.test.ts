/** The database goes away: what fails, and what must not. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, isAway, openDatabase } from '../../src/database/database.ts'
import { openWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const end = sql`select pg_terminate_backend(pg_backend_pid())`
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

test('a connection that ends inside a transaction ends the transaction, not the process', async () => {
  const failure = await failureOf(world.db.transaction((tx) => tx.execute(end)))
  expect(isAway(failure)).toBe(true)
  const later = await failureOf(
    world.db.transaction(async (tx) => {
      await failureOf(tx.execute(end))
      await tx.execute(sql`select 1`)
    }),
  )
  expect(isAway(later)).toBe(true)
  expect((await world.db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }])
})

test.each(['postgres://nobody@nowhere.invalid/x', 'postgres://nobody@127.0.0.1:1/x'])('%s is away', async (connectionString) => {
  const db = openDatabase({ connectionString }, 1)
  expect(isAway(await failureOf(db.execute(sql`select 1`)))).toBe(true)
  await closeDatabase(db)
})

test('a wrong statement is not', async () => {
  expect(isAway(await failureOf(world.db.execute(sql`select from nowhere`)))).toBe(false)
})
