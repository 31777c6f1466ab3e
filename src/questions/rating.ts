/**
 * Whether an answer helped: its asker says so in one tap, and can change it. Nobody else ever sees one, nor can find it from what is shown: the sums of a team
 * change only when at least `SMALLEST_GROUP` ratings are new or changed, all of them at once, so that what two days differ by is never one person's.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { privateTo } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden } from '../errors.ts'
import { SMALLEST_GROUP } from '../statistics/small-groups.ts'
import { lockQuestion } from './act.ts'
import type { QuestionRow } from './clock.ts'
import { isAsker, mayRate } from './policy.ts'
import { questionRatings, type Rating } from './schema.ts'

/** How many people said what; null while they are fewer than `SMALLEST_GROUP`. */
export type Satisfaction = Record<Rating, number> | null

/** By the asker of an answered question. The same again changes nothing. Throws `NotFound`, and `Forbidden` for everybody else and before an answer. */
export async function rateQuestion(db: Database, actor: SignedIn, id: number, rating: Rating): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockQuestion(tx, actor, id)
    if (!isAsker(actor, question)) throw new Forbidden('Only the person who asked can do that.')
    if (!mayRate(actor, question)) throw new Forbidden('This question has no answer yet.')
    await keepRating(tx, actor, question, rating)
  })
}

/** For a locked question: keeps what its asker says of the answer. */
export async function keepRating(tx: Tx, actor: SignedIn, question: QuestionRow, rating: Rating): Promise<void> {
  if (await isKept(tx, question, rating)) return
  const { id: questionId, teamId } = question
  const kept = { rating, ratedAt: now() }
  await tx
    .insert(questionRatings)
    .values({ questionId, teamId, ...kept })
    .onConflictDoUpdate({ target: [questionRatings.questionId, questionRatings.teamId], set: kept })
  await countRatings(tx, teamId)
  // Without team and conversation: nobody's desk moves by it.
  await recordActivity(tx, { kind: 'question.rated', audience: privateTo(question.askerId), actorId: actor.accountId, detail: { questionId } })
}

async function isKept(tx: Tx, { id, teamId, answeredAt }: QuestionRow, rating: Rating): Promise<boolean> {
  const [known] = await tx
    .select({ rating: questionRatings.rating, ratedAt: questionRatings.ratedAt })
    .from(questionRatings)
    .where(and(eq(questionRatings.questionId, id), eq(questionRatings.teamId, teamId)))
  return known?.rating === rating && answeredAt !== null && known.ratedAt >= answeredAt
}

/**
 * Takes all that waits of a team into its sums once there is enough of it. What is left of an earlier time joins when it is too little to leave the sums by
 * itself, twelve months after.
 */
async function countRatings(tx: Tx, teamId: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`ratings ${teamId}`}))`)
  const moment = now().toISOString()
  await tx.execute(sql`
    update question_ratings set counted = rating, counted_at = ${moment}::timestamptz
    where team_id = ${teamId}
      and (select count(*) from question_ratings where team_id = ${teamId} and counted is distinct from rating) >= ${SMALLEST_GROUP}
      and (counted is distinct from rating or counted_at in (
        select counted_at from question_ratings where team_id = ${teamId} and counted = rating group by counted_at having count(*) < ${SMALLEST_GROUP}))`)
}

/** A column with the sums of one team, of what was counted since then: `{ helped, partly, not }`. For `satisfactionOf`. */
export const ratingSums = (teamId: SQL, since: Date): SQL => sql`(
  select json_build_object('helped', count(*) filter (where counted = 'helped'), 'partly', count(*) filter (where counted = 'partly'),
    'not', count(*) filter (where counted = 'not'))
  from question_ratings where team_id = ${teamId} and counted_at >= ${since.toISOString()}::timestamptz)`

export const peopleIn = (sums: Record<Rating, number>): number => sums.helped + sums.partly + sums.not

export const satisfactionOf = (sums: Record<Rating, number>): Satisfaction => (peopleIn(sums) < SMALLEST_GROUP ? null : sums)
