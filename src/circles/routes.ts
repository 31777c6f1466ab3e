/** Circles for who is in them or could be: the directory, founding, joining, asking, leaving, the members. The page of a circle stands in the room `network`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CircleKind } from '../accounts/schema.ts'
import { isColleague, type SignedIn } from '../actor.ts'
import type { Refused } from '../errors.ts'
import { cleanLine } from '../text/input.ts'
import { colleagues, insiders } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { askToJoin, withdrawRequest } from './asking.ts'
import { circleById, KIND_NAMES, KIND_WORDS, listedCircles, ownCircle, ownCircles, ownerNames, type Circle } from './circle.ts'
import { foundCircle } from './founding.ts'
import { invitationRoutes } from './invitation-routes.ts'
import { invitationsOf, type OwnInvitation } from './inviting.ts'
import { keepingRoutes } from './keeping-routes.ts'
import { joinCircle, leaveCircle, takeOverCircle } from './membership.ts'
import { membersOf, successorsIn, type Member } from './members.ts'
import { actorOf, circlePath, idIn, networkPage, sentOf, type IdParams, type Sent } from './page.ts'
import { mayBeInSupport } from './persona.ts'
import { mayAsk, mayKeepCircle, teamsToFoundFor } from './policy.ts'

interface Kind {
  kind: 'open' | 'restricted' | 'private'
  name: string
  words: string
}

declare module '../web/page.ts' {
  interface Views {
    'circles/list': {
      own: Circle[]
      invitations: OwnInvitation[]
      listed: Circle[]
      next: number | null
      search: string
      further: boolean
      colleague: boolean
      /** They could be in a support circle; never whether they are in one. */
      support: boolean
      kindNames: typeof KIND_NAMES
    }
    'circles/new': Sent & { kinds: Kind[]; teams: { id: number; name: string }[] }
    'circles/ask': Sent & { circle: Circle }
    'circles/leave': Sent & { circle: Circle; last: boolean; successors: { accountId: number; name: string }[] }
    'circles/members': { circle: Circle; members: Member[]; next: number | null; further: boolean; keeps: boolean; colleague: boolean }
  }
  interface Partials {
    /** Stands on the page of a circle and on every form that writes into it. */
    'circles/_guests': { guests: readonly string[] }
    'circles/_words': { name: string; about: string; errors: Sent['errors'] }
    'circles/_kinds': { kinds: readonly { kind: CircleKind; name: string; words: string }[]; kind: string; error: string | undefined }
  }
}

const KINDS: Kind[] = (['open', 'restricted', 'private'] as const).map((kind) => ({ kind, name: KIND_NAMES[kind], words: KIND_WORDS[kind] }))

const circleWords = {
  name: line('The name', 'Enter a name for the circle', 80),
  about: words('What it is for', 'Say what it is for, in a sentence or two', 500),
}
const NewCircle = z.object({
  ...circleWords,
  kind: z.enum(['open', 'restricted', 'private'], { error: 'Choose who can be in it' }),
  teamId: z
    .string()
    .regex(/^([1-9]\d{0,14})?$/, 'Choose a team')
    .default('')
    .transform((id) => (id === '' ? null : Number(id))),
  clientKey,
})
const Asking = z.object({ words: words('Your words', 'Say in a few words why you would like to join', 500) })
const Leaving = z.object({
  successor: z
    .string()
    .regex(/^([1-9]\d{0,14})?$/, 'Choose somebody')
    .default('')
    .transform((id) => (id === '' ? null : Number(id))),
})

