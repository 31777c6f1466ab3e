import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circles, roleGrants } from '../../src/accounts/schema.ts'
import { type SignedIn } from '../../src/actor.ts'
import { answerInvitation } from '../../src/circles/accepting.ts'
import { askToJoin } from '../../src/circles/asking.ts'
import { circleById, listedCircles, ownerNames } from '../../src/circles/circle.ts'
import { closeCircle } from '../../src/circles/closing.ts'
import { changeCircle } from '../../src/circles/founding.ts'
import { inviteColleague } from '../../src/circles/inviting.ts'
import { joinCircle, leaveCircle, removeMember, setOwner, takeOverCircle } from '../../src/circles/membership.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { conversationById } from '../../src/conversations/conversation.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { makeStaff } from '../people.ts'
import { again, invitationFor, makeCircle, openCircles, rowOf, toldOf } from './circle-world.ts'

let w: Awaited<ReturnType<typeof openCircles>>
beforeAll(async () => {
  w = await openCircles()
})
afterAll(() => w.world.close())

const fresh = (name = 'PC New') => makeStaff(w.db, name, 'officer', w.team)
const settled = async (acts: Promise<unknown>[]) => {
  const all = await Promise.allSettled(acts)
  return {
    done: all.filter(({ status }) => status === 'fulfilled').length,
    failed: all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : [])),
  }
}
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

describe('owners', () => {
  test('the last one names another, or cannot leave', async () => {
    const [owner, member] = [await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner)
    const keeper = await again(w.db, owner)
    await expect(leaveCircle(w.db, keeper, id, null)).rejects.toThrow(Refused)
    await expect(leaveCircle(w.db, keeper, id, owner.accountId)).rejects.toThrow(Refused)
    await expect(leaveCircle(w.db, keeper, id, w.press.accountId)).rejects.toThrow(Refused)
    await joinCircle(w.db, member, id)
    await leaveCircle(w.db, keeper, id, member.accountId)
    expect(await ownerNames(w.db, id)).toMatchObject([{ accountId: member.accountId }])
    await expect(setOwner(w.db, await again(w.db, member), id, member.accountId, false)).rejects.toThrow(Forbidden)
  })

  test('two who leave at once: one stays, or is asked who comes after them', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await fresh(), await fresh()]
      const id = await makeCircle(w.db, one)
      await joinCircle(w.db, other, id)
      await setOwner(w.db, await again(w.db, one), id, other.accountId, true)
      const { done, failed } = await settled([
        leaveCircle(w.db, await again(w.db, one), id, null),
        leaveCircle(w.db, await again(w.db, other), id, null),
      ])
      expect(done).toBe(1)
      expect(failed[0]).toBeInstanceOf(Refused)
      expect(await ownerNames(w.db, id)).toHaveLength(1)
      expect((await rowOf(w.db, id)).memberCount).toBe(1)
    }
  })

  test('two who end each other’s ownership, or pass it to each other and leave, at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await fresh(), await fresh()]
      const id = await makeCircle(w.db, one)
      await joinCircle(w.db, other, id)
      await setOwner(w.db, await again(w.db, one), id, other.accountId, true)
      const [first, second] = [await again(w.db, one), await again(w.db, other)]
      await settled([setOwner(w.db, first, id, other.accountId, false), setOwner(w.db, second, id, one.accountId, false)])
      expect(await ownerNames(w.db, id)).toHaveLength(1)
      await settled([leaveCircle(w.db, first, id, other.accountId), leaveCircle(w.db, second, id, one.accountId)])
      expect(await ownerNames(w.db, id)).toHaveLength(1)
    }
  })

  test('the database refuses a circle that nobody owns', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner)
    await expect(w.db.execute(sql`update circle_members set left_at = now() where circle_id = ${id}`)).rejects.toThrow()
    await expect(w.db.execute(sql`update circle_members set role = 'member' where circle_id = ${id}`)).rejects.toThrow()
    await expect(w.db.execute(sql`delete from circle_members where circle_id = ${id}`)).rejects.toThrow()
  })

  test('when the last owner’s role has ended, a member takes it over, and nobody while there is one', async () => {
    const [owner, member, other] = [await fresh(), await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner)
    for (const person of [member, other]) await joinCircle(w.db, person, id)
    const [first, second] = [await again(w.db, member), await again(w.db, other)]
    await expect(takeOverCircle(w.db, first, id)).rejects.toThrow(Forbidden)
    await w.db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, owner.accountId))
    await expect(takeOverCircle(w.db, w.press, id)).rejects.toThrow(NotFound)
    const { done, failed } = await settled([takeOverCircle(w.db, first, id), takeOverCircle(w.db, second, id)])
    expect([done, failed[0] instanceof Forbidden]).toEqual([1, true])
    expect(await ownerNames(w.db, id)).toHaveLength(1)
  })

  test('a member is removed with a reason, an owner and oneself are not', async () => {
    const [owner, other, member] = [await fresh(), await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner)
    for (const person of [other, member]) await joinCircle(w.db, person, id)
    const keeper = await again(w.db, owner)
    await setOwner(w.db, keeper, id, other.accountId, true)
    await expect(removeMember(w.db, keeper, id, other.accountId, 'Because.')).rejects.toThrow(Forbidden)
    await expect(removeMember(w.db, keeper, id, owner.accountId, 'Because.')).rejects.toThrow(Forbidden)
    await expect(removeMember(w.db, await again(w.db, member), id, other.accountId, 'Because.')).rejects.toThrow(Forbidden)
    await expect(removeMember(w.db, keeper, id, w.press.accountId, 'Because.')).rejects.toThrow(NotFound)
    await Promise.all([
      removeMember(w.db, keeper, id, member.accountId, 'Because.'),
      removeMember(w.db, await again(w.db, other), id, member.accountId, 'Other.'),
    ])
    expect((await rowOf(w.db, id)).memberCount).toBe(2)
    expect((await again(w.db, member)).circles).not.toContain(id)
    expect((await toldOf(w.db, id)).filter(({ kind }) => kind === 'circle.left')).toHaveLength(1)
  })
})

