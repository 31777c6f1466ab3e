import { randomUUID } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentHash, verifyLog } from '../../src/activity/log.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { ownComments } from '../../src/conversations/own.ts'
import { comments, commentVersions, conversations } from '../../src/conversations/schema.ts'
import { threadPage } from '../../src/conversations/thread.ts'
import { cases, decisions, referrals } from '../../src/moderation/schema.ts'
import { requests } from '../../src/requests/schema.ts'
import { disposeOfWords } from '../../src/seals/disposal.ts'
import { registerSeals } from '../../src/seals/register.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { vaultOf } from './vault.ts'

const MONTHS = 12
const YEAR_AND_MORE = 380 * 86_400_000

let desk: Desk
let vault: ReturnType<typeof vaultOf>
beforeAll(async () => {
  desk = await openDesk()
  registerSeals()
  vault = vaultOf(desk)
})
afterAll(async () => {
  moveClock(0)
  await desk.close()
})

const rowOf = async (id: number) => (await desk.db.select().from(comments).where(eq(comments.id, id)))[0]
const closeCases = () =>
  desk.db
    .update(cases)
    .set({ state: 'closed', closedAt: sql`coalesce(${cases.decidedAt}, now())`, decidedAt: sql`coalesce(${cases.decidedAt}, now())` })

/** A published comment that a moderator has removed. */
async function removed(body: string): Promise<number> {
  const commentId = await desk.say(desk.resident, body)
  await desk.flag({ commentId }, randomUUID())
  await desk.decide(desk.press, { commentId }, 'remove')
  return commentId
}

/** Later, with everything closed meanwhile. */
async function afterAYear<T>(act: () => Promise<T>): Promise<T> {
  await closeCases()
  moveClock(YEAR_AND_MORE)
  try {
    return await act()
  } finally {
    moveClock(0)
  }
}

describe('when the time has come', () => {
  test('the words go; id, hash, stub, decision, replies and counters stay', async () => {
    const id = await removed('Something about a neighbour.')
    const rejected = await desk.say(desk.newcomer, 'Buy my shoes.')
    await editComment(desk.db, desk.newcomer, rejected, 'Buy my boots.')
    await desk.decide(desk.press, { commentId: rejected }, 'reject')
    const withdrawn = await desk.say(desk.newcomer, 'I take this back.')
    await withdrawComment(desk.db, desk.newcomer, withdrawn)
    const standing = await desk.say(desk.resident, 'This stays.')
    const before = await rowOf(id)
    const [counted] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    expect(await disposeOfWords(desk.db, MONTHS)).toBe(0)

    expect(await afterAYear(() => disposeOfWords(desk.db, MONTHS))).toBe(3)
    const after = await rowOf(id)
    expect(after).toMatchObject({
      state: 'disposed',
      body: '',
      bodyHtml: '',
      disposedHash: contentHash('Something about a neighbour.'),
      removalId: before?.removalId,
      replyCount: before?.replyCount,
      stateAt: before?.stateAt,
    })
    expect((await rowOf(standing))?.body).toBe('This stays.')
    expect(await desk.db.select().from(commentVersions).where(eq(commentVersions.commentId, rejected))).toEqual([])
    expect(await vault.copiesOf(withdrawn)).toMatchObject([{ content: { title: null, body: '' }, hash: contentHash('I take this back.') }])
    expect((await vault.copiesOf(withdrawn))[0]?.disposedAt).not.toBeNull()
    const files = await desk.db
      .select()
      .from(cases)
      .where(inArray(cases.commentId, [id, rejected, withdrawn]))
    expect(files.map((file) => file.snapshot.body)).toEqual(files.map(() => ''))
    const [conversation] = await desk.db.select().from(conversations).where(eq(conversations.id, desk.post.conversationId))
    expect(conversation?.commentCount).toBe(counted?.commentCount)

    const rows = await desk.db
      .select()
      .from(log)
      .where(and(eq(log.itemId, id), eq(log.act, 'dispose')))
    expect(rows).toMatchObject([{ role: 'system', audience: 'staff', fromState: 'removed', toState: 'disposed', hashBefore: after?.disposedHash }])
    const page = await threadPage(desk.db, desk.post.conversationId, { branch: null })
    expect(page.comments.find((comment) => comment.id === id)).toMatchObject({ state: 'disposed', removalId: before?.removalId, author: null })
    expect(page.comments.some((comment) => comment.id === rejected || comment.id === withdrawn)).toBe(false)
    const { items } = await ownComments(desk.db, desk.newcomer, null)
    expect(items.find((own) => own.id === rejected)).toMatchObject({ state: 'disposed', excerpt: '', editable: false, withdrawable: false })
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })

  test('a second run changes nothing', async () => {
    await removed('Twice is once.')
    expect(await afterAYear(() => disposeOfWords(desk.db, MONTHS))).toBe(1)
    expect(await afterAYear(() => disposeOfWords(desk.db, MONTHS))).toBe(0)
  })

  test('no word of them is left in any table but what the log and the mails had to say', async () => {
    const id = await removed('Xylophonewords here.')
    await desk.decide(desk.press, { commentId: await desk.say(desk.newcomer, 'Xylophonewords there.') }, 'reject')
    await afterAYear(() => disposeOfWords(desk.db, MONTHS))
    const tables = ['comments', 'comment_versions', 'cases', 'sealed_copies', 'activities', 'log', 'decisions', 'proposals']
    for (const table of tables) {
      const { rows } = await desk.db.$client.query(`select 1 from ${table} where ${table}::text ilike '%xylophonewords%'`)
      expect(rows, table).toEqual([])
    }
    expect((await rowOf(id))?.state).toBe('disposed')
  })
})

