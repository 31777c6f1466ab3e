import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLog } from '../../src/activity/log.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { NotFound } from '../../src/errors.ts'
import { LOG_SIZE, publicLog, publicLogAround } from '../../src/moderation/public-log.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const entry = { actorId: 1, role: 'administrator', audience: 'public', teamId: null, teamName: null, itemId: 1 }
const write = (more: Partial<Parameters<typeof writeLog>[1]>) =>
  desk.db.transaction((tx) => writeLog(tx, { ...entry, act: 'release', item: 'comment', role: 'press-office', ...more }))

test('shows date, team, kind of item, act, reason and role, and nothing else', async () => {
  const commentId = await desk.say(desk.newcomer)
  await desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'spam', publicText: 'You sent it twelve times.', note: 'Known to us.' })
  const [row] = (await publicLog(desk.db, null)).rows
  expect(row).toEqual({
    id: expect.any(Number),
    at: expect.any(Date),
    team: 'Bracebridge Heath',
    item: 'Comment',
    act: 'Not published',
    reason: 'Advertising or spam',
    by: 'Press office',
  })
})

test('names the role of a sergeant, and the rule where no person decided', async () => {
  await desk.decide(desk.sergeant, { commentId: await desk.say(desk.newcomer) }, 'release')
  const commentId = await desk.say(desk.resident)
  for (const person of ['one', 'two', 'three']) await desk.flag({ commentId }, person, 'hatred')
  const [hidden, released] = (await publicLog(desk.db, null)).rows
  // What people suspect is no finding: the reason stands there once a person has decided.
  expect(hidden).toMatchObject({ act: 'Hidden until a moderator has decided', by: 'By itself', reason: 'Several people told us about it' })
  expect(released).toMatchObject({ act: 'Published after a check', by: 'Sergeant', reason: null })
})

test('a post that its officer withdrew is there too', async () => {
  await withdrawPost(desk.db, desk.officer, desk.post.id, 'It was the wrong day.')
  expect((await publicLog(desk.db, null)).rows[0]).toMatchObject({ item: 'Post', act: 'Withdrawn', by: 'Officer' })
})

test('leaves out roles, look-ups and everything of the staff', async () => {
  const hidden = [
    { item: 'role', act: 'keep' },
    { item: 'account', act: 'release' },
    { item: 'comment', act: 'look-up' },
    { audience: 'staff' },
  ] as const
  const ids: number[] = []
  for (const row of hidden) ids.push(await write(row))
  const { rows } = await publicLog(desk.db, null)
  for (const id of ids) {
    expect(rows.map((row) => row.id)).not.toContain(id)
    await expect(publicLogAround(desk.db, id)).rejects.toBeInstanceOf(NotFound)
  }
  await expect(publicLogAround(desk.db, 999_999_999)).rejects.toBeInstanceOf(NotFound)
})

test('pages by key in both directions, and the link of a stub finds a row that is many pages old', async () => {
  const first = await write({ teamName: 'The oldest' })
  for (let number = 0; number < 2 * LOG_SIZE + 7; number++) await write({ teamName: randomUUID() })
  const newest = await publicLog(desk.db, null)
  expect(newest.newer).toBeNull()
  const seen = newest.rows.map(({ id }) => id)
  for (let before = newest.older; before !== null;) {
    const page = await publicLog(desk.db, before)
    // The way back leads to the page from which we came.
    const back = await publicLog(desk.db, page.newer === 0 ? null : page.newer)
    expect(back.rows.at(-1)?.id).toBe(seen.at(-1))
    seen.push(...page.rows.map(({ id }) => id))
    before = page.older
  }
  expect(seen).toEqual(seen.toSorted((one, other) => other - one))
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toContain(first)

  const around = await publicLogAround(desk.db, first)
  expect(around.rows.map(({ id }) => id)).toContain(first)
  expect(around.rows.length).toBeLessThan(LOG_SIZE)
  const top = await publicLogAround(desk.db, seen[0] ?? 0)
  expect(top).toMatchObject({ newer: null, older: expect.any(Number) })
  expect(top.rows[0]?.id).toBe(seen[0])
})
