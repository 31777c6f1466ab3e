/** Looking after a date over HTTP: who comes, writing to them, entering who rang, changing it and calling it off. For the team, and a partner's own tasks. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { venues, type Venue } from '../places/presence-desk.ts'
import { signedInActor } from '../posts/draft-page.ts'
import { placeKeepers } from '../web/access.ts'
import { parseId, typed } from '../web/forms.ts'
import { comersOf, wordsOf, writeToComers, type Comer, type Written } from './coming.ts'
import { readCallingOff, readEntered, readPlans, readWords, typedDate } from './form.ts'
import { occasionById, type OccasionItem } from './occasion.ts'
import { cancelOccasion, changeOccasion, seenOf } from './planning.ts'
import { isStanding, mayRunOccasion } from './policy.ts'
import { asShown, type ShownOccasion } from './saying.ts'
import { endEntered, enterSignUp } from './sign-up.ts'

type Errors = Readonly<Record<string, string>>
interface Sent {
  typed: Record<string, string>
  errors: Errors
}

declare module '../web/page.ts' {
  interface Views {
    'occasions/coming': Sent & {
      occasion: ShownOccasion
      comers: Comer[]
      written: Written[]
      keys: { entry: string; words: string }
      problem: Refused | null
    }
    'occasions/change': Sent & { occasion: ShownOccasion; venues: Venue[]; seen: string; begun: boolean }
    'occasions/call-off': Sent & { occasion: ShownOccasion }
  }
  interface Partials {
    /** One date, or (`repeats`) a series, for forms read by `readPlans`. */
    'occasions/_date-fields': Sent & { venues: Venue[]; repeats: boolean }
  }
}

interface Id {
  Params: { id: string }
}

export async function runRoutes(app: FastifyInstance): Promise<void> {
  const access = { access: placeKeepers }

  app.get<Id>('/officers/occasions/:id', { config: access }, (request, reply) => showComing(request, reply))

  app.post<Id>('/occasions/:id/sign-ups', { config: { ...access, again: showComing } }, async (request, reply) => {
    const { waits } = await enterSignUp(app.db, signedInActor(request), idIn(request), readEntered(request.body))
    return reply.seeOther(`/officers/occasions/${idIn(request)}`, waits ? 'sign-up-waits' : 'sign-up-entered')
  })

  app.post<{ Params: { id: string; signUp: string } }>('/occasions/:id/sign-ups/:signUp/end', { config: access }, async (request, reply) => {
    await endEntered(app.db, signedInActor(request), idIn(request), parseId(request.params.signUp))
    return reply.seeOther(`/officers/occasions/${idIn(request)}`, 'sign-up-taken-off')
  })

  app.post<Id>('/occasions/:id/words', { config: { ...access, again: showComing } }, async (request, reply) => {
    await writeToComers(app.db, signedInActor(request), idIn(request), readWords(request.body))
    return reply.seeOther(`/officers/occasions/${idIn(request)}`, 'comers-told')
  })

  app.get<Id>('/officers/occasions/:id/change', { config: access }, (request, reply) => showChange(request, reply))

  app.post<Id>('/occasions/:id/changes', { config: { ...access, again: showChange } }, async (request, reply) => {
    const [plan] = readPlans(request.body, now())
    if (!plan) throw new Error('a date without a plan')
    const { seen = '' } = typed(request.body)
    await app.db.transaction((tx) => changeOccasion(tx, signedInActor(request), idIn(request), plan, seen))
    return reply.seeOther((await occasionById(app.db, idIn(request))).path, 'occasion-changed')
  })

  app.get<Id>('/officers/occasions/:id/call-off', { config: access }, (request, reply) => showCallingOff(request, reply))

  app.post<Id>('/occasions/:id/cancellation', { config: { ...access, again: showCallingOff } }, async (request, reply) => {
    const { because } = readCallingOff(request.body)
    await app.db.transaction((tx) => cancelOccasion(tx, signedInActor(request), idIn(request), because))
    return reply.seeOther((await occasionById(app.db, idIn(request))).path, 'occasion-called-off')
  })
}

const idIn = (request: FastifyRequest): number => parseId((request.params as Id['Params']).id)

/** Throws `NotFound`, and `Forbidden` for whoever does not look after it. */
async function runOccasion(request: FastifyRequest): Promise<OccasionItem> {
  const item = await occasionById(request.server.db, idIn(request))
  if (!mayRunOccasion(request.actor, item)) throw new Forbidden(`The ${item.teamName} team looks after this.`)
  return item
}

function shownOf(item: OccasionItem): ShownOccasion {
  const [shown] = asShown([item], now())
  if (!shown) throw new Error('an occasion that does not show')
  return shown
}

const asPage = (title: string, { teamId }: OccasionItem, problem?: Refused) => ({
  title,
  noindex: true,
  failed: problem !== undefined,
  status: problem ? 422 : 200,
  teamId,
})

async function showComing(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const { db } = request.server
  const occasion = await runOccasion(request)
  const { key, ...errors } = problem?.fields ?? {}
  const sent = problem ? typed(request.body) : {}
  const data = {
    occasion: shownOf(occasion),
    comers: await comersOf(db, occasion.id),
    written: await wordsOf(db, occasion.id),
    keys: { entry: randomUUID(), words: randomUUID() },
    typed: sent,
    errors: key ? { ...errors, [sent['body'] === undefined ? 'name' : 'body']: key } : errors,
    problem: problem ?? null,
  }
  return reply.page('occasions/coming', data, asPage('Who comes', occasion, problem))
}

/** Throws as `runOccasion` does, and `Forbidden` for what nobody changes any more. */
async function changeable(request: FastifyRequest): Promise<OccasionItem> {
  const item = await runOccasion(request)
  if (!isStanding(item, now()))
    throw new Forbidden(item.cancelledAt ? 'This was called off. Plan another date.' : 'This is over. It stays as it was.')
  return item
}

async function showChange(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const occasion = await changeable(request)
  const sent = problem ? typed(request.body) : typedDate(occasion)
  const data = {
    occasion: shownOf(occasion),
    typed: sent,
    errors: fieldsOf(problem),
    venues: await venues(request.server.db, occasion.placeId ?? undefined),
    seen: sent['seen'] ?? seenOf(occasion),
    begun: occasion.startsAt <= now(),
  }
  return reply.page('occasions/change', data, asPage('Change a date', occasion, problem))
}

/** The checkbox has a name of its own in the form. */
function fieldsOf(problem: Refused | undefined): Errors {
  const { signUps, ...fields } = problem?.fields ?? {}
  return signUps ? { ...fields, 'sign-up': signUps } : fields
}

async function showCallingOff(request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  const occasion = await changeable(request)
  const data = { occasion: shownOf(occasion), typed: problem ? typed(request.body) : {}, errors: problem?.fields ?? {} }
  return reply.page('occasions/call-off', data, asPage('Call off a date', occasion, problem))
}
