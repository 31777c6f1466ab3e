import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { bulkOf, decideTogether, type Chosen } from '../../src/moderation/bulk.ts'
import { decisions } from '../../src/moderation/schema.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const chosen = async (commentId: number): Promise<Chosen> => {
  const { id, version } = await desk.caseOf({ commentId })
  return { id, version }
}
const held = async (count: number): Promise<number[]> => {
  const ids: number[] = []
  for (let number = 0; number < count; number++) ids.push(await desk.say(desk.newcomer, `Buy gold ${number}`))
  return ids
}
const SPAM = { act: 'reject' as const, reasonCode: 'spam', publicText: 'No advertising, please.', note: null }
const decisionsOf = (caseId: number) => desk.db.select().from(decisions).where(eq(decisions.caseId, caseId))

test('only the acts that all of them allow are offered, never taking words out', async () => {
  const [one = 0] = await held(1)
  const flagged = await desk.say(desk.resident, 'Flagged')
  await desk.flag({ commentId: flagged }, 'somebody')
  const [first, second] = [await chosen(one), await chosen(flagged)]
  expect((await bulkOf(desk.db, desk.press, [first])).acts).toEqual(['release', 'reject'])
  expect((await bulkOf(desk.db, desk.press, [second])).acts).toEqual(['remove', 'keep'])
  expect((await bulkOf(desk.db, desk.press, [first, second])).acts).toEqual([])
  expect((await bulkOf(desk.db, desk.sergeant, [first])).acts).toEqual(['release'])
  expect((await bulkOf(desk.db, desk.otherSergeant, [first])).rows).toEqual([])
  await expect(decideTogether(desk.db, desk.press, [first], { ...SPAM, act: 'redact' })).rejects.toMatchObject({
    fields: { act: expect.any(String) },
  })
})

test('one reason and one text decide each by itself, with its own row in the log', async () => {
  const ids = await held(3)
  const all = await Promise.all(ids.map(chosen))
  expect(await decideTogether(desk.db, desk.press, all, SPAM)).toEqual(all.map(({ id }) => ({ id, because: null })))
  for (const [index, commentId] of ids.entries()) {
    expect(await desk.stateOf(commentId)).toBe('rejected')
    expect(await decisionsOf(all[index]?.id ?? 0)).toMatchObject([{ act: 'reject', reasonCode: 'spam', publicText: 'No advertising, please.' }])
    expect(
      await desk.db
        .select()
        .from(log)
        .where(and(eq(log.item, 'comment'), eq(log.itemId, commentId))),
    ).toHaveLength(1)
  }
  // The same form twice decides nothing twice, and answers the same.
  expect(await decideTogether(desk.db, desk.press, all, SPAM)).toEqual(all.map(({ id }) => ({ id, because: null })))
  for (const { id } of all) expect(await decisionsOf(id)).toHaveLength(1)
})

test('what a colleague decided first, or its author took back, stays as it is and is said; the others are done', async () => {
  const ids = await held(3)
  const [first = 0, second = 0, third = 0] = ids
  const all = await Promise.all(ids.map(chosen))
  await desk.decide(desk.press2, { commentId: first }, 'release')
  await withdrawComment(desk.db, desk.newcomer, second)
  const shown = await bulkOf(desk.db, desk.press, all)
  expect(shown.rows.map(({ cannot }) => cannot)).toEqual([expect.stringMatching(/decided already/), expect.stringMatching(/changed/), null])
  const results = await decideTogether(desk.db, desk.press, all, SPAM)
  expect(results.map(({ because }) => because)).toEqual([
    expect.stringMatching(/Alex Wray \(Press office\) released it today/),
    expect.stringMatching(/Its author withdrew it today/),
    null,
  ])
  expect(await Promise.all([first, second, third].map(desk.stateOf))).toEqual(['published', 'withdrawn', 'rejected'])
})

test('two people at once decide each case once', async () => {
  const ids = await held(6)
  const all = await Promise.all(ids.map(chosen))
  const [mine, theirs] = await Promise.all([
    decideTogether(desk.db, desk.press, all, SPAM),
    decideTogether(desk.db, desk.press2, all.toReversed(), { ...SPAM, act: 'release' }),
  ])
  const done = [...mine, ...theirs].filter(({ because }) => because === null).map(({ id }) => id)
  expect(done.toSorted((one, other) => one - other)).toEqual(all.map(({ id }) => id).toSorted((one, other) => one - other))
  for (const { id } of all) expect(await decisionsOf(id)).toHaveLength(1)
})

test('what the form lacks is asked for before anything is done', async () => {
  const ids = await held(2)
  const all = await Promise.all(ids.map(chosen))
  await expect(decideTogether(desk.db, desk.press, all, { ...SPAM, reasonCode: null })).rejects.toMatchObject({
    fields: { reason: expect.any(String) },
  })
  expect(await Promise.all(ids.map(desk.stateOf))).toEqual(['held', 'held'])
})

test('a case of another desk is not there, one’s own words are a colleague’s to decide', async () => {
  const elsewhere = await desk.say(desk.newcomer, 'Skegness', { conversationId: desk.otherPost.conversationId })
  const release = { act: 'release' as const, reasonCode: null, publicText: null, note: null }
  const results = await decideTogether(desk.db, desk.sergeant, [await chosen(elsewhere), { id: 999_999_999, version: 1 }], release)
  expect(results.map(({ because }) => because)).toEqual(Array(2).fill('There is no such case on your desk.'))
  expect(await desk.stateOf(elsewhere)).toBe('held')
})
