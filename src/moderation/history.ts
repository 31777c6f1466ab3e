/**
 * What happened to a case or its item, and who did it: so that a second moderator learns what the first did.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { roleName } from '../actor.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import type { Db, Tx } from '../database/database.ts'
import { sayNear } from '../text/dates.ts'
import type { Item } from './item.ts'
import type { ItemState } from './policy.ts'
import { decisions, type Act } from './schema.ts'

const DONE: Record<Act, string> = { release: 'released it', reject: 'rejected it', remove: 'removed it', keep: 'kept it as it is' }

/** What was decided about a case, for staff: the colleague's name is shown to nobody else. */
export async function decisionOf(db: Db, caseId: number) {
  const [decision] = await db
    .select({
      id: decisions.id,
      act: decisions.act,
      reasonCode: decisions.reasonCode,
      reasonVersion: decisions.reasonVersion,
      publicText: decisions.publicText,
      note: decisions.note,
      deciderId: decisions.deciderId,
      deciderRole: decisions.deciderRole,
      decider: accounts.displayName,
      at: decisions.at,
      logId: decisions.logId,
    })
    .from(decisions)
    .innerJoin(accounts, eq(accounts.id, decisions.deciderId))
    .where(eq(decisions.caseId, caseId))
  return decision ?? null
}
export type Decision = NonNullable<Awaited<ReturnType<typeof decisionOf>>>

/** "Sam Carter (Press office) removed it today at 3:15pm" */
export const sayDecision = (decision: Decision): string => {
  const role = roleName(decision.deciderRole)
  const who = decision.decider ? `${decision.decider} (${role})` : role
  return `${who} ${DONE[decision.act]} ${sayNear(decision.at, now())}`
}

/** What happened to the item while somebody had its case in view. */
export async function sayChange(tx: Tx, item: Item): Promise<string> {
  if (item.kind === 'post')
    return item.state === 'withdrawn' ? 'The post was withdrawn while you were reading.' : 'The post was corrected while you were reading.'
  const [since] = await tx.select({ stateAt: comments.stateAt, editedAt: comments.editedAt }).from(comments).where(eq(comments.id, item.id))
  const edited = since?.editedAt ?? null
  const stateAt = since?.stateAt ?? now()
  if (edited && edited >= stateAt) return `Its author changed it ${sayNear(edited, now())}, while you were reading.`
  return `${CHANGED[item.state] ?? 'It changed'} ${sayNear(stateAt, now())}, while you were reading.`
}

const CHANGED: Partial<Record<ItemState, string>> = {
  withdrawn: 'Its author withdrew it',
  'hidden-pending': 'It was hidden because several people told us about it,',
  published: 'It went back to being public because nobody had decided for 24 hours,',
}
