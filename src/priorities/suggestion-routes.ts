/** Suggestions over HTTP: what residents want the team to work on, what was decided, and suggesting in steps. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { idOf, isStaff } from '../actor.ts'
import { conversationById } from '../conversations/conversation.ts'
import { raisedAmong, type Raised, type RaisedList } from '../conversations/gathering.ts'
import { aloneFrom, commentForm, subjectOf, talkOf, type CommentForm, type Talk } from '../conversations/talk.ts'
import { savedReplies } from '../conversations/saved-reply.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { NotFound } from '../errors.ts'
import { incidentFor } from '../switches/in-force.ts'
import { teamAt, teamBySlug, type Team } from '../teams/team.ts'
import { cleanLine, hasWords } from '../text/input.ts'
import { anyone } from '../web/access.ts'
import { line, parseForm, typed } from '../web/forms.ts'
import { boxOf, boxPath, openBox } from './box.ts'
import { mayLeadPriorities } from './policy.ts'
import { similarTo, type Similar } from './similar.ts'
import { suggestionDeskRoutes } from './suggestion-desk-routes.ts'
import { decided, waiting, type DecidedList } from './suggestion.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'priorities/suggestions': {
      team: Team
      waiting: RaisedList
      decided: DecidedList
      /** Null while nobody has suggested anything. */
      talk: Talk | null
      /** Not the beginning of the lists. */
      further: boolean
      /** The thread alone, from some comment on. */
      threadOnly: boolean
      /** The one suggestion of which this is the thread. */
      alone: Raised | null
      suggests: boolean
      decides: boolean
    }
    'priorities/suggest': {
      team: Team
      step: 1 | 2
      what: string
      errors: Fields
      similar: Similar[]
      /** Null until there is a box to put it in. */
      form: CommentForm | null
      boxIsMissing: boolean
      shut: 'archived' | 'staff' | null
    }
  }
  interface Partials {
    'priorities/_similar': { similar: Similar[]; announce: boolean }
    'priorities/_suggested': { one: RaisedList['items'][number]; decides: boolean; supports: boolean }
  }
}

const WHAT = 160
const what = line('Your suggestion', 'Say in one line what the team should work on', WHAT)
const Begun = z.object({ what: z.string().max(20_000).default('') })
interface TeamRequest {
  Params: { team: string }
}

export async function suggestionRoutes(app: FastifyInstance): Promise<void> {
  app.get<TeamRequest>('/teams/:team/suggestions', { config: { access: anyone } }, (request, reply) => showSuggestions(request, reply))

  app.get<TeamRequest>('/teams/:team/suggestions/new', { config: { access: anyone } }, (request, reply) => showSuggesting(request, reply))

  // Before the first suggestion there is no box, and reading must not make one: what was typed goes on from here.
  app.post<TeamRequest>('/teams/:team/suggestions/box', { config: { access: anyone } }, async (request, reply) => {
    const team = await teamBySlug(app.db, request.params.team)
    const { what: begun } = parseForm(Begun, request.body)
    await openBox(app.db, team)
    return reply.seeOther(`${boxPath(team.slug)}/new?${new URLSearchParams({ what: begun.slice(0, WHAT * 4), step: '2' }).toString()}`)
  })

  await app.register(suggestionDeskRoutes)
}

async function showSuggestions(request: FastifyRequest<TeamRequest>, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const team = await teamAt(db, request.params.team)
  if (typeof team === 'string') return reply.redirect(`${boxPath(team)}${searchOf(request)}`, 301)
  const position = TalkQuery.safeParse(request.query)
  if (!position.success) throw new NotFound()
  const { waiting: after, decided: before } = typed(request.query)
  const boxId = await boxOf(db, team.id)
  const box = boxId === null ? null : await conversationById(db, actor, boxId)
  const whole = box && (await talkOf(db, actor, { ...subjectOf(box), path: boxPath(team.slug) }, position.data))
  const talk = whole && aloneFrom(whole, position.data.from, 'suggestion')
  // In the lists each suggestion stands once; in the order of saying they stand with what was removed, and with what staff said.
  const threadOnly = talk !== null && !(talk.beginning && talk.head === null && !position.data.all)
  const [alone = null] = talk?.alone ? await raisedAmong(db, [position.data.from ?? 0], idOf(actor)) : []
  const data = {
    team,
    talk,
    threadOnly,
    alone,
    waiting: await waiting(db, threadOnly ? null : boxId, { accountId: idOf(actor), cursor: after }),
    decided: await decided(db, threadOnly ? null : boxId, before),
    further: after !== undefined || before !== undefined,
    suggests: team.archivedAt === null && !isStaff(actor),
    decides: mayLeadPriorities(actor, team.id),
  }
  return reply.page('priorities/suggestions', data, {
    title: `Suggestions to the ${team.name} team`,
    description: `What residents want the ${team.name} neighbourhood policing team to work on, and what was decided.`,
    noindex: threadOnly || data.further,
    ...(boxId === null ? {} : { feed: `/conversations/${boxId}/feed` }),
  })
}

const searchOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** First one line, and while it is typed what was said already; then that, and the form of every comment. */
async function showSuggesting(request: FastifyRequest<TeamRequest>, reply: FastifyReply): Promise<FastifyReply> {
  const { db } = request.server
  const { actor } = request
  const team = await teamAt(db, request.params.team)
  if (typeof team === 'string') return reply.redirect(`${boxPath(team)}/new${searchOf(request)}`, 301)
  const query = typed(request.query)
  const begun = cleanLine((query['what'] ?? '').slice(0, 20_000))
  const parsed = query['step'] === '2' ? what.safeParse(begun) : null
  const problem = parsed?.success === false ? (parsed.error.issues[0]?.message ?? '') : ''
  const shut = team.archivedAt !== null ? ('archived' as const) : isStaff(actor) ? ('staff' as const) : null
  const isSecond = parsed?.success === true && shut === null
  const boxId = await boxOf(db, team.id)
  const data = {
    team,
    step: isSecond ? (2 as const) : (1 as const),
    what: begun,
    errors: problem === '' ? {} : { what: problem },
    similar: shut === null && hasWords(begun) ? await similarTo(db, team, begun.slice(0, WHAT * 4), idOf(actor)) : [],
    form: isSecond && boxId !== null ? await formFor(request, boxId, begun) : null,
    boxIsMissing: boxId === null,
    shut,
  }
  return reply.page('priorities/suggest', data, {
    title: `Suggest what the ${team.name} team should work on`,
    noindex: begun !== '' || shut !== null || problem !== '',
    failed: problem !== '',
    status: problem === '' ? 200 : 422,
  })
}

async function formFor({ server: { db }, actor }: FastifyRequest, boxId: number, body: string): Promise<CommentForm> {
  const box = await conversationById(db, actor, boxId)
  const incident = await incidentFor(db, box.teamId)
  return commentForm(actor, subjectOf(box), { body, incident, replies: await savedReplies(db, actor, box.teamId) })
}
