/** Cases about something else than comments and posts, how cases end by themselves, and how their clocks are said. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { moveClock } from '../../src/clock.ts'
import { NotFound } from '../../src/errors.ts'
import { closeDecided } from '../../src/moderation/closing.ts'
import { openBetween, sayClock } from '../../src/moderation/countdown.ts'
import { expectedBy, workingHours } from '../../src/moderation/clock.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { queueOf } from '../../src/moderation/queue.ts'
import { cases } from '../../src/moderation/schema.ts'
import { EVERYTHING } from '../../src/moderation/view.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { approveDraft, reopenDraft, returnDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { drafts } from '../../src/posts/schema.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const UPDATE = { title: 'Did you see the van?', body: 'A white van stood on Grantham Road.' }
async function handedIn(): Promise<number> {
  const input = { kind: 'update' as const, key: randomUUID(), form: UPDATE, version: null, teamIds: [], wholeForce: false }
  const { id } = await saveDraft(desk.db, desk.officer, desk.team, input)
  await hand(id)
  return id
}
const versionOf = async (id: number) => Number((await desk.db.select().from(drafts).where(eq(drafts.id, id)))[0]?.version)
const hand = async (id: number) => submitDraft(desk.db, desk.officer, id, await versionOf(id))
const casesOf = (draftId: number) => desk.db.select().from(cases).where(eq(cases.draftId, draftId)).orderBy(cases.id)
const queued = async (draftId: number) =>
  (await queueOf(desk.db, desk.press, null, { ...EVERYTHING, kind: 'draft' })).rows.filter(({ href }) => href === `/officers/drafts/${draftId}`)

describe('a post that waits for a second person', () => {
  test('stands in the queue of the press office, leads to its own page, and goes when it is approved', async () => {
    const id = await handedIn()
    expect(await queued(id)).toMatchObject([
      {
        kind: 'draft',
        heading: 'Post that waits for approval',
        title: UPDATE.title,
        excerpt: UPDATE.body,
        author: 'PC Imran Adeyemi',
        selectable: false,
      },
    ])
    const [file] = await casesOf(id)
    expect(file).toMatchObject({ cause: 'draft', state: 'open', audience: 'staff', teamId: desk.team.id })
    expect(Math.abs(Number(file?.dueAt.getTime()) - expectedBy(file?.openedAt ?? new Date()).getTime())).toBeLessThan(60_000)
    expect(await caseFile(desk.db, desk.press, file?.id ?? 0)).toMatchObject({ kind: 'draft', words: UPDATE.body, surroundings: null, author: null })
    await expect(caseFile(desk.db, desk.sergeant, file?.id ?? 0)).rejects.toThrow(NotFound)
    await approveDraft(desk.db, desk.press, id, { version: await versionOf(id), publish: true, lock: false, publishAt: null })
    expect(await queued(id)).toEqual([])
    expect(await casesOf(id)).toMatchObject([{ state: 'closed' }])
  })

  test('sent back it goes; handed in again it is a new case', async () => {
    const id = await handedIn()
    await returnDraft(desk.db, desk.press, id, { version: await versionOf(id), note: 'Shorter.', suggestion: null })
    expect(await queued(id)).toEqual([])
    await hand(id)
    expect(await casesOf(id)).toMatchObject([{ state: 'closed' }, { state: 'open' }])
  })

  test('taken back by its author it waits for nobody, and handed in again it stands there once', async () => {
    const id = await handedIn()
    await reopenDraft(desk.db, desk.officer, id)
    expect(await queued(id)).toEqual([])
    await hand(id)
    await reopenDraft(desk.db, desk.officer, id)
    await hand(id)
    expect(await queued(id)).toHaveLength(1)
  })
})

describe('cases end by themselves', () => {
  const decided = async () => {
    const commentId = await desk.say(desk.newcomer)
    await desk.decide(desk.press, { commentId }, 'reject')
    return (await desk.caseOf({ commentId })).id
  }
  const stateOf = async (id: number) => (await desk.db.select().from(cases).where(eq(cases.id, id)))[0]

  test('28 days after a decision without an appeal, and not before', async () => {
    const id = await decided()
    moveClock(28 * 86_400_000 - 60_000)
    await closeDecided(desk.db)
    expect((await stateOf(id))?.state).toBe('decided')
    moveClock(120_000)
    expect(await closeDecided(desk.db)).toBeGreaterThan(0)
    expect(await stateOf(id)).toMatchObject({ state: 'closed', closedAt: expect.any(Date) })
    expect(await closeDecided(desk.db)).toBe(0)
  })

  test('as long as its author can appeal, over a change of the clocks too', async () => {
    const id = await decided()
    await desk.db
      .update(cases)
      .set({ decidedAt: new Date('2027-10-10T10:00:00Z') })
      .where(eq(cases.id, id))
    for (const [at, state] of [
      ['2027-11-07T10:59:00Z', 'decided'],
      ['2027-11-07T11:01:00Z', 'closed'],
    ] as const) {
      moveClock(0)
      moveClock(Date.parse(at) - Date.now())
      await closeDecided(desk.db)
      expect((await stateOf(id))?.state).toBe(state)
    }
  })

  test('appealed ones wait; heard ones close with the next round', async () => {
    const ids = await Promise.all(['appealed', 'upheld', 'varied', 'overturned'].map(decided))
    for (const [index, state] of (['appealed', 'upheld', 'varied', 'overturned'] as const).entries())
      await desk.db
        .update(cases)
        .set({ state })
        .where(eq(cases.id, ids[index] ?? 0))
    moveClock(40 * 86_400_000)
    await closeDecided(desk.db)
    expect(await Promise.all(ids.map(async (id) => (await stateOf(id))?.state))).toEqual(['appealed', 'closed', 'closed', 'closed'])
  })
})

test('what is kept as evidence shows no words, in the queue or on its case', async () => {
  const commentId = await desk.say(desk.newcomer, 'A very rare xylophone.')
  const { id } = await desk.caseOf({ commentId })
  await desk.db.execute(sql`insert into seals (comment_id, authority, reference, because, sealed_by, confirmed_by, sealed_at, log_id)
    select ${commentId}, 'standards', 'R1', 'x', ${desk.press.accountId}, ${desk.press2.accountId}, now(), max(id) from log`)
  const shown = JSON.stringify([await caseFile(desk.db, desk.press, id), await queueOf(desk.db, desk.press, null)])
  expect(shown).toContain(`"id":${id}`)
  expect(shown).not.toContain('xylophone')
})

test('a clock is said in the hours that count', () => {
  const friday = new Date('2026-11-27T15:00:00Z')
  expect(openBetween(friday, new Date('2026-11-30T11:00:00Z'), workingHours)).toBe(4 * 3_600_000)
  expect(sayClock(expectedBy(friday), friday)).toEqual({ late: false, left: '4 working hours left', due: 'due 11am on Monday 30 November 2026' })
  expect(sayClock(expectedBy(friday), friday, true).left).toBe('3 days left')
  expect(sayClock(new Date('2026-12-04T15:00:00Z'), friday).left).toBe('5 working days left')
  expect(sayClock(new Date('2026-11-27T16:30:00Z'), friday).left).toBe('2 hours left')
  // Over Christmas, and over a change of the clocks.
  expect(openBetween(new Date('2026-12-24T16:00:00Z'), new Date('2026-12-29T10:00:00Z'), workingHours)).toBe(2 * 3_600_000)
  expect(openBetween(new Date('2026-03-27T16:00:00Z'), new Date('2026-03-30T09:00:00Z'), workingHours)).toBe(2 * 3_600_000)
  expect(sayClock(friday, new Date(friday.getTime() + 60_000)).left).toBe('Late by 1 minute')
})
