import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sanctions } from '../../src/accounts/schema.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { appealPanel } from '../../src/appeals/panel.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { sealedCopies, strikes } from '../../src/moderation/schema.ts'
import type { Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'
import { openBench, WORDS, type Bench } from './bench.ts'

let bench: Bench
let desk: Desk
beforeAll(async () => {
  bench = await openBench()
  desk = bench.desk
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

describe('the outcome', () => {
  test('upheld: nothing changes for readers, and the log says so', async () => {
    const made = await bench.appealed('remove', { strike: true })
    const before = await bench.commentRow(made.commentId)
    await bench.hear(desk.press2, made.caseId, 'upheld')
    expect(await bench.commentRow(made.commentId)).toMatchObject({ state: 'removed', removalId: before?.removalId, stateAt: before?.stateAt })
    expect(await bench.newestLog(made.commentId)).toMatchObject({
      act: 'uphold',
      fromState: 'removed',
      toState: 'removed',
      reasonCode: 'abuse',
      role: 'press-office',
    })
    expect(await bench.caseRow(made.caseId)).toMatchObject({ state: 'upheld', waits: false })
    const [strike] = await desk.db.select().from(strikes).where(eq(strikes.decisionId, made.decisionId))
    expect(strike?.cancelledAt).toBeNull()
  })

  test.each(['remove', 'reject'] as const)('overturned: what was lost by “%s” is public again, the strike is cancelled', async (act) => {
    const made = await bench.appealed(act, { strike: true })
    const [before] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    await bench.hear(desk.press2, made.caseId, 'overturned', { text: 'You were right.', note: 'Read too fast.' })
    const [after] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    expect(await bench.commentRow(made.commentId)).toMatchObject({ state: 'published', removalId: null, body: WORDS, publishedAt: expect.any(Date) })
    expect(after?.commentCount).toBe((before?.commentCount ?? 0) + 1)
    const row = await bench.newestLog(made.commentId)
    expect(row).toMatchObject({
      act: 'overturn',
      fromState: act === 'reject' ? 'rejected' : 'removed',
      toState: 'published',
      publicText: 'You were right.',
    })
    const [strike] = await desk.db.select().from(strikes).where(eq(strikes.decisionId, made.decisionId))
    expect(strike?.cancelledAt).toBeInstanceOf(Date)
    const [appeal] = await desk.db.select().from(appeals).where(eq(appeals.caseId, made.caseId))
    expect(appeal).toMatchObject({ outcome: 'overturned', deciderId: desk.press2.accountId, logId: row?.id, note: 'Read too fast.' })
    expect(await bench.caseRow(made.caseId)).toMatchObject({ state: 'overturned', waits: false })
  })

  test('varied by another reason: it stays down, and its note leads to the reason that stands now', async () => {
    const made = await bench.appealed()
    await expect(bench.hear(desk.press2, made.caseId, 'varied-reason')).rejects.toMatchObject({ fields: { 'appeal-reason': expect.any(String) } })
    await expect(bench.hear(desk.press2, made.caseId, 'varied-reason', { reasonCode: 'abuse' })).rejects.toMatchObject({
      fields: { 'appeal-reason': expect.any(String) },
    })
    await bench.hear(desk.press2, made.caseId, 'varied-reason', { reasonCode: 'off-topic' })
    const row = await bench.newestLog(made.commentId)
    expect(row).toMatchObject({ act: 'vary', reasonCode: 'off-topic', toState: 'removed' })
    expect(await bench.commentRow(made.commentId)).toMatchObject({ state: 'removed', removalId: row?.id })
    const [appeal] = await desk.db.select().from(appeals).where(eq(appeals.caseId, made.caseId))
    expect(appeal).toMatchObject({ outcome: 'varied', reasonCode: 'off-topic', redactedBody: null })
  })

  test('varied by its words: it comes back with parts taken out, the whole lies sealed', async () => {
    const made = await bench.appealed()
    await expect(bench.hear(desk.press2, made.caseId, 'varied-words')).rejects.toMatchObject({ fields: { 'appeal-take-out': expect.any(String) } })
    await expect(bench.hear(desk.press2, made.caseId, 'varied-words', { takeOut: ['not there'] })).rejects.toMatchObject({
      fields: { 'appeal-take-out': expect.stringContaining('not there') },
    })
    expect(await desk.stateOf(made.commentId)).toBe('removed')
    await bench.hear(desk.press2, made.caseId, 'varied-words', { takeOut: ['Grantham Road'] })
    const comment = await bench.commentRow(made.commentId)
    expect(comment).toMatchObject({ state: 'published', editedByModerator: true, removalId: null })
    expect(comment?.body).not.toContain('Grantham')
    const [copy] = await desk.db.select().from(sealedCopies).where(eq(sealedCopies.commentId, made.commentId))
    expect(copy?.content.body).toBe(WORDS)
    const [appeal] = await desk.db.select().from(appeals).where(eq(appeals.caseId, made.caseId))
    expect(appeal?.redactedBody).toBe(comment?.body)
    expect(await bench.newestLog(made.commentId)).toMatchObject({ act: 'vary', toState: 'published', reasonCode: 'abuse' })
  })

  test('a redaction undone: the whole words are back', async () => {
    const made = await bench.decided('redact', { takenOut: ['Grantham Road'] })
    expect((await bench.commentRow(made.commentId))?.body).not.toContain('Grantham')
    await bench.lodge(made)
    await expect(bench.hear(desk.press2, made.caseId, 'varied-words', { takeOut: ['again'] })).rejects.toMatchObject({
      fields: { 'appeal-way': expect.any(String) },
    })
    await bench.hear(desk.press2, made.caseId, 'overturned')
    expect(await bench.commentRow(made.commentId)).toMatchObject({ state: 'published', body: WORDS, editedByModerator: false })
    expect((await bench.commentRow(made.commentId))?.bodyHtml).toContain('Grantham Road')
  })

  test('a redaction undone does not undo a later one', async () => {
    const made = await bench.decided('redact', { takenOut: ['Grantham Road'] })
    await desk.flag({ commentId: made.commentId }, randomUUID())
    await desk.decide(desk.press2, { commentId: made.commentId }, 'redact', { takenOut: ['again'] })
    await bench.lodge(made)
    await bench.hear(desk.press2, made.caseId, 'overturned')
    const body = (await bench.commentRow(made.commentId))?.body
    expect(body).not.toContain('Grantham')
    expect(body).not.toContain('again')
  })

  test('what another decision took down since stays down', async () => {
    const made = await bench.decided('redact', { takenOut: ['Grantham Road'] })
    await bench.lodge(made)
    await desk.flag({ commentId: made.commentId }, randomUUID())
    await desk.decide(desk.press2, { commentId: made.commentId }, 'remove')
    await bench.hear(desk.press2, made.caseId, 'overturned')
    expect(await desk.stateOf(made.commentId)).toBe('removed')
    expect((await bench.commentRow(made.commentId))?.body).not.toContain('Grantham')
  })

  test('what its author took back meanwhile stays away: the outcome is for the record', async () => {
    const made = await bench.decided('redact', { takenOut: ['Grantham Road'], strike: true })
    await bench.lodge(made)
    await withdrawComment(desk.db, made.author, made.commentId)
    await bench.hear(desk.press2, made.caseId, 'overturned')
    expect(await desk.stateOf(made.commentId)).toBe('withdrawn')
    expect(await bench.newestLog(made.commentId)).toMatchObject({ act: 'overturn', fromState: 'withdrawn', toState: 'withdrawn' })
  })

  test('under a legal lock it goes back to the queue and not to readers', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'A case that goes to court')
    for (const act of ['remove', 'reject'] as const) {
      const author = await desk.newPerson('Somebody', [], act === 'reject' ? 0 : 5)
      const commentId = await desk.say(author, WORDS, { conversationId: post.conversationId })
      if (act === 'remove') await desk.flag({ commentId }, randomUUID())
      await desk.decide(desk.press, { commentId }, act)
      const { id } = await desk.caseOf({ commentId })
      await lodgeAppeal(desk.db, author, id, { text: 'I said nothing about it.', clientKey: randomUUID() })
      await desk.db.transaction((tx) =>
        setMode(tx, desk.press, post.conversationId, { mode: 'legal-lock', trigger: 'charge', reviewAt: new Date(Date.now() + 86_400_000) }),
      )
      await bench.hear(desk.press2, id, 'overturned')
      expect(await desk.stateOf(commentId)).toBe('held')
      const again = await desk.caseOf({ commentId })
      expect(again.id).not.toBe(id)
      expect(again).toMatchObject({ state: 'open', cause: 'held', because: expect.stringContaining('legal lock') })
      expect(await bench.newestLog(commentId)).toMatchObject({ act: 'overturn', toState: 'held', hashAfter: null })
      await desk.db.transaction((tx) => setMode(tx, desk.press, post.conversationId, { mode: 'open' }))
    }
  })

  test('what is sealed as evidence keeps its words and its seal', async () => {
    const made = await bench.appealed()
    await desk.db.execute(sql`insert into seals (comment_id, authority, reference, because, sealed_by, confirmed_by, sealed_at, log_id)
      values (${made.commentId}, 'standards', 'PSD/1', 'Asked for.', ${desk.press.accountId}, ${desk.press2.accountId}, now(), (select max(id) from log))`)
    await expect(bench.hear(desk.press2, made.caseId, 'varied-words', { takeOut: ['Grantham Road'] })).rejects.toMatchObject({
      fields: { 'appeal-way': expect.any(String) },
    })
    await bench.hear(desk.press2, made.caseId, 'overturned')
    expect(await bench.commentRow(made.commentId)).toMatchObject({ state: 'published', body: WORDS })
    const sealed = await desk.db.execute(sql`select 1 from seals where comment_id = ${made.commentId} and lifted_at is null`)
    expect(sealed.rows).toHaveLength(1)
  })

  test('a sanction that is tied to the decision goes on, and the reviewer is told', async () => {
    const made = await bench.appealed()
    await desk.db.insert(sanctions).values({
      accountId: made.author.accountId,
      kind: 'mute',
      decisionId: made.decisionId,
      publicText: 'Because of that.',
      imposedBy: desk.press.accountId,
      startsAt: now(),
      endsAt: new Date(Date.now() + 30 * 86_400_000),
      clientKey: randomUUID(),
      logId: sql`(select max(id) from log)`,
    })
    await bench.hear(desk.press2, made.caseId, 'overturned')
    const [sanction] = await desk.db.select().from(sanctions).where(eq(sanctions.accountId, made.author.accountId))
    expect(sanction?.liftedAt).toBeNull()
    const file = await bench.caseRow(made.caseId)
    const panel = await appealPanel(desk.db, desk.press2, file)
    expect(panel?.sanctions).toEqual([{ id: sanction?.id, kind: 'mute', endsAt: expect.any(Date) }])
  })
})

test('the chain of the log holds after all of it', async () => {
  expect((await verifyLog(desk.db)).brokenAt).toBeNull()
})
