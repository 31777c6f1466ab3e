import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actorById } from '../../src/accounts/known.ts'
import { circles, roleGrants } from '../../src/accounts/schema.ts'
import { visitor } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { answerInvitation } from '../../src/circles/accepting.ts'
import { answerRequest, askToJoin, lastAnswer, waitingRequests, withdrawRequest } from '../../src/circles/asking.ts'
import { circleById, listedCircles, ownCircle, ownCircles } from '../../src/circles/circle.ts'
import { closeCircle } from '../../src/circles/closing.ts'
import { changeCircle, foundCircle } from '../../src/circles/founding.ts'
import { inviteColleague, invitationsOf } from '../../src/circles/inviting.ts'
import { membersOf } from '../../src/circles/members.ts'
import { joinCircle, leaveCircle, removeMember, setOwner } from '../../src/circles/membership.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { makeStaff } from '../people.ts'
import { again, invitationFor, makeCircle, memberRow, newCircle, openCircles, rowOf, toldOf } from './circle-world.ts'

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

describe('founding', () => {
  test('the founder owns it, is counted, and reads it from then on', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner, 'restricted')
    const seen = await ownCircle(w.db, await again(w.db, owner), id)
    expect(seen).toMatchObject({ role: 'owner', kind: 'restricted', memberCount: 1, closedAt: null })
    expect((await toldOf(w.db, id)).map(({ kind, audience }) => [kind, audience])).toEqual([
      ['circle.founded', `circle:${id}`],
      ['circle.joined', `circle:${id}`],
    ])
    const [row] = await w.db
      .select()
      .from(log)
      .where(sql`${log.item} = 'circle' and ${log.itemId} = ${id}`)
    expect(row).toMatchObject({ act: 'circle-founded', actorId: owner.accountId, note: null })
  })

  test('the same form twice, also at once, makes one', async () => {
    const owner = await fresh()
    const input = newCircle()
    const ids = await Promise.all([foundCircle(w.db, owner, input), foundCircle(w.db, owner, input), foundCircle(w.db, owner, input)])
    expect(new Set(ids).size).toBe(1)
    expect((await rowOf(w.db, ids[0] ?? 0)).memberCount).toBe(1)
    await expect(foundCircle(w.db, w.press, input)).rejects.toThrow(NotFound)
  })

  test('only colleagues found one, and for a team only those who work there', async () => {
    await expect(foundCircle(w.db, w.resident, newCircle())).rejects.toThrow(Forbidden)
    expect((await rowOf(w.db, await foundCircle(w.db, w.administrator, newCircle()))).memberCount).toBe(1)
    const ours = { ...newCircle(), teamId: w.team.id }
    for (const other of [w.stranger, w.press]) await expect(foundCircle(w.db, other, { ...ours, clientKey: randomUUID() })).rejects.toThrow(Forbidden)
    expect((await rowOf(w.db, await foundCircle(w.db, w.sergeant, ours))).teamId).toBe(w.team.id)
  })

  test('whoever is suspended founds nothing, joins nothing and asks for nothing, and can still leave', async () => {
    const owner = await fresh()
    const [open, restricted] = [await makeCircle(w.db, owner), await makeCircle(w.db, owner, 'restricted')]
    const colleague = await fresh()
    await joinCircle(w.db, colleague, open)
    const silent = { ...(await again(w.db, colleague)), standing: { heldUntil: null, mutedUntil: null, suspendedUntil: new Date(Date.now() + 1e9) } }
    await expect(foundCircle(w.db, silent, newCircle())).rejects.toThrow(/suspended/)
    await expect(joinCircle(w.db, silent, await makeCircle(w.db, owner))).rejects.toThrow(/suspended/)
    await expect(askToJoin(w.db, silent, restricted, 'Please.')).rejects.toThrow(/suspended/)
    await leaveCircle(w.db, silent, open, null)
    expect((await rowOf(w.db, open)).memberCount).toBe(1)
  })
})

