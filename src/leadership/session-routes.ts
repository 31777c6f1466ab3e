/** Live sessions over HTTP: planning, watching, answering one question after another, calling off. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole } from '../actor.ts'
import { now } from '../clock.ts'
import { SentBefore } from '../conversations/comment.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { showInside } from '../network/post.ts'
import { topicsToOffer } from '../network/topic.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { colleagues } from '../web/access.ts'
import { parseForm, parseId } from '../web/forms.ts'
import { AnswerForm, PassForm, readCallingOff, readSession, readSessionMove, TurnForm } from './form.ts'
import { leaders, tellsDeeds, type Leader } from './leader.ts'
import { moveSession } from './moving.ts'
import { mayCallOffSession, mayMoveSession } from './policy.ts'
import { movingOf, pageOptions, sentWith, type Moving, type Sent } from './sent.ts'
import { callOffSession, planSession, sessionById, type Session } from './session.ts'
import { sessionPanel, type SessionPanel } from './session-panel.ts'
import { answerTaken, passTaken, putBack, takeNext } from './turn.ts'

declare module '../web/page.ts' {
  interface Views {
    'leadership/session-new': Sent & { hosts: Leader[]; busy: string[] }
    'leadership/session': { panel: SessionPanel }
    'leadership/session-desk': Sent & { panel: SessionPanel }
    'leadership/move': Moving & { action: string; venue: boolean }
    'leadership/call-off': Sent & { title: string; path: string; action: string; who: string }
  }
  interface Partials {
    'leadership/_session': { panel: SessionPanel }
    'leadership/_session-item': { session: Session }
  }
}
declare module '../network/inside.ts' {
  interface InsidePost {
    'live-session': SessionPanel & { deeds: boolean }
  }
}

interface Id {
  Params: { id: string }
  Querystring: { after?: string }
}

const idIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

export async function sessionRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: colleagues }
  const { db } = app
  showInside('live-session', async (db, actor, post) => {
    const panel = await sessionPanel(db, actor, post.id)
    return { ...panel, deeds: panel.session.state === 'over' && (await tellsDeeds(db, actor, post)) }
  })
  const desk = (request: FastifyRequest): string => `/staff/sessions/${idIn(request)}/desk`

  app.get('/staff/sessions/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/staff/sessions', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { path } = await planSession(db, signedInActor(request), readSession(request.body, now()))
    return reply.seeOther(path, 'session-planned')
  })

  app.get<Id>('/staff/sessions/:id', { config: access }, async (request, reply) => {
    const { after } = request.query
    const panel = await sessionPanel(db, request.actor, idIn(request), typeof after === 'string' ? after : undefined)
    return reply.page('leadership/session', { panel }, pageOptions(`Live: ${panel.session.title}`))
  })

  app.get<Id>('/staff/sessions/:id/desk', { config: access }, (request, reply) => showDesk(request, reply))

  app.post<Id>('/staff/sessions/:id/takes', { config: access }, async (request, reply) => {
    const taken = await takeNext(db, signedInActor(request), idIn(request))
    return reply.seeOther(taken ? `${desk(request)}#taken` : desk(request), taken ? undefined : 'none-waits')
  })

  app.post<Id>('/staff/sessions/:id/answers', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment, body, key } = parseForm(AnswerForm, request.body)
    await answerTaken(db, signedInActor(request), idIn(request), comment, { body, clientKey: key })
    return reply.seeOther(desk(request), 'hour-answered')
  })

  app.post<Id>('/staff/sessions/:id/passes', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment, because } = parseForm(PassForm, request.body)
    await passTaken(db, signedInActor(request), idIn(request), comment, because)
    return reply.seeOther(desk(request), 'hour-passed')
  })

  app.post<Id>('/staff/sessions/:id/returns', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment } = parseForm(TurnForm, request.body)
    await putBack(db, signedInActor(request), idIn(request), comment)
    return reply.seeOther(desk(request), 'hour-returned')
  })

  app.get<Id>('/staff/sessions/:id/move', { config: access }, (request, reply) => showMoving(request, reply))
  app.post<Id>('/staff/sessions/:id/time', { config: { ...access, again: showMoving } }, async (request, reply) => {
    const { path } = await moveSession(db, signedInActor(request), idIn(request), readSessionMove(request.body, now()))
    return reply.seeOther(`${path}#session`, 'session-moved')
  })

  app.get<Id>('/staff/sessions/:id/call-off', { config: access }, (request, reply) => showCallingOff(request, reply))
  app.post<Id>('/staff/sessions/:id/cancellation', { config: { ...access, again: showCallingOff } }, async (request, reply) => {
    const { path } = await callOffSession(db, signedInActor(request), idIn(request), readCallingOff(request.body))
    return reply.seeOther(path, 'session-called-off')
  })
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const all = await leaders(request.server.db)
  const hosts = hasRole(actor, 'press-office') ? all : all.filter(({ id }) => id === actor.accountId)
  if (hosts.length === 0 && !hasRole(actor, 'press-office'))
    throw new Forbidden('A live session is planned by whoever leads, or by the press office for them. An administrator says who leads.')
  const busy = await topicsToOffer(request.server.db, actor)
  return reply.page('leadership/session-new', { ...sentWith(request, problem), hosts, busy }, pageOptions('Plan a live session', problem))
}

/** Throws `Forbidden` for everybody but its host. */
async function showDesk(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const panel = await sessionPanel(request.server.db, actor, idIn(request))
  if (panel.session.hostId !== actor.accountId) throw new Forbidden('The host of the session answers. You can reply in the conversation.')
  const { typed, errors, key } = sentWith(request, problem)
  const { comment, parent, key: stale, ...fields } = errors
  const gone = comment ?? parent ?? stale
  const data = {
    panel,
    typed,
    errors: gone === undefined ? fields : { body: gone, ...fields },
    key: problem instanceof SentBefore ? randomUUID() : key,
  }
  return reply.page('leadership/session-desk', data, pageOptions(`Answer: ${panel.session.title}`, problem))
}

async function showMoving(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const session = await sessionById(request.server.db, request.actor, idIn(request))
  if (!mayMoveSession(request.actor, session, session.state))
    throw new Forbidden('Its host, whoever planned it, or the press office moves it, until it begins.')
  const data = { ...movingOf(request, session, problem), action: `/staff/sessions/${session.postId}/time`, venue: false }
  return reply.page('leadership/move', data, pageOptions('Move the session', problem))
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const session = await sessionById(request.server.db, request.actor, idIn(request))
  if (!mayCallOffSession(request.actor, session, session.state))
    throw new Forbidden('Its host, whoever planned it, or the press office calls it off, until it is over.')
  const { title, path, postId } = session
  const data = { title, path, action: `/staff/sessions/${postId}/cancellation`, who: 'Everybody who asked or reads along sees the reason.' }
  return reply.page('leadership/call-off', { ...sentWith(request, problem), ...data }, pageOptions('Call off the session', problem))
}
