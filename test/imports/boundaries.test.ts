import { eq } from 'drizzle-orm'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importBoundaries, type BoundariesInput } from '../../src/imports/boundaries.ts'
import { importPolice } from '../../src/imports/police.ts'
import { importRuns } from '../../src/imports/schema.ts'
import { locate } from '../../src/geography/locate.ts'
import { areaParts, areas } from '../../src/geography/schema.ts'
import { teamAreas, teams } from '../../src/teams/schema.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blue-lamp-boundaries-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  for (const table of [teamAreas, areas, teams, importRuns]) await world.db.delete(table)
})

type Ring = number[][]
const box = (west: number, south: number, size = 0.01): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]
const feature = (properties: object | null, coordinates: unknown, type = 'Polygon') => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates },
})
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features })
function run(content: unknown, more: Partial<BoundariesInput> = {}) {
  const file = join(folder, 'areas.geojson')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return importBoundaries(world.db, { file, ...more })
}
const stored = () => world.db.select({ kind: areas.kind, code: areas.code, name: areas.name }).from(areas).orderBy(areas.code)

describe('what is found', () => {
  test.each([
    [
      'a ward, which also names its district',
      { WD13CD: 'E05005621', WD13NM: 'Heath &amp; Cliff', LAD13CD: 'E07000139', LAD13NM: 'Kesteven' },
      { kind: 'ward', code: 'E05005621', name: 'Heath & Cliff' },
    ],
    ['a ward in small letters', { lad24cd: 'E07000139', wd24cd: 'E05005621', wd24nm: 'Heath' }, { kind: 'ward', code: 'E05005621', name: 'Heath' }],
    ['a force', { PFA20CD: 'E23000020', PFA20NM: 'Lincolnshire' }, { kind: 'force', code: 'E23000020', name: 'Lincolnshire' }],
    ['a team', { neighbourhood: 'NC35', name: 'Cliff Villages' }, { kind: 'team', code: 'NC35', name: 'Cliff Villages' }],
    ['a code that says itself what it is', { code: 'E05005621', name: 'Heath' }, { kind: 'ward', code: 'E05005621', name: 'Heath' }],
    ['no name: the code', { WD13CD: 'E05005621' }, { kind: 'ward', code: 'E05005621', name: 'E05005621' }],
  ])('%s', async (_what, properties, wanted) => {
    expect(await run(collection(feature(properties, [box(-0.5, 53.2)])))).toMatchObject({ new: 1, refused: [] })
    expect(await stored()).toEqual([wanted])
  })

  test('what --kind says goes before what the file says', async () => {
    await run(collection(feature({ id: 'NC35', name: 'Cliff' }, [box(-0.5, 53.2)])), { kind: 'team' })
    await run(feature({ LAD24CD: 'E07000139', LAD24NM: 'Kesteven' }, [box(-0.5, 53.2)]), { kind: 'ward' })
    await run(feature({ WD13CD: 'E05005621', PFA13CD: 'E23000020', PFA13NM: 'Lincolnshire' }, [box(-0.5, 53.2)]), { kind: 'force' })
    expect(await stored()).toEqual([
      { kind: 'ward', code: 'E07000139', name: 'Kesteven' },
      { kind: 'force', code: 'E23000020', name: 'Lincolnshire' },
      { kind: 'team', code: 'NC35', name: 'Cliff' },
    ])
  })

  test('an id beside the properties serves', async () => {
    await run({ ...feature({ name: 'Cliff' }, [box(-0.5, 53.2)]), id: 35 }, { kind: 'team' })
    expect(await stored()).toEqual([{ kind: 'team', code: '35', name: 'Cliff' }])
  })
})

