/**
 * Plays surveys: written question by question, answered in the box that nobody looks into, counted when they close, and talked about when the results are out.
 */
import { and, eq, inArray } from 'drizzle-orm'
import type { Config } from '../config.ts'
import { dayAfter } from '../places/hours.ts'
import { answerSurvey, enterSheet } from '../surveys/answering.ts'
import { closeSurveys } from '../surveys/counting.ts'
import { addQuestion, draftSurvey } from '../surveys/making.ts'
import { publishSurvey, submitSurvey } from '../surveys/opening.ts'
import { publishResults } from '../surveys/publishing.ts'
import { questionsOf, type Answer, type AnswerValue, type Question } from '../surveys/question.ts'
import { surveys, surveyWords } from '../surveys/schema.ts'
import { releaseWords } from '../surveys/words.ts'
import { dayKey } from '../text/dates.ts'
import { endOfDay } from '../text/moment.ts'
import type { MadePost, Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { residentsInOrder } from './taking-part-book.ts'
import { PLANNED_SURVEYS, type PlannedAsking, type PlannedSurvey } from './taking-part-surveys.ts'
import { AT_WORK } from './timetable.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export function addSurveys(schedule: Schedule, config: Config): void {
  for (const survey of PLANNED_SURVEYS) addSurvey(schedule, config, survey)
}

function addSurvey(schedule: Schedule, config: Config, planned: PlannedSurvey): void {
  const { times } = schedule
  const { agreed, by } = planned
  const made = { id: 0 }
  const written = times.daysAgo(...planned.when)
  const closes = dayAfter(dayKey(times.today), planned.closes)
  schedule.add(written, async (stage) => {
    made.id = await write(stage, planned, closes)
    if (agreed === undefined) await open(stage, by, made.id)
  })
  if (agreed === 'waits') return
  const opened = agreed ? times.daysAgo(...agreed.when) : written
  if (agreed) schedule.add(opened, (stage) => open(stage, agreed.by, made.id))
  schedule.add(times.later(opened, 600), (stage) => answer(stage, config, planned, made.id))
  const closed = endOfDay(closes)
  if (closed < times.end) addResults(schedule, config, planned, made, closed)
}

async function write(stage: Stage, planned: PlannedSurvey, closes: string): Promise<number> {
  const { team, by, audience, title, intro, areas, questions, agreed } = planned
  const author = stage.person(by)
  const input = { title, intro, areas, closes, teamId: stage.team(team).id, audience, clientKey: stage.key() }
  const { id } = await draftSurvey(stage.db, author, input)
  for (const question of questions) {
    const { sort, title: asked, hint, required, options, scale } = question
    await addQuestion(stage.db, author, id, { sort, title: asked, hint, required, options, scale, version: await versionOf(stage, id) })
  }
  if (agreed !== undefined) await submitSurvey(stage.db, author, id, await versionOf(stage, id))
  return id
}

async function versionOf(stage: Stage, id: number): Promise<number> {
  const [survey] = await stage.db.select({ version: surveys.version }).from(surveys).where(eq(surveys.id, id))
  return survey?.version ?? 0
}

const open = async (stage: Stage, by: string, id: number): Promise<unknown> =>
  publishSurvey(stage.db, stage.person(by), id, await versionOf(stage, id))

/** Everybody once; then what came on paper. */
async function answer(stage: Stage, config: Config, planned: PlannedSurvey, id: number): Promise<void> {
  const asked = await questionsOf(stage.db, id)
  const areas = Object.entries(planned.from).flatMap(([area, people]) => Array.from({ length: people }, () => area))
  const { without = 0 } = planned
  const people = planned.answeredBy ?? residentsInOrder.slice(without, without + areas.length)
  for (const [nth, who] of people.entries())
    await answerSurvey(stage.db, config, stage.person(who), id, given(planned, asked, { nth, area: areas[nth] ?? '', channel: 'web' }))
  for (const [nth, { by, channel, number, area }] of (planned.sheets ?? []).entries())
    await enterSheet(stage.db, config, stage.person(by), id, { channel, number }, given(planned, asked, { nth: people.length + nth, area, channel }))
}

function given(
  planned: PlannedSurvey,
  asked: readonly Question[],
  { nth, area, channel }: Pick<Answer, 'channel'> & { nth: number; area: string },
): Answer {
  const values = asked.flatMap((question, at): [string, AnswerValue][] => {
    const of = planned.questions[at]
    const value = of ? valueOf(of, nth, at) : null
    return value ? [[String(question.id), value]] : []
  })
  return { area: area === '' ? null : area, channel, values: Object.fromEntries(values) }
}

/** Spread over the answers as the script weighs them, differently for each question. */
function valueOf(of: PlannedAsking, nth: number, at: number): AnswerValue | null {
  const { sort, weights, options, cells = [], said = [] } = of
  const chosen = spread(weights, nth * 7 + at * 3)
  if (sort === 'words') return words(said, nth)
  if (sort === 'scale') return { sort, value: chosen + 1 }
  if (sort === 'several') return { sort, choices: [...new Set([chosen, spread(weights, nth * 5 + 2)])].toSorted((one, other) => one - other) }
  if (sort === 'rank') return { sort, order: options.map((_, place) => (chosen + place) % options.length) }
  if (sort === 'pin') return nth % 4 === 3 ? null : { sort, cell: cells[chosen] ?? '' }
  return { sort, choice: chosen }
}

/** One in three has something to say. */
function words(said: readonly string[], nth: number): AnswerValue | null {
  const text = nth % 3 === 1 ? said[(nth - 1) / 3] : undefined
  return text === undefined ? null : { sort: 'words', text }
}

function spread(weights: readonly number[], nth: number): number {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let left = nth % sum
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  )
}

/** Counted in the night, looked at in the morning, published the day after, and talked about. */
function addResults(schedule: Schedule, config: Config, planned: PlannedSurvey, made: { id: number }, closed: Date): void {
  const { times } = schedule
  const { released, talk = [] } = planned
  schedule.add(new Date(closed.getTime() + MINUTE), (stage) => closeSurveys(stage.db, config))
  if (!released) return
  schedule.add(times.later(new Date(closed.getTime() + 9 * HOUR), 40, AT_WORK), (stage) => release(stage, released, made.id))
  const out = times.later(new Date(closed.getTime() + 33 * HOUR), 40, AT_WORK)
  const under: MadePost = { id: 0, conversationId: 0 }
  schedule.add(out, async (stage) => {
    await publishResults(stage.db, stage.person(released.by), made.id)
    const [survey] = await stage.db.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, made.id))
    under.conversationId = await stage.conversationOf(survey?.postId ?? 0)
  })
  for (const said of talk) schedule.addComment(said, out, under)
}

async function release(stage: Stage, { by, words: chosen }: NonNullable<PlannedSurvey['released']>, id: number): Promise<void> {
  const found = await stage.db
    .select({ id: surveyWords.id })
    .from(surveyWords)
    .where(and(eq(surveyWords.surveyId, id), inArray(surveyWords.words, chosen)))
  if (found.length !== chosen.length) throw new Error('somebody did not write what is released')
  for (const one of found) await releaseWords(stage.db, stage.person(by), id, one.id)
}
