import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeLog } from '../../src/activity/log.ts'
import { moveClock, now } from '../../src/clock.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { NotFound } from '../../src/errors.ts'
import type { LogFilter } from '../../src/moderation/log-filter.ts'
import { logTotals } from '../../src/moderation/log-totals.ts'
import { LOG_SIZE, publicLog, publicLogAround, publicLogWhole } from '../../src/moderation/public-log.ts'
import { dayKey } from '../../src/text/dates.ts'
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
    appeal: null,
  })
})

test('names the role of a sergeant, and the rule where no person decided', async () => {
  await desk.decide(desk.sergeant, { commentId: await desk.say(desk.newcomer) }, 'release')
  const commentId = await desk.say(desk.resident)
  for (const person of ['one', 'two', 'three']) await desk.flag({ commentId }, person, 'hatred')
  const [hidden, released] = (await publicLog(desk.db, null)).rows
  // What people suspect is no finding: the reason stands there once a person has decided.
  expect(hidden).toMatchObject({ act: 'Hidden until a moderator has decided', by: 'Automatically', reason: 'Several people told us about it' })
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

describe('filters', () => {
  const ids = async (filter: LogFilter) => (await publicLog(desk.db, null, filter)).rows.map(({ id }) => id)

  test('by team, act, reason and month, alone and together', async () => {
    const ours = { teamId: desk.team.id, teamName: desk.team.name }
    const one = await write({ ...ours, act: 'remove', reasonCode: 'copyright', reasonTitle: 'Copyright' })
    const other = await write({ ...ours, act: 'reject', reasonCode: 'copyright', reasonTitle: 'Copyright' })
    const elsewhere = await write({ act: 'remove', reasonCode: 'copyright', reasonTitle: 'Copyright' })
    expect(await ids({ reason: 'copyright' })).toEqual([elsewhere, other, one])
    expect(await ids({ reason: 'copyright', teamId: desk.team.id })).toEqual([other, one])
    expect(await ids({ reason: 'copyright', teamId: 0 })).toEqual([elsewhere])
    expect(await ids({ reason: 'copyright', act: 'remove' })).toEqual([elsewhere, one])
    expect(await ids({ reason: 'copyright', month: dayKey(now()).slice(0, 7) })).toEqual([elsewhere, other, one])
    expect(await ids({ reason: 'copyright', month: '2020-01' })).toEqual([])
  })

  test('a month begins and ends at midnight in the UK, in summer too', async () => {
    const at = async (moment: string) => {
      moveClock(Date.parse(moment) - Date.now())
      try {
        return await write({ act: 'keep', reasonCode: 'duplicate' })
      } finally {
        moveClock(0)
      }
    }
    const world = [
      await at('2031-06-30T22:59:59Z'),
      await at('2031-06-30T23:00:01Z'),
      await at('2031-07-31T22:59:59Z'),
      await at('2031-07-31T23:00:01Z'),
    ]
    const [june, july, lastOfJuly, august] = world
    expect(await ids({ reason: 'duplicate', month: '2031-06' })).toEqual([june])
    expect(await ids({ reason: 'duplicate', month: '2031-07' })).toEqual([lastOfJuly, july])
    expect(await ids({ reason: 'duplicate', month: '2031-08' })).toEqual([august])
    expect((await logTotals(desk.db, { reason: 'duplicate', month: '2031-07' })).acts).toEqual([{ act: 'keep', count: 2 }])
  })

  test('what a rule did by itself has no reason to be found by', async () => {
    await write({ role: 'system', actorId: null, act: 'hide', reasonCode: 'obscene', reasonTitle: 'Obscene' })
    expect(await ids({ reason: 'obscene' })).toEqual([])
    expect((await logTotals(desk.db, { reason: 'obscene' })).all).toBe(0)
  })
})

test('the totals say what a count over all rows says, for every filter', async () => {
  const teams = [undefined, 0, desk.team.id, desk.otherTeam.id]
  const months = [undefined, dayKey(now()).slice(0, 7), '2031-07', '2019-01']
  const acts = [undefined, 'remove', 'release', 'keep', 'overturn'] as const
  for (const teamId of teams)
    for (const month of months)
      for (const act of acts)
        for (const reason of [undefined, 'copyright', 'spam']) {
          const filter = { teamId, month, act, reason }
          let rows = 0
          for await (const piece of publicLogWhole(desk.db, filter)) rows += piece.length
          expect(await logTotals(desk.db, filter), JSON.stringify(filter)).toMatchObject({ all: rows })
        }
})

test('a decision shows what came of its appeal, and only its own', async () => {
  const itemId = 700_001
  const removed = await write({ itemId, act: 'remove', reasonCode: 'abuse', reasonTitle: 'Abuse or harassment' })
  const overturned = await write({ itemId, act: 'overturn' })
  const again = await write({ itemId, act: 'remove', reasonCode: 'threat', reasonTitle: 'A threat' })
  const { rows } = await publicLog(desk.db, null, { teamId: 0 })
  const shown = (id: number) => rows.find((row) => row.id === id)
  expect(shown(removed)).toMatchObject({ appeal: 'Appeal: the decision was overturned' })
  expect(shown(overturned)).toMatchObject({ act: 'Appeal: the decision was overturned', appeal: null })
  expect(shown(again)).toMatchObject({ appeal: null })
  expect((await logTotals(desk.db, { act: 'overturn' })).all).toBe(1)
})
