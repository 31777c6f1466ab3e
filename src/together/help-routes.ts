/** Asking colleagues, over HTTP. What was written before is offered first; then the form. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { networkPage } from '../circles/page.ts'
import { Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { sourceOf } from '../posts/source-address.ts'
import { insiders } from '../web/access.ts'
import { idField, parseForm, words } from '../web/forms.ts'
import { pathBack, postIn, showAct } from './act-page.ts'
import { HELP_VIEWS, helpList, unansweredCount, type HelpView, type Waiting } from './help-list.ts'
import { askForHelp, markBest, unmarkBest } from './help-request.ts'
import type { List } from './list.ts'
import { alikeTo, type Alike } from './similar.ts'
import { circleIn, shared, stepOf, writingOf, type Writing } from './writing.ts'

declare module '../web/page.ts' {
  interface Views {
    'together/help': { view: HelpView; list: List<Waiting>; unanswered: number; further: boolean }
    'together/help-new': { writing: Writing; step: 1 | 2; alike: Alike[]; action: string }
  }
}

const { title, tags, circle, key } = shared
const NewRequest = z.object({ title, tags, circle, key, body: words('What you tell them', 'Tell colleagues what they need to know to help', 10_000) })
const Best = z.object({ comment: idField('Choose an answer').optional(), address: z.string().max(2000, 'This address is too long').optional() })
const Query = z.object({ view: z.enum(HELP_VIEWS).catch('open').default('open'), after: z.string().optional().catch(undefined) })

export async function helpRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: insiders }
  const ofCircle = { access: insiders, speaks: 'circle' as const }
  const ofPost = { access: insiders, speaks: 'post' as const }

  app.get('/staff/help', { config: access }, async (request, reply) => {
    const { view, after } = Query.parse(request.query)
    const [list, unanswered] = await Promise.all([helpList(app.db, request.actor, view, after), unansweredCount(app.db, request.actor)])
    return reply.page('together/help', { view, list, unanswered, further: after !== undefined }, networkPage('Help'))
  })

  app.get('/staff/help/new', { config: access }, (request, reply) => showNew(request, reply))
  app.post('/staff/help', { config: { ...access, again: showNew } }, (request, reply) => publish(request, reply))
  // The address says the circle, so that who is in a support circle is there under their pseudonym.
  app.get('/staff/circles/:id/help/new', { config: ofCircle }, (request, reply) => showNew(request, reply))
  app.post('/staff/circles/:id/help', { config: { ...ofCircle, again: showNew } }, (request, reply) => publish(request, reply))

  app.post('/staff/posts/:id/best-answer', { config: { ...ofPost, again: showAct('best') } }, async (request, reply) => {
    await markBest(app.db, signedInActor(request), postIn(request), commentIn(request.body))
    return reply.seeOther(await pathBack(request, 'help'), 'best-marked')
  })

  app.post('/staff/posts/:id/best-answer/end', { config: ofPost }, async (request, reply) => {
    await unmarkBest(app.db, signedInActor(request), postIn(request))
    return reply.seeOther(await pathBack(request, 'help'), 'best-unmarked')
  })
}

async function publish(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = parseForm(NewRequest, request.body)
  const words = { title: form.title, body: form.body, tags: form.tags, clientKey: form.key }
  const { path } = await askForHelp(request.server.db, signedInActor(request), { ...words, circleId: circleIn(request) ?? form.circle })
  return reply.seeOther(path, 'help-asked')
}

/** Chosen from the list, or named by the address of the answer. */
function commentIn(body: unknown): number {
  const { comment, address } = parseForm(Best, body)
  if (comment !== undefined) return comment
  const source = sourceOf(address ?? '')
  if (source?.kind === 'comment') return source.id
  throw new Refused('There is a problem with the address', {
    address: 'Paste the address of the answer: it is behind the time beside its author’s name',
  })
}

async function showNew(request: FastifyRequest, reply: FastifyReply, refused?: Refused): Promise<FastifyReply> {
  const circleId = circleIn(request)
  const { step, problem } = stepOf(request, refused)
  const writing = await writingOf(request, circleId, problem)
  const asked = [writing.form['title'], writing.form['body']].filter(Boolean).join(' ')
  const base = circleId === null ? '/staff/help' : `/staff/circles/${circleId}/help`
  const alike = problem ? [] : await alikeTo(request.server.db, request.actor, asked)
  const data = { writing, step, alike, action: base }
  return reply.page('together/help-new', data, networkPage('Ask colleagues', problem))
}
