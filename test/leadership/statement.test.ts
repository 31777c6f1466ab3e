import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor } from '../../src/actor.ts'
import { roleGrants } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { staffProfiles } from '../../src/colleagues/schema.ts'
import { Forbidden } from '../../src/errors.ts'
import { leaders, leadsOf } from '../../src/leadership/leader.ts'
import { askedOfStaff, fromLeadership } from '../../src/leadership/register.ts'
import { leadershipPosts } from '../../src/leadership/schema.ts'
import { freshStatements, publishStatement, statements } from '../../src/leadership/statement.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { posts } from '../../src/posts/schema.ts'
import type { World } from '../world.ts'
import { write } from '../network/circle.ts'
import { DAY, openForce, say, type People } from './leadership-world.ts'

let force: World & People
beforeAll(async () => {
  force = await openForce()
})
afterEach(() => moveClock(0))
afterAll(() => force.close())

const form = (title = 'What we do about nights') => ({ title, body: 'We listen.', tags: ['nights'], clientKey: randomUUID() as string })

describe('who writes as leadership', () => {
  test('whoever leads something: to all staff, open to everybody, and it says what they lead', async () => {
    const { db, chief, officer } = force
    const { id, path } = await publishStatement(db, chief, form())
    const [post] = await db.select().from(posts).where(eq(posts.id, id))
    expect([post?.audience, post?.kind, post?.teamId, path]).toEqual(['staff', 'update', null, `/staff/posts/${id}-what-we-do-about-nights`])
    const [newest] = (await statements(db, officer)).items
    expect([newest?.id, newest?.leads, newest?.author, newest?.mark]).toEqual([
      id,
      'Head of neighbourhood policing',
      'Ch Supt Alma Reid',
      'Sergeant · Command team',
    ])
    expect(await say(db, officer, post?.conversationId ?? 0, 'And weekends?')).toBeGreaterThan(0)
  })

  test('what was led at the time of writing stays with the post', async () => {
    const { db, head, officer, administrator } = force
    const { id } = await publishStatement(db, head, form('Training days'))
    const set = (leads: string) =>
      db.update(staffProfiles).set({ leads, leadsSetBy: administrator.accountId }).where(eq(staffProfiles.accountId, head.accountId))
    await set('Head of everything')
    expect((await statements(db, officer)).items.find((one) => one.id === id)?.leads).toBe('Head of training')
    await set('Head of training')
  })

  test('nobody else: not other staff, not who no longer works here', async () => {
    const { db, officer, press, administrator, resident, partner, alone, head } = force
    for (const by of [officer, press, administrator, resident, partner, alone])
      await expect(publishStatement(db, by, form())).rejects.toThrow(Forbidden)
    expect((await leaders(db)).map(({ name }) => name)).toEqual(['Ch Supt Alma Reid', 'Supt Piet Moor'])
    await db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, head.accountId))
    expect(await leadsOf(db, head.accountId)).toBeNull()
    await expect(publishStatement(db, head, form())).rejects.toThrow(Forbidden)
    await db.update(roleGrants).set({ endedAt: null }).where(eq(roleGrants.accountId, head.accountId))
  })

  test('a form sent twice, also at the same moment, makes one post, told once', async () => {
    const { db, chief } = force
    const sent = form('Once')
    const made = await Promise.all([publishStatement(db, chief, sent), publishStatement(db, chief, sent), publishStatement(db, chief, sent)])
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    const id = made[0]?.id ?? 0
    expect(await db.$count(leadershipPosts, eq(leadershipPosts.postId, id))).toBe(1)
    expect(await db.$count(activities, eq(activities.postId, id))).toBe(1)
  })

  test('the database takes no post of a circle for leadership', async () => {
    const { db, owner, circleId } = force
    const { id } = await write(db, owner, { circleId })
    await expect(db.insert(leadershipPosts).values({ postId: id, publishedAt: new Date() })).rejects.toThrow()
  })
})

describe('on everybody’s home', () => {
  test('it stands first for a week, also for who follows nobody; then it does not', async () => {
    const { db, chief, stranger } = force
    const { id } = await publishStatement(db, chief, form('Stands first'))
    expect((await fromLeadership(db, stranger))?.posts).toContain(id)
    moveClock(7 * DAY - 60_000)
    expect((await freshStatements(db, stranger)).map((one) => one.id)).toContain(id)
    moveClock(120_000)
    expect((await freshStatements(db, stranger)).map((one) => one.id)).not.toContain(id)
  })

  test('nobody outside has it, and what was withdrawn is gone', async () => {
    const { db, chief, officer, administrator, resident, partner, alone } = force
    const { id } = await publishStatement(db, chief, form('Gone'))
    for (const who of [visitor, alone, resident, partner]) expect((await statements(db, who)).items).toEqual([])
    for (const who of [alone, resident, partner]) expect([await fromLeadership(db, who), await askedOfStaff(db, who)]).toEqual([null, null])
    expect((await statements(db, administrator)).items.map((one) => one.id)).toContain(id)
    expect((await fromLeadership(db, administrator))?.posts).toContain(id)
    await withdrawInNetwork(db, chief, id, 'It was wrong.')
    expect((await statements(db, officer)).items.map((one) => one.id)).not.toContain(id)
  })

  test('the list pages by key', async () => {
    const { db, chief, officer } = force
    for (let nth = 0; nth < 11; nth++) await publishStatement(db, chief, form(`Number ${nth}`))
    const first = await statements(db, officer)
    const second = await statements(db, officer, first.next ?? '')
    const ids = [...first.items, ...second.items].map(({ id }) => id)
    expect(first.items).toHaveLength(10)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(ids.toSorted((one, other) => other - one))
  })
})
