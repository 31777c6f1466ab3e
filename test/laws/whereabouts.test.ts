/**
 * Where somebody is leaves no trace: no answer of any address repeats it, nothing stores it, and no table has room for the position of a person.
 */
import { getTableColumns, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIns } from '../../src/accounts/schema.ts'
import { storeArea } from '../../src/geography/area.ts'
import type { Position } from '../../src/geography/schema.ts'
import { teamAreas } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import type { SignedIn } from '../../src/actor.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const SRC = join(import.meta.dirname, '..', '..', 'src')

/** Where somebody stands, to the width of a hand. */
const LAT = '53.2001237'
const LNG = '-0.5298763'
/** What must never come back: anything finer than the grid of three decimals. */
const FINE = /53\.2001|0\.5298/
const FORMS = [
  `at=${LAT},${LNG}`,
  `at=${LAT}%2C${LNG}`,
  `at=%20${LAT}%20,%20${LNG}%20`,
  `lat=${LAT}&lng=${LNG}`,
  `position=${LAT},${LNG}&latitude=${LAT}&longitude=${LNG}`,
  `return=${encodeURIComponent(`/nearby?at=${LAT},${LNG}`)}`,
]

let site: TestApp
let team: TeamName
let people: (SignedIn | null)[]
let values: Record<string, string>

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const square: Position[] = [
    [-0.54, 53.19],
    [-0.52, 53.19],
    [-0.52, 53.21],
    [-0.54, 53.21],
    [-0.54, 53.19],
  ]
  const { id } = await db.transaction((tx) => storeArea(tx, { kind: 'team', code: 'x', name: 'x', source: 'test', parts: [[square]] }, new Date()))
  await db.insert(teamAreas).values({ teamId: team.id, areaId: id })
  const officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  const post = await makePost(db, officer, team)
  people = [null, await makeResident(db, 'Maureen'), officer, await makeStaff(db, 'Press office', 'press-office')]
  values = { team: team.slug, post: String(post.id), tag: 'speeding', id: String(post.conversationId), '*': 'x' }
})
afterAll(() => site.close())

/** Streams have no end to wait for, and say nothing but ids. */
const ENDLESS = new Set(['/live'])

const addresses = (): string[] =>
  site.app.routeList
    .filter(({ method, url }) => method === 'GET' && !ENDLESS.has(url))
    .map(({ url }) => url.replaceAll(/:(\w+)|\*/g, (whole, name: string | undefined) => values[name ?? whole] ?? '1'))

describe('a position in an address', () => {
  test('comes back from no address, to nobody', async () => {
    const told: string[] = []
    for (const person of people) {
      const cookie = person ? await site.cookieOf(person) : undefined
      for (const address of new Set(addresses()))
        for (const form of FORMS) {
          const answer = await site.get(`${address}?${form}`, cookie)
          if (FINE.test(answer.body) || FINE.test(JSON.stringify(answer.headers))) told.push(`${person?.displayName ?? 'visitor'} ${address}?${form}`)
        }
    }
    expect(told).toEqual([])
  }, 300_000)

  test('is used all the same, roughly', async () => {
    expect((await site.get(`/find?at=${LAT},${LNG}`)).headers['location']).toBe('/teams/bracebridge-heath')
  })

  test('is stored nowhere', async () => {
    // Whoever signs in goes back to where they were: that address is kept until then.
    await site.post('/sign-in', { email: 'maureen@example.org', return: `/nearby?at=${LAT},${LNG}` })
    expect(await site.world.db.$count(signIns)).toBeGreaterThan(0)
    const tables = await site.world.db.$client.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')",
    )
    for (const { name } of tables.rows) {
      const { rows } = await site.world.db.$client.query<{ row: string }>(`select t::text as row from ${name} t`)
      expect(
        rows.filter(({ row }) => FINE.test(row)),
        name,
      ).toEqual([])
    }
    expect(tables.rows.length).toBeGreaterThan(50)
  })
})

/** What stands on the ground, and is public: areas, postcodes, buildings, and the rough points of posts. */
const WITH_POSITION = new Set(['area_parts', 'postcodes', 'teams', 'team_locations', 'places', 'post_points'])

test('no table has room for where a person is', async () => {
  const found: string[] = []
  for (const file of globSync('*/schema.ts', { cwd: SRC })) {
    const room = (await import(join(SRC, file))) as Record<string, unknown>
    for (const table of Object.values(room).filter((thing): thing is PgTable => is(thing, PgTable))) {
      const columns = Object.values(getTableColumns(table))
      const name = (table as unknown as Record<symbol, string>)[Symbol.for('drizzle:Name')] ?? ''
      if (
        columns.some(
          (column) =>
            /^(lat|lng|latitude|longitude|position_?(lat|lng)?|centre_?(lat|lng)|easting|northing)$/i.test(column.name) &&
            column.getSQLType() === 'double precision',
        )
      )
        found.push(name)
    }
  }
  expect(found.filter((name) => name !== '' && !WITH_POSITION.has(name))).toEqual([])
  expect(found).toContain('places')
})