export async function circleRoutes(app: FastifyInstance): Promise<void> {
  await invitationRoutes(app)
  await keepingRoutes(app)

  app.get('/staff/circles', { config: { access: insiders } }, (request, reply) => showList(request, reply))
  app.get('/staff/circles/new', { config: { access: colleagues } }, (request, reply) => showNew(request, reply))
  app.post('/staff/circles', { config: { access: colleagues, again: showNew } }, async (request, reply) => {
    const id = await foundCircle(app.db, actorOf(request), parseForm(NewCircle, request.body))
    return reply.seeOther(circlePath(id), 'circle-founded')
  })

  app.post<IdParams>('/staff/circles/:id/membership', { config: { access: colleagues } }, async (request, reply) => {
    await joinCircle(app.db, actorOf(request), idIn(request))
    return reply.seeOther(circlePath(idIn(request)), 'circle-joined')
  })
  app.get<IdParams>('/staff/circles/:id/ask', { config: { access: colleagues } }, (request, reply) => showAsk(request, reply))
  app.post<IdParams>('/staff/circles/:id/requests', { config: { access: colleagues, again: showAsk } }, async (request, reply) => {
    await askToJoin(app.db, actorOf(request), idIn(request), parseForm(Asking, request.body).words)
    return reply.seeOther(circlePath(idIn(request)), 'circle-asked')
  })
  app.post<IdParams>('/staff/circles/:id/requests/withdrawal', { config: { access: colleagues } }, async (request, reply) => {
    await circleById(app.db, request.actor, idIn(request))
    await withdrawRequest(app.db, actorOf(request), idIn(request))
    return reply.seeOther(circlePath(idIn(request)), 'circle-unasked')
  })

  app.get<IdParams>('/staff/circles/:id/leave', { config: { access: insiders } }, (request, reply) => showLeave(request, reply))
  app.post<IdParams>('/staff/circles/:id/leaving', { config: { access: insiders, again: showLeave } }, async (request, reply) => {
    const actor = actorOf(request)
    await leaveCircle(app.db, actor, idIn(request), parseForm(Leaving, request.body).successor)
    // Somebody of another organisation may have nothing left to read here.
    return reply.seeOther(hasMore(actor, idIn(request)) ? '/staff/circles' : '/', 'circle-left')
  })
  app.post<IdParams>('/staff/circles/:id/take-over', { config: { access: colleagues } }, async (request, reply) => {
    await takeOverCircle(app.db, actorOf(request), idIn(request))
    return reply.seeOther(`${circlePath(idIn(request))}/keep`, 'circle-changed')
  })

  app.get<IdParams>('/staff/circles/:id/members', { config: { access: insiders } }, (request, reply) => showMembers(request, reply))
}

const hasMore = (actor: SignedIn, left: number): boolean => isColleague(actor) || (actor.circles ?? []).some((id) => id !== left)

const cursorOf = (query: unknown): number | null => {
  const { after } = typed(query)
  return after === undefined ? null : parseId(after)
}

async function showList(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const after = cursorOf(request.query)
  const search = cleanLine(typed(request.query)['q'] ?? '').slice(0, 100)
  const first = after === null && search === ''
  const { circles: listed, next } = await listedCircles(db, request.actor, search, after)
  const data = {
    own: first ? await ownCircles(db, request.actor) : [],
    invitations: first ? await invitationsOf(db, request.actor) : [],
    listed,
    next,
    search,
    further: after !== null,
    colleague: isColleague(request.actor),
    support: await mayBeInSupport(db, request.actor),
    kindNames: KIND_NAMES,
  }
  return reply.page('circles/list', data, networkPage('Circles'))
}

async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const data = { ...sentOf(request, problem, 'name'), kinds: KINDS, teams: teamsToFoundFor(request.actor) }
  return reply.page('circles/new', data, networkPage('Start a circle', problem))
}

async function showAsk(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const circle = await circleById(request.server.db, request.actor, idIn(request))
  if (!mayAsk(request.actor, circle)) return reply.redirect(circlePath(circle.id), 303)
  return reply.page('circles/ask', { ...sentOf(request, problem, 'words'), circle }, networkPage(`Ask to join ${circle.name}`, problem))
}

async function showLeave(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const actor = actorOf(request)
  const circle = await ownCircle(db, actor, idIn(request))
  const owners = (await ownerNames(db, circle.id)).filter(({ partner }) => !partner)
  const last = circle.closedAt === null && owners.length === 1 && owners[0]?.accountId === actor.accountId
  const successors = last ? await successorsIn(db, circle.id, actor.accountId) : []
  return reply.page(
    'circles/leave',
    { ...sentOf(request, problem, 'successor'), circle, last, successors },
    networkPage(`Leave ${circle.name}`, problem),
  )
}

async function showMembers(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const circle = await ownCircle(db, request.actor, idIn(request))
  const after = cursorOf(request.query)
  const { members, next } = await membersOf(db, request.actor, circle.id, after)
  const keeps = circle.closedAt === null && mayKeepCircle(request.actor, circle)
  const data = { circle, members, next, further: after !== null, keeps, colleague: isColleague(request.actor) }
  return reply.page('circles/members', data, networkPage(`Members of ${circle.name}`))
}
