import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { reactToComment } from '../../src/conversations/reaction.ts'
import { comments, raisedComments } from '../../src/conversations/schema.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { callOffDate, moveDate } from '../../src/events/dates.ts'
import { eventById } from '../../src/events/event.ts'
import { hourOf, type Hour } from '../../src/events/hour.ts'
import { answerTaken, passTaken, putBack, takeNext } from '../../src/events/turn.ts'
import { hourAnswers } from '../../src/events/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { occasionsOfPost } from '../../src/occasions/occasion.ts'
import { archiveExpired } from '../../src/posts/due.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makeResident, makeStaff } from '../people.ts'
import { travelTo } from '../places/presence-world.ts'
import { planned, planOf, type Planned } from './event-world.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let desk: Desk
let crowd: SignedIn[]
let colleague: SignedIn
let event: Planned
beforeAll(async () => {
  desk = await openDesk()
  crowd = await Promise.all(Array.from({ length: 20 }, (_, nth) => makeResident(desk.db, `Neighbour ${nth}`)))
  colleague = await makeStaff(desk.db, 'PC Joan Fell', 'officer', desk.team)
})
beforeEach(async () => {
  event = await planned(desk.db, desk.officer, desk.team, { format: 'question-hour', date: { venue: 'On this page' }, from: '6pm', until: '7pm' })
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const begin = (past = 0) => travelTo(event.dates[0]?.startsAt ?? now(), past)
const end = (past = 0) => travelTo(event.dates[0]?.endsAt ?? now(), past)

const say = async (by: SignedIn, body: string, parentId: number | null = null): Promise<number> =>
  (await postComment(desk.db, by, event.conversationId, { body, parentId, clientKey: randomUUID() })).id

const support = async (commentId: number, by: readonly SignedIn[]): Promise<void> => {
  await Promise.all(by.map((person) => reactToComment(desk.db, person, commentId, { reaction: 'same-here', on: true })))
}

async function view(): Promise<Hour> {
  const detail = await eventById(desk.db, event.id)
  const [date] = await occasionsOfPost(desk.db, event.postId)
  if (!date) throw new Error('no date')
  return hourOf(desk.db, visitor, detail, date)
}
const waiting = async (): Promise<number[]> => (await view()).waiting.items.map(({ commentId }) => commentId)
const answer = (by: SignedIn, commentId: number, body = 'We will be there on Friday.', clientKey: string = randomUUID()) =>
  answerTaken(desk.db, by, event.id, commentId, { body, clientKey })

describe('before the hour', () => {
  test('questions are gathered and supported, and wait in that order; nobody takes one', async () => {
    const { db, officer, resident } = desk
    const [first, second] = [await say(resident, 'When is the next speed check?'), await say(resident, 'Who cuts the hedge?')]
    await say(resident, 'A reply is no question of its own.', first)
    await say(officer, 'Ask whatever you like.')
    await support(first, crowd.slice(0, 3))
    expect(await waiting()).toEqual([first, second])
    expect((await view()).state).toBe('before')
    await expect(takeNext(db, officer, event.id)).rejects.toThrow('has not begun')
    expect(await db.$count(hourAnswers, eq(hourAnswers.eventId, event.id))).toBe(0)
  })

  test('support that arrives all at once counts each person once, and decides who is first', async () => {
    const { db, officer, resident } = desk
    const [early, late] = [await say(resident, 'The early one?'), await say(resident, 'The late one?')]
    await support(late, crowd.slice(0, 4))
    await Promise.all([...crowd, ...crowd].map((person) => reactToComment(db, person, early, { reaction: 'same-here', on: true })))
    expect((await view()).waiting.items.map(({ commentId, supportCount }) => [commentId, supportCount])).toEqual([
      [early, 20],
      [late, 4],
    ])
    begin()
    expect(await takeNext(db, officer, event.id)).toEqual({ commentId: early })
  })
})

describe('in the hour', () => {
  test('the most supported is taken first, also while support goes on arriving; it stays taken whatever comes', async () => {
    const { db, officer, resident } = desk
    const ids = []
    for (let nth = 0; nth < 3; nth++) ids.push(await say(resident, `Question ${nth}?`))
    const [low = 0, middle = 0, high = 0] = ids
    await support(middle, crowd.slice(0, 2))
    await support(high, crowd.slice(0, 5))
    begin()
    const [taken] = await Promise.all([takeNext(db, officer, event.id), support(low, crowd)])
    expect([high, low]).toContain(taken?.commentId)
    const hour = await view()
    expect(hour.answering.map(({ commentId }) => commentId)).toEqual([taken?.commentId])
    expect(await waiting()).toEqual([high, low, middle].filter((id) => id !== taken?.commentId).toSorted((one) => (one === middle ? 1 : -1)))
  })

  test('two officers, however often they tap at once, never take the same, and each has one at a time', async () => {
    const { db, officer, sergeant, press, resident } = desk
    for (let nth = 0; nth < 6; nth++) await say(resident, `Question ${nth}?`)
    begin()
    const officers = [officer, colleague, sergeant, press]
    const taken = await Promise.all(
      [...officers, ...officers, ...officers].map(async (by) => [by.accountId, (await takeNext(db, by, event.id))?.commentId]),
    )
    const byOfficer = Map.groupBy(taken, ([id]) => id)
    for (const each of byOfficer.values()) expect(new Set(each.map(([, commentId]) => commentId)).size).toBe(1)
    expect(new Set(taken.map(([, commentId]) => commentId)).size).toBe(4)
    expect(await waiting()).toHaveLength(2)
  })

  test('an answer is an official reply in the thread; a double tap is one; readers see both in the order taken', async () => {
    const { db, officer, resident } = desk
    const [one, two] = [await say(resident, 'First?'), await say(resident, 'Second?')]
    await support(one, crowd.slice(0, 2))
    begin()
    expect((await takeNext(db, officer, event.id))?.commentId).toBe(one)
    expect((await takeNext(db, colleague, event.id))?.commentId).toBe(two)
    await answer(colleague, two, 'The second is answered first.')
    const key = randomUUID()
    const taps = await Promise.all([answer(officer, one, 'Yes.', key), answer(officer, one, 'Yes.', key)])
    expect(taps[0]).toEqual(taps[1])
    const { answered, answering } = await view()
    expect(answering).toEqual([])
    expect(answered.map(({ commentId, answer: reply }) => [commentId, reply?.body.html, reply?.mark])).toEqual([
      [one, '<p>Yes.</p>', 'Officer · Bracebridge Heath team'],
      [two, '<p>The second is answered first.</p>', 'Officer · Bracebridge Heath team'],
    ])
    const replies = await db.select().from(comments).where(eq(comments.parentId, one))
    expect(replies.map(({ officialRole, state }) => [officialRole, state])).toEqual([['officer', 'published']])
    expect(await takeNext(db, officer, event.id)).toBeNull()
  })

  test('two who answer one question at once: one answer counts, the other is told', async () => {
    const { db, officer, resident } = desk
    const id = await say(resident, 'Which of you?')
    begin()
    await takeNext(db, officer, event.id)
    const both = await Promise.allSettled([answer(officer, id, 'Me.'), answer(colleague, id, 'No, me.')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.some((one) => one.status === 'rejected' && one.reason instanceof Overtaken)).toBe(true)
    // The words of the other are not published either.
    expect(await db.$count(comments, eq(comments.parentId, id))).toBe(1)
  })

  test('passed with a reason that readers see, for good; put back, it waits in its place', async () => {
    const { db, officer, resident } = desk
    const [one, two] = [await say(resident, 'About a case in court?'), await say(resident, 'About parking?')]
    await support(one, crowd.slice(0, 3))
    begin()
    await takeNext(db, officer, event.id)
    await putBack(db, colleague, event.id, one)
    await putBack(db, officer, event.id, one)
    expect(await waiting()).toEqual([one, two])
    await takeNext(db, officer, event.id)
    for (let tap = 0; tap < 2; tap++) await passTaken(db, officer, event.id, one, 'It is before the court.')
    const { passed, waiting: rest } = await view()
    expect(passed.map(({ commentId, passedBecause }) => [commentId, passedBecause])).toEqual([[one, 'It is before the court.']])
    expect(rest.items.map(({ commentId }) => commentId)).toEqual([two])
    await expect(passTaken(db, colleague, event.id, one, 'Another reason.')).rejects.toThrow(Overtaken)
    await expect(answer(colleague, one)).rejects.toThrow(Overtaken)
    await expect(putBack(db, officer, event.id, one)).rejects.toThrow(Overtaken)
    await expect(db.delete(hourAnswers).where(eq(hourAnswers.commentId, one))).rejects.toThrow()
    await expect(answer(officer, two)).rejects.toThrow('put back')
  })

  test('nobody else takes, answers, passes or puts back', async () => {
    const { db, officer, resident, otherSergeant, administrator } = desk
    const id = await say(resident, 'May I?')
    begin()
    await takeNext(db, officer, event.id)
    const partner = await makeStaff(db, 'Ward Council', 'partner')
    for (const by of [resident, otherSergeant, administrator, partner]) {
      await expect(takeNext(db, by, event.id)).rejects.toThrow(Forbidden)
      await expect(answer(by, id)).rejects.toThrow(Forbidden)
      await expect(passTaken(db, by, event.id, id, 'x')).rejects.toThrow(Forbidden)
      await expect(putBack(db, by, event.id, id)).rejects.toThrow(Forbidden)
    }
    const other = await planned(db, officer, desk.team)
    await expect(takeNext(db, officer, other.id)).rejects.toThrow(NotFound)
  })

  test('what waits for a moderator, or was taken back, is not taken; of what was taken away no words are shown', async () => {
    const { db, officer, newcomer, resident } = desk
    const held = await say(newcomer, 'My first question?')
    const back = await say(resident, 'Never mind?')
    await withdrawComment(db, resident, back)
    begin()
    expect(await waiting()).toEqual([])
    expect(await takeNext(db, officer, event.id)).toBeNull()
    await db.update(comments).set({ state: 'published', publishedAt: now() }).where(eq(comments.id, held))
    expect((await takeNext(db, officer, event.id))?.commentId).toBe(held)
    await withdrawComment(db, newcomer, held)
    const [turn] = (await view()).answering
    expect([turn?.question, turn?.author]).toEqual([null, null])
    await expect(answer(officer, held)).rejects.toThrow('can no longer be answered')
    await passTaken(db, officer, event.id, held, 'Its author took it back.')
    expect((await view()).passed).toHaveLength(1)
  })

  test('a closed conversation stops it, and says why', async () => {
    const { db, officer, press, resident } = desk
    await say(resident, 'Still there?')
    begin()
    await db.transaction((tx) =>
      setMode(tx, press, event.conversationId, { mode: 'closed', reason: 'A major incident.', endsAt: new Date(now().getTime() + DAY) }),
    )
    await expect(takeNext(db, officer, event.id)).rejects.toThrow('A major incident.')
  })
})

describe('after the hour', () => {
  test('no more questions are gathered; what was not reached is answered in writing until the page is archived', async () => {
    const { db, officer, resident } = desk
    const unreached = await say(resident, 'You did not reach this?')
    end()
    const late = await say(resident, 'Too late?')
    expect(await db.$count(raisedComments, eq(raisedComments.commentId, late))).toBe(0)
    const hour = await view()
    expect([hour.state, hour.waiting.items.map(({ commentId }) => commentId)]).toEqual(['over', [unreached]])
    expect(hour.writingUntil?.getTime()).toBe((event.dates[0]?.endsAt.getTime() ?? 0) + 14 * DAY)
    await takeNext(db, officer, event.id)
    await answer(officer, unreached)
    expect((await view()).answered).toHaveLength(1)
    await say(resident, 'And this one waits?')
    end(14 * DAY)
    await archiveExpired(db)
    await expect(takeNext(db, officer, event.id)).rejects.toThrow('archived')
  })

  test('one that was asked in time and let through afterwards is among them', async () => {
    const { db, newcomer } = desk
    const held = await say(newcomer, 'Asked in time?')
    end()
    await db.update(comments).set({ state: 'published', publishedAt: now() }).where(eq(comments.id, held))
    expect(await waiting()).toEqual([held])
  })

  test('moved, it goes on gathering until its new end; called off, it gathers nothing more', async () => {
    const { db, officer, resident } = desk
    const [date] = event.dates
    if (!date) throw new Error('no date')
    const plan = { ...planOf(date), startsAt: new Date(date.startsAt.getTime() + DAY), endsAt: new Date(date.endsAt.getTime() + DAY) }
    await moveDate(db, officer, event.id, date.id, { plan, because: 'The sergeant is ill.', rest: false })
    travelTo(date.endsAt)
    const id = await say(resident, 'Tomorrow, then?')
    expect(await waiting()).toEqual([id])
    await callOffDate(db, officer, event.id, date.id, { because: 'Everybody is ill.', rest: false })
    const late = await say(resident, 'And now?')
    expect(await waiting()).toEqual([id])
    expect((await view()).state).toBe('off')
    await takeNext(db, officer, event.id)
    await answer(officer, id, 'In writing, as we are ill.')
    expect(await db.$count(raisedComments, eq(raisedComments.commentId, late))).toBe(0)
  })
})

test('the database holds what is settled, and questions to their own hour', async () => {
  const { db, officer, resident } = desk
  const id = await say(resident, 'Mine?')
  const other = await planned(db, officer, desk.team, { format: 'question-hour' })
  const row = { commentId: id, takenBy: officer.accountId, takenAt: now() }
  await expect(db.insert(hourAnswers).values({ ...row, eventId: other.id })).rejects.toThrow()
  await db.insert(hourAnswers).values({ ...row, eventId: event.id })
  await expect(db.update(hourAnswers).set({ settledAt: now() }).where(eq(hourAnswers.commentId, id))).rejects.toThrow()
  await expect(db.update(hourAnswers).set({ takenBy: resident.accountId }).where(eq(hourAnswers.commentId, id))).rejects.toThrow()
})
