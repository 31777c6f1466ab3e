/** Notes of staff beside a conversation, and saved replies, over HTTP. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { NotFound, type Refused } from '../errors.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { summarise } from '../text/markdown.ts'
import { publishers } from '../web/access.ts'
import { clientKey, idField, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { conversationById } from './conversation.ts'
import { mayKeepReplies } from './policy.ts'
import { addSavedReply, changeSavedReply, retireSavedReply, savedReplies, savedReplyById, type SavedReply } from './saved-reply.ts'
import { notePanels, replyPlace, sideConversation, type NotePanels } from './side.ts'
import { subjectOf, talkOf, type Talk } from './talk.ts'
import { TalkQuery } from './talk-query.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'conversations/notes': { talk: Talk; title: string; path: string; panels: Partial<NotePanels> }
    'conversations/replies': { groups: [team: string, replies: SavedReply[]][]; team: number | null; teams: TeamName[] }
    'conversations/reply-edit': { reply: SavedReply | null; teams: TeamName[]; typed: Fields; errors: Fields; key: string }
  }
}

const replyTitle = line('The name', 'Enter a name for the reply', 80)
const replyBody = words('The reply', 'Write the reply', 5000)
const NewReply = z.object({ title: replyTitle, body: replyBody, key: clientKey, team: idField('Choose a team') })
const ChangedReply = z.object({ title: replyTitle, body: replyBody, version: idField('This page is out of date. Reload it and try again.') })

interface IdParams {
  id: string
}

export async function talkDeskRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: publishers }

  app.get<{ Params: IdParams }>('/conversations/:id/notes', { config: access }, async (request, reply) => {
    const subject = await conversationById(app.db, request.actor, parseId(request.params.id))
    const query = TalkQuery.safeParse(request.query)
    if (!query.success) throw new NotFound()
    const side = await sideConversation(app.db, request.actor, subject.id)
    const [talk, usedAt, panels] = await Promise.all([
      talkOf(app.db, request.actor, subjectOf(side), query.data),
      replyPlace(app.db, request.actor, subject),
      notePanels(app.db, request.actor, subject),
    ])
    const data = { talk: { ...talk, usedAt }, title: subject.title, path: subject.path, panels }
    return reply.page('conversations/notes', data, { title: `Staff notes: ${summarise(subject.title, 60)}`, noindex: true })
  })

  app.get<{ Querystring: { team?: string } }>('/officers/replies', { config: access }, async (request, reply) => {
    const team = request.query.team ? parseId(request.query.team) : null
    const replies = await savedReplies(app.db, request.actor, team)
    const groups = [...Map.groupBy(replies, (one) => one.teamName)]
    const data = { groups, team, teams: await teamsOf(app, request.actor) }
    return reply.page('conversations/replies', data, { title: 'Saved replies', noindex: true })
  })

  app.get<{ Querystring: { team?: string } }>('/officers/replies/new', { config: access }, (request, reply) =>
    showReply(request, reply, null, { team: request.query.team ?? '' }),
  )

  const newAgain = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showReply(request, reply, null, typed(request.body), problem)
  app.post('/officers/replies/new', { config: { ...access, again: newAgain } }, async (request, reply) => {
    const { team, key, ...input } = parseForm(NewReply, request.body)
    await addSavedReply(app.db, signedInActor(request), team, { ...input, clientKey: key })
    return reply.seeOther('/officers/replies', 'reply-saved')
  })

  const found = (request: FastifyRequest) => savedReplyById(app.db, request.actor, parseId((request.params as IdParams).id))
  app.get('/officers/replies/:id', { config: access }, async (request, reply) => showReply(request, reply, await found(request), {}))

  const changeAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused) =>
    showReply(request, reply, await found(request), typed(request.body), problem)
  app.post<{ Params: IdParams }>('/officers/replies/:id', { config: { ...access, again: changeAgain } }, async (request, reply) => {
    const id = parseId(request.params.id)
    await changeSavedReply(app.db, signedInActor(request), id, parseForm(ChangedReply, request.body))
    return reply.seeOther('/officers/replies', 'reply-saved')
  })

  app.post<{ Params: IdParams }>('/officers/replies/:id/retirement', { config: access }, async (request, reply) => {
    await retireSavedReply(app.db, signedInActor(request), parseId(request.params.id))
    return reply.seeOther('/officers/replies', 'reply-retired')
  })
}

/** The teams whose replies somebody keeps. */
const teamsOf = async (app: FastifyInstance, actor: Actor): Promise<TeamName[]> =>
  (await allTeams(app.db)).filter((team) => mayKeepReplies(actor, team.id))

async function showReply(
  request: FastifyRequest,
  reply: FastifyReply,
  known: SavedReply | null,
  fields: Fields,
  problem?: Refused,
): Promise<FastifyReply> {
  const { title = known?.title ?? '', body = known?.body ?? '', version = String(known?.version ?? 1), team = '', key = randomUUID() } = fields
  const data = {
    reply: known,
    teams: known ? [] : await teamsOf(request.server, request.actor),
    typed: { title, body, version, team },
    errors: problem?.fields ?? {},
    key,
  }
  const options = { title: known ? 'Change a saved reply' : 'Add a saved reply', noindex: true }
  return reply.page('conversations/reply-edit', data, { ...options, failed: problem !== undefined, status: problem ? 422 : 200 })
}

function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new NotFound()
  return request.actor
}
