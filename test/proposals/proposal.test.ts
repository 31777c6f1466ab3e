import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activities, log } from '../../src/activity/schema.ts'
import { Forbidden, Overtaken, Refused } from '../../src/errors.ts'
import { queueOf } from '../../src/moderation/queue.ts'
import { cases } from '../../src/moderation/schema.ts'
import { answerProposal, onAgreement, propose, type NewAnswer, type NewProposal } from '../../src/proposals/proposal.ts'
import { proposals } from '../../src/proposals/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'

let desk: Desk
let done: { by: number; id: number }[] = []
beforeAll(async () => {
  desk = await openDesk()
  onAgreement('seal', async (_tx, actor, proposal) => {
    done.push({ by: actor.accountId, id: proposal.id })
    if (proposal.form['fails']) throw new Refused('It cannot be done.')
  })
})
beforeEach(() => {
  done = []
})
afterAll(() => desk.close())

async function make(by: SignedIn = desk.press, more: Partial<NewProposal> = {}) {
  const commentId = more.commentId ?? (await desk.say(desk.resident))
  return desk.db.transaction((tx) =>
    propose(tx, by, {
      kind: 'seal',
      commentId,
      form: { reference: 'DP/12' },
      clientKey: randomUUID(),
      title: 'Seal a comment',
      body: 'Evidence in a case.',
      teamId: null,
      audience: 'public',
      ...more,
    }),
  )
}

const caseOf = async (id: number) => (await desk.db.select().from(cases).where(eq(cases.proposalId, id)))[0]
const rowOf = async (id: number) => (await desk.db.select().from(proposals).where(eq(proposals.id, id)))[0]
const answer = async (id: number, by: SignedIn, more: Partial<NewAnswer> = {}) =>
  answerProposal(desk.db, by, id, { answer: 'agreed', note: 'I have read it.', version: (await caseOf(id))?.version ?? 0, ...more })

describe('a proposal', () => {
  test('waits in the queue for one working day, is logged, and not in public', async () => {
    const { id, caseId } = await make()
    expect(await caseOf(id)).toMatchObject({ id: caseId, cause: 'proposal', state: 'open', title: 'Seal a comment', waits: true })
    expect((await queueOf(desk.db, desk.press2, null)).rows.map((row) => row.id)).toContain(caseId)
    const [entry] = await desk.db
      .select()
      .from(log)
      .where(sql`act = 'propose' and item_id = ${(await rowOf(id))?.commentId}`)
    expect(entry).toMatchObject({ item: 'comment', audience: 'staff', toState: 'seal', actorId: desk.press.accountId })
    expect(
      await desk.db
        .select()
        .from(activities)
        .where(sql`kind = 'proposal.made' and (detail->>'proposalId')::int = ${id}`),
    ).toHaveLength(1)
  })

  test('sent twice is one; proposed by a colleague as well, it is one too', async () => {
    const input = { commentId: await desk.say(desk.resident), clientKey: randomUUID() }
    const [one, two] = await Promise.all([make(desk.press, input), make(desk.press, input)])
    expect(one).toMatchObject({ id: two.id, caseId: two.caseId })
    await expect(make(desk.press2, input)).rejects.toThrow(Refused)
    await expect(make(desk.press2, { ...input, clientKey: randomUUID() })).rejects.toThrow(Overtaken)
    await answer(one.id, desk.press2, { answer: 'refused' })
    await make(desk.press2, { ...input, clientKey: randomUUID() })
  })

  test.each(['resident', 'officer', 'sergeant', 'administrator'] as const)('is not made nor answered by a %s', async (who) => {
    await expect(make(desk[who])).rejects.toThrow(Forbidden)
    const { id } = await make()
    await expect(answer(id, desk[who])).rejects.toThrow(Forbidden)
    await expect(answer(id, desk[who], { answer: 'taken-back' })).rejects.toThrow(Forbidden)
    expect(done).toEqual([])
  })

  test('somebody of the press office who administers as well has no hand in it', async () => {
    const both = { ...desk.press2, duties: [...desk.press2.duties, ...desk.administrator.duties] }
    const { id } = await make()
    await expect(answer(id, both)).rejects.toThrow(Forbidden)
  })
})

