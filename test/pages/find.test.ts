import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { findTeams, findTeamsAt } from '../../src/pages/find.ts'
import { storeArea } from '../../src/geography/area.ts'
import { postcodes, type Position } from '../../src/geography/schema.ts'
import { localities, teamAreas, teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { foldName } from '../../src/text/fold.ts'
import { eq } from 'drizzle-orm'
import { makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const force = { id: 'lincolnshire', areaCode: 'E23000020' }
let world: World
let heath: TeamName
let cliff: TeamName
const find = (typed: string) => findTeams(world.db, force, typed)

/** Two squares side by side, 0.02 degrees wide each; the line between them runs at longitude -0.52. */
const square = (west: number): Position[] => [
  [west, 53.19],
  [west + 0.02, 53.19],
  [west + 0.02, 53.21],
  [west, 53.21],
  [west, 53.19],
]

async function lookAfter(db: Database, team: TeamName, west: number): Promise<void> {
  const { id } = await db.transaction((tx) =>
    storeArea(tx, { kind: 'team', code: team.slug, name: team.name, source: 'test', parts: [[square(west)]] }, new Date()),
  )
  await db.insert(teamAreas).values({ teamId: team.id, areaId: id })
}

beforeAll(async () => {
  world = await openWorld()
  heath = await makeTeam(world.db, 'Bracebridge Heath')
  cliff = await makeTeam(world.db, 'Cliff Villages')
  await lookAfter(world.db, heath, -0.54)
  await lookAfter(world.db, cliff, -0.52)
  const place = (teamId: number, name: string) => ({ teamId, name, key: foldName(name) })
  await world.db
    .insert(localities)
    .values([
      place(heath.id, 'Waddington'),
      place(cliff.id, 'Navenby'),
      place(heath.id, 'St. Leonard’s Lane'),
      place(cliff.id, 'Low Fields'),
      place(heath.id, 'Low Fields'),
    ])
  const at = { quality: 1, forceCode: 'E23000020', source: 'test' }
  await world.db.insert(postcodes).values([
    { key: 'LN42LE', lat: 53.2, lng: -0.535, ...at },
    { key: 'LN43AA', lat: 53.2, lng: -0.51, ...at },
    { key: 'LN42ZZ', lat: 53.2, lng: -0.5201, ...at },
    { key: 'LN50AA', lat: 53.2, lng: -0.51, ...at },
    { key: 'LN42XX', lat: 53.2, lng: -0.535, terminated: '201901', ...at },
    { key: 'LN42YY', lat: null, lng: null, ...at, quality: 9 },
    { key: 'LN99AA', lat: 54.5, lng: 1.5, ...at },
    { key: 'NG235AA', lat: 53.1, lng: -0.75, ...at, forceCode: 'E23000019' },
  ])
})
afterAll(() => world.close())

describe('a postcode', () => {
  test.each(['LN4 2LE', 'LN4 2le ', ' ln42le', 'l n 4 2 l e', 'LN4\u00a02LE', 'LN4-2LE', 'The Green, LN4 2LE'])(
    '"%s" is Bracebridge Heath',
    async (typed) => {
      expect(await find(typed)).toMatchObject({ kind: 'team', team: { id: heath.id }, neighbours: [], note: null })
    },
  )

  test('near a line names the team next door', async () => {
    expect(await find('LN4 2ZZ')).toMatchObject({ kind: 'team', team: { id: heath.id }, neighbours: [{ id: cliff.id }] })
  })

  test('no longer in use still finds the team, and says so', async () => {
    expect(await find('LN4 2XX')).toMatchObject({ kind: 'team', team: { id: heath.id }, note: expect.stringContaining('no longer in use') })
  })

  test('without a position, or outside all areas, gets a clear sentence', async () => {
    expect(await find('LN4 2YY')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('not where it lies') })
    expect(await find('LN9 9AA')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('outside') })
  })

  test('of another force names it: for certain from the table, by its letters otherwise', async () => {
    expect(await find('NG23 5AA')).toMatchObject({ kind: 'other-force', certain: true, forces: [{ id: 'nottinghamshire' }] })
    expect(await find('SW1A 1AA')).toMatchObject({ kind: 'other-force', certain: false, forces: [{ id: 'metropolitan' }] })
  })

  test('of ours that we do not know, or shared with another force, is not sent away', async () => {
    expect(await find('LN1 1ZZ')).toMatchObject({ kind: 'unknown' })
    expect(await find('PE20 1AA')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('Cambridgeshire') })
  })
})

