/** What the desk sees of mailings, alerts, and what mail servers report. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { postById, type PostPage } from '../posts/list.ts'
import { pressOffice, type Door } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { lastAlertOf, LONGEST_ALERT, proposeAlert } from './alert.ts'
import { cannotAlertBecause, mayProposeAlert, mayWatchMailings } from './policy.ts'
import { mailingsBefore, mailsWaiting, reportsUnproved, type MailingRow } from './progress.ts'
import { reportRoutes } from './report-routes.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'mailings/list': { rows: MailingRow[]; next: number | null; further: boolean; waiting: number; unproved: number; moment: Date }
    'mailings/alert': { post: PostPage; cannot: string | null; longest: number; key: string; typed: Fields; fields: Fields }
  }
}

const AlertForm = z.object({
  words: line('The alert', 'Write what the alert says', LONGEST_ALERT),
  because: words('The reason', 'Say why it cannot wait', 1000),
  key: clientKey,
})

const overseers: Door = { name: 'press office and administrators', opens: mayWatchMailings }

interface IdParams {
  id: string
}

export async function mailingRoutes(app: FastifyInstance): Promise<void> {
  await app.register(reportRoutes)
  alertRoutes(app)

  app.get<{ Querystring: { before?: string } }>('/moderation/mailings', { config: { access: overseers } }, async (request, reply) => {
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const [page, waiting, unproved] = await Promise.all([
      mailingsBefore(app.db, request.actor, before),
      mailsWaiting(app.db),
      reportsUnproved(app.db),
    ])
    return reply.page(
      'mailings/list',
      { ...page, further: before !== null, waiting, unproved, moment: now() },
      { title: 'What goes to followers', noindex: true },
    )
  })
}

function alertRoutes(app: FastifyInstance): void {
  const show = (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => showForm(request, reply, problem)

  app.get<{ Params: IdParams }>('/posts/:id/alert', { config: { access: pressOffice } }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>('/posts/:id/alert', { config: { access: pressOffice, again: show } }, async (request, reply) => {
    const actor = proposerOf(request)
    const post = await postById(app.db, parseId(request.params.id))
    const form = parseForm(AlertForm, request.body)
    const { caseId } = await proposeAlert(app.db, actor, post.id, { words: form.words, because: form.because, clientKey: form.key })
    return reply.seeOther(`/moderation/cases/${caseId}`, 'alert-proposed')
  })
}

function proposerOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor) || !mayProposeAlert(actor)) throw new Forbidden('Administrators do not moderate.')
  return actor
}

async function showForm(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  proposerOf(request)
  const post = await postById(db, parseId((request.params as IdParams).id))
  const cannot = cannotAlertBecause({ ...post, audience: 'public', alertedAt: await lastAlertOf(db, post.id) }, now())
  const sent = problem ? typed(request.body) : {}
  const data = { post, cannot, longest: LONGEST_ALERT, key: sent['key'] ?? randomUUID(), typed: sent, fields: problem?.fields ?? {} }
  const failed = problem ? { failed: true, status: 422 } : {}
  return reply.page('mailings/alert', data, { title: 'Send an urgent alert', noindex: true, teamId: post.teamId, ...failed })
}
