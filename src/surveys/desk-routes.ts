/** Surveys over HTTP, for those who make them: drafting, handing in, publishing, ending, and what came on paper. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { sayDate } from '../text/dates.ts'
import { renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { placeKeepers, publishers } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { callOffSurvey, closeEarlier } from './ending.ts'
import { changeSurvey, DAYS_OPEN, discardSurvey, draftSurvey, partsOf } from './making.ts'
import { inElection, publishSurvey, returnSurvey, submitSurvey, takeBackSurvey } from './opening.ts'
import { isRunning, mayApprove, mayEnd, mayEnterSheets, mayPublishAlone, mayReturn, mayTakeBack, mayWrite } from './policy.ts'
import { MOST, questionsOf, type Question } from './question.ts'
import { questionRoutes } from './question-routes.ts'
import { fieldsOf, filesOf, type AnswerFields } from './routes.ts'
import { sheetRoutes } from './sheet-routes.ts'
import { deskSurveyById, deskSurveys, surveyPath, type Survey, type SurveyList } from './survey.ts'
import { readCallingOff, readClosing, readNewSurvey, readReturn, readSurveyChange, readVersion } from './survey-form.ts'

interface Form {
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
}

/** What somebody can do with it now. */
export interface SurveySteps {
  write: boolean
  publish: boolean
  takeBack: boolean
  sendBack: boolean
  end: boolean
  enter: boolean
}

declare module '../web/page.ts' {
  interface Views {
    /** `running` and `enterable`: by id, those that take answers now, and those for which this actor enters some. */
    'surveys/desk': { list: SurveyList; waiting: boolean; further: boolean; running: ReadonlySet<number>; enterable: ReadonlySet<number> }
    'surveys/new': Form & { teams: Pick<TeamName, 'id' | 'name'>[]; audiences: readonly ('public' | 'staff')[]; key: string; ahead: number }
    'surveys/change': Form & { survey: Survey; version: number; ahead: number }
    'surveys/draft': Form & {
      survey: Survey
      intro: SafeHtml
      questions: Question[]
      fields: AnswerFields
      may: SurveySteps
      election: boolean
      most: number
      message: string | undefined
    }
    'surveys/close': Form & { survey: Survey }
    'surveys/call-off': Form & { survey: Survey }
  }
  interface Partials {
    'surveys/_about': Form & { ahead: number }
  }
}

interface Id {
  Params: { id: string }
}

