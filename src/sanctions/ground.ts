/**
 * What a sanction is tied to: a decision, and the account whose words it took down.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { isStaffNow } from '../accounts/standing.ts'
import type { Actor } from '../actor.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { onDesk } from '../moderation/case.ts'
import { cases, decisions, type Act } from '../moderation/schema.ts'

export interface Ground {
  caseId: number
  authorId: number
  author: string | null
  byStaff: boolean
  teamId: number | null
  /** An appeal undid the decision; remembered also when the case is long closed. */
  overturned: boolean
  /** Somebody else is to look at the decision again. */
  appealed: boolean
  /** Null while nothing is decided. */
  decisionId: number | null
  act: Act | null
  reasonCode: string | null
}

/** The comment of a case on this actor's desk, as far as a sanction can be tied to it. Null for cases of other things: what staff publish is not judged here. */
export const groundOf = (db: Db, actor: Actor, caseId: number): Promise<Ground | null> => findGround(db, and(eq(cases.id, caseId), onDesk(actor)))

/** The same by the decision; for the second person, when the first has been through the desk. */
export const groundOfDecision = (db: Db, decisionId: number): Promise<Ground | null> => findGround(db, eq(decisions.id, decisionId))

async function findGround(db: Db, condition: SQL | undefined): Promise<Ground | null> {
  const [found] = await db
    .select({
      caseId: cases.id,
      authorId: comments.authorId,
      author: accounts.displayName,
      byStaff: sql<boolean>`${comments.officialRole} is not null or ${isStaffNow()}`,
      teamId: cases.teamId,
      overturned: sql<boolean>`exists (select from appeals where appeals.decision_id = ${decisions.id} and appeals.outcome = 'overturned')`,
      appealed: sql<boolean>`${cases.state} = 'appealed'`,
      decisionId: decisions.id,
      act: decisions.act,
      reasonCode: decisions.reasonCode,
    })
    .from(cases)
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .leftJoin(decisions, eq(decisions.caseId, cases.id))
    .where(condition)
  return found ?? null
}
