/**
 * Lodging an appeal: the author of an item asks that somebody who did not decide about it looks at it again. Once for each decision, within 28 days.
 */
import { eq } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { SignedIn } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import type { Case } from '../moderation/case.ts'
import { lockOwnCase } from '../moderation/correspondence.ts'
import { decisionOf } from '../moderation/history.ts'
import type { Item } from '../moderation/item.ts'
import { cases } from '../moderation/schema.ts'
import { appealDueAt } from './deadline.ts'
import { unappealableBecause } from './policy.ts'
import { appeals } from './schema.ts'

export interface NewAppeal {
  text: string
  clientKey: string
}

/**
 * Puts the case before another moderator, in five working days. The same form again answers the first. A sanction keeps nobody from it.
 * Throws `NotFound` for a case that is not about one's own words, `Refused` (field `text`) when the decision cannot be appealed (any more).
 */
export async function lodgeAppeal(db: Database, actor: SignedIn, caseId: number, input: NewAppeal): Promise<{ id: number }> {
  return db.transaction(async (tx) => {
    const { file, item } = await lockOwnCase(tx, actor, caseId)
    const known = await appealOf(tx, caseId)
    if (known?.clientKey === input.clientKey) return { id: known.id }
    const decision = await decisionOf(tx, caseId)
    const because = unappealableBecause(decision, known !== null, now())
    if (!decision || because)
      throw new Refused(`${because} Your words were not sent.`, { text: `${because} Your words are below, so that you can keep them` })
    return lodge(tx, actor, { file, item, decisionId: decision.id }, input)
  })
}

/** Inside the transaction that locked the case and made sure of the right to it. */
export async function lodge(
  tx: Tx,
  actor: SignedIn,
  { file, item, decisionId }: { file: Case; item: Item; decisionId: number },
  { text, clientKey }: NewAppeal,
): Promise<{ id: number }> {
  const lodgedAt = now()
  const dueAt = appealDueAt(lodgedAt)
  const [appeal] = await tx
    .insert(appeals)
    .values({ decisionId, caseId: file.id, accountId: actor.accountId, body: text, lodgedAt, dueAt, clientKey })
    .onConflictDoNothing()
    .returning({ id: appeals.id })
  // The key was sent with another case: a form made by hand.
  if (!appeal) throw new Refused('This page is out of date. Reload it and try again.')
  await tx
    .update(cases)
    .set({ state: 'appealed', urgent: false, dueAt, assigneeId: null, assignedAt: null, closedAt: null, version: file.version + 1 })
    .where(eq(cases.id, file.id))
  await recordActivity(tx, { kind: 'appeal.lodged', actorId: actor.accountId, ...about(item), detail: { caseId: file.id, appealId: appeal.id } })
  return appeal
}

/** Where an activity about an item belongs. */
export const about = (item: Item) => ({
  audience: item.audience,
  teamId: item.teamId,
  conversationId: item.conversationId,
  commentId: item.kind === 'comment' ? item.id : null,
  postId: item.kind === 'post' ? item.id : null,
})

/** The appeal about a case, with the name of whoever decided it (for colleagues alone); null when there is none. */
export async function appealOf(db: Db, caseId: number) {
  const [found] = await db
    .select({ appeal: appeals, decider: accounts.displayName })
    .from(appeals)
    .leftJoin(accounts, eq(accounts.id, appeals.deciderId))
    .where(eq(appeals.caseId, caseId))
  return found ? { ...found.appeal, decider: found.decider } : null
}
export type Appeal = NonNullable<Awaited<ReturnType<typeof appealOf>>>
