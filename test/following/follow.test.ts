/**
 * Following with an account: counts, the times of digests, and what may be followed at all.
 */
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { privateTo } from '../../src/conversations/audience.ts'
import { nameConversation, startConversation } from '../../src/conversations/conversation.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { changeFollow, follow, followerCount, followsOf, stopFollow } from '../../src/following/follow.ts'
import { followerByEmail, followerOf, forgetFollower, maskEmail, startAgain, stopAll } from '../../src/following/follower.ts'
import { keyOf, subjectOfKey, type Subject } from '../../src/following/key.ts'
import { followCounts, followers, follows } from '../../src/following/schema.ts'
import { thingOf, thingsOf, type Thing } from '../../src/following/subject.ts'
import { tags } from '../../src/posts/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const FORCE = 'Lincolnshire Police'
let world: World
let team: TeamName
let heath: Thing
let force: Thing

beforeAll(async () => {
  world = await openWorld(20)
  team = await makeTeam(world.db, 'Bracebridge Heath')
  heath = await thingOf(world.db, FORCE, { kind: 'team', id: team.id })
  force = await thingOf(world.db, FORCE, { kind: 'force' })
})
afterAll(() => world?.close())
afterEach(async () => {
  moveClock(0)
  await world.db.delete(followers)
})

const resident = () => makeResident(world.db, 'Maureen T')
const idOf = async (actor: SignedIn): Promise<number> => (await followerOf(world.db, actor))?.id ?? 0
const countsAreTrue = async (): Promise<void> => {
  const { rows } = await world.db.execute(
    sql`select key from ${followCounts} c where c.count <> (select count(*) from ${follows} f where f.key = c.key)`,
  )
  expect(rows).toEqual([])
}

test('four taps at once of somebody new make one follower, every time', async () => {
  for (let round = 0; round < 40; round++) {
    const person = await resident()
    await Promise.all([heath, force, heath, force].map((thing) => follow(world.db, person, thing, { rhythm: 'daily' })))
    expect(await followsOf(world.db, await idOf(person))).toHaveLength(2)
  }
})

test('one follow for each thing, however often it is asked for', async () => {
  const maureen = await resident()
  await follow(world.db, maureen, heath, { rhythm: 'daily' })
  await follow(world.db, maureen, heath, { rhythm: 'weekly' })
  const own = await followsOf(world.db, await idOf(maureen))
  expect(own).toMatchObject([{ key: `team:${team.id}`, rhythm: 'weekly' }])
  expect(await followerCount(world.db, heath.key)).toBe(1)
})

test('the first follow of a rhythm sets its digest, the last one ends it', async () => {
  const maureen = await resident()
  const due = async () => {
    const follower = await followerOf(world.db, maureen)
    return [follower?.dailyDueAt !== null, follower?.weeklyDueAt !== null]
  }
  const first = await follow(world.db, maureen, heath, { rhythm: 'daily' })
  expect(await due()).toEqual([true, false])
  const before = await followerOf(world.db, maureen)
  expect(before?.dailyToldAt).not.toBeNull()
  moveClock(60_000)
  const second = await follow(world.db, maureen, force, { rhythm: 'daily' })
  expect((await followerOf(world.db, maureen))?.dailyToldAt).toEqual(before?.dailyToldAt)
  await changeFollow(world.db, await idOf(maureen), second.id, { rhythm: 'weekly' })
  expect(await due()).toEqual([true, true])
  await stopFollow(world.db, await idOf(maureen), first.id)
  expect(await due()).toEqual([false, true])
  await changeFollow(world.db, await idOf(maureen), second.id, { rhythm: 'instant' })
  expect(await due()).toEqual([false, false])
})

test('stopping everything keeps what is followed; starting again begins with now', async () => {
  const maureen = await resident()
  await follow(world.db, maureen, heath, { rhythm: 'daily' })
  const id = await idOf(maureen)
  await stopAll(world.db, id)
  await stopAll(world.db, id)
  expect(await followerOf(world.db, maureen)).toMatchObject({ stoppedBecause: 'asked' })
  expect(await followsOf(world.db, id)).toHaveLength(1)
  moveClock(30 * 86_400_000)
  await startAgain(world.db, id)
  const again = await followerOf(world.db, maureen)
  expect(again).toMatchObject({ stoppedAt: null, stoppedBecause: null })
  expect(Number(again?.dailyDueAt)).toBeGreaterThan(Date.now() + 29 * 86_400_000)
  expect(Number(again?.dailyToldAt)).toBeGreaterThan(Date.now() + 29 * 86_400_000)
})

test('nobody touches the follow of another', async () => {
  const [maureen, other] = [await resident(), await resident()]
  const own = await follow(world.db, maureen, heath, { rhythm: 'daily' })
  await follow(world.db, other, force, { rhythm: 'daily' })
  await expect(changeFollow(world.db, await idOf(other), own.id, { rhythm: 'weekly' })).rejects.toThrow('no such follow')
  await stopFollow(world.db, await idOf(other), own.id)
  expect(await followsOf(world.db, await idOf(maureen))).toMatchObject([{ rhythm: 'daily' }])
})