describe('the second person', () => {
  test('agrees: it happens once, and the case is closed', async () => {
    const { id, caseId } = await make()
    await answer(id, desk.press2)
    await answer(id, desk.press2)
    expect(done).toEqual([{ by: desk.press2.accountId, id }])
    expect(await rowOf(id)).toMatchObject({ answer: 'agreed', answeredBy: desk.press2.accountId, answerNote: 'I have read it.' })
    expect(await caseOf(id)).toMatchObject({ id: caseId, state: 'closed', waits: false })
    await expect(answer(id, desk.press)).rejects.toThrow('Alex Wray (Press office) agreed to this today')
  })

  test('two taps at once make it happen once', async () => {
    const { id } = await make()
    const version = (await caseOf(id))?.version ?? 0
    await Promise.all([answer(id, desk.press2, { version }), answer(id, desk.press2, { version })])
    expect(done).toHaveLength(1)
  })

  test('refuses: nothing happens', async () => {
    const { id } = await make()
    await answer(id, desk.press2, { answer: 'refused', note: 'There is no case.' })
    expect(done).toEqual([])
    expect(await caseOf(id)).toMatchObject({ state: 'closed' })
    await expect(answer(id, desk.press2)).rejects.toThrow(Overtaken)
  })

  test('is not the first, says the policy', async () => {
    const { id } = await make()
    await expect(answer(id, desk.press)).rejects.toThrow('You proposed this yourself')
    await expect(answer(id, desk.press, { answer: 'refused' })).rejects.toThrow(Forbidden)
    expect(done).toEqual([])
  })

  test('is not the first, says the database', async () => {
    const { id } = await make()
    const set = { answer: 'agreed' as const, answeredBy: desk.press.accountId, answeredAt: new Date() }
    await expect(desk.db.update(proposals).set(set).where(eq(proposals.id, id))).rejects.toMatchObject({
      cause: { constraint: 'proposals_two_people' },
    })
  })

  test('writes why', async () => {
    const { id } = await make()
    await expect(answer(id, desk.press2, { note: null })).rejects.toMatchObject({ fields: { 'proposal-note': expect.any(String) } })
  })

  test('sees what changed meanwhile', async () => {
    const { id, caseId } = await make()
    await desk.db.update(cases).set({ version: 7 }).where(eq(cases.id, caseId))
    await expect(answer(id, desk.press2, { version: 1 })).rejects.toThrow(Overtaken)
  })

  test('when it cannot be done, nobody has agreed', async () => {
    const { id } = await make(desk.press, { form: { fails: 'yes' } })
    await expect(answer(id, desk.press2)).rejects.toThrow('It cannot be done.')
    expect(await rowOf(id)).toMatchObject({ answer: null })
    expect(await caseOf(id)).toMatchObject({ state: 'open', waits: true })
  })

  test('a suspension is not answered by the account that it is about', async () => {
    const { id } = await make(desk.press, { kind: 'suspend', accountId: desk.press2.accountId })
    await expect(answer(id, desk.press2)).rejects.toThrow('about yourself')
  })
})

test('whoever proposed it takes it back, and nobody else does', async () => {
  const { id } = await make()
  await expect(answer(id, desk.press2, { answer: 'taken-back' })).rejects.toThrow(Forbidden)
  await answer(id, desk.press, { answer: 'taken-back', note: null })
  await answer(id, desk.press, { answer: 'taken-back', note: null })
  expect(done).toEqual([])
  expect(await rowOf(id)).toMatchObject({ answer: 'taken-back' })
  const acts = await desk.db
    .select({ act: log.act })
    .from(log)
    .where(sql`item_id = ${(await rowOf(id))?.commentId} and audience = 'staff'`)
    .orderBy(log.id)
  expect(acts.map(({ act }) => act)).toEqual(['propose', 'take-back'])
})
