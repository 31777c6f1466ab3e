/**
 * The schema in the code and the database that the migrations make are the same, and the database itself keeps the promises that code could break.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../world.ts'
import { ROOT } from './sources.ts'

interface Journal {
  entries: { idx: number; when: number; tag: string }[]
}

const MIGRATIONS = join(ROOT, 'migrations')
const journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as Journal

/** Whether a later entry is older than an earlier one: such a migration is silently left out where the others ran before. */
const risesStrictly = (moments: number[]): boolean => moments.every((when, index) => index === 0 || when > (moments[index - 1] ?? Infinity))

/** The names of the migrations that drizzle-kit would add for the schema of the code. */
function missingMigrations(): { added: string[]; said: string } {
  mkdirSync(join(ROOT, 'node_modules', '.cache'), { recursive: true })
  const copy = mkdtempSync(join(ROOT, 'node_modules', '.cache', 'migrations-'))
  try {
    cpSync(MIGRATIONS, copy, { recursive: true })
    const kit = join(ROOT, 'node_modules', 'drizzle-kit', 'bin.cjs')
    const options = ['--dialect', 'postgresql', '--schema', './src/*/schema.ts', '--casing', 'snake_case', '--out', relative(ROOT, copy)]
    const made = spawnSync(process.execPath, [kit, 'generate', ...options], { cwd: ROOT, encoding: 'utf8', input: '' })
    const before = new Set(readdirSync(MIGRATIONS))
    return { added: readdirSync(copy).filter((name) => !before.has(name)), said: made.stdout + made.stderr }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

describe('the migrations', () => {
  test('say what the schema says: if not, run `npm run migration`', { timeout: 60_000 }, () => {
    const { added, said } = missingMigrations()
    expect(added).toEqual([])
    expect(said).toContain('No schema changes')
  })

  test('stand in the order in which they are applied', () => {
    expect(risesStrictly(journal.entries.map(({ when }) => when))).toBe(true)
    expect(journal.entries.map(({ idx }) => idx)).toEqual(journal.entries.map((_entry, index) => index))
    expect(risesStrictly([1, 3, 2])).toBe(false)
    expect(risesStrictly([1, 1])).toBe(false)
  })

  test('are the files of the journal, each of them', () => {
    const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
    expect(files.toSorted()).toEqual(journal.entries.map(({ tag }) => `${tag}.sql`))
  })
})

describe('the database itself', () => {
  let world: World

  beforeAll(async () => {
    world = await openWorld(2)
  })
  afterAll(() => world.close())

  test('has its guards', async () => {
    const found = await world.db.execute<{ guard: string }>(sql`
      select tgrelid::regclass || ' ' || tgname as guard from pg_trigger where not tgisinternal and tgenabled = 'O'
      and tgrelid::regclass::text not like '%pgboss%' order by 1`)
    const guards = found.rows.map(({ guard }) => guard)
    expect(guards).toEqual(
      expect.arrayContaining([
        'conversations conversations_audience',
        'decisions decisions_append_only',
        'decisions decisions_no_truncate',
        'log log_append_only',
        'log log_no_truncate',
        'posts posts_audience',
      ]),
    )
  })

  test('has its rules for rows', async () => {
    const found = await world.db.execute<{ rule: string }>(sql`select conname as rule from pg_constraint where contype = 'c' and convalidated`)
    expect(found.rows.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['comments_removal', 'conversations_closed', 'conversations_locked', 'role_grants_team', 'role_grants_two_people']),
    )
  })

  test.each(['update log set act = $$another$$', 'delete from log', 'truncate log cascade'])('refuses: %s', async (statement) => {
    await world.db.execute(sql`
      insert into log (at, role, act, item, item_id, audience, previous_hash, hash) values (now(), 'system', 'test', 'comment', 1, 'public', 'a', 'b')`)
    const before = await rowsOfLog()
    await expect(world.db.$client.query(statement)).rejects.toThrow('append-only')
    expect(await rowsOfLog()).toEqual(before)
  })

  test('refuses another audience for a conversation', async () => {
    const made = await world.db.execute<{ audience: string }>(sql`select audience from conversations limit 1`)
    expect(made.rows).toEqual([])
    await world.db.execute(sql`insert into conversations (audience, title, path) values ('staff', 'A conversation', '/staff')`)
    await expect(world.db.$client.query("update conversations set audience = 'public'")).rejects.toThrow('never changes')
  })

  const rowsOfLog = async (): Promise<unknown[]> => (await world.db.$client.query<{ act: string }>('select id, act, hash from log order by id')).rows
})