describe('joining an open circle', () => {
  test('is one press, also when many press at once, and everybody is counted once', async () => {
    const id = await makeCircle(w.db, await fresh())
    const people = await Promise.all(Array.from({ length: 8 }, () => fresh()))
    await Promise.all(people.flatMap((person) => [joinCircle(w.db, person, id), joinCircle(w.db, person, id)]))
    expect((await rowOf(w.db, id)).memberCount).toBe(9)
    expect((await toldOf(w.db, id)).filter(({ kind }) => kind === 'circle.joined')).toHaveLength(9)
    await Promise.all(people.slice(0, 4).flatMap((person) => [leaveCircle(w.db, person, id, null), leaveCircle(w.db, person, id, null)]))
    expect((await rowOf(w.db, id)).memberCount).toBe(5)
    expect((await toldOf(w.db, id)).filter(({ kind }) => kind === 'circle.left')).toHaveLength(4)
  })

  test('is for colleagues, and for open circles', async () => {
    const owner = await fresh()
    const [open, restricted, hidden] = [
      await makeCircle(w.db, owner),
      await makeCircle(w.db, owner, 'restricted'),
      await makeCircle(w.db, owner, 'private'),
    ]
    await expect(joinCircle(w.db, w.resident, open)).rejects.toThrow(Forbidden)
    await joinCircle(w.db, w.administrator, open)
    expect((await again(w.db, w.administrator)).circles).toContain(open)
    await expect(joinCircle(w.db, w.colleague, restricted)).rejects.toThrow(Forbidden)
    await expect(joinCircle(w.db, w.colleague, hidden)).rejects.toThrow(NotFound)
    await expect(joinCircle(w.db, w.colleague, 999_999)).rejects.toThrow(NotFound)
  })

  test('who left comes back by themselves; who was removed only by an invitation', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner)
    const person = await fresh()
    await joinCircle(w.db, person, id)
    await leaveCircle(w.db, person, id, null)
    await joinCircle(w.db, person, id)
    await removeMember(w.db, await again(w.db, owner), id, person.accountId, 'You left the force’s drone unlocked.')
    await expect(joinCircle(w.db, person, id)).rejects.toThrow(/removed you/)
    expect(await circleById(w.db, await again(w.db, person), id)).toMatchObject({
      role: null,
      removedBecause: 'You left the force’s drone unlocked.',
    })
    await answerInvitation(w.db, person, await invitationFor(w.db, await again(w.db, owner), id, person), 'accepted')
    expect(await memberRow(w.db, id, person)).toMatchObject({ role: 'member', leftAt: null, removedBy: null, removedBecause: null })
    expect((await rowOf(w.db, id)).memberCount).toBe(2)
  })
})

