/** Push over HTTP: one's devices, a browser that asks to be told, and the end of that. With an account, or with the link of a mail. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { deviceOf } from '../accounts/device.ts'
import { isSignedIn } from '../actor.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { ensureFollower, followerOf } from '../following/follower.ts'
import { followerOfToken, type Follower } from '../following/link.ts'
import { anyone, signedIn } from '../web/access.ts'
import { idField, parseForm } from '../web/forms.ts'
import { endSubscription, pushPanel, subscribe, type PushPanel } from './subscription.ts'

declare module '../web/page.ts' {
  interface Views {
    'push/devices': {
      push: PushPanel
      /** Of the link with which the page was opened; null with an account. */
      token: string | null
      /** The page of what they follow. */
      base: string
      stopped: boolean
      /** A link alone does not begin on a device for somebody who has an account: they sign in. */
      begins: boolean
    }
  }
}

const text = (most: number) => z.string({ error: 'This browser did not say how it can be told' }).max(most, 'This browser says too much')
const token = z.string().max(200).optional()
const keys = { p256dh: text(200), auth: text(100) }
/** As a form has it, or as the browser's own `PushSubscription` says itself. */
const SubscriptionForm = z.union([
  z.object({ endpoint: text(4000), ...keys, token }),
  z.object({ endpoint: text(4000), keys: z.object(keys), token }).transform(({ keys: given, ...others }) => ({ ...others, ...given })),
])
const EndForm = z.object({ id: idField('Choose a device'), token })

export async function pushRoutes(app: FastifyInstance): Promise<void> {
  const { db, config } = app

  app.get('/following/devices', { config: { access: signedIn } }, async (request, reply) =>
    showDevices(request, reply, isSignedIn(request.actor) ? await followerOf(db, request.actor) : null, null),
  )

  app.get<{ Params: { token: string } }>('/following/:token/devices', { config: { access: anyone } }, async (request, reply) => {
    const found = await followerOfToken(db, config, request.params.token)
    // What a link opens stays out of caches, and the link out of the address of the page one came from.
    reply.header('referrer-policy', 'same-origin').header('cache-control', 'private, no-store')
    if (!found)
      return reply.page('following/bad-link', { returnTo: '/following/devices' }, { title: 'This link does not work', noindex: true, status: 404 })
    return showDevices(request, reply, found.follower, request.params.token)
  })

  app.post('/push-subscriptions', { config: { access: anyone } }, async (request, reply) => {
    const { token: given, ...browser } = parseForm(SubscriptionForm, request.body)
    const follower = await ownFollower(request, given)
    if (!mayBegin(request, follower)) throw new Forbidden('Sign in with your account to be told on this device.')
    await subscribe(db, config, follower.id, { ...browser, device: deviceOf(request.headers['user-agent']) })
    return reply.seeOther(devicesPath(given), 'push-on')
  })

  app.post('/push-subscriptions/end', { config: { access: anyone } }, async (request, reply) => {
    const { token: given, id } = parseForm(EndForm, request.body)
    await endSubscription(db, (await ownFollower(request, given)).id, id)
    return reply.seeOther(devicesPath(given), 'push-off')
  })

  async function showDevices(request: FastifyRequest, reply: FastifyReply, follower: Follower | null, given: string | null): Promise<FastifyReply> {
    const push = await pushPanel(db, config, follower?.id ?? null)
    const stopped = (follower?.stoppedAt ?? null) !== null
    const data = { push, token: given, base: basePath(given ?? undefined), stopped, begins: follower === null || mayBegin(request, follower) }
    return reply.page('push/devices', data, { title: 'On your devices', noindex: true, files: ['push.js'] })
  }

  /** The link counts before the account: it may be of another mailbox. */
  async function ownFollower({ actor }: FastifyRequest, given: string | undefined): Promise<Follower> {
    if (given) {
      const found = await followerOfToken(db, config, given)
      if (!found) throw new NotFound('follower')
      return found.follower
    }
    if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and try again.')
    return db.transaction((tx) => ensureFollower(tx, actor))
  }
}

/** Mails are passed on. Whoever has an account is told what concerns the account, too, and that is for nobody who only holds a link. */
const mayBegin = ({ actor }: FastifyRequest, { accountId }: Follower): boolean =>
  accountId === null || (isSignedIn(actor) && actor.accountId === accountId)

const basePath = (token: string | undefined): string => `/following${token ? `/${token}` : ''}`
const devicesPath = (token: string | undefined): string => `${basePath(token)}/devices`
