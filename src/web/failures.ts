/**
 * Every error becomes a designed page. The reader sees what to do; the log sees what happened; nothing internal crosses over.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isAway } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused, TooMany } from '../errors.ts'
import { sayDuration } from '../text/dates.ts'
import { typed } from './forms.ts'

export interface ErrorPage {
  message: string | null
  retryAfter: string | null
  /** What was typed into the form that could not be taken, so that nothing is lost. */
  kept: string | null
  /** The whole of such a form, where it can be sent again from here. */
  resend?: Resend | null
}

interface Resend {
  path: string
  fields: [name: string, value: string][]
}

declare module './page.ts' {
  interface Views {
    'errors/not-found': ErrorPage
    'errors/forbidden': ErrorPage
    'errors/refused': ErrorPage & { fields: Readonly<Record<string, string>> }
    'errors/too-many': ErrorPage
    'errors/broken': ErrorPage
    'errors/away': ErrorPage
  }
  interface Partials {
    'errors/_kept': { kept: string | null; resend?: Resend | null }
  }
}

/** Guessing addresses counts like asking for real ones. */
export function handleFailures(app: FastifyInstance): void {
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (_request, reply) => notFound(reply))
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const again = error instanceof Refused ? request.routeOptions.config.again : undefined
    if (!again) return answer(error, request, reply)
    try {
      return await again(request, reply.status(422), error as unknown as Refused)
    } catch (problem) {
      // The form itself may be gone, or the database away, by the time it is to be shown again.
      return answer(problem as FastifyError, request, reply)
    }
  })
}

function answer(error: FastifyError, request: FastifyRequest, reply: FastifyReply): unknown {
  if (error instanceof NotFound) return notFound(reply)
  if (error instanceof Forbidden) return plain(reply, 'errors/forbidden', 403, 'You cannot do this', error.message)
  if (error instanceof Refused) return refused(reply, error)
  if (error instanceof Overtaken) return refused(reply, new Refused(error.message), 409)
  if (error instanceof TooMany) return tooMany(reply, error.message, error.retryAfterSeconds)
  if (isAway(error) || error.code === 'FST_UNDER_PRESSURE') return away(request, reply, error)
  if (error.statusCode === 429) return tooMany(reply, null, Number(reply.getHeader('retry-after') ?? 60))
  if (error.statusCode !== undefined && error.statusCode < 500) return malformed(request, reply, error)
  request.log.error({ err: error }, 'a request failed')
  return plain(reply, 'errors/broken', 500, 'Sorry, there is a problem with the service', null)
}

const plain = (
  reply: FastifyReply,
  view: 'errors/forbidden' | 'errors/broken' | 'errors/not-found',
  status: number,
  title: string,
  message: string | null,
) => reply.page(view, { message, retryAfter: null, ...keptIn(reply.request) }, { status, title, noindex: true })

const notFound = (reply: FastifyReply) => plain(reply, 'errors/not-found', 404, 'Page not found', null)

function refused(reply: FastifyReply, problem: Refused, status = 422): unknown {
  const title = status === 409 ? 'Somebody else was quicker' : 'There is a problem with what you sent'
  return reply.page(
    'errors/refused',
    { message: problem.message, fields: problem.fields, retryAfter: null, ...keptIn(reply.request) },
    { status, title, noindex: true },
  )
}

/** A body that is too large, broken or of a type that no form has. */
function malformed(request: FastifyRequest, reply: FastifyReply, error: FastifyError): unknown {
  const tooLarge = error.statusCode === 413
  request.log.info({ code: error.code }, 'a request was malformed')
  const message = tooLarge
    ? 'What you sent is too large. Shorten it and send it again.'
    : 'We could not read what was sent. Go back and send it again.'
  return reply.page(
    'errors/refused',
    { message, fields: {}, retryAfter: null, ...keptIn(reply.request) },
    { status: error.statusCode ?? 400, title: 'There is a problem with what you sent', noindex: true },
  )
}

function keptIn(request: FastifyRequest): Pick<ErrorPage, 'kept' | 'resend'> {
  const resends = request.method === 'POST' ? request.routeOptions.config.resends : undefined
  if (!resends) return { kept: keptOf(request), resend: null }
  const fields = resends(request.body)
  const texts = fields.flatMap(([, value]) => (/\p{L}/u.test(value) ? [value] : []))
  return { kept: texts.length === 0 ? keptOf(request) : texts.join('\n\n'), resend: fields.length === 0 ? null : { path: request.url, fields } }
}

/** The texts of the form: a comment, a post, a note, what a notice says. Short fields are quickly typed again. */
function keptOf(request: FastifyRequest): string | null {
  const texts = Object.entries(typed(request.body)).filter(([name, text]) => TEXTS.has(lastPart(name)) && text.trim() !== '')
  return texts.length === 0 ? null : texts.map(([, text]) => text).join('\n\n')
}

/** "seal-because", where several forms stand on one page. */
const lastPart = (name: string): string => name.split(/[-_]/).at(-1) ?? name

const TEXTS = new Set(['body', 'text', 'note', 'because', 'words', 'meaning', 'harm', 'untrue', 'work', 'ownership', 'patterns'])

function tooMany(reply: FastifyReply, message: string | null, seconds: number): unknown {
  reply.header('retry-after', String(seconds))
  return reply.page(
    'errors/too-many',
    { message, retryAfter: sayDuration(seconds * 1000), ...keptIn(reply.request) },
    { status: 429, title: 'Too many tries', noindex: true },
  )
}

function away(request: FastifyRequest, reply: FastifyReply, error: Error): unknown {
  request.log.warn({ code: (error as FastifyError).code }, 'the database is away or the process is overloaded')
  reply.header('retry-after', '30')
  return reply.page(
    'errors/away',
    { message: null, retryAfter: '30 seconds', ...keptIn(request) },
    { status: 503, title: 'Sorry, the service is unavailable', noindex: true },
  )
}
