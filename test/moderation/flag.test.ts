import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities, log } from '../../src/activity/schema.ts'
import { visitor } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { NotFound, Refused } from '../../src/errors.ts'
import { expectedBy } from '../../src/moderation/clock.ts'
import { flagItem, flagSubject } from '../../src/moderation/flag.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { cases, flags } from '../../src/moderation/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { openDesk, STAFFED, type Desk } from './desk.ts'

const HOUR = 3_600_000
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const casesOf = (commentId: number) => desk.db.select().from(cases).where(eq(cases.commentId, commentId))
const flagsOf = (caseId: number) => desk.db.select().from(flags).where(eq(flags.caseId, caseId))
const newAuthor = () => desk.newPerson('Author', [], 5)
const brigade = async (commentId: number, people = ['one', 'two', 'three']) => {
  for (const person of people) await desk.flag({ commentId }, person)
}

describe('telling a moderator', () => {
  test('a flag opens a case, a second person joins it', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, 'a visitor')
    await desk.flag({ commentId }, desk.newcomer, 'spam')
    const files = await casesOf(commentId)
    expect(files).toHaveLength(1)
    expect(files[0]).toMatchObject({ cause: 'flagged', state: 'open', flagCount: 2, urgent: false })
    expect(files[0]?.dueAt).toEqual(expectedBy(files[0]?.openedAt ?? now()))
    expect(await flagsOf(Number(files[0]?.id))).toHaveLength(2)
  })

  test('the same person again says the same and makes nothing', async () => {
    const commentId = await desk.say(desk.resident)
    for (let time = 0; time < 3; time++) {
      await desk.flag({ commentId }, 'the same visitor')
      await desk.flag({ commentId }, desk.newcomer)
    }
    const [file] = await casesOf(commentId)
    expect(file?.flagCount).toBe(2)
    expect(await flagsOf(Number(file?.id))).toHaveLength(2)
    expect(await desk.stateOf(commentId)).toBe('published')
  })

  test('a form sent twice counts once, even when the case was decided in between', async () => {
    const commentId = await desk.say(desk.resident)
    const input = { reasonCode: 'spam', note: null, clientKey: randomUUID(), flaggerKey: 'twice', staffed: STAFFED }
    await Promise.all([flagItem(desk.db, visitor, { commentId }, input), flagItem(desk.db, visitor, { commentId }, input)])
    await desk.decide(desk.press, { commentId }, 'keep')
    await flagItem(desk.db, visitor, { commentId }, input)
    expect(await casesOf(commentId)).toHaveLength(1)
  })

  test('a grave reason makes the case urgent and due sooner, and nothing makes it later again', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, 'one', 'off-topic')
    const before = await desk.caseOf({ commentId })
    moveClock(60_000)
    await desk.flag({ commentId }, 'two', 'threat')
    const urgent = await desk.caseOf({ commentId })
    expect(urgent).toMatchObject({ id: before.id, urgent: true })
    expect(urgent.dueAt.getTime()).toBeLessThanOrEqual(before.dueAt.getTime())
    const other = await desk.say(await newAuthor())
    await desk.flag({ commentId: other }, 'one', 'threat')
    const first = await desk.caseOf({ commentId: other })
    moveClock(2 * HOUR)
    await desk.flag({ commentId: other }, 'two', 'off-topic')
    expect(await desk.caseOf({ commentId: other })).toMatchObject({ urgent: true, dueAt: first.dueAt })
  })

  test('a flag does not make a moderator look again', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, 'one')
    const { version } = await desk.caseOf({ commentId })
    await desk.flag({ commentId }, 'two')
    await desk.decide(desk.press, { commentId }, 'remove', { version })
    expect(await desk.stateOf(commentId)).toBe('removed')
  })

  test('only reasons that are offered count', async () => {
    const commentId = await desk.say(desk.resident)
    for (const code of ['defamation', 'criticism', '', "'; drop table flags"])
      await expect(desk.flag({ commentId }, 'one', code)).rejects.toBeInstanceOf(Refused)
    expect(await casesOf(commentId)).toHaveLength(0)
  })

  test('what is not public does not exist', async () => {
    const author = await newAuthor()
    const held = await desk.say(desk.newcomer)
    const rejected = await desk.say(desk.newcomer)
    await desk.decide(desk.press, { commentId: rejected }, 'reject')
    const withdrawn = await desk.say(author)
    await withdrawComment(desk.db, author, withdrawn)
    const removed = await desk.say(author)
    await desk.flag({ commentId: removed }, 'one')
    await desk.decide(desk.press, { commentId: removed }, 'remove')
    for (const commentId of [held, rejected, withdrawn, removed, 999_999_999]) {
      await expect(desk.flag({ commentId }, 'two')).rejects.toBeInstanceOf(NotFound)
      await expect(flagSubject(desk.db, desk.press, { commentId })).rejects.toBeInstanceOf(NotFound)
    }
    await expect(desk.flag({ postId: 999_999_999 }, 'two')).rejects.toBeInstanceOf(NotFound)
  })

  test('what belongs to the staff does not exist for those who do not read it; colleagues tell a moderator of it like anybody', async () => {
    const [conversation] = await desk.db
      .insert(conversations)
      .values({ audience: 'staff', teamId: desk.team.id, title: 'Rota', path: '/staff/1' })
      .returning()
    const commentId = await desk.say(desk.officer, 'Who can swap?', { conversationId: Number(conversation?.id) })
    for (const by of ['a visitor', desk.resident]) await expect(desk.flag({ commentId }, by)).rejects.toBeInstanceOf(NotFound)
    await desk.flag({ commentId }, desk.press)
    expect(await desk.caseOf({ commentId })).toMatchObject({ audience: 'staff', flagCount: 1 })
    await desk.flag({ commentId }, desk.administrator)
    expect(await desk.caseOf({ commentId })).toMatchObject({ flagCount: 2 })
  })

  test('the activity does not say who it was', async () => {
    const commentId = await desk.say(desk.resident)
    await desk.flag({ commentId }, desk.newcomer)
    const told = (await desk.db.select().from(activities).where(eq(activities.commentId, commentId))).filter(({ kind }) => kind === 'item.flagged')
    expect(told).toMatchObject([{ actorId: null }])
  })
})

