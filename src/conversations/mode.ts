/**
 * The mode of a conversation: each change has who, when and why, and its row in the log.
 */
import { eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { dutyFor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { lockConversation, type Conversation } from './conversation.ts'
import { conversations } from './schema.ts'
import { holdPublished } from './states.ts'

export type LegalTrigger = 'arrest' | 'warrant' | 'summons' | 'charge'

export type NewMode =
  | { mode: 'open' }
  /** Without an end until somebody opens it again. */
  | { mode: 'held'; reason: string; endsAt?: Date | null }
  | { mode: 'closed'; reason: string; endsAt: Date }
  | { mode: 'legal-lock'; trigger: LegalTrigger; reviewAt: Date }
  | { mode: 'archived'; reason: string }

/**
 * Sets the mode inside the caller's transaction, locks the conversation first, writes the log row. A legal lock sends what was published back to the queue.
 * The same mode with the same values again changes nothing. Throws `NotFound`.
 * The caller has made sure that the actor may; null is the system (a post past its end date).
 */
export async function setMode(tx: Tx, actor: SignedIn | null, conversationId: number, mode: NewMode): Promise<void> {
  const before = await lockConversation(tx, conversationId)
  if (!before) throw new NotFound('conversation')
  const set = columnsOf(mode)
  if (isAlready(before, set)) return
  await tx
    .update(conversations)
    .set({ ...set, modeSetBy: actor && actor.accountId, modeSetAt: now(), version: sql`${conversations.version} + 1` })
    .where(eq(conversations.id, conversationId))
  if (mode.mode === 'legal-lock') await holdAgain(tx, actor, before)
  const { audience, teamId } = before
  const detail = { from: before.mode, to: mode.mode }
  await recordActivity(tx, { kind: 'conversation.moded', audience, teamId, conversationId, actorId: actor && actor.accountId, detail })
  // Last: whoever writes the log makes all others who write it wait.
  await logMode(tx, actor, before, mode)
}

export type ModeColumns = Pick<Conversation, 'mode' | 'modeReason' | 'modeEndsAt' | 'legalTrigger'>

export const columnsOf = (mode: NewMode): ModeColumns => ({
  mode: mode.mode,
  modeReason: 'reason' in mode ? mode.reason : null,
  modeEndsAt: mode.mode === 'legal-lock' ? mode.reviewAt : 'endsAt' in mode ? (mode.endsAt ?? null) : null,
  legalTrigger: mode.mode === 'legal-lock' ? mode.trigger : null,
})

export const isAlready = (known: ModeColumns, set: ModeColumns): boolean =>
  known.mode === set.mode &&
  known.modeReason === set.modeReason &&
  known.legalTrigger === set.legalTrigger &&
  known.modeEndsAt?.getTime() === set.modeEndsAt?.getTime()

async function holdAgain(tx: Tx, actor: SignedIn | null, { id: conversationId, audience, teamId }: Conversation): Promise<void> {
  const detail = { because: 'The conversation is under a legal lock.' }
  for (const commentId of await holdPublished(tx, conversationId))
    await recordActivity(tx, { kind: 'comment.held', audience, teamId, conversationId, commentId, actorId: actor && actor.accountId, detail })
}

async function logMode(tx: Tx, actor: SignedIn | null, before: Conversation, mode: NewMode): Promise<void> {
  const { audience, teamId } = before
  const [team] = teamId === null ? [] : await tx.select({ name: teams.name }).from(teams).where(eq(teams.id, teamId))
  await writeLog(tx, {
    actorId: actor && actor.accountId,
    role: actor === null ? 'system' : (dutyFor(actor, teamId)?.role ?? actor.duties[0]?.role ?? 'resident'),
    act: 'set-mode',
    item: 'conversation',
    itemId: before.id,
    audience,
    teamId,
    teamName: team?.name ?? null,
    fromState: before.mode,
    toState: mode.mode,
    note: noteOf(mode),
  })
}

function noteOf(mode: NewMode): string | null {
  if (mode.mode === 'legal-lock') return `${mode.trigger}; to be looked at again on ${mode.reviewAt.toISOString()}`
  return 'reason' in mode ? mode.reason : null
}
