/** Presences over HTTP: planning, changing, calling off, and "I came". */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasRole, isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { showBeside } from '../posts/beside.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { anyone, publishers } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { cancelPresence, changePresence, presenceWords } from './presence-change.ts'
import { presencePanel, presencesForDesk, venues, type PresenceList, type PresencePanel, type Venue } from './presence-desk.ts'
import { readCallingOff, readChange, readPlan } from './presence-form.ts'
import { planPresences } from './presence-plan.ts'
import { mayChangePresence, mayPlanPresence } from './presence-policy.ts'
import { visitPresence } from './presence-visit.ts'
import { DAYS_AHEAD, MOST_TIMES, typedOf } from './presence-window.ts'
import { presenceById, type PresenceItem } from './presence.ts'

interface Sent {
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
}

declare module '../web/page.ts' {
  interface Views {
    'places/presences': { list: PresenceList; over: boolean; further: boolean; teamName: string | null }
    'places/presence-new': Sent & { teams: Pick<TeamName, 'id' | 'name'>[]; venues: Venue[]; key: string; most: number; ahead: number }
    'places/presence-change': Sent & { presence: PresenceItem; venues: Venue[]; version: number; begun: boolean }
    'places/presence-call-off': Sent & { presence: PresenceItem; version: number }
  }
  interface Partials {
    'places/_presence': { presence: PresencePanel }
    /** `withPlace`: on a page that is not that of the place. */
    'places/_presences': { upcoming: readonly PresenceItem[]; withPlace?: boolean }
    'places/_presence-fields': Sent & { venues: Venue[] }
  }
}
declare module '../posts/beside.ts' {
  interface BesidePost {
    presence: PresencePanel
  }
}

interface Id {
  Params: { id: string }
}

export async function presenceRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }
  showBeside('presence', presencePanel)

  app.get<{ Querystring: { view?: string; after?: string } }>('/officers/presences', { config: access }, async (request, reply) => {
    const { view, after } = request.query
    const over = view === 'over'
    const teams = teamsOf(signedInActor(request))
    const list = await presencesForDesk(app.db, teams?.map(({ id }) => id) ?? null, over, typeof after === 'string' ? after : undefined)
    const [only] = teams ?? []
    const data = { list, over, further: after !== undefined, teamName: teams?.length === 1 ? (only?.name ?? null) : null }
    return reply.page('places/presences', data, { title: 'Meet us', noindex: true })
  })

  app.get('/officers/presences/new', { config: access }, (request, reply) => showNew(request, reply))

  app.post('/presences', { config: { ...access, again: showNew } }, async (request, reply) => {
    const { path, count } = await planPresences(app.db, signedInActor(request), readPlan(request.body, now()))
    return reply.seeOther(path, count > 1 ? 'presences-planned' : 'presence-planned')
  })

  app.get<Id>('/presences/:id/change', { config: access }, (request, reply) => showChange(request, reply))

  app.post<Id>('/presences/:id/changes', { config: { ...access, again: showChange } }, async (request, reply) => {
    const { path } = await changePresence(app.db, signedInActor(request), idIn(request), readChange(request.body, now()))
    return reply.seeOther(path, 'presence-changed')
  })

  app.get<Id>('/presences/:id/call-off', { config: access }, (request, reply) => showCallingOff(request, reply))

  app.post<Id>('/presences/:id/cancellation', { config: { ...access, again: showCallingOff } }, async (request, reply) => {
    const { path } = await cancelPresence(app.db, signedInActor(request), idIn(request), readCallingOff(request.body))
    return reply.seeOther(path, 'presence-called-off')
  })

  app.post<Id>('/presences/:id/visits', { config: { access: anyone } }, (request, reply) => sayCame(request, reply, true))

  app.post<Id>('/presences/:id/visits/end', { config: { access: anyone } }, (request, reply) => sayCame(request, reply, false))
}

const idIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

