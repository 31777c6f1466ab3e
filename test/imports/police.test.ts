import { asc, eq } from 'drizzle-orm'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { locate } from '../../src/geography/locate.ts'
import { areaParts, areas } from '../../src/geography/schema.ts'
import { localities, officers, policeExtracts, teamAreas, teamLocations, teams, teamSlugs } from '../../src/teams/schema.ts'
import { figures, walkBeat } from './beat.ts'
import { FIXTURES } from './fake-police.ts'

const beat = walkBeat()
const leave = (id: string) =>
  beat.police.bodies.set(
    'ashmere/neighbourhoods',
    beat.list().filter((entry) => entry.id !== id),
  )

describe('what is imported', () => {
  test('teams, with names decoded, addresses of their own, and the traps of the list refused', async () => {
    const report = await beat.run()
    expect(figures(report)).toEqual([5, 0, 0, 0])
    const rows = await beat.db.select({ id: teams.neighbourhoodId, slug: teams.slug, name: teams.name }).from(teams).orderBy(asc(teams.id))
    expect(rows).toEqual([
      { id: 'AM01', slug: 'ashmere-castle-and-quay', name: 'Ashmere Castle & Quay' },
      { id: 'Mill Lane', slug: 'mill-lane', name: 'Mill Lane' },
      { id: 'ab.12', slug: 'st-marys-and-docks', name: 'St. Mary’s & Docks' },
      { id: 'AM04', slug: 'abbey', name: 'Abbey' },
      { id: 'AM05', slug: 'abbey-2', name: 'Abbey' },
    ])
    const reasons = new Map(report.refused.map(({ what, why }) => [what, why]))
    expect([...reasons.keys()]).toEqual([
      '../secret',
      'neighbourhoods',
      'an entry without an id',
      'AM01',
      'AM06',
      'AM01 people',
      'AM01 events',
      'AM01 priorities',
      'AM04 boundary',
      'AM05 boundary',
    ])
    expect(reasons.get('AM01')).toContain('twice')
    expect(reasons.get('AM05 boundary')).toContain('at least four points')
    expect(report.complete).toBe(true)
    expect(report.notes).toEqual(['Of 3 neighbourhoods the source does not have everything: what is missing was left as it was.'])
  })

  test('ids are escaped on the way, and unsafe ones are never asked for', async () => {
    await beat.run()
    expect(beat.police.asked).toContain('/api/ashmere/Mill%20Lane/boundary')
    expect(beat.police.asked.some((path) => /secret|neighbourhoods\/|\/42/.test(path))).toBe(false)
  })

  test('details, cleaned', async () => {
    await beat.run()
    expect(await beat.team('AM01')).toMatchObject({
      descriptionHtml: '<p>The castle &amp; the quay.<br />\n</p><p>King’s Steps</p>',
      forcePage: 'https://www.ashmere.example/castle',
      population: null,
      centreLat: 53.205,
      contact: {
        email: 'castle@ashmere.example',
        telephone: '101',
        web: 'https://www.ashmere.example/castle',
        'e-messaging': 'https://messages.ashmere.example/',
        'carrier-pigeon': 'Loft 4',
      },
      links: [
        { url: 'https://www.ashmere.example/council', title: 'Ashmere & District Council' },
        { url: 'https://untitled.ashmere.example/x', title: 'untitled.ashmere.example' },
      ],
    })
    expect((await beat.team('AM01')).contact).not.toHaveProperty('twitter')
    expect(await beat.team('Mill Lane')).toMatchObject({ descriptionHtml: null, forcePage: null, population: 12_480, contact: {}, links: [] })
  })

  test('people, stations, priorities and events', async () => {
    await beat.run()
    const people = await beat.db.select().from(officers).orderBy(asc(officers.position))
    expect(people.map(({ name, rank, bioHtml, source }) => [name, rank, bioHtml, source])).toEqual([
      ['Wren Example', 'Sergeant', '<p>Here since the spring.</p>', 'import'],
      ['Robin Sample', null, null, 'import'],
    ])
    expect(await beat.db.select().from(teamLocations)).toMatchObject([
      { name: 'Quay House', address: '1 Quayside, Ashmere', kind: 'station', lat: null },
    ])
    const { id } = await beat.team('AM01')
    const extracts = await beat.db.select().from(policeExtracts).where(eq(policeExtracts.teamId, id)).orderBy(asc(policeExtracts.kind))
    expect(extracts.map(({ kind, body }) => [kind, body.length])).toEqual([
      ['events', 2],
      ['priorities', 2],
    ])
    expect(extracts[0]?.body[1]).toEqual({
      title: 'Of old, without an end',
      type: 'meeting',
      description: '<p>Come</p>',
      address: null,
      start_date: '2031-06-17T12:00:00',
      end_date: null,
      contact_details: {},
    })
    expect(extracts[1]?.body[1]).toEqual({
      issue: '<p>Noise</p>',
      'issue-date': null,
      action: '<p>Patrols</p>',
      'action-date': '2031-04-20T00:00:00',
    })
  })

  test('boundaries: closed, a bad point left out, a bad ring refused, found again on the map', async () => {
    await beat.run()
    const drawn = await beat.db
      .select({ code: areas.code, rings: areaParts.rings, team: teamAreas.teamId })
      .from(areas)
      .innerJoin(areaParts, eq(areaParts.areaId, areas.id))
      .innerJoin(teamAreas, eq(teamAreas.areaId, areas.id))
      .orderBy(asc(areas.id))
    expect(drawn.map(({ code, rings }) => [code, rings[0]?.length])).toEqual([
      ['AM01', 5],
      ['Mill Lane', 5],
      ['AM04', 14],
    ])
    for (const { rings } of drawn) expect(rings[0]?.at(0)).toEqual(rings[0]?.at(-1))
    expect((await locate(beat.db, { lat: 53.215, lng: -0.49 }, { kinds: ['team'] })).map((area) => area.name)).toEqual(['Mill Lane'])
  })

  test('the same from a folder, in either layout', async () => {
    expect(figures(await beat.run({ source: FIXTURES }))).toEqual([5, 0, 0, 0])
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    expect(figures(await beat.run({ source: join(FIXTURES, 'ashmere') }))).toEqual([0, 0, 5, 0])
  })
})