export async function surveyDeskRoutes(app: FastifyInstance): Promise<void> {
  const drafting = { access: placeKeepers }
  const ending = { access: publishers }
  await app.register(questionRoutes)
  await app.register(sheetRoutes)

  app.get<{ Querystring: { view?: string; after?: string } }>('/officers/surveys', { config: drafting }, async (request, reply) => {
    const { view, after } = request.query
    const waiting = view !== 'opened'
    const cursor = typeof after === 'string' ? after : undefined
    const actor = signedInActor(request)
    const list = await deskSurveys(app.db, actor, waiting, cursor)
    const idsWhere = (holds: (survey: Survey) => boolean) => new Set(list.items.filter(holds).map(({ id }) => id))
    const running = idsWhere((survey) => isRunning(survey, now()))
    const enterable = idsWhere((survey) => mayEnterSheets(actor, survey, now()))
    return reply.page('surveys/desk', { list, waiting, further: cursor !== undefined, running, enterable }, { title: 'Surveys', noindex: true })
  })

  app.get('/officers/surveys/new', { config: drafting }, (request, reply) => showNew(request, reply))

  app.post('/surveys', { config: { ...drafting, again: showNew } }, async (request, reply) => {
    const { id } = await draftSurvey(app.db, signedInActor(request), readNewSurvey(request.body))
    return reply.seeOther(deskPath(id), 'survey-begun')
  })

  app.get<Id>('/officers/surveys/:id', { config: drafting }, (request, reply) => showDraft(request, reply))

  app.get<Id>('/officers/surveys/:id/change', { config: drafting }, (request, reply) => showChange(request, reply))

  app.post<Id>('/surveys/:id/changes', { config: { ...drafting, again: showChange } }, async (request, reply) => {
    await changeSurvey(app.db, signedInActor(request), surveyIdIn(request), readSurveyChange(request.body))
    return back(request, reply, 'survey-saved')
  })

  app.post<Id>('/surveys/:id/submission', { config: { ...drafting, again: showDraft } }, async (request, reply) => {
    await submitSurvey(app.db, signedInActor(request), surveyIdIn(request), readVersion(request.body))
    return back(request, reply, 'draft-submitted')
  })

  app.post<Id>('/surveys/:id/taking-back', { config: { ...drafting, again: showDraft } }, async (request, reply) => {
    await takeBackSurvey(app.db, signedInActor(request), surveyIdIn(request))
    return back(request, reply, 'draft-reopened')
  })

  app.post<Id>('/surveys/:id/return', { config: { ...ending, again: showDraft } }, async (request, reply) => {
    await returnSurvey(app.db, signedInActor(request), surveyIdIn(request), readReturn(request.body))
    return reply.seeOther('/officers/surveys', 'draft-returned')
  })

  app.post<Id>('/surveys/:id/publication', { config: { ...ending, again: showDraft } }, async (request, reply) => {
    const { path } = await publishSurvey(app.db, signedInActor(request), surveyIdIn(request), readVersion(request.body))
    return reply.seeOther(path, 'survey-opened')
  })

  app.post<Id>('/surveys/:id/discarding', { config: { ...drafting, again: showDraft } }, async (request, reply) => {
    await discardSurvey(app.db, signedInActor(request), surveyIdIn(request), readVersion(request.body))
    return reply.seeOther('/officers/surveys', 'draft-discarded')
  })

  app.get<Id>('/officers/surveys/:id/close', { config: ending }, (request, reply) => showClosing(request, reply))

  app.post<Id>('/surveys/:id/closing', { config: { ...ending, again: showClosing } }, async (request, reply) => {
    await closeEarlier(app.db, signedInActor(request), surveyIdIn(request), readClosing(request.body))
    return reply.seeOther(surveyPath(surveyIdIn(request)), 'survey-shortened')
  })

  app.get<Id>('/officers/surveys/:id/call-off', { config: ending }, (request, reply) => showCallingOff(request, reply))

  app.post<Id>('/surveys/:id/cancellation', { config: { ...ending, again: showCallingOff } }, async (request, reply) => {
    await callOffSurvey(app.db, signedInActor(request), surveyIdIn(request), readCallingOff(request.body))
    return reply.seeOther(surveyPath(surveyIdIn(request)), 'survey-called-off')
  })
}

export const deskPath = (id: number): string => `/officers/surveys/${id}`

const surveyIdIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

const back = (request: FastifyRequest, reply: FastifyReply, notice: Parameters<FastifyReply['seeOther']>[1]): FastifyReply =>
  reply.seeOther(deskPath(surveyIdIn(request)), notice)

const asShown = (title: string, problem?: Refused) => ({ title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })

/** The key and the version have no input of their own: what is wrong with them is said at the title. */
function errorsOf(problem: Refused | undefined, first = 'title'): Readonly<Record<string, string>> {
  const { key, version, ...fields } = problem?.fields ?? {}
  const stale = key ?? version
  return stale ? { ...fields, [first]: fields[first] ?? stale } : fields
}

/** Partner staff ask for any team. */
async function teamsOf(request: FastifyRequest): Promise<Pick<TeamName, 'id' | 'name'>[]> {
  const { actor } = request
  if (hasRole(actor, 'press-office', 'partner')) return allTeams(request.server.db)
  const own = actor.duties.flatMap(({ teamId: id, teamName: name }) => (id !== null && name !== null ? [{ id, name }] : []))
  return [...new Map(own.map((team) => [team.id, team])).values()]
}

