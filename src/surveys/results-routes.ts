/** Results of surveys over HTTP: the page, the same as a file, and publishing them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn } from '../actor.ts'
import { conversationById } from '../conversations/conversation.ts'
import { subjectOf, talkOf, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import type { Bars, Dots } from '../statistics/chart.ts'
import { anyone, publishers } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import type { Figures } from './counted.ts'
import { inElection } from './opening.ts'
import { headingOf, pinMapOf } from './pin-map.ts'
import { publishResults } from './publishing.ts'
import { resultsFile } from './results-file.ts'
import { mayPublishResults, mayLookAtResults, mayTakeWordsOut } from './results-policy.ts'
import { quotesOf, resultsOf, type Quote, type Results } from './results.ts'
import { surveyPath } from './survey.ts'
import { underResults, type UnderResults } from './under-results.ts'
import { wordsRoutes } from './words-routes.ts'

export interface ShownQuestion {
  figures: Figures
  bars: Bars | null
  dots: Dots | null
  quotes: Quote[]
}

declare module '../web/page.ts' {
  interface Views {
    'surveys/results': {
      results: Results
      questions: ShownQuestion[]
      may: { publish: boolean; words: boolean; takeOut: boolean }
      talk: Talk | null
      /** What higher rooms show there, before the figures and the conversation. */
      under: Partial<UnderResults>
    }
  }
  interface Partials {
    'surveys/_results-question': { shown: ShownQuestion; surveyId: number; takeOut: boolean; staff: boolean }
    'surveys/_results-stage': { results: Results; may: { publish: boolean; words: boolean } }
  }
}

interface Id {
  Params: { id: string }
}

export async function resultsRoutes(app: FastifyInstance): Promise<void> {
  await app.register(wordsRoutes)

  app.get<Id>('/surveys/:id/results', { config: { access: anyone } }, (request, reply) => showResults(request, reply))

  app.get<Id>('/surveys/:id/results.csv', { config: { access: anyone } }, async (request, reply) => {
    const { survey, counted } = await resultsOf(app.db, request.actor, parseId(request.params.id))
    if (!counted) throw new NotFound('results')
    return (
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="survey-${survey.id}.csv"`)
        // As a page: what some see before others stays with them.
        .header('cache-control', isSignedIn(request.actor) ? 'private, no-store' : 'no-cache')
        .send(resultsFile(survey.title, counted, await quotesOf(app.db, survey.id)))
    )
  })

  app.post<Id>('/surveys/:id/results/publication', { config: { access: publishers } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await publishResults(app.db, signedInActor(request), id)
    return reply.seeOther(`${surveyPath(id)}/results`, 'survey-results-published')
  })
}

async function showResults(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { actor, server } = request
  const results = await resultsOf(server.db, actor, parseId((request.params as Id['Params']).id))
  const { survey, stage, counted } = results
  const quotes = counted ? await quotesOf(server.db, survey.id) : []
  const questions = await Promise.all((counted?.questions ?? []).map((figures) => shownOf(request, survey.teamId, figures, quotes)))
  const may = {
    publish: stage === 'looking' && mayPublishResults(actor, survey, await inElection(server.db, survey)),
    words: counted !== null && mayLookAtResults(actor, survey),
    takeOut: stage === 'published' && mayTakeWordsOut(actor, survey),
  }
  const talk = stage === 'published' ? await talkUnder(request, results) : null
  const listed = stage === 'published' && survey.audience === 'public'
  return reply.page(
    'surveys/results',
    { results, questions, may, talk, under: stage === 'published' ? await underResults(server.db, actor, survey) : {} },
    { title: `Results: ${survey.title}`, noindex: !listed || request.url.includes('?'), teamId: survey.teamId, files: ['charts.css'] },
  )
}

async function shownOf(request: FastifyRequest, teamId: number, figures: Figures, quotes: readonly Quote[]): Promise<ShownQuestion> {
  const { question } = figures
  return {
    figures,
    bars: question.sort === 'pin' || figures.lines.length === 0 ? null : barsOf(figures),
    dots: question.sort === 'pin' ? await pinMapOf(request.server.db, teamId, figures) : null,
    quotes: quotes.filter(({ questionId }) => questionId === question.id),
  }
}

const barsOf = ({ question, lines, notes, base }: Figures): Bars => ({
  id: `question-${question.id}`,
  title: question.title,
  heading: headingOf(question),
  most: base,
  of: question.sort === 'rank' ? 'Put first' : 'Answer',
  unit: 'People',
  bars: lines.map(({ label, people, said, place }) => ({
    label: place === null ? label : `${label} (on average in place ${place})`,
    value: people ?? 0,
    said,
  })),
  note: notes.join(' '),
})

async function talkUnder(request: FastifyRequest, { survey }: Results): Promise<Talk | null> {
  const { db } = request.server
  if (survey.conversationId === null) return null
  const query = TalkQuery.safeParse(request.query)
  if (!query.success) throw new NotFound()
  const conversation = await conversationById(db, request.actor, survey.conversationId)
  return talkOf(db, request.actor, subjectOf(conversation), query.data)
}
