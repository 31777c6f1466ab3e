/** Telling a moderator, the moderators' desk, and the public log. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, Overtaken, type Refused } from '../errors.ts'
import { anyone, moderators } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { caseFile, type CaseFile } from './file.ts'
import { decideCase } from './decision.ts'
import { flagItem, flagSubject, type FlagSubject } from './flag.ts'
import type { ItemRef } from './item.ts'
import { deskOf, mayModerate } from './policy.ts'
import { publicLog, publicLogAround, type PublicLogPage } from './public-log.ts'
import { nextCase, queueKey, queueOf, type QueueRow } from './queue.ts'
import { reasonsForDecisions, reasonsForFlags, type Reason } from './reason.ts'
import { ACTS } from './schema.ts'
import type { Said } from './surroundings.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'moderation/flag': { subject: FlagSubject; reasons: Reason[]; key: string; typed: Fields; fields: Fields }
    'moderation/flagged': { path: string; signedIn: boolean }
    'moderation/queue': { rows: QueueRow[]; next: string | null; further: boolean; scope: string | null; moment: Date }
    'moderation/case': { file: CaseFile; reasons: Reason[]; typed: Fields; fields: Fields; message: string | null; moment: Date }
    'moderation/log': PublicLogPage & { entry: number | null }
  }
  interface Partials {
    'moderation/_said': { said: Said }
  }
}

const CODE = /^[a-z-]{1,40}$/

const FlagForm = z.object({
  reason: z.string({ error: 'Choose what is wrong with it' }).regex(CODE, 'Choose what is wrong with it'),
  note: optionalWords('Your note', 1000),
  key: clientKey,
})

const DecisionForm = z.object({
  act: z.enum(ACTS, { error: 'Choose what to do' }),
  reason: z
    .string()
    .regex(/^$|^[a-z-]{1,40}$/, 'Choose a reason')
    .default('')
    .transform((code) => (code === '' ? null : code)),
  text: optionalWords('The public text', 1000),
  note: optionalWords('The note', 2000),
  version: z
    .string({ error: 'This page is out of date. Reload it and try again.' })
    .regex(/^\d{1,9}$/, 'This page is out of date. Reload it and try again.')
    .transform(Number),
  then: z.enum(['next', 'queue']).catch('next'),
})

interface IdParams {
  id: string
}

export async function moderationRoutes(app: FastifyInstance): Promise<void> {
  flagRoutes(app, '/comments/:id', (commentId) => ({ commentId }))
  flagRoutes(app, '/posts/:id', (postId) => ({ postId }))
  deskRoutes(app)
  logRoutes(app)
}

function flagRoutes(app: FastifyInstance, base: '/comments/:id' | '/posts/:id', refOf: (id: number) => ItemRef): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const subject = await flagSubject(app.db, request.actor, refOf(parseId((request.params as IdParams).id)))
    const body = problem ? typed(request.body) : {}
    const data = { subject, reasons: await reasonsForFlags(app.db), key: randomUUID(), typed: body, fields: problem?.fields ?? {} }
    return reply.page('moderation/flag', data, { title: 'Tell a moderator', noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  app.get<{ Params: IdParams }>(`${base}/flag`, { config: { access: anyone } }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>(`${base}/flags`, { config: { access: anyone, again: show } }, async (request, reply) => {
    const ref = refOf(parseId(request.params.id))
    const { path } = await flagSubject(app.db, request.actor, ref)
    const form = parseForm(FlagForm, request.body)
    const flaggerKey = flaggerOf(app, request)
    await app.limits.take('flag', flaggerKey)
    const { staffed } = app.config
    await flagItem(app.db, request.actor, ref, { reasonCode: form.reason, note: form.note, clientKey: form.key, flaggerKey, staffed })
    // Answered at once and the same to everybody: nobody learns whether somebody else, or they themself, had told us before.
    return reply.page('moderation/flagged', { path, signedIn: isSignedIn(request.actor) }, { title: 'Thank you for telling us', noindex: true })
  })
}

const flaggerOf = (app: FastifyInstance, request: FastifyRequest): string =>
  isSignedIn(request.actor) ? `account:${request.actor.accountId}` : visitorKey(app.config.secret, request.ip, now())

function deskRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: { after?: string } }>('/moderation', { config: { access: moderators } }, async (request, reply) => {
    const { actor } = request
    if (!mayModerate(actor)) throw new Forbidden('Administrators do not moderate. Your colleagues at the press office see the queue.')
    const after = queueKey(request.query.after)
    const { rows, next } = await queueOf(app.db, actor, after)
    const data = { rows, next, further: after !== null, scope: scopeOf(request), moment: now() }
    return reply.page('moderation/queue', data, { title: 'Moderation queue', noindex: true })
  })

  app.get<{ Params: IdParams }>('/moderation/cases/:id', { config: { access: moderators } }, (request, reply) => showCase(app, request, reply, {}))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showCase(app, request, reply, { problem })
  app.post<{ Params: IdParams }>('/moderation/cases/:id/decisions', { config: { access: moderators, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const actor = moderatorOf(request)
    // What this moderator may not see is not there, whatever the form says.
    await caseFile(app.db, actor, id)
    const form = parseForm(DecisionForm, request.body)
    try {
      await decideCase(app.db, actor, id, { act: form.act, reasonCode: form.reason, publicText: form.text, note: form.note, version: form.version })
    } catch (error) {
      // The moderator sees what the first did on the case itself, with their own words kept.
      if (error instanceof Overtaken) return showCase(app, request, reply, { overtaken: error.message })
      throw error
    }
    const next = form.then === 'next' ? await nextCase(app.db, actor) : null
    return reply.seeOther(next === null ? '/moderation' : `/moderation/cases/${next}`, form.act === 'keep' ? 'kept' : 'decided')
  })
}

function moderatorOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}

/** The teams to which a supervisor's desk is limited, in words; null for the whole desk. */
function scopeOf({ actor }: FastifyRequest): string | null {
  if (deskOf(actor) === 'all') return null
  return new Intl.ListFormat('en-GB').format(actor.duties.flatMap((duty) => (duty.role === 'supervisor' && duty.teamName ? [duty.teamName] : [])))
}

async function showCase(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: { problem?: Refused; overtaken?: string },
): Promise<unknown> {
  const file = await caseFile(app.db, moderatorOf(request), parseId((request.params as IdParams).id))
  const failed = problem.problem !== undefined || problem.overtaken !== undefined
  const data = {
    file,
    reasons: await reasonsForDecisions(app.db),
    typed: failed ? typed(request.body) : {},
    fields: problem.problem?.fields ?? {},
    message: problem.overtaken ?? problem.problem?.message ?? null,
    moment: now(),
  }
  const status = problem.overtaken !== undefined ? 409 : failed ? 422 : 200
  return reply.page('moderation/case', data, { title: `Case ${file.id}`, status, failed, noindex: true })
}

function logRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: { before?: string } }>('/moderation-log', { config: { access: anyone } }, async (request, reply) => {
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const page = await publicLog(app.db, before)
    return reply.page('moderation/log', { ...page, entry: null }, { title: 'Moderation log', noindex: before !== null })
  })

  // Where the link of a stub leads, however many pages ago the row was written.
  app.get<{ Params: IdParams }>('/moderation-log/:id', { config: { access: anyone } }, async (request, reply) => {
    const entry = parseId(request.params.id)
    const page = await publicLogAround(app.db, entry)
    return reply.page('moderation/log', { ...page, entry }, { title: `Decision ${entry} in the moderation log`, noindex: true })
  })
}