describe('again', () => {
  test('everything is the same: nothing is written, no version raised', async () => {
    await beat.run()
    const before = [
      await beat.db.select().from(teams).orderBy(asc(teams.id)),
      await beat.db.select().from(officers).orderBy(asc(officers.id)),
      await beat.db.select().from(areas),
    ]
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    expect([
      await beat.db.select().from(teams).orderBy(asc(teams.id)),
      await beat.db.select().from(officers).orderBy(asc(officers.id)),
      await beat.db.select().from(areas),
    ]).toEqual(before)
  })

  test('one person goes: gone at once, the version rises, what the portal made stays', async () => {
    await beat.run()
    const { id, version } = await beat.team('AM01')
    await beat.db.insert(officers).values({ teamId: id, name: 'Portal Person', source: 'portal' })
    await beat.db.insert(localities).values({ teamId: id, name: 'The Quay', key: 'the quay' })
    beat.police.bodies.set('ashmere/AM01/people', [{ name: 'Robin Sample', rank: null, bio: null, contact_details: {} }])
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    const names = (await beat.db.select({ name: officers.name }).from(officers)).map((row) => row.name)
    expect(names.toSorted()).toEqual(['Portal Person', 'Robin Sample'])
    expect(await beat.db.select().from(localities)).toHaveLength(1)
    expect((await beat.team('AM01')).version).toBe(version + 1)
  })

  test('an empty list of people empties it; a missing one leaves it alone', async () => {
    await beat.run()
    beat.police.bodies.delete('ashmere/AM01/people')
    expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    expect(await beat.db.select().from(officers)).toHaveLength(2)
    beat.police.bodies.set('ashmere/AM01/people', null)
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    expect(await beat.db.select().from(officers)).toEqual([])
  })

  test('a redrawn boundary replaces the old one; an empty or bad one does not', async () => {
    await beat.run()
    const old = beat.police.bodies.get('ashmere/AM01/boundary') as { latitude: string; longitude: string }[]
    for (const bad of [
      [],
      old.slice(0, 2),
      old.map((point) => ({ latitude: point.longitude, longitude: point.latitude })),
      [{ latitude: 'x', longitude: 'y' }],
    ]) {
      beat.police.bodies.set('ashmere/AM01/boundary', bad)
      expect(figures(await beat.run())).toEqual([0, 0, 5, 0])
    }
    beat.police.bodies.set(
      'ashmere/AM01/boundary',
      old.map((point) => ({ ...point, longitude: String(Number(point.longitude) + 0.001) })),
    )
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    expect(await beat.db.select().from(areas).where(eq(areas.code, 'AM01'))).toHaveLength(1)
  })
})

