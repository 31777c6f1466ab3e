/** Moderation of the staff network: telling a moderator, the desk, deciding, hiding, and what those who look after a circle do by themselves. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers, circles } from '../../src/accounts/schema.ts'
import { log } from '../../src/activity/schema.ts'
import { GOOD_STANDING, visitor, type SignedIn } from '../../src/actor.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { isCircleOwner, offersRemoval, removalOf, removeInCircle } from '../../src/moderation/circle-removal.ts'
import { onDesk } from '../../src/moderation/case.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { flagSubject } from '../../src/moderation/flag.ts'
import { mayReadCase } from '../../src/moderation/policy.ts'
import { publicLog } from '../../src/moderation/public-log.ts'
import { logTotals } from '../../src/moderation/log-totals.ts'
import { queueOf } from '../../src/moderation/queue.ts'
import { cases, hidings, strikes } from '../../src/moderation/schema.ts'
import { hideUrgently, offersHiding } from '../../src/moderation/urgent-hide.ts'
import { restorePost } from '../../src/posts/restoring.ts'
import { posts } from '../../src/posts/schema.ts'
import { lockAnyPost } from '../../src/posts/stored-post.ts'
import { openDesk, STAFFED, type Desk } from './desk.ts'
import { letIn, makeCircle, makePersona, write } from '../network/circle.ts'

let desk: Desk
let outsider: SignedIn

interface Place {
  author: SignedIn
  reader: SignedIn
  owner: SignedIn
  circleId: number
}
let staff: { author: SignedIn; reader: SignedIn }
let ofTeam: Place
let hiddenAway: Place
let support: Place

async function place(kind: 'private' | 'open', name: string, teamId: number | null): Promise<Place> {
  const circleId = await makeCircle(desk.db, name, kind, teamId)
  const [author, reader, owner] = [
    await desk.newPerson('A', [officerOf()]),
    await desk.newPerson('B', [officerOf()]),
    await desk.newPerson('C', [officerOf()]),
  ]
  const inside = {
    author: await letIn(desk.db, author, circleId),
    reader: await letIn(desk.db, reader, circleId),
    owner: await letIn(desk.db, owner, circleId),
  }
  await makeOwner(owner, circleId)
  return { ...inside, circleId }
}

const officerOf = () => desk.officer.duties[0] ?? { role: 'officer' as const, teamId: null, teamName: null, teamSlug: null }
const makeOwner = (person: SignedIn, circleId: number) =>
  desk.db
    .update(circleMembers)
    .set({ role: 'owner' })
    .where(eq(circleMembers.accountId, person.accountId))
    .then(() => circleId)

beforeAll(async () => {
  desk = await openDesk()
  outsider = await desk.newPerson('Outside', [officerOf()])
  staff = { author: desk.officer, reader: desk.sergeant }
  ofTeam = await place('open', 'Night shifts', desk.team.id)
  hiddenAway = await place('private', 'Quiet things', null)
  const circleId = await makeCircle(desk.db, 'After an assault', 'support')
  const [author, reader, owner] = [
    await makePersona(desk.db, 'Heron', circleId),
    await makePersona(desk.db, 'Wren', circleId),
    await makePersona(desk.db, 'Owl', circleId),
  ]
  await makeOwner(owner, circleId)
  support = { author, reader, owner, circleId }
})
afterAll(() => desk.close())

/** A post and a comment of the author in it. */
async function said({ author, circleId = null }: { author: SignedIn; circleId?: number | null }, body = 'You are all useless.') {
  const post = await write(desk.db, author, { title: `About us ${randomUUID()}`, body: 'Around it stands this.', circleId })
  const commentId = await desk.say(author, body, { conversationId: post.conversationId })
  return { post, commentId }
}

describe('telling a moderator', () => {
  test('is for who reads it: what one may not read is not there', async () => {
    for (const [where, readers, others] of [
      [staff, [staff.reader, outsider, desk.press, desk.administrator], [visitor, desk.resident, support.reader]],
      [ofTeam, [ofTeam.reader], [outsider, desk.press, desk.sergeant, desk.resident, visitor]],
      [hiddenAway, [hiddenAway.reader], [outsider, desk.press, visitor]],
      [support, [support.reader], [outsider, desk.press, desk.officer, ofTeam.reader, visitor]],
    ] as const) {
      const { post, commentId } = await said(where)
      for (const ref of [{ commentId }, { postId: post.id }]) {
        for (const reader of readers) expect((await flagSubject(desk.db, reader, ref)).excerpt).not.toBeNull()
        for (const other of others) await expect(flagSubject(desk.db, other, ref)).rejects.toThrow(NotFound)
        await expect(desk.flag(ref, others[0] as SignedIn)).rejects.toThrow(NotFound)
        await desk.flag(ref, readers[0])
        await desk.flag(ref, readers[0])
        expect((await desk.caseOf(ref)).flagCount).toBe(1)
      }
    }
  })
})

