/**
 * When ground changes hands, followers go with it, once, and hear of it once.
 */
import { eq, like } from 'drizzle-orm'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { Activity } from '../../src/activity/activity.ts'
import { readConfig } from '../../src/config.ts'
import { followerCount, followsOf, keepFollow, putBack } from '../../src/following/follow.ts'
import { followerByEmail } from '../../src/following/follower.ts'
import { keyOf } from '../../src/following/key.ts'
import { moveByPostcode, moveToSuccessor } from '../../src/following/move.ts'
import { followers, follows } from '../../src/following/schema.ts'
import { shownFollows } from '../../src/following/shown.ts'
import { storeArea } from '../../src/geography/area.ts'
import { areas, postcodes } from '../../src/geography/schema.ts'
import { importBoundaries } from '../../src/imports/boundaries.ts'
import { importRuns } from '../../src/imports/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { teamAreas, teams } from '../../src/teams/schema.ts'
import { archiveTeam } from '../../src/teams/team-admin.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let west: TeamName
let east: TeamName
let round = 0
const config = readConfig({ NODE_ENV: 'test', PUBLIC_URL: 'https://lamp.example.org' })

// A strip of land, one degree high and three long; postcodes lie in its first, second and third third.
const box = (from: number, to: number): [number, number][] => [
  [from, 53],
  [to, 53],
  [to, 54],
  [from, 54],
  [from, 53],
]
const POSTCODES = { LN11AA: 0.5, LN21AA: 1.5, LN31AA: 2.5 }

beforeAll(async () => {
  world = await openWorld()
  await world.db.insert(postcodes).values(Object.entries(POSTCODES).map(([key, lng]) => ({ key, lat: 53.5, lng, quality: 1, source: 'test' })))
})
afterAll(() => world?.close())
beforeEach(async () => {
  for (const table of [followers, mails, activities, teamAreas, areas, importRuns]) await world.db.delete(table)
  round += 1
  west = await makeTeam(world.db, `West ${round}`)
  east = await makeTeam(world.db, `East ${round}`)
  await draw(west, 0, 2)
  await draw(east, 2, 3)
})

async function draw(team: TeamName, from: number, to: number): Promise<void> {
  await world.db.transaction(async (tx) => {
    const drawing = { kind: 'team', code: team.slug, name: team.name, source: 'test', parts: [[box(from, to)]] } as const
    const area = await storeArea(tx, { ...drawing, parts: [[box(from, to)]] }, new Date())
    await tx.insert(teamAreas).values({ teamId: team.id, areaId: area.id }).onConflictDoNothing()
  })
}

async function newFollower(name: string, ...of: readonly (readonly [team: TeamName, postcode?: keyof typeof POSTCODES])[]): Promise<number> {
  return world.db.transaction(async (tx) => {
    const { id } = await followerByEmail(tx, `${name}@example.org`)
    for (const [team, postcode] of of)
      await keepFollow(tx, id, keyOf({ kind: 'team', id: team.id }), { rhythm: 'weekly', postcode: postcode ?? null })
    return id
  })
}
const keysOf = async (id: number): Promise<string[]> => (await followsOf(world.db, id)).map(({ key }) => key)
const mailsNow = () => world.db.select().from(mails).where(like(mails.key, 'follow-moved:%')).orderBy(mails.to)
const happened = (team: TeamName, kind: Activity['kind']): Activity => ({ id: 81, kind, audience: 'public', teamId: team.id })
const redraw = async (): Promise<void> => {
  await draw(west, 0, 1)
  await draw(east, 1, 3)
}

