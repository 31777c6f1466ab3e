/**
 * What the sergeant decides on a suggestion: decline it with a reason that everybody reads, or put it together with another one or a priority. Taking it up is
 * publishing a priority that names it (founding.ts).
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Role, SignedIn } from '../actor.ts'
import { recordActivity, type Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { settleRaised, unsettleRaised } from '../conversations/gathering.ts'
import { lockComment, type LockedComment } from '../conversations/states.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { publishingDuty } from '../posts/policy.ts'
import type { TeamName } from '../teams/team.ts'
import { lockBox } from './box.ts'
import { mayLeadPriorities } from './policy.ts'
import { priorityById } from './priority.ts'
import { linkTo, replyTo } from './reply.ts'
import { suggestionDecisions, type SuggestionAnswer } from './schema.ts'
import { requireSpeaking } from './standing.ts'
import { teamOfSuggestion } from './suggestion.ts'

export type DecisionRow = typeof suggestionDecisions.$inferSelect

/** With what it is put together: another suggestion, or an open priority of the team. */
export type Into = { commentId: number } | { priorityId: number }

interface Taken {
  comment: LockedComment
  team: TeamName
  role: Role
  before: DecisionRow | null
}

/** The suggestion, and another one that it is put together with, locked as every decision of its team is. Throws `NotFound`, `Forbidden`. */
async function take(tx: Tx, actor: SignedIn, commentId: number, otherId: number | null = null): Promise<Taken> {
  const team = await teamOfSuggestion(tx, commentId)
  if (!team) throw new NotFound('suggestion')
  await lockBox(tx, team)
  if (otherId !== null) await lockTalks(tx, [commentId, await headOf(tx, otherId, commentId)])
  const comment = await lockComment(tx, commentId)
  if (comment?.state !== 'published') throw new NotFound('suggestion')
  const duty = publishingDuty(actor, team.id)
  if (!duty || !mayLeadPriorities(actor, team.id)) throw new Forbidden('The sergeant of the team and the press office decide on suggestions.')
  await requireSpeaking(tx, actor, team.id)
  return { comment, team, role: duty.role, before: await decisionOn(tx, commentId) }
}

/** Where they were said, in the order of the ids: two teams that decide on the same conversations never wait for each other in a ring. */
const lockTalks = (tx: Tx, commentIds: readonly number[]): Promise<unknown> =>
  tx.execute(sql`select 1 from conversations where id in (select conversation_id from comments where id = any(${sql.param([...commentIds])}::bigint[]))
    order by id for no key update`)

export async function decisionOn(tx: Tx, commentId: number): Promise<DecisionRow | null> {
  const [row] = await tx.select().from(suggestionDecisions).where(eq(suggestionDecisions.commentId, commentId))
  return row ?? null
}

const SAID: Record<SuggestionAnswer, string> = { adopted: 'taken up', merged: 'put together with another', declined: 'declined' }

const decidedBefore = ({ answer }: DecisionRow): Overtaken => new Overtaken(`This suggestion was ${SAID[answer]} meanwhile. Nothing was changed.`)

/** Throws `Overtaken` when somebody decided otherwise. The same again changes nothing. */
export async function declineSuggestion(db: Database, actor: SignedIn, commentId: number, reason: string): Promise<void> {
  await db.transaction(async (tx) => {
    const taken = await take(tx, actor, commentId)
    const { before } = taken
    if (before?.answer === 'declined' && before.reason === reason) return
    if (before) throw decidedBefore(before)
    await decide(tx, actor, taken, { answer: 'declined', reason })
    await replyTo(tx, actor, replied(taken), `Thank you for this suggestion. We will not make it a priority now. ${reason}`, 'declined')
    await tell(tx, actor, taken, 'suggestion.declined', {})
  })
}

/** Throws `Refused` (field `into`) for what it cannot be put together with, `Overtaken` when somebody decided otherwise. */
export async function mergeSuggestion(db: Database, actor: SignedIn, commentId: number, into: Into): Promise<void> {
  await db.transaction(async (tx) => {
    const taken = await take(tx, actor, commentId, 'commentId' in into ? into.commentId : null)
    const goal = 'commentId' in into ? await suggestionFor(tx, taken, into.commentId) : await openOf(tx, taken, into.priorityId)
    const { before } = taken
    if (before?.answer === 'merged' && before.intoId === goal.intoId && (goal.intoId !== null || before.priorityId === goal.priorityId)) return
    if (before) throw decidedBefore(before)
    await decide(tx, actor, taken, { answer: 'merged', intoId: goal.intoId, priorityId: goal.priorityId })
    await replyTo(
      tx,
      actor,
      replied(taken),
      `Thank you. We look at this together with what says the same: ${linkTo(goal.path)}`,
      `merged ${goal.path}`,
    )
    await tell(tx, actor, taken, 'suggestion.merged', { intoId: goal.intoId, priorityId: goal.priorityId })
  })
}

