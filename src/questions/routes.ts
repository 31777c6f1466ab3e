/** Asking, and following one's question, over HTTP. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keptWords } from '../accounts/sign-in.ts'
import { isSignedIn, isStaff, type Actor } from '../actor.ts'
import { Refused } from '../errors.ts'
import { choiceField, elsewhereIn, showDoubt, type ShownDoubt } from '../screening/doubt.ts'
import type { FindingKind } from '../screening/findings.ts'
import { lookAt, type Doubt } from '../screening/screen.ts'
import { teamAt, teamBySlug, type Team } from '../teams/team.ts'
import { cleanLine, hasWords } from '../text/input.ts'
import { anyone, signedIn } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { askReview, reopenQuestion } from './answer.ts'
import { seeDone } from './done.ts'
import { actOnQuestion, showQuestion } from './question-page.ts'
import { unaskableBecause } from './policy.ts'
import { askQuestion, unnameQuestion, withdrawQuestion } from './question.ts'
import { rateQuestion } from './rating.ts'
import { HOURS_TO_ANSWER, RATINGS } from './schema.ts'
import { likelyAnswers, type Likely } from './similar.ts'

type Fields = Readonly<Record<string, string>>

export interface AskForm {
  title: string
  body: string
  visibility: string
  named: boolean
  key: string
  errors: Fields
}

/** Why nothing can be asked here by this reader; null when it can. */
type Shut = 'archived' | 'staff' | null

declare module '../web/page.ts' {
  interface Views {
    'questions/ask': {
      team: Team
      form: AskForm
      step: 1 | 2
      likely: Likely[]
      hours: number
      shut: Shut
      /** Why a sanction keeps this reader from asking at all, or in public; null when none does. */
      silent: string | null
      unpublic: string | null
      signedIn: boolean
      /** The display name of whoever asks, when they have one. */
      name: string | null
    }
    'questions/check': { team: Team; form: AskForm; doubt: ShownDoubt; unpublic: string | null; name: string | null }
    'questions/sign-in-first': { team: Team; form: AskForm; elsewhere: FindingKind[] }
  }
  interface Partials {
    'questions/_likely': { likely: Likely[]; announce: boolean }
    'questions/_ask-form': { team: Team; form: AskForm; unpublic: string | null; signedIn: boolean; name: string | null }
  }
}

const TITLE_LENGTH = 160
const title = line('Your question', 'Write your question in one line', TITLE_LENGTH)
const NewQuestion = z.object({
  title,
  body: words('The details', 'Tell the team what they need to know to answer', 3000),
  visibility: z.enum(['public', 'private'], { error: 'Choose who may read it' }),
  named: z
    .string()
    .optional()
    .transform((named) => named === 'yes'),
  key: clientKey,
  choice: choiceField,
})
const Because = z.object({ because: words('What you write', 'Say why, in a sentence or two', 1000) })
const Helped = z.object({ rating: z.enum(RATINGS, { error: 'Say whether the answer helped' }) })
const Nothing = z.object({})

interface AskRequest {
  Params: { team: string }
}