describe('the desk', () => {
  test('says where it comes from, and shows of a circle the item and nothing around it', async () => {
    const [one, two, three, four] = [await said(staff), await said(ofTeam), await said(hiddenAway), await said(support)]
    for (const { commentId, by } of [
      { ...one, by: staff.reader },
      { ...two, by: ofTeam.reader },
      { ...three, by: hiddenAway.reader },
      { ...four, by: support.reader },
    ])
      await desk.flag({ commentId }, by, 'threat')
    const { rows } = await queueOf(desk.db, desk.press2, null)
    const rowOf = async (commentId: number) => rows.find(({ id }) => id === casesById.get(commentId))
    const casesById = new Map<number, number>()
    for (const { commentId } of [one, two, three, four]) casesById.set(commentId, (await desk.caseOf({ commentId })).id)
    expect(await rowOf(one.commentId)).toMatchObject({ team: 'Staff network', title: expect.stringContaining('About us') as string })
    expect(await rowOf(two.commentId)).toMatchObject({ team: 'Circle: Night shifts', title: '' })
    expect(await rowOf(three.commentId)).toMatchObject({ team: 'Circle: Quiet things', title: '' })
    expect(await rowOf(four.commentId)).toMatchObject({ team: 'A support circle', title: '', author: support.author.displayName })
    const around = async (commentId: number) => (await caseFile(desk.db, desk.press2, casesById.get(commentId) ?? 0)).surroundings
    expect(await around(one.commentId)).toMatchObject({ path: expect.stringContaining('/staff/posts/') as string })
    await desk.say(support.reader, 'An answer beside it.', { conversationId: four.post.conversationId, parentId: four.commentId })
    for (const { commentId } of [two, three, four]) {
      const file = await caseFile(desk.db, desk.press2, casesById.get(commentId) ?? 0)
      expect(file.surroundings).toMatchObject({ above: [], below: [], path: null })
      expect(file.path).toBeNull()
      expect(JSON.stringify(file)).not.toContain('About us')
      expect(JSON.stringify(file)).not.toContain('An answer beside it')
    }
  })

  test('a sergeant decides what was said in the circles of the team, and sees nothing of the others', async () => {
    const { commentId } = await said(ofTeam)
    await desk.flag({ commentId }, ofTeam.reader)
    await expect(desk.decide(desk.otherSergeant, { commentId }, 'remove')).rejects.toThrow(NotFound)
    await expect(desk.decide(desk.administrator, { commentId }, 'remove')).rejects.toThrow(NotFound)
    await desk.decide(desk.sergeant, { commentId }, 'remove')
    expect(await desk.stateOf(commentId)).toBe('removed')
    for (const where of [hiddenAway, support, staff]) {
      const other = await said(where)
      await desk.flag({ commentId: other.commentId }, where.reader)
      await expect(desk.decide(desk.sergeant, { commentId: other.commentId }, 'remove')).rejects.toThrow(NotFound)
    }
    const inPublic = await desk.say(desk.resident)
    await desk.flag({ commentId: inPublic }, desk.officer)
    await expect(desk.decide(desk.sergeant, { commentId: inPublic }, 'remove')).rejects.toThrow(Forbidden)
  })

  test('what the list holds is what may be read, over every role', async () => {
    const all = await desk.db.select().from(cases)
    for (const actor of [
      desk.press,
      desk.sergeant,
      desk.otherSergeant,
      desk.officer,
      desk.administrator,
      desk.resident,
      support.owner,
      ofTeam.owner,
    ]) {
      const listed = new Set((await desk.db.select({ id: cases.id }).from(cases).where(onDesk(actor))).map(({ id }) => id))
      for (const file of all)
        expect([actor.displayName, file.id, listed.has(file.id)]).toEqual([actor.displayName, file.id, mayReadCase(actor, file)])
    }
  })

  test('nothing of it comes into the public log or its totals', async () => {
    const before = [await desk.db.$count(log), (await logTotals(desk.db, {})).all] as const
    for (const where of [staff, ofTeam, support]) {
      const { post, commentId } = await said(where)
      await desk.flag({ commentId }, where.reader)
      await desk.decide(desk.press, { commentId }, 'remove')
      await desk.flag({ postId: post.id }, where.reader)
      await desk.decide(desk.press, { postId: post.id }, 'remove')
      const [row] = await desk.db.select().from(posts).where(eq(posts.id, post.id))
      expect(row).toMatchObject({ state: 'withdrawn' })
    }
    expect(await desk.db.$count(log)).toBe(before[0] + 6)
    expect((await logTotals(desk.db, {})).all).toBe(before[1])
    const ids = new Set((await publicLog(desk.db, null)).rows.map(({ id }) => id))
    const inside = (await desk.db.select().from(log)).filter(({ audience }) => audience !== 'public')
    expect(inside.filter(({ id }) => ids.has(id))).toEqual([])
  })

  test('words are taken out of what staff wrote, and of what a pseudonym wrote; a strike is for the pseudonym alone', async () => {
    const { commentId } = await said(staff, 'Call 07700 900123 now.')
    await desk.flag({ commentId }, staff.reader)
    await desk.decide(desk.press, { commentId }, 'redact', { takenOut: ['07700 900123'], reasonCode: null })
    const [row] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
    expect(row?.body).toBe('Call [taken out by a moderator] now.')
    const count = () => desk.db.$count(strikes)
    const before = await count()
    const other = await said(staff)
    await desk.flag({ commentId: other.commentId }, staff.reader)
    await desk.decide(desk.press, { commentId: other.commentId }, 'remove', { strike: true })
    expect(await count()).toBe(before)
    const under = await said(support)
    await desk.flag({ postId: under.post.id }, support.reader)
    await desk.decide(desk.press, { postId: under.post.id }, 'remove', { strike: true })
    expect((await desk.db.select().from(strikes)).map(({ accountId }) => accountId)).toContain(support.author.accountId)
  })
})

