import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeArea } from '../../src/geography/area.ts'
import type { Position, Rings } from '../../src/geography/schema.ts'
import { boundaryOf, geoJsonOf } from '../../src/pages/boundary.ts'
import { teamAreas } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeTeam } from '../people.ts'

let site: TestApp
let heath: TeamName
let cliff: TeamName
let coast: TeamName
let blank: TeamName

const square = (west: number, south = 53.19): Position[] => [
  [west, south],
  [west, south + 0.02],
  [west + 0.02, south + 0.02],
  [west + 0.02, south],
  [west, south],
]

async function give(team: TeamName, kind: 'team' | 'ward', name: string, parts: Rings[]): Promise<void> {
  const { id } = await site.world.db.transaction((tx) => storeArea(tx, { kind, code: name, name, source: 'test', parts }, new Date()))
  await site.world.db.insert(teamAreas).values({ teamId: team.id, areaId: id })
}

beforeAll(async () => {
  site = await openApp()
  heath = await makeTeam(site.world.db, 'Bracebridge Heath')
  cliff = await makeTeam(site.world.db, 'Cliff Villages')
  coast = await makeTeam(site.world.db, 'Skegness')
  blank = await makeTeam(site.world.db, 'Undrawn')
  await give(heath, 'ward', 'Heath North', [[square(-0.54)]])
  await give(heath, 'ward', 'Heath South', [[square(-0.54, 53.17), square(-0.535, 53.175).toReversed()]])
  await give(cliff, 'ward', 'Cliff', [[square(-0.52)]])
  await give(coast, 'ward', 'Coast', [[square(0.3)]])
})
afterAll(() => site.close())

describe('a boundary', () => {
  test('names its wards and who is next door, and nobody else', async () => {
    const boundary = await boundaryOf(site.world.db, heath)
    expect(boundary.wards).toEqual(['Heath North', 'Heath South'])
    expect(boundary.neighbours.map(({ name }) => name)).toEqual(['Cliff Villages'])
    expect(boundary.box).toEqual({ west: -0.54, south: 53.17, east: -0.52, north: 53.21 })
  })

  test('as GeoJSON: longitude first, outlines against the clock, holes with it', async () => {
    const json = geoJsonOf(heath, await boundaryOf(site.world.db, heath), 'https://x.test') as {
      features: { properties: { own: boolean }; geometry: { coordinates: Rings[] } }[]
    }
    const [own, next] = json.features
    expect([own?.properties.own, next?.properties.own]).toEqual([true, false])
    const turn = (ring: Position[]): number =>
      ring.reduce((sum, [x, y], i) => sum + x * (ring[(i + 1) % ring.length]?.[1] ?? y) - (ring[(i + 1) % ring.length]?.[0] ?? x) * y, 0)
    const [outline = [], hole = []] = own?.geometry.coordinates[1] ?? []
    expect(turn(outline)).toBeGreaterThan(0)
    expect(turn(hole)).toBeLessThan(0)
    expect(outline[0]?.[1]).toBeGreaterThan(53)
  })

  test('over HTTP: kept while nothing changes', async () => {
    const first = await site.get('/teams/bracebridge-heath/area.geojson')
    expect(first.headers['content-type']).toBe('application/geo+json; charset=utf-8')
    const again = await site.app.inject({ url: '/teams/bracebridge-heath/area.geojson', headers: { 'if-none-match': String(first.headers['etag']) } })
    expect(again.statusCode).toBe(304)
  })

  test('the page draws it and lists it', async () => {
    const { body } = await site.get('/teams/bracebridge-heath/area')
    expect(body).toContain('Heath South')
    expect(body).toContain('href="/teams/cliff-villages"')
    expect(body.match(/<path class="own" d="M/g)).toHaveLength(1)
    expect(body.match(/<path class="next" d="M/g)).toHaveLength(1)
    expect(body).not.toContain('data-tiles')
  })

  test('a team whose area nobody drew says so', async () => {
    const answer = await site.get(`/teams/${blank.slug}/area`)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('has not published where this boundary runs')
    expect((await site.get(`/teams/${blank.slug}/area.geojson`)).json()).toEqual({ type: 'FeatureCollection', features: [] })
  })
})

test('tiles come from outside only where the force has said from where', async () => {
  const tiled = await openApp({ TILES_URL: 'https://{s}.tiles.example.org/{z}/{x}/{y}.png', TILES_ATTRIBUTION: 'Example' })
  try {
    const policy = String((await tiled.get('/')).headers['content-security-policy'])
    expect(policy).toContain("img-src 'self' data: https://*.tiles.example.org")
    expect(String((await site.get('/')).headers['content-security-policy'])).not.toContain('https:')
  } finally {
    await tiled.close()
  }
})
