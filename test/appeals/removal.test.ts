/** What those who look after a circle removed can be appealed: its author brings it to the press office, under the name under which they wrote, and somebody else decides. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import { log } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { decideAppeal, type NewOutcome } from '../../src/appeals/hearing.ts'
import { ownCase } from '../../src/appeals/own-case.ts'
import { appealPanel } from '../../src/appeals/panel.ts'
import { appealRemoval, decidedPath, ownRemoval } from '../../src/appeals/removal.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { personaOf } from '../../src/circles/persona.ts'
import { registerCircles } from '../../src/circles/register.ts'
import { leaveSupport, removeMember } from '../../src/circles/support-joining.ts'
import { decidedAbout, removedHere } from '../../src/circles/support-talk.ts'
import { moveClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { authorRecord } from '../../src/conversations/context.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { removeInCircle } from '../../src/moderation/circle-removal.ts'
import { decidingPanel } from '../../src/moderation/deciding.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { queueOf } from '../../src/moderation/queue.ts'
import { cases } from '../../src/moderation/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { found, join, say, SECRET, write } from '../circles/support-world.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import * as network from '../network/circle.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  registerCircles(SECRET as Config)
})
afterAll(() => desk.close())

const input = { reasonCode: 'abuse', text: 'Please be kind.' }
const form = () => ({ text: 'I was not unkind.', clientKey: randomUUID() })
const outcome = async (caseId: number, more: Partial<NewOutcome> = {}): Promise<NewOutcome> => {
  const [file] = await desk.db.select().from(cases).where(eq(cases.id, caseId))
  return { way: 'overturned', text: 'You were right.', reasonCode: null, takeOut: [], note: null, version: file?.version ?? 0, ...more }
}

/** A support circle whose owner has removed a comment and a post of a member. */
async function removedInSupport(owner = desk.officer, author = desk.sergeant) {
  const circle = await found(desk.db, SECRET, owner)
  const member = await join(desk.db, SECRET, author, circle.id, circle.owner)
  const post = await write(desk.db, member)
  const { id: commentId } = await say(desk.db, member, (await write(desk.db, circle.owner)).conversationId)
  await removeInCircle(desk.db, circle.owner, { commentId }, input)
  await removeInCircle(desk.db, circle.owner, { postId: post.id }, input)
  return { ...circle, member, commentId, postId: post.id }
}

