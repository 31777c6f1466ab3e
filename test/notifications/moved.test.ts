/** Who was moved to another team hears of it in place, where they have an account; whoever moves them is tested with following. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Activity } from '../../src/activity/activity.ts'
import type { SignedIn } from '../../src/actor.ts'
import { follow, putBack } from '../../src/following/follow.ts'
import { followerByEmail } from '../../src/following/follower.ts'
import { followers, follows } from '../../src/following/schema.ts'
import { thingOf } from '../../src/following/subject.ts'
import { tellOfMoves } from '../../src/notifications/moved.ts'
import { newsOf } from '../../src/notifications/news.ts'
import { notifications } from '../../src/notifications/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const HOUR = 60 * 60_000
let world: World
let west: TeamName
let east: TeamName
let round = 0
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  await world.db.delete(notifications)
  await world.db.delete(followers)
  round += 1
  west = await makeTeam(world.db, `West ${round}`)
  east = await makeTeam(world.db, `East ${round}`)
})

/** Follows the east since that long ago, and the west before. */
async function movedFollow(person: SignedIn, ago = HOUR): Promise<number> {
  const { id } = await follow(world.db, person, await thingOf(world.db, 'F', { kind: 'team', id: east.id }), { rhythm: 'daily' })
  await world.db
    .update(follows)
    .set({ movedFromId: west.id, movedAt: new Date(Date.now() - ago) })
    .where(eq(follows.id, id))
  return id
}
const tellOf = (team: TeamName, kind: Activity['kind'] = 'areas.changed') =>
  tellOfMoves(world.db, { id: 81, kind, audience: 'public', teamId: team.id })
const sentencesOf = async (person: SignedIn) => (await newsOf(world.db, person, null)).items.map(({ sentence }) => sentence)

test.each([
  ['areas.changed', 'the boundary changed'],
  ['team.archived', 'the one before no longer exists'],
] as const)('%s: told once, however often the job runs, and whichever of the two teams it names', async (kind, why) => {
  const ann = await makeResident(world.db, 'Ann')
  await movedFollow(ann)
  for (const team of [west, east, west]) await tellOf(team, kind)
  expect(await sentencesOf(ann)).toEqual([`You follow the East ${round} team now, because ${why}`])
  expect(await world.db.select().from(notifications)).toMatchObject([{ kind: 'moved', path: '/following', accountId: ann.accountId }])
})

test('moved again later is news again', async () => {
  const ann = await makeResident(world.db, 'Ann')
  const id = await movedFollow(ann)
  await tellOf(west)
  await world.db.update(follows).set({ movedAt: new Date() }).where(eq(follows.id, id))
  await tellOf(west)
  expect(await sentencesOf(ann)).toHaveLength(2)
})

test('not told: who has no account, who put it back, whoever moved long ago, and the followers of other teams', async () => {
  const [ann, ben, cid] = await Promise.all(['Ann', 'Ben', 'Cid'].map((name) => makeResident(world.db, name)))
  if (!ann || !ben || !cid) throw new Error('nobody')
  await movedFollow(ann, 25 * HOUR)
  const { followerId, id } = (
    await world.db
      .select()
      .from(follows)
      .where(eq(follows.id, await movedFollow(ben)))
  )[0] ?? { followerId: 0, id: 0 }
  await putBack(world.db, followerId, id)
  await follow(world.db, cid, await thingOf(world.db, 'F', { kind: 'team', id: east.id }), { rhythm: 'daily' })
  const nobody = await world.db.transaction((tx) => followerByEmail(tx, 'nobody@example.org'))
  await world.db.insert(follows).values({ followerId: nobody.id, key: `team:${east.id}`, movedFromId: west.id, movedAt: new Date() })
  const elsewhere = await makeTeam(world.db, `Elsewhere ${round}`)
  for (const team of [west, east, elsewhere]) await tellOf(team)
  expect(await world.db.select().from(notifications)).toEqual([])
})

test('more than one batch are all told', async () => {
  await world.db.$client.query(
    `insert into accounts (email, display_name) select 'moved' || n || '@example.org', 'Moved ' || n from generate_series(1, 510) n`,
  )
  await world.db.$client.query(`insert into followers (email, account_id) select email, id from accounts where email like 'moved%'`)
  await world.db.$client.query(
    'insert into follows (follower_id, key, moved_from_id, moved_at) select id, $1, $2, now() from followers where account_id is not null',
    [`team:${east.id}`, west.id],
  )
  await tellOf(west)
  expect(await world.db.$count(notifications)).toBe(510)
})
