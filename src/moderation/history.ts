/**
 * What happened to a case or its item, and who did it: so that a second moderator learns what the first did.
 */
import { desc, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { roleName } from '../actor.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import type { Db, Tx } from '../database/database.ts'
import { sayNear } from '../text/dates.ts'
import type { Case } from './case.ts'
import type { Item } from './item.ts'
import type { ItemState } from './policy.ts'
import { caseActs, cases, decisions, type Act, type CaseAct, type DeciderRole } from './schema.ts'

const DONE: Record<Act, string> = {
  release: 'released it',
  reject: 'rejected it',
  remove: 'removed it',
  keep: 'kept it as it is',
  redact: 'took parts of it out',
  restore: 'showed it again',
}

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

/** The role of a decision, in words. */
export const sayDecider = (role: DeciderRole): string => (role === 'circle-owner' ? 'Looks after the circle' : roleName(role))

/** "Sam Carter (Press office) removed it today at 3:15pm" */
export const sayDecision = (decision: Decision): string => {
  const role = sayDecider(decision.deciderRole)
  const who = decision.decider ? `${decision.decider} (${role})` : role
  return `${who} ${DONE[decision.act]} ${sayNear(decision.at, now())}`
}

/** "removed it", to follow the name of whoever did. */
export const sayDone = (act: Act): string => DONE[act]

const DID: Record<CaseAct, string> = {
  claimed: 'took it',
  'handed-back': 'handed it back',
  assigned: 'gave it to a colleague',
  escalated: 'escalated it',
  returned: 'brought it back with an answer',
  noted: 'wrote a note',
  asked: 'asked its author something',
  answered: 'answered',
  hidden: 'hid it meanwhile',
  reverted: 'shows it again',
  'answered-request': 'answered the request',
}

/** What no person did. */
const BY_ITSELF: Partial<Record<CaseAct, string>> = {
  hidden: 'It was hidden because several people told us about it,',
  reverted: 'It went back to being public because nobody had decided for 24 hours,',
}

/** The last thing that somebody did to a case. */
async function lastAct(tx: Tx, caseId: number): Promise<{ said: string; at: Date } | null> {
  const [last] = await tx
    .select({ act: caseActs.act, at: caseActs.at, by: accounts.displayName, role: caseActs.role })
    .from(caseActs)
    .leftJoin(accounts, eq(accounts.id, caseActs.actorId))
    .where(eq(caseActs.caseId, caseId))
    .orderBy(desc(caseActs.id))
    .limit(1)
  if (!last) return null
  const byItself = last.role === 'system' ? BY_ITSELF[last.act] : undefined
  if (byItself) return { said: `${byItself} ${sayNear(last.at, now())}`, at: last.at }
  const who = last.act === 'answered' ? 'Its author' : (last.by ?? (last.role === 'system' ? 'The system' : 'A colleague'))
  return { said: `${who} ${DID[last.act]} ${sayNear(last.at, now())}`, at: last.at }
}

/** What was done to a case last, for somebody who comes too late: "Alex Wray took it today at 3:15pm". */
export async function sayCaseState(tx: Tx, file: Case): Promise<string> {
  const decision = file.decidedAt === null ? null : await decisionOf(tx, file.id)
  if (decision) return sayDecision(decision)
  if (file.decidedAt !== null) return `It was settled ${sayNear(file.decidedAt, now())}`
  return (await lastAct(tx, file.id))?.said ?? 'It changed while you were reading'
}

/** What happened to the item, or to its open case, while somebody had it in view. */
export async function sayChange(tx: Tx, item: Item): Promise<string> {
  const [changed, act] = [await lastChange(tx, item), await lastActOn(tx, item)]
  return act && act.at >= changed.at ? `${act.said}, while you were reading.` : changed.said
}

async function lastActOn(tx: Tx, item: Item): Promise<{ said: string; at: Date } | null> {
  const [file] = await tx
    .select({ id: cases.id })
    .from(cases)
    .where(eq(item.kind === 'post' ? cases.postId : cases.commentId, item.id))
    .orderBy(desc(cases.id))
    .limit(1)
  return file ? lastAct(tx, file.id) : null
}

async function lastChange(tx: Tx, item: Item): Promise<{ said: string; at: Date }> {
  if (item.kind === 'post') {
    const { withdrawnAt, correctedAt, publishedAt } = item.post
    const said = item.state === 'withdrawn' ? 'The post was withdrawn while you were reading.' : 'The post was corrected while you were reading.'
    return { said, at: withdrawnAt ?? correctedAt ?? publishedAt }
  }
  const [since] = await tx.select({ stateAt: comments.stateAt, editedAt: comments.editedAt }).from(comments).where(eq(comments.id, item.id))
  const edited = since?.editedAt ?? null
  const stateAt = since?.stateAt ?? now()
  if (edited && edited >= stateAt) return { said: `Its author changed it ${sayNear(edited, now())}, while you were reading.`, at: edited }
  return { said: `${CHANGED[item.state] ?? 'It changed'} ${sayNear(stateAt, now())}, while you were reading.`, at: stateAt }
}

const CHANGED: Partial<Record<ItemState, string>> = {
  withdrawn: 'Its author withdrew it',
  'hidden-pending': 'It was hidden',
  published: 'It went back to being public',
  held: 'It went back to waiting for a moderator',
}