describe('shapes', () => {
  test('several parts and holes are kept, and tell inside from outside', async () => {
    const holed = [box(-0.5, 53.2), box(-0.497, 53.203, 0.004)]
    await run(feature({ WD13CD: 'E05000001', WD13NM: 'Isles' }, [holed, [box(-0.3, 53.2)]], 'MultiPolygon'))
    const parts = await world.db.select().from(areaParts).orderBy(areaParts.id)
    expect(parts.map((part) => part.rings.length)).toEqual([2, 1])
    const at = async (lng: number, lat: number) => (await locate(world.db, { lat, lng }, { kinds: ['ward'] })).length
    expect([await at(-0.499, 53.205), await at(-0.295, 53.205), await at(-0.495, 53.205), await at(-0.4, 53.205)]).toEqual([1, 1, 0, 0])
  })

  test('one area spread over several features is one area', async () => {
    const properties = { WD13CD: 'E05000001', WD13NM: 'Isles' }
    expect(await run(collection(feature(properties, [box(-0.5, 53.2)]), feature(properties, [box(-0.3, 53.2)])))).toMatchObject({ new: 1 })
    expect(await world.db.select().from(areaParts)).toHaveLength(2)
  })

  test('heights are ignored, an open ring is closed', async () => {
    const open = box(-0.5, 53.2)
      .slice(0, -1)
      .map((corner) => [...corner, 12])
    await run(feature({ WD13CD: 'E05000001' }, [open]))
    const [part] = await world.db.select().from(areaParts)
    expect(part?.rings[0]).toHaveLength(5)
    expect(part?.rings[0]?.every((corner) => corner.length === 2)).toBe(true)
  })

  test('again: the same; renamed or redrawn: changed', async () => {
    const properties = { WD13CD: 'E05000001', WD13NM: 'Isles' }
    await run(feature(properties, [box(-0.5, 53.2)]))
    expect(await run(feature(properties, [box(-0.5, 53.2)]))).toMatchObject({ new: 0, changed: 0, same: 1 })
    expect(await run(feature({ ...properties, WD13NM: 'Islands' }, [box(-0.5, 53.2)]))).toMatchObject({ changed: 1 })
    expect(await run(feature({ ...properties, WD13NM: 'Islands' }, [box(-0.5, 53.3)]))).toMatchObject({ changed: 1 })
    expect(await world.db.select().from(areaParts)).toHaveLength(1)
  })
})

describe('refused', () => {
  test.each([
    ['not JSON', 'PK\u0003\u0004', 'not JSON'],
    ['no GeoJSON', { E05005618: { name: 'Ashby', boundary: [] } }, 'not GeoJSON'],
    ['a list', [1, 2], 'not GeoJSON'],
    ['no features', collection(), 'no features'],
    [
      'grid metres',
      collection(
        feature({ WD13CD: 'E05000001' }, [
          [
            [498000, 367000],
            [499000, 367000],
            [499000, 368000],
            [498000, 367000],
          ],
        ]),
      ),
      'metres on a grid',
    ],
    [
      'grid metres by name',
      {
        ...collection(feature({ WD13CD: 'E05000001' }, [box(-0.5, 53.2)])),
        crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::27700' } },
      },
      'metres on a grid',
    ],
    ['latitude first', collection(feature({ WD13CD: 'E05000001' }, [box(-0.5, 53.2).map((corner) => corner.toReversed())])), 'latitude first'],
  ])('%s: a sentence, and nothing written', async (_what, content, why) => {
    await expect(run(content)).rejects.toThrow(why)
    expect([await stored(), await world.db.select().from(importRuns)]).toEqual([[], []])
  })

  test('no file', async () => {
    await expect(importBoundaries(world.db, { file: join(folder, 'gone.geojson') })).rejects.toThrow('cannot be read')
  })

  test('one wrong corner in the last feature keeps the whole file out', async () => {
    const good = feature({ WD13CD: 'E05000001' }, [box(-0.5, 53.2)])
    await expect(
      run(
        collection(
          good,
          feature({ WD13CD: 'E05000002' }, [
            [
              [0, 0],
              [1, 1],
              [400_000, 300_000],
              [0, 0],
            ],
          ]),
        ),
      ),
    ).rejects.toThrow('metres on a grid')
    expect(await stored()).toEqual([])
  })

  test('single features, each with its reason', async () => {
    const report = await run(
      collection(
        feature({ WD13CD: 'E05000001' }, [box(-0.5, 53.2)]),
        feature({ NAME: 'No code' }, [box(-0.5, 53.2)]),
        feature({ code: 'X1' }, [box(-0.5, 53.2)]),
        feature({ WD13CD: 'E05000002' }, [-0.5, 53.2], 'Point'),
        { type: 'Feature', properties: { WD13CD: 'E05000003' }, geometry: null },
        feature({ WD13CD: 'E05000004' }, [
          [
            [-0.5, 53.2],
            [-0.4, 53.2],
            [-0.5, 53.2],
          ],
        ]),
        feature({ WD13CD: 'E05000005' }, [
          [
            [-0.5, 53.2],
            [null, 53.2],
            [-0.4, 53.3],
            [-0.5, 53.2],
          ],
        ]),
        feature({ WD13CD: 'E05000006' }, [
          box(-0.5, 53.2),
          [
            [-0.5, 53.2],
            [-0.5, 53.2],
          ],
        ]),
        feature(null, [box(-0.5, 53.2)]),
      ),
    )
    expect(report.new).toBe(2)
    expect(report.refused.map(({ what }) => what)).toEqual([
      'feature 2',
      'X1',
      'E05000002',
      'E05000003',
      'E05000004',
      'E05000005',
      'E05000006',
      'feature 9',
    ])
    expect(report.refused[1]?.why).toContain('--kind')
    expect(report.refused[6]?.why).toContain('hole')
  })
})