describe('asking to join a restricted circle', () => {
  test('its owners read the words and let in, once, whoever of them is first', async () => {
    const [one, other, asker] = [await fresh('PC One'), await fresh('PC Other'), await fresh('PC Asks')]
    const id = await makeCircle(w.db, one, 'restricted')
    await Promise.all([askToJoin(w.db, asker, id, 'I fly too.'), askToJoin(w.db, asker, id, 'I fly too.')])
    const owner = await again(w.db, one)
    const [request, ...further] = await waitingRequests(w.db, owner, id)
    expect(further).toEqual([])
    expect(request).toMatchObject({ name: 'PC Asks', words: 'I fly too.', accountId: asker.accountId })
    await answerInvitation(w.db, other, await invitationFor(w.db, owner, id, other), 'accepted')
    await setOwner(w.db, owner, id, other.accountId, true)
    const second = await again(w.db, other)
    const answers = [owner, second, owner].map((actor) => answerRequest(w.db, actor, request?.id ?? 0, { answer: 'let-in', note: null }))
    await Promise.all(answers)
    expect((await rowOf(w.db, id)).memberCount).toBe(3)
    expect((await toldOf(w.db, id)).filter(({ kind }) => kind === 'circle.answered')).toHaveLength(1)
    await expect(answerRequest(w.db, second, request?.id ?? 0, { answer: 'refused', note: 'No.' })).rejects.toThrow(Overtaken)
    expect((await again(w.db, asker)).circles).toContain(id)
  })

  test('a refusal needs a note, which the asker reads; they can ask again', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    await askToJoin(w.db, w.colleague, id, 'Please.')
    const [request] = await waitingRequests(w.db, keeper, id)
    await expect(answerRequest(w.db, keeper, request?.id ?? 0, { answer: 'refused', note: null })).rejects.toThrow(Refused)
    await answerRequest(w.db, keeper, request?.id ?? 0, { answer: 'refused', note: 'It is for pilots.' })
    expect(await lastAnswer(w.db, w.colleague, id)).toMatchObject({ note: 'It is for pilots.' })
    expect((await again(w.db, w.colleague)).circles).not.toContain(id)
    await askToJoin(w.db, w.colleague, id, 'I have my licence now.')
    expect(await waitingRequests(w.db, keeper, id)).toHaveLength(1)
    await withdrawRequest(w.db, w.colleague, id)
    expect(await waitingRequests(w.db, keeper, id)).toEqual([])
  })

  test('who is no owner neither reads nor answers; who no longer works here is not let in', async () => {
    const [owner, member, asker] = [await fresh(), await fresh(), await fresh()]
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    await answerInvitation(w.db, member, await invitationFor(w.db, keeper, id, member), 'accepted')
    await askToJoin(w.db, asker, id, 'Please.')
    const [request] = await waitingRequests(w.db, keeper, id)
    for (const actor of [await again(w.db, member), w.press, w.administrator]) {
      await expect(waitingRequests(w.db, actor, id)).rejects.toThrow(actor.accountId === member.accountId ? Forbidden : NotFound)
      await expect(answerRequest(w.db, actor, request?.id ?? 0, { answer: 'let-in', note: null })).rejects.toThrow(Forbidden)
    }
    await w.db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, asker.accountId))
    await expect(answerRequest(w.db, keeper, request?.id ?? 0, { answer: 'let-in', note: null })).rejects.toThrow(Refused)
    expect((await rowOf(w.db, id)).memberCount).toBe(2)
  })

  test('only into restricted circles, and by colleagues', async () => {
    const owner = await fresh()
    await expect(askToJoin(w.db, w.colleague, await makeCircle(w.db, owner, 'private'), 'Please.')).rejects.toThrow(NotFound)
    await expect(askToJoin(w.db, w.colleague, await makeCircle(w.db, owner), 'Please.')).rejects.toThrow(Forbidden)
    await expect(askToJoin(w.db, w.resident, await makeCircle(w.db, owner, 'restricted'), 'Please.')).rejects.toThrow(Forbidden)
  })
})

