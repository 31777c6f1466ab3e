/** Answering invitations: in the network, and by the link of a mail. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { colleagues, signedIn } from '../web/access.ts'
import { parseForm, parseId } from '../web/forms.ts'
import { answerByToken, answerInvitation, invitationByToken, type ShownInvitation } from './accepting.ts'
import { actorOf, circlePath, networkPage, type IdParams } from './page.ts'

declare module '../web/page.ts' {
  interface Views {
    'circles/invitation': { invitation: ShownInvitation; token: string; email: string }
  }
}

interface TokenParams {
  Params: { token: string }
}

const Answer = z.object({ answer: z.enum(['accepted', 'declined'], { error: 'Choose an answer' }) })

export async function invitationRoutes(app: FastifyInstance): Promise<void> {
  app.post<IdParams>('/staff/circles/invitations/:id', { config: { access: colleagues } }, async (request, reply) => {
    const { answer } = parseForm(Answer, request.body)
    const { circleId } = await answerInvitation(app.db, actorOf(request), parseId(request.params.id), answer)
    return answer === 'accepted' ? reply.seeOther(circlePath(circleId), 'circle-joined') : reply.seeOther('/staff/circles', 'circle-declined')
  })

  // Whoever is signed out signs in first, by the usual mail, and comes back here.
  app.get<TokenParams>('/staff/invitations/:token', { config: { access: signedIn } }, (request, reply) => showInvitation(request, reply))
  app.post<TokenParams>('/staff/invitations/:token', { config: { access: signedIn } }, async (request, reply) => {
    const { answer } = parseForm(Answer, request.body)
    const actor = actorOf(request)
    const { circleId } = await answerByToken(app.db, actor, request.params.token, answer)
    if (answer === 'declined') return reply.seeOther('/', 'circle-declined')
    // The others see them under a name.
    if (actor.displayName === null) return reply.redirect(`/account/name?return=${encodeURIComponent(circlePath(circleId))}`, 303)
    return reply.seeOther(circlePath(circleId), 'circle-joined')
  })
}

async function showInvitation(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const actor = actorOf(request)
  const { token } = request.params as TokenParams['Params']
  const invitation = await invitationByToken(request.server.db, actor, token)
  return reply
    .header('referrer-policy', 'no-referrer')
    .page('circles/invitation', { invitation, token, email: actor.email }, networkPage('Your invitation'))
}
