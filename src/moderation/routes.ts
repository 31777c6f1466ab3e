/** Telling a moderator, and the queue of what waits for one. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { anyone, moderators } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { visitorKey } from '../web/limits.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import type { Database } from '../database/database.ts'
import { claimNext } from './assignment.ts'
import { moderatorOf } from './case-page.ts'
import { offersRemoval } from './circle-removal.ts'
import { removalRoutes } from './removal-routes.ts'
import { flagItem, flagSubject, type FlagSubject } from './flag.ts'
import type { ItemRef } from './item.ts'
import { deskOf, mayModerate } from './policy.ts'
import { queueKey, queueOf, type QueueRow } from './queue.ts'
import { countViews, ITEM_KINDS, VIEWS, viewsOf, type Chosen, type View } from './view.ts'
import { reasonsForFlags, type Reason } from './reason.ts'
import { offersHiding } from './urgent-hide.ts'

type Fields = Readonly<Record<string, string>>

interface QueuePage {
  /** Many were to be decided together, and none was chosen. */
  failed: boolean
  rows: QueueRow[]
  chosen: Chosen
  /** `waiting` stops at `COUNTED`. */
  views: { view: View; href: string; waiting: number }[]
  teams: TeamName[]
  /** Addresses. */
  pages: { newer: string | null; older: string | null }
  /** Not the first page. */
  further: boolean
  scope: string | null
  moment: Date
}

/** How whoever tells a moderator stands: a pseudonym cannot be written to. */
type Told = 'visitor' | 'account' | 'persona'

const toldOf = (actor: Actor): Told => (isSignedIn(actor) ? (actor.persona ? 'persona' : 'account') : 'visitor')

declare module '../web/page.ts' {
  interface Views {
    'moderation/flag': {
      subject: FlagSubject
      mayHide: boolean
      mayRemove: boolean
      told: Told
      reasons: Reason[]
      key: string
      typed: Fields
      fields: Fields
    }
    'moderation/flagged': { path: string; told: Told }
    'moderation/queue': QueuePage
  }
  interface Partials {
    'moderation/_row': { row: QueueRow; moment: Date }
  }
}

const CODE = /^[a-z-]{1,40}$/

const FlagForm = z.object({
  reason: z.string({ error: 'Choose what is wrong with it' }).regex(CODE, 'Choose what is wrong with it'),
  note: optionalWords('Your note', 1000),
  key: clientKey,
})

interface IdParams {
  id: string
}

export async function moderationRoutes(app: FastifyInstance): Promise<void> {
  flagRoutes(app, '/comments/:id', (commentId) => ({ commentId }))
  flagRoutes(app, '/posts/:id', (postId) => ({ postId }))
  removalRoutes(app, '/comments/:id', (commentId) => ({ commentId }))
  removalRoutes(app, '/posts/:id', (postId) => ({ postId }))
  deskRoutes(app)
}

