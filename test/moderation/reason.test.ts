import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { reasonByVersion, reasonOf, reasonsForDecisions, reasonsForFlags, rewordReason, wordingsOf } from '../../src/moderation/reason.ts'
import { decisions, reasons } from '../../src/moderation/schema.ts'
import { duty, openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const wording = (more: object = {}) => ({ title: 'Spam', publicText: 'It was advertising.', forFlags: true, note: 'Shorter.', version: 1, ...more })

test('a new wording is a new version; what was decided keeps the words with which it was decided', async () => {
  const before = await desk.decide(desk.press, { commentId: await desk.say(desk.newcomer) }, 'reject', { reasonCode: 'spam' })
  await rewordReason(desk.db, desk.press, 'spam', wording())
  const after = await desk.decide(desk.press, { commentId: await desk.say(desk.newcomer) }, 'reject', { reasonCode: 'spam' })
  const [old] = await desk.db.select().from(decisions).where(eq(decisions.id, before.id))
  const [young] = await desk.db.select().from(decisions).where(eq(decisions.id, after.id))
  expect(old).toMatchObject({ reasonVersion: 1, publicText: expect.stringContaining('posted many times') })
  expect(young).toMatchObject({ reasonVersion: 2, publicText: 'It was advertising.' })
  expect((await reasonByVersion(desk.db, 'spam', 1))?.title).toBe('Advertising or spam')
  expect(await reasonOf(desk.db, 'spam')).toMatchObject({
    version: 2,
    title: 'Spam',
    note: 'Shorter.',
    changedBy: desk.press.accountId,
    urgent: false,
  })
  expect((await reasonsForDecisions(desk.db)).filter(({ code }) => code === 'spam')).toHaveLength(1)
  const rows = (await desk.db.select().from(log).where(eq(log.item, 'reason'))).filter(({ reasonCode }) => reasonCode === 'spam')
  expect(rows).toMatchObject([{ act: 'reword', role: 'press-office', fromState: 'version 1', toState: 'version 2', note: 'Shorter.' }])
  expect((await wordingsOf(desk.db, 'spam')).map(({ version, changedByName }) => [version, changedByName])).toEqual([
    [2, 'Sam Carter'],
    [1, null],
  ])
})

test('whoever comes second learns of it, and the same words again make no version', async () => {
  await rewordReason(desk.db, desk.press, 'abuse', wording({ title: 'Abuse' }))
  await rewordReason(desk.db, desk.press, 'abuse', wording({ title: 'Abuse' }))
  await expect(rewordReason(desk.db, desk.press2, 'abuse', wording({ title: 'Harassment' }))).rejects.toBeInstanceOf(Overtaken)
  expect(await wordingsOf(desk.db, 'abuse')).toHaveLength(2)
  const both = await Promise.allSettled([
    rewordReason(desk.db, desk.press, 'obscene', wording({ title: 'One' })),
    rewordReason(desk.db, desk.press2, 'obscene', wording({ title: 'Other' })),
  ])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await wordingsOf(desk.db, 'obscene')).toHaveLength(2)
})

test('it can leave and join what residents choose from', async () => {
  await rewordReason(desk.db, desk.press, 'off-topic', wording({ title: 'Off topic', forFlags: false }))
  expect((await reasonsForFlags(desk.db)).map(({ code }) => code)).not.toContain('off-topic')
  expect((await reasonsForDecisions(desk.db)).map(({ code }) => code)).toContain('off-topic')
})

test('is the press office’s alone, and makes no new reason', async () => {
  const both = await desk.newPerson('Two hats', [duty('press-office'), duty('administrator')])
  for (const actor of [desk.sergeant, desk.officer, desk.administrator, both])
    await expect(rewordReason(desk.db, actor, 'hatred', wording())).rejects.toBeInstanceOf(Forbidden)
  await expect(rewordReason(desk.db, desk.press, 'criticism', wording())).rejects.toBeInstanceOf(NotFound)
  expect(await desk.db.select().from(reasons).where(eq(reasons.code, 'hatred'))).toHaveLength(1)
})
