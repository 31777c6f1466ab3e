/**
 * One answer a person, and nothing that ties the two together (see box.ts): in one transaction it is noted that they have answered, and what they answered
 * goes into the box. Nobody can find it again, so nobody changes it.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Actor, SignedIn } from '../actor.ts'
import { idOf } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { putIn } from './box.ts'
import { isRunning, mayEnterSheets, mayReadSurvey, unansweredBecause } from './policy.ts'
import type { Answer } from './question.ts'
import { surveys, surveyTakers } from './schema.ts'
import { lockSurvey, type SurveyRow } from './survey.ts'

type Secret = Pick<Config, 'secret'>

const takerOf = (accountId: number): string => `account:${accountId}`

/** Whether this account has answered; it does not say what. */
export async function hasAnswered(db: Db, actor: Actor, surveyId: number): Promise<boolean> {
  const own = and(eq(surveyTakers.surveyId, surveyId), eq(surveyTakers.taker, takerOf(idOf(actor) ?? 0)))
  const [found] = await db.select({ taker: surveyTakers.taker }).from(surveyTakers).where(own)
  return found !== undefined
}

/** Those of these surveys that this account has answered. */
export async function answeredAmong(db: Db, actor: Actor, surveyIds: readonly number[]): Promise<ReadonlySet<number>> {
  if (surveyIds.length === 0) return new Set()
  const own = and(inArray(surveyTakers.surveyId, [...surveyIds]), eq(surveyTakers.taker, takerOf(idOf(actor) ?? 0)))
  const rows = await db.select({ surveyId: surveyTakers.surveyId }).from(surveyTakers).where(own)
  return new Set(rows.map(({ surveyId }) => surveyId))
}

/** True when it was taken, false when this account had answered before: then the first answer stays. Throws `NotFound`, `Forbidden`. */
export async function answerSurvey(db: Database, config: Secret, actor: SignedIn, surveyId: number, answer: Answer): Promise<boolean> {
  return db.transaction(async (tx) => {
    const survey = await lockOpen(tx, actor, surveyId)
    const why = unansweredBecause(actor, survey, now())
    if (why) throw new Forbidden(why)
    return take(tx, config, surveyId, { taker: takerOf(actor.accountId), enteredBy: null }, { ...answer, channel: 'web' })
  })
}

export interface Sheet {
  channel: 'paper' | 'phone' | 'doorstep'
  /** As it stands on the sheet, or as calls were numbered. */
  number: string
}

/** On somebody's behalf. Throws `NotFound`, `Forbidden`, and `Refused` (field `number`) for a sheet that was entered before. */
export async function enterSheet(db: Database, config: Secret, actor: SignedIn, surveyId: number, sheet: Sheet, answer: Answer): Promise<void> {
  await db.transaction(async (tx) => {
    const survey = await lockOpen(tx, actor, surveyId)
    if (!mayEnterSheets(actor, survey, now())) throw new Forbidden('The people of the team enter answers, while the survey is open.')
    const taker = `${sheet.channel}:${sheet.number}`
    const taken = await take(tx, config, surveyId, { taker, enteredBy: actor.accountId }, { ...answer, channel: sheet.channel })
    if (!taken) throw new Refused('That sheet was entered before', { number: `Number ${sheet.number} was entered before. Each sheet counts once` })
  })
}

/** Whoever answers waits for the one before: so the box mixes well, and nobody is late into one that is being emptied. */
async function lockOpen(tx: Tx, actor: Actor, id: number): Promise<SurveyRow> {
  const survey = await lockSurvey(tx, id)
  if (!mayReadSurvey(actor, survey)) throw new NotFound('survey')
  if (!isRunning(survey, now()) || (await isWithdrawn(tx, survey))) throw new Forbidden('This survey takes no more answers.')
  return survey
}

async function isWithdrawn(tx: Tx, { postId }: SurveyRow): Promise<boolean> {
  if (postId === null) return false
  const [post] = await tx.select({ state: posts.state }).from(posts).where(eq(posts.id, postId))
  return post?.state === 'withdrawn'
}

async function take(
  tx: Tx,
  config: Secret,
  surveyId: number,
  who: Omit<typeof surveyTakers.$inferInsert, 'surveyId'>,
  answer: Answer,
): Promise<boolean> {
  const [taken] = await tx
    .insert(surveyTakers)
    .values({ surveyId, ...who })
    .onConflictDoNothing()
    .returning({ taker: surveyTakers.taker })
  if (!taken) return false
  await putIn(tx, config, surveyId, answer)
  await tx
    .update(surveys)
    .set({ answerCount: sql`${surveys.answerCount} + 1` })
    .where(eq(surveys.id, surveyId))
  return true
}
