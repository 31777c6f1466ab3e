import fc from 'fast-check'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { acknowledgeQuestion, askReview, keepPrivate, markAsAnswer, reopenQuestion, reviewQuestion } from '../../src/questions/answer.ts'
import { assignQuestion, handBackQuestion, moveQuestion, takeQuestion } from '../../src/questions/assignment.ts'
import { figuresOf } from '../../src/questions/figures.ts'
import { missClocks } from '../../src/questions/missed.ts'
import { withdrawQuestion } from '../../src/questions/question.ts'
import { registerQuestions } from '../../src/questions/register.ts'
import { openQuestions, questionActs, questionFigures, questions } from '../../src/questions/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { inHours, openCounter, travelTo, words, type Counter } from './counter.ts'

let it: Counter
beforeAll(async () => {
  it = await openCounter()
  registerQuestions()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

interface Crew {
  team: TeamName
  officer: SignedIn
  sergeant: SignedIn
}

let crews = 0
async function makeCrew(): Promise<Crew> {
  const team = await makeTeam(it.db, `Team ${++crews}`)
  return {
    team,
    officer: await makeStaff(it.db, `PC Number ${crews}`, 'officer', team),
    sergeant: await makeStaff(it.db, `Sgt Number ${crews}`, 'supervisor', team),
  }
}

const ACTS = [
  'ask',
  'ask',
  'ask-private',
  'publish',
  'publish-answered',
  'keep-private',
  'answer',
  'answer',
  'press-answer',
  'mark',
  'acknowledge',
  'reopen',
  'reopen',
  'ask-review',
  'review',
  'withdraw',
  'take-answer-back',
  'move',
  'take',
  'hand-back',
  'assign',
  'missed',
] as const
type Name = (typeof ACTS)[number]
interface Step {
  act: Name
  which: number
  hours: number
}

/** Does one act, as whoever would do it; what the rules refuse changes nothing. */
async function perform({ act, which, hours }: Step, [home, away]: [Crew, Crew], asked: number[]): Promise<void> {
  inHours(hours)
  if (act === 'ask' || act === 'ask-private') {
    asked.push(await it.ask({ visibility: act === 'ask' ? 'public' : 'private' }, it.asker, which % 3 === 0 ? away.team : home.team))
    return
  }
  if (act === 'missed') return void (await missClocks(it.db))
  const id = asked[which % Math.max(1, asked.length)]
  if (id === undefined) return
  const row = await it.row(id)
  const [own, other] = row.teamId === home.team.id ? [home, away] : [away, home]
  const verbs: Record<Exclude<Name, 'ask' | 'ask-private' | 'missed'>, () => Promise<unknown>> = {
    publish: () => it.publish(id, null, own.officer),
    'publish-answered': () => it.publish(id, 'An answer for everybody.', own.officer),
    'keep-private': () => keepPrivate(it.db, own.officer, id, 'It names somebody.'),
    answer: () => it.answer(id, which % 2 === 0 ? own.officer : own.sergeant),
    'press-answer': () => it.answer(id, it.press),
    mark: async () => markAsAnswer(it.db, own.sergeant, id, await it.say(own.officer, row.conversationId)),
    acknowledge: () => acknowledgeQuestion(it.db, own.officer, id, words()),
    reopen: () => reopenQuestion(it.db, it.asker, id, 'No'),
    'ask-review': () => askReview(it.db, it.asker, id, 'Why?'),
    review: () => reviewQuestion(it.db, own.sergeant, id, words()),
    withdraw: () => withdrawQuestion(it.db, it.asker, id),
    'take-answer-back': async () => {
      for (const author of [own.officer, own.sergeant, it.press])
        if (row.answerId !== null) await withdrawComment(it.db, author, row.answerId).catch(refusedOnly)
    },
    move: () => moveQuestion(it.db, own.sergeant, id, other.team, 'Yours'),
    take: () => takeQuestion(it.db, own.officer, id),
    'hand-back': () => handBackQuestion(it.db, own.officer, id, 'Busy'),
    assign: () => assignQuestion(it.db, own.sergeant, id, own.officer.accountId),
  }
  await verbs[act]().catch(refusedOnly)
}

function refusedOnly(error: unknown): void {
  if (![Forbidden, NotFound, Overtaken, Refused].some((kind) => error instanceof kind)) throw error
}

type Row = typeof questions.$inferSelect
const isOpen = (row: Row): boolean => row.answeredAt === null && row.withdrawnAt === null
const hoursOf = (row: Row): number => Math.min(168, Math.floor((row.answeredAt!.getTime() - row.clockFrom.getTime()) / 3_600_000))

/** Counts again from the questions and their history, and compares with what was kept. */
async function expectRecounted(teamIds: number[], asked: number[]): Promise<void> {
  const rows = asked.length === 0 ? [] : await it.db.select().from(questions).where(inArray(questions.id, asked))
  for (const row of rows) await expectHistory(row)
  for (const teamId of teamIds) {
    const own = rows.filter((row) => row.teamId === teamId)
    const answered = own.filter((row) => row.answeredAt !== null)
    const kept = await it.db.select().from(questionFigures).where(eq(questionFigures.teamId, teamId))
    for (const bar of kept) {
      const here = answered.filter((row) => hoursOf(row) === bar.hours && ukMonth(row.clockFrom) === bar.month)
      expect([bar.inTime, bar.late]).toEqual([here.filter((row) => !row.missedAt).length, here.filter((row) => row.missedAt).length])
    }
    expect(kept.reduce((sum, bar) => sum + bar.inTime + bar.late, 0)).toBe(answered.length)
    const [open] = await it.db.select().from(openQuestions).where(eq(openQuestions.teamId, teamId))
    expect(open?.count ?? 0).toBe(own.filter(isOpen).length)
    const overdue = own.filter((row) => isOpen(row) && row.dueAt <= now()).length
    const figures = await figuresOf(it.db, teamId, now())
    const inTime = answered.filter((row) => !row.missedAt).length
    expect(figures).toMatchObject({
      answeredInTime: inTime,
      overdueNow: overdue,
      openNow: own.filter(isOpen).length,
      ended: answered.length + overdue,
    })
    expect(figures.medianHours).toBe(answered.map(hoursOf).toSorted((a, b) => a - b)[Math.ceil(answered.length / 2) - 1] ?? null)
  }
}

const ukMonth = (moment: Date): string => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit' }).formatToParts(moment)
  return `${parts.find(({ type }) => type === 'year')?.value}-${parts.find(({ type }) => type === 'month')?.value}`
}

/** What the history says and what the row says are the same. */
async function expectHistory(row: Row): Promise<void> {
  const acts = (await it.db.select().from(questionActs).where(eq(questionActs.questionId, row.id)).orderBy(questionActs.id)).map(({ act }) => act)
  const last = acts.findLast((act) => ['asked', 'answered', 'answer-lost', 'reopened', 'withdrawn'].includes(act))
  expect(isOpen(row)).toBe(last === 'asked' || last === 'reopened' || last === 'answer-lost')
  expect(acts.filter((act) => act === 'missed').length).toBe(row.missedAt ? 1 : 0)
  expect(acts.filter((act) => act === 'published').length).toBe(row.postId === null ? 0 : 1)
  expect(row.dueAt.getTime() - row.clockFrom.getTime()).toBe(72 * 3_600_000)
  if (row.answeredAt && row.missedAt === null) expect(row.answeredAt < row.dueAt).toBe(true)
  if (row.postId !== null)
    expect(await it.details(row.id)).toMatchObject({
      questionId: row.id,
      answeredAt: row.answeredAt?.toISOString() ?? null,
      withdrawn: row.withdrawnAt !== null,
    })
}

describe('the figures', () => {
  test('whatever people do in whatever order, they are what a recount says', async () => {
    const step = fc.record({ act: fc.constantFrom(...ACTS), which: fc.nat(11), hours: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(90)) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        travelTo('2027-03-20T09:00:00Z')
        const pair: [Crew, Crew] = [await makeCrew(), await makeCrew()]
        const asked: number[] = []
        for (const one of steps) await perform(one, pair, asked)
        await expectRecounted([pair[0].team.id, pair[1].team.id], asked)
      }),
      { numRuns: 40, endOnFailure: true },
    )
  }, 120_000)

  test('divide by every clock that ended: answered in time, late, or run out this second', async () => {
    travelTo('2027-05-10T12:00:00Z')
    const { team, officer } = await makeCrew()
    const ids = [
      await it.ask({}, it.asker, team),
      await it.ask({}, it.asker, team),
      await it.ask({}, it.asker, team),
      await it.ask({}, it.asker, team),
    ]
    inHours(10.5)
    await it.answer(ids[0]!, officer)
    inHours(20)
    await it.answer(ids[1]!, officer)
    inHours(60)
    await it.answer(ids[2]!, officer)
    expect(await figuresOf(it.db, team.id, now())).toEqual({
      ended: 4,
      answeredInTime: 2,
      answeredLate: 1,
      inTimePercent: 50,
      medianHours: 30,
      openNow: 1,
      overdueNow: 1,
      months: [{ month: '2027-05', answeredInTime: 2, answeredLate: 1, medianHours: 30 }],
    })
    await withdrawQuestion(it.db, it.asker, ids[3]!)
    expect(await figuresOf(it.db, team.id, now())).toMatchObject({ ended: 3, inTimePercent: 67, openNow: 0, overdueNow: 0 })
  })

  test('stand under the month in which the clock began in the United Kingdom', async () => {
    travelTo('2027-06-30T23:30:00Z')
    const { team, officer } = await makeCrew()
    await it.answer(await it.ask({}, it.asker, team), officer)
    expect((await figuresOf(it.db, team.id, now())).months.map(({ month }) => month)).toEqual(['2027-07'])
  })

  test('reach back twelve months and this one', async () => {
    travelTo('2027-02-10T12:00:00Z')
    const { team, officer } = await makeCrew()
    await it.answer(await it.ask({}, it.asker, team), officer)
    travelTo('2028-02-20T12:00:00Z')
    await it.answer(await it.ask({}, it.asker, team), officer)
    expect((await figuresOf(it.db, team.id, now())).months.map(({ month }) => month)).toEqual(['2028-02', '2027-02'])
    travelTo('2028-03-01T12:00:00Z')
    expect(await figuresOf(it.db, team.id, now())).toMatchObject({ answeredInTime: 1, months: [{ month: '2028-02' }] })
  })

  test('of a team that nobody asked are empty, not nothing per cent', async () => {
    const { team } = await makeCrew()
    const nothing = { ended: 0, answeredInTime: 0, answeredLate: 0, openNow: 0, overdueNow: 0, months: [] }
    expect(await figuresOf(it.db, team.id, now())).toEqual({ ...nothing, inTimePercent: null, medianHours: null })
  })
})
