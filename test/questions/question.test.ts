import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { readable } from '../../src/conversations/audience.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { changePost, lockPost } from '../../src/posts/stored-post.ts'
import { postVersions } from '../../src/posts/schema.ts'
import { assignQuestion, handBackQuestion, takeQuestion } from '../../src/questions/assignment.ts'
import { mayReadQuestion } from '../../src/questions/policy.ts'
import { ownQuestions, questionById, questionOfPost, unnameQuestion, withdrawQuestion } from '../../src/questions/question.ts'
import { openQuestions, questionActs, questions } from '../../src/questions/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { sayMoment } from '../../src/text/dates.ts'
import { makeResident, makeTeam } from '../people.ts'
import { inHours, openCounter, travelTo, words, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

const page = (id: number, by = it.officer) => questionById(it.db, by, id)
const found = (actor: Actor, id: number): Promise<boolean> =>
  questionById(it.db, actor, id).then(
    () => true,
    (error: unknown) => !(error instanceof NotFound),
  )
const openCount = async () => (await it.db.select().from(openQuestions).where(eq(openQuestions.teamId, it.team.id)))[0]?.count ?? 0

describe('asking', () => {
  test('starts a conversation between the asker and the team, and a clock of 72 hours', async () => {
    const id = await it.ask()
    const shown = await page(id, it.asker)
    expect(shown).toMatchObject({ path: `/questions/${id}`, state: 'open', clock: '72 hours left', asker: 'Maureen T', isAsker: true, post: null })
    expect(shown.conversation).toMatchObject({ audience: `private:${it.asker.accountId}`, teamId: it.team.id, path: `/questions/${id}` })
    expect(shown.dueAt.getTime() - shown.askedAt.getTime()).toBe(72 * 3_600_000)
  })

  test('the same form twice, also at once, is one question; with other words it is refused', async () => {
    const clientKey = randomUUID()
    const before = await openCount()
    const ids = await Promise.all([it.ask({ clientKey }), it.ask({ clientKey })])
    ids.push(await it.ask({ clientKey }))
    expect(new Set(ids).size).toBe(1)
    expect(await openCount()).toBe(before + 1)
    await expect(it.ask({ clientKey, body: 'Something else' })).rejects.toMatchObject({ fields: { body: expect.stringContaining('other words') } })
  })

  test('is for residents; a public one under a name needs a name; a team that is gone takes none', async () => {
    for (const staff of [it.officer, it.sergeant, it.press, it.administrator, it.partner])
      await expect(it.ask({}, staff)).rejects.toBeInstanceOf(Forbidden)
    const nameless = await makeResident(it.db, null)
    await expect(it.ask({}, nameless)).rejects.toMatchObject({ fields: { named: expect.any(String) } })
    expect(await it.ask({ named: false }, nameless)).toBeGreaterThan(0)
    expect(await it.ask({ visibility: 'private' }, nameless)).toBeGreaterThan(0)
    const gone = await makeTeam(it.db, 'Old Beat')
    await it.db.update(teams).set({ archivedAt: new Date() }).where(eq(teams.id, gone.id))
    await expect(it.ask({}, it.asker, gone)).rejects.toBeInstanceOf(Forbidden)
  })

  test.each([
    ['2027-03-27T10:00:00Z', '30 March 2027 at 11am'],
    ['2027-10-30T09:00:00Z', '2 November 2027 at 9am'],
    ['2027-10-29T11:30:00Z', '1 November 2027 at 11:30am'],
  ])('asked at %s, across the change of the clocks, it is due at %s: 72 elapsed hours', async (asked, due) => {
    travelTo(asked)
    const id = await it.ask()
    expect(sayMoment((await it.row(id)).dueAt)).toBe(due)
    inHours(71.99)
    expect((await page(id)).state).toBe('open')
    inHours(0.02)
    expect(await page(id)).toMatchObject({ state: 'overdue', clock: expect.stringContaining('overdue by') })
  })
})

describe('who sees a question', () => {
  test('the scope and the rule agree, for everybody, and after a move', async () => {
    const ids = [await it.ask(), await it.ask({ visibility: 'private' }), await it.ask({}, it.neighbour), await it.ask({}, it.asker, it.elsewhere)]
    const everybody = [
      visitor,
      it.asker,
      it.neighbour,
      it.officer,
      it.sergeant,
      it.farOfficer,
      it.farSergeant,
      it.press,
      it.administrator,
      it.partner,
    ]
    for (const actor of everybody) {
      const seen = await it.db
        .select({ id: questions.id })
        .from(questions)
        .innerJoin(conversations, eq(conversations.id, questions.conversationId))
        .where(readable(actor, conversations))
      for (const id of ids) {
        const may = mayReadQuestion(actor, await it.row(id))
        expect(
          seen.some((row) => row.id === id),
          `${actor.kind} ${id}`,
        ).toBe(may)
        expect(await found(actor, id)).toBe(may)
      }
    }
    expect(everybody.map((actor) => mayReadQuestion(actor, { askerId: it.asker.accountId, teamId: it.team.id }))).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
    ])
  })

  test('the asker hears of what concerns them, the team of everything, nobody of who an unnamed asker is', async () => {
    const id = await it.ask({ named: false })
    await takeQuestion(it.db, it.officer, id)
    await handBackQuestion(it.db, it.officer, id, 'I am in court all week')
    await assignQuestion(it.db, it.sergeant, id, it.colleague.accountId)
    await it.answer(id, it.colleague)
    const [team, own] = [await page(id), await page(id, it.asker)]
    expect(team.history.map(({ act }) => act)).toEqual(['asked', 'assigned', 'handed-back', 'assigned', 'answered'])
    expect(own.history.map(({ act }) => act)).toEqual(['asked', 'answered'])
    expect(team.history[0]).toMatchObject({ by: null, mark: null })
    expect(own.history[1]).toMatchObject({ by: 'PC Joan Fell', mark: 'Officer' })
    expect([team.asker, own.assignee, team.assignee?.name]).toEqual([null, null, 'PC Joan Fell'])
    expect(JSON.stringify(own)).not.toContain('in court')
    expect(JSON.stringify([team, own])).not.toContain(it.asker.email)
  })

  test('the history cannot be changed', async () => {
    const id = await it.ask()
    await expect(it.db.update(questionActs).set({ note: 'x' }).where(eq(questionActs.questionId, id))).rejects.toThrow()
    await expect(it.db.delete(questionActs).where(eq(questionActs.questionId, id))).rejects.toThrow()
  })

  test('of a post: for its asker, the team and the press office', async () => {
    const id = await it.ask()
    await it.publish(id)
    const postId = (await it.row(id)).postId ?? 0
    for (const actor of [it.asker, it.officer, it.press]) expect(await questionOfPost(it.db, actor, postId)).toEqual({ id, path: `/questions/${id}` })
    for (const actor of [visitor, it.neighbour, it.farOfficer]) expect(await questionOfPost(it.db, actor, postId)).toBeNull()
  })
})

