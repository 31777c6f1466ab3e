/**
 * The results of a survey as they are read: what was counted, with what is too small kept back (figures.ts), and the words that were released. They never
 * change once they are counted, so that each is worked out once by a process.
 */
import { and, asc, eq, isNotNull, ne } from 'drizzle-orm'
import { log } from '../activity/schema.ts'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { areaParts, countedOf, sayAreas, type Figures, type Tally } from './counted.ts'
import { figuresOf } from './figures.ts'
import { partsOf } from './partition.ts'
import { dueAt } from './publishing.ts'
import { CHANNELS, questionsOf, type Channel } from './question.ts'
import { mayLookAtResults } from './results-policy.ts'
import { surveyTallies, surveyWords } from './schema.ts'
import { surveyById, type Survey } from './survey.ts'

/** Where it stands, for whoever asks: who looks before it is published reads the same as everybody afterwards. */
export type Stage = 'open' | 'called-off' | 'too-few' | 'waiting' | 'looking' | 'published'

export interface Results {
  survey: Survey
  stage: Stage
  /** When they come out by themselves. */
  dueAt: Date | null
  /** Null for a stage without figures. */
  counted: CountedSurvey | null
}

export interface CountedSurvey {
  people: number
  /** "34 on the web, 12 on paper" */
  channels: [label: string, people: number][]
  /** Parts of the area; empty where nobody was asked, or all are too small. */
  areas: [label: string, people: number][]
  questions: Figures[]
}

/** Throws `NotFound`, also for a survey whose post a moderator took down. */
export async function resultsOf(db: Database, actor: Actor, id: number): Promise<Results> {
  const survey = await surveyById(db, actor, id)
  if (survey.withdrawn) throw new NotFound('survey')
  const stage = stageOf(actor, survey)
  const counted = stage === 'published' || stage === 'looking' ? await countedSurvey(db, survey) : null
  return { survey, stage, dueAt: dueAt(survey), counted }
}

function stageOf(actor: Actor, survey: Survey): Stage {
  if (survey.state === 'called-off') return 'called-off'
  if (survey.state !== 'closed') return survey.closesAt !== null && survey.closesAt <= now() ? 'waiting' : 'open'
  if (survey.countedAt === null) return 'too-few'
  if (survey.publishedAt !== null) return 'published'
  return mayLookAtResults(actor, survey) ? 'looking' : 'waiting'
}

const KEPT = 100
const known = new WeakMap<Database, Map<number, CountedSurvey>>()

async function countedSurvey(db: Database, survey: Survey): Promise<CountedSurvey> {
  const kept = known.get(db) ?? new Map<number, CountedSurvey>()
  known.set(db, kept)
  const before = kept.get(survey.id)
  if (before) return before
  const made = await workOut(db, survey)
  if (kept.size >= KEPT) kept.clear()
  kept.set(survey.id, made)
  return made
}

async function workOut(db: Db, survey: Survey): Promise<CountedSurvey> {
  const [questions, tallies, channels] = [await questionsOf(db, survey.id), await talliesOf(db, survey.id), await channelsOf(db, survey.id)]
  const everybody = countedOf(tallies, 0)
  const areas = survey.areas.length === 0 ? [] : areaParts(everybody, survey.areas)
  return {
    people: [...everybody.people.values()].reduce((sum, people) => sum + people, 0),
    channels: partsOf(channels)
      .filter(({ people }) => people > 0)
      .map(({ of, people }) => [of.map((channel) => CHANNEL_NAMES[channel as Channel]).join(' or '), people]),
    areas: areas.length > 1 ? areas.map(({ of, people }) => [sayAreas(of), people]) : [],
    questions: questions.map((question) => figuresOf(question, countedOf(tallies, question.id), survey.areas)),
  }
}

const CHANNEL_NAMES: Record<Channel, string> = { web: 'on the web', paper: 'on paper', phone: 'by phone', doorstep: 'at the door' }

const talliesOf = (db: Db, surveyId: number): Promise<Tally[]> =>
  db
    .select({
      questionId: surveyTallies.questionId,
      area: surveyTallies.area,
      choice: surveyTallies.choice,
      count: surveyTallies.count,
    })
    .from(surveyTallies)
    .where(and(eq(surveyTallies.surveyId, surveyId), eq(surveyTallies.channel, '')))

async function channelsOf(db: Db, surveyId: number): Promise<Map<Channel, number>> {
  const rows = await db
    .select({ channel: surveyTallies.channel, count: surveyTallies.count })
    .from(surveyTallies)
    .where(and(eq(surveyTallies.surveyId, surveyId), ne(surveyTallies.channel, '')))
  return new Map(CHANNELS.map((channel) => [channel, rows.find((row) => row.channel === channel)?.count ?? 0]))
}

export interface Quote {
  id: string
  questionId: number
  /** Null where a moderator took it out. */
  words: string | null
  takenOutAt: Date | null
  takenOutLogId: number | null
  reason: string | null
}

/** More than anybody reads on a page, and as many as one can hold. */
export const MOST_QUOTES = 300

/** What was released of people's own words, in no order that says anything. */
export async function quotesOf(db: Db, surveyId: number): Promise<Quote[]> {
  const rows = await db
    .select({
      id: surveyWords.id,
      questionId: surveyWords.questionId,
      words: surveyWords.words,
      takenOutAt: surveyWords.takenOutAt,
      takenOutLogId: surveyWords.takenOutLogId,
      reason: log.reasonTitle,
    })
    .from(surveyWords)
    .leftJoin(log, eq(log.id, surveyWords.takenOutLogId))
    .where(and(eq(surveyWords.surveyId, surveyId), isNotNull(surveyWords.releasedAt)))
    .orderBy(asc(surveyWords.id))
    .limit(MOST_QUOTES)
  return rows.map((row) => ({ ...row, words: row.takenOutAt === null ? row.words : null }))
}