describe('in a support circle', () => {
  test('nothing reaches the press office before its author appeals; then that item does, under the pseudonym, and comes back', async () => {
    const here = await removedInSupport()
    const waiting = async () => (await queueOf(desk.db, desk.press, null)).rows.length
    const before = await waiting()
    expect(await removedHere(desk.db, here.member)).toMatchObject([
      { kind: 'post', id: here.postId, publicText: 'Please be kind.' },
      { kind: 'comment', id: here.commentId },
    ])
    for (const ref of [{ commentId: here.commentId }, { postId: here.postId }]) {
      expect(await ownRemoval(desk.db, here.member, ref)).toMatchObject({ publicText: 'Please be kind.', overBecause: null, caseId: null })
      const appeal = form()
      const { caseId } = await appealRemoval(desk.db, here.member, ref, appeal)
      expect(await appealRemoval(desk.db, here.member, ref, appeal)).toEqual({ caseId })
      await expect(appealRemoval(desk.db, here.member, ref, form())).rejects.toThrow(Refused)
      expect(await ownRemoval(desk.db, here.member, ref)).toMatchObject({ caseId })
      const file = await caseFile(desk.db, desk.press, caseId)
      expect(file).toMatchObject({ state: 'appealed', cause: 'appealed', decision: { decider: here.owner.displayName, deciderRole: 'circle-owner' } })
      expect(JSON.stringify(file)).toContain(here.member.displayName)
      for (const person of [desk.sergeant, desk.officer]) expect(JSON.stringify(file)).not.toContain(person.displayName)
      await expect(caseFile(desk.db, desk.sergeant, caseId)).rejects.toThrow(NotFound)
      expect(await ownCase(desk.db, here.member, caseId)).toMatchObject({ turn: 'appealed', decision: { role: 'Looks after the circle' } })
      await decideAppeal(desk.db, desk.press, caseId, await outcome(caseId))
      expect(await ownCase(desk.db, here.member, caseId)).toMatchObject({ turn: 'over', state: 'published', appeal: { outcome: 'overturned' } })
    }
    expect(await waiting()).toBe(before)
    expect(await desk.stateOf(here.commentId)).toBe('published')
    expect((await desk.db.select().from(posts).where(eq(posts.id, here.postId)))[0]).toMatchObject({ state: 'published' })
    const { decisions } = await decidedAbout(desk.db, here.member)
    expect([await removedHere(desk.db, here.member), decisions.map((one) => one.appeal)]).toEqual([[], ['overturned', 'overturned']])
    const rows = await desk.db.select().from(log).where(eq(log.itemId, here.commentId))
    expect(rows.map(({ act, audience }) => [act, audience]).filter(([act]) => act === 'overturn')).toEqual([['overturn', `circle:${here.id}`]])
  })

  test('two taps at once are one appeal', async () => {
    const here = await removedInSupport()
    const ref = { commentId: here.commentId }
    const appeal = form()
    const made = await Promise.all([1, 2, 3].map(() => appealRemoval(desk.db, here.member, ref, appeal)))
    expect(new Set(made.map(({ caseId }) => caseId)).size).toBe(1)
    expect(await desk.db.$count(cases, eq(cases.commentId, here.commentId))).toBe(1)
    expect(await desk.db.$count(appeals, eq(appeals.accountId, here.member.accountId))).toBe(1)
  })

  test('is for its author alone, within 28 days', async () => {
    const here = await removedInSupport()
    const ref = { commentId: here.commentId }
    for (const other of [here.owner, desk.press, desk.officer, desk.sergeant, desk.resident]) {
      await expect(ownRemoval(desk.db, other, ref)).rejects.toThrow(NotFound)
      await expect(appealRemoval(desk.db, other, ref, form())).rejects.toThrow(NotFound)
      await expect(decidedPath(desk.db, other, here.commentId)).rejects.toThrow(NotFound)
    }
    expect(await decidedPath(desk.db, here.member, here.commentId)).toBe(`/comments/${here.commentId}/removal/appeal`)
    moveClock(29 * 86_400_000)
    try {
      await expect(appealRemoval(desk.db, here.member, ref, form())).rejects.toThrow(Refused)
      expect((await ownRemoval(desk.db, here.member, ref)).overBecause).toContain('28 days')
    } finally {
      moveClock(0)
    }
    const { caseId } = await appealRemoval(desk.db, here.member, ref, form())
    expect(await decidedPath(desk.db, here.member, here.commentId)).toBe(`/account/cases/${caseId}`)
  })

  test('putting its author out of the circle does not take it from them', async () => {
    const here = await removedInSupport()
    await removeMember(desk.db, here.owner, here.member.displayName)
    const gone = await personaOf(desk.db, SECRET, desk.sergeant, here.id)
    if (!gone) throw new Error('no pseudonym')
    expect(gone.circles).toEqual([])
    expect(await removedHere(desk.db, gone)).toHaveLength(2)
    const ref = { commentId: here.commentId }
    expect(await ownRemoval(desk.db, gone, ref)).toMatchObject({ reads: false, title: 'In a circle that you are no longer in' })
    const { caseId } = await appealRemoval(desk.db, gone, ref, form())
    await decideAppeal(desk.db, desk.press, caseId, await outcome(caseId))
    expect(await ownCase(desk.db, gone, caseId)).toMatchObject({ title: 'In a circle that you are no longer in', appeal: { outcome: 'overturned' } })
    await expect(ownCase(desk.db, here.owner, caseId)).rejects.toThrow(NotFound)
  })

  test('nobody of the press office decides who removed it, or wrote it, under a pseudonym', async () => {
    const [remover, writer]: [SignedIn, SignedIn] = [desk.press, desk.press2]
    const here = await removedInSupport(remover, writer)
    const { caseId } = await appealRemoval(desk.db, here.member, { commentId: here.commentId }, form())
    const [file] = await desk.db.select().from(cases).where(eq(cases.id, caseId))
    if (!file) throw new Error('no case')
    for (const one of [remover, writer]) {
      await expect(decideAppeal(desk.db, one, caseId, await outcome(caseId))).rejects.toThrow(Forbidden)
      expect(await appealPanel(desk.db, one, file)).toMatchObject({ ways: [], cannot: expect.stringContaining('under another name') })
    }
    // Nor does leaving in between help: what ties them to it stays while it can be appealed.
    await desk.db.update(circleMembers).set({ role: 'owner' }).where(eq(circleMembers.accountId, here.member.accountId))
    await leaveSupport(desk.db, here.owner)
    expect(await personaOf(desk.db, SECRET, remover, here.id)).not.toBeNull()
    await expect(decideAppeal(desk.db, remover, caseId, await outcome(caseId))).rejects.toThrow(Forbidden)
    const third = await desk.newPerson('Kim Third', desk.press.duties.slice())
    await decideAppeal(desk.db, third, caseId, await outcome(caseId, { way: 'upheld', text: 'It stands.' }))
  })

  test('nor what was flagged there, when they wrote it under a pseudonym', async () => {
    const circle = await found(desk.db, SECRET, desk.officer)
    const member = await join(desk.db, SECRET, desk.press, circle.id, circle.owner)
    const { id: commentId } = await say(desk.db, member, (await write(desk.db, circle.owner)).conversationId)
    await desk.flag({ commentId }, circle.owner)
    await expect(desk.decide(desk.press, { commentId }, 'keep')).rejects.toThrow(Forbidden)
    // The page says so before they try, to them alone; and gives no age to an account that has none of its own.
    const file = await desk.caseOf({ commentId })
    expect(await decidingPanel(desk.db, desk.press, file)).toMatchObject({
      acts: [],
      cannot: expect.stringContaining('under another name') as string,
      inside: true,
    })
    expect((await decidingPanel(desk.db, desk.press2, file))?.acts).toContain('keep')
    expect((await authorRecord(desk.db, member.accountId)).since).toBeNull()
    expect((await authorRecord(desk.db, desk.press.accountId)).since).toBeInstanceOf(Date)
    await desk.decide(desk.press2, { commentId }, 'keep')
  })
})

test('in every other circle too', async () => {
  const circleId = await network.makeCircle(desk.db, 'Night shifts', 'private')
  const [owner, author] = [await network.letIn(desk.db, desk.officer, circleId), await network.letIn(desk.db, desk.sergeant, circleId)]
  await desk.db.update(circleMembers).set({ role: 'owner' }).where(eq(circleMembers.accountId, owner.accountId))
  const post = await network.write(desk.db, author, { circleId })
  await removeInCircle(desk.db, owner, { postId: post.id }, input)
  const { caseId } = await appealRemoval(desk.db, author, { postId: post.id }, form())
  await decideAppeal(
    desk.db,
    desk.press,
    caseId,
    await outcome(caseId, { way: 'varied-reason', reasonCode: 'off-topic', text: 'For another reason.' }),
  )
  expect(await ownCase(desk.db, author, caseId)).toMatchObject({ turn: 'over', appeal: { outcome: 'varied' } })
})
