/**
 * The author of an item as the desk sees them: strikes, sanctions, what may come next.
 */
import type { SanctionKind } from '../accounts/schema.ts'
import { residentById } from '../accounts/look-up.ts'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import type { Case } from '../moderation/case.ts'
import { openProposalAbout, proposalById } from '../proposals/proposal.ts'
import { groundOf, type Ground } from './ground.ts'
import { cannotSanctionBecause, endOf, mayWarn } from './policy.ts'
import { sanctionsShown, strikesShown, type SanctionShown, type StrikeShown } from './record.ts'
import { nextStep, sanctionsOf } from './sanction.ts'
import { WORDING } from './wording.ts'

export interface Step {
  kind: SanctionKind
  name: string
  does: string
  /** When it would end by itself; null for advice. */
  until: Date | null
}

export interface AuthorPanel {
  accountId: number
  name: string | null
  staff: boolean
  /** Those that count. */
  strikes: StrikeShown[]
  sanctions: SanctionShown[]
  /** What may follow, tied to the decision of this case. */
  steps: Step[]
  /** Why nothing may, in words; null when something may. */
  cannot: string | null
  /** The newest sanction in view, 0 for none. */
  seen: number
  /** The case in which a suspension waits for the second person. */
  proposalCaseId: number | null
  /** The page of the account and the look-up are for the press office alone. */
  linked: boolean
}

declare module '../web/page.ts' {
  interface Partials {
    'sanctions/_panel': {
      panel: AuthorPanel
      file: { id: number }
      typed: Readonly<Record<string, string>>
      fields: Readonly<Record<string, string>>
      key: string
      moment: Date
    }
    'sanctions/_sanctions': { sanctions: SanctionShown[]; linked: boolean; moment: Date }
  }
}

/** Of the author of a comment, or of the account that a proposal is about. Null for other cases. */
export async function authorPanel(db: Db, actor: Actor, file: Case): Promise<AuthorPanel | null> {
  const ground = file.commentId === null ? null : await groundOf(db, actor, file.id)
  const accountId = ground?.authorId ?? (file.proposalId === null ? null : ((await proposalById(db, file.proposalId))?.accountId ?? null))
  if (accountId === null) return null
  const [resident, strikes, sanctions, open, steps] = await Promise.all([
    residentById(db, accountId),
    strikesShown(db, accountId),
    sanctionsShown(db, accountId),
    openProposalAbout(db, accountId),
    stepsFor(db, actor, ground),
  ])
  return {
    accountId,
    name: resident.displayName,
    staff: resident.staff || (ground?.byStaff ?? false),
    strikes: strikes.filter(({ standing }) => standing === 'counts'),
    sanctions,
    ...(open && steps.steps.length > 0 ? { steps: [], cannot: 'A suspension is proposed and waits for a second person.' } : steps),
    seen: sanctions[0]?.id ?? 0,
    proposalCaseId: open?.caseId ?? null,
    linked: mayWarn(actor),
  }
}

async function stepsFor(db: Db, actor: Actor, ground: Ground | null): Promise<Pick<AuthorPanel, 'steps' | 'cannot'>> {
  if (!ground) return { steps: [], cannot: null }
  const cannot = cannotSanctionBecause(actor, ground)
  if (cannot) return { steps: [], cannot }
  const record = await sanctionsOf(db, ground.authorId)
  const tied = record.some(({ decisionId, liftedAt }) => decisionId === ground.decisionId && liftedAt === null)
  if (tied) return { steps: [], cannot: 'A sanction is tied to this decision already.' }
  const next = nextStep(record, ground.reasonCode)
  return { steps: next.steps.map(stepOf), cannot: next.cannot }
}

const stepOf = (kind: SanctionKind): Step => ({ kind, name: WORDING[kind].name, does: WORDING[kind].does, until: endOf(kind, now()) })
