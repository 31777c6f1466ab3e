/** Suggestions for staff, over HTTP: what waits for a decision, deciding, and taking up what was said elsewhere. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasRole, idOf } from '../actor.ts'
import { isPublic } from '../conversations/audience.ts'
import { commentById } from '../conversations/comment.ts'
import type { RaisedList } from '../conversations/gathering.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { sourceOf } from '../posts/source-address.ts'
import { allTeams, teamById, type TeamName } from '../teams/team.ts'
import { summarise } from '../text/markdown.ts'
import { publishers } from '../web/access.ts'
import { idField, parseForm, parseId, typed, words } from '../web/forms.ts'
import { boxOf } from './box.ts'
import { declineSuggestion, mergeSuggestion, type Into } from './decision.ts'
import { adoptingPath } from './panel.ts'
import { mayKeepPriority, mayLeadPriorities } from './policy.ts'
import { openPriorities, priorityOfPost } from './priority.ts'
import { similarTo } from './similar.ts'
import { suggestionById, teamOfSuggestion, waiting, type Suggestion } from './suggestion.ts'
import { takeUpComment } from './taking-up.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'priorities/officers-suggestions': {
      teams: TeamName[]
      team: TeamName | null
      list: RaisedList
      further: boolean
      decides: boolean
    }
    'priorities/decide': {
      suggestion: Suggestion
      decides: boolean
      adoptPath: string
      choices: { value: string; label: string }[]
      form: string
      typed: Fields
      errors: Fields
    }
    'priorities/take-up': { comment: { id: number; author: string | null; words: string }; teams: TeamName[]; chosen: number | null; errors: Fields }
  }
}

const Decline = z.object({ reason: words('The reason', 'Say why, in a sentence or two: everybody reads it', 1000) })
const Merge = z.object({ into: z.string().default(''), address: z.string().max(300).default('') })
const TakingUp = z.object({ team: idField('Choose the team that takes it up') })

interface IdRequest {
  Params: { id: string }
}

export async function suggestionDeskRoutes(app: FastifyInstance): Promise<void> {
  app.get('/officers/suggestions', { config: { access: publishers } }, (request, reply) => showForOfficers(request, reply))

  app.get<IdRequest>('/officers/suggestions/:id', { config: { access: publishers } }, (request, reply) => showDecision(request, reply))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showDecision(request, reply, problem)
  app.post<IdRequest>('/suggestions/:id/refusal', { config: { access: publishers, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await declineSuggestion(app.db, signedInActor(request), id, parseForm(Decline, request.body).reason)
    return reply.seeOther(`/comments/${id}`, 'suggestion-decided')
  })

  app.post<IdRequest>('/suggestions/:id/merger', { config: { access: publishers, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await mergeSuggestion(app.db, signedInActor(request), id, await chosenIn(request))
    return reply.seeOther(`/comments/${id}`, 'suggestion-decided')
  })

  app.get<IdRequest>('/comments/:id/suggestion', { config: { access: publishers } }, (request, reply) => showTakingUp(request, reply))

  app.post<IdRequest>('/comments/:id/suggestion', { config: { access: publishers, again: showTakingUp } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const team = await teamById(app.db, parseForm(TakingUp, request.body).team)
    await takeUpComment(app.db, signedInActor(request), team, id)
    return reply.seeOther(`/officers/suggestions/${id}`, 'suggestion-raised')
  })
}

/** The teams for which somebody works here, A to Z. */
async function teamsOf(request: FastifyRequest): Promise<TeamName[]> {
  const { actor, server } = request
  if (hasRole(actor, 'press-office')) return allTeams(server.db)
  return (await allTeams(server.db)).filter(({ id }) => mayKeepPriority(actor, id))
}

