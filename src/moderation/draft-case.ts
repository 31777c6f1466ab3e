/**
 * A post that waits for a second person has a case in the queue for as long as it waits. It is approved or sent back on its own page.
 */
import { and, eq, isNull } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { draftTitle } from '../posts/draft-words.ts'
import { draftInElection } from '../posts/election.ts'
import { needsPressOffice } from '../posts/policy.ts'
import { kindOf } from '../posts/kinds.ts'
import { hasUnseenPhoto } from '../posts/publishing.ts'
import { drafts } from '../posts/schema.ts'
import { closeCaseAbout, openCaseAbout } from './case.ts'
import { expectedBy } from './clock.ts'
import { cases } from './schema.ts'

const idOfDraft = ({ detail }: Activity): number => Number(detail?.['draftId'] ?? 0)

export async function openCaseForDraft(tx: Tx, activity: Activity): Promise<void> {
  const [draft] = await tx
    .select()
    .from(drafts)
    .where(eq(drafts.id, idOfDraft(activity)))
  if (!draft) return
  // One that was taken back and handed in again begins anew.
  await closeCaseForDraft(tx, activity)
  const moment = now()
  const [unseen, election] = [await hasUnseenPhoto(tx, draft.id), await draftInElection(tx, draft.id)]
  const forPressOffice = needsPressOffice({ kind: draft.kind, unseen, election })
  await openCaseAbout(tx, {
    cause: 'draft',
    because: `${kindOf(draft.kind).name}: ${forPressOffice ? 'the press office has to approve it' : 'the sergeant or the press office approves it'}`,
    draftId: draft.id,
    teamId: draft.teamId,
    audience: 'staff',
    title: draftTitle(draft.kind, draft.form, moment),
    body: draft.form['body'] ?? draft.form['note'] ?? '',
    dueAt: expectedBy(moment),
  })
}

/** Approved, sent back, taken back, or out: it waits for nobody any more. */
export const closeCaseForDraft = (tx: Tx, activity: Activity): Promise<void> => {
  const undecided = and(eq(cases.draftId, idOfDraft(activity)), isNull(cases.decidedAt))
  return undecided ? closeCaseAbout(tx, undecided) : Promise.resolve()
}
