/**
 * A survey closes, and what came in is added up: in one transaction all envelopes are opened, counted and gone, so that nothing is lost or counted twice when
 * the process ends in between. Fewer than five answers are never opened. What is kept says how many gave which answer; words stand apart from everything else.
 */
import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../database/database.ts'
import { lockAnyPost, tellOfPost } from '../posts/stored-post.ts'
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { destroyAll, shuffled, takeAll } from './box.ts'
import { addUp, wordsIn } from './adding.ts'
import { closeEarlier } from './ending.ts'
import { publishDueResults } from './publishing.ts'
import { questionsOf } from './question.ts'
import { surveys, surveyTallies, surveyWords } from './schema.ts'
import { lockSurvey, type SurveyRow } from './survey.ts'

type Secret = Pick<Config, 'secret'>

/** Of rows in one statement, far from the number of parameters that one can have. */
const PIECE = 2000

/** Closes those whose time is over and counts them, and publishes what was counted long enough ago. Twice is the same as once. */
export async function closeSurveys(db: Database, config: Secret): Promise<void> {
  const over = await db
    .select({ id: surveys.id })
    .from(surveys)
    .where(and(eq(surveys.state, 'open'), lte(surveys.closesAt, now())))
    .orderBy(asc(surveys.closesAt), asc(surveys.id))
  const problems: string[] = []
  for (const { id } of over) await countSurvey(db, config, id).catch((problem: unknown) => problems.push(`survey ${id}: ${sayProblem(problem)}`))
  await publishDueResults(db)
  // One that does not open (its secret was lost) keeps no other from closing.
  if (problems.length > 0) throw new Error(`could not be counted: ${problems.join('; ')}`)
}

/** The error of a statement holds what people wrote, and what a job fails with is kept: its code says enough. */
function sayProblem(problem: unknown): string {
  if (!(problem instanceof Error)) return 'unknown'
  const cause = problem.cause as { code?: unknown } | undefined
  return cause === undefined ? problem.message : `a database error, ${String(cause.code)}`
}

/** Ends it now, and counts it at once. Throws as `closeEarlier` does. */
export async function closeSurvey(db: Database, config: Secret, actor: SignedIn, id: number): Promise<void> {
  await closeEarlier(db, actor, id, null)
  await countSurvey(db, config, id)
}

/** One whose time is over; anything else is left as it is. */
export async function countSurvey(db: Database, config: Secret, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    // A large box takes longer than a reader may.
    await tx.execute(sql`set local statement_timeout = '60s'`)
    await tx.execute(sql`set local idle_in_transaction_session_timeout = '60s'`)
    const [known] = await tx.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, id))
    // Its post first, as everybody who changes one does. Whoever comes second waits here.
    const found = known?.postId ? await lockAnyPost(tx, known.postId) : null
    const survey = await lockSurvey(tx, id)
    if (!found || survey.state !== 'open' || survey.closesAt === null || survey.closesAt > now()) return
    const few = survey.answerCount < SMALLEST_GROUP
    if (few) await destroyAll(tx, id)
    else await openAll(tx, config, survey)
    await tx
      .update(surveys)
      .set({ state: 'closed', closedAt: now(), countedAt: few ? null : now() })
      .where(eq(surveys.id, id))
    await tellOfPost(tx, null, 'survey.closed', found.post, { surveyId: id, how: few ? 'too-few' : 'counted' })
  })
}

async function openAll(tx: Tx, config: Secret, { id: surveyId, areas }: SurveyRow): Promise<void> {
  const questions = await questionsOf(tx, surveyId)
  const answers = await takeAll(tx, config, surveyId)
  const tallies = addUp(questions, answers, areas).map((tally) => ({ ...tally, surveyId }))
  for (let from = 0; from < tallies.length; from += PIECE) await tx.insert(surveyTallies).values(tallies.slice(from, from + PIECE))
  // Shuffled over all questions: what one person wrote stands nowhere together.
  const words = shuffled(wordsIn(answers).map((one) => ({ ...one, surveyId })))
  for (let from = 0; from < words.length; from += PIECE) await tx.insert(surveyWords).values(words.slice(from, from + PIECE))
}
