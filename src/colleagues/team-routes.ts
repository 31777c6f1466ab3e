/** What waits at a team, for colleagues of other teams who lend it a hand, over HTTP. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { idOf, type Actor } from '../actor.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { teamAt, teamBySlug, type Team } from '../teams/team.ts'
import { endHelp, helpersOf, offerHelp, type Helper } from '../together/offer.ts'
import { mayEndHelp, mayOfferHelp } from '../together/policy.ts'
import { colleagues } from '../web/access.ts'
import { clientKey, parseForm, parseId, typed } from '../web/forms.ts'
import { handsOfTeam, waitingQuestions, withSteps, type Hands, type ListToHelp } from './waiting.ts'

declare module '../web/page.ts' {
  interface Views {
    'colleagues/waiting': { hands: Hands; list: ListToHelp; helpers: ShownHelper[]; helpable: boolean; further: boolean }
  }
}

/** A colleague of another team who lends a hand now. */
export interface ShownHelper extends Helper {
  mine: boolean
  /** By this reader: their own, and those to their team for its sergeant. */
  endable: boolean
}

const Offer = z.object({ key: clientKey })

const waitingPath = (slug: string): string => `/staff/teams/${slug}/waiting`

interface TeamRoute {
  Params: { team: string }
}

export async function teamHelpRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: colleagues }

  app.get<TeamRoute>('/staff/teams/:team/waiting', { config: access }, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(waitingPath(team), 301)
    return reply.page('colleagues/waiting', await waitingAt(request, team), { title: `What waits at ${team.name}`, noindex: true, teamId: team.id })
  })

  app.post<TeamRoute>('/staff/teams/:team/help', { config: access }, async (request, reply) => {
    const team = await teamBySlug(app.db, request.params.team)
    await offerHelp(app.db, signedInActor(request), team.id, parseForm(Offer, request.body).key)
    return reply.seeOther(waitingPath(team.slug), 'hand-lent')
  })

  app.post<{ Params: { id: string; team: string } }>('/staff/teams/:team/help/:id/end', { config: access }, async (request, reply) => {
    const team = await teamBySlug(app.db, request.params.team)
    await endHelp(app.db, signedInActor(request), parseId(request.params.id))
    return reply.seeOther(waitingPath(team.slug), 'hand-withdrawn')
  })
}

async function waitingAt(request: FastifyRequest, team: Team) {
  const { actor, server } = request
  const { after } = typed(request.query)
  const [hands, list, offers] = await Promise.all([
    handsOfTeam(server.db, team),
    waitingQuestions(server.db, team.id, after),
    helpersOf(server.db, team.id),
  ])
  const helpers = offers.map((offer) => shownHelper(actor, team.id, offer))
  const helpable = team.archivedAt === null && mayOfferHelp(actor, team.id) && !helpers.some(({ mine }) => mine)
  return { hands, list: withSteps(actor, list), helpers, helpable, further: after !== undefined }
}

const shownHelper = (actor: Actor, teamId: number, helper: Helper): ShownHelper => ({
  ...helper,
  mine: idOf(actor) === helper.accountId,
  endable: mayEndHelp(actor, { byId: helper.accountId, teamId }),
})