describe('the beginning of a postcode', () => {
  test.each(['LN4', 'ln4', ' ln4 '])('"%s" offers the teams that its postcodes fall in', async (typed) => {
    const finding = await find(typed)
    expect(finding).toMatchObject({ kind: 'choice' })
    expect(finding.kind === 'choice' && new Set(finding.teams.map((team) => team.id))).toEqual(new Set([heath.id, cliff.id]))
  })

  test.each(['ln4 2', 'LN4 2L'])('"%s" lies in one team', async (typed) => {
    expect(await find(typed)).toMatchObject({ kind: 'team', team: { id: heath.id } })
  })

  test('of two letters alone asks for more, or names the other forces', async () => {
    expect(await find('ln')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('many teams') })
    expect(await find('SW')).toMatchObject({ kind: 'other-force', forces: [{ id: 'metropolitan' }] })
  })
})

describe('a name', () => {
  test.each([
    ['Bracebridge Heath', 'Bracebridge Heath'],
    ['  bracebridge   HEATH ', 'Bracebridge Heath'],
    ['Waddington', 'Bracebridge Heath'],
    ['st leonards lane', 'Bracebridge Heath'],
    ['navenby', 'Cliff Villages'],
  ])('"%s" is %s', async (typed, name) => {
    expect(await find(typed)).toMatchObject({ kind: 'team', team: { name } })
  })

  test('that two teams share is a choice, and so is a part of a name', async () => {
    expect(await find('Low Fields')).toMatchObject({
      kind: 'choice',
      exact: true,
      teams: [{ name: 'Bracebridge Heath' }, { name: 'Cliff Villages' }],
    })
    expect(await find('wadd')).toMatchObject({ kind: 'choice', exact: false, teams: [{ name: 'Bracebridge Heath' }] })
  })

  test.each(['', '   ', '\u200b'])('nothing is a question back (%j)', async (typed) => {
    expect((await find(typed)).kind).toMatch(/nothing-typed|unknown/)
  })

  test.each(['zzqqxx', '%', '_', "' or 1=1 --", '\u0000', 'x'.repeat(100_000), '🚓'])('nonsense gets a clear sentence (%#)', async (typed) => {
    expect(await find(typed)).toMatchObject({ kind: 'unknown', why: expect.any(String) })
  })

  test('an archived team is not found', async () => {
    const gone = await makeTeam(world.db, 'Old Sleaford')
    expect(await find('old sleaford')).toMatchObject({ kind: 'team' })
    await world.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Merged.' }).where(eq(teams.id, gone.id))
    expect(await find('old sleaford')).toMatchObject({ kind: 'unknown' })
  })
})

describe('a slip of the finger', () => {
  test.each([
    ['Wadington', 'Waddington', 'Bracebridge Heath'],
    ['navenbey', 'Navenby', 'Cliff Villages'],
    ['Bracebrige Heaht', 'Bracebridge Heath', 'Bracebridge Heath'],
  ])('%s is asked back as %s', async (typed, name, team) => {
    expect(await find(typed)).toMatchObject({ kind: 'misspelt', places: [{ name, teams: [{ name: team }] }] })
  })

  test('a place of two teams names both', async () => {
    const finding = await find('Low Feilds')
    expect(finding).toMatchObject({
      kind: 'misspelt',
      places: [{ name: 'Low Fields', teams: [{ name: 'Bracebridge Heath' }, { name: 'Cliff Villages' }] }],
    })
  })

  test.each(['xyzzy', 'Scunthorpe Town', '🙂🙂🙂🙂', 'ж'.repeat(100), '%%%%%%%%'])('%s is nothing like a place of ours', async (typed) => {
    expect((await find(typed)).kind).toBe('unknown')
  })
})

describe('where a phone is, roughly', () => {
  test('the team there, and its neighbours when it is near a line', async () => {
    expect(await findTeamsAt(world.db, { lat: 53.2, lng: -0.535 })).toMatchObject({ kind: 'team', team: { id: heath.id }, neighbours: [] })
    expect(await findTeamsAt(world.db, { lat: 53.2, lng: -0.521 })).toMatchObject({
      kind: 'team',
      team: { id: heath.id },
      neighbours: [{ id: cliff.id }],
    })
  })

  test('outside the force: a plain sentence', async () => {
    expect(await findTeamsAt(world.db, { lat: 51.5, lng: -0.1 })).toMatchObject({ kind: 'unknown' })
  })
})