describe('hiding', () => {
  test('three flags take a comment down in the network too, though it bears a mark', async () => {
    const { commentId } = await said(staff)
    for (const by of [staff.reader, outsider, desk.press2]) await desk.flag({ commentId }, by)
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    expect(await desk.db.select().from(hidings).where(eq(hidings.commentId, commentId))).toHaveLength(1)
    const inPublic = await desk.say(desk.officer)
    for (const by of [desk.resident, outsider, desk.newcomer]) await desk.flag({ commentId: inPublic }, by)
    expect(await desk.stateOf(inPublic), 'an official comment in public stays').toBe('published')
  })

  test('at once: the press office, and the people of the team in its circles, where they read', async () => {
    const input = () => ({ reasonCode: 'threat', note: null, clientKey: randomUUID(), staffed: STAFFED })
    const { commentId } = await said(staff)
    expect(await offersHiding(desk.db, outsider, commentId)).toBe(false)
    await expect(hideUrgently(desk.db, outsider, commentId, input())).rejects.toThrow(Forbidden)
    await expect(hideUrgently(desk.db, desk.administrator, commentId, input())).rejects.toThrow(Forbidden)
    await hideUrgently(desk.db, desk.press, commentId, input())
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    const inCircle = await said(ofTeam)
    await expect(hideUrgently(desk.db, outsider, inCircle.commentId, input())).rejects.toThrow(NotFound)
    await hideUrgently(desk.db, ofTeam.reader, inCircle.commentId, input())
    const under = await said(support)
    await expect(hideUrgently(desk.db, support.reader, under.commentId, input())).rejects.toThrow(Forbidden)
    await expect(hideUrgently(desk.db, desk.press, under.commentId, input())).rejects.toThrow(NotFound)
  })
})

test('a post that comes back after its circle was closed is read, and not added to', async () => {
  const where = await place('open', 'Short lived', null)
  const { post } = await said(where)
  await removeInCircle(desk.db, where.owner, { postId: post.id }, { reasonCode: 'abuse', text: null })
  await desk.db.update(circles).set({ closedAt: new Date(), closedBecause: 'Done.' }).where(eq(circles.id, where.circleId))
  await desk.db.transaction(async (tx) => {
    const found = await lockAnyPost(tx, post.id)
    if (found) await restorePost(tx, null, found.post)
  })
  expect((await desk.db.select().from(posts).where(eq(posts.id, post.id)))[0]).toMatchObject({ state: 'published' })
  expect((await desk.db.select().from(conversations).where(eq(conversations.id, post.conversationId)))[0]).toMatchObject({ mode: 'archived' })
})

