/** Priorities over HTTP: what a team works on, and for its staff what is done about it and how it stands. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasRole, idOf, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Raised } from '../conversations/gathering.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { showBeside } from '../posts/beside.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { teamAt, type Team } from '../teams/team.ts'
import { hasWords } from '../text/input.ts'
import { readDate } from '../text/moment.ts'
import { anyone, publishers } from '../web/access.ts'
import { clientKey, line, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { chainOf, type Chain } from './chain.ts'
import { addAction, changeAction, handPriority, ownersFor, reviewPriority } from './keeping.ts'
import { closingPath, outcomePanel, priorityPanel, type OutcomePanel, type PriorityPanel } from './panel.ts'
import { mayKeepPriority, mayLeadPriorities } from './policy.ts'
import { closedPage, longestUnreviewed, openPage, priorityById, type PriorityItem, type PriorityList } from './priority.ts'
import { ACTION_STATES } from './schema.ts'
import { mostWanted } from './suggestion.ts'

interface Keeping {
  chain: Chain
  /** Null for whoever does not hand it on. */
  owners: { accountId: number; name: string; mark: string }[] | null
  closePath: string | null
  key: string
  /** The form that came back. */
  form: string
  typed: Readonly<Record<string, string>>
  errors: Readonly<Record<string, string>>
}

declare module '../web/page.ts' {
  interface Views {
    'priorities/list': {
      team: Team
      open: PriorityList
      closed: PriorityList
      further: boolean
      suggestions: Raised[]
      sets: boolean
    }
    'priorities/desk': { items: PriorityItem[]; teams: { slug: string; name: string }[] }
    'priorities/keep': Keeping
  }
  interface Partials {
    'priorities/_item': { priority: PriorityItem; withTeam?: boolean }
    'priorities/_progress': { priority: PriorityItem }
    'priorities/_panel': { panel: PriorityPanel }
    'priorities/_outcome': { panel: OutcomePanel }
    'priorities/_chain': { chain: Chain }
    'priorities/_state': { action: Chain['actions'][number] }
  }
}
declare module '../posts/beside.ts' {
  interface BesidePost {
    priority: PriorityPanel
    outcome: OutcomePanel
  }
}

const SUGGESTIONS_SHOWN = 3

interface TeamRequest {
  Params: { team: string }
  Querystring: { open?: string; closed?: string }
}
interface IdRequest {
  Params: { id: string }
}

const NewAction = z.object({
  what: line('What you plan', 'Say what you plan, in one line', 300),
  'planned-for': z
    .string()
    .max(40, 'The day must be a real date, for example 27 March, or 27/3/2027')
    .default('')
    .refine((text) => !hasWords(text) || readDate(text, now()) !== null, 'The day must be a real date, for example 27 March, or 27/3/2027')
    .transform((text) => (hasWords(text) ? readDate(text, now()) : null)),
  key: clientKey,
})
const ActionForm = z.object({
  seen: z.coerce.number({ error: 'This page is out of date. Open it again.' }).int(),
  state: z.enum(ACTION_STATES, { error: 'Choose how it stands' }),
  note: optionalWords('What came of it', 500),
  post: z.string().max(300, 'Enter the address of one post').default(''),
})
const Settling = z.object({ why: optionalWords('The reason', 500) })
const Review = z.object({ note: words('How it stands', 'Say how it stands, in a sentence or two', 1000), key: clientKey })
const Handing = z.object({
  owner: z
    .string({ error: 'Choose somebody' })
    .regex(/^(?:[1-9]\d{0,14})?$/, 'Choose somebody')
    .transform((owner) => (owner === '' ? null : Number(owner))),
})

export async function priorityRoutes(app: FastifyInstance): Promise<void> {
  showBeside('priority', priorityPanel)
  showBeside('outcome', outcomePanel)

  app.get<TeamRequest>('/teams/:team/priorities', { config: { access: anyone } }, (request, reply) => showList(app, request, reply))

  app.get('/officers/priorities', { config: { access: publishers } }, async (request, reply) => {
    const teams = teamsOf(request.actor)
    const items = await longestUnreviewed(app.db, teams?.map(({ id }) => id) ?? null)
    return reply.page('priorities/desk', { items, teams: teams ?? [] }, { title: 'Priorities', noindex: true })
  })

  app.get<IdRequest>('/officers/priorities/:id', { config: { access: publishers } }, (request, reply) => showKeeping(request, reply))

  actOn(app, 'actions', NewAction, async (actor, id, { what, 'planned-for': plannedFor, key }) => {
    await addAction(app.db, actor, id, { what, plannedFor, clientKey: key })
  })
  actOn(app, 'reviews', Review, (actor, id, { note, key }) => reviewPriority(app.db, actor, id, { note, clientKey: key }))
  actOn(app, 'owner', Handing, (actor, id, { owner }) => handPriority(app.db, actor, id, owner))
  actOn(app, 'actions/:action', ActionForm, (actor, priorityId, change, params) =>
    changeAction(app.db, actor, { priorityId, actionId: parseId(params.action) }, change),
  )

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showKeeping(request, reply, { form: 'settlements', problem })
  app.post<IdRequest>('/priorities/:id/settlements', { config: { access: publishers, again } }, async (request, reply) => {
    const { priority } = await settleActions(app.db, signedInActor(request), parseId(request.params.id), request.body)
    return reply.seeOther(closingPath(priority.teamSlug, priority.postId))
  })
}

