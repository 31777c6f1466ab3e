/** Signing in and out, the display name, and the devices on which one is signed in. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import { Forbidden, Refused } from '../errors.ts'
import { cleanText } from '../text/input.ts'
import { anyone, signedIn, type Again } from '../web/access.ts'
import { parseForm, safePath, typed, withoutFinePosition } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { chooseDisplayName, wasStaff } from './display-name.ts'
import { emailField } from './email.ts'
import { giveSession, isHttps, takeSession, tokenOf } from './plugin.ts'
import { mayChooseName } from './policy.ts'
import type { KeptWords } from './schema.ts'
import { endAllSessions, endSession, signOut } from './session.ts'
import { askToSignIn, findLink, lastAsk, signInByCode, signInByLink, type Arrival, type Link, type Visit } from './sign-in.ts'

interface FormPage {
  problem: Refused | null
}

declare module '../web/page.ts' {
  interface Views {
    /** `kept` are hidden fields: what was typed before signing in goes along. `again` says that an earlier email did not come. */
    'accounts/sign-in': FormPage & { email: string; returnTo: string; kept: Record<string, string>; again: boolean }
    'accounts/check-email': FormPage & { email: string | null; returnTo: string }
    'accounts/link': { email: string; token: string }
    'accounts/bad-link': { state: 'used' | 'expired' | 'unknown'; returnTo: string }
    'accounts/name': FormPage & { name: string; first: boolean; returnTo: string }
  }
}

const SignInForm = z.object({ email: emailField })
const CodeForm = z.object({ code: z.string({ error: 'Enter the 6 digits from the email' }) })
const NameForm = z.object({ name: z.string({ error: 'Enter a display name' }) })
const DAY_SECONDS = 86_400
const MOST_KEPT = 100_000

export async function accountRoutes(app: FastifyInstance): Promise<void> {
  app.get('/sign-in', { config: { access: anyone } }, async (request, reply) => {
    const returnTo = returnOf(request.query)
    return isSignedIn(request.actor) ? reply.redirect(returnTo, 303) : showSignIn(reply, { returnTo, again: saysAgain(request.query) })
  })

  app.post('/sign-in', { config: { access: anyone, again: signInAgain } }, async (request, reply) => {
    const body = typed(request.body)
    // Words that were typed on another page arrive here first; the address comes next.
    if (body['email'] === undefined && body['kept_path'] !== undefined) return showSignIn(reply, { returnTo: returnOf(body), kept: keptFields(body) })
    const { email } = parseForm(SignInForm, request.body)
    const kept = keptOf(body)
    await limit(request, 'sign-in-visitor', request.ip)
    await limit(request, 'sign-in-address', email)
    const site = { publicUrl: app.config.publicUrl, force: app.config.force.name }
    const browser = await askToSignIn(app.db, { email, browser: browserOf(request), returnTo: returnOf(body), kept, again: saysAgain(body) }, site)
    return reply.setCookie(browserCookie(app.config), browser, cookieOptions(app.config)).redirect('/sign-in/code', 303)
  })

  app.get('/sign-in/code', { config: { access: anyone } }, (request, reply) => showCode(request, reply))

  app.post('/sign-in/code', { config: { access: anyone, again: showCode } }, async (request, reply) => {
    const { code } = parseForm(CodeForm, request.body)
    const asked = await lastAsk(app.db, browserOf(request))
    if (asked) await limit(request, 'sign-in-code', asked.email)
    const arrival = await signInByCode(app.db, browserOf(request), code, visitOf(request))
    return welcome(request, reply, arrival)
  })

  app.get<{ Params: { token: string } }>('/sign-in/:token', { config: { access: anyone } }, async (request, reply) => {
    const { token } = request.params
    const link = await findLink(app.db, token)
    if (isOwnUsedLink(request, link)) return reply.redirect(link.path, 303)
    return showLink(reply, token, link)
  })

  app.post<{ Params: { token: string } }>('/sign-in/:token', { config: { access: anyone, again: badLink } }, async (request, reply) => {
    const link = await findLink(app.db, request.params.token)
    // The button was pressed twice: the first press has done it.
    if (isOwnUsedLink(request, link)) return reply.seeOther(link.path, 'signed-in')
    return welcome(request, reply, await signInByLink(app.db, request.params.token, visitOf(request)))
  })

  app.post('/sign-out', { config: { access: anyone } }, async (request, reply) => {
    const token = tokenOf(request, isHttps(app.config))
    if (token !== null) await signOut(app.db, token)
    return takeSession(request, reply).seeOther('/', 'signed-out')
  })

  app.get('/account/name', { config: { access: signedIn } }, async (request, reply) => {
    const actor = signedInActor(request)
    if (!mayChooseName(actor, await wasStaff(app.db, actor))) return reply.redirect('/account', 303)
    return showName(request, reply)
  })

  app.post('/account/name', { config: { access: signedIn, again: showName } }, async (request, reply) => {
    const { name } = parseForm(NameForm, request.body)
    await chooseDisplayName(app.db, signedInActor(request), name, app.config.force.name)
    return reply.seeOther(returnOf(request.body, '/account'), 'named')
  })

  app.post('/account/sessions/all/end', { config: { access: signedIn } }, async (request, reply) => {
    await endAllSessions(app.db, signedInActor(request))
    return takeSession(request, reply).seeOther('/', 'signed-out-everywhere')
  })

  app.post<{ Params: { id: string } }>('/account/sessions/:id/end', { config: { access: signedIn } }, async (request, reply) => {
    await endSession(app.db, signedInActor(request), request.params.id)
    if (request.params.id === request.session?.key) return takeSession(request, reply).seeOther('/', 'signed-out')
    return reply.seeOther('/account', 'session-ended')
  })
}

