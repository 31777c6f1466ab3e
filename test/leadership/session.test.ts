import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { comments, raisedComments } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { liveSessions, sessionTurns } from '../../src/leadership/schema.ts'
import { callOffSession, comingSessions, pastSessions, planSession, type Session } from '../../src/leadership/session.ts'
import { sessionPanel } from '../../src/leadership/session-panel.ts'
import { answerTaken, passTaken, putBack, takeNext } from '../../src/leadership/turn.ts'
import { travelTo } from '../places/presence-world.ts'
import type { World } from '../world.ts'
import { DAY, HOUR, openForce, planned, say as sayIn, sessionForm, support as supportIn, type People } from './leadership-world.ts'

let force: World & People
let session: Session
beforeAll(async () => {
  force = await openForce()
})
beforeEach(async () => {
  session = await planned(force.db, force.chief)
})
afterEach(() => moveClock(0))
afterAll(() => force.close())

const begin = (past = 0) => travelTo(session.startsAt, past)
const end = (past = 0) => travelTo(session.endsAt, past)
const say = (by: SignedIn, body: string, parentId: number | null = null) => sayIn(force.db, by, session.conversationId, body, parentId)
const support = (id: number, by: readonly SignedIn[]) => supportIn(force.db, id, by)
const view = (by: SignedIn = force.stranger) => sessionPanel(force.db, by, session.postId)
const waiting = async () => (await view()).waiting.items.map(({ commentId }) => commentId)
const take = (by: SignedIn = force.chief) => takeNext(force.db, by, session.postId)
const answer = (commentId: number, body = 'We are working on it.', clientKey: string = randomUUID(), by = force.chief) =>
  answerTaken(force.db, by, session.postId, commentId, { body, clientKey })

describe('planning', () => {
  test('a leader plans their own, the press office for any who lead; nobody else, and for nobody who leads nothing', async () => {
    const { db, chief, head, press, officer, sergeant, administrator, resident, partner, alone } = force
    await expect(planSession(db, press, sessionForm(head))).resolves.toBeDefined()
    for (const by of [head, officer, sergeant, administrator, resident, partner, alone])
      await expect(planSession(db, by, sessionForm(chief))).rejects.toThrow(Forbidden)
    await expect(planSession(db, press, sessionForm(officer))).rejects.toThrow(Forbidden)
    await expect(planSession(db, press, sessionForm(press))).rejects.toThrow(Forbidden)
  })

  test('ahead of time; the same form twice at once is one session', async () => {
    const { db, chief } = force
    const begun = { startsAt: new Date(Date.now() - HOUR), endsAt: new Date(Date.now() + HOUR) }
    await expect(planSession(db, chief, sessionForm(chief, begun))).rejects.toThrow(Refused)
    const form = sessionForm(chief)
    const made = await Promise.all([planSession(db, chief, form), planSession(db, chief, form)])
    expect(made[0]).toEqual(made[1])
    travelTo(form.endsAt)
    expect(await planSession(db, chief, form)).toEqual(made[0])
  })

  test('it does not exist for anybody outside', async () => {
    for (const by of [visitor, force.resident, force.alone, force.partner])
      await expect(sessionPanel(force.db, by, session.postId)).rejects.toThrow(NotFound)
    expect((await view(force.administrator)).session.postId).toBe(session.postId)
    expect(await comingSessions(force.db, force.partner)).toEqual([])
  })
})

