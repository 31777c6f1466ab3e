/** The page of a circle: what stands in it, for its members; what it is and how to come in, for whoever may know of it. What is done there stands in the room `circles`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isColleague, type SignedIn } from '../actor.ts'
import { circleAudience } from '../conversations/audience.ts'
import { lastAnswer, waitingRequests } from '../circles/asking.ts'
import { circleById, guestsOf, KIND_NAMES, KIND_WORDS, ownerNames, type Circle } from '../circles/circle.ts'
import { endingSoon } from '../circles/members.ts'
import { actorOf, idIn, type IdParams } from '../circles/page.ts'
import { isMember, mayAsk, mayJoin, mayKeepCircle } from '../circles/policy.ts'
import { insiders } from '../web/access.ts'
import { typed } from '../web/forms.ts'
import { followed } from './follow.ts'
import { postsOfAudience, type StaffList } from './list.ts'
import { mutedBecause } from './policy.ts'
import { circleSubject } from './subject.ts'

/** What its owners look at first. */
interface Waiting {
  requests: number
  ending: number
}

declare module '../web/page.ts' {
  interface Views {
    'network/circle': {
      circle: Circle
      kindName: string
      kindWords: string
      owners: { accountId: number; name: string; partner: boolean }[]
      guests: string[]
      /** Null for who is not in it. */
      list: StaffList | null
      further: boolean
      colleague: boolean
      writes: boolean
      followed: boolean
      /** Null for who does not own it, and once it is closed. */
      waiting: Waiting | null
      /** Nobody of the force owns it any more. */
      ownerless: boolean
      join: 'join' | 'ask' | null
      refused: { note: string | null; at: Date } | null
    }
  }
}

export async function circlePageRoutes(app: FastifyInstance): Promise<void> {
  app.get<IdParams>('/staff/circles/:id', { config: { access: insiders } }, (request, reply) => showCircle(request, reply))
}

async function showCircle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const actor = actorOf(request)
  const circle = await circleById(db, actor, idIn(request))
  const { after } = typed(request.query)
  const owners = await ownerNames(db, circle.id)
  const member = isMember(actor, circle.id)
  const data = {
    circle,
    kindName: KIND_NAMES[circle.kind],
    kindWords: KIND_WORDS[circle.kind],
    owners,
    guests: await guestsOf(db, circle.id),
    list: member ? await postsOfAudience(db, actor, circleAudience(circle.id), after) : null,
    further: after !== undefined,
    colleague: isColleague(actor),
    writes: member && circle.closedAt === null && mutedBecause(actor, circle.id) === null,
    followed: member && (await followed(db, actor.accountId, [circleSubject(circle.id)])).size > 0,
    waiting: await waitingFor(request, actor, circle),
    ownerless: circle.closedAt === null && owners.every(({ partner }) => partner),
    join: mayJoin(actor, circle) ? ('join' as const) : mayAsk(actor, circle) ? ('ask' as const) : null,
    refused: member ? null : await lastAnswer(db, actor, circle.id),
  }
  return reply.page('network/circle', data, { title: circle.name, noindex: true, files: ['desk.css'] })
}

async function waitingFor({ server: { db } }: FastifyRequest, actor: SignedIn, circle: Circle): Promise<Waiting | null> {
  if (circle.closedAt !== null || !mayKeepCircle(actor, circle)) return null
  const [requests, ending] = [await waitingRequests(db, actor, circle.id), await endingSoon(db, circle.id)]
  return { requests: requests.length, ending: ending.length }
}
