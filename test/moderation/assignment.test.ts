import { randomUUID } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { assignCase, claimCase, claimNext, colleaguesFor, handBack } from '../../src/moderation/assignment.ts'
import { escalateCase, returnCase } from '../../src/moderation/escalation.ts'
import { caseFile } from '../../src/moderation/file.ts'
import { addNote } from '../../src/moderation/note.ts'
import { queueOf } from '../../src/moderation/queue.ts'
import { caseActs, cases } from '../../src/moderation/schema.ts'
import { EVERYTHING } from '../../src/moderation/view.ts'
import { lookers, sweepVisits, visitCase } from '../../src/moderation/visit.ts'
import { makeStaff } from '../people.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const held = async (where?: number) =>
  desk.caseOf({ commentId: await desk.say(desk.newcomer, 'Held.', where === undefined ? {} : { conversationId: where }) })
const now = async (id: number) => {
  const [file] = await desk.db.select().from(cases).where(eq(cases.id, id))
  if (!file) throw new Error('no case')
  return file
}
const actsOf = async (id: number) =>
  (await desk.db.select().from(caseActs).where(eq(caseActs.caseId, id)).orderBy(caseActs.id)).map(({ act, actorId, toId }) => [act, actorId, toId])
const claim = (by: SignedIn, id: number, over: number | null = null) => claimCase(desk.db, by, id, over)

describe('who has a case', () => {
  test('takes it and hands it back; twice is the same as once, and the desk keeps it in mind', async () => {
    const { id, version } = await held()
    await claim(desk.press, id)
    await claim(desk.press, id)
    expect(await now(id)).toMatchObject({ state: 'assigned', assigneeId: desk.press.accountId, version: version + 1 })
    await handBack(desk.db, desk.press, id)
    await handBack(desk.db, desk.press, id)
    expect(await now(id)).toMatchObject({ state: 'open', assigneeId: null, assignedAt: null, version: version + 2 })
    expect(await actsOf(id)).toEqual([
      ['claimed', desk.press.accountId, desk.press.accountId],
      ['handed-back', desk.press.accountId, null],
    ])
  })

  test('of two who take it at once, one has it and the other reads who', async () => {
    const { id } = await held()
    const tried = await Promise.allSettled([claim(desk.press, id), claim(desk.press2, id)])
    const failed = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
    expect(failed).toHaveLength(1)
    expect(failed[0]).toBeInstanceOf(Overtaken)
    expect(failed[0]?.message).toMatch(/^(Sam Carter|Alex Wray) took it today at \d/)
    expect(await actsOf(id)).toHaveLength(1)
  })

  test('taking over names who was seen to have it: whoever else has it keeps it', async () => {
    const { id } = await held()
    await claim(desk.press, id)
    await expect(claim(desk.press2, id)).rejects.toThrow(/^Sam Carter took it/)
    await claim(desk.press2, id, desk.press.accountId)
    await expect(claim(desk.press, id, desk.sergeant.accountId)).rejects.toThrow(Overtaken)
    await expect(handBack(desk.db, desk.press, id)).rejects.toThrow(/^Alex Wray took it/)
    expect((await now(id)).assigneeId).toBe(desk.press2.accountId)
    await handBack(desk.db, desk.press2, id)
    await expect(claim(desk.press, id, desk.press2.accountId)).rejects.toThrow('Nobody has this case any more.')
  })

  test('nobody needs to have a case to decide it, and what is decided is nobody’s to take', async () => {
    const file = await held()
    await claim(desk.press2, file.id)
    await desk.decide(desk.press, { commentId: Number(file.commentId) }, 'release')
    await expect(claim(desk.press2, file.id, desk.press2.accountId)).rejects.toThrow(/^Sam Carter \(Press office\) released it/)
    await handBack(desk.db, desk.press2, file.id)
    expect((await now(file.id)).state).toBe('decided')
  })

  test('a decision made from a page that did not show the claim is stopped, and says why', async () => {
    const { id, version, commentId } = await held()
    await claim(desk.press2, id)
    await expect(desk.decide(desk.press, { commentId: Number(commentId) }, 'release', { version })).rejects.toThrow(/Alex Wray took it today/)
  })

  test('a case of another desk is not found', async () => {
    const { id } = await held()
    for (const stranger of [desk.otherSergeant, desk.officer, desk.administrator, desk.resident])
      for (const act of [
        claim,
        (who: SignedIn) => handBack(desk.db, who, id),
        (who: SignedIn) => addNote(desk.db, who, id, { note: 'x', clientKey: randomUUID() }),
      ])
        await expect(act(stranger, id)).rejects.toThrow(NotFound)
    await claim(desk.sergeant, id)
    expect((await now(id)).assigneeId).toBe(desk.sergeant.accountId)
  })
})