describe('an administrator', () => {
  test('asks to be let in, reads nothing before, and everything from then on', async () => {
    const [owner, clerk] = [await fresh(), await makeStaff(w.db, 'Robin Hale', 'administrator')]
    const id = await makeCircle(w.db, owner, 'restricted')
    await expect(joinCircle(w.db, clerk, id)).rejects.toThrow(Forbidden)
    await askToJoin(w.db, clerk, id, 'I keep the rights to it.')
    await expect(ownCircle(w.db, clerk, id)).rejects.toThrow(NotFound)
    await expect(membersOf(w.db, clerk, id, null)).rejects.toThrow()
    const keeper = await again(w.db, owner)
    const [request] = await waitingRequests(w.db, keeper, id)
    await answerRequest(w.db, keeper, request?.id ?? 0, { answer: 'let-in', note: null })
    const member = await again(w.db, clerk)
    expect(await ownCircle(w.db, member, id)).toMatchObject({ role: 'member', memberCount: 2 })
    const { members } = await membersOf(w.db, member, id, null)
    expect(members.find(({ accountId }) => accountId === clerk.accountId)).toMatchObject({ name: 'Robin Hale', mark: 'Administrator' })
    await w.db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, clerk.accountId))
    expect((await again(w.db, clerk)).circles).toEqual([])
  })

  test('looks after the people of a circle that they founded, for no team', async () => {
    const clerk = await makeStaff(w.db, 'Robin Hale', 'administrator')
    await expect(foundCircle(w.db, clerk, { ...newCircle(), teamId: w.team.id })).rejects.toThrow(Forbidden)
    const id = await makeCircle(w.db, clerk, 'restricted')
    const keeper = await again(w.db, clerk)
    expect(await ownCircle(w.db, keeper, id)).toMatchObject({ role: 'owner' })
    const [asker, guest] = [await fresh(), await fresh()]
    await askToJoin(w.db, asker, id, 'Please.')
    const [request] = await waitingRequests(w.db, keeper, id)
    await answerRequest(w.db, keeper, request?.id ?? 0, { answer: 'let-in', note: null })
    await answerInvitation(w.db, guest, await invitationFor(w.db, keeper, id, guest), 'accepted')
    expect((await rowOf(w.db, id)).memberCount).toBe(3)
    await removeMember(w.db, keeper, id, guest.accountId, 'Works elsewhere now.')
    await setOwner(w.db, keeper, id, asker.accountId, true)
    await closeCircle(w.db, keeper, id, 'Done.')
    expect(await rowOf(w.db, id)).toMatchObject({ memberCount: 2, closedBecause: 'Done.' })
  })
})

describe('a private circle', () => {
  test('is in no list and at no address for anybody but its members and whom it invited', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner, 'private', 'Operation Heron')
    for (const outside of [w.colleague, w.press, w.sergeant, w.administrator, w.resident, visitor]) {
      await expect(circleById(w.db, outside, id)).rejects.toThrow(NotFound)
      expect(JSON.stringify(await listedCircles(w.db, outside, '', null))).not.toContain('Heron')
      expect(JSON.stringify(await listedCircles(w.db, outside, 'heron', null))).not.toContain('Heron')
      expect(JSON.stringify(await ownCircles(w.db, outside))).not.toContain('Heron')
      await expect(membersOf(w.db, outside, id, null)).rejects.toThrow(NotFound)
    }
    const invitation = await invitationFor(w.db, await again(w.db, owner), id, w.colleague)
    expect(await circleById(w.db, w.colleague, id)).toMatchObject({ name: 'Operation Heron', role: null, invitationId: invitation })
    await expect(ownCircle(w.db, w.colleague, id)).rejects.toThrow(NotFound)
    expect(await invitationsOf(w.db, w.colleague)).toMatchObject([{ id: invitation, circleName: 'Operation Heron' }])
    expect(await invitationsOf(w.db, w.press)).toEqual([])
    await answerInvitation(w.db, w.colleague, invitation, 'declined')
    await expect(circleById(w.db, w.colleague, id)).rejects.toThrow(NotFound)
  })

  test('a verb of an owner on it does not tell others that it is there', async () => {
    const id = await makeCircle(w.db, await fresh(), 'private')
    await expect(closeCircle(w.db, w.press, id, 'Because.')).rejects.toThrow(NotFound)
    await expect(inviteColleague(w.db, w.press, id, w.colleague.accountId, randomUUID())).rejects.toThrow(NotFound)
    await expect(removeMember(w.db, w.press, id, w.colleague.accountId, 'Because.')).rejects.toThrow(NotFound)
    await expect(leaveCircle(w.db, w.press, id, null)).rejects.toThrow(NotFound)
  })
})

