/** What people wrote, over HTTP: reading it, choosing single ones for the results, taking them back, and out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { reasonsForDecisions, type Reason } from '../moderation/reason.ts'
import type { Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { pressOffice, publishers } from '../web/access.ts'
import { optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { mayReleaseWords } from './results-policy.ts'
import { surveyPath, type Survey } from './survey.ts'
import { releasedById, releaseWords, takeWordsBack, takeWordsOut, wordsOf, type WrittenItem, type WrittenList } from './words.ts'

declare module '../web/page.ts' {
  interface Views {
    'surveys/words': { list: WrittenList; further: boolean; after: string; may: { release: boolean; takeBack: boolean } }
    'surveys/words-removal': {
      survey: Survey
      item: WrittenItem
      reasons: Reason[]
      typed: Readonly<Record<string, string>>
      errors: Readonly<Record<string, string>>
    }
  }
}

interface Ids {
  Params: { id: string; word: string }
}

const Removal = z.object({
  reason: z.string({ error: 'Choose a reason' }).regex(/^[a-z-]{1,40}$/, 'Choose a reason'),
  note: optionalWords('The note', 2000),
})

export async function wordsRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: publishers } }

  app.get<{ Params: { id: string }; Querystring: { after?: string } }>('/officers/surveys/:id/words', open, async (request, reply) => {
    const { after } = request.query
    const cursor = typeof after === 'string' ? after : undefined
    const list = await wordsOf(app.db, request.actor, parseId(request.params.id), cursor)
    const release = mayReleaseWords(request.actor, list.survey)
    const may = { release, takeBack: release && list.survey.publishedAt === null }
    return reply.page(
      'surveys/words',
      { list, further: cursor !== undefined, after: cursor ?? '', may },
      { title: 'In their own words', noindex: true },
    )
  })

  app.post<Ids>('/surveys/:id/words/:word/release', open, async (request, reply) => {
    const { id, word } = idsOf(request)
    await releaseWords(app.db, signedInActor(request), id, word)
    return backTo(request, reply, id, word, 'survey-words-released')
  })

  app.post<Ids>('/surveys/:id/words/:word/release/end', open, async (request, reply) => {
    const { id, word } = idsOf(request)
    await takeWordsBack(app.db, signedInActor(request), id, word)
    return backTo(request, reply, id, word, 'survey-words-taken-back')
  })

  app.get<Ids>('/surveys/:id/words/:word/removal', { config: { access: pressOffice } }, (request, reply) => showRemoval(request, reply))

  app.post<Ids>('/surveys/:id/words/:word/removal', { config: { access: pressOffice, again: showRemoval } }, async (request, reply) => {
    const { id, word } = idsOf(request)
    const { reason, note } = parseForm(Removal, request.body)
    await takeWordsOut(app.db, signedInActor(request), id, word, { reasonCode: reason, note })
    return reply.seeOther(`${surveyPath(id)}/results#words-${word}`, 'survey-words-removed')
  })
}

function idsOf(request: FastifyRequest): { id: number; word: string } {
  const { id, word } = request.params as Ids['Params']
  return { id: parseId(id), word }
}

/** The page on which it was chosen. */
function backTo(
  request: FastifyRequest,
  reply: FastifyReply,
  id: number,
  word: string,
  notice: 'survey-words-released' | 'survey-words-taken-back',
): FastifyReply {
  const after = typed(request.body)['after'] ?? ''
  const page = /^[\da-f-]{36}$/.test(after) ? `?after=${after}` : ''
  return reply.seeOther(`/officers/surveys/${id}/words${page}#words-${word}`, notice)
}

async function showRemoval(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { id, word } = idsOf(request)
  const { survey, item } = await releasedById(request.server.db, request.actor, id, word)
  const reasons = await reasonsForDecisions(request.server.db)
  const data = { survey, item, reasons, typed: problem ? typed(request.body) : {}, errors: problem?.fields ?? {} }
  return reply.page('surveys/words-removal', data, {
    title: 'Take words out of the results',
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  })
}
