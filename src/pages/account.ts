/** Everything about oneself in one place: the name, the devices, one's own comments and what became of them. */
import type { FastifyInstance } from 'fastify'
import { sessionsOf, type Device } from '../accounts/session.ts'
import { mayChooseName } from '../accounts/policy.ts'
import { wasStaff } from '../accounts/display-name.ts'
import { isSignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { ownComments, type OwnComment } from '../conversations/own.ts'
import { Forbidden } from '../errors.ts'
import { sayExpected } from '../moderation/clock.ts'
import { signedIn } from '../web/access.ts'
import { parseId } from '../web/forms.ts'

declare module '../web/page.ts' {
  interface Views {
    'pages/account': {
      name: string | null
      email: string
      /** Staff have their name from an administrator. */
      namable: boolean
      devices: (Device & { current: boolean })[]
      /** `wait` is what to expect for one that a moderator has not looked at yet. */
      comments: readonly (OwnComment & { wait: string | null })[]
      next: number | null
      first: boolean
      now: Date
    }
  }
}

export async function accountPage(app: FastifyInstance): Promise<void> {
  app.get<{ Querystring: { before?: string } }>('/account', { config: { access: signedIn } }, async (request, reply) => {
    const { actor, session } = request
    if (!isSignedIn(actor)) throw new Forbidden('Sign in first.')
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const { items, next } = await ownComments(app.db, actor, before)
    const moment = now()
    const devices = await sessionsOf(app.db, actor)
    const data = {
      name: actor.displayName,
      email: actor.email,
      namable: mayChooseName(actor, await wasStaff(app.db, actor)),
      devices: devices.map((device) => ({ ...device, current: device.id === session?.key })),
      comments: items.map((comment) => ({ ...comment, wait: comment.state === 'held' ? sayExpected(comment.createdAt, moment) : null })),
      next,
      first: before === null,
      now: moment,
    }
    return reply.page('pages/account', data, { title: 'Your account', noindex: true })
  })
}
