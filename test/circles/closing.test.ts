/** Closing: beside what comes back at the same moment, and by itself where nobody of the force is any more. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roleGrants } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { circleById } from '../../src/circles/circle.ts'
import { closeCircle, closeDeserted } from '../../src/circles/closing.ts'
import { joinCircle } from '../../src/circles/membership.ts'
import { moveClock } from '../../src/clock.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden } from '../../src/errors.ts'
import { removeInCircle } from '../../src/moderation/circle-removal.ts'
import { lockItem } from '../../src/moderation/item.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { restorePost } from '../../src/posts/restoring.ts'
import { posts } from '../../src/posts/schema.ts'
import { makeStaff } from '../people.ts'
import { again, letPartnerIn, makeCircle, makeOrganisation, openCircles, rowOf, toldOf } from './circle-world.ts'

let w: Awaited<ReturnType<typeof openCircles>>
beforeAll(async () => {
  w = await openCircles()
})
afterAll(() => w.world.close())

const DAY = 86_400_000
const fresh = (name = 'PC New') => makeStaff(w.db, name, 'officer', w.team)
const post = (actor: SignedIn, circleId: number) =>
  w.db.transaction((tx) =>
    publishInNetwork(tx, actor, {
      kind: 'update',
      title: 'New batteries',
      body: 'They last.',
      tags: [],
      details: {},
      clientKey: randomUUID(),
      circleId,
    }),
  )
const refused = (error: unknown): void => {
  if (!(error instanceof Forbidden)) throw error
}
const bringBack = (postId: number) =>
  w.db.transaction(async (tx) => {
    const item = await lockItem(tx, { postId })
    if (item?.kind === 'post') await restorePost(tx, null, item.post)
  })

test('a circle that closes while removed posts come back: nobody waits for each other in a ring, and all of it is archived', async () => {
  const [owner, author] = [await fresh(), await fresh()]
  for (let round = 0; round < 20; round++) {
    const id = await makeCircle(w.db, owner)
    await joinCircle(w.db, author, id)
    const [keeper, writer] = [await again(w.db, owner), await again(w.db, author)]
    const down = [await post(writer, id), await post(writer, id), await post(writer, id)]
    for (const { id: postId } of down) await removeInCircle(w.db, keeper, { postId }, { reasonCode: 'abuse', text: null })
    const [third, ...others] = down.toReversed()
    await Promise.all([
      ...others.map((one) => bringBack(one.id)),
      closeCircle(w.db, keeper, id, 'Done.'),
      post(writer, id).catch(refused),
      bringBack(third?.id ?? 0),
    ])
    const left = await w.db
      .select({ mode: conversations.mode, state: posts.state })
      .from(posts)
      .innerJoin(conversations, eq(conversations.id, posts.conversationId))
      .where(eq(posts.audience, `circle:${id}`))
    expect(left.every(({ mode, state }) => mode === 'archived' && state === 'published')).toBe(true)
    expect((await rowOf(w.db, id)).closedAt).not.toBeNull()
  }
}, 60_000)

describe('a circle in which nobody of the force is any more', () => {
  async function deserted(kind: 'open' | 'restricted' | 'private' = 'private') {
    const owner = await fresh()
    const circleId = await makeCircle(w.db, owner, kind)
    const domain = `${randomUUID().slice(0, 8)}.gov.example`
    await makeOrganisation(w.db, w.administrator, { domains: [domain] })
    const partner = kind === 'open' ? null : await letPartnerIn(w.db, await again(w.db, owner), circleId, domain)
    await post(await again(w.db, owner), circleId)
    const end = (at = new Date()) => w.db.update(roleGrants).set({ endedAt: at }).where(eq(roleGrants.accountId, owner.accountId))
    return { owner, circleId, partner, end }
  }
  const closedAfter = async (days: number, circleId: number): Promise<boolean> => {
    moveClock(days * DAY)
    try {
      await closeDeserted(w.db)
    } finally {
      moveClock(0)
    }
    return (await rowOf(w.db, circleId)).closedAt !== null
  }

  test('closes by itself after a month: with a row of the log, told to who is in it, read by them, and archived', async () => {
    const { circleId, partner, end } = await deserted()
    await end()
    expect(await closedAfter(29, circleId)).toBe(false)
    expect(await closedAfter(31, circleId)).toBe(true)
    expect(await closedAfter(32, circleId)).toBe(true)
    const rows = await w.db.select().from(log).where(eq(log.itemId, circleId))
    expect(rows.filter(({ act }) => act === 'circle-closed')).toMatchObject([
      { actorId: null, role: 'system', note: expect.stringContaining('by itself') },
    ])
    expect((await toldOf(w.db, circleId)).filter(({ kind }) => kind === 'circle.closed')).toMatchObject([{ actorId: null }])
    const [talk] = await w.db
      .select()
      .from(conversations)
      .where(eq(conversations.audience, `circle:${circleId}`))
    expect(talk?.mode).toBe('archived')
    if (!partner) throw new Error('no partner')
    expect(await circleById(w.db, await again(w.db, partner), circleId)).toMatchObject({ closedBecause: expect.stringContaining('by itself') })
  })

  test('a role that ran out counts from then on, and one that comes back keeps it open', async () => {
    const one = await deserted('restricted')
    await w.db
      .update(roleGrants)
      .set({ expiresAt: new Date(Date.now() + 10 * DAY) })
      .where(eq(roleGrants.accountId, one.owner.accountId))
    expect(await closedAfter(39, one.circleId)).toBe(false)
    expect(await closedAfter(41, one.circleId)).toBe(true)
    const other = await deserted('restricted')
    await other.end()
    await w.db.insert(roleGrants).values({
      accountId: other.owner.accountId,
      role: 'administrator',
      confirmedBy: w.press.accountId,
      confirmedAt: new Date(),
      expiresAt: new Date(Date.now() + 300 * DAY),
    })
    expect(await closedAfter(60, other.circleId)).toBe(false)
  })

  test('stays while any colleague is in it, owner or not, and where every colleague can come in', async () => {
    const open = await deserted('open')
    await open.end()
    const kept = await deserted()
    const member = await fresh()
    await w.db.$client.query("insert into circle_members (circle_id, account_id, role, joined_at) values ($1, $2, 'member', now())", [
      kept.circleId,
      member.accountId,
    ])
    await kept.end()
    for (const { circleId } of [open, kept]) expect(await closedAfter(60, circleId)).toBe(false)
  })
})