describe('giving a case to somebody', () => {
  test('asks the press office, and the sergeants of the team alone', async () => {
    const file = await held()
    const twoHats = await makeStaff(desk.db, 'Two Hats', 'press-office')
    const past = await makeStaff(desk.db, 'Long Gone', 'press-office')
    await desk.db.execute(sql`update role_grants set ended_at = now() where account_id = ${past.accountId}`)
    await desk.db.execute(sql`insert into role_grants (account_id, role, confirmed_by, confirmed_at, expires_at)
      values (${twoHats.accountId}, 'administrator', ${past.accountId}, now(), now() + interval '1 year')`)
    expect((await colleaguesFor(desk.db, file)).map(({ name, supervisor }) => [name, supervisor])).toEqual([
      ['Alex Wray', false],
      ['Sam Carter', false],
      ['Sgt Ellen Marsh', true],
    ])
    const to = (who: SignedIn, version = file.version) => assignCase(desk.db, desk.press, file.id, { to: who.accountId, note: 'Please.', version })
    for (const who of [desk.otherSergeant, desk.officer, desk.administrator, desk.resident, past, twoHats])
      await expect(to(who)).rejects.toThrow(Refused)
    await to(desk.sergeant)
    await to(desk.sergeant)
    expect(await now(file.id)).toMatchObject({ state: 'assigned', assigneeId: desk.sergeant.accountId })
    await expect(to(desk.press2)).rejects.toThrow(/Sam Carter gave it to a colleague/)
    await to(desk.press2, file.version + 1)
    await expect(assignCase(desk.db, desk.sergeant, file.id, { to: desk.press.accountId, note: null, version: file.version + 2 })).rejects.toThrow(
      Forbidden,
    )
  })

  test('what is asked of the press office goes to nobody else', async () => {
    expect((await colleaguesFor(desk.db, { teamId: desk.team.id, cause: 'request', state: 'open' })).some(({ supervisor }) => supervisor)).toBe(false)
    expect((await colleaguesFor(desk.db, { teamId: desk.team.id, cause: 'held', state: 'appealed' })).some(({ supervisor }) => supervisor)).toBe(
      false,
    )
  })
})

