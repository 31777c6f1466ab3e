/** What somebody was told in place: "News for you", opening one, marking as read. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden } from '../errors.ts'
import { dayKey } from '../text/dates.ts'
import { signedIn } from '../web/access.ts'
import { idField, parseForm, parseId } from '../web/forms.ts'
import { newsOf, type News } from './news.ts'
import { openNotification, readNotifications } from './notification.ts'

declare module '../web/page.ts' {
  interface Views {
    'notifications/news': {
      days: { day: string; at: Date; items: News[] }[]
      unread: number
      /** The newest on the page: what came later is not marked as read unseen. */
      newest: number | null
      next: number | null
      first: boolean
      now: Date
    }
  }
}

const ReadForm = z.union([z.object({ id: idField('Choose what to mark as read') }), z.object({ until: idField('Choose what to mark as read') })])

export async function notificationRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get<{ Querystring: { before?: string } }>('/account/notifications', { config: { access: signedIn } }, async (request, reply) => {
    const actor = actorOf(request)
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const { items, next } = await newsOf(db, actor, before)
    const data = { days: byDay(items), unread: actor.unread ?? 0, newest: items[0]?.id ?? null, next, first: before === null, now: now() }
    return reply.page('notifications/news', data, { title: 'News for you', noindex: true })
  })

  // A read by its owner, who is signed in: marking it changes nothing for anybody else.
  app.get<{ Params: { id: string } }>('/account/notifications/:id', { config: { access: signedIn } }, async (request, reply) =>
    reply.redirect(await openNotification(db, actorOf(request), parseId(request.params.id)), 303),
  )

  app.post('/account/notifications/read', { config: { access: signedIn } }, async (request, reply) => {
    const which = parseForm(ReadForm, request.body)
    await readNotifications(db, actorOf(request), which)
    return 'id' in which ? reply.seeOther(`/account/notifications#n${which.id}`) : reply.seeOther('/account/notifications', 'all-read')
  })
}

function actorOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('Sign in first.')
  return actor
}

function byDay(items: News[]): { day: string; at: Date; items: News[] }[] {
  const days = Map.groupBy(items, ({ at }) => dayKey(at))
  return [...days].map(([day, of]) => ({ day, at: of[0]?.at ?? now(), items: of }))
}
