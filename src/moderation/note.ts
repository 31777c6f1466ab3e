/**
 * What moderators write to each other on a case. Only the desk reads it; nobody changes or deletes it.
 */
import type { SignedIn } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { changeCase, lockCaseFile, recordCaseAct } from './case.ts'

/** Adds a note, also to a decided case; the same key again adds nothing. Throws `NotFound`. */
export async function addNote(db: Database, actor: SignedIn, caseId: number, input: { note: string; clientKey: string }): Promise<void> {
  await db.transaction(async (tx) => {
    const file = await lockCaseFile(tx, actor, caseId)
    if (await recordCaseAct(tx, actor, file.id, 'noted', input)) await changeCase(tx, file, {})
  })
}
