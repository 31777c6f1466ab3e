/**
 * How the team speaks about a question, and the moment in which an answer stops its clock.
 */
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { postCommentIn, type Posted } from '../conversations/comment.ts'
import { isClosed } from '../conversations/policy.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { changeQuestion, closeAct, nameOf } from './act.ts'
import type { QuestionRow } from './clock.ts'
import { countAnswer, countOpen } from './figures.ts'
import { missIfOverdue } from './missed.ts'
import { mayAnswer } from './policy.ts'

export interface Words {
  body: string
  clientKey: string
}

export const commentPath = (id: number): string => `/comments/${id}`

/** Throws when nobody can answer this any more, or this actor cannot. */
export async function requireUnanswered(tx: Tx, actor: SignedIn, question: QuestionRow): Promise<void> {
  if (question.withdrawnAt) throw new Overtaken('The person who asked has taken this question back.')
  if (question.answerId !== null) throw new Overtaken(`${await authorOf(tx, question.answerId)} has answered this while you were writing.`)
  if (!mayAnswer(actor, question)) throw new Forbidden('This question is with the sergeant: the first answer did not answer it.')
}

async function authorOf(tx: Tx, commentId: number): Promise<string> {
  const [answer] = await tx.select({ authorId: comments.authorId }).from(comments).where(eq(comments.id, commentId))
  return (answer && (await nameOf(tx, answer.authorId))) ?? 'Somebody else'
}

export interface Place {
  conversationId: number
  audience: string
}

/** Where the team speaks about a question: in public where people can still write, else with the asker. */
export async function placeToSpeak(tx: Tx, question: QuestionRow): Promise<Place> {
  const [found] = question.postId === null ? [] : await publicPlace(tx, question.postId)
  if (found && found.state !== 'withdrawn' && !isClosed(found, now())) return found
  return privatePlace(tx, question)
}

const publicPlace = (tx: Tx, postId: number) =>
  tx
    .select({
      conversationId: conversations.id,
      audience: conversations.audience,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      state: posts.state,
    })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(posts.id, postId))

export async function privatePlace(tx: Tx, question: QuestionRow): Promise<Place> {
  const [found] = await tx
    .select({ conversationId: conversations.id, audience: conversations.audience })
    .from(conversations)
    .where(eq(conversations.id, question.conversationId))
  if (!found) throw new NotFound('conversation')
  return found
}

/** An official comment. Throws `Refused` when its form was sent before in another conversation. */
export async function speak(tx: Tx, actor: SignedIn, place: Place, { body, clientKey }: Words): Promise<Posted> {
  const posted = await postCommentIn(tx, actor, place.conversationId, { body, clientKey, parentId: null })
  const [comment] = await tx
    .select({ conversationId: comments.conversationId, officialRole: comments.officialRole })
    .from(comments)
    .where(eq(comments.id, posted.id))
  if (comment?.conversationId !== place.conversationId)
    throw new Refused('You sent this form before', { body: 'You sent this form before, somewhere else. Open the question again' })
  if (comment.officialRole === null || posted.state !== 'published') throw new Forbidden('Only the team can do that with a question.')
  return posted
}

/** The moment of the answer: the figures, the history, the post. A clock that ran out before is written down with it. */
export async function stopClock(tx: Tx, actor: SignedIn, before: QuestionRow, commentId: number, place: Place): Promise<QuestionRow> {
  const question = await missIfOverdue(tx, before)
  const answered = await changeQuestion(tx, question, { answeredAt: now(), answerId: commentId })
  await countAnswer(tx, answered, 1)
  await countOpen(tx, answered.teamId, -1)
  await closeAct(tx, answered, 'question.answered', { act: 'answered', actor, commentId }, place)
  return answered
}
