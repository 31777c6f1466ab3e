/** Surveys over HTTP, for those who answer: the lists, one with its questions, and the answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isColleague, isSignedIn, isStaff, sayMark } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import { conversationById } from '../conversations/conversation.ts'
import { talkOf, subjectOf, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound, Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { showBeside } from '../posts/beside.ts'
import { showDoubt, type ShownDoubt } from '../screening/doubt.ts'
import { lookAt } from '../screening/screen.ts'
import { renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { anyone, signedIn } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { readAnswers, resent, sentOf, textOf, type Sent } from './answer-form.ts'
import { answerSurvey, hasAnswered } from './answering.ts'
import { BESIDE_ANSWER, surveyPanel, type SurveyPanel } from './beside.ts'
import { pinPlaces, pointsIn, withoutFinePins, type PinPlace } from './pin.ts'
import { isRunning, mayEnd, mayEnterSheets, unansweredBecause } from './policy.ts'
import { questionsOf, type Answer, type Question } from './question.ts'
import { endedSurveys, openSurveys, surveyById, surveyPath, type Survey, type SurveyList } from './survey.ts'

/** The questions with what was typed, and what is wrong with it. */
export interface AnswerFields {
  survey: Pick<Survey, 'id' | 'areas' | 'teamSlug' | 'audience'>
  questions: readonly Question[]
  typed: Sent
  errors: Readonly<Record<string, string>>
  places: readonly PinPlace[]
  tiles: Config['tiles']
}

interface SurveyPage {
  survey: Survey
  intro: SafeHtml
  fields: AnswerFields
  /** What is wrong with the whole. */
  message: string | undefined
  /** This account has answered. */
  answered: boolean
  /** Why there is no form; null where there is one. */
  why: string | null
  isRunning: boolean
  signedIn: boolean
  may: { end: boolean; enter: boolean; staff: boolean }
  mark: string
  /** Of a survey of staff; the public talks under the post. */
  talk: Talk | null
  way: typeof BESIDE_ANSWER | undefined
}

declare module '../web/page.ts' {
  interface Views {
    'surveys/list': { list: SurveyList; over: boolean; further: boolean; staff: boolean }
    'surveys/show': SurveyPage
    'surveys/check': { survey: Survey; doubts: { title: string; doubt: ShownDoubt }[]; hidden: [name: string, value: string][]; fields: AnswerFields }
  }
  interface Partials {
    'surveys/_questions': AnswerFields
    'surveys/_question': {
      question: Question
      typed: Sent
      errors: Readonly<Record<string, string>>
      places: readonly PinPlace[]
      teamSlug: string
      tiles: Config['tiles']
    }
    'surveys/_read': { questions: readonly Question[] }
    'surveys/_survey': { survey: SurveyPanel }
    'surveys/_promise': { staff: boolean }
    'surveys/_item': { survey: Survey; over: boolean }
  }
}
declare module '../posts/beside.ts' {
  interface BesidePost {
    survey: SurveyPanel
  }
}

interface Id {
  Params: { id: string }
}

export async function surveyRoutes(app: FastifyInstance): Promise<void> {
  showBeside('survey', surveyPanel)

  app.get<{ Querystring: { view?: string; after?: string } }>('/surveys', { config: { access: anyone } }, async (request, reply) => {
    const { view, after } = request.query
    const over = view === 'over'
    const cursor = typeof after === 'string' ? after : undefined
    const list = await (over ? endedSurveys : openSurveys)(app.db, request.actor, cursor)
    return reply.page(
      'surveys/list',
      { list, over, further: cursor !== undefined, staff: isColleague(request.actor) },
      { title: 'Surveys', noindex: list.items.length === 0 },
    )
  })

  app.get<Id>('/surveys/:id', { config: { access: anyone } }, (request, reply) => showSurvey(request, reply))

  app.post<Id>('/surveys/:id/answers', { config: { access: signedIn, again: showSurvey, resends: resent } }, async (request, reply) => {
    const actor = signedInActor(request)
    const survey = await standing(request)
    const sent = sentOf(request.body)
    const questions = await questionsOf(app.db, survey.id)
    const answer = await answerIn(request, survey, questions, sent)
    await app.limits.take('reaction', `account ${actor.accountId}`)
    const doubts = isStaff(actor) || textOf(sent, 'choice') === 'as-it-is' ? [] : await doubtsIn(request, questions, answer)
    if (doubts.length > 0) return askAgain(request, reply, survey, { questions, sent, doubts })
    const taken = await answerSurvey(app.db, app.config, actor, survey.id, answer)
    return reply.seeOther(surveyPath(survey.id), taken ? 'survey-answered' : 'survey-answered-before')
  })
}

