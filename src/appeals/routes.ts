/** One's own cases, in the account: what was decided, answering the desk, appealing. And deciding an appeal, on the page of the case. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain } from '../moderation/case-page.ts'
import { answerDesk } from '../moderation/correspondence.ts'
import { caseRow } from '../moderation/file.ts'
import { moderators, signedIn } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { lodgeAppeal } from './appeal.ts'
import { decideAppeal } from './hearing.ts'
import { ownCase, type OwnCase } from './own-case.ts'
import { WAYS } from './policy.ts'
import { decidedPath } from './removal.ts'
import { removalAppealRoutes } from './removal-routes.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'appeals/case': { own: OwnCase; key: string; typed: Fields; fields: Fields; message: string | null; moment: Date }
  }
  interface Partials {
    'appeals/_turn': { own: OwnCase; key: string; typed: Fields; fields: Fields }
    'appeals/_outcome': { own: OwnCase; appeal: NonNullable<OwnCase['appeal']>; moment: Date }
  }
}

interface IdParams {
  id: string
}

const AnswerForm = z.object({ text: words('Your answer', 'Write your answer', 2000), key: clientKey })
const AppealForm = z.object({ text: words('Your appeal', 'Say why you think that the decision is wrong', 4000), key: clientKey })

const OutcomeForm = z.object({
  'appeal-way': z.enum(WAYS, { error: 'Choose how the appeal ends' }),
  'appeal-text': words('The text for the author', 'Tell the author what you decided, and why', 2000),
  'appeal-reason': z
    .string()
    .regex(/^$|^[a-z-]{1,40}$/, 'Choose a reason')
    .default('')
    .transform((code) => (code === '' ? null : code)),
  'appeal-take-out': optionalWords('What is taken out', 5000).transform((text) => linesOf(text)),
  'appeal-note': optionalWords('The note', 2000),
  version: z
    .string({ error: 'This page is out of date. Reload it and try again.' })
    .regex(/^\d{1,9}$/, 'This page is out of date. Reload it and try again.')
    .transform(Number),
})

const linesOf = (text: string | null): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

export async function appealRoutes(app: FastifyInstance): Promise<void> {
  ownRoutes(app)
  removalAppealRoutes(app)
  hearingRoutes(app)
}

function ownRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const own = await ownCase(app.db, signedInActor(request), parseId((request.params as IdParams).id))
    const sent = problem ? { typed: typed(request.body), fields: problem.fields, message: problem.message } : { typed: {}, fields: {}, message: null }
    const data = { own, key: randomUUID(), ...sent, moment: now() }
    return reply.page('appeals/case', data, { title: `Your ${own.kind}`, noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  app.get<{ Params: IdParams }>('/account/cases/:id', { config: { access: signedIn, speaks: 'case' } }, (request, reply) => show(request, reply))

  // Where a comment in its conversation leads: which case is the newest is nobody's affair there.
  app.get<{ Params: IdParams }>('/account/comments/:id', { config: { access: signedIn, speaks: 'comment' } }, async (request, reply) => {
    return reply.redirect(await decidedPath(app.db, signedInActor(request), parseId(request.params.id)), 303)
  })

  const config = { access: signedIn, speaks: 'case' as const, again: show }
  app.post<{ Params: IdParams }>('/account/cases/:id/messages', { config }, async (request, reply) => {
    const { id, actor } = await takeOwn(app, request)
    const { text, key } = parseForm(AnswerForm, request.body)
    await answerDesk(app.db, actor, id, { text, clientKey: key })
    return reply.seeOther(`/account/cases/${id}`, 'answered')
  })

  app.post<{ Params: IdParams }>('/account/cases/:id/appeals', { config }, async (request, reply) => {
    const { id, actor } = await takeOwn(app, request)
    const { text, key } = parseForm(AppealForm, request.body)
    await lodgeAppeal(app.db, actor, id, { text, clientKey: key })
    return reply.seeOther(`/account/cases/${id}`, 'appealed')
  })
}

/** A case of somebody else is not there, whatever the form says; and nobody floods the desk. */
async function takeOwn(app: FastifyInstance, request: FastifyRequest): Promise<{ id: number; actor: SignedIn }> {
  const id = parseId((request.params as IdParams).id)
  const actor = signedInActor(request)
  await ownCase(app.db, actor, id)
  await app.limits.take('comment', `account ${actor.accountId}`)
  return { id, actor }
}

function signedInActor({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}

function hearingRoutes(app: FastifyInstance): void {
  const config = { access: moderators, again: showCaseAgain(app) }
  app.post<{ Params: IdParams }>('/moderation/cases/:id/appeal-decisions', { config }, async (request, reply) => {
    const id = parseId(request.params.id)
    const actor = moderatorOf(request)
    await caseRow(app.db, actor, id)
    const form = parseForm(OutcomeForm, request.body)
    const outcome = {
      way: form['appeal-way'],
      text: form['appeal-text'],
      reasonCode: form['appeal-reason'],
      takeOut: form['appeal-take-out'],
      note: form['appeal-note'],
      version: form.version,
    }
    const done = await doOnCase(app, request, reply, () => decideAppeal(app.db, actor, id, outcome))
    // Back on the case: it says what the outcome does not end.
    return done ? reply.seeOther(`/moderation/cases/${id}#appeal`, 'appeal-decided') : reply
  })
}