describe('before it begins', () => {
  test('everybody’s questions are gathered, with their marks, and supported; what the host says is not, nor a reply', async () => {
    const { db, chief, officer, press, stranger, crowd } = force
    const [first, second] = [await say(officer, 'Why no new cars?'), await say(press, 'Who decides on overtime?')]
    await say(chief, 'Ask whatever you like.')
    await say(stranger, 'I wonder too.', first)
    await support(first, crowd.slice(0, 3))
    const { waiting: list } = await view()
    expect(list.items.map((one) => [one.commentId, one.supportCount, one.mark])).toEqual([
      [first, 3, 'Officer · Bracebridge Heath team'],
      [second, 0, 'Press office'],
    ])
    await expect(take()).rejects.toThrow('has not begun')
    expect(await db.$count(sessionTurns, eq(sessionTurns.postId, session.postId))).toBe(0)
  })

  test('support that arrives all at once counts each person once, and decides who is first', async () => {
    const { officer, stranger, crowd } = force
    const [early, late] = [await say(officer, 'The early one?'), await say(stranger, 'The late one?')]
    await support(late, crowd.slice(0, 4))
    await support(early, [...crowd, ...crowd])
    expect((await view()).waiting.items.map(({ commentId, supportCount }) => [commentId, supportCount])).toEqual([
      [early, 12],
      [late, 4],
    ])
    begin()
    expect(await take()).toEqual({ commentId: early })
  })
})

describe('while it is on', () => {
  test('the host takes one at a time, however often they tap; nobody else takes, answers, passes or puts back', async () => {
    const { db, officer, press, sergeant, head, administrator, resident, partner, alone, stranger } = force
    const id = await say(officer, 'May I?')
    await say(stranger, 'And I?')
    begin()
    const taken = await Promise.all([take(), take(), take()])
    expect(taken).toEqual([{ commentId: id }, { commentId: id }, { commentId: id }].map(() => taken[0]))
    expect(await waiting()).toHaveLength(1)
    const mine = taken[0]?.commentId ?? 0
    for (const by of [officer, press, sergeant, head, administrator]) {
      await expect(take(by)).rejects.toThrow(Forbidden)
      await expect(answer(mine, 'I say so.', randomUUID(), by)).rejects.toThrow(Forbidden)
      await expect(passTaken(db, by, session.postId, mine, 'x')).rejects.toThrow(Forbidden)
      await expect(putBack(db, by, session.postId, mine)).rejects.toThrow(Forbidden)
    }
    for (const by of [alone, resident, partner]) await expect(take(by)).rejects.toThrow(NotFound)
  })

  test('an answer is a reply in the thread with the host’s mark; a double tap is one; all see both', async () => {
    const { db, officer, stranger } = force
    const id = await say(officer, 'When?')
    begin()
    await take()
    expect((await view()).answering?.question?.author).toBe('PC Imran Adeyemi')
    const key = randomUUID()
    const [one, two] = await Promise.all([answer(id, 'In May.', key), answer(id, 'In May.', key)])
    expect(one).toEqual(two)
    const { answered, answering } = await sessionPanel(db, stranger, session.postId)
    expect(answering).toBeNull()
    expect(answered.map((turn) => [turn.commentId, turn.answer?.body.html, turn.answer?.mark])).toEqual([
      [id, '<p>In May.</p>', 'Sergeant · Command team'],
    ])
    expect(await db.$count(comments, eq(comments.parentId, id))).toBe(1)
    await expect(answer(id, 'In June.')).rejects.toThrow(Overtaken)
    expect(await db.$count(comments, eq(comments.parentId, id))).toBe(1)
  })

  test('passed with a reason, for good; put back, it waits in its place', async () => {
    const { db, officer, stranger, crowd } = force
    const [one, two] = [await say(officer, 'About a person?'), await say(stranger, 'About parking?')]
    await support(one, crowd.slice(0, 2))
    begin()
    await take()
    for (let tap = 0; tap < 2; tap++) await putBack(db, force.chief, session.postId, one)
    expect(await waiting()).toEqual([one, two])
    await take()
    for (let tap = 0; tap < 2; tap++) await passTaken(db, force.chief, session.postId, one, 'It is about one person.')
    expect((await view()).passed.map((turn) => [turn.commentId, turn.passedBecause])).toEqual([[one, 'It is about one person.']])
    await expect(passTaken(db, force.chief, session.postId, one, 'Another.')).rejects.toThrow(Overtaken)
    await expect(putBack(db, force.chief, session.postId, one)).rejects.toThrow(Overtaken)
    await expect(db.delete(sessionTurns).where(eq(sessionTurns.commentId, one))).rejects.toThrow()
    await expect(answer(two)).rejects.toThrow('put back')
  })

  test('what its author took back is not taken, and of what was taken already no words are shown', async () => {
    const { officer, stranger, db } = force
    const [back, taken] = [await say(officer, 'Never mind?'), await say(stranger, 'Taken?')]
    await withdrawComment(db, officer, back)
    begin()
    expect(await take()).toEqual({ commentId: taken })
    await withdrawComment(db, stranger, taken)
    expect((await view()).answering?.question).toBeNull()
    await expect(answer(taken)).rejects.toThrow('can no longer be answered')
  })

  test('a question of one session is no turn of another, says the database', async () => {
    const { db, officer, chief } = force
    const id = await say(officer, 'Here?')
    const other = await planned(db, chief)
    await expect(db.insert(sessionTurns).values({ commentId: id, postId: other.postId, takenAt: new Date() })).rejects.toThrow()
  })
})

