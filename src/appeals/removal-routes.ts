/** Appealing against what those who look after a circle removed: what it means, and the form. From then on it is a case as any other (routes.ts). */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import type { ItemRef } from '../moderation/item.ts'
import { signedIn } from '../web/access.ts'
import { clientKey, parseForm, parseId, typed, words } from '../web/forms.ts'
import { appealRemoval, ownRemoval, type OwnRemoval } from './removal.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'appeals/removal': { own: OwnRemoval; persona: string | null; key: string; typed: Fields; fields: Fields; message: string | null }
  }
}

interface IdParams {
  id: string
}

const AppealForm = z.object({ text: words('Your appeal', 'Say why you think that the decision is wrong', 4000), key: clientKey })

export function removalAppealRoutes(app: FastifyInstance): void {
  routesFor(app, 'comment', (id) => ({ commentId: id }))
  routesFor(app, 'post', (id) => ({ postId: id }))
}

function routesFor(app: FastifyInstance, speaks: 'comment' | 'post', refOf: (id: number) => ItemRef): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const { actor } = request
    const own = await ownRemoval(app.db, actor, refOf(parseId((request.params as IdParams).id)))
    if (own.caseId !== null && !problem) return reply.redirect(`/account/cases/${own.caseId}`, 303)
    const persona = isSignedIn(actor) && actor.persona ? actor.displayName : null
    const sent = problem ? { typed: typed(request.body), fields: problem.fields, message: problem.message } : { typed: {}, fields: {}, message: null }
    const data = { own, persona, key: typed(request.body)['key'] ?? randomUUID(), ...sent }
    return reply.page('appeals/removal', data, { title: 'Appeal', noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }
  const config = { access: signedIn, speaks }
  app.get<{ Params: IdParams }>(`/${speaks}s/:id/removal/appeal`, { config }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>(`/${speaks}s/:id/removal/appeals`, { config: { ...config, again: show } }, async (request, reply) => {
    const { actor } = request
    const ref = refOf(parseId(request.params.id))
    if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
    await ownRemoval(app.db, actor, ref)
    const { text, key } = parseForm(AppealForm, request.body)
    await app.limits.take('comment', `account ${actor.accountId}`)
    const { caseId } = await appealRemoval(app.db, actor, ref, { text, clientKey: key })
    return reply.seeOther(`/account/cases/${caseId}`, 'appealed')
  })
}
