/**
 * An answer that is taken back, or that a moderator removes, was none: the clock that it stopped runs on from where it began.
 */
import { and, eq, isNull, or, sql } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Tx } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { changeQuestion, keepInStep, writeAct } from './act.ts'
import { countAnswer, countOpen } from './figures.ts'
import { questions } from './schema.ts'

export async function reopenAnswerless(tx: Tx, { commentId, conversationId }: Activity): Promise<void> {
  if (typeof commentId !== 'number' || typeof conversationId !== 'number') return
  // By the conversation, which has an index; answers have none.
  const ofPost = sql`${questions.postId} = (select ${posts.id} from ${posts} where ${posts.conversationId} = ${conversationId})`
  const [question] = await tx
    .select()
    .from(questions)
    .where(and(or(eq(questions.conversationId, conversationId), ofPost), eq(questions.answerId, commentId), isNull(questions.withdrawnAt)))
    .for('update')
  if (!question) return
  await countAnswer(tx, question, -1)
  const open = await changeQuestion(tx, question, { answeredAt: null, answerId: null })
  await countOpen(tx, question.teamId, 1)
  await writeAct(tx, open, { act: 'answer-lost', actor: null, note: 'The answer is no longer there, so the clock runs on.' })
  await keepInStep(tx, open)
}
