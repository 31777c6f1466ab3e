/**
 * Who hears by mail of what happens to a question: whoever asked, those who wondered too, the team's sergeants, whoever it is given to.
 */
import { eq } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { questionActs, questions } from '../questions/schema.ts'
import { teams } from '../teams/schema.ts'
import { TO_ASKER, TO_SERGEANTS, toAssignee, toThoseWhoWondered, wordingOf, type AboutQuestion } from './letters.ts'
import { mailAll, readerOf, sergeantsOf, thoseWhoWondered } from './people.ts'

export async function tellOfQuestion(db: Database, config: Config, activity: Activity): Promise<void> {
  const found = await questionOf(db, Number(activity.detail?.['questionId'] ?? 0))
  if (!found) return
  const { about, askerId, teamId, assigneeId, postConversationId, postTitle } = found
  if (activity.kind === 'question.said' && (await isAct(db, activity))) return
  const toAsker = TO_ASKER[activity.kind as keyof typeof TO_ASKER]
  if (toAsker) await mailAll(db, activity, await readerOf(db, askerId), wordingOf(config, toAsker, about))
  const toSergeants = TO_SERGEANTS[activity.kind as keyof typeof TO_SERGEANTS]
  if (toSergeants) await mailAll(db, activity, await sergeantsOf(db, teamId), wordingOf(config, toSergeants, about))
  if (activity.kind === 'question.assigned' && assigneeId !== null)
    await mailAll(db, activity, await readerOf(db, assigneeId), wordingOf(config, toAssignee, about))
  // Those who wondered hear of an answer that they can read.
  if (activity.kind === 'question.answered' && postConversationId !== null && postTitle !== null && activity.conversationId === postConversationId) {
    const wondering = await thoseWhoWondered(db, postConversationId, askerId)
    await mailAll(db, activity, wondering, wordingOf(config, toThoseWhoWondered, { ...about, title: postTitle }))
  }
}

interface Found {
  about: AboutQuestion
  askerId: number
  teamId: number
  assigneeId: number | null
  /** Of the published post. */
  postConversationId: number | null
  /** As the team published it: the asker's own words are for the asker and the team. */
  postTitle: string | null
}

async function questionOf(db: Database, id: number): Promise<Found | null> {
  const [row] = await db
    .select({
      id: questions.id,
      title: questions.title,
      dueAt: questions.dueAt,
      askerId: questions.askerId,
      teamId: questions.teamId,
      assigneeId: questions.assigneeId,
      teamName: teams.name,
      postConversationId: posts.conversationId,
      postPath: conversations.path,
      postTitle: conversations.title,
    })
    .from(questions)
    .innerJoin(teams, eq(teams.id, questions.teamId))
    .leftJoin(posts, eq(posts.id, questions.postId))
    .leftJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(questions.id, id))
  if (!row) return null
  const { askerId, teamId, assigneeId, postConversationId, postTitle, ...about } = row
  return { about, askerId, teamId, assigneeId, postConversationId, postTitle }
}

/** An answer, an acknowledgement and a review have letters of their own. */
async function isAct(db: Database, activity: Activity): Promise<boolean> {
  const found = await db
    .select({ id: questionActs.id })
    .from(questionActs)
    .where(eq(questionActs.commentId, activity.commentId ?? 0))
    .limit(1)
  return found.length > 0
}
