/** The live question hour over HTTP: what readers watch, and where officers take one question after another. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../actor.ts'
import { SentBefore } from '../conversations/comment.ts'
import { Forbidden, NotFound, type Refused } from '../errors.ts'
import { occasionsOfPost } from '../occasions/occasion.ts'
import type { Database } from '../database/database.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { anyone, publishers } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import { eventById, type EventDetail } from './event.ts'
import { AnswerForm, PassForm, TurnForm } from './event-form.ts'
import { hourOf, type Hour, type Turn } from './hour.ts'
import { mayPlanEvent } from './policy.ts'
import { answerTaken, passTaken, putBack, takeNext } from './turn.ts'

interface HourDesk {
  event: EventDetail
  hour: Hour
  /** The question that this officer has taken. */
  mine: Turn | null
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
  /** Of the answer; another one for other words. */
  key: string
}

declare module '../web/page.ts' {
  interface Views {
    'events/hour': { event: EventDetail; hour: Hour }
    'events/hour-desk': HourDesk
  }
  interface Partials {
    'events/_hour': { hour: Hour }
  }
}

interface OfEvent {
  Params: { id: string }
  Querystring: { after?: string }
}

export async function hourRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }
  const { db } = app
  const deskOf = (request: FastifyRequest): string => `/officers/events/${(request.params as OfEvent['Params']).id}/hour`

  app.get<OfEvent>('/events/:id/hour', { config: { access: anyone } }, async (request, reply) => {
    const { event, hour } = await find(db, request.actor, parseId(request.params.id), request.query.after)
    return reply.page('events/hour', { event, hour }, { title: `Live: ${event.title}`, noindex: true, teamId: event.teamId })
  })

  app.get<OfEvent>('/officers/events/:id/hour', { config: access }, (request, reply) => showDesk(request, reply))

  app.post<OfEvent>('/events/:id/hour/takes', { config: access }, async (request, reply) => {
    const taken = await takeNext(db, signedInActor(request), parseId(request.params.id))
    return reply.seeOther(taken ? `${deskOf(request)}#taken` : deskOf(request), taken ? undefined : 'none-waits')
  })

  app.post<OfEvent>('/events/:id/hour/answers', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment, body, key } = parseForm(AnswerForm, request.body)
    await answerTaken(db, signedInActor(request), parseId(request.params.id), comment, { body, clientKey: key })
    return reply.seeOther(deskOf(request), 'hour-answered')
  })

  app.post<OfEvent>('/events/:id/hour/passes', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment, because } = parseForm(PassForm, request.body)
    await passTaken(db, signedInActor(request), parseId(request.params.id), comment, because)
    return reply.seeOther(deskOf(request), 'hour-passed')
  })

  app.post<OfEvent>('/events/:id/hour/returns', { config: { ...access, again: showDesk } }, async (request, reply) => {
    const { comment } = parseForm(TurnForm, request.body)
    await putBack(db, signedInActor(request), parseId(request.params.id), comment)
    return reply.seeOther(deskOf(request), 'hour-returned')
  })
}

/** Throws `NotFound` also for an event that is no live hour. */
async function find(db: Database, actor: Actor, id: number, cursor?: unknown): Promise<{ event: EventDetail; hour: Hour }> {
  const event = await eventById(db, id)
  const [date] = event.format === 'question-hour' ? await occasionsOfPost(db, event.postId) : []
  if (!date) throw new NotFound('hour')
  return { event, hour: await hourOf(db, actor, event, date, typeof cursor === 'string' ? cursor : undefined) }
}

async function showDesk(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const { event, hour } = await find(db, request.actor, parseId((request.params as OfEvent['Params']).id))
  if (!mayPlanEvent(request.actor, event.teamId)) throw new Forbidden(`You cannot answer for the ${event.teamName} team.`)
  const sent = problem ? typed(request.body) : {}
  const key = problem instanceof SentBefore ? undefined : sent['key']
  const { comment, parent, ...fields } = problem?.fields ?? {}
  const gone = comment ?? parent ?? fields['key']
  const errors = gone ? { ...fields, body: fields['body'] ?? gone } : fields
  const mine = hour.answering.find((turn) => turn.mine) ?? null
  return reply.page(
    'events/hour-desk',
    { event, hour, mine, typed: sent, errors, key: key ?? crypto.randomUUID() },
    { title: `Live hour: ${event.title}`, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200, teamId: event.teamId },
  )
}
