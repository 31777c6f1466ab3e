import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { answerDesk, askAuthor, correspondencePanel, messagesOf } from '../../src/moderation/correspondence.ts'
import { addNote } from '../../src/moderation/note.ts'
import { caseActs, caseMessages, cases } from '../../src/moderation/schema.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

async function heldCase() {
  const author = await desk.newPerson(`Author ${randomUUID().slice(0, 8)}`)
  const commentId = await desk.say(author)
  return { author, commentId, file: await desk.caseOf({ commentId }) }
}
const rowOf = async (id: number) => {
  const [row] = await desk.db.select().from(cases).where(eq(cases.id, id))
  if (!row) throw new Error('no case')
  return row
}
const ask = async (by: SignedIn, id: number, more: { text?: string; clientKey?: string; version?: number } = {}) =>
  askAuthor(desk.db, by, id, { text: 'Where was it?', clientKey: randomUUID(), version: (await rowOf(id)).version, ...more })
const answer = (by: SignedIn, id: number, clientKey: string = randomUUID()) => answerDesk(desk.db, by, id, { text: 'At the corner.', clientKey })

describe('asking the author', () => {
  test('takes the case, waits for the answer, and leaves both in the record', async () => {
    const { author, file } = await heldCase()
    await ask(desk.press, file.id)
    const asked = await rowOf(file.id)
    expect(asked).toMatchObject({ state: 'needs-info', assigneeId: desk.press.accountId, version: file.version + 1, dueAt: file.dueAt, waits: true })
    await answer(author, file.id)
    expect(await rowOf(file.id)).toMatchObject({ state: 'assigned', assigneeId: desk.press.accountId, version: asked.version + 1 })
    const messages = await messagesOf(desk.db, file.id)
    expect(messages.map(({ fromDesk, role, name }) => ({ fromDesk, role, name }))).toEqual([
      { fromDesk: true, role: 'Press office', name: 'Sam Carter' },
      { fromDesk: false, role: null, name: author.displayName },
    ])
    const acts = await desk.db.select().from(caseActs).where(eq(caseActs.caseId, file.id)).orderBy(caseActs.id)
    expect(acts.map(({ act, role }) => [act, role])).toEqual([
      ['asked', 'press-office'],
      ['answered', 'author'],
    ])
    const told = await desk.db
      .select()
      .from(activities)
      .where(sql`detail->>'caseId' = ${String(file.id)} and kind like 'case.%'`)
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(['case.answered', 'case.asked'])
    expect(JSON.stringify(told)).not.toContain('Where was it')
  })

  test('takes it from a colleague only with the version in view', async () => {
    const { file } = await heldCase()
    await ask(desk.press, file.id)
    await expect(ask(desk.press2, file.id, { version: file.version })).rejects.toBeInstanceOf(Overtaken)
    expect(await rowOf(file.id)).toMatchObject({ assigneeId: desk.press.accountId })
    await ask(desk.press2, file.id)
    expect(await rowOf(file.id)).toMatchObject({ assigneeId: desk.press2.accountId, state: 'needs-info' })
  })

  test('two taps on one button are one message, of the desk and of the author', async () => {
    const { author, file } = await heldCase()
    const [question, reply] = [randomUUID(), randomUUID()]
    await Promise.all([1, 2].map(() => ask(desk.press, file.id, { clientKey: question, version: file.version })))
    await Promise.all([answer(author, file.id, reply), answer(author, file.id, reply)])
    expect(await desk.db.$count(caseMessages, eq(caseMessages.caseId, file.id))).toBe(2)
    const other = await heldCase()
    await expect(ask(desk.press, other.file.id, { clientKey: question })).rejects.toBeInstanceOf(Refused)
  })

  test('a key of one form does nothing in another: no words are dropped unseen', async () => {
    const { file } = await heldCase()
    const [asked, noted] = [randomUUID(), randomUUID()]
    await ask(desk.press, file.id, { clientKey: asked })
    await expect(addNote(desk.db, desk.press, file.id, { note: 'He rang.', clientKey: asked })).rejects.toBeInstanceOf(Refused)
    await addNote(desk.db, desk.press, file.id, { note: 'He rang.', clientKey: noted })
    await addNote(desk.db, desk.press, file.id, { note: 'He rang.', clientKey: noted })
    await expect(ask(desk.press, file.id, { clientKey: noted })).rejects.toBeInstanceOf(Refused)
    expect(await messagesOf(desk.db, file.id)).toHaveLength(1)
    const acts = await desk.db.select().from(caseActs).where(eq(caseActs.caseId, file.id)).orderBy(caseActs.id)
    expect(acts.map(({ act }) => act)).toEqual(['asked', 'noted'])
  })

  test('stays with those to whom it was escalated', async () => {
    const { author, file } = await heldCase()
    await desk.db.update(cases).set({ state: 'escalated', escalatedTo: 'legal' }).where(eq(cases.id, file.id))
    await ask(desk.press, file.id)
    expect(await rowOf(file.id)).toMatchObject({ state: 'escalated', escalatedTo: 'legal' })
    await answer(author, file.id)
    expect(await rowOf(file.id)).toMatchObject({ state: 'escalated', escalatedTo: 'legal' })
  })

  test('is for the press office, and for the team’s sergeant where it is held; nobody asks themself', async () => {
    const held = await heldCase()
    await expect(ask(desk.otherSergeant, held.file.id)).rejects.toBeInstanceOf(NotFound)
    for (const actor of [desk.officer, desk.administrator, desk.resident]) await expect(ask(actor, held.file.id)).rejects.toBeInstanceOf(NotFound)
    await ask(desk.sergeant, held.file.id)
    expect((await messagesOf(desk.db, held.file.id))[0]).toMatchObject({ role: 'Sergeant' })
    const author = await desk.newPerson('Regular', [], 5)
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, randomUUID())
    const flagged = await desk.caseOf({ commentId })
    await expect(ask(desk.sergeant, flagged.id)).rejects.toBeInstanceOf(Forbidden)
    const own = await desk.say(desk.press2)
    await desk.flag({ commentId: own }, randomUUID())
    await expect(ask(desk.press2, (await desk.caseOf({ commentId: own })).id)).rejects.toBeInstanceOf(Forbidden)
  })

  test('is over when it was taken back or decided', async () => {
    const gone = await heldCase()
    await withdrawComment(desk.db, gone.author, gone.commentId)
    await expect(ask(desk.press, gone.file.id)).rejects.toBeInstanceOf(Refused)
    const decided = await heldCase()
    await desk.decide(desk.press, { commentId: decided.commentId }, 'release')
    await expect(ask(desk.press, decided.file.id)).rejects.toBeInstanceOf(Overtaken)
    expect(await correspondencePanel(desk.db, desk.press, await rowOf(decided.file.id))).toBeNull()
  })

  test('the form stands for exactly those who may write, with words to begin from', async () => {
    const { file } = await heldCase()
    expect(await correspondencePanel(desk.db, desk.press, file)).toMatchObject({ cannot: null, waiting: false, messages: [] })
    expect((await correspondencePanel(desk.db, desk.press, file))?.templates.map(({ title }) => title)).toContain('Where did this happen?')
    const own = await desk.say(desk.press2)
    await desk.flag({ commentId: own }, randomUUID())
    expect((await correspondencePanel(desk.db, desk.press2, await desk.caseOf({ commentId: own })))?.cannot).toMatch(/yourself/)
  })
})

describe('answering', () => {
  test('is for the author alone, and only while something is asked', async () => {
    const { author, file } = await heldCase()
    await expect(answer(author, file.id)).rejects.toMatchObject({ fields: { text: expect.any(String) } })
    await ask(desk.press, file.id)
    for (const actor of [desk.resident, desk.press, desk.officer]) await expect(answer(actor, file.id)).rejects.toBeInstanceOf(NotFound)
    await answer(author, file.id)
    await expect(answer(author, file.id)).rejects.toBeInstanceOf(Refused)
  })

  test('is also for those who are muted or suspended', async () => {
    const { author, file } = await heldCase()
    await ask(desk.press, file.id)
    const until = new Date(Date.now() + 86_400_000)
    await answer({ ...author, standing: { heldUntil: until, mutedUntil: until, suspendedUntil: until } }, file.id)
    expect(await rowOf(file.id)).toMatchObject({ state: 'assigned' })
  })

  test('cannot be changed afterwards, by nobody', async () => {
    await expect(desk.db.update(caseMessages).set({ body: 'Something else.' })).rejects.toThrow()
    await expect(desk.db.delete(caseMessages)).rejects.toThrow()
  })
})
