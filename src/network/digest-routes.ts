/** Digests of the network over HTTP: how often one gets them, signed in; and the link of a mail that ends them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn } from '../actor.ts'
import { NotFound } from '../errors.ts'
import { anyone, insiders } from '../web/access.ts'
import { parseForm, typed } from '../web/forms.ts'
import { readUpload } from '../web/uploads.ts'
import { accountOfToken } from './digest-link.ts'
import { digestRhythmOf, RHYTHMS, setDigest, type Rhythm } from './digest-settings.ts'

declare module '../web/page.ts' {
  interface Views {
    'network/digest': { rhythm: Rhythm; email: string }
    'network/digest-stop': { token: string | null; stopped: boolean }
  }
}

const DigestForm = z.object({ rhythm: z.enum(RHYTHMS, { error: 'Choose how often' }) })

export async function staffDigestRoutes(app: FastifyInstance): Promise<void> {
  app.get('/staff/digest', { config: { access: insiders } }, async ({ actor }, reply) => {
    if (!isSignedIn(actor)) throw new NotFound('page')
    const rhythm = await digestRhythmOf(app.db, actor.accountId)
    return reply.page('network/digest', { rhythm, email: actor.email }, { title: 'What is new, by email', noindex: true })
  })

  app.post('/staff/digest', { config: { access: insiders } }, async ({ actor, body }, reply) => {
    if (!isSignedIn(actor)) throw new NotFound('page')
    await setDigest(app.db, actor.accountId, parseForm(DigestForm, body).rhythm)
    return reply.seeOther('/staff/digest', 'follow-settings')
  })

  app.get('/staff/digest/:token/stop', { config: { access: anyone } }, async (request, reply) => {
    const accountId = accountOf(request)
    if (accountId === null) return badLink(reply)
    return showStop(reply, tokenIn(request), (await digestRhythmOf(app.db, accountId)) === 'never')
  })

  app.post('/staff/digest/:token/stop', { config: { access: anyone, foreign: true } }, (request, reply) => stop(request, reply))
}

const tokenIn = (request: FastifyRequest): string => (request.params as { token: string }).token
const accountOf = (request: FastifyRequest): number | null => accountOfToken(request.server.config.secret, tokenIn(request))

/** What a link opens stays out of caches, and the link out of the address of the page one came from. */
const keepClose = (reply: FastifyReply): FastifyReply => reply.header('referrer-policy', 'same-origin').header('cache-control', 'private, no-store')

const badLink = (reply: FastifyReply): FastifyReply =>
  keepClose(reply).page('network/digest-stop', { token: null, stopped: false }, { title: 'This link does not work', noindex: true, status: 404 })

const showStop = (reply: FastifyReply, token: string, stopped: boolean): FastifyReply =>
  keepClose(reply).page('network/digest-stop', { token, stopped }, { title: 'Stop these emails', noindex: true })

/** From a mail program by one click (RFC 8058), or by a button of our page. Doing it again changes nothing. */
async function stop(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (request.isMultipart()) await readUpload(request, { files: {} })
  const isOneClick = typed(request.body)['List-Unsubscribe'] === 'One-Click'
  const accountId = accountOf(request)
  if (accountId === null) return isOneClick ? reply.type('text/plain; charset=utf-8').status(404).send('This link does not work.\n') : badLink(reply)
  await setDigest(request.server.db, accountId, 'never')
  if (isOneClick) return reply.type('text/plain; charset=utf-8').send('You are unsubscribed.\n')
  return showStop(reply, tokenIn(request), true)
}
