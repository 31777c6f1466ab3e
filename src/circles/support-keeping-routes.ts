/** Looking after a support circle over HTTP: who asks to be let in, who else looks after it, whose part ends, its words; and leaving it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Forbidden, NotFound, type Refused } from '../errors.ts'
import { line, optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import type { Notice } from '../web/notices.ts'
import { isOwner, isPersona, type Persona } from './persona.ts'
import { askingIn, ownersOf, standingIn, type Asking, type Standing, type SupportCircle } from './support.ts'
import { changeSupportCircle } from './support-changing.ts'
import { answerRequest, leaveSupport, makeOwner, removeMember, requireSuccessor } from './support-joining.ts'
import { circleAt, failing, memberOf, ofCircle, PageWords, type CircleParams } from './support-page.ts'
import { offerToKeep, takeOverSupport } from './support-succession.ts'
import { withdrawAll } from './support-talk.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'circles/support-keeping': {
      circle: SupportCircle
      name: string
      asking: Asking[]
      owners: string[]
      typed: Fields
      fields: Fields
    }
    'circles/support-leave': { circle: SupportCircle; name: string; standing: Standing; fields: Fields; message: string | null }
  }
}

const AnswerForm = z.object({ answer: z.enum(['let-in', 'refuse'], { error: 'Choose one' }), note: optionalWords('The note', 500) })
const NameForm = z.object({ name: line('The pseudonym', 'Write their pseudonym', 60) })
const EndForm = z.object({ ended: line('The pseudonym', 'Write their pseudonym', 60) })
const LeaveForm = z.object({ withdraw: z.string().optional() })

export function supportKeepingRoutes(app: FastifyInstance): void {
  keepingRoutes(app)
  successionRoutes(app)
  leavingRoutes(app)
}

async function ownerOf(app: FastifyInstance, request: FastifyRequest): Promise<Persona> {
  const actor = memberOf(request)
  if (!(await isOwner(app.db, actor.accountId, actor.persona.circleId))) throw new Forbidden('Those who look after this circle do that.')
  return actor
}

function keepingRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const { displayName: name } = await ownerOf(app, request)
    const circle = await circleAt(app, request)
    const [asking, owners] = await Promise.all([askingIn(app.db, circle.id), ownersOf(app.db, circle.id)])
    const data = { circle, name, asking, owners, typed: problem ? typed(request.body) : {}, fields: problem?.fields ?? {} }
    return reply.page('circles/support-keeping', data, {
      title: `Look after: ${circle.name}`,
      noindex: true,
      files: ['desk.css'],
      ...failing(problem),
    })
  }
  app.get<{ Params: CircleParams }>('/staff/support/:id/keeping', { config: ofCircle }, (request, reply) => show(request, reply))

  const act = (noun: string, notice: Notice, verb: (actor: Persona, request: FastifyRequest) => Promise<unknown>): void => {
    app.post<{ Params: CircleParams }>(`/staff/support/:id/${noun}`, { config: { ...ofCircle, again: show } }, async (request, reply) => {
      await verb(await ownerOf(app, request), request)
      return reply.seeOther(`/staff/support/${parseId(request.params.id)}/keeping`, notice)
    })
  }
  act('requests/:request/answer', 'support-answered', (actor, { params, body }) => {
    const { answer, note } = parseForm(AnswerForm, body)
    return answerRequest(app.db, actor, parseId((params as { request: string }).request), { letIn: answer === 'let-in', note })
  })
  act('owners', 'support-owner', (actor, { body }) => makeOwner(app.db, actor, parseForm(NameForm, body).name))
  act('removals', 'support-ended', (actor, { body }) => removeMember(app.db, actor, parseForm(EndForm, body).ended))
  act('words', 'support-changed', (actor, { body }) => changeSupportCircle(app.db, actor, parseForm(PageWords, body)))
}

/** A member looks after the circle when nobody else does any more. */
function successionRoutes(app: FastifyInstance): void {
  const act = (noun: string, notice: Notice, verb: (actor: Persona) => Promise<void>): void => {
    app.post<{ Params: CircleParams }>(`/staff/support/:id/${noun}`, { config: ofCircle }, async (request, reply) => {
      const { id } = await circleAt(app, request)
      await verb(memberOf(request))
      return reply.seeOther(`/staff/support/${id}`, notice)
    })
  }
  act('offers', 'support-offered', (actor) => offerToKeep(app.db, actor))
  act('take-over', 'support-taken-over', (actor) => takeOverSupport(app.db, actor))
}

function leavingRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const { actor } = request
    if (!isPersona(actor)) throw new NotFound()
    const circle = await circleAt(app, request)
    const standing = await standingIn(app.db, actor)
    const data = { circle, name: actor.displayName, standing, fields: problem?.fields ?? {}, message: problem?.message ?? null }
    return reply.page('circles/support-leave', data, { title: `Leave: ${circle.name}`, noindex: true, files: ['desk.css'], ...failing(problem) })
  }
  app.get<{ Params: CircleParams }>('/staff/support/:id/leave', { config: ofCircle }, (request, reply) => show(request, reply))

  app.post<{ Params: CircleParams }>('/staff/support/:id/leaving', { config: { ...ofCircle, again: show } }, async (request, reply) => {
    const { actor } = request
    if (!isPersona(actor)) throw new NotFound()
    const { withdraw } = parseForm(LeaveForm, request.body)
    await requireSuccessor(app.db, actor)
    if (withdraw !== undefined) await withdrawAll(app.db, actor)
    await leaveSupport(app.db, actor)
    return reply.seeOther('/staff/support', 'support-left')
  })
}
