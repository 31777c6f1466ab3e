/** Places over HTTP: the list, and a place with its opening hours, who can be met there, and its conversation. Keeping them is in `keeping-routes.ts`. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { now } from '../clock.ts'
import { mayLookAtMode } from '../conversations/mode-policy.ts'
import { talkOf, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound } from '../errors.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { summarise } from '../text/markdown.ts'
import { anyone, placeKeepers } from '../web/access.ts'
import { keepingRoutes } from './keeping-routes.ts'
import { heldAt, type Held } from './held.ts'
import { KIND_NAMES, placeBySlug, placeList, type PlaceItem, type PlaceList, type PlacePage } from './place.ts'
import { keeps } from './policy.ts'
import { presencesOfPlace, type PresenceItem } from './presence.ts'
import { PLACE_KINDS, type PlaceKind } from './schema.ts'
import { daysThatDiffer, thisWeek, type DayHours } from './timetable.ts'

interface Narrowed {
  kind: PlaceKind | null
  /** Its slug. */
  team: string | null
  open: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'places/list': {
      list: PlaceList
      narrowed: Narrowed
      kinds: readonly (readonly [PlaceKind, string])[]
      teams: TeamName[]
      teamName: string | null
      /** The filters as the query of an address; empty for none. */
      query: string
      further: boolean
      /** At which `open now` was looked at. */
      moment: Date
      keeper: boolean
    }
    'places/show': {
      place: PlacePage
      week: DayHours[]
      differing: DayHours[]
      upcoming: PresenceItem[]
      held: Held[]
      talk: Talk
      keeps: 'alone' | 'by-proposal' | null
      /** Who can write in its conversation: set it, or ask for it. */
      mode: boolean
      moment: Date
    }
  }
  interface Partials {
    'places/_item': { place: PlaceItem; withTeam: boolean }
    'places/_held': { held: readonly Held[] }
    'places/_hours': { week: DayHours[]; differing: DayHours[] }
  }
}

const Query = z.object({
  kind: z.enum(PLACE_KINDS).nullable().catch(null).default(null),
  team: z.string().max(100).nullable().catch(null).default(null),
  open: z
    .unknown()
    .optional()
    .transform((open) => open === 'yes'),
  after: z.coerce.number().int().positive().max(1e15).nullable().catch(null).default(null),
})

const KINDS = Object.entries(KIND_NAMES) as [PlaceKind, string][]

function queryOf({ kind, team, open }: Narrowed): string {
  const query = new URLSearchParams()
  if (kind) query.set('kind', kind)
  if (team) query.set('team', team)
  if (open) query.set('open', 'yes')
  return query.toString()
}

export async function placeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(keepingRoutes)

  app.get('/places', { config: { access: anyone } }, async (request, reply) => {
    const { after, ...asked } = Query.parse(request.query)
    const teams = await allTeams(app.db)
    const team = teams.find(({ slug }) => slug === asked.team) ?? null
    const narrowed = { ...asked, team: team?.slug ?? null }
    const list = await placeList(app.db, { kind: asked.kind, teamId: team?.id ?? null, open: asked.open, after })
    const query = queryOf(narrowed)
    const further = after !== null
    const data = {
      list,
      narrowed,
      kinds: KINDS,
      teams,
      teamName: team?.name ?? null,
      query,
      further,
      moment: now(),
      keeper: placeKeepers.opens(request.actor),
    }
    return reply.page('places/list', data, { title: 'Places', noindex: further || query !== '' })
  })

  app.get<{ Params: { place: string } }>('/places/:place', { config: { access: anyone } }, async (request, reply) => {
    const place = await placeBySlug(app.db, request.params.place)
    const query = TalkQuery.safeParse(request.query)
    if (!query.success) throw new NotFound()
    const moment = now()
    const [talk, upcoming, held] = await Promise.all([
      talkOf(app.db, request.actor, place, query.data),
      presencesOfPlace(app.db, place.id, moment),
      heldAt(app.db, place.id),
    ])
    const mode = mayLookAtMode(request.actor, { audience: 'public', teamId: place.teamId })
    const hours = { week: thisWeek(place, moment), differing: daysThatDiffer(place, moment) }
    return reply.page(
      'places/show',
      { place, ...hours, upcoming, held, talk, keeps: keeps(request.actor, place), mode, moment },
      {
        title: place.name,
        description: summarise(place.description.html) || `${place.kindName}: ${place.address}`,
        noindex: !talk.beginning || talk.head !== null,
        teamId: place.teamId,
      },
    )
  })
}