/** The team is chosen first: then the places that it covers stand in the form. From the staff network comes whoever asks colleagues, who live nowhere here. */
async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const teams = await teamsOf(request)
  const { team: chosen, audience: asked } = typed(request.query)
  const audience = asked === 'staff' ? 'staff' : 'public'
  const team = teams.find(({ id }) => String(id) === chosen) ?? (teams.length === 1 ? teams[0] : undefined)
  const areas = team && audience === 'public' ? (await partsOf(request.server.db, team.id)).join('\n') : ''
  const begun = { team: team ? String(team.id) : '', areas, audience }
  const sent: Record<string, string> = problem ? typed(request.body) : begun
  const audiences = isPartner(signedInActor(request)) ? (['public'] as const) : (['public', 'staff'] as const)
  const data = { typed: sent, errors: errorsOf(problem), teams, audiences, key: sent['key'] ?? randomUUID(), ahead: DAYS_OPEN }
  return reply.page('surveys/new', data, asShown('Begin a survey', problem))
}

const isPartner = (actor: SignedIn): boolean => !hasRole(actor, 'officer', 'supervisor', 'press-office')

async function showDraft(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const survey = await deskSurveyById(db, request.actor, surveyIdIn(request))
  if (survey.state !== 'draft' && survey.state !== 'submitted') return reply.redirect(surveyPath(survey.id), 303)
  const questions = await questionsOf(db, survey.id)
  const election = await inElection(db, survey)
  const data = {
    survey,
    intro: trusted(renderPost(survey.intro)),
    questions,
    fields: await fieldsOf(request, survey, questions),
    may: stepsOf(request, survey, election),
    election,
    most: MOST.questions,
    typed: problem ? typed(request.body) : {},
    errors: errorsOf(problem, 'note'),
    message: problem?.message,
  }
  return reply.page('surveys/draft', data, { ...asShown(survey.title, problem), teamId: survey.teamId, files: filesOf(questions) })
}

function stepsOf({ actor }: FastifyRequest, survey: Survey, election: boolean): SurveySteps {
  return {
    write: mayWrite(actor, survey),
    publish: mayPublishAlone(actor, survey, election) || mayApprove(actor, survey, election),
    takeBack: mayTakeBack(actor, survey),
    sendBack: mayReturn(actor, survey),
    end: mayEnd(actor, survey),
    enter: mayEnterSheets(actor, survey, now()),
  }
}

async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const survey = await deskSurveyById(request.server.db, request.actor, surveyIdIn(request))
  if (!mayWrite(request.actor, survey)) throw new Forbidden('Only whoever began this survey changes it, before it is handed in.')
  const { title, intro, areas, closesAt } = survey
  const stored = { title, intro, areas: areas.join('\n'), closes: closesAt ? sayDate(new Date(closesAt.getTime() - 1)) : '' }
  const sent: Record<string, string> = problem ? typed(request.body) : stored
  const data = { survey, typed: sent, errors: errorsOf(problem), version: Number(sent['version']) || survey.version, ahead: DAYS_OPEN }
  return reply.page('surveys/change', data, { ...asShown(`Change: ${survey.title}`, problem), teamId: survey.teamId })
}

/** Throws `NotFound`, and `Forbidden` for what this actor does not end, or nobody any more. */
async function ended(request: FastifyRequest): Promise<Survey> {
  const survey = await deskSurveyById(request.server.db, request.actor, surveyIdIn(request))
  if (!mayEnd(request.actor, survey) || !isRunning(survey, now()))
    throw new Forbidden('The sergeant of the team or the press office ends a survey, while it is open.')
  return survey
}

async function showClosing(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const survey = await ended(request)
  const sent = problem ? typed(request.body) : { closes: sayDate(now()) }
  return reply.page(
    'surveys/close',
    { survey, typed: sent, errors: errorsOf(problem, 'when') },
    { ...asShown(`Close: ${survey.title}`, problem), teamId: survey.teamId },
  )
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const survey = await ended(request)
  const sent = problem ? typed(request.body) : {}
  return reply.page(
    'surveys/call-off',
    { survey, typed: sent, errors: errorsOf(problem, 'because') },
    { ...asShown(`Call off: ${survey.title}`, problem), teamId: survey.teamId },
  )
}
