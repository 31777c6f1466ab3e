/**
 * What happened to a case, in order: opened, taken, noted, escalated, asked, hidden, decided, appealed, closed. For the desk alone.
 */
import { asc, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../database/database.ts'
import type { Case } from './case.ts'
import { ESCALATED_TO } from './escalation.ts'
import { decisionOf, sayDecider, sayDone } from './history.ts'
import { caseActs, DECIDER_ROLES, hidings, type CaseAct } from './schema.ts'
import { appealOf } from './upstairs.ts'

export interface Moment {
  at: Date
  /** "Taken", "Note", "Decided: removed it". */
  what: string
  /** "Alex Wray (Press office)"; null for the system. */
  by: string | null
  note: string | null
}

const sayWho = (name: string | null, role: string): string | null => {
  const known = DECIDER_ROLES.find((one) => one === role)
  if (!known) return null
  return name ? `${name} (${sayDecider(known)})` : sayDecider(known)
}

const to = alias(accounts, 'to_account')

const SAID: Record<CaseAct, string> = {
  claimed: 'Taken',
  'handed-back': 'Handed back',
  assigned: 'Given',
  escalated: 'Escalated',
  returned: 'Answered and returned',
  noted: 'Note',
  asked: 'Author asked',
  answered: 'Author answered',
  hidden: 'Hidden meanwhile',
  reverted: 'Shown again by itself',
  'answered-request': 'Request answered',
}

async function actsOf(db: Db, caseId: number): Promise<Moment[]> {
  const rows = await db
    .select({
      act: caseActs.act,
      by: accounts.displayName,
      role: caseActs.role,
      note: caseActs.note,
      to: to.displayName,
      escalatedTo: caseActs.escalatedTo,
      at: caseActs.at,
    })
    .from(caseActs)
    .leftJoin(accounts, eq(accounts.id, caseActs.actorId))
    .leftJoin(to, eq(to.id, caseActs.toId))
    .where(eq(caseActs.caseId, caseId))
    .orderBy(asc(caseActs.id))
  return rows.map((row) => ({ at: row.at, what: sayAct(row), by: row.act === 'answered' ? 'The author' : sayWho(row.by, row.role), note: row.note }))
}

function sayAct({ act, to, escalatedTo }: { act: CaseAct; to: string | null; escalatedTo: keyof typeof ESCALATED_TO | null }): string {
  if (act === 'assigned' && to !== null) return `Given to ${to}`
  if (act === 'escalated' && escalatedTo !== null) return `Escalated: ${ESCALATED_TO[escalatedTo]}`
  if (act === 'returned' && escalatedTo !== null) return `${ESCALATED_TO[escalatedTo]} answered`
  return SAID[act]
}

/** What went down because enough people flagged it: nobody's act. */
async function hidingsOf(db: Db, caseId: number): Promise<Moment[]> {
  const rows = await db.select({ at: hidings.at, byId: hidings.byId, note: hidings.note }).from(hidings).where(eq(hidings.caseId, caseId))
  return rows.filter(({ byId }) => byId === null).map(({ at, note }) => ({ at, what: 'Hidden meanwhile: several people flagged it', by: null, note }))
}

async function outcomesOf(db: Db, file: Case): Promise<Moment[]> {
  const [decision, appeal] = await Promise.all([decisionOf(db, file.id), appealOf(db, file.id)])
  const outcomes: Moment[] = []
  if (decision)
    outcomes.push({
      at: decision.at,
      what: `Decided: ${sayDone(decision.act)}`,
      by: sayWho(decision.decider, decision.deciderRole),
      note: decision.note,
    })
  if (appeal) outcomes.push({ at: appeal.at, what: 'Appeal', by: 'The author', note: null })
  if (appeal?.decidedAt) outcomes.push({ at: appeal.decidedAt, what: `Appeal decided: ${appeal.outcome}`, by: appeal.by, note: null })
  if (file.closedAt) outcomes.push({ at: file.closedAt, what: 'Closed', by: null, note: null })
  return outcomes
}

const OPENED: Record<Case['cause'], string> = {
  held: 'Held',
  flagged: 'Flagged for the first time',
  hidden: 'Opened by hiding it',
  appealed: 'Brought here by its author',
  draft: 'Handed in',
  request: 'Asked',
  notice: 'Received',
  proposal: 'Proposed',
}

/** From the first to the last. */
export async function timelineOf(db: Db, file: Case): Promise<Moment[]> {
  const [acts, hidden, outcomes] = await Promise.all([actsOf(db, file.id), hidingsOf(db, file.id), outcomesOf(db, file)])
  const opened = { at: file.openedAt, what: OPENED[file.cause], by: null, note: null }
  return [opened, ...[...acts, ...hidden, ...outcomes].toSorted((one, other) => one.at.getTime() - other.at.getTime())]
}