describe('a boundary that changes', () => {
  test('moves those whose postcode lies with another team now, and tells each by one mail', async () => {
    const stays = await newFollower('anna', [west, 'LN11AA'])
    const goes = await newFollower('bert', [west, 'LN21AA'])
    const unknown = await newFollower('carl', [west])
    await redraw()
    for (let run = 0; run < 3; run++) await moveByPostcode(world.db, config, happened(west, 'areas.changed'))
    expect(await keysOf(stays)).toEqual([`team:${west.id}`])
    expect(await keysOf(unknown)).toEqual([`team:${west.id}`])
    expect(await followsOf(world.db, goes)).toMatchObject([{ key: `team:${east.id}`, rhythm: 'weekly', movedFromId: west.id, postcode: 'LN21AA' }])
    const sent = await mailsNow()
    expect(sent.map(({ to }) => to)).toEqual(['bert@example.org'])
    expect(sent[0]?.text).toContain(`now looked after by the East ${round} team, no longer by the West ${round} team`)
    expect(sent[0]?.text).toMatch(/https:\/\/lamp\.example\.org\/following\/[\w-]{64}\n/)
    expect(sent[0]?.headers).toMatchObject({ 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' })
    expect(sent[0]?.text).not.toContain('LN2')
    expect(await followerCount(world.db, `team:${west.id}`)).toBe(2)
    expect(await followerCount(world.db, `team:${east.id}`)).toBe(1)
  })

  test('finds them also when only the team that gained the ground is named', async () => {
    const goes = await newFollower('bert', [west, 'LN21AA'])
    await redraw()
    await moveByPostcode(world.db, config, happened(east, 'areas.changed'))
    expect(await keysOf(goes)).toEqual([`team:${east.id}`])
  })

  test('leaves them where nobody else has the ground', async () => {
    const stays = await newFollower('bert', [west, 'LN21AA'])
    await draw(west, 0, 1)
    await moveByPostcode(world.db, config, happened(west, 'areas.changed'))
    expect(await keysOf(stays)).toEqual([`team:${west.id}`])
    expect(await mailsNow()).toEqual([])
  })

  test('can be undone, and does not happen to them again', async () => {
    const goes = await newFollower('bert', [west, 'LN21AA'])
    await redraw()
    await moveByPostcode(world.db, config, happened(west, 'areas.changed'))
    const [shown] = await shownFollows(world.db, 'F', goes)
    expect(shown?.moved).toMatchObject({ from: west.name, returns: true })
    await putBack(world.db, goes, shown?.id ?? 0)
    await moveByPostcode(world.db, config, { ...happened(west, 'areas.changed'), id: 82 })
    expect(await followsOf(world.db, goes)).toMatchObject([{ key: `team:${west.id}`, movedFromId: null, movedAt: null, postcode: null }])
    await expect(putBack(world.db, goes, shown?.id ?? 0)).rejects.toThrow('no such follow')
  })

  test('makes one follow of two, and tells nobody who wants no mail', async () => {
    const both = await newFollower('bert', [west, 'LN21AA'], [east])
    const silent = await newFollower('carl', [west, 'LN21AA'])
    const stopped = await newFollower('dora', [west, 'LN21AA'])
    await world.db.update(followers).set({ byMail: false }).where(eq(followers.id, silent))
    await world.db.update(followers).set({ stoppedAt: new Date(), stoppedBecause: 'asked' }).where(eq(followers.id, stopped))
    await redraw()
    await moveByPostcode(world.db, config, happened(west, 'areas.changed'))
    for (const id of [both, silent, stopped]) expect(await keysOf(id)).toEqual([`team:${east.id}`])
    expect((await mailsNow()).map(({ to }) => to)).toEqual(['bert@example.org'])
    expect(await followerCount(world.db, `team:${west.id}`)).toBe(0)
    expect(await followerCount(world.db, `team:${east.id}`)).toBe(3)
  })
})

describe('a team that is archived', () => {
  test('hands its followers to its successor, in batches, also when two jobs run at once', async () => {
    const rows = Array.from({ length: 120 }, (_, number) => ({ email: `many${number}@example.org` }))
    const made = await world.db.insert(followers).values(rows).returning({ id: followers.id })
    await world.db.insert(follows).values(made.map(({ id }) => ({ followerId: id, key: `team:${west.id}` })))
    await world.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Joined.', successorId: east.id }).where(eq(teams.id, west.id))
    const run = () => moveToSuccessor(world.db, config, happened(west, 'team.archived'))
    await Promise.all([run(), run()])
    await run()
    expect(await followerCount(world.db, `team:${west.id}`)).toBe(0)
    expect(await followerCount(world.db, `team:${east.id}`)).toBe(120)
    expect(await mailsNow()).toHaveLength(120)
  })

  test('sends those with a postcode to whoever looks after it', async () => {
    const third = await makeTeam(world.db, `Third ${round}`)
    await draw(west, 0, 1)
    await draw(third, 1, 2)
    const [withPostcode, without] = [await newFollower('anna', [west, 'LN21AA']), await newFollower('bert', [west])]
    await world.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Joined.', successorId: east.id }).where(eq(teams.id, west.id))
    await moveToSuccessor(world.db, config, happened(west, 'team.archived'))
    expect(await keysOf(withPostcode)).toEqual([`team:${third.id}`])
    expect(await keysOf(without)).toEqual([`team:${east.id}`])
  })

  test('without a successor keeps them, and so does one that came back', async () => {
    const stays = await newFollower('anna', [west])
    await moveToSuccessor(world.db, config, happened(west, 'team.archived'))
    await world.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Gone.', successorId: null }).where(eq(teams.id, west.id))
    await moveToSuccessor(world.db, config, happened(west, 'team.archived'))
    expect(await keysOf(stays)).toEqual([`team:${west.id}`])
    expect(await mailsNow()).toEqual([])
  })
})

describe('it is written down', () => {
  const written = () =>
    world.db.select({ kind: activities.kind, teamId: activities.teamId, detail: activities.detail }).from(activities).orderBy(activities.id)

  test('when an administrator archives a team', async () => {
    const administrator = await makeStaff(world.db, 'Ada Min', 'administrator')
    await archiveTeam(world.db, administrator, west.id, { reason: 'Joined.', successorId: east.id })
    expect(await written()).toEqual([{ kind: 'team.archived', teamId: west.id, detail: { successorId: east.id } }])
  })

  test('once for each team when a file of boundaries changes its ground, not when nothing or only a name has changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blue-lamp-move-'))
    const file = join(folder, 'teams.geojson')
    const write = (middle: number, name = west.name): void => {
      const feature = (team: TeamName, title: string, from: number, to: number) => ({
        type: 'Feature',
        properties: { code: team.slug, name: title },
        geometry: { type: 'Polygon', coordinates: [box(from, to)] },
      })
      writeFileSync(
        file,
        JSON.stringify({ type: 'FeatureCollection', features: [feature(west, name, 0, middle), feature(east, east.name, middle, 3)] }),
      )
    }
    const run = () => importBoundaries(world.db, { file, kind: 'team' })
    write(1)
    await run()
    expect(await written()).toMatchObject([
      { kind: 'areas.changed', teamId: west.id },
      { kind: 'areas.changed', teamId: east.id },
    ])
    await run()
    write(1, `${west.name} and around`)
    await run()
    expect(await written()).toHaveLength(2)
    rmSync(folder, { recursive: true })
  })
})