test('one’s own questions come newest first, page by page, without gap or repeat', async () => {
  const asker = await makeResident(it.db, 'Many Questions')
  const asked: number[] = []
  for (let i = 0; i < 25; i++) asked.push(await it.ask({ title: `Question ${i}` }, asker))
  const first = await ownQuestions(it.db, asker, null)
  const second = await ownQuestions(it.db, asker, first.next)
  expect([...first.items, ...second.items].map((item) => item.id)).toEqual(asked.toReversed())
  expect(second.next).toBeNull()
  expect(first.items[0]).toMatchObject({ teamName: 'Bracebridge Heath', state: 'open', clock: '72 hours left' })
})

describe('taking it back', () => {
  test('ends the clock and leaves the figures; twice is the same as once', async () => {
    const id = await it.ask()
    const before = await openCount()
    await withdrawQuestion(it.db, it.asker, id)
    await withdrawQuestion(it.db, it.asker, id)
    expect(await openCount()).toBe(before - 1)
    expect(await page(id)).toMatchObject({ state: 'withdrawn', clock: 'taken back' })
    await expect(it.answer(id)).rejects.toBeInstanceOf(Overtaken)
    expect(await it.acts(id)).toEqual(['asked', 'withdrawn'])
  })

  test('is for the asker alone, and before an answer', async () => {
    const id = await it.ask()
    await expect(withdrawQuestion(it.db, it.officer, id)).rejects.toBeInstanceOf(Forbidden)
    await expect(withdrawQuestion(it.db, it.neighbour, id)).rejects.toBeInstanceOf(NotFound)
    await it.answer(id)
    await expect(withdrawQuestion(it.db, it.asker, id)).rejects.toBeInstanceOf(Forbidden)
  })

  test('shows no clock on its post any more', async () => {
    const id = await it.ask()
    await it.publish(id)
    await withdrawQuestion(it.db, it.asker, id)
    expect(await it.details(id)).toMatchObject({ dueAt: null, withdrawn: true })
  })
})

describe('the name of the asker', () => {
  test('stands under the published question only when they want it', async () => {
    const [named, unnamed] = [await it.ask(), await it.ask({ named: false })]
    await it.publish(named)
    await it.publish(unnamed)
    expect([(await it.details(named))['askedBy'], (await it.details(unnamed))['askedBy']]).toEqual(['Maureen T', null])
  })

  test('goes for good, from earlier versions too', async () => {
    const id = await it.ask()
    await it.publish(id)
    const postId = (await it.row(id)).postId ?? 0
    await it.db.transaction(async (tx) => {
      const locked = (await lockPost(tx, postId))!
      const { details, expiresAt, approvedBy } = locked.post
      await changePost(tx, it.officer.accountId, locked, { ...words(), title: 'Speed', tags: [], note: 'Shorter.', details, expiresAt, approvedBy })
    })
    await unnameQuestion(it.db, it.asker, id)
    await unnameQuestion(it.db, it.asker, id)
    expect((await it.details(id))['askedBy']).toBeNull()
    const [earlier] = await it.db
      .select()
      .from(postVersions)
      .where(and(eq(postVersions.postId, postId), eq(postVersions.version, 1)))
    expect(earlier?.details['askedBy']).toBeNull()
    expect((await page(id)).asker).toBeNull()
    await expect(unnameQuestion(it.db, it.officer, id)).rejects.toBeInstanceOf(Forbidden)
    expect((await it.acts(id)).filter((act) => act === 'unnamed')).toHaveLength(1)
  })
})
