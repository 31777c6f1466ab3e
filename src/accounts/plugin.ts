/**
 * Turns the cookie of a request into an actor. Whoever has no cookie is a visitor, and costs no query; nobody gets a session by reading.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { visitor, type Actor } from '../actor.ts'
import type { Config } from '../config.ts'
import { readSession, sessionCookie, sessionCookieName, signInActor, signOut, type Session } from './session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for a visitor. */
    session: Session | null
  }
}

export const isHttps = (config: Config): boolean => config.publicUrl.startsWith('https://')

/** Call before any route is added. Needs `app.db` and `app.config`. */
export function identify(app: FastifyInstance): void {
  const https = isHttps(app.config)
  app.decorateRequest('session', null)
  // A getter, so that an error before the hook ran still has an actor for its page.
  app.decorateRequest('actor', {
    getter(this: FastifyRequest): Actor {
      return this.session?.actor ?? visitor
    },
  } as never)
  const problems = new WeakMap<FastifyRequest, unknown>()
  app.addHook('onRequest', async (request, reply) => {
    const token = tokenOf(request, https)
    if (token === null || request.routeOptions.config.impersonal === true) return
    try {
      request.session = await readSession(app.db, token, { quietly: isUnattended(request) })
    } catch (error) {
      problems.set(request, error)
      return
    }
    if (!request.session) reply.header('set-cookie', sessionCookie(https, null))
  })
  // With the database away the form is still read first, so that the page that says so can give the words back.
  app.addHook('preValidation', async (request) => {
    if (problems.has(request)) throw problems.get(request)
  })
}

/**
 * A page that lies open asked by itself. Whoever claims that falsely only shortens their own session. Nor is it written down when somebody was where people
 * speak under pseudonyms: the minute of their session would stand beside the minute of the words.
 */
const isUnattended = ({ headers, routeOptions }: FastifyRequest): boolean =>
  routeOptions.config.unattended === true || routeOptions.config.speaks !== undefined || headers['x-unattended'] !== undefined

/** The token in the cookie, or null. Read by hand: a broken cookie of somebody else on this host must not break the page. */
export function tokenOf(request: FastifyRequest, https: boolean): string | null {
  const { cookie } = request.headers
  if (cookie === undefined) return null
  const name = `${sessionCookieName(https)}=`
  const found = cookie
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(name))
  return found === undefined || found.length === name.length ? null : found.slice(name.length)
}

/** Gives the browser the cookie of a session that has begun. */
export const giveSession = (request: FastifyRequest, reply: FastifyReply, token: string): FastifyReply =>
  reply.header('set-cookie', sessionCookie(isHttps(request.server.config), token))

/** Ends the session that this browser has, if any, and begins one for the account. */
export async function startSession(request: FastifyRequest, reply: FastifyReply, accountId: number): Promise<void> {
  const { db, config } = request.server
  const old = tokenOf(request, isHttps(config))
  if (old !== null) await signOut(db, old)
  giveSession(request, reply, await signInActor(db, accountId, request.headers['user-agent']))
}

/** Takes the cookie back. */
export const takeSession = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.header('set-cookie', sessionCookie(isHttps(request.server.config), null))