function flagRoutes(app: FastifyInstance, base: '/comments/:id' | '/posts/:id', refOf: (id: number) => ItemRef): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const ref = refOf(parseId((request.params as IdParams).id))
    const subject = await flagSubject(app.db, request.actor, ref)
    const mayHide = typeof ref.commentId === 'number' && (await offersHiding(app.db, request.actor, ref.commentId))
    const body = problem ? typed(request.body) : {}
    const mayRemove = await offersRemoval(app.db, request.actor, subject)
    const told = toldOf(request.actor)
    const data = {
      subject,
      mayHide,
      mayRemove,
      told,
      reasons: await reasonsForFlags(app.db),
      key: randomUUID(),
      typed: body,
      fields: problem?.fields ?? {},
    }
    return reply.page('moderation/flag', data, { title: 'Tell a moderator', noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  const config = { access: anyone, speaks: base === '/posts/:id' ? ('post' as const) : ('comment' as const) }
  app.get<{ Params: IdParams }>(`${base}/flag`, { config }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>(`${base}/flags`, { config: { ...config, again: show } }, async (request, reply) => {
    const ref = refOf(parseId(request.params.id))
    const { path } = await flagSubject(app.db, request.actor, ref)
    const form = parseForm(FlagForm, request.body)
    const flaggerKey = flaggerOf(app, request)
    await app.limits.take('flag', flaggerKey)
    const { staffed } = app.config
    await flagItem(app.db, request.actor, ref, { reasonCode: form.reason, note: form.note, clientKey: form.key, flaggerKey, staffed })
    // Answered at once and the same to everybody: nobody learns whether somebody else, or they themself, had told us before.
    return reply.page('moderation/flagged', { path, told: toldOf(request.actor) }, { title: 'Thank you for telling us', noindex: true })
  })
}

const flaggerOf = (app: FastifyInstance, request: FastifyRequest): string =>
  isSignedIn(request.actor) ? `account:${request.actor.accountId}` : visitorKey(app.config.secret, request.ip, now())

const ID = /^[1-9]\d{0,14}$/
/** An address or a form that says nothing we know says nothing. */
const Choice = z.object({
  view: z.enum(VIEWS).catch('all'),
  team: z.string().regex(ID).transform(Number).nullable().catch(null),
  kind: z.enum(ITEM_KINDS).nullable().catch(null),
})

/** What somebody chose to see; a view that is not theirs is the whole queue. */
function chosenBy(actor: Actor, sent: unknown): Chosen {
  const { view, team: teamId, kind } = Choice.parse(sent ?? {})
  return { view: viewsOf(actor).includes(view) ? view : 'all', teamId, kind }
}

/** The address of a view, or of a further page of it. */
function queueAddress({ view, teamId, kind }: Chosen, after: string | null = null): string {
  const given = Object.entries({ view: view === 'all' ? null : view, team: teamId, kind, after }).filter(([, value]) => value !== null)
  return given.length === 0
    ? '/moderation'
    : `/moderation?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`
}

function deskRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Record<string, unknown> }>('/moderation', { config: { access: moderators } }, async (request, reply) => {
    const { actor } = request
    requireDesk(actor)
    const chosen = chosenBy(actor, request.query)
    const after = queueKey(request.query['after'])
    const [{ rows, next }, counts, teams] = await Promise.all([
      queueOf(app.db, actor, after, chosen),
      countViews(app.db, actor, chosen),
      teamsToChoose(app.db, actor),
    ])
    const views = viewsOf(actor).map((view) => ({ view, href: queueAddress({ ...chosen, view }), waiting: counts.get(view) ?? 0 }))
    const pages = { newer: after === null ? null : queueAddress(chosen), older: next === null ? null : queueAddress(chosen, next) }
    const failed = request.query['chosen'] === 'none'
    const data = { rows, failed, chosen, views, teams, pages, further: after !== null, scope: scopeOf(actor), moment: now() }
    return reply.page('moderation/queue', data, { title: 'Moderation queue', noindex: true, failed })
  })

  app.post('/moderation/claims', { config: { access: moderators } }, async (request, reply) => {
    const { actor } = request
    requireDesk(actor)
    const chosen = chosenBy(actor, request.body)
    const taken = await claimNext(app.db, moderatorOf(request), chosen)
    if (!taken) return reply.seeOther(queueAddress(chosen), 'nothing-free')
    return reply.seeOther(taken.draftId === null ? `/moderation/cases/${taken.id}` : `/officers/drafts/${taken.draftId}`, 'case-claimed')
  })
}

function requireDesk(actor: Actor): void {
  if (!mayModerate(actor)) throw new Forbidden('Administrators do not moderate. Your colleagues at the press office see the queue.')
}

/** The teams by which somebody can narrow the queue; none where there is nothing to choose. */
async function teamsToChoose(db: Database, actor: Actor): Promise<TeamName[]> {
  const desk = deskOf(actor)
  if (desk !== 'all' && desk.length < 2) return []
  const teams = await allTeams(db)
  return desk === 'all' ? teams : teams.filter(({ id }) => desk.includes(id))
}

/** The teams to which a supervisor's desk is limited, in words; null for the whole desk. */
function scopeOf(actor: Actor): string | null {
  if (deskOf(actor) === 'all') return null
  return new Intl.ListFormat('en-GB').format(actor.duties.flatMap((duty) => (duty.role === 'supervisor' && duty.teamName ? [duty.teamName] : [])))
}