describe('the next one', () => {
  test('many who ask at once get one each, most urgent first, until nothing is free', async () => {
    await desk.db.execute(sql`update cases set assignee_id = ${desk.press.accountId}, state = 'assigned' where decided_at is null`)
    const free = [await held(), await held(desk.otherPost.conversationId), await held()]
    await desk.db
      .update(cases)
      .set({ urgent: true })
      .where(eq(cases.id, free[2]?.id ?? 0))
    expect(await claimNext(desk.db, desk.press2, EVERYTHING)).toEqual({ id: free[2]?.id, draftId: null })
    await handBack(desk.db, desk.press2, free[2]?.id ?? 0)
    const team = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((name) => makeStaff(desk.db, `Press ${name}`, 'press-office')))
    const taken = (await Promise.all(team.map((who) => claimNext(desk.db, who, EVERYTHING)))).flatMap((one) => (one ? [one.id] : []))
    expect(new Set(taken)).toEqual(new Set(free.map(({ id }) => id)))
    expect(taken).toHaveLength(free.length)
    expect(await claimNext(desk.db, desk.press, EVERYTHING)).toBeNull()
  })

  test('of the choice in view, of the own team, and never what one wrote or decided oneself', async () => {
    const own = await desk.caseOf({ commentId: await flagged(desk.press2, desk.otherPost.conversationId) })
    expect(await claimNext(desk.db, desk.press2, EVERYTHING)).toBeNull()
    expect(await claimNext(desk.db, desk.sergeant, EVERYTHING)).toBeNull()
    expect(await claimNext(desk.db, desk.press, { ...EVERYTHING, teamId: desk.team.id })).toBeNull()
    expect(await claimNext(desk.db, desk.press, { ...EVERYTHING, kind: 'post' })).toBeNull()
    expect(await claimNext(desk.db, desk.press, { ...EVERYTHING, teamId: desk.otherTeam.id, kind: 'comment' })).toMatchObject({ id: own.id })
    const appealed = await held(desk.otherPost.conversationId)
    await desk.decide(desk.press, { commentId: Number(appealed.commentId) }, 'reject')
    await desk.db.update(cases).set({ state: 'appealed', assigneeId: null }).where(eq(cases.id, appealed.id))
    expect(await claimNext(desk.db, desk.press, EVERYTHING)).toBeNull()
    await expect(claim(desk.press, appealed.id)).rejects.toThrow(Forbidden)
    const { rows } = await queueOf(desk.db, desk.press, null, { ...EVERYTHING, view: 'appeals' })
    expect(rows).toMatchObject([
      { heading: 'Appeal about a comment', firstDecider: 'Sam Carter', notMine: expect.stringContaining('You decided first') },
    ])
    expect(await claimNext(desk.db, desk.press2, EVERYTHING)).toMatchObject({ id: appealed.id })
    expect((await now(appealed.id)).state).toBe('appealed')
  })

  async function flagged(author: SignedIn, conversationId: number): Promise<number> {
    const commentId = await desk.say(author, 'Said by staff.', { conversationId })
    await desk.flag({ commentId }, `v ${randomUUID()}`)
    return commentId
  }
})

