/** The desk's page of an account, and what an account reads about itself. */
import type { FastifyInstance } from 'fastify'
import { lookUpsAbout, mayLookUp, residentById, type Resident } from '../accounts/look-up.ts'
import { isSignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { authorRecord, type AuthorRecord } from '../conversations/context.ts'
import { Forbidden } from '../errors.ts'
import { moderatorOf } from '../moderation/case-page.ts'
import { openProposalAbout } from '../proposals/proposal.ts'
import { pressOffice, signedIn } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { ownLookUps, sayLookUp, type OwnLookUp } from './own.ts'
import { mayWarn } from './policy.ts'
import { decisionsAbout, sanctionsShown, strikesShown, type DecisionShown, type SanctionShown, type StrikeShown } from './record.ts'

declare module '../web/page.ts' {
  interface Views {
    'sanctions/person': {
      account: Resident
      record: AuthorRecord
      strikes: StrikeShown[]
      sanctions: SanctionShown[]
      decisions: DecisionShown[]
      /** The address of older decisions; null at the end. */
      next: number | null
      further: boolean
      lookUps: (OwnLookUp & { by: string | null; note: string })[]
      proposalCaseId: number | null
      moment: Date
    }
  }
}

interface PersonRequest {
  Params: { id: string }
  Querystring: { before?: string }
}

export async function personRoutes(app: FastifyInstance): Promise<void> {
  app.get<PersonRequest>('/moderation/people/:id', { config: { access: pressOffice } }, async (request, reply) => {
    const actor = moderatorOf(request)
    if (!mayWarn(actor)) throw new Forbidden('Administrators do not moderate. Your colleagues at the press office see this.')
    const id = parseId(request.params.id)
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const account = await residentById(app.db, id)
    const [record, strikes, sanctions, decided, looks, open] = await Promise.all([
      authorRecord(app.db, id),
      strikesShown(app.db, id),
      sanctionsShown(app.db, id),
      decisionsAbout(app.db, actor, id, before),
      mayLookUp(actor) ? lookUpsAbout(app.db, id) : [],
      openProposalAbout(app.db, id),
    ])
    const lookUps = looks.map((look) => ({ ...sayLookUp(look), by: look.by, note: look.note }))
    const data = {
      account,
      record,
      strikes,
      sanctions,
      ...decided,
      further: before !== null,
      lookUps,
      proposalCaseId: open?.caseId ?? null,
      moment: now(),
    }
    return reply.page('sanctions/person', data, { title: `Account: ${account.displayName ?? 'no name'}`, noindex: true })
  })

  app.get<{ Querystring: { before?: string } }>('/account/look-ups', { config: { access: signedIn } }, async (request, reply) => {
    if (!isSignedIn(request.actor)) throw new Forbidden('Sign in first.')
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const data = { ...(await ownLookUps(app.db, request.actor, before)), first: before === null, moment: now() }
    return reply.page('sanctions/look-ups', data, { title: 'Who looked up who you are', noindex: true })
  })
}
