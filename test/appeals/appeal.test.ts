import { randomUUID } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { appealUntil } from '../../src/appeals/deadline.ts'
import { ownCase } from '../../src/appeals/own-case.ts'
import { appealPanel } from '../../src/appeals/panel.ts'
import { mayHear } from '../../src/appeals/policy.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { cases, decisions } from '../../src/moderation/schema.ts'
import { duty, type Desk } from '../moderation/desk.ts'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
let desk: Desk
beforeAll(async () => {
  bench = await openBench()
  desk = bench.desk
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

describe('lodging an appeal', () => {
  test('puts the case before somebody else, in five working days, and takes it from whoever had it', async () => {
    const made = await bench.decided('remove')
    await desk.db.update(cases).set({ assigneeId: desk.press.accountId, assignedAt: now() }).where(eq(cases.id, made.caseId))
    const before = await bench.caseRow(made.caseId)
    const { id } = await bench.lodge(made)
    const file = await bench.caseRow(made.caseId)
    const [appeal] = await desk.db.select().from(appeals).where(eq(appeals.id, id))
    expect(file).toMatchObject({ state: 'appealed', waits: true, assigneeId: null, version: before.version + 1, dueAt: appeal?.dueAt })
    expect(appeal).toMatchObject({ decisionId: made.decisionId, accountId: made.author.accountId, body: 'I named nobody.', outcome: null })
    expect(await desk.stateOf(made.commentId)).toBe('removed')
  })

  test('the same form twice, or twice at once, is one appeal; a second one is refused', async () => {
    const made = await bench.decided('reject')
    const key = randomUUID()
    const both = await Promise.all([bench.lodge(made, key), bench.lodge(made, key)])
    expect(both[0]).toEqual(both[1])
    expect(await bench.lodge(made, key)).toEqual(both[0])
    await expect(bench.lodge(made)).rejects.toBeInstanceOf(Refused)
    expect(await desk.db.$count(appeals, eq(appeals.caseId, made.caseId))).toBe(1)
    await bench.hear(desk.press2, made.caseId, 'upheld')
    await expect(bench.lodge(made)).rejects.toMatchObject({ fields: { text: expect.stringContaining('once') } })
  })

  test('a key that was used for another case makes no appeal', async () => {
    const key = randomUUID()
    await bench.lodge(await bench.decided('remove'), key)
    const other = await bench.decided('remove')
    await expect(bench.lodge(other, key)).rejects.toBeInstanceOf(Refused)
    expect(await bench.caseRow(other.caseId)).toMatchObject({ state: 'decided' })
  })

  test('only the author has such a case: not a visitor’s guess, not another resident, not the first decider, not an administrator', async () => {
    const made = await bench.decided('remove')
    for (const actor of [desk.resident, desk.officer, desk.press, desk.administrator])
      await expect(lodgeAppeal(desk.db, actor, made.caseId, { text: 'Me too.', clientKey: randomUUID() })).rejects.toBeInstanceOf(NotFound)
    await expect(lodgeAppeal(desk.db, made.author, 999_999, { text: 'Nothing.', clientKey: randomUUID() })).rejects.toBeInstanceOf(NotFound)
  })

  test('what took nothing away, and what is not decided, cannot be appealed', async () => {
    const kept = await bench.decided('keep')
    await expect(bench.lodge(kept)).rejects.toBeInstanceOf(Refused)
    const commentId = await desk.say(desk.newcomer)
    const open = await desk.caseOf({ commentId })
    await expect(lodgeAppeal(desk.db, desk.newcomer, open.id, { text: 'Now.', clientKey: randomUUID() })).rejects.toBeInstanceOf(Refused)
  })

  test('to the last second of the 28th day by UK clocks, and not one later, over a change of the clocks too', async () => {
    for (const decidedAt of ['2026-10-10T10:00:00Z', '2027-03-10T10:00:00Z', '2026-06-15T23:30:00Z']) {
      const at = new Date(decidedAt)
      const [inTime, late] = [await bench.decided('remove'), await bench.decided('remove')]
      await desk.db.execute(sql`alter table decisions disable trigger user`)
      await desk.db
        .update(decisions)
        .set({ at })
        .where(sql`id in (${inTime.decisionId}, ${late.decisionId})`)
      const end = appealUntil(at).getTime()
      moveClock(0)
      moveClock(end + 1000 - Date.now())
      await expect(bench.lodge(late)).rejects.toMatchObject({ fields: { text: expect.stringContaining('28 days') } })
      moveClock(0)
      moveClock(end - 1000 - Date.now())
      await bench.lodge(inTime)
      moveClock(0)
      expect(await bench.caseRow(inTime.caseId)).toMatchObject({ state: 'appealed' })
      expect(await bench.caseRow(late.caseId)).toMatchObject({ state: 'decided' })
    }
  })

  test('whoever is muted or suspended still appeals', async () => {
    const made = await bench.decided('remove')
    const until = new Date(Date.now() + 86_400_000)
    const silenced = { ...made.author, standing: { heldUntil: until, mutedUntil: until, suspendedUntil: until } }
    await bench.lodge({ ...made, author: silenced })
    expect(await bench.caseRow(made.caseId)).toMatchObject({ state: 'appealed' })
  })
})

describe('who hears it', () => {
  test('neither the first decider, nor the author, nor anybody outside the press office', async () => {
    const made = await bench.appealed()
    await expect(bench.hear(desk.press, made.caseId, 'overturned')).rejects.toBeInstanceOf(Forbidden)
    await expect(bench.hear({ ...made.author, duties: [duty('press-office')] }, made.caseId, 'overturned')).rejects.toBeInstanceOf(Forbidden)
    await expect(bench.hear(desk.sergeant, made.caseId, 'overturned')).rejects.toBeInstanceOf(Forbidden)
    const both = await desk.newPerson('Two hats', [duty('press-office'), duty('administrator')])
    for (const actor of [desk.officer, desk.administrator, desk.resident, desk.otherSergeant, both])
      await expect(bench.hear(actor, made.caseId, 'overturned')).rejects.toBeInstanceOf(NotFound)
    expect(await desk.stateOf(made.commentId)).toBe('removed')
    expect(await bench.caseRow(made.caseId)).toMatchObject({ state: 'appealed' })
    await bench.hear(desk.press2, made.caseId, 'overturned')
    expect(await desk.stateOf(made.commentId)).toBe('published')
  })

  test('the database itself refuses the first decider and the author', async () => {
    const made = await bench.appealed()
    for (const deciderId of [desk.press.accountId, made.author.accountId])
      await expect(
        desk.db
          .update(appeals)
          .set({ deciderId, outcome: 'upheld', outcomeText: 'x', decidedAt: now(), logId: sql`(select max(id) from log)` })
          .where(eq(appeals.caseId, made.caseId)),
      ).rejects.toThrow()
  })

  test('a press officer’s own comment is heard by a colleague', async () => {
    const author = await desk.newPerson('Press too', [duty('press-office')])
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, randomUUID())
    await desk.decide(desk.press, { commentId }, 'remove')
    const { id } = await desk.caseOf({ commentId })
    await lodgeAppeal(desk.db, author, id, { text: 'It was right.', clientKey: randomUUID() })
    await expect(bench.hear(author, id, 'overturned')).rejects.toBeInstanceOf(Forbidden)
    await bench.hear(desk.press2, id, 'upheld')
    expect(await desk.stateOf(commentId)).toBe('removed')
  })

  test('the form is offered to exactly those who may', async () => {
    const made = await bench.appealed()
    const file = await bench.caseRow(made.caseId)
    for (const actor of [desk.press, desk.press2, desk.sergeant, { ...made.author, duties: [duty('press-office')] }]) {
      const panel = await appealPanel(desk.db, actor, file)
      const may = mayHear(actor, { ...file, authorId: made.author.accountId, deciderId: desk.press.accountId })
      expect(panel?.ways.length !== 0).toBe(may)
      expect(panel?.cannot === null).toBe(may)
    }
  })
})

describe('two reviewers', () => {
  test('at once: one decides, the other learns what the first did', async () => {
    const made = await bench.appealed()
    const third = await desk.newPerson('Kim Third', [duty('press-office')])
    const version = (await bench.caseRow(made.caseId)).version
    const both = await Promise.allSettled([
      bench.hear(desk.press2, made.caseId, 'upheld', { version }),
      bench.hear(third, made.caseId, 'overturned', { version, text: 'Not so.' }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const lost = both.find((one) => one.status === 'rejected')
    expect(lost?.reason).toBeInstanceOf(Overtaken)
    expect(String(lost?.reason)).toMatch(/Alex Wray|Kim Third/)
    expect(await desk.db.$count(log, and(eq(log.itemId, made.commentId), sql`act in ('uphold', 'vary', 'overturn')`))).toBe(1)
  })

  test('the same form twice decides once; another outcome of the same person comes too late', async () => {
    const made = await bench.appealed()
    const version = (await bench.caseRow(made.caseId)).version
    await Promise.all([
      bench.hear(desk.press2, made.caseId, 'overturned', { version }),
      bench.hear(desk.press2, made.caseId, 'overturned', { version }),
    ])
    await bench.hear(desk.press2, made.caseId, 'overturned', { version })
    await expect(bench.hear(desk.press2, made.caseId, 'upheld', { version })).rejects.toBeInstanceOf(Overtaken)
    expect(await desk.db.$count(log, and(eq(log.itemId, made.commentId), eq(log.act, 'overturn')))).toBe(1)
  })

  test('a version that is not the one in view is refused, and what has no appeal is not there', async () => {
    const made = await bench.appealed()
    await expect(bench.hear(desk.press2, made.caseId, 'upheld', { version: 1 })).rejects.toBeInstanceOf(Overtaken)
    const without = await bench.decided('remove')
    await expect(bench.hear(desk.press2, without.caseId, 'overturned')).rejects.toBeInstanceOf(NotFound)
    expect(await desk.stateOf(without.commentId)).toBe('removed')
  })
})

test('a heard case that was closed since offers no second appeal, and one closed in time still offers the first', async () => {
  const heard = await bench.appealed()
  await bench.hear(desk.press2, heard.caseId, 'upheld')
  const quiet = await bench.decided('remove')
  for (const { caseId } of [heard, quiet]) await desk.db.update(cases).set({ state: 'closed', closedAt: now() }).where(eq(cases.id, caseId))
  expect(await ownCase(desk.db, heard.author, heard.caseId)).toMatchObject({ turn: 'over', overBecause: expect.stringContaining('once') })
  await expect(bench.lodge(heard)).rejects.toBeInstanceOf(Refused)
  expect(await ownCase(desk.db, quiet.author, quiet.caseId)).toMatchObject({ turn: 'appeal' })
  await bench.lodge(quiet)
  expect(await bench.caseRow(quiet.caseId)).toMatchObject({ state: 'appealed', closedAt: null })
})