describe('notes and escalation', () => {
  const key = () => randomUUID()

  test('a note is kept once, is only added to, and colleagues who decide meanwhile have to read it', async () => {
    const { id, version, commentId } = await held()
    const note = { note: 'Her brother works there.', clientKey: key() }
    await addNote(desk.db, desk.press2, id, note)
    await addNote(desk.db, desk.press2, id, note)
    expect(await now(id)).toMatchObject({ version: version + 1, state: 'open' })
    await expect(desk.decide(desk.press, { commentId: Number(commentId) }, 'release', { version })).rejects.toThrow(/Alex Wray wrote a note/)
    const { timeline } = await caseFile(desk.db, desk.press, id)
    expect(timeline.filter(({ what }) => what === 'Note')).toMatchObject([{ by: 'Alex Wray (Press office)', note: 'Her brother works there.' }])
    await expect(desk.db.delete(caseActs).where(eq(caseActs.caseId, id))).rejects.toThrow()
    await desk.decide(desk.press, { commentId: Number(commentId) }, 'release')
    await addNote(desk.db, desk.press, id, { note: 'Afterwards.', clientKey: key() })
  })

  test('goes to those whose affair it is and comes back; who has it keeps it, and the clock runs on', async () => {
    const { id, dueAt } = await held()
    await claim(desk.press, id)
    const form = { to: 'safeguarding' as const, note: 'A child is named.', version: (await now(id)).version, clientKey: key() }
    await escalateCase(desk.db, desk.press, id, form)
    await escalateCase(desk.db, desk.press, id, form)
    expect(await now(id)).toMatchObject({ state: 'escalated', escalatedTo: 'safeguarding', assigneeId: desk.press.accountId, dueAt })
    const { rows } = await queueOf(desk.db, desk.press2, null, { ...EVERYTHING, view: 'escalated' })
    expect(rows.map((row) => row.id)).toEqual([id])
    await claim(desk.press2, id, desk.press.accountId)
    expect((await now(id)).state).toBe('escalated')
    const back = { answer: 'No child is named.', version: (await now(id)).version, clientKey: key() }
    await returnCase(desk.db, desk.press2, id, back)
    await returnCase(desk.db, desk.press2, id, back)
    expect(await now(id)).toMatchObject({ state: 'assigned', escalatedTo: null })
    await expect(returnCase(desk.db, desk.press2, id, { ...back, version: (await now(id)).version, clientKey: key() })).rejects.toThrow(Overtaken)
    const { timeline } = await caseFile(desk.db, desk.press, id)
    expect(timeline.map(({ what }) => what)).toEqual(['Held', 'Taken', 'Escalated: Safeguarding', 'Taken', 'Safeguarding answered'])
  })

  test('is for the press office, from the version in view, and only before a decision', async () => {
    const { id, version, commentId } = await held()
    const form = () => ({ to: 'legal' as const, note: 'Look.', version, clientKey: key() })
    await expect(escalateCase(desk.db, desk.sergeant, id, form())).rejects.toThrow(Forbidden)
    await claim(desk.press, id)
    await expect(escalateCase(desk.db, desk.press, id, form())).rejects.toThrow(/Sam Carter took it.*Nothing was changed/)
    expect(await desk.db.$count(caseActs, and(eq(caseActs.caseId, id), eq(caseActs.act, 'escalated')))).toBe(0)
    await escalateCase(desk.db, desk.press, id, { ...form(), version: version + 1 })
    await desk.decide(desk.press, { commentId: Number(commentId) }, 'release')
    expect(await now(id)).toMatchObject({ state: 'decided', escalatedTo: null })
    await expect(escalateCase(desk.db, desk.press, id, { ...form(), version: version + 3 })).rejects.toThrow(Overtaken)
  })
})

test('who is looking shows to others for a minute, and is then swept away', async () => {
  const { id } = await held()
  await visitCase(desk.db, desk.press2, id)
  await visitCase(desk.db, desk.press2, id)
  const seenBy = async (actor: SignedIn) => (await lookers(desk.db, actor, [id])).get(id) ?? []
  expect(await seenBy(desk.press)).toEqual(['Alex Wray'])
  expect(await seenBy(desk.press2)).toEqual([])
  moveClock(61_000)
  expect(await seenBy(desk.press)).toEqual([])
  expect(await sweepVisits(desk.db)).toBe(0)
  moveClock(3_600_000)
  expect(await sweepVisits(desk.db)).toBeGreaterThan(0)
})

test('a key under which something else was done is refused: nothing is said to be done that is not', async () => {
  const commentId = await desk.say(desk.newcomer)
  const [file, clientKey] = [await desk.caseOf({ commentId }), randomUUID()]
  await addNote(desk.db, desk.press, file.id, { note: 'Ask the lawyers.', clientKey })
  const { version } = await desk.caseOf({ commentId })
  const sent = escalateCase(desk.db, desk.press, file.id, { to: 'legal', note: 'May this stand?', version, clientKey })
  await expect(sent).rejects.toBeInstanceOf(Refused)
  expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'open', escalatedTo: null })
  const form = { to: 'legal' as const, note: 'May this stand?', version, clientKey: randomUUID() }
  await escalateCase(desk.db, desk.press, file.id, form)
  // The same form again: once.
  await escalateCase(desk.db, desk.press, file.id, form)
  expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'escalated', escalatedTo: 'legal' })
  await expect(
    returnCase(desk.db, desk.press, file.id, { answer: 'It may.', version: version + 1, clientKey: form.clientKey }),
  ).rejects.toBeInstanceOf(Refused)
})