async function showForOfficers(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const query = typed(request.query)
  const teams = await teamsOf(request)
  const team = teams.find(({ slug }) => slug === query['team']) ?? teams[0] ?? null
  const boxId = team && (await boxOf(db, team.id))
  const list = await waiting(db, boxId, { accountId: idOf(actor), cursor: query['after'] })
  const data = { teams, team, list, further: query['after'] !== undefined, decides: team !== null && mayLeadPriorities(actor, team.id) }
  return reply.page('priorities/officers-suggestions', data, { title: 'Suggestions', noindex: true })
}

async function showDecision(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const suggestion = await suggestionById(db, parseId((request.params as IdRequest['Params']).id), idOf(actor))
  const { team, commentId } = suggestion
  if (!mayKeepPriority(actor, team.id)) throw new Forbidden(`You cannot see to the suggestions to the ${team.name} team.`)
  const data = {
    suggestion,
    decides: mayLeadPriorities(actor, team.id),
    adoptPath: adoptingPath(team.slug, commentId),
    choices: suggestion.decision ? [] : await choicesFor(request, suggestion),
    form: problem ? (request.url.split('?', 1)[0]?.split('/').at(-1) ?? '') : '',
    typed: problem ? typed(request.body) : {},
    errors: problem?.fields ?? {},
  }
  const options = {
    title: `Suggestion: ${summarise(suggestion.body.html, 60)}`,
    noindex: true,
    failed: problem !== undefined,
    status: problem ? 422 : 200,
  }
  return reply.page('priorities/decide', data, { ...options, teamId: team.id })
}

/** What says the same perhaps, then the open priorities and the most supported others. */
async function choicesFor(
  { server: { db }, actor }: FastifyRequest,
  { team, commentId, body }: Suggestion,
): Promise<{ value: string; label: string }[]> {
  const similar = await similarTo(db, team, summarise(body.html, 600), idOf(actor))
  const others = await waiting(db, await boxOf(db, team.id), { accountId: null })
  const choices = [
    ...(await openPriorities(db, team.id, 20)).map(({ id, title }) => ({ value: `p${id}`, label: `Priority: ${title}` })),
    ...similar.flatMap((one) => (one.kind === 'suggestion' ? [{ value: `s${one.commentId}`, label: `Suggestion: ${one.words}` }] : [])),
    ...others.items.map((one) => ({ value: `s${one.commentId}`, label: `Suggestion: ${summarise(one.body.html, 100)}` })),
  ]
  return [...new Map(choices.filter(({ value }) => value !== `s${commentId}`).map((choice) => [choice.value, choice])).values()]
}

/** What was chosen, or named by its address. */
async function chosenIn(request: FastifyRequest): Promise<Into> {
  const { into, address } = parseForm(Merge, request.body)
  const [, kind, id] = /^([ps])([1-9]\d{0,14})$/.exec(into) ?? []
  if (id !== undefined) return kind === 'p' ? { priorityId: Number(id) } : { commentId: Number(id) }
  const source = sourceOf(address)
  if (source?.kind === 'comment') return { commentId: source.id }
  const priority = source && (await priorityOfPost(request.server.db, source.id))
  if (priority) return { priorityId: priority.id }
  const because = 'Choose what says the same, or enter its address'
  throw new Refused(because, { into: because })
}

async function showTakingUp(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const comment = await commentById(db, actor, parseId((request.params as IdRequest['Params']).id))
  if (!isPublic(comment.audience) || comment.state !== 'published' || comment.officialRole !== null) throw new NotFound('comment')
  const home = await teamOfSuggestion(db, comment.id)
  if (home && mayKeepPriority(actor, home.id)) return reply.redirect(`/officers/suggestions/${comment.id}`, 303)
  const teams = await teamsOf(request)
  const chosen = teams.find(({ id }) => id === comment.teamId)?.id ?? (teams.length === 1 ? (teams[0]?.id ?? null) : null)
  const shown = { id: comment.id, author: comment.author, words: summarise(comment.bodyHtml, 400) }
  const options = { title: 'Take up as a suggestion', noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 }
  return reply.page('priorities/take-up', { comment: shown, teams, chosen, errors: problem?.fields ?? {} }, options)
}