/** Throws `NotFound`, also for one whose post a moderator took down. */
async function standing(request: FastifyRequest): Promise<Survey> {
  const survey = await surveyById(request.server.db, request.actor, parseId((request.params as Id['Params']).id))
  if (survey.withdrawn) throw new NotFound('survey')
  return survey
}

/** Throws `Refused` by field. */
export async function answerIn(request: FastifyRequest, survey: Survey, questions: readonly Question[], sent: Sent): Promise<Answer> {
  const { area, values, errors } = readAnswers(survey, questions, sent, await pointsIn(request.server.db, questions, sent))
  if (Object.keys(errors).length > 0) throw new Refused('There is a problem with your answers', errors)
  if (Object.keys(values).length === 0) throw new Refused('Answer one question or more')
  return { area, channel: 'web', values }
}

/** What among the words is an emergency, a report or a complaint, which nobody reads here in time. */
async function doubtsIn(
  request: FastifyRequest,
  questions: readonly Question[],
  { values }: Answer,
): Promise<{ title: string; doubt: ShownDoubt }[]> {
  const doubts: { title: string; doubt: ShownDoubt }[] = []
  for (const { id, title } of questions) {
    const value = values[id]
    if (value?.sort !== 'words') continue
    const found = await lookAt(request.server.db, { body: value.text, choice: null, readers: 'team', anyway: true })
    if ('doubt' in found) doubts.push({ title, doubt: showDoubt(found.doubt) })
  }
  return doubts
}

export async function fieldsOf(
  request: FastifyRequest,
  survey: Survey,
  questions: readonly Question[],
  sent: Sent = {},
  errors: Readonly<Record<string, string>> = {},
): Promise<AnswerFields> {
  const { db, config } = request.server
  const places = questions.some(({ sort }) => sort === 'pin') ? await pinPlaces(db, survey.teamId) : []
  return { survey, questions, typed: withoutFinePins(questions, sent), errors, places, tiles: config.tiles }
}

export const filesOf = (questions: readonly Question[]): string[] => (questions.some(({ sort }) => sort === 'pin') ? ['map.css', 'pin.js'] : [])

async function askAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  survey: Survey,
  { questions, sent, doubts }: { questions: readonly Question[]; sent: Sent; doubts: { title: string; doubt: ShownDoubt }[] },
): Promise<FastifyReply> {
  const fields = await fieldsOf(request, survey, questions, sent)
  const hidden = Object.entries(fields.typed).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
  const title = doubts.some(({ doubt }) => doubt.elsewhere.includes('emergency')) ? 'Do you need the police now?' : 'Look at this before you send it'
  const options = { title, noindex: true, status: 422, teamId: survey.teamId, files: filesOf(questions) }
  return reply.page('surveys/check', { survey, doubts, hidden, fields }, options)
}

async function showSurvey(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const survey = await standing(request)
  const questions = await questionsOf(db, survey.id)
  const fields = await fieldsOf(request, survey, questions, problem ? sentOf(request.body) : {}, problem?.fields)
  const page = await pageOf(request, survey, fields)
  return reply.page(
    'surveys/show',
    { ...page, message: problem?.message },
    {
      title: survey.title,
      description: survey.intro.slice(0, 150) || `A survey of the ${survey.teamName} team`,
      noindex: survey.audience === 'staff' || problem !== undefined,
      failed: problem !== undefined,
      status: problem ? 422 : 200,
      teamId: survey.teamId,
      files: filesOf(questions),
    },
  )
}

async function pageOf(request: FastifyRequest, survey: Survey, fields: AnswerFields): Promise<Omit<SurveyPage, 'message'>> {
  const { actor, server } = request
  const moment = now()
  return {
    survey,
    intro: trusted(renderPost(survey.intro)),
    fields,
    answered: await hasAnswered(server.db, actor, survey.id),
    why: unansweredBecause(actor, survey, moment),
    isRunning: isRunning(survey, moment),
    signedIn: isSignedIn(actor),
    may: { end: mayEnd(actor, survey), enter: mayEnterSheets(actor, survey, moment), staff: isStaff(actor) },
    mark: sayMark(survey.authorRole, survey.markedBy),
    talk: await staffTalk(request, survey),
    way: isRunning(survey, moment) ? BESIDE_ANSWER : undefined,
  }
}

async function staffTalk(request: FastifyRequest, survey: Survey): Promise<Talk | null> {
  if (survey.audience !== 'staff' || survey.conversationId === null) return null
  const { db } = request.server
  const conversation = await conversationById(db, request.actor, survey.conversationId)
  const query = TalkQuery.safeParse(request.method === 'GET' ? request.query : {})
  if (!query.success) throw new NotFound()
  return talkOf(db, request.actor, { ...subjectOf(conversation), path: surveyPath(survey.id) }, query.data)
}
