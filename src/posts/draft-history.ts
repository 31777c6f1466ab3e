/** What became of a draft, act by act, and what others are told of it. Nothing is ever taken back from this history. */
import { idOf, type SignedIn } from '../actor.ts'
import { recordActivity, type ActivityKind } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import type { DraftRow } from './draft.ts'
import { publishingDuty } from './policy.ts'
import { draftActs, type DraftForm } from './schema.ts'

type Act = (typeof draftActs.$inferInsert)['act']

const TOLD: Partial<Record<Act, ActivityKind>> = {
  submitted: 'draft.submitted',
  returned: 'draft.returned',
  reopened: 'draft.reopened',
  approved: 'draft.approved',
  scheduled: 'draft.scheduled',
  published: 'draft.published',
}

/** Writes the act down with the version that it was about; null is the system. */
export async function writeAct(
  tx: Tx,
  actor: SignedIn | null,
  draft: DraftRow,
  act: Act,
  said: { note?: string | null; suggestion?: DraftForm | null } = {},
): Promise<void> {
  const actorId = actor && idOf(actor)
  await tx.insert(draftActs).values({ draftId: draft.id, act, actorId, role: roleOf(actor, draft), version: draft.version, at: now(), ...said })
  const kind = TOLD[act]
  if (kind) await recordActivity(tx, { kind, audience: 'staff', actorId, teamId: draft.teamId, postId: draft.postId, detail: { draftId: draft.id } })
}

const roleOf = (actor: SignedIn | null, draft: DraftRow): string =>
  actor === null ? 'system' : (publishingDuty(actor, draft.teamId)?.role ?? (actor.accountId === draft.authorId ? draft.officialRole : 'staff'))
