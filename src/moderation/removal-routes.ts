/** Removing something in a circle over HTTP, for those who look after it; and, for everybody who reads there, why something was removed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { signedIn } from '../web/access.ts'
import { optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { offersRemoval, removalOf, removeInCircle, type Removed } from './circle-removal.ts'
import { flagSubject, type FlagSubject } from './flag.ts'
import type { ItemRef } from './item.ts'
import { reasonsForDecisions, type Reason } from './reason.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'moderation/removal': { subject: FlagSubject; reasons: Reason[]; typed: Fields; fields: Fields }
    'moderation/removed': { removed: Removed }
  }
}

const RemovalForm = z.object({
  reason: z.string({ error: 'Choose a reason' }).regex(/^[a-z-]{1,40}$/, 'Choose a reason'),
  text: optionalWords('The text', 1000),
})

interface IdParams {
  id: string
}

export function removalRoutes(app: FastifyInstance, base: '/comments/:id' | '/posts/:id', refOf: (id: number) => ItemRef): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const ref = refOf(parseId((request.params as IdParams).id))
    const removed = await removalOf(app.db, request.actor, ref)
    if (removed) return reply.page('moderation/removed', { removed }, { title: 'Why it was removed', noindex: true })
    const subject = await flagSubject(app.db, request.actor, ref)
    if (!(await offersRemoval(app.db, request.actor, subject))) throw new Forbidden('Those who look after a circle remove what is said in it.')
    const data = { subject, reasons: await reasonsForDecisions(app.db), typed: problem ? typed(request.body) : {}, fields: problem?.fields ?? {} }
    return reply.page('moderation/removal', data, { title: 'Remove it', noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }
  const config = { access: signedIn, speaks: base === '/posts/:id' ? ('post' as const) : ('comment' as const) }

  app.get<{ Params: IdParams }>(`${base}/removal`, { config }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>(`${base}/removal`, { config: { ...config, again: show } }, async (request, reply) => {
    const ref = refOf(parseId(request.params.id))
    if (!isSignedIn(request.actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
    await removalOf(app.db, request.actor, ref)
    const { reason, text } = parseForm(RemovalForm, request.body)
    const { path } = await removeInCircle(app.db, request.actor, ref, { reasonCode: reason, text })
    return reply.seeOther(path, 'removed-here')
  })
}
