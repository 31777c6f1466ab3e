/** Decisions over HTTP: one case, many like cases, how a text reads without some words, and hiding at once. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isSignedIn } from '../actor.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import type { Beside } from '../posts/words-beside.ts'
import { renderComment, renderPost } from '../text/markdown.ts'
import { explain, findIn, isRemovable } from '../screening/findings.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { moderators, publishers } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed } from '../web/forms.ts'
import { namedBeside, seenOf } from './beside.ts'
import { bulkOf, type BulkResult, type BulkRow, type Chosen, decideTogether, MOST_AT_ONCE } from './bulk.ts'
import { doOnCase, moderatorOf, showCase } from './case-page.ts'
import { decideCase } from './decision.ts'
import { itemOf, type DecidingPanel } from './deciding.ts'
import { caseRow, type CaseFile } from './file.ts'
import type { FlagSubject } from './flag.ts'
import { inPressOffice, mayModerate } from './policy.ts'
import { nextCase } from './queue.ts'
import { reasonsForDecisions, reasonsForHiding, type Reason } from './reason.ts'
import { redactionOf } from './redaction.ts'
import { ACTS, type Act } from './schema.ts'
import { templatesOf, type Template } from './template.ts'
import { hideSubject, hideUrgently } from './urgent-hide.ts'

type Fields = Readonly<Record<string, string>>

interface BulkPage {
  rows: BulkRow[]
  acts: Act[]
  reasons: Reason[]
  templates: Template[]
  typed: Fields
  fields: Fields
  message: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'moderation/redaction': {
      caseId: number
      title: string | null
      body: SafeHtml
      beside: { name: string; texts: Beside[] }[]
      left: string[]
      sent: [name: string, value: string][]
    }
    'moderation/bulk': BulkPage
    'moderation/bulk-done': { done: BulkResult[]; left: BulkResult[]; act: Act; rows: ReadonlyMap<number, BulkRow> }
    'moderation/hide': { subject: FlagSubject; reasons: Reason[]; key: string; typed: Fields; fields: Fields }
  }
  interface Partials {
    'moderation/_deciding': { panel: DecidingPanel; file: CaseFile; typed: Fields; fields: Fields; key: string; moment: Date }
  }
}

const OUT_OF_DATE = 'This page is out of date. Reload it and try again.'

const reasonCode = z
  .string()
  .regex(/^$|^[a-z-]{1,40}$/, 'Choose a reason')
  .default('')
  .transform((code) => (code === '' ? null : code))

const Judgement = z.object({
  act: z.enum(ACTS, { error: 'Choose what to do' }),
  reason: reasonCode,
  text: optionalWords('The public text', 1000),
  note: optionalWords('The note', 2000),
  strike: z.string().optional(),
})
const DecisionForm = Judgement.extend({
  others: z.string().max(20_000, 'These are too many words').default(''),
  version: z
    .string({ error: OUT_OF_DATE })
    .regex(/^\d{1,9}$/, OUT_OF_DATE)
    .transform(Number),
  seen: z.string().max(20_000).optional(),
  then: z.enum(['next', 'queue']).catch('next'),
})
const HideForm = z.object({
  reason: z.string({ error: 'Choose why it has to come down' }).regex(/^[a-z-]{1,40}$/, 'Choose why it has to come down'),
  note: optionalWords('The note', 2000),
  key: clientKey,
})

interface IdParams {
  id: string
}

export async function decisionRoutes(app: FastifyInstance): Promise<void> {
  oneCase(app)
  manyCases(app)
  hiding(app)
}

function oneCase(app: FastifyInstance): void {
  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showCase(app, request, reply, { problem })

  app.post<{ Params: IdParams }>('/moderation/cases/:id/decisions', { config: { access: moderators, again } }, async (request, reply) => {
    const actor = moderatorOf(request)
    // What this moderator may not see is not there, whatever the form says.
    const { id } = await caseRow(app.db, actor, parseId(request.params.id))
    const { act, reason, text, note, strike, others, version, seen, then } = parseForm(DecisionForm, request.body)
    const takenOut = wordsToTakeOut(request.body, others)
    const input = { act, reasonCode: reason, publicText: text, note, version, strike: strike !== undefined, takenOut, seen: seen ?? null }
    if (!(await doOnCase(app, request, reply, () => decideCase(app.db, actor, id, input)))) return reply
    const next = then === 'next' ? await nextCase(app.db, actor) : null
    return reply.seeOther(next === null ? '/moderation' : `/moderation/cases/${next}`, act === 'keep' ? 'kept' : 'decided')
  })

  // Nothing is stored: the same form again, with how it would read.
  app.post<{ Params: IdParams }>('/moderation/cases/:id/preview', { config: { access: moderators, again } }, async (request, reply) => {
    const file = await caseRow(app.db, moderatorOf(request), parseId(request.params.id))
    const item = await itemOf(app.db, file)
    if (!item) throw new NotFound('item')
    if (item.sealed) throw new Forbidden('This is kept as evidence and cannot be changed.')
    const { title, body, beside } = redactionOf(
      item,
      wordsToTakeOut(request.body, parseForm(DecisionForm.pick({ others: true }), request.body).others),
    )
    const kept = Object.entries(typed(request.body)).filter(([name]) => name !== 'act' && name !== 'then' && name !== 'seen')
    // This page is what is seen now, with everything that stands beside the post.
    const sent: [string, string][] = [...kept, ['seen', seenOf(item.beside)]]
    const shown = trusted(item.kind === 'post' ? renderPost(body) : renderComment(body))
    const left = findIn([title ?? '', body, ...beside.map(({ text }) => text)].join('\n'))
      .filter(({ kind }) => isRemovable(kind))
      .map(({ kind, words }) => `${explain(kind).title} “${words}”`)
    const named = namedBeside({ title, body }, beside)
    return reply.page(
      'moderation/redaction',
      { caseId: file.id, title, body: shown, beside: named, left, sent },
      { title: 'How it will read', noindex: true },
    )
  })
}

/** What is ticked (`taken-0`, `taken-1`, …), and a line each of what is written. */
function wordsToTakeOut(body: unknown, others: string): string[] {
  const ticked = Object.entries(typed(body)).flatMap(([name, value]) => (/^taken-\d{1,3}$/.test(name) ? [value.replace(/\r\n?/g, '\n')] : []))
  const written = others
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return [...new Set([...ticked, ...written])]
}

