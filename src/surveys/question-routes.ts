/** The questions of a draft over HTTP: one at a time. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Forbidden, NotFound, type Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { placeKeepers } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import { z } from 'zod'
import { addQuestion, changeQuestion, moveQuestion, removeQuestion } from './making.ts'
import { mayWrite } from './policy.ts'
import { questionsOf, type Question } from './question.ts'
import { QUESTION_SORTS, type QuestionSort } from './schema.ts'
import { deskSurveyById, type Survey } from './survey.ts'
import { hasOptions, readMove, readQuestion, readVersion } from './survey-form.ts'

declare module '../web/page.ts' {
  interface Views {
    'surveys/question': {
      survey: Survey
      /** Null for a new one. */
      question: Question | null
      sort: QuestionSort
      sorts: readonly { sort: QuestionSort; name: string; hint: string }[]
      hasOptions: boolean
      version: number
      /** What was typed into fields that this sort has not: it comes back with another. */
      hidden: Readonly<Record<string, string>>
      typed: Readonly<Record<string, string>>
      errors: Readonly<Record<string, string>>
    }
  }
}

const SORTS: Record<QuestionSort, { name: string; hint: string }> = {
  one: { name: 'One answer', hint: 'People choose one of several answers' },
  several: { name: 'Several answers', hint: 'People choose as many as they like' },
  scale: { name: 'A scale', hint: 'From 1 to 5, or up to 10' },
  words: { name: 'Own words', hint: 'A text' },
  rank: { name: 'In order', hint: 'What matters most comes first' },
  pin: { name: 'A place', hint: 'Roughly, on a map or by postcode' },
}

interface Ids {
  Params: { id: string; question: string }
}

export async function questionRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: placeKeepers }

  app.get<Ids>('/officers/surveys/:id/questions/new', { config: access }, (request, reply) => showQuestion(request, reply))

  app.post<Ids>('/surveys/:id/questions', { config: { ...access, again: showQuestion } }, async (request, reply) => {
    // Another sort of question: the form comes back with its fields and what was typed.
    if (typed(request.body)['as'] !== undefined) return showQuestion(request, reply)
    await addQuestion(app.db, signedInActor(request), surveyIn(request), readQuestion(request.body))
    return done(request, reply)
  })

  app.get<Ids>('/officers/surveys/:id/questions/:question', { config: access }, (request, reply) => showQuestion(request, reply))

  app.post<Ids>('/surveys/:id/questions/:question/changes', { config: { ...access, again: showQuestion } }, async (request, reply) => {
    const { version, ...words } = readQuestion(request.body)
    await changeQuestion(app.db, signedInActor(request), { ...idsIn(request), version }, words)
    return done(request, reply)
  })

  app.post<Ids>('/surveys/:id/questions/:question/moves', { config: access }, async (request, reply) => {
    const { way, version } = readMove(request.body)
    await moveQuestion(app.db, signedInActor(request), { ...idsIn(request), version }, way)
    return done(request, reply)
  })

  app.post<Ids>('/surveys/:id/questions/:question/removal', { config: access }, async (request, reply) => {
    await removeQuestion(app.db, signedInActor(request), { ...idsIn(request), version: readVersion(request.body) })
    return done(request, reply)
  })
}

const paramsOf = (request: FastifyRequest): Ids['Params'] => request.params as Ids['Params']
const surveyIn = (request: FastifyRequest): number => parseId(paramsOf(request).id)
const idsIn = (request: FastifyRequest) => ({ surveyId: surveyIn(request), questionId: parseId(paramsOf(request).question) })

const done = (request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.seeOther(`/officers/surveys/${surveyIn(request)}#questions`)

const SortIn = z.object({ sort: z.enum(QUESTION_SORTS).catch('one') })

/** Chosen by a button, by the form that was sent, or by the address. */
function sortIn(request: FastifyRequest): QuestionSort {
  const { as, ...sent } = typed(request.method === 'POST' ? request.body : request.query)
  return parseForm(SortIn, as === undefined ? sent : { sort: as }).sort
}

async function showQuestion(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const survey = await deskSurveyById(request.server.db, request.actor, surveyIn(request))
  if (!mayWrite(request.actor, survey)) throw new Forbidden('Only whoever began this survey changes it, before it is handed in.')
  const { question: id } = paramsOf(request)
  const question = id === undefined ? null : ((await questionsOf(request.server.db, survey.id)).find((one) => one.id === parseId(id)) ?? null)
  if (id !== undefined && question === null) throw new NotFound('question')
  const sort = question?.sort ?? sortIn(request)
  const sent = request.method === 'POST' ? typed(request.body) : typedOf(question)
  const { version, sort: _, ...errors } = problem?.fields ?? {}
  const data = {
    survey,
    question,
    sort,
    sorts: QUESTION_SORTS.map((one) => ({ sort: one, ...SORTS[one] })),
    hasOptions: hasOptions(sort),
    version: Number(sent['version']) || survey.version,
    hidden: question ? {} : hiddenOf(sort, sent),
    typed: sent,
    errors: version
      ? { ...errors, title: errors['title'] ?? version }
      : Object.keys(errors).length === 0 && problem
        ? { title: problem.message }
        : errors,
  }
  const title = question ? 'Change the question' : 'Add a question'
  return reply.page('surveys/question', data, {
    title,
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
    teamId: survey.teamId,
  })
}

function hiddenOf(sort: QuestionSort, sent: Readonly<Record<string, string>>): Record<string, string> {
  const elsewhere = [...(hasOptions(sort) ? [] : ['options']), ...(sort === 'scale' ? [] : ['top', 'low', 'high'])]
  return Object.fromEntries(elsewhere.flatMap((name) => (sent[name] ? [[name, sent[name]]] : [])))
}

function typedOf(question: Question | null): Record<string, string> {
  if (!question) return {}
  const { title, hint, required, options, scale } = question
  const ends = scale ? { top: String(scale.top), low: scale.low, high: scale.high } : {}
  return { title, hint, options: options.join('\n'), ...ends, ...(required ? { required: 'yes' } : {}) }
}
