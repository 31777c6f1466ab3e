/** What stands on the page of a survey's post: whether it can be answered, and where. */
import { isSignedIn, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import type { PostPage } from '../posts/list.ts'
import { hasAnswered } from './answering.ts'
import { isRunning, mayEnd } from './policy.ts'
import { questionsOf } from './question.ts'
import { surveyOfPost, type Survey } from './survey.ts'

export interface SurveyPanel {
  survey: Survey
  questionCount: number
  isRunning: boolean
  answered: boolean
  mayEnd: boolean
  /** Of writing in its conversation. */
  way: typeof BESIDE_ANSWER | undefined
}

export async function surveyPanel(db: Database, actor: Actor, post: Pick<PostPage, 'id'>): Promise<SurveyPanel | null> {
  const survey = await surveyOfPost(db, post.id)
  if (!survey) return null
  const questions = await questionsOf(db, survey.id)
  const answered = isSignedIn(actor) && (await hasAnswered(db, actor, survey.id))
  const running = isRunning(survey, now())
  const way = running ? BESIDE_ANSWER : undefined
  return { survey, questionCount: questions.length, isRunning: running, answered, mayEnd: mayEnd(actor, survey), way }
}

/** How one writes in the conversation of a survey that can be answered: nobody is to take that form, which bears a name, for the answer, which bears none. */
export const BESIDE_ANSWER = { heading: 'Add a comment', button: 'Post comment', folded: 'Comment under your name: not part of your answer' }
