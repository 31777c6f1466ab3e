/** Focus groups over HTTP: convening, inviting, answering, calling off, and what came of it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { showInside } from '../network/post.ts'
import { topicsToOffer } from '../network/topic.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { colleagues, insiders } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { circlesToChoose, type CircleChoice } from './circle-choice.ts'
import { readCallingOff, readGroup, readGroupMove, readInvited, readNotes, readNotesCorrection, readReply, readUninvited } from './form.ts'
import { convene, groupById, PLACES, type Group } from './group.ts'
import { tellsDeeds } from './leader.ts'
import { groupPanel, type GroupPanel } from './group-panel.ts'
import { answerInvitation, colleaguesToInvite, inviteColleagues, type Person } from './invitation.ts'
import { moveGroup } from './moving.ts'
import { correctNotes, notesToCorrect } from './notes.ts'
import { callOffGroup, publishNotes } from './outcome.ts'
import { mayCallOffGroup, mayConvene, mayCorrectNotes, mayInvite, mayMoveGroup, mayWriteNotes } from './policy.ts'
import { takeBackInvitation } from './recall.ts'
import { movingOf, pageOptions, sentWith, type Sent } from './sent.ts'

declare module '../web/page.ts' {
  interface Views {
    'leadership/group-new': Sent & { circles: CircleChoice[]; busy: string[]; least: number; most: number }
    'leadership/group-invite': Sent & { panel: GroupPanel; name: string; found: Person[] }
    'leadership/group-answer': Sent & { panel: GroupPanel }
    'leadership/group-notes': Sent & { group: Group }
    'leadership/group-notes-correct': Sent & { group: Group }
  }
  interface Partials {
    'leadership/_group': { panel: GroupPanel }
    'leadership/_group-item': { group: Group }
    'leadership/_reply': { panel: GroupPanel }
  }
}
declare module '../network/inside.ts' {
  interface InsidePost {
    'focus-group': GroupPanel & { deeds: boolean }
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
  showInside('focus-group', async (db, actor, post) => {
    const panel = await groupPanel(db, actor, post.id)
    return { ...panel, deeds: panel.group.notesAt !== null && (await tellsDeeds(db, actor, post)) }
  })

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

  app.post<Id>('/staff/groups/:id/withdrawals', { config: { ...staff, again: showInviting } }, async (request, reply) => {
    await takeBackInvitation(db, config, signedInActor(request), idIn(request), readUninvited(request.body))
    return reply.seeOther(`/staff/groups/${idIn(request)}/invite`, 'group-uninvited')
  })

  app.get<Id>('/staff/groups/:id/move', { config: staff }, (request, reply) => showMoving(request, reply))
  app.post<Id>('/staff/groups/:id/time', { config: { ...staff, again: showMoving } }, async (request, reply) => {
    const { path } = await moveGroup(db, config, signedInActor(request), idIn(request), readGroupMove(request.body, now()))
    return reply.seeOther(`${path}#group`, 'group-moved')
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

  app.get<Id>('/staff/groups/:id/notes/correct', { config: staff }, (request, reply) => showCorrecting(request, reply))
  app.post<Id>('/staff/groups/:id/notes/corrections', { config: { ...staff, again: showCorrecting } }, async (request, reply) => {
    const { path } = await correctNotes(db, signedInActor(request), idIn(request), readNotesCorrection(request.body))
    return reply.seeOther(`${path}#notes`, 'group-notes-corrected')
  })
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  if (!mayConvene(actor)) throw new Forbidden('Staff of the force set up focus groups.')
  const circles = await circlesToChoose(request.server.db, actor)
  const busy = await topicsToOffer(request.server.db, actor)
  return reply.page('leadership/group-new', { ...sentWith(request, problem), circles, busy, ...PLACES }, pageOptions('Set up a focus group', problem))
}

/** The name is in the address, so that a search can be gone back to; a refused form keeps it in a field. */
async function showInviting(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const panel = await groupPanel(db, request.actor, idIn(request))
  if (!mayInvite(request.actor, panel.group, panel.group.state)) throw new Forbidden('Whoever set up the group invites to it, until it begins.')
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
    throw new Forbidden('Whoever set up the group calls it off, or the press office, until it is over.')
  const { title, path, postId } = group
  const data = { title, path, action: `/staff/groups/${postId}/cancellation`, who: 'Whoever said that they come gets an email with it.' }
  return reply.page('leadership/call-off', { ...sentWith(request, problem), ...data }, pageOptions('Call off the focus group', problem))
}

async function showMoving(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const group = await groupById(request.server.db, request.actor, idIn(request))
  if (!mayMoveGroup(request.actor, group, group.state))
    throw new Forbidden('Whoever set up the group moves it, or the press office, until it begins.')
  const data = { ...movingOf(request, group, problem), action: `/staff/groups/${group.postId}/time`, venue: true }
  return reply.page('leadership/move', data, pageOptions('Move the focus group', problem))
}

async function showCorrecting(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const group = await groupById(db, request.actor, idIn(request))
  if (!mayCorrectNotes(request.actor, group)) throw new Forbidden('Whoever set up the group corrects its notes, once they are published.')
  const { notes, version } = await notesToCorrect(db, group.postId)
  const sent = sentWith(request, problem)
  const typed = problem ? sent.typed : { notes, version: String(version) }
  return reply.page('leadership/group-notes-correct', { ...sent, typed, group }, pageOptions('Correct the notes', problem))
}

async function showNotes(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const group = await groupById(request.server.db, request.actor, idIn(request))
  if (group.notesAt !== null || !mayWriteNotes(request.actor, group, group.state))
    throw new Forbidden('Whoever set up the group publishes its notes once, after it was held.')
  return reply.page('leadership/group-notes', { ...sentWith(request, problem), group }, pageOptions('What came of it', problem))
}