/** Before a priority is closed: what becomes of each action that is planned. Throws `Refused` by field, all that is wrong at once. */
async function settleActions(db: Database, actor: SignedIn, id: number, sent: unknown): Promise<Chain> {
  const chain = await chainOf(db, id, idOf(actor))
  const { teamId, teamName } = chain.priority
  if (!mayKeepPriority(actor, teamId)) throw new Forbidden(`You cannot change the priorities of the ${teamName} team.`)
  const { why } = parseForm(Settling, sent)
  const planned = chain.actions.filter(({ state }) => state === 'planned')
  const chosen = planned.map((action) => ({ action, state: ACTION_STATES.find((state) => state === typed(sent)[`state-${action.id}`]) }))
  const problems = Object.fromEntries(
    chosen.flatMap(({ action, state }) => (state ? [] : [[`state-${action.id}`, `Say what becomes of “${action.what}”`]])),
  )
  if (why === null && chosen.some(({ state }) => state === 'dropped')) problems['why'] = 'Say why it is dropped, in a sentence for readers'
  if (Object.keys(problems).length > 0) throw new Refused('There is a problem with what you sent', problems)
  for (const { action, state = 'planned' } of chosen) {
    const change = { seen: action.changedAt.getTime(), state, note: state === 'dropped' ? why : action.note, post: action.post?.path ?? '' }
    if (state !== 'planned') await changeAction(db, actor, { priorityId: id, actionId: action.id }, change)
  }
  return chain
}

interface ActParams {
  id: string
  action?: string
}

/** A form of the page on which staff keep a priority; it comes back there when it is refused. */
function actOn<Form extends z.ZodType>(
  app: FastifyInstance,
  address: string,
  form: Form,
  act: (actor: SignedIn, id: number, sent: z.output<Form>, params: ActParams) => Promise<void>,
): void {
  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showKeeping(request, reply, { form: formOf(request), problem })
  app.post<{ Params: ActParams }>(`/priorities/:id/${address}`, { config: { access: publishers, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await act(signedInActor(request), id, parseForm(form, request.body), request.params)
    const { path } = await priorityById(app.db, id)
    // Several actions are often written down one after the other.
    return reply.seeOther(address.startsWith('actions') ? `/officers/priorities/${id}#actions` : `${path}#chain`, 'priority-kept')
  })
}

/** The last parts of its address: "reviews", "actions/12". */
const formOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]?.split('/').slice(3).join('/') ?? ''

/** Those whose priorities somebody keeps; null for the press office, which does for all. */
function teamsOf(actor: Actor): { id: number; slug: string; name: string }[] | null {
  if (hasRole(actor, 'press-office')) return null
  const own = actor.duties.flatMap(({ teamId: id, teamName: name, teamSlug: slug }) =>
    id !== null && name !== null && slug !== null && mayKeepPriority(actor, id) ? [{ id, slug, name }] : [],
  )
  return [...new Map(own.map((team) => [team.id, team])).values()]
}

async function showList(app: FastifyInstance, request: FastifyRequest<TeamRequest>, reply: FastifyReply): Promise<FastifyReply> {
  const team = await teamAt(app.db, request.params.team)
  if (typeof team === 'string') return reply.redirect(`/teams/${team}/priorities`, 301)
  const { open: openAfter, closed: closedAfter } = request.query
  const further = typeof openAfter === 'string' || typeof closedAfter === 'string'
  const [open, closed, suggestions] = await Promise.all([
    openPage(app.db, team.id, openAfter),
    closedPage(app.db, team.id, closedAfter, 10),
    mostWanted(app.db, team.id, idOf(request.actor), SUGGESTIONS_SHOWN),
  ])
  const sets = team.archivedAt === null && mayKeepPriority(request.actor, team.id)
  return reply.page(
    'priorities/list',
    { team, open, closed, further, suggestions, sets },
    {
      title: `Priorities of the ${team.name} team`,
      description: `What the ${team.name} neighbourhood policing team works on, and what came of it. Suggest what it should work on next.`,
      noindex: further,
    },
  )
}

async function showKeeping(request: FastifyRequest, reply: FastifyReply, refused?: { form: string; problem: Refused }): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const chain = await chainOf(db, parseId((request.params as IdRequest['Params']).id), idOf(actor))
  const { teamId, teamName, teamSlug, postId, title } = chain.priority
  if (!mayKeepPriority(actor, teamId)) throw new Forbidden(`You cannot change the priorities of the ${teamName} team.`)
  const leads = mayLeadPriorities(actor, teamId)
  const data: Keeping = {
    chain,
    owners: leads ? await ownersFor(db, { id: teamId, slug: teamSlug, name: teamName }) : null,
    closePath: leads ? closingPath(teamSlug, postId) : null,
    key: randomUUID(),
    form: refused?.form ?? '',
    typed: refused ? typed(request.body) : {},
    errors: refused?.problem.fields ?? {},
  }
  const options = { title: `Keep: ${title}`, noindex: true, failed: refused !== undefined, status: refused ? 422 : 200, teamId }
  return reply.page('priorities/keep', data, options)
}
