import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeArea, type AreaKind } from '../../src/geography/area.ts'
import { metresPerDegree } from '../../src/geography/geometry.ts'
import { areasNear, locate } from '../../src/geography/locate.ts'
import { areasOfPartial } from '../../src/geography/partial.ts'
import { parsePostcode, postcodeByKey } from '../../src/geography/postcode.ts'
import { postcodes, type Position, type Rings } from '../../src/geography/schema.ts'
import { openWorld, type World } from '../world.ts'

const LAT = 53.2
const LNG = -0.5
const scale = metresPerDegree(LAT)
const at = (east: number, north: number): Position => [LNG + east / scale.lng, LAT + north / scale.lat]
const point = (east: number, north: number) => ({ lng: LNG + east / scale.lng, lat: LAT + north / scale.lat })
const box = (west: number, south: number, east: number, north: number): Position[] => [
  at(west, south),
  at(east, south),
  at(east, north),
  at(west, north),
  at(west, south),
]

// West and East share a line at 1000 m, slivers and all; Village lies within East; Island has two parts; Ring has a hole.
const DRAWINGS: [code: string, kind: AreaKind, parts: Rings[]][] = [
  ['West', 'team', [[box(0, 0, 1000, 1000)]]],
  ['East', 'team', [[box(1000, 0, 3000, 1000)]]],
  ['Village', 'team', [[box(2000, 400, 2200, 600)]]],
  ['Island', 'team', [[box(0, 2000, 100, 2100)], [box(5000, 2000, 5100, 2100)]]],
  ['Ring', 'team', [[box(0, -3000, 1000, -2000), box(300, -2700, 700, -2300)]]],
  ['W1', 'ward', [[box(-500, -500, 3500, 1500)]]],
  ['F1', 'force', [[box(-9000, -9000, 9000, 9000)]]],
  ['Twin A', 'team', [[box(0, 6000, 1000, 7000)]]],
  ['Twin B', 'team', [[box(0, 6000, 1000, 7000)]]],
]

async function draw(world: World, drawings: typeof DRAWINGS): Promise<void> {
  await world.db.transaction(async (tx) => {
    for (const [code, kind, parts] of drawings) await storeArea(tx, { kind, code, name: code, source: 'test', parts }, new Date())
  })
}

let world: World
beforeAll(async () => {
  world = await openWorld()
  await draw(world, DRAWINGS)
})
afterAll(() => world.close())

const codes = async (east: number, north: number, kinds: AreaKind[] = ['team']) =>
  (await locate(world.db, point(east, north), { kinds })).map((area) => area.code)

describe('locate', () => {
  test.each([
    ['in the middle of one', 500, 500, ['West']],
    ['half a metre west of the shared line', 999.5, 500, ['West']],
    ['half a metre east of it', 1000.5, 500, ['East']],
    ['46 m from the line, where generous geometry answers twice', 954, 500, ['West']],
    ['in a village within another area: the smaller first', 2100, 500, ['Village', 'East']],
    ['one metre outside the village', 1999, 500, ['East']],
    ['on the second part of an area', 5050, 2050, ['Island']],
    ['between the parts', 2500, 2050, []],
    ['in the hole, far from its line', 500, -2500, []],
    ['in the hole, near its line', 310, -2500, ['Ring']],
    ['49 m outside', -49, 500, ['West']],
    ['51 m outside', -51, 500, []],
    ['49 m off a corner at a slant', -34, 1034, ['West']],
    ['51 m off a corner at a slant', -37, 1037, []],
    ['outside, nearer to one of two', 1010, 1010, ['East']],
    ['where two drawings are the same: always the first', 500, 6500, ['Twin A', 'Twin B']],
  ])('%s', async (_where, east, north, wanted) => {
    expect(await codes(east, north)).toEqual(wanted)
  })

  test('says how far it is: nothing inside, metres outside', async () => {
    expect((await locate(world.db, point(500, 500), { kinds: ['team'] }))[0]?.metres).toBe(0)
    expect((await locate(world.db, point(-20, 500), { kinds: ['team'] }))[0]?.metres).toBeCloseTo(20, 1)
  })

  test('smallest first across kinds, and only the kinds that were asked for', async () => {
    expect(await codes(2100, 500, ['force', 'ward', 'team'])).toEqual(['Village', 'East', 'W1', 'F1'])
    expect(await codes(2100, 500, ['ward'])).toEqual(['W1'])
    expect(await codes(2100, 500, [])).toEqual([])
  })

  test('each kind answers for itself: a ward without gaps does not hide the team 30 m away', async () => {
    expect(await codes(-30, 500, ['team', 'ward'])).toEqual(['W1', 'West'])
    expect(await codes(-60, 500, ['team', 'ward'])).toEqual(['W1'])
    expect(await codes(-530, 500, ['team', 'ward', 'force'])).toEqual(['F1', 'W1'])
  })

  test('the size of an area is that of all its parts', async () => {
    const [island] = await locate(world.db, point(50, 2050), { kinds: ['team'] })
    expect(island?.squareMetres).toBeGreaterThan(19_800)
    expect(island?.squareMetres).toBeLessThan(20_200)
  })

  test.each([
    [Number.NaN, -0.5],
    [53.2, Number.NaN],
    [Infinity, -0.5],
    [91, -0.5],
    [53.2, -181],
  ])('%d, %d is refused', async (lat, lng) => {
    await expect(locate(world.db, { lat, lng }, { kinds: ['team'] })).rejects.toThrow('not a place')
    await expect(areasNear(world.db, { lat, lng }, 100, { kinds: ['team'] })).rejects.toThrow('not a place')
  })

  test('latitude and longitude swapped is nowhere', async () => {
    const { lat, lng } = point(500, 500)
    expect(await locate(world.db, { lat: lng, lng: lat }, { kinds: ['team', 'ward', 'force'] })).toEqual([])
  })
})

