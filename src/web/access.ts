/**
 * Doors. Every route says who may come in (`config.access`); a route that does not keeps the whole house shut.
 * A door looks at the role only: what somebody may do with one thing is said by the room's policy.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, isColleague, isSignedIn, type Actor } from '../actor.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { withoutFinePosition } from './forms.ts'

export interface Door {
  name: string
  opens(actor: Actor): boolean
}

export const anyone: Door = { name: 'anyone', opens: () => true }
export const signedIn: Door = { name: 'signed in', opens: isSignedIn }
/** Those who publish: officers and supervisors for their teams, the press office for all. */
export const publishers: Door = { name: 'publishers', opens: (actor) => hasRole(actor, 'officer', 'supervisor', 'press-office') }
/** The staff network: every member of staff of the force. */
export const colleagues: Door = { name: 'colleagues', opens: isColleague }
/** What a circle shares: its members, among them partner staff who were invited. */
export const insiders: Door = { name: 'insiders', opens: (actor) => isColleague(actor) || (isSignedIn(actor) && (actor.circles ?? []).length > 0) }
/** Those who keep places: whoever publishes, and partner staff, whose changes wait for a second person. */
export const placeKeepers: Door = { name: 'place keepers', opens: (actor) => hasRole(actor, 'officer', 'supervisor', 'press-office', 'partner') }
/** Those who see the moderation desk. What a supervisor may decide there is the policy's affair. */
export const moderators: Door = { name: 'moderators', opens: (actor) => hasRole(actor, 'press-office', 'supervisor') }
/** What is for the press office alone, whichever team it is about. */
export const pressOffice: Door = { name: 'press office', opens: (actor) => hasRole(actor, 'press-office') }
export const administrators: Door = { name: 'administrators', opens: (actor) => hasRole(actor, 'administrator') }
/** For machines that bring a token of their own, checked by the route. */
export const machines: Door = { name: 'machines', opens: () => true }

/** Shows the form again with what was typed and what is wrong with it. */
export type Again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => unknown

export interface RouteEntry {
  method: string
  url: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Door
    /** Is called by machines elsewhere by design (a mail program that unsubscribes): it acts in nobody's session, and a token in the request says for whom. */
    foreign?: true
    /** A file that is the same whoever asks: nobody's session is looked up for it, so that it comes also while the database is away. */
    impersonal?: true
    /** Is asked for by pages that lie open, not by people: it is no sign that anybody is there. Scripts say the same of single requests by `x-unattended`. */
    unattended?: true
    /** How this route shows its form again when the input was refused. */
    again?: Again
    /** The fields of a long form, as they may come back: where it cannot be taken now, the page of the failure holds them and sends them again. */
    resends?: (body: unknown) => [name: string, value: string][]
    /**
     * What the `id` in the address names. Where that belongs to a support circle, whoever is in it comes here under their pseudonym (circles/persona.ts), and the
     * visit keeps no time. A route that does not say so shows nothing of such a circle.
     */
    speaks?: 'conversation' | 'comment' | 'post' | 'case' | 'circle'
  }
  interface FastifyRequest {
    actor: Actor
  }
  interface FastifyInstance {
    /** Every address that answers, for the tests that go through all of them. */
    routeList: readonly RouteEntry[]
  }
}

export function guardDoors(app: FastifyInstance): void {
  const routeList: RouteEntry[] = []
  app.decorate('routeList', routeList)
  app.addHook('onRoute', (route) => {
    if (!route.config?.access) throw new Error(`${String(route.method)} ${route.url} has no door: state config.access`)
    for (const method of [route.method].flat()) routeList.push({ method, url: route.url })
  })
  app.addHook('preHandler', async (request, reply) => {
    const door = request.routeOptions.config.access
    if (!door || door.opens(request.actor)) return
    if (isSignedIn(request.actor)) throw new Forbidden('Your account does not have the role that this page needs.')
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
    return reply.redirect(`/sign-in?return=${encodeURIComponent(withoutFinePosition(withoutTitle(request.url)))}`, 303)
  })
}

/** The words in the address of a post of the network may be those of somebody under a pseudonym: they are not kept with who signs in. The number leads there too. */
const withoutTitle = (url: string): string => url.replace(/^(\/staff\/posts\/\d+)-[^/?]*/, '$1')
