/** Sanctions over HTTP: from the page of a case, and on pages of their own. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { SANCTIONS } from '../accounts/schema.ts'
import { residentById, type Resident } from '../accounts/look-up.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { Forbidden, type Refused } from '../errors.ts'
import { doOnCase, moderatorOf, showCaseAgain, type CaseParams } from '../moderation/case-page.ts'
import { caseRow } from '../moderation/file.ts'
import { pressOffice } from '../web/access.ts'
import { clientKey, optionalWords, parseForm, parseId, typed, words } from '../web/forms.ts'
import { openProposalAbout } from '../proposals/proposal.ts'
import { readKey } from '../database/moment-key.ts'
import { lookUpRoutes } from './look-up-routes.ts'
import { mayWarn } from './policy.ts'
import { personRoutes } from './person-routes.ts'
import { shownOf, type SanctionShown } from './record.ts'
import { caseOfSanction, liftSanction, sanctionAuthor } from './sanction.ts'
import { followerOf, isLiftable, proposeRenewal, sanctionsInForce, type SanctionRow } from './suspension.ts'
import { WORDING } from './wording.ts'

type Fields = Readonly<Record<string, string>>

declare module '../web/page.ts' {
  interface Views {
    'sanctions/list': { rows: (SanctionRow & { name: string })[]; next: string | null; view: 'review' | 'all'; further: boolean; moment: Date }
    'sanctions/show': {
      sanction: SanctionShown & { note: string | null; caseId: number; confirmer: string | null; lifter: string | null }
      account: Resident
      liftable: boolean
      renewable: boolean
      /** The case in which a suspension of this account waits for the second person. */
      proposalCaseId: number | null
      key: string
      typed: Fields
      fields: Fields
      message: string | null
      moment: Date
    }
  }
}

const SanctionForm = z.object({
  'sanction-kind': z.enum(SANCTIONS, { error: 'Choose one of the steps that may follow' }),
  'sanction-text': words('What the person is told', 'Write what the person is told: what was wrong, and what to do differently', 2000),
  'sanction-note': optionalWords('The note', 2000),
  'sanction-seen': z
    .string()
    .regex(/^\d{1,15}$/, 'This page is out of date. Reload it and try again.')
    .transform(Number)
    .optional(),
  key: clientKey,
})
const LiftForm = z.object({ because: words('The reason', 'Say why it ends earlier. The person reads it', 1000) })
const RenewalForm = z.object({
  text: words('What the person is told', 'Write what the person is told: why it goes on', 2000),
  note: optionalWords('The note', 2000),
  key: clientKey,
})

interface IdParams {
  id: string
}

export async function sanctionRoutes(app: FastifyInstance): Promise<void> {
  await app.register(personRoutes)
  await app.register(lookUpRoutes)
  imposing(app)
  listing(app)
  onePage(app)
}

/** Who sees accounts and their sanctions: the press office, and nobody who administers. */
export function warderOf(request: FastifyRequest): SignedIn {
  const actor = moderatorOf(request)
  if (!mayWarn(actor)) throw new Forbidden('Administrators do not moderate. Your colleagues at the press office see this.')
  return actor
}

function imposing(app: FastifyInstance): void {
  const config = { access: pressOffice, again: showCaseAgain(app) }
  app.post<{ Params: CaseParams }>('/moderation/cases/:id/sanctions', { config }, async (request, reply) => {
    const actor = warderOf(request)
    const file = await caseRow(app.db, actor, parseId(request.params.id))
    const form = parseForm(SanctionForm, request.body)
    const input = { kind: form['sanction-kind'], publicText: form['sanction-text'], note: form['sanction-note'], clientKey: form.key }
    const seen = form['sanction-seen']
    const act = () => sanctionAuthor(app.db, actor, file.id, seen === undefined ? input : { ...input, seen })
    if (!(await doOnCase(app, request, reply, act))) return reply
    return reply.seeOther(`/moderation/cases/${file.id}`, input.kind === 'suspend' ? 'suspension-proposed' : 'sanctioned')
  })
}

function listing(app: FastifyInstance): void {
  app.get<{ Querystring: { view?: string; after?: string } }>(
    '/moderation/sanctions',
    { config: { access: pressOffice } },
    async (request, reply) => {
      warderOf(request)
      const view = request.query.view === 'review' ? 'review' : 'all'
      const after = readKey(request.query.after)
      const { rows, next } = await sanctionsInForce(app.db, view, after)
      const named = rows.map((row) => ({ ...row, name: WORDING[row.kind].name }))
      const data = { rows: named, next, view, further: after !== null, moment: now() } as const
      return reply.page('sanctions/list', data, { title: 'Sanctions in force', noindex: true })
    },
  )
}

function onePage(app: FastifyInstance): void {
  const access = pressOffice
  app.get<{ Params: IdParams }>('/moderation/sanctions/:id', { config: { access } }, (request, reply) => showSanction(app, request, reply))

  const again = (request: FastifyRequest, reply: FastifyReply, problem: Refused) => showSanction(app, request, reply, problem)
  app.post<{ Params: IdParams }>('/moderation/sanctions/:id/lift', { config: { access, again } }, async (request, reply) => {
    const id = parseId(request.params.id)
    const { because } = parseForm(LiftForm, request.body)
    await liftSanction(app.db, warderOf(request), id, because)
    return reply.seeOther(`/moderation/sanctions/${id}`, 'sanction-lifted')
  })

  app.post<{ Params: IdParams }>('/moderation/sanctions/:id/renewal', { config: { access, again } }, async (request, reply) => {
    const { text, note, key } = parseForm(RenewalForm, request.body)
    const { caseId } = await proposeRenewal(app.db, warderOf(request), parseId(request.params.id), { publicText: text, note, clientKey: key })
    return reply.seeOther(`/moderation/cases/${caseId}`, 'suspension-proposed')
  })
}

async function showSanction(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, problem?: Refused): Promise<FastifyReply> {
  warderOf(request)
  const moment = now()
  const { sanction, caseId, imposer, confirmer, lifter } = await caseOfSanction(app.db, parseId((request.params as IdParams).id))
  const [account, open, follower] = [
    await residentById(app.db, sanction.accountId),
    await openProposalAbout(app.db, sanction.accountId),
    await followerOf(app.db, sanction),
  ]
  const shown = shownOf({ ...sanction, imposer }, moment)
  const data = {
    sanction: { ...shown, note: sanction.note, caseId, confirmer, lifter },
    account,
    liftable: isLiftable(sanction),
    renewable: shown.review && follower === null && open === null,
    proposalCaseId: open?.caseId ?? null,
    key: randomUUID(),
    typed: problem ? typed(request.body) : {},
    fields: problem?.fields ?? {},
    message: problem?.message ?? null,
    moment,
  }
  const title = `${shown.name}: ${account.displayName ?? 'account without a name'}`
  return reply.page('sanctions/show', data, { title, noindex: true, ...(problem ? { failed: true, status: 422 } : {}) })
}
