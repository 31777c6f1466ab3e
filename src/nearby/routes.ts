/** What is near: as a list by distance, and looking around through the camera. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { now } from '../clock.ts'
import { postsOfTeam, type PostItem } from '../posts/list.ts'
import { anyone } from '../web/access.ts'
import { NEAR_KINDS, type NearKind } from './key.ts'
import { itemsNear, nearestOf, type NearItem, type NearList } from './near.ts'
import { originOf, type Origin, type Standpoint } from './origin.ts'

/** What can be chosen, and what stands in the address. */
const SHOWN = { all: NEAR_KINDS, places: ['place'], meet: ['meet'], posts: ['post'] } as const satisfies Record<string, readonly NearKind[]>
type Shown = keyof typeof SHOWN
const WITHIN = { '1': 1609, '3': 4828, '10': 16_093 } as const
type Within = keyof typeof WITHIN

const Query = z.object({
  q: z.string().catch(''),
  at: z.string().catch(''),
  team: z.string().catch(''),
  show: z.enum(['all', 'places', 'meet', 'posts']).catch('all'),
  within: z.enum(['1', '3', '10']).catch('3'),
  open: z.literal('yes').optional().catch(undefined),
  after: z.string().max(80).optional().catch(undefined),
})
type Query = z.infer<typeof Query>

/** A choice that the reader has, as a link. */
interface Choice {
  label: string
  href: string
  chosen: boolean
}

export interface NearPage {
  from: Standpoint
  list: NearList
  /** Of an empty list: what is nearest all the same. */
  nearest: NearItem | null
  kinds: Choice[]
  reaches: Choice[]
  /** Null where no places are shown. */
  open: Choice | null
  nextPage: string | null
  lookPath: string
  team: { posts: PostItem[] } | null
  within: string
  moment: Date
}

declare module '../web/page.ts' {
  interface Views {
    'nearby/near': NearPage
    'nearby/nowhere': { origin: Exclude<Origin, Standpoint>; typed: string; forceName: string; looks: boolean }
    'nearby/look': { from: Standpoint; items: NearItem[]; within: string; listPath: string; moment: Date }
  }
  interface Partials {
    'nearby/_items': { items: NearItem[]; moment: Date }
    'nearby/_form': { typed: string; looks: boolean }
  }
}

const LOOKED_AT = 40
const TEAM_POSTS = 3

export async function nearbyRoutes(app: FastifyInstance): Promise<void> {
  app.get('/nearby', { config: { access: anyone } }, async (request, reply) => {
    const query = Query.parse(request.query ?? {})
    const origin = await originOf(app.db, app.config.force, query)
    if (origin.kind !== 'point') return showNowhere(request, reply, origin, query, false)
    const page = await nearPage(app.db, origin, query)
    return reply.page('nearby/near', page, {
      title: `Near ${origin.place}`,
      noindex: true,
      files: ['where.js', 'look.css'],
      teamId: origin.team?.id ?? null,
    })
  })

  app.get('/nearby/look', { config: { access: anyone } }, async (request, reply) => {
    const query = Query.parse(request.query ?? {})
    const origin = await originOf(app.db, app.config.force, query)
    if (origin.kind !== 'point') return showNowhere(request, reply, origin, query, true)
    const { items } = await itemsNear(app.db, origin.point, { kinds: NEAR_KINDS, reach: WITHIN[query.within], limit: LOOKED_AT })
    const data = { from: origin, items, within: sayReach(query.within), listPath: `/nearby?${origin.query}`, moment: now() }
    return reply.page('nearby/look', data, { title: `Look around ${origin.place}`, noindex: true, files: ['look.js', 'look.css'] })
  })
}

function showNowhere(request: FastifyRequest, reply: FastifyReply, origin: Exclude<Origin, Standpoint>, { q }: Query, looks: boolean): FastifyReply {
  const known = origin.kind === 'unknown' || origin.kind === 'misspelt'
  const data = { origin, typed: known ? q.slice(0, 100) : '', forceName: request.server.config.force.name, looks }
  return reply.page('nearby/nowhere', data, {
    title: titleOf(origin, looks),
    noindex: origin.kind !== 'nothing-asked',
    status: known ? 404 : 200,
    files: ['where.js'],
  })
}

function titleOf(origin: Exclude<Origin, Standpoint>, looks: boolean): string {
  if (origin.kind === 'nothing-asked') return looks ? 'Look around' : 'Near you'
  if (origin.kind === 'choice') return 'Choose a team'
  if (origin.kind === 'misspelt') return 'Did you mean one of these?'
  return origin.kind === 'other-force' ? 'Another police force' : 'We could not find that place'
}

async function nearPage(db: Database, from: Standpoint, query: Query): Promise<NearPage> {
  const { show, within, open, after } = query
  const kinds = SHOWN[show]
  const wanted = { kinds, reach: WITHIN[within], openOnly: open === 'yes', after }
  const [list, posts] = await Promise.all([itemsNear(db, from.point, wanted), teamPosts(db, from, query)])
  const empty = list.items.length === 0 && after === undefined
  const linkTo = (change: Partial<Pick<Query, 'show' | 'within' | 'open' | 'after'>>): string => hrefOf(from, { show, within, open, ...change })
  return {
    from,
    list,
    nearest: empty ? await nearestOf(db, from.point, kinds) : null,
    kinds: KIND_LABELS.map(([key, label]) => ({ label, href: linkTo({ show: key }), chosen: key === show })),
    reaches: REACH_LABELS.map(([key, label]) => ({ label, href: linkTo({ within: key }), chosen: key === within })),
    open:
      show === 'all' || show === 'places'
        ? { label: 'Places open now', href: linkTo({ open: open ? undefined : 'yes' }), chosen: open === 'yes' }
        : null,
    nextPage: list.next && linkTo({ after: list.next }),
    lookPath: `/nearby/look?${from.query}${within === '3' ? '' : `&within=${within}`}`,
    team: posts,
    within: sayReach(within),
    moment: now(),
  }
}

const sayReach = (within: Within): string => (within === '1' ? '1 mile' : `${within} miles`)

const KIND_LABELS: readonly (readonly [Shown, string])[] = [
  ['all', 'Everything'],
  ['places', 'Places'],
  ['meet', 'Meet us'],
  ['posts', 'Posts'],
]
const REACH_LABELS: readonly (readonly [Within, string])[] = [
  ['1', 'Within 1 mile'],
  ['3', '3 miles'],
  ['10', '10 miles'],
]

function hrefOf(from: Standpoint, { show, within, open, after }: Pick<Query, 'show' | 'within' | 'open' | 'after'>): string {
  const more = new URLSearchParams({
    ...(show === 'all' ? {} : { show }),
    ...(within === '3' ? {} : { within }),
    ...(open ? { open } : {}),
    ...(after ? { after } : {}),
  }).toString()
  return `/nearby?${from.query}${more && `&${more}`}`
}

/** What the team here published last, on the first page of a list that shows posts. */
async function teamPosts(db: Database, { team }: Standpoint, { show, after }: Query): Promise<NearPage['team']> {
  if (!team || after !== undefined || show === 'places' || show === 'meet') return null
  const { items } = await postsOfTeam(db, team.id)
  return { posts: items.filter(({ state, archived }) => state !== 'withdrawn' && !archived).slice(0, TEAM_POSTS) }
}
