/**
 * How the like was decided before: of the same author, and for the reasons that people name now.
 */
import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { onDesk, type Case } from './case.ts'
import { cases, decisions, type Act, type CaseState } from './schema.ts'

export interface EarlierDecision {
  caseId: number
  act: Act
  reason: string | null
  at: Date
  /** "overturned" when an appeal undid it. */
  state: CaseState
  /** About the same author, or for a reason that people name now. */
  like: 'author' | 'reason'
}

const SHOWN = 5
// A prolific author's whole past is no help, and would cost more every year.
const AUTHORS_ITEMS = 200

const select = (db: Db) =>
  db
    .select({
      caseId: decisions.caseId,
      act: decisions.act,
      reasonCode: decisions.reasonCode,
      at: decisions.at,
      id: decisions.id,
      state: cases.state,
    })
    .from(decisions)
    .innerJoin(cases, eq(cases.id, decisions.caseId))

type Found = Omit<EarlierDecision, 'reason'> & { reasonCode: string | null }

/** Newest first; a handful of each. */
export async function earlierDecisions(db: Db, actor: Actor, file: Case, authorId: number | null, codes: string[]): Promise<Found[]> {
  const other = and(onDesk(actor), ne(cases.id, file.id))
  const latest = db
    .select({ id: comments.id })
    .from(comments)
    .where(eq(comments.authorId, authorId ?? 0))
    .orderBy(desc(comments.id))
    .limit(AUTHORS_ITEMS)
    .as('latest')
  const [byAuthor, byReason] = await Promise.all([
    authorId === null ? [] : select(db).innerJoin(latest, eq(latest.id, cases.commentId)).where(other).orderBy(desc(decisions.id)).limit(SHOWN),
    codes.length === 0
      ? []
      : select(db)
          .where(and(other, inArray(decisions.reasonCode, codes)))
          .orderBy(desc(decisions.id))
          .limit(SHOWN),
  ])
  const seen = new Set(byAuthor.map((decision) => decision.id))
  return [
    ...byAuthor.map(({ id: _id, ...decision }) => ({ ...decision, like: 'author' as const })),
    ...byReason.filter((decision) => !seen.has(decision.id)).map(({ id: _id, ...decision }) => ({ ...decision, like: 'reason' as const })),
  ]
}