describe('the directory', () => {
  test('pages A to Z by key, leaves out one’s own, and finds by name and purpose', async () => {
    const owner = await fresh()
    const mark = randomUUID().slice(0, 8)
    for (let index = 0; index < 53; index++)
      await makeCircle(w.db, owner, index % 2 ? 'open' : 'restricted', `${mark} ${String(index).padStart(2, '0')}`)
    const first = await listedCircles(w.db, w.colleague, mark, null)
    expect(first.circles).toHaveLength(50)
    const second = await listedCircles(w.db, w.colleague, mark, first.next)
    expect(second.next).toBeNull()
    const names = [...first.circles, ...second.circles].map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(new Set(names).size).toBe(53)
    expect((await listedCircles(w.db, await again(w.db, owner), mark, null)).circles).toEqual([])
    expect((await ownCircles(w.db, await again(w.db, owner))).length).toBe(53)
    expect((await listedCircles(w.db, w.colleague, '100%', null)).circles).toEqual([])
  })

  test('goes on after what is listed alone: no other id tells that there is a circle, or where its name stands', async () => {
    const owner = await fresh()
    const mark = randomUUID().slice(0, 8)
    const [first] = [await makeCircle(w.db, owner, 'open', `${mark} a`), await makeCircle(w.db, owner, 'open', `${mark} z`)]
    const secret = await makeCircle(w.db, owner, 'private', `${mark} m`)
    expect((await listedCircles(w.db, w.colleague, mark, first)).circles).toHaveLength(1)
    expect((await listedCircles(w.db, w.colleague, mark, secret)).circles).toEqual([])
    expect((await listedCircles(w.db, w.colleague, mark, 999_999_999)).circles).toEqual([])
    const member = await again(w.db, owner)
    expect((await membersOf(w.db, member, first, null)).members).toHaveLength(1)
    const before = await makeStaff(w.db, 'AA Stranger', 'officer', w.team)
    expect((await membersOf(w.db, member, first, before.accountId)).members).toEqual([])
  })
})

describe('a circle never becomes more open', () => {
  test('neither by the verb nor by the database', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner, 'restricted')
    const keeper = await again(w.db, owner)
    const words = { name: 'Drones', about: 'Who flies what, and when.' }
    await expect(changeCircle(w.db, keeper, id, { ...words, kind: 'open', version: 1 })).rejects.toThrow(Refused)
    await changeCircle(w.db, keeper, id, { ...words, kind: 'private', version: 1 })
    await expect(changeCircle(w.db, keeper, id, { ...words, kind: 'restricted', version: 2 })).rejects.toThrow(Refused)
    for (const kind of ['open', 'restricted', 'support'] as const)
      await expect(w.db.update(circles).set({ kind }).where(eq(circles.id, id))).rejects.toThrow()
    await expect(circleById(w.db, w.colleague, id)).rejects.toThrow(NotFound)
  })

  test('of two owners who change it at once, the second is told', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner)
    const keeper = await again(w.db, owner)
    const change = (name: string) => changeCircle(w.db, keeper, id, { name, about: 'Other words.', kind: 'open', version: 1 })
    const { done, failed } = await settled([change('One'), change('Two')])
    expect([done, failed[0] instanceof Overtaken]).toEqual([1, true])
    expect((await rowOf(w.db, id)).version).toBe(2)
  })
})

describe('whose rights are in force', () => {
  test('the list of members and the session agree, whatever happened to a role', async () => {
    const owner = await fresh()
    const id = await makeCircle(w.db, owner)
    const people = await Promise.all(Array.from({ length: 5 }, () => fresh()))
    for (const person of people) await joinCircle(w.db, person, id)
    const [ended, expired, unconfirmed, away] = people.map(({ accountId }) => eq(roleGrants.accountId, accountId))
    await w.db.update(roleGrants).set({ endedAt: new Date() }).where(ended)
    await w.db
      .update(roleGrants)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(expired)
    await w.db.update(roleGrants).set({ confirmedAt: null, confirmedBy: null }).where(unconfirmed)
    await w.db.update(roleGrants).set({ role: 'partner', teamId: null }).where(away)
    const { members } = await membersOf(w.db, await again(w.db, owner), id, null)
    const listed = new Set(members.map(({ accountId }) => accountId))
    for (const { accountId } of [owner, ...people])
      expect([accountId, listed.has(accountId)]).toEqual([accountId, (await actorById(w.db, accountId)).circles?.includes(id)])
    expect(listed.size).toBe(2)
  })
})
