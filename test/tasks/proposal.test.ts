/** A partner proposes a task, a second person answers, and the partner runs it. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { roleGrants } from '../../src/accounts/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { occasionsOfPost } from '../../src/occasions/occasion.ts'
import { changeOccasion } from '../../src/occasions/planning.ts'
import { writeToComers } from '../../src/occasions/coming.ts'
import { addTaskDates, callOffTask, changeTask, closeTask } from '../../src/tasks/keeping.ts'
import { answerTask } from '../../src/tasks/publishing.ts'
import { deskTask, ownTasks, waitingTasks } from '../../src/tasks/desk.ts'
import { makeStaff } from '../people.ts'
import { readTask } from '../../src/tasks/task-form.ts'
import { openTasks } from '../../src/tasks/task.ts'
import { comeByMail, DAY, planIn, subjectsTo } from '../occasions/occasion-world.ts'
import { makeTask, openHelpers, typedTask, WORDS, type Helpers } from './task-world.ts'

let people: Helpers

beforeAll(async () => {
  people = await openHelpers()
})
afterAll(() => people?.world.close())
afterEach(() => moveClock(0))

const agree = (by: SignedIn, id: number) => answerTask(people.db, by, id, { answer: 'agreed', note: null })

describe('by a partner', () => {
  test('it waits, in view of who proposed it and who may answer, and of nobody else', async () => {
    const { own, pc } = await people.fresh()
    const task = await makeTask(people.db, people.partner, own)
    expect(task).toMatchObject({ postId: null, answer: null, proposedRole: 'partner', partnerName: 'North Kesteven Council' })
    expect(await people.activitiesOf('task.proposed', task.id)).toMatchObject([{ audience: 'staff', teamId: own.id }])
    for (const reader of [people.partner, pc, people.press])
      expect((await deskTask(people.db, reader, task.id)).title).toBe('Litter pick on the heath')
    for (const other of [people.otherPartner, people.stranger, people.resident])
      await expect(deskTask(people.db, other, task.id)).rejects.toThrow('no such')
    expect((await waitingTasks(people.db, pc)).map(({ id }) => id)).toEqual([task.id])
    expect((await waitingTasks(people.db, people.stranger)).map(({ id }) => id)).not.toContain(task.id)
    expect(await waitingTasks(people.db, people.partner)).toEqual([])
    expect((await ownTasks(people.db, people.partner, null)).items.map(({ id }) => id)).toContain(task.id)
    expect((await ownTasks(people.db, people.otherPartner, null)).items).toEqual([])
    expect(await openTasks(people.db, own.id, 9)).toEqual([])
  })

  test('who runs it has to be named', () => {
    expect(() => readTask(typedTask(), true, now())).toThrow(expect.objectContaining({ fields: { partner: 'Enter the name of who runs it' } }))
  })

  test.each([
    ['an officer of the team', () => people.officer],
    ['its sergeant', () => people.sergeant],
    ['the press office', () => people.press],
  ])('%s agrees, and it is published in the partner’s name, approved by them', async (_who, who) => {
    const task = await makeTask(people.db, people.partner, people.team, { every: 'month', times: '2' })
    await Promise.all([agree(who(), task.id), agree(who(), task.id)])
    const { postId } = (await people.rowOf(task.id)) ?? {}
    expect(await people.postOf(postId ?? 0)).toMatchObject({
      authorId: people.partner.accountId,
      officialRole: 'partner',
      approvedBy: who().accountId,
    })
    expect(await occasionsOfPost(people.db, postId ?? 0)).toHaveLength(2)
    expect(await people.activitiesOf('task.answered', task.id)).toMatchObject([{ detail: { answer: 'agreed', accountId: people.partner.accountId } }])
    expect(await people.activitiesOf('post.published', task.id)).toHaveLength(1)
  })

  test('of two who answer at once, one counts and the other hears so', async () => {
    const task = await makeTask(people.db, people.partner, people.team)
    const no = answerTask(people.db, people.colleague, task.id, { answer: 'refused', note: 'We have one already.' })
    const answers = await Promise.allSettled([agree(people.officer, task.id), no])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: expect.stringContaining('colleague') } })
  })

  test('a refusal needs a note, and nothing is published', async () => {
    const task = await makeTask(people.db, people.partner, people.team)
    await expect(answerTask(people.db, people.officer, task.id, { answer: 'refused', note: null })).rejects.toMatchObject({
      fields: { note: expect.any(String) },
    })
    await answerTask(people.db, people.officer, task.id, { answer: 'refused', note: 'The heath is closed.' })
    expect(await people.rowOf(task.id)).toMatchObject({ answer: 'refused', postId: null })
    expect(await deskTask(people.db, people.partner, task.id)).toMatchObject({ answer: 'refused', answerNote: 'The heath is closed.' })
  })

  test.each([
    ['the partner themself', () => people.partner],
    ['another partner', () => people.otherPartner],
    ['an officer of another team', () => people.stranger],
    ['a resident', () => people.resident],
  ])('%s answers nothing', async (_who, who) => {
    const task = await makeTask(people.db, people.partner, people.team)
    await expect(agree(who(), task.id)).rejects.toThrow('Somebody else has to answer')
    expect(await people.rowOf(task.id)).toMatchObject({ answer: null })
  })

  test('who is a partner and of the team as well does not agree to their own', async () => {
    const both: SignedIn = { ...people.partner, duties: [...people.partner.duties, ...people.officer.duties] }
    const task = await makeTask(people.db, people.partner, people.team)
    await expect(agree(both, task.id)).rejects.toThrow('Somebody else')
    await expect(
      people.db.execute(
        sql`update tasks set answer = 'agreed', answered_by = ${people.partner.accountId}, answered_at = now() where id = ${task.id}`,
      ),
    ).rejects.toThrow()
  })

  test('what has passed meanwhile cannot be agreed to, and says why', async () => {
    const task = await makeTask(people.db, people.partner, people.team)
    moveClock(6 * DAY)
    await expect(agree(people.officer, task.id)).rejects.toMatchObject({ fields: { answer: expect.stringContaining('in the future') } })
    expect(await people.rowOf(task.id)).toMatchObject({ answer: null })
  })

  test('whoever is no partner any more has nothing published, and does not look after what was', async () => {
    const gone = await makeStaff(people.db, 'Lee Past', 'partner')
    const [before, waiting] = [await makeTask(people.db, gone, people.team), await makeTask(people.db, gone, people.team)]
    await agree(people.officer, before.id)
    await people.db
      .update(roleGrants)
      .set({ expiresAt: new Date(Date.now() - DAY) })
      .where(eq(roleGrants.accountId, gone.accountId))
    await expect(agree(people.officer, waiting.id)).rejects.toMatchObject({ fields: { answer: expect.stringContaining('any more') } })
    await expect(callOffTask(people.db, { ...gone, duties: [] }, before.id, 'No')).rejects.toThrow('looks after')
  })

  test('they run their own: read who comes, write to them, move, call off, close; not that of others', async () => {
    const task = await makeTask(people.db, people.partner, people.team)
    await agree(people.officer, task.id)
    const { postId } = (await people.rowOf(task.id)) ?? {}
    const [date] = await occasionsOfPost(people.db, postId ?? 0)
    const id = date?.id ?? 0
    const { email } = await comeByMail(people.db, id)
    const plan = { ...planIn(8), capacity: 12 }
    const change = (by: SignedIn) => people.db.transaction((tx) => changeOccasion(tx, by, id, plan))
    await expect(change(people.otherPartner)).rejects.toThrow('You cannot plan')
    await expect(writeToComers(people.db, people.otherPartner, id, { body: 'Hello', clientKey: randomUUID() })).rejects.toThrow('looks after')
    await expect(closeTask(people.db, people.otherPartner, task.id, 'Thanks')).rejects.toThrow('looks after')
    await writeToComers(people.db, people.partner, id, { body: 'Bring gloves.', clientKey: randomUUID() })
    await change(people.partner)
    await expect(addTaskDates(people.db, people.partner, task.id, [planIn(20)])).rejects.toThrow('You cannot plan')
    await changeTask(people.db, people.partner, task.id, { ...WORDS, partnerName: 'The council' }, 1)
    await callOffTask(people.db, people.partner, task.id, 'Snow')
    await closeTask(people.db, people.partner, task.id, 'Thank you all.')
    expect(await subjectsTo(people.db, email)).toEqual(['Confirm', 'You are coming', 'About', 'Changed', 'Called off'])
  })
})