function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
  return request.actor
}

/** Where to go afterwards: a page of this site, without a message that was shown there, and never round in a circle. */
function returnOf(source: unknown, otherwise = '/'): string {
  const path = withoutFinePosition(safePath(typed(source)['return'], otherwise))
    .replace(/([?&])done=[^&#]*&?/, '$1')
    .replace(/[?&](?=#|$)/, '')
  return /^\/(sign-in|sign-out)(?![\w-])/.test(path) ? otherwise : path
}

const limit = (request: FastifyRequest, name: 'sign-in-visitor' | 'sign-in-address' | 'sign-in-code', who: string): Promise<void> =>
  request.server.limits.take(name, visitorKey(request.server.config.secret, who, now()))

const browserCookie = (config: Config): string => (isHttps(config) ? '__Host-sign-in' : 'sign-in')
const cookieOptions = (config: Config) => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(config), maxAge: DAY_SECONDS }) as const
const browserOf = (request: FastifyRequest): string | null => request.cookies[browserCookie(request.server.config)] ?? null

const visitOf = (request: FastifyRequest): Visit => ({
  userAgent: request.headers['user-agent'],
  oldToken: tokenOf(request, isHttps(request.server.config)),
})

/** The hidden fields with which a form carries words over the sign-in: `kept_path`, `kept_body`, `kept_parent`, … */
const keptFields = (body: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => /^kept_[a-z]{1,20}$/.test(name))
      .slice(0, 12),
  )

function keptOf(body: Record<string, string>): KeptWords | null {
  const { kept_path: path, ...fields } = keptFields(body)
  if (path === undefined || safePath(path, '') === '') return null
  const entries = Object.entries(fields).map(([name, text]) => [name.slice('kept_'.length), cleanText(text.toWellFormed())] as const)
  const length = entries.reduce((sum, [, text]) => sum + text.length, 0)
  if (length > MOST_KEPT)
    throw new Refused(
      `What you wrote is too long to keep while you sign in. Go back, and shorten it to fewer than ${MOST_KEPT.toLocaleString('en-GB')} characters.`,
    )
  return { path, fields: Object.fromEntries(entries) }
}

/** The email did not come, and they ask anew. */
const saysAgain = (source: unknown): boolean => typed(source)['again'] === 'yes'

interface SignInPage {
  returnTo: string
  email?: string
  kept?: Record<string, string>
  again?: boolean
  problem?: Refused
}

function showSignIn(reply: FastifyReply, page: SignInPage): FastifyReply {
  const { returnTo, email = '', kept = {}, again = false, problem = null } = page
  return reply.page('accounts/sign-in', { email, returnTo, kept, again, problem }, formOptions('Sign in', problem))
}

const formOptions = (title: string, problem: Refused | null) => ({ title, noindex: true, failed: problem !== null, status: problem ? 422 : 200 })

const signInAgain: Again = (request, reply, problem) => {
  const body = typed(request.body)
  return showSignIn(reply, { returnTo: returnOf(body), email: body['email'] ?? '', kept: keptFields(body), again: saysAgain(body), problem })
}

async function showCode(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const asked = await lastAsk(request.server.db, browserOf(request))
  return reply.page(
    'accounts/check-email',
    { email: asked?.email ?? null, returnTo: asked?.returnTo ?? '/', problem },
    formOptions('Check your email', problem),
  )
}

const isOwnUsedLink = (request: FastifyRequest, link: Link): boolean =>
  link.state === 'used' && isSignedIn(request.actor) && request.actor.accountId === link.accountId

const BAD_LINK_STATUS = { used: 410, expired: 410, unknown: 404 }

function showLink(reply: FastifyReply, token: string, link: Link): FastifyReply {
  // The token must not travel on in the address of the page one came from.
  reply.header('referrer-policy', 'same-origin')
  const { state, email, path } = link
  if (state === 'good') return reply.page('accounts/link', { email, token }, { title: 'Sign in', noindex: true })
  const title = state === 'unknown' ? 'This link does not work' : `This link ${state === 'used' ? 'was used already' : 'has expired'}`
  return reply.page('accounts/bad-link', { state, returnTo: returnOf({ return: path }) }, { title, noindex: true, status: BAD_LINK_STATUS[state] })
}

const badLink: Again = async (request, reply) => {
  const { token } = request.params as { token: string }
  return showLink(reply, token, await findLink(request.server.db, token))
}

/** A new session, and back to where they were; first of all to choose a name. */
function welcome(request: FastifyRequest, reply: FastifyReply, arrival: Arrival): FastifyReply {
  giveSession(request, reply, arrival.token)
  reply.clearCookie(browserCookie(request.server.config), cookieOptions(request.server.config))
  const path = returnOf({ return: arrival.path })
  return arrival.named ? reply.seeOther(path, 'signed-in') : reply.redirect(`/account/name?return=${encodeURIComponent(path)}`, 303)
}

function showName(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): FastifyReply {
  const actor = signedInActor(request)
  const first = actor.displayName === null
  const name = typed(request.body)['name'] ?? actor.displayName ?? ''
  const returnTo = returnOf(request.method === 'POST' ? request.body : request.query, '/account')
  return reply.page(
    'accounts/name',
    { name, first, returnTo, problem },
    formOptions(first ? 'Choose a display name' : 'Change your display name', problem),
  )
}
