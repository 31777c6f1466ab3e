/** The pages on which places are kept: each form with what was typed, and what is wrong with it. */
import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { hasRole, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { parseId, typed } from '../web/forms.ts'
import { KIND_NAMES, placeBySlug, placesOfPartner, placesOfTeam, type PlaceItem, type PlacePage } from './place.ts'
import { differencesOf, type Difference } from './place-difference.ts'
import { WEEKDAYS } from './place-fields.ts'
import { comingDays, editFormOf, formOf, readPlace, type PlaceContent, type TypedPlace } from './place-form.ts'
import { keepingDuty, keeps, mayAnswer, mayPropose } from './policy.ts'
import { heldAt, type Held } from './held.ts'
import { announcedAt, type PresenceItem } from './presence.ts'
import { ownProposals, proposalById, proposalsFor, type Proposal, type ProposalItem } from './proposal.ts'
import type { PlaceKind } from './schema.ts'

type Errors = Readonly<Record<string, string>>
type Team = Pick<TeamName, 'id' | 'name'>

export interface PlaceFormPage {
  typed: TypedPlace
  errors: Errors
  key: string
  /** It waits for a second person. */
  waits: boolean
  kinds: readonly (readonly [PlaceKind, string])[]
  days: readonly string[]
}

declare module '../web/page.ts' {
  interface Views {
    'places/desk': {
      waiting: ProposalItem[]
      own: { items: ProposalItem[]; next: number | null }
      /** Those of a team; without one, those of a partner. */
      groups: { team: Team | null; places: PlaceItem[] }[]
      /** The press office keeps every place, too many for one list. */
      everywhere: boolean
      partner: boolean
      further: boolean
    }
    'places/new': PlaceFormPage & { teams: Team[] }
    'places/edit': PlaceFormPage & { place: PlacePage; version: number; overtaken: Difference[] | null }
    'places/close': {
      place: PlacePage
      announced: PresenceItem[]
      held: readonly Held[]
      typed: TypedPlace
      errors: Errors
      key: string
      waits: boolean
    }
    'places/change': { change: Proposal; differences: Difference[]; answers: boolean; typed: TypedPlace; errors: Errors }
  }
  interface Partials {
    'places/_form': PlaceFormPage
    'places/_differences': { differences: Difference[]; fresh: boolean }
    'places/_proposal': { change: ProposalItem }
  }
}

const KINDS = Object.entries(KIND_NAMES) as [PlaceKind, string][]

const asShown = (title: string, problem?: Refused) => ({ title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })

/** Both parts of a form, the place and what goes with it; or everything that is wrong with either. */
export async function readBoth<T extends z.ZodType>(request: FastifyRequest, form: T): Promise<{ content: PlaceContent; rest: z.output<T> }> {
  const rest = form.safeParse(request.body ?? {})
  const content = await readPlace(request.server.db, typed(request.body)).catch((problem: unknown) => {
    if (problem instanceof Refused) return problem
    throw problem
  })
  if (rest.success && !(content instanceof Refused)) return { content, rest: rest.data }
  const others = Object.fromEntries((rest.error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]))
  throw new Refused('There is a problem with what you sent', { ...others, ...(content instanceof Refused ? content.fields : {}) })
}

/** The teams for which somebody may open a place; partner staff ask any of them. */
export async function teamsToOpenFor(request: FastifyRequest, actor: SignedIn): Promise<TeamName[]> {
  const teams = await allTeams(request.server.db)
  return mayPropose(actor) ? teams : teams.filter(({ id }) => keepingDuty(actor, id) !== null)
}

export async function showDesk(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const { before = '' } = request.query as { before?: string }
  const from = /^[1-9]\d{0,14}$/.test(before) ? Number(before) : null
  const [waiting, own, groups] = await Promise.all([proposalsFor(db, actor), ownProposals(db, actor, from), groupsFor(request, actor)])
  const who = { partner: mayPropose(actor), everywhere: hasRole(actor, 'press-office') }
  return reply.page('places/desk', { waiting, own, groups, ...who, further: from !== null }, asShown('Keeping places'))
}

