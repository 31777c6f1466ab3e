/** Support circles over HTTP: where they are, how they protect, founding one, asking to be let in, the page of one for who is in it, and writing there. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isColleague, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { silentBecause } from '../conversations/policy.ts'
import { circleAudience } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { colleagues } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { isPersona, type Persona } from './persona.ts'
import { suggestPseudonyms } from './persona-names.ts'
import { ownersOf, standingIn, supportCircles, type Standing, type SupportCircle } from './support.ts'
import { askAgain, askIntoSupport, foundSupportCircle } from './support-joining.ts'
import { offerOf, type Offer } from './support-succession.ts'
import { supportKeepingRoutes } from './support-keeping-routes.ts'
import { circleAt, failing, insiderOf, memberOf, ofCircle, PageWords, type CircleParams } from './support-page.ts'
import {
  decidedAbout,
  postsInSupport,
  removedHere,
  repliesTo,
  type DecidedHere,
  type RemovedHere,
  type SanctionHere,
  type SupportPost,
  type SupportReply,
} from './support-talk.ts'

type Fields = Readonly<Record<string, string>>

/** What of a circle only its members read. */
interface Inside {
  name: string
  posts: SupportPost[]
  /** The key of older posts; null at the end. */
  next: number | null
  further: boolean
  replies: SupportReply[]
  sanctions: SanctionHere[]
  /** Why they cannot write just now; null when they can. */
  silent: string | null
  /** They have offered to look after the circle. */
  offer: Offer | null
}

declare module '../web/page.ts' {
  interface Views {
    'circles/support': { circles: SupportCircle[]; founds: boolean }
    'circles/support-new': { names: string[]; key: string; typed: Fields; fields: Fields }
    'circles/support-circle': {
      circle: SupportCircle
      owners: string[]
      name: string | null
      standing: Standing | null
      /** Null for who is not in it. */
      inside: Inside | null
      /** What they wrote and the owners removed: also for who was put out, for they can appeal. */
      removals: RemovedHere[]
      /** What was decided about their words; for who was put out, what they appealed against. */
      decisions: DecidedHere[]
      moment: Date
    }
    'circles/support-join': { circle: SupportCircle; names: string[]; name: string | null; typed: Fields; fields: Fields }
    'circles/support-write': { circle: SupportCircle; name: string; kind: 'update' | 'help-request'; key: string; typed: Fields; fields: Fields }
  }
  interface Partials {
    'circles/_support-protection': {}
    'circles/_support-signposts': { signposts: readonly string[] }
    'circles/_support-names': { names: readonly string[]; typed: Fields; fields: Fields; again: string }
  }
}

interface Written {
  title: string
  body: string
  tags: string[]
  circleId: number
  clientKey: string
}

/** The rooms that publish stand above this one, so the application hands over their verbs. */
export interface SupportOptions {
  publish: (tx: Tx, actor: SignedIn, input: Written & { kind: 'update'; details: Record<string, never> }) => Promise<{ path: string }>
  askForHelp: (db: Database, actor: SignedIn, input: Written) => Promise<{ path: string }>
}

const pseudonym = z.string({ error: 'Choose one of the pseudonyms' }).max(60, 'Choose one of the pseudonyms')
const FoundForm = PageWords.extend({ name: line('The name', 'Give the circle a name', 80), pseudonym, key: clientKey })
const JoinForm = z.object({ pseudonym, words: words('Your words', 'Write a few words to the moderators', 1000) })
const AgainForm = JoinForm.pick({ words: true })
const WriteForm = z.object({
  kind: z.enum(['update', 'help-request']).catch('update'),
  title: line('The title', 'Write a title', 120),
  body: words('Your text', 'Write what you want to say', 10_000),
  key: clientKey,
})

export async function supportRoutes(app: FastifyInstance, options: SupportOptions): Promise<void> {
  listRoutes(app)
  circleRoutes(app)
  joinRoutes(app)
  writeRoutes(app, options)
  supportKeepingRoutes(app)
}

function listRoutes(app: FastifyInstance): void {
  app.get('/staff/support', { config: ofCircle }, async (request, reply) => {
    const actor = await insiderOf(request)
    const data = { circles: await supportCircles(app.db), founds: isColleague(actor) }
    return reply.page('circles/support', data, { title: 'Support circles', noindex: true, files: ['desk.css'] })
  })

  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    await insiderOf(request)
    const body = problem ? typed(request.body) : {}
    const names = await namesFor(app, body)
    const data = { names, key: body['key'] ?? randomUUID(), typed: body, fields: problem?.fields ?? {} }
    return reply.page('circles/support-new', data, { title: 'Start a support circle', noindex: true, files: ['desk.css'], ...failing(problem) })
  }
  const config = { access: colleagues, speaks: 'circle' as const }
  app.get('/staff/support/new', { config }, (request, reply) => show(request, reply))
  app.post('/staff/support', { config: { ...config, again: show } }, async (request, reply) => {
    const { key, ...form } = parseForm(FoundForm, request.body)
    const { id } = await foundSupportCircle(app.db, app.config, await insiderOf(request), { ...form, clientKey: key })
    return reply.seeOther(`/staff/support/${id}`, 'support-founded')
  })
}

