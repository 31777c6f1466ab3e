/** The mode of a conversation over HTTP: proceedings, holding, closing, opening again. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { dayKey } from '../text/dates.ts'
import { hasWords } from '../text/input.ts'
import { endOfDay, readDate, ukMoment } from '../text/moment.ts'
import { publishers } from '../web/access.ts'
import { optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { isPublic } from './audience.ts'
import { conversationById, type Conversation } from './conversation.ts'
import type { NewMode } from './mode.ts'
import { changeMode, modeMark, NOT_YOURS } from './mode-change.ts'
import { longestFor, mayLookAtMode, modeNow, modesFor } from './mode-policy.ts'
import { MODES, type Mode } from './schema.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'conversations/mode': {
      talk: Conversation
      /** What it is at this moment. */
      is: Mode
      /** What this actor may set. */
      may: Mode[]
      /** In days; null without an end to it. */
      longest: number | null
      /** The last day that a supervisor may choose. */
      latest: Date | null
      mark: string
      typed: Fields
      fields: Fields
      message: string | null
      moment: Date
    }
  }
}

const ModeForm = z.object({
  mode: z.enum(MODES, { error: 'Choose what to do' }),
  'mode-reason': optionalWords('The reason', 300),
  'mode-ends': z.string().max(100, 'This is too long').default(''),
  trigger: z.enum(['arrest', 'warrant', 'summons', 'charge']).optional().catch(undefined),
  review: z.string().max(100, 'This is too long').default(''),
  seen: z.string({ error: 'This page is out of date. Reload it and try again.' }).max(40),
})

interface IdParams {
  id: string
}

export async function modeRoutes(app: FastifyInstance): Promise<void> {
  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showMode(request, reply, { problem })

  app.get<{ Params: IdParams }>('/conversations/:id/mode', { config: { access: publishers } }, (request, reply) => showMode(request, reply, {}))

  app.post<{ Params: IdParams }>('/conversations/:id/mode', { config: { access: publishers, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const actor = setterOf(request)
    await subjectOf(request, id)
    const form = parseForm(ModeForm, request.body)
    try {
      const { path } = await changeMode(app.db, actor, id, { mode: modeOf(form), seen: form.seen })
      return await reply.seeOther(`${path}#conversation`, 'mode-set')
    } catch (error) {
      if (error instanceof Overtaken) return showMode(request, reply, { overtaken: error.message })
      throw error
    }
  })
}

function setterOf({ actor }: FastifyRequest): SignedIn {
  if (!isSignedIn(actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
  return actor
}

/** The conversation, for those whom its mode concerns. Throws `NotFound` and `Forbidden`. */
async function subjectOf({ server, actor }: FastifyRequest, id: number): Promise<Conversation> {
  const talk = await conversationById(server.db, actor, id)
  if (!isPublic(talk.audience)) throw new NotFound('conversation')
  if (!mayLookAtMode(actor, talk)) throw new Forbidden(NOT_YOURS)
  return talk
}

function modeOf(form: z.output<typeof ModeForm>): NewMode {
  const reason = form['mode-reason']
  const ends = dayIn(form['mode-ends'], 'mode-ends')
  switch (form.mode) {
    case 'open':
      return { mode: 'open' }
    case 'held':
      return {
        mode: 'held',
        reason: reason ?? refuse({ 'mode-reason': 'Say why. Readers will see it' }),
        endsAt: ends === null ? null : endOfDay(ends),
      }
    case 'archived':
      return { mode: 'archived', reason: reason ?? refuse({ 'mode-reason': 'Say why. Readers will see it' }) }
    case 'closed':
      return closingOf(reason, ends)
    case 'legal-lock':
      return lockOf(form)
  }
}

function closingOf(reason: string | null, ends: string | null): NewMode {
  if (reason !== null && ends !== null) return { mode: 'closed', reason, endsAt: endOfDay(ends) }
  return refuse({
    ...(reason === null ? { 'mode-reason': 'Say why it is closed. Readers will see it' } : {}),
    ...(ends === null ? { 'mode-ends': 'Enter the last day on which it is closed. Readers will see it' } : {}),
  })
}

function lockOf({ trigger, review }: z.output<typeof ModeForm>): NewMode {
  const day = dayIn(review, 'review')
  if (trigger !== undefined && day !== null) return { mode: 'legal-lock', trigger, reviewAt: ukMoment(day, '09:00') ?? endOfDay(day) }
  return refuse({
    ...(trigger === undefined ? { trigger: 'Choose what began the proceedings' } : {}),
    ...(day === null ? { review: 'Enter the day on which the lock is looked at again' } : {}),
  })
}

function refuse(fields: Fields): never {
  throw new Refused('There is a problem with what you sent', fields)
}

/** Null when nothing was typed. */
const dayIn = (text: string, field: string): string | null =>
  hasWords(text) ? (readDate(text) ?? refuse({ [field]: 'Write the date like 27 March 2027' })) : null

async function showMode(
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, overtaken }: { problem?: Refused; overtaken?: string },
): Promise<FastifyReply> {
  const { actor } = request
  const talk = await subjectOf(request, parseId((request.params as IdParams).id))
  const moment = now()
  const failed = problem !== undefined || overtaken !== undefined
  const longest = longestFor(actor)
  const data = {
    talk,
    is: modeNow(talk, moment),
    may: modesFor(actor, talk, moment),
    longest,
    latest: longest === null ? null : lastDay(longest, moment),
    mark: modeMark(talk),
    typed: failed ? typed(request.body) : typed(request.query),
    fields: problem?.fields ?? {},
    message: overtaken ?? problem?.message ?? null,
    moment,
  }
  const status = overtaken !== undefined ? 409 : failed ? 422 : 200
  return reply.page('conversations/mode', data, { title: 'Who can write here', status, failed, noindex: true, teamId: talk.teamId })
}

/** The last whole day that is over in time. */
function lastDay(days: number, moment: Date): Date {
  const limit = moment.getTime() + days * 86_400_000
  const day = new Date(limit)
  return endOfDay(dayKey(day)).getTime() <= limit ? day : new Date(limit - 86_400_000)
}
