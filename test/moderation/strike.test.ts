import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { ACTS, referrals, strikes } from '../../src/moderation/schema.ts'
import { cancelStrike, monthsAfter, strikesOf } from '../../src/moderation/strike.ts'
import { openDesk, type Desk } from './desk.ts'

const DAY = 86_400_000
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

test('a strike is given only where the moderator says so, and only with what goes down', async () => {
  const author = await desk.newPerson('Author')
  for (const strike of [undefined, false, true]) {
    const commentId = await desk.say(author)
    await desk.decide(desk.press, { commentId }, 'reject', strike === undefined ? {} : { strike })
  }
  expect(await strikesOf(desk.db, author.accountId)).toBe(1)
  for (const act of ACTS.filter((one) => one === 'release' || one === 'redact')) {
    const commentId = await desk.say(author, 'The lights on Grantham Road are out.')
    await desk.decide(desk.press, { commentId }, act, { strike: true, takenOut: ['Grantham Road'] })
  }
  expect(await strikesOf(desk.db, author.accountId)).toBe(1)
})

test('it lapses after twelve months, and an appeal cancels it once', async () => {
  const author = await desk.newPerson('Author')
  const decided: { id: number }[] = []
  for (let count = 0; count < 2; count++)
    decided.push(await desk.decide(desk.press, { commentId: await desk.say(author) }, 'reject', { strike: true }))
  expect(await strikesOf(desk.db, author.accountId)).toBe(2)
  expect(await desk.db.transaction((tx) => cancelStrike(tx, decided[0]?.id ?? 0))).toBe(true)
  expect(await desk.db.transaction((tx) => cancelStrike(tx, decided[0]?.id ?? 0))).toBe(false)
  expect(await strikesOf(desk.db, author.accountId)).toBe(1)
  moveClock(364 * DAY)
  expect(await strikesOf(desk.db, author.accountId)).toBe(1)
  moveClock(367 * DAY)
  expect(await strikesOf(desk.db, author.accountId)).toBe(0)
})

test('twelve months end on the same day of the month, or on the last', () => {
  expect(monthsAfter(new Date('2026-11-23T12:00:00Z'), 12).toISOString()).toBe('2027-11-23T12:00:00.000Z')
  expect(monthsAfter(new Date('2028-02-29T08:00:00Z'), 12).toISOString()).toBe('2029-02-28T08:00:00.000Z')
})

test('a strike imposes nothing, and an officer’s words get none', async () => {
  const commentId = await desk.say(desk.officer, 'As an officer.')
  await desk.flag({ commentId }, 'somebody')
  await desk.decide(desk.press, { commentId }, 'remove', { strike: true })
  expect(await desk.db.select().from(strikes).where(eq(strikes.accountId, desk.officer.accountId))).toEqual([])
  const author = await desk.newPerson('Author')
  await desk.decide(desk.press, { commentId: await desk.say(author) }, 'reject', { strike: true })
  const { rows } = await desk.db.$client.query('select 1 from sanctions where account_id = $1', [author.accountId])
  expect(rows).toEqual([])
  expect(await desk.db.select().from(accounts).where(eq(accounts.id, author.accountId))).toHaveLength(1)
})

test('a complaint goes to professional standards, once', async () => {
  const commentId = await desk.say(desk.newcomer, 'PC Smith was rude.')
  await desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'complaint' })
  await desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'complaint' })
  const { id } = await desk.caseOf({ commentId })
  expect(await desk.db.select().from(referrals).where(eq(referrals.caseId, id))).toMatchObject([{ to: 'standards' }])
})
