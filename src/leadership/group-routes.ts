/** Focus groups over HTTP: convening, inviting, answering, calling off, and what came of it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { showInside } from '../network/post.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { colleagues, insiders } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { circlesToChoose, type CircleChoice } from './circle-choice.ts'
import { readCallingOff, readGroup, readInvited, readNotes, readReply } from './form.ts'
import { convene, groupById, PLACES, type Group } from './group.ts'
import { groupPanel, type GroupPanel } from './group-panel.ts'
import { answerInvitation, colleaguesToInvite, inviteColleagues, type Person } from './invitation.ts'
import { callOffGroup, publishNotes } from './outcome.ts'
import { mayCallOffGroup, mayConvene, mayInvite, mayWriteNotes } from './policy.ts'
import { pageOptions, sentWith, type Sent } from './sent.ts'

declare module '../web/page.ts' {
  interface Views {
    'leadership/group-new': Sent & { circles: CircleChoice[]; least: number; most: number }
    'leadership/group-invite': Sent & { panel: GroupPanel; name: string; found: Person[] }
    'leadership/group-answer': Sent & { panel: GroupPanel }
    'leadership/group-notes': Sent & { group: Group }
  }
  interface Partials {
    'leadership/_group': { panel: GroupPanel }
    'leadership/_group-item': { group: Group }
    'leadership/_reply': { panel: GroupPanel }
  }
}
declare module '../network/inside.ts' {
  interface InsidePost {
    'focus-group': GroupPanel
  }
}

interface Id {
  Params: { id: string }
}

const idIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

export async function groupRoutes(app: FastifyInstance): Promise<void> {
  const staff = { access: colleagues }
  const inside = { access: insiders }
  const { db, config } = app
  showInside('focus-group', (db, actor, post) => groupPanel(db, actor, post.id))

  app.get('/staff/groups/new', { config: staff }, (request, reply) => showNew(request, reply))
  app.post('/staff/groups', { config: { ...staff, again: showNew } }, async (request, reply) => {
    const { id } = await convene(db, signedInActor(request), readGroup(request.body, now()))
    return reply.seeOther(`/staff/groups/${id}/invite`, 'group-convened')
  })

  app.get<Id>('/staff/groups/:id/invite', { config: staff }, (request, reply) => showInviting(request, reply))
  app.post<Id>('/staff/groups/:id/invitations', { config: { ...staff, again: showInviting } }, async (request, reply) => {
    await inviteColleagues(db, signedInActor(request), idIn(request), readInvited(request.body))
    return reply.seeOther(`/staff/groups/${idIn(request)}/invite`, 'group-invited')
  })

  app.post<Id>('/staff/groups/:id/answers', { config: { ...inside, again: showAnswer } }, async (request, reply) => {
    const { path } = await answerInvitation(db, signedInActor(request), idIn(request), readReply(request.body))
    return reply.seeOther(path, 'group-answered')
  })

  app.get<Id>('/staff/groups/:id/call-off', { config: staff }, (request, reply) => showCallingOff(request, reply))
  app.post<Id>('/staff/groups/:id/cancellation', { config: { ...staff, again: showCallingOff } }, async (request, reply) => {
    const { path } = await callOffGroup(db, config, signedInActor(request), idIn(request), readCallingOff(request.body))
    return reply.seeOther(path, 'group-called-off')
  })

  app.get<Id>('/staff/groups/:id/notes', { config: staff }, (request, reply) => showNotes(request, reply))
  app.post<Id>('/staff/groups/:id/notes', { config: { ...staff, again: showNotes } }, async (request, reply) => {
    const { path } = await publishNotes(db, signedInActor(request), idIn(request), readNotes(request.body))
    return reply.seeOther(`${path}#notes`, 'group-noted')
  })
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  if (!mayConvene(actor)) throw new Forbidden('Staff of the force convene focus groups.')
  const circles = await circlesToChoose(request.server.db, actor)
  return reply.page('leadership/group-new', { ...sentWith(request, problem), circles, ...PLACES }, pageOptions('Convene a focus group', problem))
}

/** The name is in the address, so that a search can be gone back to; a refused form keeps it in a field. */
async function showInviting(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const panel = await groupPanel(db, request.actor, idIn(request))
  if (!mayInvite(request.actor, panel.group, panel.group.state)) throw new Forbidden('Whoever convened the group invites to it, until it begins.')
  const sent = sentWith(request, problem)
  const asked = problem ? sent.typed['name'] : (request.query as Record<string, unknown>)['name']
  const name = typeof asked === 'string' ? asked.slice(0, 100) : ''
  const found = await colleaguesToInvite(db, request.actor, panel.group.postId, name)
  return reply.page('leadership/group-invite', { ...sent, panel, name, found }, pageOptions(`Invite to: ${panel.group.title}`, problem))
}

/** Only where an answer was refused: else it stands on the page of the post. */
async function showAnswer(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const panel = await groupPanel(request.server.db, request.actor, idIn(request))
  return reply.page('leadership/group-answer', { ...sentWith(request, problem), panel }, pageOptions(panel.group.title, problem))
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const group = await groupById(request.server.db, request.actor, idIn(request))
  if (!mayCallOffGroup(request.actor, group, group.state))
    throw new Forbidden('Whoever convened the group calls it off, or the press office, until it is over.')
  const { title, path, postId } = group
  const data = { title, path, action: `/staff/groups/${postId}/cancellation`, who: 'Whoever said that they come gets an email with it.' }
  return reply.page('leadership/call-off', { ...sentWith(request, problem), ...data }, pageOptions('Call off the focus group', problem))
}

async function showNotes(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const group = await groupById(request.server.db, request.actor, idIn(request))
  if (group.notesAt !== null || !mayWriteNotes(request.actor, group, group.state))
    throw new Forbidden('Whoever convened the group publishes its notes once, after it was held.')
  return reply.page('leadership/group-notes', { ...sentWith(request, problem), group }, pageOptions('What came of it', problem))
}
