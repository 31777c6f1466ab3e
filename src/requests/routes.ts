/** Requests to the press office over HTTP: asking, and answering on the page of the case. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain } from '../moderation/case-page.ts'
import { caseRow } from '../moderation/file.ts'
import { moderators, publishers } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { ASKED_ABOUT, type SubjectKind } from './policy.ts'
import { answerRequest, askPressOffice, openRequestsAbout, ownRequests, type OwnRequest, type RequestRow } from './request.ts'
import { REQUESTS, type RequestKind } from './schema.ts'
import { subjectFor, teamIdAt, type Subject, type SubjectRef } from './subject.ts'
import { REQUEST_WORDS } from './words.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'requests/own': { requests: OwnRequest[]; next: number | null; further: boolean }
    'requests/ask': {
      subject: Subject
      kinds: { kind: RequestKind; label: string; hint: string }[]
      /** What waits for an answer already, in words. */
      open: { name: string; askedAt: Date }[]
      key: string
      typed: Fields
      fields: Fields
    }
  }
}

const AskForm = z.object({
  kind: z.enum(REQUESTS, { error: 'Choose what you ask for' }),
  note: words('Your note', 'Say why, so that the press office can decide', 2000),
  key: clientKey,
})

const VERSION = 'This page is out of date. Reload it and try again.'
const AnswerForm = z.object({
  'request-answer': z.enum(['done', 'declined'], { error: 'Choose whether it is done' }),
  'request-text': optionalWords('The answer', 1000),
  version: z
    .string({ error: VERSION })
    .regex(/^\d{1,9}$/, VERSION)
    .transform(Number),
})

interface Params {
  id: string
  team: string
}
type Find = (request: FastifyRequest) => Promise<SubjectRef>

export async function requestRoutes(app: FastifyInstance): Promise<void> {
  const byId =
    (kind: SubjectKind): Find =>
    async (request) => ({ kind, id: parseId((request.params as Params).id) })
  askingRoutes(app, '/conversations/:id/requests', byId('conversation'))
  askingRoutes(app, '/comments/:id/requests', byId('comment'))
  askingRoutes(app, '/posts/:id/requests', byId('post'))
  askingRoutes(app, '/teams/:team/requests', async (request) => ({ kind: 'team', id: await teamIdAt(app.db, (request.params as Params).team) }))
  answeringRoute(app)

  app.get<{ Querystring: { before?: string } }>('/officers/requests', { config: { access: publishers } }, async (request, reply) => {
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const { items, next } = await ownRequests(app.db, askerOf(request), before)
    return reply.page(
      'requests/own',
      { requests: items, next, further: before !== null },
      { title: 'What you asked of the press office', noindex: true },
    )
  })
}

function askingRoutes(app: FastifyInstance, url: string, find: Find): void {
  const show = (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => showForm(request, reply, find, problem)

  app.get(url, { config: { access: publishers } }, (request, reply) => show(request, reply))

  app.post(url, { config: { access: publishers, again: show } }, async (request, reply) => {
    const actor = askerOf(request)
    const ref = await find(request)
    await subjectFor(app.db, actor, ref)
    const { kind, note, key } = parseForm(AskForm, request.body)
    await app.limits.take('flag', `account:${actor.accountId}`)
    const { joined } = await askPressOffice(app.db, actor, ref, { kind, note, clientKey: key, staffed: app.config.staffed })
    return reply.seeOther('/officers/requests', joined ? 'request-joined' : 'request-asked')
  })
}

function askerOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}

async function showForm(request: FastifyRequest, reply: FastifyReply, find: Find, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const ref = await find(request)
  const subject = await subjectFor(db, request.actor, ref)
  const open = await openRequestsAbout(db, ref)
  const sent = typed(problem ? request.body : request.query)
  const data = {
    subject,
    kinds: ASKED_ABOUT[ref.kind].map((kind) => ({ kind, label: REQUEST_WORDS[kind].label, hint: REQUEST_WORDS[kind].hint })),
    open: open.map(({ kind, askedAt }: RequestRow) => ({ name: REQUEST_WORDS[kind].name, askedAt })),
    key: (problem ? sent['key'] : undefined) ?? randomUUID(),
    typed: sent,
    fields: problem?.fields ?? {},
  }
  const failed = problem !== undefined
  return reply.page('requests/ask', data, {
    title: 'Ask the press office',
    noindex: true,
    failed,
    status: failed ? 422 : 200,
    teamId: subject.teamId,
  })
}

function answeringRoute(app: FastifyInstance): void {
  const config = { access: moderators, again: showCaseAgain(app) }
  app.post<{ Params: { id: string } }>('/moderation/cases/:id/answers', { config }, async (request, reply) => {
    const actor = moderatorOf(request)
    const { id } = await caseRow(app.db, actor, parseId(request.params.id))
    const form = parseForm(AnswerForm, request.body)
    const answer = { answer: form['request-answer'], text: form['request-text'], version: form.version }
    const done = await doOnCase(app, request, reply, () => answerRequest(app.db, actor, id, answer))
    return done ? reply.seeOther(`/moderation/cases/${id}`, 'request-answered') : reply
  })
}
