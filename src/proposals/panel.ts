/**
 * A proposal that waits for the second person.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import type { Case } from '../moderation/case.ts'
import { cannotAnswerBecause, isProposer } from './policy.ts'
import { proposalById, sayAnswer } from './proposal.ts'
import type { ProposalKind } from './schema.ts'

export interface ProposalPanel {
  id: number
  kind: ProposalKind
  /** What would happen, in words. */
  means: string
  proposer: string | null
  proposedAt: Date
  /** Why, as the proposer wrote it. */
  because: string
  note: string | null
  /** Who answered and how; null while it waits. */
  answered: string | null
  answerNote: string | null
  /** Why this moderator cannot agree or refuse; null when they can. */
  cannot: string | null
  /** It is their own, and waits: they can take it back. */
  own: boolean
}

declare module '../web/page.ts' {
  interface Partials {
    'proposals/_panel': {
      panel: ProposalPanel
      file: { id: number; version: number }
      typed: Readonly<Record<string, string>>
      fields: Readonly<Record<string, string>>
      key: string
      moment: Date
    }
  }
}

const MEANS: Record<ProposalKind, string> = {
  suspend: 'The account could not write for 90 days. Nothing that it wrote is changed.',
  seal: 'The item would be kept as evidence: nobody could change, delete or dispose of it until two people lift the seal.',
  'lift-seal': 'The item would no longer be kept as evidence, and could be changed and disposed of like any other.',
  alert: 'The alert would go at once, by mail and to phones, to everybody who asked for alerts from the teams of the post. It cannot be called back.',
  'open-sealed': 'Whoever proposes it could read what is sealed for 24 hours. Each reading is logged.',
}

/** Null when the case is about something else. */
export async function proposalPanel(db: Db, actor: Actor, file: Case): Promise<ProposalPanel | null> {
  const proposal = file.proposalId === null ? null : await proposalById(db, file.proposalId)
  if (!proposal) return null
  const [proposer] = await db.select({ name: accounts.displayName }).from(accounts).where(eq(accounts.id, proposal.proposedBy))
  const waits = proposal.answer === null
  return {
    id: proposal.id,
    kind: proposal.kind,
    means: MEANS[proposal.kind],
    proposer: proposer?.name ?? null,
    proposedAt: proposal.proposedAt,
    because: file.snapshot.body,
    note: proposal.form['note'] || null,
    answered: waits ? null : await sayAnswer(db, proposal),
    answerNote: proposal.answerNote,
    cannot: waits ? cannotAnswerBecause(actor, proposal) : null,
    own: waits && isProposer(actor, proposal),
  }
}