/** New ones each time, except that a choice stays while something else on the form was wrong. */
async function namesFor(app: FastifyInstance, body: Fields): Promise<string[]> {
  const names = await suggestPseudonyms(app.db)
  const chosen = body['pseudonym']
  return chosen === undefined ? names : [...new Set([chosen, ...names])].slice(0, 3)
}

function circleRoutes(app: FastifyInstance): void {
  app.get<{ Params: CircleParams; Querystring: { before?: string } }>('/staff/support/:id', { config: ofCircle }, async (request, reply) => {
    const actor = await insiderOf(request)
    const circle = await circleAt(app, request)
    const persona = isPersona(actor) ? actor : null
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const decided = persona ? await decidedAbout(app.db, persona) : { decisions: [], sanctions: [] }
    const data = {
      circle,
      owners: await ownersOf(app.db, circle.id),
      name: persona && persona.displayName,
      standing: persona && (await standingIn(app.db, persona)),
      inside: persona && isIn(persona) ? await insideOf(app, persona, { before, sanctions: decided.sanctions }) : null,
      removals: persona ? await removedHere(app.db, persona) : [],
      decisions: persona ? decided.decisions.filter(({ brought }) => brought || isIn(persona)) : [],
      moment: now(),
    }
    return reply.page('circles/support-circle', data, { title: circle.name, noindex: true, files: ['desk.css'] })
  })
}

/** It is no sanction of the pseudonym, so the page of the circle does not say why. */
const SUSPENDED =
  'Your own account is suspended, so you cannot write here either. You can still read everything. “Your account” says why, and how to object.'

async function insideOf(
  app: FastifyInstance,
  persona: Persona,
  { before, sanctions }: { before: number | null; sanctions: SanctionHere[] },
): Promise<Inside> {
  const [{ items, next }, replies, offer] = await Promise.all([
    postsInSupport(app.db, persona, before),
    repliesTo(app.db, persona),
    offerOf(app.db, persona),
  ])
  const silent = silentBecause(persona, { audience: circleAudience(persona.persona.circleId) })
  const because = silent !== null && sanctions.length === 0 ? SUSPENDED : silent
  return { name: persona.displayName, posts: items, next, further: before !== null, replies, sanctions, silent: because, offer }
}

const isIn = ({ circles = [] }: Persona): boolean => circles.length > 0

function joinRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const actor = await insiderOf(request)
    const circle = await circleAt(app, request)
    const body = problem ? typed(request.body) : {}
    const name = isPersona(actor) ? actor.displayName : null
    const names = name === null ? await namesFor(app, body) : []
    const data = { circle, names, name, typed: body, fields: problem?.fields ?? {} }
    return reply.page('circles/support-join', data, { title: `Ask to join: ${circle.name}`, noindex: true, files: ['desk.css'], ...failing(problem) })
  }
  app.get<{ Params: CircleParams }>('/staff/support/:id/join', { config: ofCircle }, (request, reply) => show(request, reply))

  app.post<{ Params: CircleParams }>('/staff/support/:id/requests', { config: { ...ofCircle, again: show } }, async (request, reply) => {
    const actor = await insiderOf(request)
    const { id } = await circleAt(app, request)
    if (isPersona(actor)) await askAgain(app.db, actor, parseForm(AgainForm, request.body).words)
    else await askIntoSupport(app.db, app.config, actor, id, parseForm(JoinForm, request.body))
    return reply.seeOther(`/staff/support/${id}`, 'support-asked')
  })
}

function writeRoutes(app: FastifyInstance, { publish, askForHelp }: SupportOptions): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const { displayName: name } = memberOf(request)
    const circle = await circleAt(app, request)
    const body = problem ? typed(request.body) : typed(request.query)
    const kind = body['kind'] === 'help-request' ? ('help-request' as const) : ('update' as const)
    const data = { circle, name, kind, key: body['key'] ?? randomUUID(), typed: body, fields: problem?.fields ?? {} }
    const title = kind === 'update' ? 'Share something' : 'Ask for help'
    return reply.page('circles/support-write', data, { title: `${title}: ${circle.name}`, noindex: true, files: ['desk.css'], ...failing(problem) })
  }
  app.get<{ Params: CircleParams }>('/staff/support/:id/new', { config: ofCircle }, (request, reply) => show(request, reply))

  app.post<{ Params: CircleParams }>('/staff/support/:id/posts', { config: { ...ofCircle, again: show } }, async (request, reply) => {
    const actor = memberOf(request)
    const { id: circleId } = await circleAt(app, request)
    const { kind, key, ...form } = parseForm(WriteForm, request.body)
    const silent = silentBecause(actor, { audience: circleAudience(circleId) })
    if (silent) throw new Forbidden(silent)
    await app.limits.take('comment', `account ${actor.accountId}`)
    const written = { ...form, tags: [], circleId, clientKey: key }
    const { path } =
      kind === 'help-request'
        ? await askForHelp(app.db, actor, written)
        : await app.db.transaction((tx) => publish(tx, actor, { ...written, kind: 'update', details: {} }))
    return reply.seeOther(path, 'post-published')
  })
}