export async function questionRoutes(app: FastifyInstance): Promise<void> {
  app.get<AskRequest>('/ask/:team', { config: { access: anyone } }, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/ask/${team}`, 301)
    return showAsking(request, reply, team)
  })

  app.post<AskRequest>('/ask/:team', { config: { access: anyone, again: askAgain } }, async (request, reply) => {
    const team = await openTeam(app, request.params.team)
    const form = parseForm(NewQuestion, request.body)
    if (!isSignedIn(request.actor)) return signInFirst(request, reply, team)
    const { key, choice, ...question } = form
    const doubt = choice === 'as-it-is' || isStaff(request.actor) ? null : await doubtAbout(app, question)
    if (doubt) return showCheck(request, reply, team, doubt)
    await app.limits.take('question', `account ${request.actor.accountId}`)
    const { id } = await askQuestion(app.db, request.actor, team, { ...question, clientKey: key })
    return seeDone(reply, `/questions/${id}`, 'asked')
  })

  app.get('/questions/:id', { config: { access: signedIn } }, (request, reply) => showQuestion(request, reply))

  actOnQuestion(app, signedIn, 'rating', Helped, async (actor, id, { rating }) => {
    await rateQuestion(app.db, actor, id, rating)
    return 'rated'
  })
  actOnQuestion(app, signedIn, 'reopening', Because, async (actor, id, { because }) => {
    await reopenQuestion(app.db, actor, id, because)
    return 'reopened'
  })
  actOnQuestion(app, signedIn, 'review-request', Because, async (actor, id, { because }) => {
    await askReview(app.db, actor, id, because)
    return 'review-asked'
  })
  actOnQuestion(app, signedIn, 'withdrawal', Nothing, async (actor, id) => {
    await withdrawQuestion(app.db, actor, id)
    return 'withdrawn'
  })
  actOnQuestion(app, signedIn, 'namelessness', Nothing, async (actor, id) => {
    await unnameQuestion(app.db, actor, id)
    return 'unnamed'
  })
}

async function openTeam(app: FastifyInstance, slug: string): Promise<Team> {
  const team = await teamAt(app.db, slug)
  const found = typeof team === 'string' ? await teamBySlug(app.db, team) : team
  if (found.archivedAt !== null) throw new Refused('This team no longer exists. Your words are below, so that you can keep them.')
  return found
}

const emptyForm = (): AskForm => ({ title: '', body: '', visibility: '', named: true, key: randomUUID(), errors: {} })

function filledForm(sent: Fields): AskForm {
  const { title = '', body = '', visibility = '', named, key } = sent
  return { ...emptyForm(), title, body, visibility, named: named === 'yes', ...(key && z.uuid().safeParse(key).success ? { key } : {}) }
}

const askAgain = async (request: FastifyRequest, reply: FastifyReply, problem: Refused): Promise<FastifyReply> => {
  const { team: slug } = request.params as AskRequest['Params']
  const team = await teamAt(request.server.db, slug)
  const found = typeof team === 'string' ? await teamBySlug(request.server.db, team) : team
  const named = Object.keys(problem.fields).length > 0
  // A key has no input of its own, and an archived team has no field at all.
  const { key, ...fields } = problem.fields
  const errors = { ...fields, ...(key ? { body: key } : {}), ...(named ? {} : { body: problem.message }) }
  return showAsk(request, reply, found, { ...filledForm(typed(request.body)), errors }, 2)
}

async function showAsking(request: FastifyRequest, reply: FastifyReply, team: Team): Promise<FastifyReply> {
  const query = typed(request.query)
  const kept = await keptFor(request)
  if (kept) return showAsk(request, reply, team, filledForm(kept), 2)
  const asked = cleanLine((query['title'] ?? '').slice(0, 20_000))
  if (query['step'] !== '2') return showAsk(request, reply, team, { ...emptyForm(), title: asked }, 1)
  const parsed = title.safeParse(asked)
  if (parsed.success) return showAsk(request, reply, team, { ...emptyForm(), title: parsed.data, named: mayBeNamed(request.actor) }, 2)
  const [issue] = parsed.error.issues
  return showAsk(request, reply, team, { ...emptyForm(), title: asked, errors: { title: issue?.message ?? '' } }, 1)
}

/** Somebody without a display name has to choose one first, so the box is not ticked for them. */
const mayBeNamed = (actor: Actor): boolean => !isSignedIn(actor) || actor.displayName !== null

async function keptFor(request: FastifyRequest): Promise<Fields | null> {
  const { kept } = typed(request.query)
  if (kept === undefined || !isSignedIn(request.actor)) return null
  return (await keptWords(request.server.db, request.actor, parseId(kept)))?.fields ?? null
}

/** First the question in one line, and while it is typed what may answer it already; then what may answer it and the whole form. */
async function showAsk(request: FastifyRequest, reply: FastifyReply, team: Team, form: AskForm, step: 1 | 2): Promise<FastifyReply> {
  const { actor } = request
  const data = {
    team,
    form,
    step,
    likely: await likelyFor(request, team, form),
    hours: HOURS_TO_ANSWER,
    shut: shutFor(actor, team),
    silent: unaskableBecause(actor, 'private'),
    unpublic: unaskableBecause(actor, 'public'),
    signedIn: isSignedIn(actor),
    name: isSignedIn(actor) ? actor.displayName : null,
  }
  const failed = Object.keys(form.errors).length > 0
  return reply.page('questions/ask', data, {
    title: `Ask the ${team.name} team`,
    description: `Ask the ${team.name} neighbourhood policing team a question. They answer within ${HOURS_TO_ANSWER} hours.`,
    noindex: step === 2 || form.title !== '' || failed || team.archivedAt !== null,
    failed,
    status: failed ? 422 : 200,
  })
}

const likelyFor = async (request: FastifyRequest, team: Team, form: AskForm): Promise<Likely[]> =>
  team.archivedAt === null && hasWords(form.title) ? likelyAnswers(request.server.db, team.id, form.title.slice(0, TITLE_LENGTH)) : []

function shutFor(actor: Actor, team: Team): Shut {
  if (team.archivedAt !== null) return 'archived'
  return isStaff(actor) ? 'staff' : null
}

/** A visitor has written first: the words go along to the sign-in and come back with them. */
function signInFirst(request: FastifyRequest, reply: FastifyReply, team: Team): FastifyReply {
  const form = filledForm(typed(request.body))
  // Who needs the police now must not have to sign in first to read it.
  const elsewhere = elsewhereIn(`${form.title}\n\n${form.body}`)
  return reply.page('questions/sign-in-first', { team, form, elsewhere }, { title: 'Sign in to ask your question', noindex: true })
}

/** What the asker should look at once more. A person of the team reads it in any case, so nothing of it is a reason to hold it back. */
async function doubtAbout(
  app: FastifyInstance,
  { title, body, visibility }: { title: string; body: string; visibility: string },
): Promise<Doubt | null> {
  const readers = visibility === 'public' ? 'everybody' : 'team'
  const found = await lookAt(app.db, { body: `${title}\n\n${body}`, choice: null, readers, anyway: true })
  return 'doubt' in found ? found.doubt : null
}

function showCheck(request: FastifyRequest, reply: FastifyReply, team: Team, doubt: Doubt): FastifyReply {
  const name = isSignedIn(request.actor) ? request.actor.displayName : null
  const unpublic = unaskableBecause(request.actor, 'public')
  const data = { team, form: filledForm(typed(request.body)), doubt: showDoubt(doubt), unpublic, name }
  return reply.page('questions/check', data, { title: 'Look at this before you send it', noindex: true, status: 422 })
}
