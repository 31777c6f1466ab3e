/** Everything about oneself in one place: the name, the devices, one's own questions and comments and what became of them. */
import type { FastifyInstance } from 'fastify'
import { sessionsOf, type Device } from '../accounts/session.ts'
import { mayChooseName } from '../accounts/policy.ts'
import { wasStaff } from '../accounts/display-name.ts'
import { isSignedIn, isStaff, type SignedIn } from '../actor.ts'
import { ownCasesOf, ownPostCases, type OwnPostCase } from '../appeals/own-case.ts'
import { now } from '../clock.ts'
import { ownComments, type OwnComment } from '../conversations/own.ts'
import { Forbidden } from '../errors.ts'
import { sayExpected } from '../moderation/clock.ts'
import { openNoticesFor, type OpenNotice } from '../notices/answer.ts'
import { sayEndOfDay } from '../notices/clock.ts'
import { ownQuestions } from '../questions/question.ts'
import { ownRecord, type OwnRecord } from '../sanctions/own.ts'
import { signedIn } from '../web/access.ts'
import { parseId } from '../web/forms.ts'

type OwnQuestions = Awaited<ReturnType<typeof ownQuestions>>

/** So many on the page of the account; the others by link. */
const QUESTIONS_SHOWN = 5

declare module '../web/page.ts' {
  interface Views {
    'pages/account': {
      name: string | null
      email: string
      /** Staff have their name from an administrator. */
      namable: boolean
      devices: (Device & { current: boolean })[]
      /** `wait` is what to expect for one that a moderator has not looked at yet; `own` the case that tells what was decided about it. */
      comments: readonly (OwnComment & { wait: string | null; own: { caseId: number; asks: boolean } | null })[]
      next: number | null
      questions: OwnQuestions['items']
      moreQuestions: boolean
      /** One's own posts that a moderator asked about, or decided about. */
      posts: readonly OwnPostCase[]
      /** Notices of law about what one wrote, until they have ended. */
      notices: readonly (OpenNotice & { until: string | null })[]
      /** Sanctions, and who looked up who this is. */
      record: OwnRecord
      first: boolean
      now: Date
    }
    'pages/own-questions': OwnQuestions & { first: boolean; now: Date }
  }
  interface Partials {
    'pages/_own-questions': { questions: OwnQuestions['items']; now: Date }
  }
}

const noticesOf = async (app: FastifyInstance, actor: SignedIn) =>
  (await openNoticesFor(app.db, actor)).map((notice) => ({ ...notice, until: notice.answerBy && sayEndOfDay(notice.answerBy) }))

export async function accountPage(app: FastifyInstance): Promise<void> {
  app.get<{ Querystring: { before?: string } }>('/account', { config: { access: signedIn } }, async (request, reply) => {
    const { actor, session } = request
    if (!isSignedIn(actor)) throw new Forbidden('Sign in first.')
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const { items, next } = await ownComments(app.db, actor, before)
    const moment = now()
    const devices = await sessionsOf(app.db, actor)
    const asked = before === null ? await ownQuestions(app.db, actor, null) : { items: [], next: null }
    const own = await ownCasesOf(
      app.db,
      actor,
      items.map(({ id }) => id),
    )
    const data = {
      name: actor.displayName,
      email: actor.email,
      namable: mayChooseName(actor, await wasStaff(app.db, actor)),
      devices: devices.map((device) => ({ ...device, current: device.id === session?.key })),
      comments: items.map((comment) => ({
        ...comment,
        wait: comment.state === 'held' ? sayExpected(comment.createdAt, moment) : null,
        own: own.get(comment.id) ?? null,
      })),
      next,
      questions: asked.items.slice(0, QUESTIONS_SHOWN),
      moreQuestions: asked.items.length > QUESTIONS_SHOWN || asked.next !== null,
      posts: before === null && isStaff(actor) ? await ownPostCases(app.db, actor) : [],
      notices: before === null ? await noticesOf(app, actor) : [],
      record: await ownRecord(app.db, actor),
      first: before === null,
      now: moment,
    }
    return reply.page('pages/account', data, { title: 'Your account', noindex: true })
  })

  app.get<{ Querystring: { before?: string } }>('/account/questions', { config: { access: signedIn } }, async (request, reply) => {
    if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const data = { ...(await ownQuestions(app.db, request.actor, before)), first: before === null, now: now() }
    return reply.page('pages/own-questions', data, { title: 'Your questions', noindex: true })
  })
}
