import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerInvitation } from '../../src/circles/accepting.ts'
import { askToJoin, waitingRequest, waitingRequests } from '../../src/circles/asking.ts'
import { inviteColleague, inviteMailbox, invitationsOf, sentInvitations, takeBackInvitation } from '../../src/circles/inviting.ts'
import { colleaguesNamed } from '../../src/circles/members.ts'
import { circleInvitations, circleRequests } from '../../src/circles/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { makeStaff } from '../people.ts'
import { again, invitationFor, makeCircle, openCircles, rowOf, SITE } from './circle-world.ts'

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

describe('inviting a colleague', () => {
  test('twice is once; an administrator is a colleague; who is in it and a resident cannot be invited', async () => {
    const [owner, person] = [await fresh(), await fresh('PC Guest')]
    const id = await makeCircle(w.db, owner, 'private')
    const keeper = await again(w.db, owner)
    await Promise.all([1, 2, 3].map(() => inviteColleague(w.db, keeper, id, person.accountId, randomUUID())))
    expect(await sentInvitations(w.db, keeper, id)).toMatchObject([{ whom: 'PC Guest', organisation: null }])
    await inviteColleague(w.db, keeper, id, w.administrator.accountId, randomUUID())
    expect(await sentInvitations(w.db, keeper, id)).toHaveLength(2)
    for (const outside of [w.resident, owner])
      await expect(inviteColleague(w.db, keeper, id, outside.accountId, randomUUID())).rejects.toThrow(Refused)
    await expect(inviteColleague(w.db, keeper, id, 999_999, randomUUID())).rejects.toThrow(Refused)
  })

  test('is accepted once, by the one who is invited, and not when it was taken back or ran out', async () => {
    const [owner, person] = [await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner, 'private')
    const keeper = await again(w.db, owner)
    const invitation = await invitationFor(w.db, keeper, id, person)
    await expect(answerInvitation(w.db, w.colleague, invitation, 'accepted')).rejects.toThrow(NotFound)
    await Promise.all([1, 2, 3].map(() => answerInvitation(w.db, person, invitation, 'accepted')))
    expect((await rowOf(w.db, id)).memberCount).toBe(2)
    await expect(answerInvitation(w.db, person, invitation, 'declined')).rejects.toThrow(Overtaken)
    await expect(takeBackInvitation(w.db, keeper, invitation)).rejects.toThrow(Overtaken)
    const second = await invitationFor(w.db, keeper, id, w.colleague)
    await takeBackInvitation(w.db, keeper, second)
    await takeBackInvitation(w.db, keeper, second)
    await expect(answerInvitation(w.db, w.colleague, second, 'accepted')).rejects.toThrow(Overtaken)
    const third = await invitationFor(w.db, keeper, id, w.colleague)
    await w.db
      .update(circleInvitations)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(circleInvitations.id, third))
    await expect(answerInvitation(w.db, w.colleague, third, 'accepted')).rejects.toThrow(Forbidden)
    expect(await invitationsOf(w.db, w.colleague)).toEqual([])
    // One that ran out is no obstacle to another.
    expect(await invitationFor(w.db, keeper, id, w.colleague)).toBeGreaterThan(third)
  })

  test('accepting and taking back at once: one of them counts, and the count says which', async () => {
    for (let round = 0; round < 5; round++) {
      const [owner, person] = [await fresh(), await fresh()]
      const id = await makeCircle(w.db, owner, 'private')
      const keeper = await again(w.db, owner)
      const invitation = await invitationFor(w.db, keeper, id, person)
      const { done } = await settled([answerInvitation(w.db, person, invitation, 'accepted'), takeBackInvitation(w.db, keeper, invitation)])
      expect(done).toBe(1)
      const isIn = (await again(w.db, person)).circles?.includes(id)
      expect((await rowOf(w.db, id)).memberCount).toBe(isIn ? 2 : 1)
    }
  })

  test('a form that is sent again for somebody else invites nobody and says so', async () => {
    const [owner, one, other] = [await fresh(), await fresh(), await fresh()]
    const [id, second] = [await makeCircle(w.db, owner, 'private'), await makeCircle(w.db, owner, 'private')]
    const keeper = await again(w.db, owner)
    const key = randomUUID()
    await inviteColleague(w.db, keeper, id, one.accountId, key)
    await inviteColleague(w.db, keeper, id, one.accountId, key)
    for (const [circleId, person] of [
      [id, other],
      [second, one],
    ] as const) {
      const repeated = inviteColleague(w.db, keeper, circleId, person.accountId, key)
      await expect(repeated).rejects.toMatchObject({ fields: { clientKey: expect.stringContaining('Somebody else') } })
    }
    const input = { email: 'kit@fire.example', clientKey: key }
    await expect(inviteMailbox(w.db, keeper, id, input, SITE)).rejects.toThrow(Refused)
    expect(await w.db.$count(circleInvitations, eq(circleInvitations.clientKey, key))).toBe(1)
    const keys = randomUUID()
    const { done, failed } = await settled([
      inviteColleague(w.db, keeper, id, other.accountId, keys),
      inviteColleague(w.db, keeper, second, other.accountId, keys),
    ])
    expect([done, failed[0] instanceof Refused]).toEqual([1, true])
    // Answered long ago: the same form again is still that one.
    const [sent] = await invitationsOf(w.db, one)
    await answerInvitation(w.db, one, sent?.id ?? 0, 'declined')
    await inviteColleague(w.db, keeper, id, one.accountId, key)
  })

  test('more than a page of requests: each can be opened, a page at a time', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    await w.db.$client.query(
      `with people as (insert into accounts (email, display_name) select 'asker' || n || '@example.org', 'Asker ' || n from generate_series(1, 130) n returning id)
       insert into circle_requests (circle_id, account_id, words, asked_at) select $1, id, 'Please.', now() from people order by id`,
      [id],
    )
    const first = await waitingRequests(w.db, keeper, id)
    const rest = await waitingRequests(w.db, keeper, id, first.at(-1)?.id ?? 0)
    expect([first.length, rest.length, new Set([...first, ...rest].map((one) => one.id)).size]).toEqual([100, 30, 130])
    const last = rest.at(-1)
    expect(await waitingRequest(w.db, keeper, id, last?.id ?? 0)).toEqual(last)
    const elsewhere = await makeCircle(w.db, owner, 'restricted')
    expect(await waitingRequest(w.db, await again(w.db, owner), elsewhere, last?.id ?? 0)).toBeNull()
    await expect(waitingRequest(w.db, w.press, id, last?.id ?? 0)).rejects.toThrow(NotFound)
  })

  test('an answer stays what it was, also for the database', async () => {
    const [owner, person] = [await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner, 'private')
    const invitation = await invitationFor(w.db, await again(w.db, owner), id, person)
    await answerInvitation(w.db, person, invitation, 'declined')
    const of = eq(circleInvitations.id, invitation)
    await expect(w.db.update(circleInvitations).set({ answer: 'accepted' }).where(of)).rejects.toThrow()
    await expect(w.db.update(circleInvitations).set({ answer: null, answeredAt: null }).where(of)).rejects.toThrow()
    await expect(w.db.update(circleInvitations).set({ accountId: w.press.accountId }).where(of)).rejects.toThrow()
  })

  test('colleagues are found by name, administrators too; residents and members are not', async () => {
    const owner = await makeStaff(w.db, 'PC Zebedee Owner', 'officer', w.team)
    const other = await makeStaff(w.db, 'PC Zebedee Other', 'press-office')
    const administrator = await makeStaff(w.db, 'Zebedee Administrator', 'administrator')
    const id = await makeCircle(w.db, owner)
    expect(await colleaguesNamed(w.db, 'zebedee', id)).toEqual([
      { accountId: other.accountId, name: 'PC Zebedee Other', mark: 'Press office' },
      { accountId: administrator.accountId, name: 'Zebedee Administrator', mark: 'Administrator' },
    ])
    expect(await colleaguesNamed(w.db, 'maureen', id)).toEqual([])
    expect(await colleaguesNamed(w.db, '%', id)).toEqual([])
  })

  test('whoever asked and is invited meanwhile waits no more once they are in', async () => {
    const [owner, person] = [await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    await askToJoin(w.db, person, id, 'Please.')
    await answerInvitation(w.db, person, await invitationFor(w.db, keeper, id, person), 'accepted')
    expect(await waitingRequests(w.db, keeper, id)).toEqual([])
    expect((await w.db.select().from(circleRequests).where(eq(circleRequests.circleId, id)))[0]).toMatchObject({
      answer: 'let-in',
      answeredBy: owner.accountId,
    })
  })
})