describe('those who look after a circle', () => {
  const input = { reasonCode: 'abuse', text: 'Please be kind.' }

  test('remove in it, with a reason and a row in the log; the stub says why; twice is once', async () => {
    for (const where of [ofTeam, hiddenAway, support]) {
      const { post, commentId } = await said(where)
      const subject = await flagSubject(desk.db, where.owner, { commentId })
      expect(await offersRemoval(desk.db, where.owner, subject)).toBe(true)
      expect(await offersRemoval(desk.db, where.reader, subject)).toBe(false)
      await expect(removeInCircle(desk.db, where.reader, { commentId }, input)).rejects.toThrow(Forbidden)
      await expect(removeInCircle(desk.db, outsider, { commentId }, input)).rejects.toThrow(NotFound)
      await expect(removeInCircle(desk.db, desk.press, { commentId }, input)).rejects.toThrow(NotFound)
      await expect(removeInCircle(desk.db, where.owner, { commentId }, { ...input, reasonCode: 'none' })).rejects.toThrow(Refused)
      const silent = { ...where.owner, standing: { ...GOOD_STANDING, suspendedUntil: new Date(Date.now() + 86_400_000) } }
      await expect(removeInCircle(desk.db, silent, { commentId }, input)).rejects.toThrow(Forbidden)
      const before = await desk.db.$count(log)
      await Promise.all([removeInCircle(desk.db, where.owner, { commentId }, input), removeInCircle(desk.db, where.owner, { commentId }, input)])
      expect(await desk.db.$count(log)).toBe(before + 1)
      expect(await desk.stateOf(commentId)).toBe('removed')
      expect(await removalOf(desk.db, where.reader, { commentId })).toMatchObject({ byOwner: true, text: null })
      expect(await removalOf(desk.db, where.author, { commentId })).toMatchObject({ byOwner: true, text: 'Please be kind.' })
      await expect(removalOf(desk.db, outsider, { commentId })).rejects.toThrow(NotFound)
      await removeInCircle(desk.db, where.owner, { postId: post.id }, input)
      await removeInCircle(desk.db, where.owner, { postId: post.id }, input)
      expect((await desk.db.select().from(posts).where(eq(posts.id, post.id)))[0]).toMatchObject({ state: 'withdrawn' })
    }
    expect((await publicLog(desk.db, null)).rows.every(({ by }) => by !== 'circle-owner')).toBe(true)
  })

  test('not their own words, not what is for all staff, and nothing while the press office decides', async () => {
    const own = await said({ author: ofTeam.owner, circleId: ofTeam.circleId })
    await expect(removeInCircle(desk.db, ofTeam.owner, { commentId: own.commentId }, input)).rejects.toThrow(Forbidden)
    const wide = await said(staff)
    await expect(removeInCircle(desk.db, ofTeam.owner, { commentId: wide.commentId }, input)).rejects.toThrow(NotFound)
    const inPublic = await desk.say(desk.resident)
    await expect(removeInCircle(desk.db, ofTeam.owner, { commentId: inPublic }, input)).rejects.toThrow(NotFound)
    const down = await said(ofTeam)
    await hideUrgently(desk.db, ofTeam.reader, down.commentId, { reasonCode: 'threat', note: null, clientKey: randomUUID(), staffed: STAFFED })
    await expect(removeInCircle(desk.db, ofTeam.owner, { commentId: down.commentId }, input)).rejects.toThrow(Forbidden)
  })

  test('an administrator who owns a circle removes nothing in it', async () => {
    const administrator = await letIn(desk.db, desk.administrator, ofTeam.circleId)
    await makeOwner(administrator, ofTeam.circleId)
    const { commentId } = await said(ofTeam)
    expect(await isCircleOwner(desk.db, administrator, `circle:${ofTeam.circleId}`)).toBe(false)
    await expect(removeInCircle(desk.db, administrator, { commentId }, input)).rejects.toThrow(Forbidden)
  })

  test('a flagged one that they remove still waits for the press office, which then closes it', async () => {
    const { commentId } = await said(support)
    await desk.flag({ commentId }, support.reader)
    await removeInCircle(desk.db, support.owner, { commentId }, input)
    await desk.decide(desk.press, { commentId }, 'keep')
    expect(await desk.stateOf(commentId)).toBe('removed')
  })

  test('whoever left looks after it no more', async () => {
    const audience = `circle:${hiddenAway.circleId}`
    expect(await isCircleOwner(desk.db, hiddenAway.owner, audience)).toBe(true)
    await desk.db.update(circleMembers).set({ leftAt: new Date() }).where(eq(circleMembers.accountId, hiddenAway.reader.accountId))
    expect(await isCircleOwner(desk.db, hiddenAway.reader, audience)).toBe(false)
    expect(await isCircleOwner(desk.db, { ...hiddenAway.owner, circles: [] }, audience)).toBe(false)
  })
})