describe('closing', () => {
  test('it is read by its members and added to no more: no post, no comment, no member, no change', async () => {
    const [owner, member, asker] = [await fresh(), await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    await answerInvitation(w.db, member, await invitationFor(w.db, keeper, id, member), 'accepted')
    const inside = await again(w.db, member)
    const { conversationId } = await post(inside, id)
    await postComment(w.db, keeper, conversationId, { body: 'Good.', parentId: null, clientKey: randomUUID() })
    const [waiting] = [await invitationFor(w.db, keeper, id, w.colleague), await askToJoin(w.db, asker, id, 'Please.')]
    await closeCircle(w.db, keeper, id, 'We have all moved to the new circle.')
    expect(await circleById(w.db, inside, id)).toMatchObject({ closedBecause: 'We have all moved to the new circle.', role: 'member' })
    expect((await conversationById(w.db, inside, conversationId)).mode).toBe('archived')
    await expect(post(inside, id)).rejects.toThrow(Forbidden)
    await expect(postComment(w.db, inside, conversationId, { body: 'More.', parentId: null, clientKey: randomUUID() })).rejects.toThrow(Refused)
    await expect(w.db.update(conversations).set({ mode: 'open' }).where(eq(conversations.id, conversationId))).rejects.toThrow()
    await expect(answerInvitation(w.db, w.colleague, waiting, 'accepted')).rejects.toThrow(Overtaken)
    await expect(askToJoin(w.db, asker, id, 'Please.')).rejects.toThrow(Forbidden)
    await expect(inviteColleague(w.db, keeper, id, w.press.accountId, randomUUID())).rejects.toThrow(Forbidden)
    await expect(changeCircle(w.db, keeper, id, { name: 'X', about: 'Y', kind: 'private', version: 1 })).rejects.toThrow(Forbidden)
    await expect(closeCircle(w.db, keeper, id, 'Again.')).rejects.toThrow(Forbidden)
    await expect(w.db.update(circles).set({ closedAt: null }).where(eq(circles.id, id))).rejects.toThrow()
    // Nobody has to own what is closed.
    await leaveCircle(w.db, keeper, id, null)
    expect((await listedCircles(w.db, w.colleague, '', null)).circles.map((circle) => circle.id)).not.toContain(id)
  })

  test('a post that is published at the same moment is either archived with it, or refused', async () => {
    for (let round = 0; round < 6; round++) {
      const owner = await fresh()
      const id = await makeCircle(w.db, owner)
      const keeper = await again(w.db, owner)
      await settled([post(keeper, id), closeCircle(w.db, keeper, id, 'Done.'), post(keeper, id)])
      const left = await w.db
        .select({ mode: conversations.mode })
        .from(conversations)
        .where(eq(conversations.audience, `circle:${id}`))
      expect(left.filter(({ mode }) => mode !== 'archived')).toEqual([])
      expect((await rowOf(w.db, id)).closedAt).not.toBeNull()
    }
  })

  test('only an owner closes', async () => {
    const [owner, member] = [await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner)
    await joinCircle(w.db, member, id)
    for (const actor of [await again(w.db, member), w.press, w.administrator, w.resident])
      await expect(closeCircle(w.db, actor, id, 'Because.')).rejects.toThrow(Forbidden)
  })
})