function manyCases(app: FastifyInstance): void {
  app.post('/moderation/bulk', { config: { access: moderators, again: backToQueue } }, (request, reply) => showBulk(app, request, reply))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) =>
    problem.fields['case'] ? backToQueue(request, reply) : showBulk(app, request, reply, problem)
  app.post('/moderation/bulk/decisions', { config: { access: moderators, again } }, async (request, reply) => {
    const chosen = chosenIn(request.body)
    const { act, reason, text, note, strike } = parseForm(Judgement, request.body)
    const input = { act, reasonCode: reason, publicText: text, note, strike: strike !== undefined }
    const { rows } = await bulkOf(app.db, moderatorOf(request), chosen)
    const results = await decideTogether(app.db, moderatorOf(request), chosen, input)
    const [done, left] = [results.filter(({ because }) => because === null), results.filter(({ because }) => because !== null)]
    return reply.page(
      'moderation/bulk-done',
      { done, left, act, rows: new Map(rows.map((row) => [row.id, row])) },
      { title: 'What was decided', noindex: true },
    )
  })
}

/** The choice itself was wrong: there is no form here to show again. */
const backToQueue = (_request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.seeOther('/moderation?chosen=none')

/** Each `case` is "ID:VERSION", as the queue has it. Throws `Refused` (field `case`) for none or too many. */
function chosenIn(body: unknown): Chosen[] {
  const sent = typeof body === 'object' && body !== null ? [(body as Record<string, unknown>)['case'] ?? []].flat() : []
  const chosen = new Map<number, Chosen>()
  for (const value of sent) {
    const [, id, version] = /^([1-9]\d{0,14}):(\d{1,9})$/.exec(typeof value === 'string' ? value : '') ?? []
    if (id !== undefined) chosen.set(Number(id), { id: Number(id), version: Number(version) })
  }
  if (chosen.size === 0) throw new Refused('Choose the cases that you want to decide together', { case: 'Choose at least one case' })
  if (chosen.size > MOST_AT_ONCE) throw new Refused(`Choose ${MOST_AT_ONCE} cases or fewer`, { case: `Choose ${MOST_AT_ONCE} cases or fewer` })
  return [...chosen.values()]
}

async function showBulk(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<unknown> {
  const actor = moderatorOf(request)
  if (!mayModerate(actor)) throw new Forbidden('Administrators do not moderate.')
  const { rows, acts } = await bulkOf(app.db, actor, chosenIn(request.body))
  const data = {
    rows,
    acts,
    reasons: await reasonsForDecisions(app.db),
    templates: await templatesOf(app.db, 'decision'),
    typed: problem ? typed(request.body) : {},
    fields: problem?.fields ?? {},
    message: problem?.message ?? null,
  }
  const options = { title: 'Decide together', noindex: true }
  return reply.page('moderation/bulk', data, problem ? { ...options, failed: true, status: 422 } : options)
}

function hiding(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const subject = await hideSubject(app.db, request.actor, parseId((request.params as IdParams).id))
    const body = problem ? typed(request.body) : {}
    const data = {
      subject,
      reasons: await reasonsForHiding(app.db, inPressOffice(request.actor)),
      key: body['key'] ?? randomUUID(),
      typed: body,
      fields: problem?.fields ?? {},
    }
    const options = { title: 'Hide until a moderator decides', noindex: true }
    return reply.page('moderation/hide', data, problem ? { ...options, failed: true, status: 422 } : options)
  }
  app.get<{ Params: IdParams }>('/comments/:id/hide', { config: { access: publishers } }, (request, reply) => show(request, reply))

  app.post<{ Params: IdParams }>('/comments/:id/hiding', { config: { access: publishers, again: show } }, async (request, reply) => {
    const { path, id } = await hideSubject(app.db, request.actor, parseId(request.params.id))
    if (!isSignedIn(request.actor)) throw new Forbidden('You are signed out. Go back, sign in, and send it again.')
    const { reason, note, key } = parseForm(HideForm, request.body)
    await hideUrgently(app.db, request.actor, id, { reasonCode: reason, note, clientKey: key, staffed: app.config.staffed })
    return reply.seeOther(path, 'hidden')
  })
}
