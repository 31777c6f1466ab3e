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
}

export async function surveyPanel(db: Database, actor: Actor, post: Pick<PostPage, 'id'>): Promise<SurveyPanel | null> {
  const survey = await surveyOfPost(db, post.id)
  if (!survey) return null
  const questions = await questionsOf(db, survey.id)
  const answered = isSignedIn(actor) && (await hasAnswered(db, actor, survey.id))
  return { survey, questionCount: questions.length, isRunning: isRunning(survey, now()), answered, mayEnd: mayEnd(actor, survey) }
}