/** What was put together with a suggestion that is taken away, before anything was decided on that, waits again by itself. */
export async function partFrom(tx: Tx, { commentId }: Activity): Promise<void> {
  if (!commentId || (await decisionOn(tx, commentId))) return
  const parted = await tx
    .delete(suggestionDecisions)
    .where(and(eq(suggestionDecisions.intoId, commentId), isNull(suggestionDecisions.priorityId)))
    .returning({ id: suggestionDecisions.commentId })
  for (const { id } of parted.toSorted((one, other) => one.id - other.id)) await unsettleRaised(tx, id)
}

interface Goal {
  intoId: number | null
  priorityId: number | null
  path: string
}

const refuse = (because: string): Refused => new Refused(because, { into: because })

/** What the other suggestion was itself put together with, if it was: so all that say the same hang on one. */
async function headOf(tx: Tx, otherId: number, commentId: number): Promise<number> {
  let headId = otherId
  while (headId !== commentId) {
    const decision = await decisionOn(tx, headId)
    if (decision?.answer !== 'merged' || decision.intoId === null) break
    headId = decision.intoId
  }
  return headId
}

async function suggestionFor(tx: Tx, { comment, team }: Taken, otherId: number): Promise<Goal> {
  const headId = await headOf(tx, otherId, comment.id)
  if (headId === comment.id)
    throw refuse(
      otherId === headId ? 'A suggestion cannot be put together with itself' : 'That one was put together with this one already. Choose another',
    )
  const decision = await decisionOn(tx, headId)
  if (decision?.answer === 'declined') throw refuse('That one was declined. Choose one that waits, or a priority')
  if (decision?.answer === 'merged' && decision.priorityId !== null) return openOf(tx, { team }, decision.priorityId)
  const home = await teamOfSuggestion(tx, headId)
  if (home?.id !== team.id) throw refuse('Choose a suggestion to the same team')
  const other = await lockComment(tx, headId)
  if (other?.state !== 'published') throw refuse('That suggestion cannot be read by everybody any more. Choose another')
  return { intoId: headId, priorityId: null, path: `/comments/${headId}` }
}

async function openOf(tx: Tx, { team }: Pick<Taken, 'team'>, priorityId: number): Promise<Goal> {
  const priority = await priorityById(tx, priorityId).catch((problem: unknown) => {
    if (problem instanceof NotFound) throw refuse('There is no such priority. Choose another')
    throw problem
  })
  if (priority.teamId !== team.id) throw refuse('Choose a priority of the same team')
  if (priority.closedAt !== null) throw refuse('That priority is closed. Choose an open one')
  return { intoId: null, priorityId, path: `/teams/${team.slug}/posts/${priority.postId}` }
}

type Answer = Pick<DecisionRow, 'answer'> & Partial<Pick<DecisionRow, 'reason' | 'intoId' | 'priorityId'>>

async function decide(tx: Tx, actor: SignedIn, { comment, team, role }: Taken, answer: Answer): Promise<void> {
  await tx
    .insert(suggestionDecisions)
    .values({ commentId: comment.id, teamId: team.id, decidedBy: actor.accountId, decidedRole: role, decidedAt: now(), ...answer })
  await settleRaised(tx, [comment.id])
}

const replied = ({ comment, team }: Taken) => ({ id: comment.id, conversationId: comment.conversationId, teamId: team.id })

const tell = (
  tx: Tx,
  actor: SignedIn,
  { comment, team }: Taken,
  kind: 'suggestion.declined' | 'suggestion.merged',
  detail: Record<string, number | null>,
): Promise<unknown> =>
  recordActivity(tx, {
    kind,
    audience: comment.audience,
    actorId: actor.accountId,
    teamId: team.id,
    conversationId: comment.conversationId,
    commentId: comment.id,
    detail,
  })
