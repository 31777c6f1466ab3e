import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { visitor } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { caseActs, cases, hidings } from '../../src/moderation/schema.ts'
import { hideUrgently, offersHiding } from '../../src/moderation/urgent-hide.ts'
import type { SignedIn } from '../../src/actor.ts'
import { duty, openDesk, STAFFED, type Desk } from './desk.ts'

const HOUR = 3_600_000
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const hide = (by: SignedIn, commentId: number, reasonCode = 'threat', clientKey: string = randomUUID()) =>
  hideUrgently(desk.db, by, commentId, { reasonCode, note: 'It names her.', clientKey, staffed: STAFFED })
const hidingsOf = (commentId: number) => desk.db.select().from(hidings).where(eq(hidings.commentId, commentId)).orderBy(hidings.id)
const published = async () => desk.say(await desk.newPerson('Author', [], 5))

describe('an urgent hide', () => {
  test('by an officer of the team takes it down and opens an urgent case, with a row in the log', async () => {
    const commentId = await published()
    await hide(desk.officer, commentId)
    const file = await desk.caseOf({ commentId })
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
    expect(file).toMatchObject({ cause: 'hidden', urgent: true, state: 'open', because: 'A threat, or a call for violence' })
    const [row] = await desk.db.select().from(log).where(eq(log.itemId, commentId))
    expect(row).toMatchObject({ act: 'hide', role: 'officer', actorId: desk.officer.accountId, fromState: 'published', toState: 'hidden-pending' })
    expect(await desk.db.select().from(caseActs).where(eq(caseActs.caseId, file.id))).toMatchObject([{ act: 'hidden', role: 'officer' }])
    expect(await hidingsOf(commentId)).toMatchObject([{ byId: desk.officer.accountId, reasonCode: 'threat', endedAt: null }])
  })

  test('joins the open case and makes it urgent: whoever has it in view looks again', async () => {
    const commentId = await published()
    await desk.flag({ commentId }, 'somebody')
    const before = await desk.caseOf({ commentId })
    await hide(desk.sergeant, commentId)
    const after = await desk.caseOf({ commentId })
    expect(after).toMatchObject({ id: before.id, urgent: true })
    expect(after.version).toBeGreaterThan(before.version)
    await expect(desk.decide(desk.press, { commentId }, 'remove', { version: before.version })).rejects.toThrow(/Nothing was changed/)
  })

  test('comes back after a day; with a legal reason it stays until somebody decides', async () => {
    const [plain, legal] = [await published(), await published()]
    await hide(desk.officer, plain)
    await hide(desk.officer, legal, 'active-proceedings')
    moveClock(23 * HOUR)
    await revertHidden(desk.db)
    expect(await desk.stateOf(plain)).toBe('hidden-pending')
    moveClock(25 * HOUR)
    await revertHidden(desk.db)
    expect([await desk.stateOf(plain), await desk.stateOf(legal)]).toEqual(['published', 'hidden-pending'])
    expect(await desk.caseOf({ commentId: plain })).toMatchObject({ state: 'open' })
    moveClock(24 * 40 * HOUR)
    expect(await revertHidden(desk.db)).toBe(0)
    expect(await desk.stateOf(legal)).toBe('hidden-pending')
    await desk.decide(desk.press, { commentId: legal }, 'restore')
    expect((await hidingsOf(legal)).every(({ endedAt }) => endedAt !== null)).toBe(true)
  })

  test('officers and sergeants hide what cannot wait; criticism can, and stays up', async () => {
    const commentId = await published()
    for (const reason of ['complaint', 'off-topic', 'abuse', 'nonsense'])
      for (const actor of [desk.officer, desk.sergeant]) await expect(hide(actor, commentId, reason), reason).rejects.toBeInstanceOf(Refused)
    expect(await desk.stateOf(commentId)).toBe('published')
    await hide(desk.press, commentId, 'abuse')
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
  })

  test('is for the own team and the press office; nobody hides their own words, officers remove nothing', async () => {
    const commentId = await published()
    const elsewhere = await desk.newPerson('PC Elsewhere', [duty('officer', desk.otherTeam)])
    for (const actor of [desk.resident, desk.otherSergeant, desk.administrator, elsewhere])
      await expect(hide(actor, commentId)).rejects.toBeInstanceOf(Forbidden)
    const own = await desk.say(desk.officer, 'We are looking into it.')
    await expect(hide(desk.officer, own)).rejects.toBeInstanceOf(Forbidden)
    await hide(desk.officer, commentId)
    await expect(desk.decide(desk.officer, { commentId }, 'remove')).rejects.toBeInstanceOf(NotFound)
    await desk.decide(desk.press, { commentId }, 'restore')
    await hide(desk.press, commentId)
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
  })

  test('an officer does not take down again what a moderator kept, until its author changes it', async () => {
    const author = await desk.newPerson('Author', [], 5)
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, 'somebody')
    await desk.decide(desk.press, { commentId }, 'keep')
    for (const actor of [desk.officer, desk.sergeant]) await expect(hide(actor, commentId)).rejects.toThrow(/moderator has looked at this comment/)
    moveClock(60_000)
    await editComment(desk.db, author, commentId, 'Other words.')
    await hide(desk.officer, commentId)
    expect(await desk.stateOf(commentId)).toBe('hidden-pending')
  })

  test('the same form again, and a second person’s, change nothing', async () => {
    const commentId = await published()
    const key = randomUUID()
    const [first, again] = await Promise.all([hide(desk.officer, commentId, 'threat', key), hide(desk.officer, commentId, 'threat', key)])
    const other = await hide(desk.sergeant, commentId)
    expect([again, other]).toEqual([first, first])
    expect(await hidingsOf(commentId)).toHaveLength(1)
    moveClock(25 * HOUR)
    await revertHidden(desk.db)
    expect(await hide(desk.officer, commentId, 'threat', key)).toEqual(first)
    expect(await desk.stateOf(commentId)).toBe('published')
  })

  test('a key that hid another comment hides no second one', async () => {
    const [one, other] = [await published(), await published()]
    const key = randomUUID()
    await hide(desk.officer, one, 'threat', key)
    await expect(hide(desk.officer, other, 'threat', key)).rejects.toBeInstanceOf(Refused)
    expect(await desk.stateOf(other)).toBe('published')
  })

  test('is logged in the role that somebody has for this team', async () => {
    const both = { ...desk.officer, duties: [duty('supervisor', desk.otherTeam), duty('officer', desk.team)] }
    const commentId = await published()
    await hide(both, commentId)
    const [row] = await desk.db.select().from(log).where(eq(log.itemId, commentId))
    expect(row).toMatchObject({ act: 'hide', role: 'officer' })
    expect(await hidingsOf(commentId)).toMatchObject([{ role: 'officer' }])
  })

  test('whoever comes too late is told who hid it; of what flags hid, that several people told us', async () => {
    const [one, other] = [await published(), await published()]
    for (const commentId of [one, other]) await desk.flag({ commentId }, 'first')
    const [version, version2] = [(await desk.caseOf({ commentId: one })).version, (await desk.caseOf({ commentId: other })).version]
    await hide(desk.officer, one)
    for (const flagger of ['second', 'third']) await desk.flag({ commentId: other }, flagger)
    await expect(desk.decide(desk.press, { commentId: one }, 'remove', { version })).rejects.toThrow(/PC Imran Adeyemi hid it/)
    await expect(desk.decide(desk.press, { commentId: other }, 'remove', { version: version2 })).rejects.toThrow(/hidden because several people/)
    moveClock(25 * HOUR)
    const { version: hidden } = await desk.caseOf({ commentId: other })
    await revertHidden(desk.db)
    await expect(desk.decide(desk.press, { commentId: other }, 'remove', { version: hidden })).rejects.toThrow(/nobody had decided for 24 hours/)
  })

  test('needs a reason, and a comment that is public', async () => {
    const commentId = await published()
    await expect(hide(desk.officer, commentId, 'because')).rejects.toBeInstanceOf(Refused)
    const held = await desk.say(desk.newcomer)
    await expect(hide(desk.officer, held)).rejects.toBeInstanceOf(NotFound)
    await expect(hide(desk.officer, 999_999_999)).rejects.toBeInstanceOf(NotFound)
    expect(await desk.db.select().from(cases).where(eq(cases.commentId, commentId))).toEqual([])
    expect([await offersHiding(desk.db, desk.officer, commentId), await offersHiding(desk.db, desk.officer, held)]).toEqual([true, false])
    expect([await offersHiding(desk.db, desk.resident, commentId), await offersHiding(desk.db, visitor, commentId)]).toEqual([false, false])
  })

  test('what its author takes back stays gone, and its clock ends', async () => {
    const author = await desk.newPerson('Author', [], 5)
    const commentId = await desk.say(author)
    await hide(desk.officer, commentId)
    await withdrawComment(desk.db, author, commentId)
    moveClock(25 * HOUR)
    expect(await revertHidden(desk.db)).toBe(0)
    expect(await desk.stateOf(commentId)).toBe('withdrawn')
    const running = await desk.db
      .select()
      .from(hidings)
      .where(and(eq(hidings.commentId, commentId), isNull(hidings.endedAt)))
    expect(running).toEqual([])
  })
})