/** Those for which somebody plans; null for the press office, which does for all. */
function teamsOf(actor: SignedIn): Pick<TeamName, 'id' | 'name'>[] | null {
  if (hasRole(actor, 'press-office')) return null
  const own = actor.duties.flatMap(({ teamId: id, teamName: name }) =>
    id !== null && name !== null && mayPlanPresence(actor, id) ? [{ id, name }] : [],
  )
  return [...new Map(own.map((team) => [team.id, team])).values()]
}

const asShown = (title: string, problem?: Refused) => ({ title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const teams = teamsOf(signedInActor(request)) ?? (await allTeams(db))
  const open = await venues(db)
  const sent = problem ? typed(request.body) : begunWith(typed(request.query), open)
  const data = { typed: sent, errors: errorsOf(problem), teams, venues: open, key: sent['key'] ?? randomUUID(), most: MOST_TIMES, ahead: DAYS_AHEAD }
  return reply.page('places/presence-new', data, asShown('Plan to meet people', problem))
}

/** A place may be named in the address by its own. */
function begunWith({ place, team }: Record<string, string>, open: readonly Venue[]): Record<string, string> {
  const found = open.find(({ slug }) => slug === place)
  return { ...(found ? { place: String(found.id) } : {}), ...(team ? { team } : {}) }
}

/** The key and the version have no input of their own: what is wrong with them is said at the first that has one. */
function errorsOf(problem: Refused | undefined, first = 'date'): Readonly<Record<string, string>> {
  const { key, version, ...fields } = problem?.fields ?? {}
  const stale = key ?? version
  return stale ? { ...fields, [first]: fields[first] ?? stale } : fields
}

/** Throws `NotFound`, and `Forbidden` for what this actor does not change, or nobody any more. */
async function changeable(request: FastifyRequest): Promise<PresenceItem> {
  const presence = await presenceById(request.server.db, idIn(request))
  if (!mayPlanPresence(request.actor, presence.teamId)) throw new Forbidden(`You cannot plan for the ${presence.teamName} team.`)
  if (!mayChangePresence(request.actor, presence, now()))
    throw new Forbidden(presence.cancelledAt ? 'This was called off. Plan another one.' : 'This is over. It stays as it was.')
  return presence
}

async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const presence = await changeable(request)
  const { version, about } = await presenceWords(db, presence.id)
  const sent = problem ? typed(request.body) : { place: String(presence.placeId), about, ...typedOf(presence) }
  const data = {
    presence,
    typed: sent,
    errors: errorsOf(problem),
    venues: await venues(db, presence.placeId),
    version: Number(sent['version']) || version,
    begun: presence.startsAt <= now(),
  }
  return reply.page('places/presence-change', data, { ...asShown(`Change: ${presence.title}`, problem), teamId: presence.teamId })
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const presence = await changeable(request)
  const sent = problem ? typed(request.body) : {}
  const { version } = await presenceWords(request.server.db, presence.id)
  const data = { presence, typed: sent, errors: errorsOf(problem, 'because'), version: Number(sent['version']) || version }
  return reply.page('places/presence-call-off', data, { ...asShown(`Call off: ${presence.title}`, problem), teamId: presence.teamId })
}

/** A visitor is shown the way in, and comes back to the page with the button. */
async function sayCame(request: FastifyRequest, reply: FastifyReply, came: boolean): Promise<FastifyReply> {
  const { db, limits } = request.server
  const { id, path } = await presenceById(db, idIn(request))
  if (!isSignedIn(request.actor)) {
    const address = `/sign-in?return=${encodeURIComponent(path)}`
    return request.headers['hx-request'] ? reply.header('hx-redirect', address).status(200).send('') : reply.seeOther(address)
  }
  await limits.take('reaction', `account ${request.actor.accountId}`)
  await visitPresence(db, request.actor, id, came)
  return reply.seeOther(`${path}#came`)
}
