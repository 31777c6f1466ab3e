/** Seals and sealed copies over HTTP. The words of a copy stand in one answer alone, that of an opening. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { now } from '../clock.ts'
import { NotFound, type Refused } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain, type CaseParams } from '../moderation/case-page.ts'
import { caseRow, type CaseFile } from '../moderation/file.ts'
import { refOf, type ItemRef } from '../moderation/item.ts'
import { pressOffice } from '../web/access.ts'
import { clientKey, line, parseForm, parseId, typed, words } from '../web/forms.ts'
import { copyPage, openCopy, proposeOpening, type CopyPage, type OpenedCopy } from './copy.ts'
import type { SealPanel } from './panel.ts'
import { proposeLifting, proposeSeal } from './seal.ts'
import { AUTHORITIES } from './schema.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'seals/copy': { copy: CopyPage; key: string; typed: Fields; fields: Fields; moment: Date }
    'seals/opened': { copy: CopyPage; words: OpenedCopy }
  }
  interface Partials {
    'seals/_panel': { panel: SealPanel; file: CaseFile; typed: Fields; fields: Fields; key: string; moment: Date }
  }
}

const SealForm = z.object({
  'seal-authority': z.enum(AUTHORITIES, { error: 'Choose who asks for it' }),
  'seal-reference': line('The reference', 'Give the reference under which they asked', 100),
  'seal-because': words('The reason', 'Say why it has to be kept', 1000),
  key: clientKey,
})
const LiftForm = z.object({ 'seal-lift-because': words('The reason', 'Say why it can end', 1000), key: clientKey })
const AskForm = z.object({ because: words('The reason', 'Say why you have to read it', 1000), key: clientKey })

export async function sealRoutes(app: FastifyInstance): Promise<void> {
  proposalRoutes(app)
  copyRoutes(app)
}

function proposalRoutes(app: FastifyInstance): void {
  const config = { access: pressOffice, again: showCaseAgain(app) }

  app.post<{ Params: CaseParams }>('/moderation/cases/:id/seals', { config }, async (request, reply) => {
    const actor = moderatorOf(request)
    const { id, ref } = await itemOfCase(app, request)
    const form = parseForm(SealForm, request.body)
    const seal = { authority: form['seal-authority'], reference: form['seal-reference'], because: form['seal-because'] }
    const done = await doOnCase(app, request, reply, () => proposeSeal(app.db, actor, ref, { ...seal, caseId: id, clientKey: form.key }))
    return done ? reply.seeOther(`/moderation/cases/${id}`, 'seal-proposed') : reply
  })

  app.post<{ Params: CaseParams }>('/moderation/cases/:id/seal-liftings', { config }, async (request, reply) => {
    const actor = moderatorOf(request)
    const { id, ref } = await itemOfCase(app, request)
    const form = parseForm(LiftForm, request.body)
    const lifting = { because: form['seal-lift-because'], clientKey: form.key }
    const done = await doOnCase(app, request, reply, () => proposeLifting(app.db, actor, ref, lifting))
    return done ? reply.seeOther(`/moderation/cases/${id}`, 'seal-proposed') : reply
  })
}

async function itemOfCase(app: FastifyInstance, request: FastifyRequest): Promise<{ id: number; ref: ItemRef }> {
  const file = await caseRow(app.db, request.actor, parseId((request.params as CaseParams).id))
  if (file.commentId === null && file.postId === null) throw new NotFound('item')
  return { id: file.id, ref: refOf(file) }
}

function copyRoutes(app: FastifyInstance): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, problem?: Refused) => {
    const copy = await copyPage(app.db, moderatorOf(request), parseId((request.params as CaseParams).id))
    const data = { copy, key: randomUUID(), typed: problem ? typed(request.body) : {}, fields: problem?.fields ?? {}, moment: now() }
    return reply.page('seals/copy', data, { title: `Sealed copy ${copy.id}`, noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
  }

  app.get<{ Params: CaseParams }>('/moderation/sealed-copies/:id', { config: { access: pressOffice } }, (request, reply) => show(request, reply))

  app.post<{ Params: CaseParams }>(
    '/moderation/sealed-copies/:id/requests',
    { config: { access: pressOffice, again: show } },
    async (request, reply) => {
      const actor = moderatorOf(request)
      const { id } = await copyPage(app.db, actor, parseId(request.params.id))
      const form = parseForm(AskForm, request.body)
      await proposeOpening(app.db, actor, id, { because: form.because, clientKey: form.key })
      return reply.seeOther(`/moderation/sealed-copies/${id}`, 'seal-proposed')
    },
  )

  app.post<{ Params: CaseParams }>('/moderation/sealed-copies/:id/openings', { config: { access: pressOffice } }, async (request, reply) => {
    const actor = moderatorOf(request)
    const id = parseId(request.params.id)
    const opened = await openCopy(app.db, actor, id)
    const copy = await copyPage(app.db, actor, id)
    reply.header('cache-control', 'private, no-store')
    return reply.page('seals/opened', { copy, words: opened }, { title: `Sealed copy ${id}, opened`, noindex: true })
  })
}
