/**
 * The record of an account as the desk reads it: what counts against it, which sanctions it had, what was decided about its words. Never who it is.
 */
import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { SanctionKind } from '../accounts/schema.ts'
import type { Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { onDesk } from '../moderation/case.ts'
import { reasonTitles } from '../moderation/reason.ts'
import { cases, decisions, strikes, type Act } from '../moderation/schema.ts'
import { isUnderReview, standingOf, type Standing } from './policy.ts'
import { sanctionsOf, type Sanction } from './sanction.ts'
import { WORDING } from './wording.ts'

export interface SanctionShown {
  id: number
  kind: SanctionKind
  name: string
  standing: Standing
  startsAt: Date
  endsAt: Date | null
  publicText: string
  imposer: string | null
  liftedAt: Date | null
  liftedBecause: string | null
  /** A suspension in its last days. */
  review: boolean
}

export interface StrikeShown {
  at: Date
  reason: string | null
  caseId: number
  lapsesAt: Date
  standing: 'counts' | 'lapsed' | 'cancelled'
}

export const shownOf = (sanction: Sanction & { imposer: string | null }, moment: Date): SanctionShown => ({
  id: sanction.id,
  kind: sanction.kind,
  name: WORDING[sanction.kind].name,
  standing: standingOf(sanction, moment),
  startsAt: sanction.startsAt,
  endsAt: sanction.endsAt,
  publicText: sanction.publicText,
  imposer: sanction.imposer,
  liftedAt: sanction.liftedAt,
  liftedBecause: sanction.liftedBecause,
  review: isUnderReview(sanction, moment),
})

/** Newest first. */
export async function sanctionsShown(db: Db, accountId: number): Promise<SanctionShown[]> {
  const moment = now()
  return (await sanctionsOf(db, accountId)).map((sanction) => shownOf(sanction, moment))
}

const STRIKES_SHOWN = 50

/** The newest, in force or not. */
export async function strikesShown(db: Db, accountId: number): Promise<StrikeShown[]> {
  const moment = now()
  const [rows, titles] = await Promise.all([
    db
      .select({ at: strikes.at, lapsesAt: strikes.lapsesAt, cancelledAt: strikes.cancelledAt, code: decisions.reasonCode, caseId: decisions.caseId })
      .from(strikes)
      .innerJoin(decisions, eq(decisions.id, strikes.decisionId))
      .where(eq(strikes.accountId, accountId))
      .orderBy(desc(strikes.lapsesAt), desc(strikes.id))
      .limit(STRIKES_SHOWN),
    reasonTitles(db),
  ])
  return rows.map(({ code, cancelledAt, ...strike }) => ({
    ...strike,
    reason: code === null ? null : (titles.get(code) ?? code),
    standing: cancelledAt !== null ? 'cancelled' : strike.lapsesAt > moment ? 'counts' : 'lapsed',
  }))
}

export interface DecisionShown {
  caseId: number
  act: Act
  reason: string | null
  at: Date
}

/** Comments looked at for one page: a page costs the same, however much somebody has written and however little of it was decided. */
const COMMENTS_LOOKED_AT = 200

/** What was decided about an account's comments, of those before the comment `before`; `next` is the key of the next page. */
export async function decisionsAbout(
  db: Db,
  actor: Actor,
  accountId: number,
  before: number | null,
): Promise<{ decisions: DecisionShown[]; next: number | null }> {
  const found = await db
    .select({ id: comments.id })
    .from(comments)
    .where(and(eq(comments.authorId, accountId), before === null ? undefined : lt(comments.id, before)))
    .orderBy(desc(comments.id))
    .limit(COMMENTS_LOOKED_AT + 1)
  const ids = found.slice(0, COMMENTS_LOOKED_AT).map(({ id }) => id)
  const next = found.length > COMMENTS_LOOKED_AT ? (ids.at(-1) ?? null) : null
  if (ids.length === 0) return { decisions: [], next }
  const [rows, titles] = await Promise.all([
    db
      .select({ caseId: decisions.caseId, act: decisions.act, code: decisions.reasonCode, at: decisions.at })
      .from(cases)
      .innerJoin(decisions, eq(decisions.caseId, cases.id))
      .where(and(inArray(cases.commentId, ids), onDesk(actor)))
      .orderBy(desc(decisions.id)),
    reasonTitles(db),
  ])
  return { decisions: rows.map(({ code, ...decision }) => ({ ...decision, reason: code === null ? null : (titles.get(code) ?? code) })), next }
}
