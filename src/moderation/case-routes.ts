/** A case over HTTP: the page, who has it, who looks at it, notes, escalation. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SignedIn } from '../actor.ts'
import { moderators } from '../web/access.ts'
import { clientKey, idField, optionalWords, parseForm, parseId, words } from '../web/forms.ts'
import type { Beside } from '../posts/words-beside.ts'
import type { Notice } from '../web/notices.ts'
import { assignCase, claimCase, handBack } from './assignment.ts'
import { doOnCase, moderatorOf, showCase, showCaseAgain, type CaseParams } from './case-page.ts'
import { escalateCase, returnCase } from './escalation.ts'
import { caseRow, type CaseFile } from './file.ts'
import { addNote } from './note.ts'
import { ESCALATIONS } from './schema.ts'
import type { Said } from './surroundings.ts'
import { lookers, visitCase } from './visit.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'moderation/lookers': { names: string[] }
  }
  interface Partials {
    'moderation/_said': { said: Said }
    'moderation/_holding': { file: CaseFile; typed: Fields; fields: Fields; moment: Date }
    'moderation/_about': { file: CaseFile }
    'moderation/_item': { file: CaseFile; fresh: string[] }
    'moderation/_beside': { beside: { name: string; texts: Beside[] }[]; fresh: string[] }
    'moderation/_flags': { file: CaseFile; moment: Date }
    'moderation/_author': { file: CaseFile; moment: Date }
    'moderation/_earlier': { file: CaseFile }
    'moderation/_notes': { file: CaseFile; typed: Fields; fields: Fields; key: string; moment: Date }
    'moderation/_escalation': { file: CaseFile; typed: Fields; fields: Fields; key: string; escalations: readonly [code: string, name: string][] }
    'moderation/_decided': { file: CaseFile; moment: Date }
    'moderation/_timeline': { file: CaseFile; moment: Date }
    'moderation/_looking': { names: string[] }
  }
}

const OUT_OF_DATE = 'This page is out of date. Reload it and try again.'
const version = z
  .string({ error: OUT_OF_DATE })
  .regex(/^\d{1,9}$/, OUT_OF_DATE)
  .transform(Number)

const ClaimForm = z.object({
  over: z
    .string()
    .regex(/^\d{0,15}$/, OUT_OF_DATE)
    .default(''),
})
const AssignmentForm = z.object({
  'assignment-to': idField('Choose a colleague'),
  'assignment-note': optionalWords('The note', 1000),
  version,
})
const NoteForm = z.object({ 'case-note': words('Your note', 'Write a note', 2000), key: clientKey })
const EscalationForm = z.object({
  'escalation-to': z.enum(ESCALATIONS, { error: 'Choose whom to ask' }),
  'escalation-note': words('Your note', 'Say what they have to look at', 2000),
  version,
  key: clientKey,
})
const ReturnForm = z.object({ 'escalation-answer': words('Their answer', 'Write down what they answered', 2000), version, key: clientKey })

export async function caseRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: CaseParams }>('/moderation/cases/:id', { config: { access: moderators } }, (request, reply) => showCase(app, request, reply, {}))
  holdingRoutes(app)
  writingRoutes(app)
  app.post<{ Params: CaseParams }>('/moderation/cases/:id/visit', { config: { access: moderators } }, async (request, reply) => {
    const actor = moderatorOf(request)
    const { id } = await caseRow(app.db, actor, parseId(request.params.id))
    await visitCase(app.db, actor, id)
    const names = (await lookers(app.db, actor, [id])).get(id) ?? []
    return reply.page('moderation/lookers', { names }, { title: 'Who is looking at it', noindex: true })
  })
}

type Do = (actor: SignedIn, id: number, request: FastifyRequest) => Promise<unknown>

/** An act on a case: what this moderator may not see is not there; a colleague who was quicker is shown on the case; then back to it. */
function actRoute(app: FastifyInstance, noun: string, notice: Notice, act: Do): void {
  const config = { access: moderators, again: showCaseAgain(app) }
  app.post<{ Params: CaseParams }>(`/moderation/cases/:id/${noun}`, { config }, async (request, reply: FastifyReply) => {
    const actor = moderatorOf(request)
    const { id } = await caseRow(app.db, actor, parseId(request.params.id))
    if (!(await doOnCase(app, request, reply, () => act(actor, id, request)))) return reply
    return reply.seeOther(`/moderation/cases/${id}`, notice)
  })
}

function holdingRoutes(app: FastifyInstance): void {
  actRoute(app, 'claim', 'case-claimed', (actor, id, { body }) => {
    const { over } = parseForm(ClaimForm, body)
    return claimCase(app.db, actor, id, over === '' ? null : Number(over))
  })
  actRoute(app, 'handback', 'case-handed-back', (actor, id) => handBack(app.db, actor, id))
  actRoute(app, 'assignment', 'case-assigned', (actor, id, { body }) => {
    const form = parseForm(AssignmentForm, body)
    return assignCase(app.db, actor, id, { to: form['assignment-to'], note: form['assignment-note'], version: form.version })
  })
}

function writingRoutes(app: FastifyInstance): void {
  actRoute(app, 'notes', 'noted', (actor, id, { body }) => {
    const form = parseForm(NoteForm, body)
    return addNote(app.db, actor, id, { note: form['case-note'], clientKey: form.key })
  })
  actRoute(app, 'escalation', 'case-escalated', (actor, id, { body }) => {
    const form = parseForm(EscalationForm, body)
    const input = { to: form['escalation-to'], note: form['escalation-note'], version: form.version, clientKey: form.key }
    return escalateCase(app.db, actor, id, input)
  })
  actRoute(app, 'return', 'case-returned', (actor, id, { body }) => {
    const form = parseForm(ReturnForm, body)
    return returnCase(app.db, actor, id, { answer: form['escalation-answer'], version: form.version, clientKey: form.key })
  })
}