describe('afterwards', () => {
  test('nothing more is gathered; what was answered and what was not stands there, and the rest is answered in writing', async () => {
    const { db, officer, stranger, crowd } = force
    const [answered, passed, unreached] = [await say(officer, 'One?'), await say(stranger, 'Two?'), await say(officer, 'Three?')]
    await support(answered, crowd.slice(0, 3))
    await support(passed, crowd.slice(0, 2))
    begin()
    await take()
    await answer(answered)
    await take()
    await passTaken(db, force.chief, session.postId, passed, 'Not mine to say.')
    end()
    const late = await say(stranger, 'Too late?')
    expect(await db.$count(raisedComments, eq(raisedComments.commentId, late))).toBe(0)
    const panel = await view()
    expect(panel.session.state).toBe('over')
    expect([panel.answered, panel.passed].map((turns) => turns.map(({ commentId }) => commentId))).toEqual([[answered], [passed]])
    expect(panel.waiting.items.map(({ commentId }) => commentId)).toEqual([unreached])
    await take()
    await answer(unreached, 'In writing.')
    expect((await view()).answered).toHaveLength(2)
    expect((await pastSessions(db, officer)).map(({ postId }) => postId)).toContain(session.postId)
  })

  test('called off with a reason by host, planner or press office, once; nothing is gathered or answered any more', async () => {
    const { db, officer, sergeant, press, chief, stranger } = force
    const id = await say(officer, 'Will it be?')
    for (const by of [officer, sergeant]) await expect(callOffSession(db, by, session.postId, 'I say so.')).rejects.toThrow(Forbidden)
    for (let tap = 0; tap < 2; tap++) await callOffSession(db, press, session.postId, 'The chief is ill.')
    await expect(callOffSession(db, chief, session.postId, 'Another reason.')).rejects.toThrow('already')
    const told = and(eq(activities.postId, session.postId), eq(activities.kind, 'session.called-off'))
    expect(await db.$count(activities, told)).toBe(1)
    const late = await say(stranger, 'And now?')
    expect(await db.$count(raisedComments, eq(raisedComments.commentId, late))).toBe(0)
    begin()
    await expect(take()).rejects.toThrow('called off')
    const panel = await view()
    expect([panel.session.state, panel.session.calledOffBecause, panel.waiting.items.map(({ commentId }) => commentId)]).toEqual([
      'off',
      'The chief is ill.',
      [id],
    ])
    await expect(db.update(liveSessions).set({ calledOffBecause: null }).where(eq(liveSessions.postId, session.postId))).rejects.toThrow()
  })

  test('over, it cannot be called off', async () => {
    end(DAY)
    await expect(callOffSession(force.db, force.chief, session.postId, 'Too late.')).rejects.toThrow('over')
  })
})
