/** Correcting and withdrawing over HTTP, what changed in a post, and what was done about it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { signedInActor } from '../posts/draft-page.ts'
import { networkPage } from '../circles/page.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { versionsOf } from '../posts/post.ts'
import { correctionsOf, type ShownCorrection } from '../posts/versions.ts'
import { insiders } from '../web/access.ts'
import { idField, line, parseForm, parseId, parseLeadingId, typed } from '../web/forms.ts'
import { correctComposed, postToCorrect } from './correcting.ts'
import { withdrawInNetwork } from './changing.ts'
import { addFollowUp, mayFollowUp, ownLater, removeFollowUp } from './follow-up.ts'
import type { StaffItem } from './list.ts'
import { staffPostById, type StaffPostPage } from './page.ts'
import { mayReadVersions, mayWithdraw } from './policy.ts'
import { topicsToOffer } from './topic.ts'

declare module '../web/page.ts' {
  interface Views {
    'network/correct': {
      post: StaffPostPage
      form: Readonly<Record<string, string>>
      version: number
      busy: string[]
      errors: Readonly<Record<string, string>>
    }
    'network/withdraw': { post: StaffPostPage; because: string; errors: Readonly<Record<string, string>> }
    'network/versions': { post: StaffPostPage; corrections: ShownCorrection[] }
    'network/follow-up': { post: StaffPostPage; own: StaffItem[]; chosen: string; typed: string; errors: Readonly<Record<string, string>> }
  }
}

const text = z.string().default('')
const Corrected = z.object({
  title: text,
  body: text,
  tags: text,
  address: text,
  note: line('The note', 'Say in a sentence what you corrected', 240),
  version: z.coerce.number().int().positive({ error: 'This page is out of date. Reload it and try again.' }),
})
const Withdrawn = z.object({ because: line('The reason', 'Say why it is withdrawn: readers see it', 300) })

const Removed = z.object({ post: idField('Choose what you take away') })

interface Id {
  Params: { id: string }
}

const idOf = (request: FastifyRequest): number => parseLeadingId((request.params as { id: string }).id)

export async function changeRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: insiders, speaks: 'post' as const }

  app.get<Id>('/staff/posts/:id/correct', { config: access }, (request, reply) => showCorrection(request, reply))
  app.post<Id>('/staff/posts/:id/corrections', { config: { ...access, again: showCorrection } }, async (request, reply) => {
    const { path } = await correctComposed(app.db, signedInActor(request), idOf(request), parseForm(Corrected, request.body))
    return reply.seeOther(path, 'post-corrected')
  })

  app.get<Id>('/staff/posts/:id/withdraw', { config: access }, (request, reply) => showWithdrawal(request, reply))
  app.post<Id>('/staff/posts/:id/withdrawal', { config: { ...access, again: showWithdrawal } }, async (request, reply) => {
    const { because } = parseForm(Withdrawn, request.body)
    const { path } = await withdrawInNetwork(app.db, signedInActor(request), idOf(request), because)
    return reply.seeOther(path, 'post-withdrawn')
  })

  app.get<Id>('/staff/posts/:id/versions', { config: access }, async (request, reply) => {
    const post = await staffPostById(app.db, request.actor, idOf(request))
    if (!mayReadVersions(post)) throw new NotFound('versions')
    const corrections = correctionsOf(post, await versionsOf(app.db, post))
    return reply.page('network/versions', { post, corrections }, networkPage(`What changed: ${post.title}`))
  })

  // Not under a pseudonym: this links posts in the name of a person.
  const inName = { access: insiders }
  app.get<Id>('/staff/posts/:id/follow-up', { config: inName }, (request, reply) => showFollowUp(request, reply))
  app.post<Id>('/staff/posts/:id/follow-ups', { config: { ...inName, again: showFollowUp } }, async (request, reply) => {
    const { path } = await addFollowUp(app.db, signedInActor(request), idOf(request), namedPost(request))
    return reply.seeOther(`${path}#done`)
  })
  app.post<Id>('/staff/posts/:id/follow-up-removals', { config: inName }, async (request, reply) => {
    const { post } = parseForm(Removed, request.body)
    const { path } = await removeFollowUp(app.db, signedInActor(request), idOf(request), post)
    return reply.seeOther(path, 'follow-up-removed')
  })
}

/** One of the list; what was typed comes first: the address of a post, or its number alone. */
function namedPost(request: FastifyRequest): number {
  const { post = '', chosen = '' } = typed(request.body)
  const named = post.trim() === '' ? chosen : post.trim()
  if (named === '') throw new Refused('There is a problem with the address', { post: 'Choose one of your posts, or enter the address of another' })
  const [, id] = /^(?:https?:\/\/[^/\s]+)?(?:\/staff\/posts\/)?([1-9]\d{0,14})(?:-[^\s/]*)?$/.exec(named) ?? []
  const message = 'Enter the address of a post of the staff network, as it stands at the top of your browser'
  if (id === undefined) throw new Refused('There is a problem with the address', { post: message })
  return parseId(id)
}

async function showCorrection(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const post = await staffPostById(request.server.db, actor, idOf(request))
  const asItIs = await postToCorrect(request.server.db, actor, post)
  const sent = problem ? typed(request.body) : null
  const busy = await topicsToOffer(request.server.db, actor)
  const data = { post, busy, form: sent ?? asItIs, version: Number(sent?.['version']) || post.version, errors: problem?.fields ?? {} }
  return reply.page('network/correct', data, networkPage(`Correct: ${post.title}`, problem))
}

async function showWithdrawal(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const post = await staffPostById(request.server.db, actor, idOf(request))
  if (!mayWithdraw(actor, post)) throw new Forbidden('Only whoever wrote a post withdraws it.')
  const data = { post, because: typed(request.body)['because'] ?? '', errors: problem?.fields ?? {} }
  return reply.page('network/withdraw', data, networkPage(`Withdraw: ${post.title}`, problem))
}

async function showFollowUp(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const post = await staffPostById(db, actor, idOf(request))
  if (!mayFollowUp(actor, post)) throw new Forbidden('You cannot add to this post.')
  const { post: sent = '', chosen = '' } = typed(request.body)
  const data = { post, own: await ownLater(db, actor, post.id), chosen, typed: sent, errors: problem?.fields ?? {} }
  return reply.page('network/follow-up', data, networkPage(`What was done about it: ${post.title}`, problem))
}
