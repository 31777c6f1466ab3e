/**
 * Asking those whose affair it is: legal, safeguarding, standards, crime, data protection. The clock of the case runs on meanwhile; their answer brings it back.
 */
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken } from '../errors.ts'
import { requireVersion } from './assignment.ts'
import { changeCase, isActKnown, lockCaseFile, recordCaseAct, type Case } from './case.ts'
import { sayCaseState } from './history.ts'
import { inPressOffice } from './policy.ts'
import type { Escalation } from './schema.ts'

export const ESCALATED_TO: Record<Escalation, string> = {
  legal: 'Legal services',
  safeguarding: 'Safeguarding',
  standards: 'Professional standards',
  crime: 'Crime',
  'data-protection': 'Data protection',
}

/** For forms: whom a case can be escalated to. */
export const ESCALATION_CHOICES = Object.entries(ESCALATED_TO)

async function lockUndecided(tx: Tx, actor: SignedIn, caseId: number): Promise<Case> {
  const file = await lockCaseFile(tx, actor, caseId)
  if (!inPressOffice(actor)) throw new Forbidden('Only the press office escalates a case.')
  if (file.decidedAt !== null) throw new Overtaken(`${await sayCaseState(tx, file)}. Nothing was changed.`)
  return file
}

const tell = (tx: Tx, actor: SignedIn, file: Case, to: Escalation | null) =>
  recordActivity(tx, {
    kind: 'case.escalated',
    audience: 'staff',
    actorId: actor.accountId,
    teamId: file.teamId,
    detail: { caseId: file.id, to },
  })

/** Throws `NotFound`, `Forbidden`, `Overtaken`. The same form again does nothing more. */
export async function escalateCase(
  db: Database,
  actor: SignedIn,
  caseId: number,
  input: { to: Escalation; note: string; version: number; clientKey: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockUndecided(tx, actor, caseId)
    const { to, note, clientKey } = input
    if (await isActKnown(tx, file.id, 'escalated', clientKey)) return
    await requireVersion(tx, file, input.version)
    await recordCaseAct(tx, actor, file.id, 'escalated', { note, escalatedTo: to, clientKey })
    await changeCase(tx, file, { state: 'escalated', escalatedTo: to })
    await tell(tx, actor, file, to)
  })
}

/** Brings an escalated case back with what they answered. Throws as `escalateCase`. */
export async function returnCase(
  db: Database,
  actor: SignedIn,
  caseId: number,
  input: { answer: string; version: number; clientKey: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockUndecided(tx, actor, caseId)
    const { answer: note, clientKey } = input
    if (await isActKnown(tx, file.id, 'returned', clientKey)) return
    await requireVersion(tx, file, input.version)
    if (file.state !== 'escalated') throw new Overtaken('It is back already. Nothing was changed.')
    await recordCaseAct(tx, actor, file.id, 'returned', { note, escalatedTo: file.escalatedTo, clientKey })
    await changeCase(tx, file, { state: file.assigneeId === null ? 'open' : 'assigned', escalatedTo: null })
    await tell(tx, actor, file, null)
  })
}
