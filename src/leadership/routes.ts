/** Leadership over HTTP: the page "Leadership", and posts of leadership. Sessions, groups and surveys of staff have routes of their own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Forbidden, type Refused } from '../errors.ts'
import { showInside } from '../network/post.ts'
import { topicsToOffer } from '../network/topic.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { openSurveys, type SurveyList } from '../surveys/survey.ts'
import { colleagues } from '../web/access.ts'
import { readStatement } from './form.ts'
import { comingGroups, groupsWaitingFor, notedGroups, type Group } from './group.ts'
import { groupRoutes } from './group-routes.ts'
import { leadsOf, tellsDeeds } from './leader.ts'
import { mayConvene, mayWriteAsLeader } from './policy.ts'
import { pageOptions, sentWith, type Sent } from './sent.ts'
import { comingSessions, pastSessions, type Session } from './session.ts'
import { sessionRoutes } from './session-routes.ts'
import { isStatement, publishStatement, saidLeads, statements, type StatementList } from './statement.ts'
import { staffSurveyRoutes } from './survey-routes.ts'

interface Overview {
  list: StatementList
  further: boolean
  sessions: { coming: Session[]; past: Session[] }
  groups: { coming: Group[]; noted: Group[]; toAnswer: Group[]; toNote: Group[] }
  surveys: SurveyList
  may: { write: boolean; plan: boolean; convene: boolean }
}

declare module '../web/page.ts' {
  interface Views {
    'leadership/overview': Overview
    'leadership/new': Sent & { leads: string; busy: string[] }
  }
  interface Partials {
    'leadership/_update': { inside: { leads: string | null } }
    'leadership/_words': Pick<Sent, 'typed' | 'errors'> & { busy: string[] }
    'leadership/_when': Pick<Sent, 'typed' | 'errors'>
  }
}
declare module '../network/inside.ts' {
  interface InsidePost {
    /** Of a post of leadership: what its author led when they wrote it. */
    update: { leads: string | null; deeds: boolean }
  }
}

export async function leadershipRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: colleagues }
  const { db } = app
  showInside('update', async (db, actor, post) =>
    (await isStatement(db, post.id)) ? { leads: saidLeads(post.details), deeds: await tellsDeeds(db, actor, post) } : null,
  )
  await app.register(sessionRoutes)
  await app.register(groupRoutes)
  await app.register(staffSurveyRoutes)

  app.get<{ Querystring: { after?: string } }>('/staff/leadership', { config: access }, async (request, reply) => {
    const { after } = request.query
    const overview = await overviewFor(request, typeof after === 'string' ? after : undefined)
    return reply.page('leadership/overview', overview, pageOptions('Leadership'))
  })

  app.get('/staff/leadership/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/staff/leadership', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { path } = await publishStatement(db, signedInActor(request), readStatement(request.body))
    return reply.seeOther(path, 'post-published')
  })
}

async function overviewFor(request: FastifyRequest, after: string | undefined): Promise<Overview> {
  const { db } = request.server
  const actor = signedInActor(request)
  const leads = await leadsOf(db, actor.accountId)
  const waiting = await groupsWaitingFor(db, actor)
  return {
    list: await statements(db, actor, after),
    further: after !== undefined,
    sessions: { coming: await comingSessions(db, actor), past: await pastSessions(db, actor) },
    groups: { coming: await comingGroups(db, actor), noted: await notedGroups(db, actor), ...waiting },
    surveys: await openSurveys(db, actor, undefined, 'staff'),
    may: {
      write: mayWriteAsLeader(actor, leads),
      plan: mayWriteAsLeader(actor, leads) || actor.duties.some(({ role }) => role === 'press-office'),
      convene: mayConvene(actor),
    },
  }
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const leads = await leadsOf(request.server.db, actor.accountId)
  if (leads === null || !mayWriteAsLeader(actor, leads))
    throw new Forbidden('Only those who lead write as leadership. An administrator says who does.')
  return reply.page(
    'leadership/new',
    { ...sentWith(request, problem), leads, busy: await topicsToOffer(request.server.db, actor) },
    pageOptions('Write as leadership', problem),
  )
}