describe('three people', () => {
  test('hide a published comment until a person decides; nothing is removed', async () => {
    const commentId = await desk.say(await newAuthor())
    await desk.flag({ commentId }, 'one', 'abuse')
    await desk.flag({ commentId }, desk.newcomer, 'abuse')
    expect(await desk.stateOf(commentId)).toBe('published')
    await desk.flag({ commentId }, 'three', 'spam')
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'open', urgent: true, flagCount: 3 })
    const rows = await desk.db.select().from(log).where(eq(log.itemId, commentId))
    expect(rows).toMatchObject([
      { act: 'hide', role: 'system', actorId: null, fromState: 'published', toState: 'hidden-pending', reasonCode: 'abuse' },
    ])
    const kinds = (await desk.db.select().from(activities).where(eq(activities.commentId, commentId))).map(({ kind }) => kind)
    expect(kinds).toContain('comment.hidden')
    expect(kinds).not.toContain('comment.removed')
    const [comment] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
    expect(comment).toMatchObject({ removalId: null, body: 'The lights on Grantham Road are out again.' })
  })

  test('at once hide it once', async () => {
    const commentId = await desk.say(await newAuthor())
    await Promise.all(['one', 'two', 'three', 'four', 'five'].map((person) => desk.flag({ commentId }, person)))
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    expect(await desk.db.select().from(log).where(eq(log.itemId, commentId))).toHaveLength(1)
    expect((await desk.caseOf({ commentId })).flagCount).toBe(5)
  })

  test('cannot silence an official reply or a post: those stay and wait in the queue', async () => {
    const commentId = await desk.say(desk.officer, 'We have passed it to the council.')
    await brigade(commentId)
    for (const person of ['one', 'two', 'three', 'four']) await desk.flag({ postId: desk.post.id }, person)
    expect(await desk.stateOf(commentId)).toBe('published')
    expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'open', flagCount: 3 })
    const [post] = await desk.db.select().from(posts).where(eq(posts.id, desk.post.id))
    expect(post?.state).toBe('published')
  })

  test('do not undo what a moderator has kept, unless its author changed it since', async () => {
    const author = await newAuthor()
    const commentId = await desk.say(author)
    await brigade(commentId)
    await desk.decide(desk.press, { commentId }, 'restore')
    await brigade(commentId, ['four', 'five', 'six'])
    expect(await desk.stateOf(commentId)).toBe('published')
    const again = await desk.caseOf({ commentId })
    expect(again).toMatchObject({ state: 'open', flagCount: 3 })
    await desk.decide(desk.press, { commentId }, 'keep')
    await editComment(desk.db, author, commentId, 'Something worse.')
    await brigade(commentId, ['seven', 'eight', 'nine'])
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
  })
})

describe('nobody decides', () => {
  test('after 24 hours a hidden comment comes back by itself, once, and its case stays open', async () => {
    const author = await newAuthor()
    const commentId = await desk.say(author)
    await brigade(commentId)
    moveClock(23.9 * HOUR)
    await revertHidden(desk.db)
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    moveClock(0.2 * HOUR)
    const [first, second] = await Promise.all([revertHidden(desk.db), revertHidden(desk.db)])
    expect(first + second).toBeGreaterThan(0)
    expect(await desk.stateOf(commentId)).toBe('published')
    const rows = await desk.db.select().from(log).where(eq(log.itemId, commentId)).orderBy(log.id)
    expect(rows.map(({ act, role }) => [act, role])).toEqual([
      ['hide', 'system'],
      ['restore', 'system'],
    ])
    expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'open', urgent: true })
    const told = (await desk.db.select().from(activities).where(eq(activities.commentId, commentId))).map(({ kind }) => kind)
    expect(told.filter((kind) => kind === 'comment.restored')).toHaveLength(1)
    // A fourth voice does not take it down again: that is now for a person.
    await desk.flag({ commentId }, 'a fourth')
    expect(await desk.stateOf(commentId)).toBe('published')
  })

  test('a comment withdrawn while hidden stays withdrawn', async () => {
    const author = await newAuthor()
    const commentId = await desk.say(author)
    await brigade(commentId)
    await withdrawComment(desk.db, author, commentId)
    moveClock(25 * HOUR)
    await revertHidden(desk.db)
    expect(await desk.stateOf(commentId)).toBe('withdrawn')
  })
})
