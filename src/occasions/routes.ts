/** Signing up over HTTP: with an account or by email, and the link by which people see, change and end it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { anyone, signedIn } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { readByEmail, readPeople, readWish } from './form.ts'
import { occasionById } from './occasion.ts'
import { ownSignUp, ownSignUps, signUpByToken, type OwnSignUp } from './own.ts'
import { askToCome } from './request.ts'
import { asShown, type ShownOccasion } from './saying.ts'
import { changeNumber, confirmSignUp, isExpired, joinOccasion, leaveOccasion } from './sign-up.ts'
import { runRoutes } from './run-routes.ts'

declare module '../web/page.ts' {
  interface Views {
    'occasions/sign-up': { occasion: ShownOccasion; viewer: boolean; typed: Record<string, string>; problem: Refused | null }
    'occasions/check-email': { email: string; occasion: ShownOccasion }
    'occasions/own': {
      signUp: OwnSignUp
      occasion: ShownOccasion
      token: string
      expired: boolean
      typed: Record<string, string>
      problem: Refused | null
    }
    'occasions/own-list': { items: (OwnSignUp & { occasion: ShownOccasion })[]; next: number | null; further: boolean }
  }
  interface Partials {
    /** The dates of a post, with the way to sign up; `runs`: the reader looks after them (`mayRunOccasion`). Make them by `asShown`. */
    'occasions/_dates': { occasions: readonly ShownOccasion[]; runs: boolean }
    'occasions/_facts': { occasion: ShownOccasion }
    'occasions/_people': { typed: Record<string, string>; errors: Readonly<Record<string, string>> }
  }
}

interface Id {
  Params: { id: string }
}
interface Token {
  Params: { token: string }
}

export async function occasionRoutes(app: FastifyInstance): Promise<void> {
  await app.register(runRoutes)
  const open = { access: anyone }

  app.get<Id>('/occasions/:id/sign-up', { config: open }, (request, reply) => showSignUp(request, reply))

  app.post<Id>('/occasions/:id/sign-up', { config: { ...open, again: showSignUp } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const { actor } = request
    if (!isSignedIn(actor)) return askByEmail(request, reply, id)
    await app.limits.take('sign-up-visitor', `account ${actor.accountId}`)
    const { path } = await joinOccasion(app.db, actor, id, readWish(request.body))
    return reply.seeOther(path)
  })

  app.get<Token>('/sign-ups/:token', { config: open }, (request, reply) => showOwn(request, reply))

  app.post<Token>('/sign-ups/:token/confirmation', { config: { ...open, again: showOwn } }, async (request, reply) => {
    await confirmSignUp(app.db, request.params.token)
    return reply.seeOther(`/sign-ups/${request.params.token}`)
  })

  app.post<Token>('/sign-ups/:token/number', { config: { ...open, again: showOwn } }, async (request, reply) => {
    await changeNumber(app.db, request.params.token, readPeople(request.body).people)
    return reply.seeOther(`/sign-ups/${request.params.token}`, 'sign-up-changed')
  })

  app.post<Token>('/sign-ups/:token/end', { config: { ...open, again: showOwn } }, async (request, reply) => {
    await leaveOccasion(app.db, request.params.token)
    return reply.seeOther(`/sign-ups/${request.params.token}`, 'sign-up-ended')
  })

  app.get<{ Querystring: { before?: string } }>('/sign-ups', { config: { access: signedIn } }, async (request, reply) => {
    const { before } = request.query
    const { items, next } = await ownSignUps(app.db, accountOf(request), before === undefined ? null : parseId(before))
    const shown = items.map((item) => ({ ...item, occasion: shownOf(item.occasion) }))
    return reply.page('occasions/own-list', { items: shown, next, further: before !== undefined }, { title: 'What you signed up for', noindex: true })
  })
}

function accountOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('Sign in first.')
  return actor
}

function shownOf(item: OwnSignUp['occasion']): ShownOccasion {
  const [shown] = asShown([item], now())
  if (!shown) throw new Error('an occasion that does not show')
  return shown
}

async function askByEmail(request: FastifyRequest, reply: FastifyReply, id: number): Promise<FastifyReply> {
  const { db, config, limits } = request.server
  const { email, ...wish } = readByEmail(request.body)
  const occasion = await occasionById(db, id)
  await limits.take('sign-up-visitor', visitorKey(config.secret, request.ip, now()))
  await limits.take('sign-up-address', visitorKey(config.secret, email, now()))
  await askToCome(db, id, email, wish)
  const options = { title: 'Check your email', noindex: true, teamId: occasion.teamId }
  return reply.page('occasions/check-email', { email, occasion: shownOf(occasion) }, options)
}

async function showSignUp(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const occasion = await occasionById(db, parseId((request.params as Id['Params']).id))
  const own = isSignedIn(actor) ? await ownSignUp(db, actor, occasion.id) : null
  if (own) return reply.redirect(own.path, 303)
  const begun = { people: '1', name: isSignedIn(actor) ? (actor.displayName ?? '') : '' }
  const data = { occasion: shownOf(occasion), viewer: isSignedIn(actor), typed: problem ? typed(request.body) : begun, problem }
  return reply.page('occasions/sign-up', data, {
    title: `Sign up: ${occasion.title}`,
    noindex: true,
    failed: problem !== null,
    status: problem ? 422 : 200,
    teamId: occasion.teamId,
  })
}

async function showOwn(request: FastifyRequest, reply: FastifyReply, problem: Refused | null = null): Promise<FastifyReply> {
  // The token must not travel on in the address of the page one came from.
  reply.header('referrer-policy', 'same-origin').header('cache-control', 'no-store')
  const { token } = request.params as Token['Params']
  const signUp = await signUpByToken(request.server.db, token)
  const sent = problem ? typed(request.body) : { people: String(signUp.people) }
  const data = { signUp, occasion: shownOf(signUp.occasion), token, expired: isExpired(signUp), typed: sent, problem }
  return reply.page('occasions/own', data, {
    title: signUp.occasion.title,
    noindex: true,
    failed: problem !== null,
    status: problem ? 422 : 200,
    teamId: signUp.occasion.teamId,
  })
}
