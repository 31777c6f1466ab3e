/**
 * What stops the clock: an official answer, and nothing else. An acknowledgement is said to the asker while the clock runs on.
 */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Tx } from '../database/database.ts'
import { Overtaken, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { closeAct, lockForTeam, saidBefore, type Locked } from './act.ts'
import { isOpen, type QuestionRow } from './clock.ts'
import { commentPath, placeToSpeak, requireUnanswered, speak, stopClock, type Place, type Words } from './speech.ts'

/**
 * An official answer: in the public conversation where there is one, else in the private one. Stops the clock.
 * Throws `Overtaken` when somebody has answered meanwhile: the caller keeps the words.
 */
export async function answerQuestion(db: Database, actor: SignedIn, id: number, input: Words): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const locked = await lockForTeam(tx, actor, id)
    const known = await sentBefore(tx, actor, locked.question, input.clientKey)
    if (known !== null) return { path: commentPath(known) }
    await requireUnanswered(tx, actor, locked.question)
    const place = await placeToSpeak(tx, locked.question)
    const posted = await speak(tx, actor, place, input)
    await stopClock(tx, actor, locked.question, posted.id, place)
    return { path: commentPath(posted.id) }
  })
}

/** The answer that this form made when it was sent before. */
async function sentBefore(tx: Tx, actor: SignedIn, question: QuestionRow, clientKey: string): Promise<number | null> {
  const [known] = await tx
    .select({ id: comments.id, authorId: comments.authorId, clientKey: comments.clientKey })
    .from(comments)
    .where(eq(comments.clientKey, clientKey))
  if (!known || known.authorId !== actor.accountId) return null
  return (await saidBefore(tx, question, 'answered', known.id)) ? known.id : null
}

/**
 * An official comment that was already written under the question turns out to be the answer. The clock stops now, not when it was written:
 * until somebody says so it was no answer. Throws `Refused` (field `comment`) for any other comment.
 */
export async function markAsAnswer(db: Database, actor: SignedIn, id: number, commentId: number): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const locked = await lockForTeam(tx, actor, id)
    if (locked.question.answerId === commentId) return { path: commentPath(commentId) }
    await requireUnanswered(tx, actor, locked.question)
    await stopClock(tx, actor, locked.question, commentId, await placeOfAnswer(tx, locked, commentId))
    return { path: commentPath(commentId) }
  })
}

async function placeOfAnswer(tx: Tx, { question, team }: Locked, commentId: number): Promise<Place> {
  const [comment] = await tx
    .select({
      conversationId: comments.conversationId,
      audience: conversations.audience,
      postId: posts.id,
      state: comments.state,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      createdAt: comments.createdAt,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .leftJoin(posts, eq(posts.conversationId, comments.conversationId))
    .where(eq(comments.id, commentId))
    .for('update', { of: comments })
  const here = comment && (comment.conversationId === question.conversationId || (comment.postId !== null && comment.postId === question.postId))
  if (!here) throw notAnswer('That comment does not stand under this question')
  const byTeam = comment.officialRole === 'press-office' || (comment.officialRole !== null && comment.officialTeam === team.name)
  if (!byTeam || comment.state !== 'published') throw notAnswer('Only an official comment of the team can be the answer')
  if (comment.createdAt < question.clockFrom) throw notAnswer('That comment was there when the question was opened again')
  if (await saidBefore(tx, question, 'acknowledged', commentId)) throw notAnswer('That comment only says that the team has seen the question')
  return comment
}

const notAnswer = (why: string): Refused => new Refused('That comment cannot be the answer', { comment: why })

/** "We have seen it": said to the asker; the clock runs on. The same form twice says it once. */
export async function acknowledgeQuestion(db: Database, actor: SignedIn, id: number, input: Words): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { question } = await lockForTeam(tx, actor, id)
    if (!isOpen(question)) throw new Overtaken('This question is no longer open, so there is nothing to acknowledge.')
    const place = await placeToSpeak(tx, question)
    const { id: commentId } = await speak(tx, actor, place, input)
    if (!(await saidBefore(tx, question, 'acknowledged', commentId)))
      await closeAct(tx, question, 'question.acknowledged', { act: 'acknowledged', actor, commentId }, place)
    return { path: commentPath(commentId) }
  })
}

export { keepPrivate, publishQuestion } from './publication.ts'
export { askReview, reopenQuestion, reviewQuestion } from './review.ts'
