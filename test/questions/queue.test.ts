import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { acknowledgeQuestion, askReview, reopenQuestion, reviewQuestion } from '../../src/questions/answer.ts'
import { assignQuestion, takeQuestion } from '../../src/questions/assignment.ts'
import { missClocks } from '../../src/questions/missed.ts'
import { openQuestionsFor, type QuestionView } from '../../src/questions/queue.ts'
import { questions } from '../../src/questions/schema.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { inHours, openCounter, words, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

const view = async (by: SignedIn, name: QuestionView = 'all') => (await openQuestionsFor(it.db, by, { view: name, limit: 100 })).items
const ids = async (by: SignedIn, name: QuestionView = 'all') => (await view(by, name)).map(({ id }) => id)

describe('the queue', () => {
  test('shows what is due first, page by page, without gap or repeat, also when times are equal', async () => {
    const team = await makeTeam(it.db, 'Sleaford')
    const officer = await makeStaff(it.db, 'PC Page Turner', 'officer', team)
    const asked: number[] = []
    for (let i = 0; i < 7; i++) asked.push(await it.ask({}, it.asker, team))
    const { clockFrom, dueAt } = await it.row(asked[3]!)
    await it.db.update(questions).set({ clockFrom, dueAt }).where(eq(questions.teamId, team.id))
    const seen: number[] = []
    for (let after: string | undefined; ;) {
      const page = await openQuestionsFor(it.db, officer, { view: 'all', after, limit: 3 })
      seen.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(asked)
    expect((await openQuestionsFor(it.db, officer, { view: 'all', after: "1' or 1=1" })).items[0]?.id).toBe(asked[0])
  })

  test('holds the own team’s, the press office those of all; answered and withdrawn ones are gone', async () => {
    const [mine, theirs, answered] = [await it.ask(), await it.ask({}, it.asker, it.elsewhere), await it.ask()]
    await it.answer(answered)
    expect(await ids(it.officer)).toContain(mine)
    for (const gone of [theirs, answered]) expect(await ids(it.officer)).not.toContain(gone)
    expect(await ids(it.press)).toEqual(expect.arrayContaining([mine, theirs]))
    for (const nobody of [it.asker, it.administrator, it.partner]) expect(await ids(nobody)).toEqual([])
  })

  test('says whose it is, what was said, and how much time is left', async () => {
    const id = await it.ask()
    await takeQuestion(it.db, it.officer, id)
    await acknowledgeQuestion(it.db, it.officer, id, words())
    inHours(21)
    const [row] = (await view(it.officer, 'mine')).filter((item) => item.id === id)
    expect(row).toMatchObject({
      assignee: 'PC Imran Adeyemi',
      mine: true,
      acknowledged: true,
      overdue: false,
      left: '51 hours left',
      published: false,
    })
    expect(await ids(it.colleague, 'mine')).not.toContain(id)
    expect(await ids(it.colleague, 'unassigned')).not.toContain(id)
    inHours(54)
    expect((await view(it.officer)).find((item) => item.id === id)).toMatchObject({ overdue: true, left: 'overdue by 3 hours' })
  })
})

describe('a clock that runs out', () => {
  test('is written down once, however many workers come by, and handed to the sergeant', async () => {
    const [officers, sergeants] = [await it.ask(), await it.ask()]
    await takeQuestion(it.db, it.officer, officers)
    await assignQuestion(it.db, it.sergeant, sergeants, it.sergeant.accountId)
    await it.publish(officers)
    inHours(73)
    await Promise.all([missClocks(it.db), missClocks(it.db)])
    expect(await missClocks(it.db)).toBe(0)
    for (const id of [officers, sergeants]) {
      const row = await it.row(id)
      expect(row.missedAt).toEqual(row.dueAt)
      expect((await it.acts(id)).filter((act) => act === 'missed')).toHaveLength(1)
    }
    expect([(await it.row(officers)).assigneeId, (await it.row(sergeants)).assigneeId]).toEqual([null, it.sergeant.accountId])
    expect((await it.details(officers))['missed']).toBe(true)
    const news = await it.db.select().from(activities).where(eq(activities.kind, 'question.missed'))
    expect(news.filter(({ detail }) => detail['questionId'] === officers)).toHaveLength(1)
    expect(await ids(it.sergeant, 'missed')).toEqual(expect.arrayContaining([officers, sergeants]))
  })

  test('is on the sergeant’s list at the second, before any worker', async () => {
    const id = await it.ask()
    inHours(71.99)
    expect(await ids(it.sergeant, 'missed')).not.toContain(id)
    inHours(0.02)
    expect(await ids(it.sergeant, 'missed')).toContain(id)
    expect(await ids(it.officer, 'missed')).toEqual([])
    expect(await ids(it.farSergeant, 'missed')).not.toContain(id)
    await it.answer(id)
    expect(await ids(it.sergeant, 'missed')).not.toContain(id)
  })

  test('goes in batches without end', async () => {
    const team = await makeTeam(it.db, 'Boston')
    for (let i = 0; i < 206; i++) await it.ask({ visibility: 'private' }, it.asker, team)
    inHours(73)
    expect(await missClocks(it.db)).toBeGreaterThanOrEqual(206)
  }, 60_000)
})

describe('the sergeant’s list', () => {
  test('holds what was opened again, and reviews until they are given, also of what is answered', async () => {
    const reopened = await it.ask()
    await it.answer(reopened)
    expect(await ids(it.sergeant, 'missed')).not.toContain(reopened)
    await reopenQuestion(it.db, it.asker, reopened, 'No')
    expect((await view(it.sergeant, 'missed')).find(({ id }) => id === reopened)).toMatchObject({ reopened: true })
    const late = await it.ask()
    inHours(73)
    await it.answer(late)
    await askReview(it.db, it.asker, late, 'Too late')
    expect((await view(it.sergeant, 'missed')).find(({ id }) => id === late)).toMatchObject({ reviewAsked: true, left: 'answered in 73 hours' })
    await reviewQuestion(it.db, it.sergeant, late, words('I am sorry.'))
    expect(await ids(it.sergeant, 'missed')).not.toContain(late)
  })
})