describe('names and addresses', () => {
  const rename = (id: string, name: string) => {
    for (const entry of beat.list()) if (entry.id === id) entry.name = name
    const detail = beat.police.bodies.get(`ashmere/${id}`) as { name: string } | undefined
    if (detail) detail.name = name
  }

  test('a new name takes its address when it is free, and the old one leads on', async () => {
    await beat.run()
    rename('Mill Lane', 'Mill Lane &amp; Weir')
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    const renamed = await beat.team('Mill Lane')
    expect(renamed).toMatchObject({ name: 'Mill Lane & Weir', slug: 'mill-lane-and-weir' })
    expect(await beat.db.select().from(teamSlugs)).toEqual([{ slug: 'mill-lane', teamId: renamed.id }])
    rename('Mill Lane', 'Mill Lane')
    await beat.run()
    expect(await beat.team('Mill Lane')).toMatchObject({ slug: 'mill-lane' })
    expect(await beat.db.select().from(teamSlugs)).toEqual([{ slug: 'mill-lane-and-weir', teamId: renamed.id }])
  })

  test('an address that another team has, or once had, is not taken', async () => {
    await beat.run()
    rename('Mill Lane', 'Abbey')
    await beat.run()
    expect(await beat.team('Mill Lane')).toMatchObject({ name: 'Abbey', slug: 'mill-lane' })
    rename('AM04', 'Weir')
    await beat.run()
    expect(await beat.team('AM04')).toMatchObject({ slug: 'weir' })
    rename('ab.12', 'Abbey')
    await beat.run()
    expect(await beat.team('ab.12')).toMatchObject({ name: 'Abbey', slug: 'st-marys-and-docks' })
  })
})

describe('a team that leaves the list', () => {
  test('is archived with the reason, keeps everything, points to who has its ground now, and comes back', async () => {
    await beat.run()
    leave('AM01')
    const [ring] = [beat.police.bodies.get('ashmere/AM01/boundary') as { latitude: string; longitude: string }[]]
    // Mill Lane takes over the castle's ground.
    beat.police.bodies.set(
      'ashmere/Mill Lane/boundary',
      ring.map((point) => (point.latitude.startsWith('53.21') ? { ...point, latitude: '53.2200000000' } : point)),
    )
    const report = await beat.run()
    expect(figures(report)).toEqual([0, 1, 3, 1])
    const gone = await beat.team('AM01')
    expect(gone.archivedAt).not.toBeNull()
    expect(gone.archivedBecause).toContain('no longer lists it')
    expect(gone.successorId).toBe((await beat.team('Mill Lane')).id)
    expect(gone.version).toBeGreaterThan(1)
    expect(await beat.db.select().from(officers)).toHaveLength(2)
    expect((await locate(beat.db, { lat: 53.205, lng: -0.49 }, { kinds: ['team'] })).map((area) => area.code)).toEqual(['Mill Lane'])

    expect(figures(await beat.run())).toEqual([0, 0, 4, 0])
    beat.list().push({ id: 'AM01', name: 'Ashmere Castle &amp; Quay' })
    expect(figures(await beat.run())).toEqual([0, 1, 4, 0])
    expect(await beat.team('AM01')).toMatchObject({ id: gone.id, slug: gone.slug, archivedAt: null, archivedBecause: null, successorId: null })
    expect((await beat.db.select().from(areas).where(eq(areas.code, 'AM01'))).length).toBe(1)
  })

  test('nobody has most of its ground: no successor', async () => {
    await beat.run()
    leave('AM01')
    await beat.run()
    expect(await beat.team('AM01')).toMatchObject({ successorId: null, archivedBecause: 'ashmere no longer lists it as a neighbourhood of its own.' })
  })

  test('one that a person archived stays archived although it is listed', async () => {
    await beat.run()
    await beat.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Merged by us.' }).where(eq(teams.neighbourhoodId, 'AM04'))
    await beat.run()
    expect(await beat.team('AM04')).toMatchObject({ archivedBecause: 'Merged by us.' })
  })

  test('a team made in the portal is none of its business', async () => {
    await beat.db.insert(teams).values({ slug: 'abbey', name: 'Abbey' })
    expect(figures(await beat.run())).toEqual([5, 0, 0, 0])
    expect(await beat.team('AM04')).toMatchObject({ slug: 'abbey-2' })
    expect(await beat.team('AM05')).toMatchObject({ slug: 'abbey-3' })
    const [own] = await beat.db.select().from(teams).where(eq(teams.slug, 'abbey'))
    expect(own).toMatchObject({ archivedAt: null, neighbourhoodId: null })
  })

  test('most of them at once: nothing is archived until somebody says that it is true', async () => {
    beat.police.bodies.set(
      'ashmere/neighbourhoods',
      Array.from({ length: 13 }, (_, n) => ({ id: `X${n}`, name: `Place ${n}` })),
    )
    await beat.run()
    beat.police.bodies.set('ashmere/neighbourhoods', [{ id: 'X0', name: 'Place 0' }])
    const report = await beat.run()
    expect(figures(report)).toEqual([0, 0, 1, 0])
    expect(report).toMatchObject({ complete: false, refused: [{ what: '12 teams that are not in the list' }] })
    expect(figures(await beat.run({ acceptGone: true }))).toEqual([0, 0, 1, 12])
  })
})