test('the answer does not depend on the order of rows', async () => {
  const other = await openWorld()
  // The twins keep their order: their ids are what decides between them.
  const twins = DRAWINGS.filter(([code]) => code.startsWith('Twin'))
  await draw(other, [...DRAWINGS.filter(([code]) => !code.startsWith('Twin')).toReversed(), ...twins])
  const places = Array.from({ length: 200 }, (_, step) => point(((step * 937) % 6000) - 500, ((step * 613) % 11_000) - 3500))
  for (const place of places) {
    const here = await locate(world.db, place, { kinds: ['team', 'ward'] })
    const there = await locate(other.db, place, { kinds: ['team', 'ward'] })
    expect(there.map((area) => area.code)).toEqual(here.map((area) => area.code))
  }
  await other.close()
})

describe('neighbours', () => {
  test('nearest first, one’s own at no distance', async () => {
    const near = await areasNear(world.db, point(990, 500), 1500, { kinds: ['team'] })
    expect(near.map((area) => [area.code, Math.round(area.metres)])).toEqual([
      ['West', 0],
      ['East', 10],
      ['Village', 1010],
    ])
  })

  test('only within reach, and a reach that is no sensible number finds no more than what is there', async () => {
    expect((await areasNear(world.db, point(990, 500), 5, { kinds: ['team'] })).map((area) => area.code)).toEqual(['West'])
    expect((await areasNear(world.db, point(990, 500), -5, { kinds: ['team'] })).map((area) => area.code)).toEqual(['West'])
    expect((await areasNear(world.db, point(990, 500), 1e12, { kinds: ['team'] })).length).toBe(7)
  })
})

describe('storing an area', () => {
  const drawing = { kind: 'team' as const, code: 'S1', name: 'Some', source: 'test', parts: [[box(40_000, 0, 40_100, 100)]] }
  const store = (change: Partial<typeof drawing> = {}) => world.db.transaction((tx) => storeArea(tx, { ...drawing, ...change }, new Date()))

  test('new, the same, renamed, redrawn, always under one id', async () => {
    const first = await store()
    expect(first.outcome).toBe('new')
    expect(await store()).toEqual({ id: first.id, outcome: 'same', isRedrawn: false })
    expect(await store({ name: 'Other' })).toEqual({ id: first.id, outcome: 'changed', isRedrawn: false })
    expect(await store({ name: 'Other', parts: [[box(40_000, 0, 40_200, 100)]] })).toEqual({ id: first.id, outcome: 'changed', isRedrawn: true })
    expect(await codes(40_150, 50)).toEqual(['S1'])
  })
})

describe('postcodes on the map', () => {
  beforeAll(async () => {
    const row = (key: string, place: { lat: number; lng: number } | null, more: Partial<typeof postcodes.$inferInsert> = {}) => ({
      key,
      lat: place?.lat ?? null,
      lng: place?.lng ?? null,
      quality: place ? 1 : 9,
      source: 'test',
      ...more,
    })
    await world.db
      .insert(postcodes)
      .values([
        row('LN42AA', point(500, 500)),
        row('LN42AB', point(600, 500)),
        row('LN42AD', point(1500, 500)),
        row('LN43AA', point(2100, 500)),
        row('LN43AB', null),
        row('LN49ZZ', point(50, 2050), { terminated: '200101' }),
        row('LN112AA', point(5050, 2050)),
        row('LN11AA', point(500, -2900)),
      ])
  })
  const choice = async (text: string) => {
    const parsed = parsePostcode(text)
    if (parsed?.kind !== 'partial') throw new Error('not a partial postcode')
    return (await areasOfPartial(world.db, parsed, { kinds: ['team'] })).map((area) => [area.code, area.postcodes])
  }

  test('each kind is counted for itself', async () => {
    const parsed = parsePostcode('LN4 2')
    if (parsed?.kind !== 'partial') throw new Error('not a partial postcode')
    const both = await areasOfPartial(world.db, parsed, { kinds: ['team', 'ward'] })
    expect(both.map((area) => [area.code, area.postcodes])).toEqual([
      ['W1', 3],
      ['West', 2],
      ['East', 1],
    ])
  })

  test('one that lives, one without a position, an abolished one, an unknown one', async () => {
    expect(await postcodeByKey(world.db, 'LN42AA')).toMatchObject({ display: 'LN4 2AA', terminated: null, point: point(500, 500) })
    expect(await postcodeByKey(world.db, 'LN43AB')).toMatchObject({ point: null })
    expect(await postcodeByKey(world.db, 'LN49ZZ')).toMatchObject({ terminated: '200101', point: point(50, 2050) })
    expect(await postcodeByKey(world.db, 'LN42ZZ')).toBeNull()
    expect(await postcodeByKey(world.db, "' or 1=1 --")).toBeNull()
  })

  test.each([
    [
      'LN4',
      [
        ['West', 2],
        ['East', 1],
        ['Village', 1],
      ],
    ],
    [
      'LN4 2',
      [
        ['West', 2],
        ['East', 1],
      ],
    ],
    ['LN4 3', [['Village', 1]]],
    ['LN4 9', []],
    ['LN1', [['Ring', 1]]],
    ['LN1 1', [['Ring', 1]]],
    ['LN11', [['Island', 1]]],
    ['LN11 2', [['Island', 1]]],
    ['LN43', [['Village', 1]]],
    ['PE1', []],
  ])('%s falls in %j', async (text, wanted) => {
    expect(await choice(text)).toEqual(wanted)
  })
})
