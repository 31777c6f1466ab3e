/** Answering a proposal over HTTP, from the page of its case. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Forbidden, NotFound } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain, type CaseParams } from '../moderation/case-page.ts'
import { caseRow } from '../moderation/file.ts'
import { pressOffice } from '../web/access.ts'
import { optionalWords, parseForm, parseId } from '../web/forms.ts'
import { mayPropose } from './policy.ts'
import { answerProposal } from './proposal.ts'

const AnswerForm = z.object({
  'proposal-answer': z.enum(['agreed', 'refused', 'taken-back'], { error: 'Choose whether you agree' }),
  'proposal-note': optionalWords('The note', 2000),
  version: z
    .string({ error: 'This page is out of date. Reload it and try again.' })
    .regex(/^\d{1,9}$/, 'This page is out of date. Reload it and try again.')
    .transform(Number),
})

export async function proposalRoutes(app: FastifyInstance): Promise<void> {
  const config = { access: pressOffice, again: showCaseAgain(app) }
  app.post<{ Params: CaseParams }>('/moderation/cases/:id/proposal-answers', { config }, async (request, reply) => {
    const actor = moderatorOf(request)
    if (!mayPropose(actor)) throw new Forbidden('Administrators do not moderate.')
    const file = await caseRow(app.db, actor, parseId(request.params.id))
    if (file.proposalId === null) throw new NotFound('proposal')
    const form = parseForm(AnswerForm, request.body)
    const input = { answer: form['proposal-answer'], note: form['proposal-note'], version: form.version }
    if (!(await doOnCase(app, request, reply, () => answerProposal(app.db, actor, Number(file.proposalId), input)))) return reply
    return reply.seeOther(`/moderation/cases/${file.id}`, input.answer === 'agreed' ? 'proposal-agreed' : 'proposal-refused')
  })
}