describe('teams', () => {
  const makeTeam = async (name: string, neighbourhoodId: string | null, more: Partial<typeof teams.$inferInsert> = {}) => {
    const [team] = await world.db
      .insert(teams)
      .values({ slug: `${name}-${neighbourhoodId}`, name, neighbourhoodId, ...more })
      .returning()
    if (!team) throw new Error('no team')
    return team
  }
  const linksOf = (teamId: number) => world.db.select().from(teamAreas).where(eq(teamAreas.teamId, teamId))

  test('an area is linked by the neighbourhood id, else by the exact name, and the page is made afresh once', async () => {
    const byCode = await makeTeam('Cliff', 'NC35')
    const byName = await makeTeam('Heath', null)
    const content = collection(
      feature({ neighbourhood: 'NC35', name: 'Heath' }, [box(-0.5, 53.2)]),
      feature({ neighbourhood: 'X9', name: 'Heath' }, [box(-0.3, 53.2)]),
    )
    await run(content)
    expect([(await linksOf(byCode.id)).length, (await linksOf(byName.id)).length]).toEqual([1, 1])
    await run(content)
    const [again] = await world.db.select().from(teams).where(eq(teams.id, byCode.id))
    expect(again?.version).toBe(byCode.version + 1)
  })

  test('not to one of two of the same name, not to one that is archived, not for a ward', async () => {
    const first = await makeTeam('Abbey', 'A1')
    const second = await makeTeam('Abbey', 'A2')
    const gone = await makeTeam('Weir', 'A3', { archivedAt: new Date(), archivedBecause: 'Gone.' })
    await run(
      collection(
        feature({ neighbourhood: 'B1', name: 'Abbey' }, [box(-0.5, 53.2)]),
        feature({ neighbourhood: 'A3', name: 'Weir' }, [box(-0.3, 53.2)]),
      ),
    )
    await run(collection(feature({ WD13CD: 'A1', WD13NM: 'Abbey' }, [box(-0.5, 53.2)])))
    expect([...(await linksOf(first.id)), ...(await linksOf(second.id)), ...(await linksOf(gone.id))]).toEqual([])
  })

  test('the one ring of the police service does not overwrite islands from a file', async () => {
    await makeTeam('Cliff', 'NC35')
    await run(feature({ neighbourhood: 'NC35', name: 'Cliff' }, [[box(-0.5, 53.2)], [box(-0.3, 53.2)]], 'MultiPolygon'))
    writeFileSync(join(folder, 'neighbourhoods.json'), JSON.stringify([{ id: 'NC35', name: 'Cliff' }]))
    const answers: Record<string, unknown> = {
      neighbourhoods: [{ id: 'NC35', name: 'Cliff' }],
      'NC35/boundary': box(-0.5, 53.2).map(([longitude, latitude]) => ({ latitude: String(latitude), longitude: String(longitude) })),
    }
    const fake: typeof fetch = (url) => {
      const body = answers[(typeof url === 'string' ? url : '').replace('http://police.invalid/lincolnshire/', '')]
      return Promise.resolve(body === undefined ? new Response('Not Found', { status: 404 }) : Response.json(body))
    }
    expect(await importPolice(world.db, { source: 'http://police.invalid', force: 'lincolnshire', fetch: fake })).toMatchObject({ same: 1 })
    expect(await world.db.select().from(areaParts)).toHaveLength(2)
  })
})
