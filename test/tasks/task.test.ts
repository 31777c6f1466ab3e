/** “Can you help?”: publishing, what becomes of a task, and what lists say of it. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { occasionsOfPost } from '../../src/occasions/occasion.ts'
import { cancelOccasion } from '../../src/occasions/planning.ts'
import { posts } from '../../src/posts/schema.ts'
import { storePost, tellOfPost } from '../../src/posts/stored-post.ts'
import { addTaskDates, callOffTask, changeTask, closeTask } from '../../src/tasks/keeping.ts'
import { answerTask } from '../../src/tasks/publishing.ts'
import { tasksForDesk } from '../../src/tasks/desk.ts'
import { taskPanel } from '../../src/tasks/routes.ts'
import { tasks } from '../../src/tasks/schema.ts'
import { readTask } from '../../src/tasks/task-form.ts'
import { allOpenTasks, closedTasks, openTasks, taskById } from '../../src/tasks/task.ts'
import { teams } from '../../src/teams/schema.ts'
import { openPlace } from '../places/presence-world.ts'
import { comeByMail, dateOf, DAY, planIn } from '../occasions/occasion-world.ts'
import { holdElection, makeTask, openHelpers, PARTNER, typedTask, WORDS, type Helpers } from './task-world.ts'

let people: Helpers

beforeAll(async () => {
  people = await openHelpers()
})
afterAll(() => people?.world.close())
afterEach(() => moveClock(0))

const agree = (by: SignedIn, id: number) => answerTask(people.db, by, id, { answer: 'agreed', note: null })

describe('by the team', () => {
  test.each([
    ['an officer', () => people.officer],
    ['the sergeant', () => people.sergeant],
    ['the press office', () => people.press],
  ])('%s publishes at once: a post with its dates', async (_who, who) => {
    const task = await makeTask(people.db, who(), people.team, { every: 'week', times: '3', age: '16' })
    expect(task).toMatchObject({ answer: 'agreed', leastAge: 16, partnerName: null })
    const post = await people.postOf(task.postId ?? 0)
    expect(post).toMatchObject({ kind: 'can-you-help', state: 'published', authorId: who().accountId })
    expect(post?.details).toMatchObject({ where: 'The bandstand', when: expect.stringMatching(/^3 times/) })
    expect(await occasionsOfPost(people.db, task.postId ?? 0)).toMatchObject([{ capacity: 12 }, { capacity: 12 }, { capacity: 12 }])
    expect((await people.activitiesOf('post.published', task.id)).length).toBe(1)
  })

  test('the same form twice, at once, makes one', async () => {
    const { own, pc } = await people.fresh()
    const key = randomUUID()
    await Promise.all([1, 2, 3].map(() => makeTask(people.db, pc, own, {}, key)))
    expect(await people.db.select().from(tasks).where(eq(tasks.teamId, own.id))).toHaveLength(1)
    expect(await people.db.select().from(posts).where(eq(posts.teamId, own.id))).toHaveLength(1)
    await expect(makeTask(people.db, people.press, own, {}, key)).rejects.toThrow('used for something else')
  })

  test.each([
    ['an officer of another team', () => people.stranger],
    ['a resident', () => people.resident],
  ])('not by %s', async (_who, who) => {
    await expect(makeTask(people.db, who(), people.team, PARTNER)).rejects.toThrow('You cannot')
  })

  test('not for an archived people.team, and before an election by the press office alone', async () => {
    const { own, pc } = await people.fresh()
    const task = await makeTask(people.db, pc, own)
    await holdElection(people.db, people.press, own)
    await expect(makeTask(people.db, pc, own)).rejects.toThrow('pre-election')
    await expect(changeTask(people.db, pc, task.id, WORDS, 1)).rejects.toThrow('pre-election')
    await expect(addTaskDates(people.db, pc, task.id, [planIn(9)])).rejects.toThrow('pre-election')
    const proposed = await makeTask(people.db, people.partner, own)
    await expect(agree(pc, proposed.id)).rejects.toThrow('pre-election')
    expect(await people.rowOf(proposed.id)).toMatchObject({ answer: null, postId: null })
    await agree(people.press, proposed.id)
    await makeTask(people.db, people.press, own)
    await people.db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged.' }).where(eq(teams.id, own.id))
    await expect(makeTask(people.db, people.press, own)).rejects.toThrow('archived')
    await expect(makeTask(people.db, people.partner, own)).rejects.toThrow('archived')
    await expect(addTaskDates(people.db, people.press, task.id, [planIn(9)])).rejects.toThrow('archived')
  })

  test.each([
    ['title', ''],
    ['body', ''],
    ['safeguarding', '  '],
    ['sort', 'war'],
    ['age', '0'],
    ['capacity', '0'],
    ['date', ''],
    ['from', 'soon'],
    ['venue', ''],
    ['times', '99'],
  ])('%s “%s” is refused by its field', (field, value) => {
    const form = typedTask({ [field]: value, ...(field === 'times' ? { every: 'week' } : {}) })
    expect(() => readTask(form, false, now())).toThrow(expect.objectContaining({ fields: expect.objectContaining({ [field]: expect.any(String) }) }))
  })

  test('all that is wrong is said at once', () => {
    const wrong = ['body', 'date', 'from', 'safeguarding', 'sort', 'title', 'until', 'venue'].map((field) => [field, expect.any(String)])
    expect(() => readTask({ until: 'x' }, true, now())).toThrow(expect.objectContaining({ fields: Object.fromEntries(wrong) }))
  })
})

describe('a published one', () => {
  test('is changed, with the version before kept; two at once do not overwrite one another', async () => {
    const task = await makeTask(people.db, people.officer, people.team)
    const answers = await Promise.allSettled([
      changeTask(people.db, people.officer, task.id, WORDS, 1),
      changeTask(people.db, people.colleague, task.id, { ...WORDS, title: 'Something else' }, 1),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await people.postOf(task.postId ?? 0)).toMatchObject({ version: 2, state: 'corrected', details: { where: 'The bandstand' } })
    expect(await people.activitiesOf('post.corrected', task.id)).toHaveLength(1)
    const { title } = await taskById(people.db, task.id)
    await changeTask(people.db, people.officer, task.id, { ...WORDS, title }, 1)
    expect(await people.postOf(task.postId ?? 0)).toMatchObject({ version: 2 })
  })

  test('gets more dates, each once', async () => {
    const task = await makeTask(people.db, people.officer, people.team)
    const plans = [planIn(9), planIn(16)]
    const added = await Promise.all([
      addTaskDates(people.db, people.officer, task.id, plans),
      addTaskDates(people.db, people.officer, task.id, plans),
    ])
    expect(added.map(({ added: count }) => count).toSorted((one, other) => one - other)).toEqual([0, 2])
    expect(await occasionsOfPost(people.db, task.postId ?? 0)).toHaveLength(3)
  })

  test('is closed with thanks that readers see, once its dates are over or called off', async () => {
    const { own, pc, mate } = await people.fresh()
    const task = await makeTask(people.db, pc, own)
    await expect(closeTask(people.db, pc, task.id, 'Thank you.')).rejects.toMatchObject({
      fields: { thanks: expect.stringContaining('still to come') },
    })
    moveClock(6 * DAY)
    const taps = await Promise.allSettled([
      closeTask(people.db, pc, task.id, 'Thank you, 12 bags.'),
      closeTask(people.db, pc, task.id, 'Thank you, 12 bags.'),
      closeTask(people.db, mate, task.id, 'Well done.'),
    ])
    expect(taps.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(1)
    const row = await people.rowOf(task.id)
    expect(row?.closedBy === pc.accountId ? 'Thank you, 12 bags.' : 'Well done.').toBe(row?.thanks)
    expect(await people.activitiesOf('task.closed', task.id)).toHaveLength(1)
    expect(await openTasks(people.db, own.id, 9)).toEqual([])
    expect(await closedTasks(people.db, own.id, null, 9)).toMatchObject([{ id: task.id, thanks: row?.thanks }])
    await expect(changeTask(people.db, pc, task.id, WORDS, 1)).rejects.toThrow('closed')
    await expect(addTaskDates(people.db, pc, task.id, [planIn(9)])).rejects.toThrow('closed')
  })

  test('shows the outcome that names it', async () => {
    const task = await makeTask(people.db, people.officer, people.team)
    await people.db.transaction(async (tx) => {
      const details = { 'you-said': 'Litter', 'we-did': 'Picked', 'came-from': `/teams/${people.team.slug}/posts/${task.postId}` }
      const author = { id: people.sergeant.accountId, role: 'supervisor' as const }
      const words = { kind: 'outcome' as const, title: 'The heath is clean', body: '', tags: [], details, clientKey: randomUUID() }
      const { post } = await storePost(tx, author, people.team, words)
      await tellOfPost(tx, people.sergeant.accountId, 'post.published', post)
    })
    const { outcomeId } = (await people.rowOf(task.id)) ?? {}
    expect(outcomeId).toEqual(expect.any(Number))
    const panel = await taskPanel(people.db, people.officer, { id: task.postId ?? 0 })
    expect(panel).toMatchObject({ outcomePath: `/teams/${people.team.slug}/posts/${outcomeId}`, writePath: null, runs: true })
    expect(await taskPanel(people.db, people.resident, { id: task.postId ?? 0 })).toMatchObject({ writePath: null, runs: false })
  })

  test('is looked after by its team and the press office alone', async () => {
    const task = await makeTask(people.db, people.officer, people.team)
    for (const other of [people.stranger, people.partner, people.resident]) {
      await expect(changeTask(people.db, other, task.id, WORDS, 1)).rejects.toThrow('looks after')
      await expect(callOffTask(people.db, other, task.id, 'No')).rejects.toThrow('looks after')
      await expect(closeTask(people.db, other, task.id, 'No')).rejects.toThrow('looks after')
      await expect(addTaskDates(people.db, other, task.id, [planIn(9)])).rejects.toThrow('looks after')
    }
    await changeTask(people.db, people.press, task.id, WORDS, 1)
    await callOffTask(people.db, people.sergeant, task.id, 'Rain')
    expect((await tasksForDesk(people.db, people.officer, null)).items.map(({ id }) => id)).toContain(task.id)
    expect((await tasksForDesk(people.db, people.stranger, null)).items.map(({ id }) => id)).not.toContain(task.id)
  })

  test('that a moderator took down is nowhere', async () => {
    const { own, pc } = await people.fresh()
    const task = await makeTask(people.db, pc, own)
    await people.db
      .update(posts)
      .set({ state: 'withdrawn' })
      .where(eq(posts.id, task.postId ?? 0))
    expect(await openTasks(people.db, own.id, 9)).toEqual([])
    await expect(taskById(people.db, task.id)).rejects.toThrow('no such')
    await expect(callOffTask(people.db, pc, task.id, 'No')).rejects.toThrow('no such')
    expect(await taskPanel(people.db, pc, { id: task.postId ?? 0 })).toBeNull()
  })
})

describe('lists', () => {
  test('say in words how many places are taken of the dates to come', async () => {
    const { own, pc } = await people.fresh()
    const task = await makeTask(people.db, pc, own, { every: 'week', times: '2', capacity: '6' })
    const [first, second] = await occasionsOfPost(people.db, task.postId ?? 0)
    await comeByMail(people.db, first?.id ?? 0, 4)
    await comeByMail(people.db, second?.id ?? 0, 3)
    expect(await openTasks(people.db, own.id, 9)).toMatchObject([{ taken: '7 of 12 places taken', dates: 2, next: first?.when }])
    await people.db.transaction((tx) => cancelOccasion(tx, pc, first?.id ?? 0, 'Snow'))
    expect(await openTasks(people.db, own.id, 9)).toMatchObject([{ taken: '3 of 6 places taken', dates: 1, next: second?.when }])
    moveClock(20 * DAY)
    expect(await openTasks(people.db, own.id, 9)).toMatchObject([{ taken: null, dates: 0, next: null }])
    const open = await makeTask(people.db, pc, own, { capacity: '' })
    const [date] = await occasionsOfPost(people.db, open.postId ?? 0)
    await comeByMail(people.db, date?.id ?? 0, 2)
    expect((await openTasks(people.db, own.id, 1))[0]).toMatchObject({ taken: '2 people signed up' })
    expect(await dateOf(people.db, date?.id ?? 0)).toMatchObject({ takenCount: 2 })
  })

  test('page by key, newest first, for the team and the force', async () => {
    const { own, pc } = await people.fresh()
    const place = await openPlace(people.db, own, `Hall ${own.id}`)
    const made: number[] = []
    for (let nth = 0; nth < 3; nth++) made.push((await makeTask(people.db, pc, own, { place: String(place.id), venue: '' })).id)
    const [newest] = await openTasks(people.db, own.id, 1)
    expect(newest?.id).toBe(made[2])
    expect((await openTasks(people.db, own.id, 9, newest?.id)).map(({ id }) => id)).toEqual([made[1], made[0]])
    expect((await allOpenTasks(people.db, 3)).map(({ id }) => id)).toEqual(made.toReversed())
    for (const id of made) await callOffTask(people.db, pc, id, 'Snow')
    for (const id of made) {
      moveClock(1000)
      await closeTask(people.db, pc, id, 'Thank you.')
    }
    const [latest] = await closedTasks(people.db, own.id, null, 1)
    expect(latest?.id).toBe(made[2])
    expect((await closedTasks(people.db, own.id, { at: latest?.closedAt ?? now(), id: latest?.id ?? 0 }, 9)).map(({ id }) => id)).toEqual([
      made[1],
      made[0],
    ])
    const everywhere = (await closedTasks(people.db, null, null, 99)).map(({ id }) => id)
    expect(everywhere.filter((id) => made.includes(id))).toEqual(made.toReversed())
  })
})
