/** What the owners of a circle do: change it, let people in, ask them in and out, name owners, renew, close. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { emailField } from '../accounts/email.ts'
import type { CircleKind } from '../accounts/schema.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'
import { colleagues } from '../web/access.ts'
import { clientKey, idField, line, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { answerRequest, REQUESTS_SHOWN, waitingRequest, waitingRequests, type WaitingRequest } from './asking.ts'
import { KIND_NAMES, KIND_WORDS, ownCircle, type Circle } from './circle.ts'
import { closeCircle } from './closing.ts'
import { changeCircle } from './founding.ts'
import { inviteColleague, inviteMailbox, sentInvitations, takeBackInvitation, type SentInvitation } from './inviting.ts'
import { colleaguesNamed, endingSoon, memberById, type Member } from './members.ts'
import { removeMember, renewMember, setOwner } from './membership.ts'
import { organisationsLetIn } from './organisation.ts'
import { actorOf, circlePath, idIn, networkPage, personIn, sentOf, type IdParams, type MemberParams, type Sent } from './page.ts'
import { kindsAfter, mayKeepCircle, takesPartners } from './policy.ts'

declare module '../web/page.ts' {
  interface Views {
    'circles/keep': Sent & {
      circle: Circle
      kinds: { kind: CircleKind; name: string; words: string }[]
      requests: WaitingRequest[]
      /** The key of those who asked later; null at the end. */
      next: number | null
      further: boolean
      invitations: SentInvitation[]
      ending: Awaited<ReturnType<typeof endingSoon>>
    }
    'circles/invite': Sent & {
      circle: Circle
      search: string
      found: { accountId: number; name: string; mark: string }[]
      partners: boolean
      organisations: { name: string; domains: string[] }[]
    }
    'circles/answer': Sent & { circle: Circle; asked: WaitingRequest }
    'circles/member': Sent & { circle: Circle; member: Member; oneself: boolean }
    'circles/close': Sent & { circle: Circle }
  }
}

const Change = z.object({
  name: line('The name', 'Enter a name for the circle', 80),
  about: words('What it is for', 'Say what it is for, in a sentence or two', 500),
  kind: z.enum(['open', 'restricted', 'private'], { error: 'Choose who can be in it' }),
  version: z.coerce.number({ error: 'This page is out of date. Reload it and try again.' }).int(),
})
const Answer = z.object({ answer: z.enum(['let-in', 'refused'], { error: 'Choose an answer' }), note: optionalWords('Your note', 500) })
const Because = z.object({ because: words('The reason', 'Say why: who was in it reads it', 500) })
const Person = z.object({ person: idField('Choose a colleague'), clientKey })
const Mailbox = z.object({ email: emailField, clientKey })

interface RequestParams {
  Params: { id: string; request: string }
}
interface InvitationParams {
  Params: { id: string; invitation: string }
}

export async function keepingRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: colleagues }

  app.get<IdParams>('/staff/circles/:id/keep', { config: access }, (request, reply) => showKeep(request, reply))
  app.post<IdParams>('/staff/circles/:id/changes', { config: { ...access, again: showKeep } }, async (request, reply) => {
    await changeCircle(app.db, actorOf(request), idIn(request), parseForm(Change, request.body))
    return reply.seeOther(keepPath(request), 'circle-changed')
  })

  app.get<RequestParams>('/staff/circles/:id/requests/:request', { config: access }, (request, reply) => showAnswer(request, reply))
  app.post<RequestParams>('/staff/circles/:id/requests/:request', { config: { ...access, again: showAnswer } }, async (request, reply) => {
    const answer = parseForm(Answer, request.body)
    await answerRequest(app.db, actorOf(request), parseId(request.params.request), answer)
    return reply.seeOther(keepPath(request), answer.answer === 'let-in' ? 'circle-let-in' : 'circle-refused')
  })

  app.get<IdParams>('/staff/circles/:id/invite', { config: access }, (request, reply) => showInvite(request, reply))
  app.post<IdParams>('/staff/circles/:id/invitations', { config: { ...access, again: showInvite } }, async (request, reply) => {
    const { person, clientKey: key } = parseForm(Person, request.body)
    await inviteColleague(app.db, actorOf(request), idIn(request), person, key)
    return reply.seeOther(keepPath(request), 'circle-invited')
  })
  app.post<IdParams>('/staff/circles/:id/mailboxes', { config: { ...access, again: showInvite } }, async (request, reply) => {
    const site = { publicUrl: app.config.publicUrl, force: app.config.force.name }
    const mailbox = parseForm(Mailbox, request.body)
    const { id } = await keptCircle(request)
    await app.limits.take('invitation-person', `account ${actorOf(request).accountId}`)
    await app.limits.take('invitation-circle', `circle ${id}`)
    await inviteMailbox(app.db, actorOf(request), id, mailbox, site)
    return reply.seeOther(keepPath(request), 'circle-invited')
  })
  app.post<InvitationParams>('/staff/circles/:id/invitations/:invitation/withdrawal', { config: access }, async (request, reply) => {
    await takeBackInvitation(app.db, actorOf(request), parseId(request.params.invitation))
    return reply.seeOther(keepPath(request), 'circle-uninvited')
  })

  app.get<MemberParams>('/staff/circles/:id/members/:person', { config: access }, (request, reply) => showMember(request, reply))
  app.post<MemberParams>('/staff/circles/:id/members/:person/removal', { config: { ...access, again: showMember } }, async (request, reply) => {
    await removeMember(app.db, actorOf(request), idIn(request), personIn(request), parseForm(Because, request.body).because)
    return reply.seeOther(`${circlePath(idIn(request))}/members`, 'circle-removed')
  })
  app.post<MemberParams>('/staff/circles/:id/members/:person/renewal', { config: access }, async (request, reply) => {
    await renewMember(app.db, actorOf(request), idIn(request), personIn(request))
    return reply.seeOther(keepPath(request), 'circle-renewed')
  })
  app.post<MemberParams>('/staff/circles/:id/owners/:person', { config: access }, async (request, reply) => {
    await setOwner(app.db, actorOf(request), idIn(request), personIn(request), true)
    return reply.seeOther(`${circlePath(idIn(request))}/members`, 'circle-owner-made')
  })
  app.post<MemberParams>('/staff/circles/:id/owners/:person/end', { config: access }, async (request, reply) => {
    await setOwner(app.db, actorOf(request), idIn(request), personIn(request), false)
    return reply.seeOther(`${circlePath(idIn(request))}/members`, 'circle-owner-ended')
  })

  app.get<IdParams>('/staff/circles/:id/close', { config: access }, (request, reply) => showClose(request, reply))
  app.post<IdParams>('/staff/circles/:id/closure', { config: { ...access, again: showClose } }, async (request, reply) => {
    await closeCircle(app.db, actorOf(request), idIn(request), parseForm(Because, request.body).because)
    return reply.seeOther(circlePath(idIn(request)), 'circle-closed')
  })
}