test('nor in what was decided on appeal', async () => {
  const id = await removed('Quixotewords and more.')
  const file = await desk.caseOf({ commentId: id })
  const [decision] = await desk.db.select().from(decisions).where(eq(decisions.caseId, file.id))
  const [row] = await desk.db
    .select()
    .from(log)
    .where(eq(log.id, decision?.logId ?? 0))
  await desk.db.insert(appeals).values({
    decisionId: decision?.id ?? 0,
    caseId: file.id,
    accountId: desk.resident.accountId,
    body: 'Look again.',
    lodgedAt: now(),
    dueAt: now(),
    clientKey: randomUUID(),
    outcome: 'varied',
    outcomeText: 'In part.',
    redactedBody: 'Quixotewords and [taken out].',
    deciderId: desk.press2.accountId,
    decidedAt: now(),
    logId: row?.id ?? 0,
  })
  await afterAYear(() => disposeOfWords(desk.db, MONTHS))
  expect(await desk.stateOf(id)).toBe('disposed')
  const { rows } = await desk.db.$client.query(`select 1 from appeals where appeals::text ilike '%quixotewords%'`)
  expect(rows).toEqual([])
})

describe('is passed by', () => {
  test.each(['a case that is not closed', 'a case closed later', 'a seal', 'a request', 'a proposal', 'a referral'] as const)(
    'with %s',
    async (because) => {
      const id = await removed(`Kept for ${because}.`)
      if (because === 'a seal') await vault.seal({ commentId: id })
      if (because === 'a proposal') await vault.askSeal(desk.press, { commentId: id })
      if (because === 'a referral')
        await desk.db
          .insert(referrals)
          .values({ caseId: (await desk.caseOf({ commentId: id })).id, to: 'standards', because: 'A complaint.', at: now() })
      if (because === 'a request')
        await desk.db
          .insert(requests)
          .values({ kind: 'seal', commentId: id, askedBy: desk.officer.accountId, askedRole: 'officer', note: 'Please.', clientKey: randomUUID() })
      const about = eq(cases.commentId, id)
      const disposed = await afterAYear(async () => {
        if (because === 'a case that is not closed') await desk.db.update(cases).set({ state: 'decided', closedAt: null }).where(about)
        if (because === 'a case closed later')
          await desk.db
            .update(cases)
            .set({ closedAt: sql`now() + interval '100 days'` })
            .where(about)
        // What another test left open is no affair of this one.
        await disposeOfWords(desk.db, MONTHS)
        return (await rowOf(id))?.state
      })
      expect(disposed).toBe('removed')
    },
  )

  test('a seal only until it is lifted', async () => {
    const id = await removed('Evidence for a while.')
    await vault.seal({ commentId: id })
    await afterAYear(() => disposeOfWords(desk.db, MONTHS))
    expect(await desk.stateOf(id)).toBe('removed')
    await vault.lift({ commentId: id })
    await afterAYear(() => disposeOfWords(desk.db, MONTHS))
    expect(await desk.stateOf(id)).toBe('disposed')
  })

  test('while it is held or public', async () => {
    const held = await desk.say(desk.newcomer)
    const shown = await desk.say(desk.resident)
    await afterAYear(() => disposeOfWords(desk.db, MONTHS))
    expect([await desk.stateOf(held), await desk.stateOf(shown)]).toEqual(['held', 'published'])
  })

  test('the months count to the day', async () => {
    const id = await removed('To the day.')
    await closeCases()
    moveClock(360 * 86_400_000)
    await disposeOfWords(desk.db, MONTHS)
    expect(await desk.stateOf(id)).toBe('removed')
    moveClock(0)
    moveClock(366 * 86_400_000)
    await disposeOfWords(desk.db, MONTHS)
    moveClock(0)
    expect(await desk.stateOf(id)).toBe('disposed')
  })
})