test('one who followed by email before is adopted by the account with the same mailbox', async () => {
  const maureen = await resident()
  const [early] = await world.db.insert(followers).values({ email: maureen.email, quietFrom: 22, quietUntil: 7 }).returning()
  await follow(world.db, maureen, heath, { rhythm: 'daily' })
  expect(await followerOf(world.db, maureen)).toMatchObject({ id: early?.id, quietFrom: 22 })
  await world.db.transaction((tx) => followerByEmail(tx, maureen.email))
  expect(await world.db.select().from(followers)).toHaveLength(1)
})

describe('counts', () => {
  test('are true after twenty at once, who follow, change and stop', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, resident))
    await Promise.all(
      people.flatMap((person) => [follow(world.db, person, heath, { rhythm: 'daily' }), follow(world.db, person, force, { rhythm: 'weekly' })]),
    )
    expect(await followerCount(world.db, heath.key)).toBe(20)
    expect(await followerCount(world.db, force.key)).toBe(20)
    await Promise.all(
      people.map(async (person, index) => {
        const id = await idOf(person)
        const [first, second] = await followsOf(world.db, id)
        if (index % 4 === 0) return forgetFollower(world.db, id)
        if (index % 4 === 1) return stopFollow(world.db, id, first?.id ?? 0)
        if (index % 4 === 2) return stopFollow(world.db, id, second?.id ?? 0)
        return changeFollow(world.db, id, first?.id ?? 0, { rhythm: 'instant' })
      }),
    )
    await countsAreTrue()
    expect((await followerCount(world.db, heath.key)) + (await followerCount(world.db, force.key))).toBe(20)
  })

  test('are true when many rows change in one statement, and never negative', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, resident))
    for (const person of people) await follow(world.db, person, heath, { rhythm: 'daily' })
    await world.db.update(follows).set({ key: 'tag:speeding' })
    await countsAreTrue()
    expect(await followerCount(world.db, 'tag:speeding')).toBe(5)
    await world.db.delete(followers)
    await countsAreTrue()
    await expect(world.db.update(followCounts).set({ count: -1 })).rejects.toThrow()
  })
})

describe('the database refuses', () => {
  test.each([
    ['a key that names nothing', { key: 'team:0' }],
    ['a tag that is none', { key: 'tag:Speeding' }],
    ['a postcode without a team', { key: 'force', postcode: 'LN42LE' }],
    ['half a move', { key: 'force', movedFromId: 1 }],
  ])('%s', async (_what, values) => {
    const [follower] = await world.db.insert(followers).values({ email: 'x@example.org' }).returning()
    await expect(world.db.insert(follows).values({ followerId: follower?.id ?? 0, ...values })).rejects.toThrow()
  })

  test.each([
    ['half of the quiet hours', { quietFrom: 22 }],
    ['hours that are none', { quietFrom: 22, quietUntil: 24 }],
    ['quiet hours of no length', { quietFrom: 7, quietUntil: 7 }],
    ['capital letters in a mailbox', { email: 'Maureen@example.org' }],
  ])('%s', async (_what, values) => {
    await expect(world.db.insert(followers).values({ email: 'y@example.org', ...values })).rejects.toThrow()
  })
})

describe('what may be followed', () => {
  const isFollowable = async (subject: Subject): Promise<boolean> => (await thingsOf(world.db, FORCE, [keyOf(subject)])).size === 1

  test('public conversations, never those of staff or of one resident', async () => {
    const officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
    const post = await makePost(world.db, officer, team)
    expect(await isFollowable({ kind: 'conversation', id: post.conversationId })).toBe(true)
    for (const audience of ['staff', privateTo(7), 'circle:1']) {
      const id = await world.db.transaction(async (tx) => {
        const made = await startConversation(tx, { audience, teamId: team.id, title: 'Not for everybody' })
        await nameConversation(tx, made.id, { title: 'Not for everybody', path: '/nowhere' })
        return made.id
      })
      expect(await isFollowable({ kind: 'conversation', id })).toBe(false)
    }
    expect(await isFollowable({ kind: 'tag', tag: 'speeding' })).toBe(true)
    await world.db.update(tags).set({ postCount: 0 })
    expect(await isFollowable({ kind: 'tag', tag: 'speeding' })).toBe(false)
    await world.db.delete(conversations).where(eq(conversations.id, 0))
  })

  test('teams that are there', async () => {
    const old = await makeTeam(world.db, 'Old Town')
    expect(await isFollowable({ kind: 'team', id: old.id })).toBe(true)
    await world.db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Joined.' }).where(eq(teams.id, old.id))
    expect(await isFollowable({ kind: 'team', id: old.id })).toBe(false)
  })

  test('nothing that a key does not name', () => {
    for (const key of ['', 'team', 'team:', 'team:-1', 'team:01', 'team:1 ', 'tag:', 'tag:Speeding', 'tag:a--b', 'person:1', 'forces', '__proto__']) {
      expect(subjectOfKey(key), key).toBeNull()
    }
    for (const key of ['force', 'team:7', 'tag:anti-social-behaviour', 'conversation:12', 'place:3']) {
      const subject = subjectOfKey(key)
      expect(subject && keyOf(subject)).toBe(key)
    }
  })
})

test.each([
  ['maureen@example.org', 'm…@example.org'],
  ['m@example.org', 'm…@example.org'],
  ['"a@b"@example.org', '"…@example.org'],
])('%s shows as %s', (email, masked) => expect(maskEmail(email)).toBe(masked))
