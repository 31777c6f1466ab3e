import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endAbsence, setAbsence } from '../../src/accounts/absence.ts'
import { absences, roleGrants } from '../../src/accounts/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { assignQuestion, colleaguesOf, handBackQuestion, moveQuestion, takeQuestion } from '../../src/questions/assignment.ts'
import { startAbsences } from '../../src/questions/cover.ts'
import { questionById } from '../../src/questions/question.ts'
import { registerQuestions } from '../../src/questions/register.ts'
import { openQuestions } from '../../src/questions/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { HOUR, inHours, openCounter, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
  registerQuestions()
})
afterAll(() => it.close())
beforeEach(() => it.db.delete(absences))
afterEach(() => moveClock(0))

const holder = async (id: number) => (await it.row(id)).assigneeId
const away = (from: number, until: number, coverId: number | null = null, who = it.officer, by = it.sergeant) =>
  setAbsence(it.db, by, {
    accountId: who.accountId,
    startsAt: new Date(now().getTime() + from * HOUR),
    endsAt: new Date(now().getTime() + until * HOUR),
    coverId,
  })
const openOf = async (teamId: number) => (await it.db.select().from(openQuestions).where(eq(openQuestions.teamId, teamId)))[0]?.count ?? 0

describe('taking and handing back', () => {
  test('an officer takes what nobody has; a colleague then hears who has it', async () => {
    const id = await it.ask()
    await takeQuestion(it.db, it.officer, id)
    await takeQuestion(it.db, it.officer, id)
    expect(await holder(id)).toBe(it.officer.accountId)
    await expect(takeQuestion(it.db, it.colleague, id)).rejects.toThrow('PC Imran Adeyemi sees to this question')
    await expect(takeQuestion(it.db, it.farOfficer, id)).rejects.toBeInstanceOf(NotFound)
    await expect(takeQuestion(it.db, it.press, id)).rejects.toBeInstanceOf(Forbidden)
    expect(await it.acts(id)).toEqual(['asked', 'assigned'])
  })

  test('two who take at once: one has it', async () => {
    const id = await it.ask()
    const results = await Promise.allSettled([takeQuestion(it.db, it.officer, id), takeQuestion(it.db, it.colleague, id)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('whoever has it hands it back, with a word; the clock runs on', async () => {
    const id = await it.ask()
    const { dueAt } = await it.row(id)
    await takeQuestion(it.db, it.officer, id)
    await expect(handBackQuestion(it.db, it.colleague, id, 'Not mine')).rejects.toBeInstanceOf(Forbidden)
    await handBackQuestion(it.db, it.officer, id, 'In court')
    await handBackQuestion(it.db, it.officer, id, 'In court')
    expect(await it.row(id)).toMatchObject({ assigneeId: null, dueAt })
    expect((await questionById(it.db, it.sergeant, id)).history.at(-1)).toMatchObject({ act: 'handed-back', note: 'In court' })
    expect(await it.acts(id)).toEqual(['asked', 'assigned', 'handed-back'])
  })
})

describe('assigning', () => {
  test('is for the sergeant and the press office, to people of the team', async () => {
    const id = await it.ask()
    await expect(assignQuestion(it.db, it.officer, id, it.colleague.accountId)).rejects.toBeInstanceOf(Forbidden)
    await expect(assignQuestion(it.db, it.sergeant, id, it.farOfficer.accountId)).rejects.toMatchObject({ fields: { account: expect.any(String) } })
    await expect(assignQuestion(it.db, it.sergeant, id, it.asker.accountId)).rejects.toBeInstanceOf(Refused)
    await assignQuestion(it.db, it.sergeant, id, it.colleague.accountId)
    expect(await holder(id)).toBe(it.colleague.accountId)
    await assignQuestion(it.db, it.press, id, null)
    expect(await holder(id)).toBeNull()
  })

  test('to somebody who is away goes to whoever covers, or to the team', async () => {
    await away(0, 48, it.colleague.accountId)
    const id = await it.ask()
    await assignQuestion(it.db, it.sergeant, id, it.officer.accountId)
    expect(await holder(id)).toBe(it.colleague.accountId)
    expect((await questionById(it.db, it.sergeant, id)).history.at(-1)?.note).toBe('Given to PC Joan Fell, because PC Imran Adeyemi is away.')
    await away(0, 48, null, it.colleague)
    const other = await it.ask()
    await assignQuestion(it.db, it.sergeant, other, it.officer.accountId)
    expect(await holder(other)).toBeNull()
  })

  test('offers the people of the team, with who is away until when', async () => {
    await away(0, 48)
    const list = await colleaguesOf(it.db, it.team.id)
    expect(list.map(({ name, role }) => `${role} ${name}`)).toEqual(['Officer PC Imran Adeyemi', 'Officer PC Joan Fell', 'Sergeant Sgt Ruth Okafor'])
    expect(list.map(({ awayUntil }) => awayUntil !== null)).toEqual([true, false, false])
  })
})

describe('absence', () => {
  test('moves the questions at once when it is on, and the clock runs on', async () => {
    const [open, answered] = [await it.ask(), await it.ask()]
    for (const id of [open, answered]) await takeQuestion(it.db, it.officer, id)
    await it.answer(answered)
    const { dueAt } = await it.row(open)
    await away(0, 48, it.colleague.accountId)
    expect(await it.row(open)).toMatchObject({ assigneeId: it.colleague.accountId, dueAt })
    expect(await holder(answered)).toBe(it.officer.accountId)
    expect((await questionById(it.db, it.sergeant, open)).history.at(-1)).toMatchObject({
      act: 'assigned',
      by: null,
      note: 'PC Imran Adeyemi is away. PC Joan Fell sees to it.',
    })
  })

  test('that begins later moves them then, once', async () => {
    const id = await it.ask()
    await takeQuestion(it.db, it.officer, id)
    await away(10, 48)
    expect(await startAbsences(it.db)).toBe(0)
    expect(await holder(id)).toBe(it.officer.accountId)
    inHours(11)
    expect(await startAbsences(it.db)).toBe(1)
    expect(await startAbsences(it.db)).toBe(0)
    expect(await holder(id)).toBeNull()
  })

  test('that was ended moves nothing', async () => {
    const id = await it.ask()
    await takeQuestion(it.db, it.officer, id)
    await away(10, 48)
    const [set] = await it.db.select().from(absences)
    await endAbsence(it.db, it.officer, set!.id)
    inHours(11)
    expect(await startAbsences(it.db)).toBe(0)
    expect(await holder(id)).toBe(it.officer.accountId)
  })

  test('whoever covers may take what is still with the one who is away', async () => {
    const id = await it.ask()
    await takeQuestion(it.db, it.officer, id)
    await away(10, 48, it.colleague.accountId)
    inHours(11)
    await expect(takeQuestion(it.db, it.sergeant, id)).rejects.toBeInstanceOf(Overtaken)
    await takeQuestion(it.db, it.colleague, id)
    expect(await holder(id)).toBe(it.colleague.accountId)
  })

  test('questions of somebody who has left the team go back to it', async () => {
    const leaver = await makeStaff(it.db, 'PC Gone Soon', 'officer', it.team)
    const id = await it.ask()
    await takeQuestion(it.db, leaver, id)
    await it.db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, leaver.accountId))
    await startAbsences(it.db)
    expect(await holder(id)).toBeNull()
  })
})

describe('moving to another team', () => {
  test('takes the private conversation and the notes beside it along; the clock runs on', async () => {
    const id = await it.ask({ visibility: 'private' })
    const { conversationId, dueAt } = await it.row(id)
    const [beside] = await it.db
      .insert(conversations)
      .values({ audience: 'private:0', teamId: it.team.id, title: 'Notes', path: '/x', besideId: conversationId })
      .returning()
    await takeQuestion(it.db, it.officer, id)
    const [here, there] = [await openOf(it.team.id), await openOf(it.elsewhere.id)]
    await moveQuestion(it.db, it.sergeant, id, it.elsewhere, 'It is on your side of the road.')
    expect(await it.row(id)).toMatchObject({ teamId: it.elsewhere.id, assigneeId: null, dueAt })
    for (const actor of [it.officer, it.sergeant]) await expect(questionById(it.db, actor, id)).rejects.toBeInstanceOf(NotFound)
    expect((await questionById(it.db, it.farOfficer, id)).conversation.teamId).toBe(it.elsewhere.id)
    const [notes] = await it.db.select().from(conversations).where(eq(conversations.id, beside!.id))
    expect(notes?.teamId).toBe(it.elsewhere.id)
    expect([await openOf(it.team.id), await openOf(it.elsewhere.id)]).toEqual([here - 1, there + 1])
    const own = await questionById(it.db, it.asker, id)
    expect(own.history.at(-1)).toMatchObject({ act: 'moved', note: null })
    await it.answer(id, it.farOfficer)
  })

  test('is for the sergeant of the team or the press office, before it is published', async () => {
    const id = await it.ask()
    await expect(moveQuestion(it.db, it.officer, id, it.elsewhere, 'x')).rejects.toBeInstanceOf(Forbidden)
    await expect(moveQuestion(it.db, it.farSergeant, id, it.elsewhere, 'x')).rejects.toBeInstanceOf(NotFound)
    const gone = await makeTeam(it.db, 'Old Beat')
    await it.db.update(teams).set({ archivedAt: new Date() }).where(eq(teams.id, gone.id))
    for (const team of [gone, it.team])
      await expect(moveQuestion(it.db, it.press, id, team, 'x')).rejects.toMatchObject({ fields: { team: expect.any(String) } })
    await it.publish(id)
    await expect(moveQuestion(it.db, it.press, id, it.elsewhere, 'x')).rejects.toBeInstanceOf(Refused)
    await it.answer(id)
    await expect(moveQuestion(it.db, it.press, id, it.elsewhere, 'x')).rejects.toBeInstanceOf(Overtaken)
  })
})
