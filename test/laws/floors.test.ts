/**
 * Data flows one way: every import goes down the floors, and every file of a room is one of four kinds.
 */
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ARROWS, FLOORS, KEPT_PACKAGES, ROOMS, floorOf, mayImport } from './floor-plan.ts'
import { importsOf, sourcesIn, type Source } from './sources.ts'

const sources = sourcesIn('src', '.ts')

const DRAWERS = /(^|\/)(services?|repositor(y|ies)|controllers?|utils?|helpers?|types?|common|misc|lib|shared)(\/|\.ts$)/

/** The room that a file of src/ belongs to. */
const roomOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '')

const isRoutes = (path: string): boolean => /(^|-)routes\.ts$/.test(posix.basename(path))

/** Whatever answers requests translates and knows no tables; the web's own parts (health, limits) stand below the rooms. */
const answersRequests = ({ path, text }: Source): boolean =>
  isRoutes(path) || (!path.startsWith('src/web/') && /\bapp\.(get|post|put|patch|delete|route)[(<]/.test(text))

function brokenFloors(source: Source): string[] {
  const room = roomOf(source.path)
  return importsOf(source)
    .filter(({ file }) => file?.startsWith('src/') && !mayImport(room, roomOf(file)))
    .map(({ specifier }) => `${source.path} imports ${specifier}`)
}

function strayImports(source: Source): string[] {
  const imports = importsOf(source)
  const below = source.path.replace(/^src\//, '')
  const outside = imports.filter(({ file }) => file !== null && !file.startsWith('src/'))
  const foreignRoutes = imports.filter(({ file }) => file && isRoutes(file) && roomOf(file) !== roomOf(source.path) && source.path !== 'src/app.ts')
  const kept = KEPT_PACKAGES.filter(({ only }) => !only.some((place) => below.startsWith(place)))
  const known = imports.filter(({ specifier }) => kept.some(({ pattern }) => new RegExp(pattern).test(specifier)))
  const drizzle = answersRequests(source) ? imports.filter(({ specifier }) => /^(drizzle-orm|pg)($|\/)/.test(specifier)) : []
  return [...outside, ...foreignRoutes, ...known, ...drizzle].map(({ specifier }) => `${source.path} imports ${specifier}`)
}

/** A policy is a pure function of the actor and the thing: nothing that reaches a database or a request. */
const impurePolicies = (source: Source): string[] =>
  posix.basename(source.path) === 'policy.ts'
    ? importsOf(source)
        .filter(({ typeOnly, specifier }) => !typeOnly && /^(drizzle-orm|pg|fastify|node:fs|node:net)|database\/database/.test(specifier))
        .map(({ specifier }) => `${source.path} imports ${specifier}`)
    : []

/** Right inside src/ or right inside its room, and named by a noun. */
const misplaced = ({ path }: Source): boolean => !/^src\/([a-z]+(-[a-z]+)*\/)?[a-z]+(-[a-z]+)*\.ts$/.test(path) || DRAWERS.test(path)

describe('the floors', () => {
  test('there is something to look at', () => {
    expect(sources.length).toBeGreaterThan(20)
  })

  test('every room stands on one floor', () => {
    expect([...new Set(sources.map(({ path }) => roomOf(path)))].filter((room) => !ROOMS.includes(room))).toEqual([])
    expect(new Set(ROOMS).size).toBe(ROOMS.length)
  })

  test('arrows join rooms of one floor and go round in no circle', () => {
    for (const [from, targets] of Object.entries(ARROWS)) {
      for (const to of targets) {
        expect(floorOf(to), `${from} → ${to}`).toBe(floorOf(from))
        expect(ARROWS[to] ?? [], `${to} → ${from}`).not.toContain(from)
      }
    }
  })

  test('imports go down', () => {
    expect(sources.flatMap(brokenFloors)).toEqual([])
  })

  test("routes know no tables, nobody knows another room's routes, and some packages have one keeper", () => {
    expect(sources.flatMap(strayImports)).toEqual([])
  })

  test('policies are pure', () => {
    expect(sources.flatMap(impurePolicies)).toEqual([])
  })

  test('every file is a noun in its room', () => {
    expect(sources.filter(misplaced).map(({ path }) => path)).toEqual([])
  })
})

describe('these laws see', () => {
  const at = (path: string, text: string): Source => ({ path, text })

  test.each([
    ['an upper floor', at('src/teams/team.ts', "import { posts } from '../posts/schema.ts'")],
    ['a sibling without an arrow', at('src/teams/team.ts', "import type { Account } from '../accounts/account.ts'")],
    ['a re-export', at('src/geography/place.ts', "export * from '../teams/team.ts'")],
    ['several lines', at('src/posts/post.ts', "import {\n  one,\n  two,\n} from '../moderation/case.ts'")],
    ['a late import', at('src/web/page.ts', "const later = await import('../accounts/account.ts')")],
    ['the ground importing a room', at('src/actor.ts', "import { teams } from './teams/schema.ts'")],
    ['an augmentation upwards', at('src/web/page.ts', "declare module '../posts/post.ts' {}")],
  ])('%s', (_name, source) => {
    expect(brokenFloors(source)).toHaveLength(1)
  })

  test('what is allowed', () => {
    expect(
      brokenFloors(at('src/moderation/case.ts', "import { a } from '../posts/post.ts'\nimport { b } from './schema.ts'\nimport pg from 'pg'")),
    ).toEqual([])
    expect(brokenFloors(at('src/app.ts', "import routes from './posts/routes.ts'"))).toEqual([])
  })

  test.each([
    ['drizzle in routes', at('src/posts/routes.ts', "import { eq } from 'drizzle-orm'")],
    ['drizzle in a part of the routes', at('src/admin/people-routes.ts', "import { eq } from 'drizzle-orm'")],
    ['drizzle where requests are answered', at('src/pages/account.ts', "import { eq } from 'drizzle-orm'\napp.get('/account', {})")],
    ['a part of drizzle in routes', at('src/posts/routes.ts', "import { x } from 'drizzle-orm/pg-core'")],
    ["another room's routes", at('src/pages/home.ts', "import { form } from '../posts/routes.ts'")],
    ['lucia outside its file', at('src/accounts/account.ts', "import { Lucia } from 'lucia'")],
    ['the queue outside jobs', at('src/mail/mail.ts', "import { PgBoss } from 'pg-boss'")],
    ['the engine outside its file', at('src/mail/mail.ts', "import { Eta } from 'eta'")],
    ['a test', at('src/mail/mail.ts', "import { openWorld } from '../../test/world.ts'")],
  ])('%s', (_name, source) => {
    expect(strayImports(source)).toHaveLength(1)
  })

  test('an impure policy, a drawer and a deep folder', () => {
    expect(impurePolicies(at('src/posts/policy.ts', "import { sql } from 'drizzle-orm'"))).toHaveLength(1)
    expect(
      ['src/posts/utils.ts', 'src/helpers/post.ts', 'src/posts/kinds/update.ts', 'src/posts/Post.ts'].filter((path) => misplaced(at(path, ''))),
    ).toHaveLength(4)
    expect(misplaced(at('src/posts/post-version.ts', ''))).toBe(false)
  })

  test('a room without a floor', () => {
    expect(() => floorOf('cellar')).toThrow('cellar')
    expect(FLOORS.length).toBeGreaterThan(6)
  })
})
