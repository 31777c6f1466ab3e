/** Surveys of staff over HTTP: what can be answered, and what came out. Answering and results are those of every survey. */
import type { FastifyInstance } from 'fastify'
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { showInside, type StaffPostPage } from '../network/post.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { answeredAmong } from '../surveys/answering.ts'
import { surveyPanel, type SurveyPanel } from '../surveys/beside.ts'
import { endedSurveys, openSurveys, type SurveyList } from '../surveys/survey.ts'
import { colleagues } from '../web/access.ts'
import { tellsDeeds } from './leader.ts'
import { pageOptions } from './sent.ts'

declare module '../web/page.ts' {
  interface Views {
    /** `answered`: by id, those that this member of staff has answered. */
    'leadership/surveys': { list: SurveyList; over: boolean; further: boolean; answered: ReadonlySet<number> }
  }
  interface Partials {
    'leadership/_survey': { inside: SurveyPanel }
  }
}
declare module '../network/inside.ts' {
  interface InsidePost {
    survey: SurveyPanel & { deeds: boolean }
  }
}

export async function staffSurveyRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app
  showInside('survey', staffPanel, null)

  app.get<{ Querystring: { view?: string; after?: string } }>('/staff/surveys', { config: { access: colleagues } }, async (request, reply) => {
    const { view, after } = request.query
    const over = view === 'over'
    const cursor = typeof after === 'string' ? after : undefined
    const actor = signedInActor(request)
    const list = await (over ? endedSurveys : openSurveys)(db, actor, cursor, 'staff')
    const answered = await answeredAmong(
      db,
      actor,
      list.items.map(({ id }) => id),
    )
    return reply.page('leadership/surveys', { list, over, further: cursor !== undefined, answered }, pageOptions('Surveys of staff'))
  })
}

async function staffPanel(db: Database, actor: Actor, post: StaffPostPage): Promise<(SurveyPanel & { deeds: boolean }) | null> {
  const panel = await surveyPanel(db, actor, post)
  if (!panel) return null
  const { publishedAt, state } = panel.survey
  const isOver = !panel.isRunning && state !== 'called-off' && publishedAt !== null
  return { ...panel, deeds: isOver && (await tellsDeeds(db, actor, post)) }
}
