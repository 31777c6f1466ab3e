/**
 * The page of one question: the asker finds how it stands, the team and the press office find what they can do with it. Every act on it comes back here.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { savedReplies, type SavedReply } from '../conversations/saved-reply.ts'
import { markOf, subjectOf, talkOf, type Talk } from '../conversations/talk.ts'
import { TalkQuery } from '../conversations/talk-query.ts'
import { Forbidden, NotFound, type Refused } from '../errors.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import type { Door } from '../web/access.ts'
import { parseForm, parseId, typed } from '../web/forms.ts'
import { colleaguesOf, type Colleague } from './assignment.ts'
import { sayDone, seeDone, type Done } from './done.ts'
import { noteForAnswer, notesInPublic } from './from-note.ts'
import { questionById, type QuestionPage, type QuestionState, type QuestionStep } from './question.ts'

type Fields = Readonly<Record<string, string>>

/** What the forms of the page show again: of the form that was refused what was typed, and what is wrong by the id of the input. */
export interface FormState {
  form: string | null
  typed: Fields
  errors: Fields
}

/** What the team finds on the page besides what the asker sees. */
export interface TeamSide {
  replies: SavedReply[]
  /** The saved reply to begin from, chosen without scripts. */
  reply: SavedReply | null
  colleagues: Colleague[]
  /** Notes of colleagues beside the public conversation, where it has one. */
  notes: { path: string; count: number } | null
  /** The words of a staff note to begin from. */
  note: string | null
  /** Where it can be moved. */
  teams: TeamName[]
  /** "Officer · Bracebridge Heath team" */
  mark: string | null
}

interface Shown {
  question: QuestionPage
  state: FormState
}

declare module '../web/page.ts' {
  interface Views {
    'questions/show': Shown & { talk: Talk; side: TeamSide | null; message: string | null; done: string | null; justAsked: boolean; moment: Date }
  }
  interface Partials {
    'questions/_answering': Shown & { side: TeamSide }
    'questions/_duty': Shown & { side: TeamSide; moment: Date }
    'questions/_asking': Shown
    'questions/_history': { history: QuestionPage['history']; moment: Date }
    'questions/_state': { state: QuestionState }
    'questions/_done': { done: string | null }
  }
}

/** Forms that stand on the page as one: whichever button was pressed, the same inputs are shown again. */
const TOGETHER: Readonly<Record<string, string>> = { publication: 'answers', privacy: 'answers' }

const NOTHING_TYPED: FormState = { form: null, typed: {}, errors: {} }

/** An id chosen in a form; the empty choice is null. */
export const choice = (message: string) =>
  z
    .string({ error: message })
    .regex(/^$|^[1-9]\d{0,14}$/, message)
    .transform((text) => (text === '' ? null : Number(text)))

interface IdParams {
  id: string
}

/** `POST /questions/:id/ADDRESS`: reads the form, does it, and comes back to the question (or to `to`). */
export function actOnQuestion<Form extends z.ZodType>(
  app: FastifyInstance,
  access: Door,
  address: string,
  form: Form,
  act: (actor: SignedIn, id: number, input: z.output<Form>) => Promise<Done>,
  to?: string,
): void {
  app.post<{ Params: IdParams }>(`/questions/:id/${address}`, { config: { access, again: showAgain } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const done = await act(signedInActor(request), id, parseForm(form, request.body))
    return seeDone(reply, to ?? `/questions/${id}`, done)
  })
}

export function signedInActor(request: FastifyRequest): SignedIn {
  if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
  return request.actor
}

const showAgain = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showQuestion(request, reply, problem)

export async function showQuestion(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const actor = signedInActor(request)
  const question = await questionById(db, actor, parseId((request.params as IdParams).id))
  const query = TalkQuery.safeParse(request.query)
  if (!query.success) throw new NotFound()
  const talk = await talkOf(db, actor, subjectOf(question.conversation), query.data)
  const data = {
    question,
    talk,
    side: question.isAsker ? null : await teamSide(request, actor, question),
    state: problem ? stateOf(request, problem) : NOTHING_TYPED,
    message: problem?.message ?? null,
    done: problem ? null : sayDone(request.query),
    justAsked: typed(request.query)['done'] === 'asked',
    moment: now(),
  }
  return reply.page('questions/show', data, { title: question.title, noindex: true, failed: problem !== undefined, status: problem ? 422 : 200 })
}

async function teamSide(request: FastifyRequest, actor: SignedIn, question: QuestionPage): Promise<TeamSide> {
  const { db } = request.server
  const may = (...steps: QuestionStep[]): boolean => steps.some((step) => question.steps.includes(step))
  const replies = may('answer') ? (await savedReplies(db, actor, question.team.id)).filter(({ teamId }) => teamId === question.team.id) : []
  const { reply: chosen, note } = typed(request.query)
  return {
    replies,
    reply: replies.find(({ id }) => String(id) === chosen) ?? null,
    notes: await notesInPublic(db, actor, question),
    note: note !== undefined && may('answer', 'publish') ? await noteForAnswer(db, actor, question, parseId(note)) : null,
    colleagues: may('assign') ? await colleaguesOf(db, question.team.id) : [],
    teams: may('move') ? (await allTeams(db)).filter(({ id }) => id !== question.team.id) : [],
    mark: markOf(actor, { teamId: question.team.id, audience: 'public' }),
  }
}

/** The ids of the inputs begin with their form: several forms of the page have a field of the same name. */
function stateOf(request: FastifyRequest, problem: Refused): FormState {
  const address = request.url.split('?', 1)[0]?.split('/').at(-1) ?? ''
  const form = TOGETHER[address] ?? address
  // A key has no input: what is wrong with it is said by the words. The verb that publishes calls the answer by its name.
  const errors = Object.entries(problem.fields).map(
    ([name, text]) => [`${form}-${name === 'key' || name === 'answer' ? 'body' : name}`, text] as const,
  )
  return { form, typed: typed(request.body), errors: Object.fromEntries(errors) }
}
