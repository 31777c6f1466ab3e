/** Surveys of staff over HTTP: what can be answered, and what came out. Answering and results are those of every survey. */
import type { FastifyInstance } from 'fastify'
import { showInside } from '../network/post.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { answeredAmong } from '../surveys/answering.ts'
import { surveyPanel, type SurveyPanel } from '../surveys/beside.ts'
import { endedSurveys, openSurveys, type SurveyList } from '../surveys/survey.ts'
import { colleagues } from '../web/access.ts'
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
    survey: SurveyPanel
  }
}

export async function staffSurveyRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app
  showInside('survey', surveyPanel, null)

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
