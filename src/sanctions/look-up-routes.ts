/**
 * "Who is this resident?" over HTTP. The answer is shown once, in what the form gets back: it has no address of its own, and nobody keeps a copy of it.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { LOOK_UP_TITLES, lookUpAccount, mayLookUp, NOBODY_KNOWS, residentById, type Identity, type Resident } from '../accounts/look-up.ts'
import { LOOK_UP_REASONS, type LookUpReason } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { moderatorOf } from '../moderation/case-page.ts'
import { pressOffice } from '../web/access.ts'
import { clientKey, parseForm, parseId, typed, words } from '../web/forms.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'sanctions/identity': {
      account: Resident
      /** Why nobody is looked up here; null when one can be. */
      cannot: string | null
      reasons: { code: LookUpReason; title: string }[]
      key: string
      typed: Fields
      fields: Fields
      message: string | null
    }
    'sanctions/identified': { account: Resident; identity: Identity; reason: string }
  }
}

const LookUpForm = z.object({
  reason: z.enum(LOOK_UP_REASONS, { error: 'Choose why you have to know' }),
  note: words('The note', 'Write what this is about, such as the number of the case', 2000),
  key: clientKey,
})

interface IdParams {
  id: string
}

export async function lookUpRoutes(app: FastifyInstance): Promise<void> {
  const access = pressOffice
  app.get<{ Params: IdParams }>('/moderation/people/:id/identity', { config: { access } }, (request, reply) => showForm(app, request, reply))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showForm(app, request, reply, problem)
  app.post<{ Params: IdParams }>('/moderation/people/:id/look-ups', { config: { access, again } }, async (request, reply) => {
    const actor = lookerOf(request)
    const account = await residentById(app.db, parseId(request.params.id))
    const { key, ...form } = parseForm(LookUpForm, request.body)
    await app.limits.take('look-up', `account ${actor.accountId}`)
    const identity = await lookUpAccount(app.db, actor, account.id, { ...form, clientKey: key })
    reply.header('cache-control', 'private, no-store')
    return reply.page(
      'sanctions/identified',
      { account, identity, reason: LOOK_UP_TITLES[form.reason] },
      { title: 'Who this resident is', noindex: true },
    )
  })
}

function lookerOf(request: FastifyRequest): SignedIn {
  const actor = moderatorOf(request)
  if (!mayLookUp(actor)) throw new Forbidden('Only the press office can look up who a resident is.')
  return actor
}

async function showForm(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = lookerOf(request)
  const account = await residentById(app.db, parseId((request.params as IdParams).id))
  const own = account.id === actor.accountId ? 'This is your own account.' : null
  const data = {
    account,
    cannot: own ?? (account.persona ? NOBODY_KNOWS : account.staff ? 'This is a colleague. An administrator knows who it is.' : null),
    reasons: LOOK_UP_REASONS.map((code) => ({ code, title: LOOK_UP_TITLES[code] })),
    key: randomUUID(),
    typed: problem ? typed(request.body) : {},
    fields: problem?.fields ?? {},
    message: problem?.message ?? null,
  }
  return reply.page('sanctions/identity', data, { title: 'Who is this resident?', noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
}
