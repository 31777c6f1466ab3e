/**
 * What the asker may say of the answer, or of its absence, and the sergeant's word on it.
 */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { changeQuestion, closeAct, lockForLead, lockQuestion } from './act.ts'
import { dueFrom, type QuestionRow } from './clock.ts'
import { countAnswer, countOpen } from './figures.ts'
import { missIfOverdue } from './missed.ts'
import { isAsker, mayAskReview, mayReopen, mayReview } from './policy.ts'
import { keepRating } from './rating.ts'
import { commentPath, privatePlace, speak, type Words } from './speech.ts'

/**
 * "This did not answer it": once, by the asker. The question is open again, with the sergeant, on a clock of its own; what the answer had
 * counted for is taken back, and that it did not help is said with it. The same again changes nothing.
 */
export async function reopenQuestion(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockQuestion(tx, actor, id)
    requireAsker(actor, question)
    if (question.reopenedAt !== null && question.reopenedBecause === because) return
    if (question.reopenedAt !== null) throw new Forbidden('You have said once that the answer did not answer it. That can be said only once.')
    if (!mayReopen(actor, question)) throw new Forbidden('This question has no answer yet.')
    const moment = now()
    await keepRating(tx, actor, question, 'not')
    await countAnswer(tx, question, -1)
    const unanswered = { answeredAt: null, answerId: null, assigneeId: null }
    const clock = { clockFrom: moment, dueAt: dueFrom(moment) }
    const reopened = await changeQuestion(tx, question, { ...unanswered, ...clock, reopenedAt: moment, reopenedBecause: because })
    await countOpen(tx, question.teamId, 1)
    await closeAct(tx, reopened, 'question.reopened', { act: 'reopened', actor, note: because })
  })
}

/** Once a clock was missed the asker may ask for a review, also when the answer came later. The same again changes nothing. */
export async function askReview(db: Database, actor: SignedIn, id: number, because: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockQuestion(tx, actor, id)
    requireAsker(actor, question)
    if (question.reviewAskedAt !== null) return
    const moment = now()
    if (!mayAskReview(actor, question, moment)) throw new Forbidden('You can ask for a review once the 72 hours have passed without an answer.')
    const missed = await missIfOverdue(tx, question)
    const asked = await changeQuestion(tx, missed, { reviewAskedAt: moment, reviewBecause: because })
    await closeAct(tx, asked, 'question.review-asked', { act: 'review-asked', actor, note: because })
  })
}

function requireAsker(actor: SignedIn, question: QuestionRow): void {
  if (!isAsker(actor, question)) throw new Forbidden('Only the person who asked can do that.')
}

/**
 * The sergeant's (or press office's) word on a missed clock: what happened, and what happens now. Said to the asker alone, and no answer:
 * the clock stays missed. The same form twice says it once.
 */
export async function reviewQuestion(db: Database, actor: SignedIn, id: number, input: Words): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { question } = await lockForLead(tx, actor, id)
    if (question.reviewId !== null && (await isSame(tx, actor, question.reviewId, input))) return { path: commentPath(question.reviewId) }
    if (question.reviewedAt !== null) throw new Overtaken('Somebody else has reviewed this while you were writing.')
    if (!mayReview(actor, question)) throw new Forbidden('Nobody has asked for a review of this question.')
    const place = await privatePlace(tx, question)
    const { id: commentId } = await speak(tx, actor, place, input)
    const reviewed = await changeQuestion(tx, question, { reviewedAt: now(), reviewId: commentId })
    await closeAct(tx, reviewed, 'question.reviewed', { act: 'reviewed', actor, commentId })
    return { path: commentPath(commentId) }
  })
}

async function isSame(tx: Tx, actor: SignedIn, commentId: number, { clientKey }: Words): Promise<boolean> {
  const [comment] = await tx.select({ authorId: comments.authorId, clientKey: comments.clientKey }).from(comments).where(eq(comments.id, commentId))
  return comment?.authorId === actor.accountId && comment.clientKey === clientKey
}