const keepPath = (request: FastifyRequest): string => `${circlePath(idIn(request))}/keep`

/** Throws `NotFound`, `Forbidden`. */
async function keptCircle(request: FastifyRequest): Promise<Circle> {
  const circle = await ownCircle(request.server.db, request.actor, idIn(request))
  if (!mayKeepCircle(request.actor, circle)) throw new Forbidden('Only the owners of the circle do this.')
  if (circle.closedAt !== null) throw new Forbidden('This circle is closed. It can be read, but nothing in it changes any more.')
  return circle
}

async function showKeep(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const circle = await keptCircle(request)
  const { after } = typed(request.query)
  const requests = await waitingRequests(db, request.actor, circle.id, after === undefined ? null : parseId(after))
  const data = {
    ...sentOf(request, problem, 'name'),
    circle,
    further: after !== undefined,
    next: requests.length < REQUESTS_SHOWN ? null : (requests.at(-1)?.id ?? null),
    kinds: kindsAfter(circle.kind).map((kind) => ({ kind, name: KIND_NAMES[kind], words: KIND_WORDS[kind] })),
    requests,
    invitations: await sentInvitations(db, request.actor, circle.id),
    ending: await endingSoon(db, circle.id),
  }
  return reply.page('circles/keep', data, networkPage(`Look after ${circle.name}`, problem))
}

async function showAnswer(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const circle = await keptCircle(request)
  const id = parseId((request.params as RequestParams['Params']).request)
  const asked = await waitingRequest(request.server.db, request.actor, circle.id, id)
  // Answered meanwhile, or taken back.
  if (!asked) return reply.redirect(keepPath(request), 303)
  return reply.page('circles/answer', { ...sentOf(request, problem, 'answer'), circle, asked }, networkPage(`${asked.name} asks to join`, problem))
}

async function showInvite(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const circle = await keptCircle(request)
  const search = cleanLine(typed(request.query)['q'] ?? typed(request.body)['q'] ?? '').slice(0, 100)
  const partners = takesPartners(circle)
  const data = {
    ...sentOf(request, problem, typed(request.body)['person'] === undefined ? 'email' : 'person'),
    circle,
    search,
    found: await colleaguesNamed(db, search, circle.id),
    partners,
    organisations: partners ? await organisationsLetIn(db) : [],
  }
  return reply.page('circles/invite', data, networkPage(`Invite people to ${circle.name}`, problem))
}

async function showMember(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const circle = await keptCircle(request)
  const member = await memberById(request.server.db, request.actor, circle.id, personIn(request))
  const oneself = member.accountId === actorOf(request).accountId
  return reply.page('circles/member', { ...sentOf(request, problem, 'because'), circle, member, oneself }, networkPage(member.name, problem))
}

async function showClose(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const circle = await keptCircle(request)
  return reply.page('circles/close', { ...sentOf(request, problem, 'because'), circle }, networkPage(`Close ${circle.name}`, problem))
}