async function groupsFor(request: FastifyRequest, actor: SignedIn): Promise<{ team: Team | null; places: PlaceItem[] }[]> {
  const { db } = request.server
  const teams = actor.duties.flatMap(({ role, teamId: id, teamName: name }) =>
    (role === 'officer' || role === 'supervisor') && id !== null && name !== null ? [{ id, name }] : [],
  )
  const once = [...new Map(teams.map((team) => [team.id, team])).values()]
  const groups = await Promise.all(once.map(async (team) => ({ team, places: await placesOfTeam(db, team.id) })))
  return mayPropose(actor) ? [...groups, { team: null, places: await placesOfPartner(db, actor.accountId) }] : groups
}

const EMPTY: TypedPlace = { holidays: 'closed', saturday: 'closed', sunday: 'closed' }

export async function showNew(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const actor = signedInActor(request)
  const teams = await teamsToOpenFor(request, actor)
  const sent = typed(request.body)
  const waits = !teams.some(({ id }) => keepingDuty(actor, id) !== null)
  const form = problem ? sent : { ...EMPTY, ...(waits ? { kind: 'partner' } : {}), ...(teams.length === 1 ? { team: String(teams[0]?.id) } : {}) }
  const data = { teams, waits, typed: form, errors: problem?.fields ?? {}, key: sent['key'] ?? randomUUID(), kinds: kindsFor(waits), days: WEEKDAYS }
  return reply.page('places/new', data, asShown('Open a place', problem))
}

const kindsFor = (waits: boolean) => KINDS.filter(([kind]) => !waits || kind === 'partner')

const placeIn = (request: FastifyRequest): Promise<PlacePage> => placeBySlug(request.server.db, (request.params as { place: string }).place)

/** For its forms. Throws `NotFound`, and `Forbidden` for whoever does not look after it. */
async function placeToKeep(request: FastifyRequest): Promise<{ place: PlacePage; waits: boolean }> {
  const place = await placeIn(request)
  const how = keeps(signedInActor(request), place)
  if (place.closedAt !== null) throw new Forbidden('This place is closed for good, so it stays as it is.')
  if (how === null) throw new Forbidden('You do not look after this place.')
  return { place, waits: how === 'by-proposal' }
}

export async function showEdit(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { place, waits } = await placeToKeep(request)
  const sent = typed(request.body)
  const form = problem ? sent : await editFormOf(request.server.db, place)
  const version = Number(sent['version'] ?? place.version)
  const data = { place, waits, version, typed: form, errors: problem?.fields ?? {}, key: sent['key'] ?? randomUUID(), overtaken: null }
  return reply.page('places/edit', { ...data, kinds: kindsFor(waits), days: WEEKDAYS }, asShown(`Change: ${place.name}`, problem))
}

/** The form again as it was typed, beside what a colleague made of the place meanwhile: sent again, it replaces that. */
export async function showOvertaken(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { place, waits } = await placeToKeep(request)
  const sent = typed(request.body)
  const overtaken = differencesOf(await editFormOf(request.server.db, place), sent)
  const data = { place, waits, version: place.version, typed: sent, errors: {}, key: randomUUID(), overtaken }
  const page = { title: `Change: ${place.name}`, noindex: true, failed: true, status: 409 }
  return reply.page('places/edit', { ...data, kinds: kindsFor(waits), days: WEEKDAYS }, page)
}

export async function showClosing(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { place, waits } = await placeToKeep(request)
  const sent = typed(request.body)
  const form = { ...sent, version: sent['version'] ?? String(place.version) }
  const announced = await announcedAt(request.server.db, place.id, now())
  const held = (await heldAt(request.server.db, place.id)).filter(({ cancelledBecause }) => cancelledBecause === null)
  const data = { place, announced, held, waits, typed: form, errors: problem?.fields ?? {}, key: sent['key'] ?? randomUUID() }
  return reply.page('places/close', data, asShown(`Close for good: ${place.name}`, problem))
}

export async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const change = await proposalById(db, request.actor, parseId((request.params as { id: string }).id))
  const place = change.act === 'change' && change.answer === null && change.placeSlug !== null ? await placeBySlug(db, change.placeSlug) : null
  // The form in which it was proposed had no days that were over then.
  const exceptions = comingDays(place?.exceptions ?? {}, change.changedAt)
  const before = place ? formOf({ ...place, description: place.descriptionText, exceptions }) : {}
  const differences = change.act === 'close' ? [] : differencesOf(before, change.form)
  const answers = change.answer === null && mayAnswer(request.actor, change)
  const data = { change, differences, answers, typed: typed(request.body), errors: problem?.fields ?? {} }
  return reply.page('places/change', data, asShown(`Proposed: ${change.name}`, problem))
}
