/** Referrals over HTTP: what waits to be handed over, and that it was. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { NotFound, type Refused } from '../errors.ts'
import { pressOffice } from '../web/access.ts'
import { line, parseForm, parseId, typed } from '../web/forms.ts'
import { ESCALATED_TO } from './escalation.ts'
import { handOver, waitingReferrals, type Referral } from './referral.ts'

declare module '../web/page.ts' {
  interface Views {
    'moderation/referrals': {
      referrals: (Referral & { toName: string })[]
      next: number | null
      first: boolean
      /** The referral whose form was refused, what was typed and what is wrong with it. */
      refused: { id: number; reference: string; message: string } | null
    }
  }
}

const HandOver = z.object({ reference: line('The reference', 'Enter the number under which they took it', 100) })

interface IdParams {
  id: string
}

export async function referralRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: pressOffice }

  app.get('/moderation/referrals', { config: access }, (request, reply) => showReferrals(request, reply))

  app.post<{ Params: IdParams }>('/moderation/referrals/:id/handover', { config: { ...access, again: showReferrals } }, async (request, reply) => {
    const { reference } = parseForm(HandOver, request.body)
    await handOver(app.db, signedInActor(request), parseId(request.params.id), reference)
    return reply.seeOther('/moderation/referrals', 'handed-over')
  })
}

async function showReferrals(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { after, id } = { ...typed(request.query), ...typed(request.params) }
  // A refused form is shown with its own referral at the top of the page.
  const behind = problem && id ? parseId(id) - 1 : after === undefined ? null : parseId(after)
  const { items, next } = await waitingReferrals(request.server.db, signedInActor(request), behind)
  const refused =
    problem && id
      ? { id: parseId(id), reference: typed(request.body)['reference'] ?? '', message: Object.values(problem.fields)[0] ?? problem.message }
      : null
  const options = { title: 'Referrals', noindex: true, failed: refused !== null, status: refused ? 422 : 200 }
  const referrals = items.map((item) => ({ ...item, toName: ESCALATED_TO[item.to] }))
  return reply.page('moderation/referrals', { referrals, next, first: behind === null, refused }, options)
}

function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new NotFound()
  return request.actor
}
