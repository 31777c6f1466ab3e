/**
 * Answering in a live hour: the next question is the most supported one that waits, taken by one officer at a time; it is answered officially in its thread,
 * passed with a reason that readers see, or put back.
 */
import { and, eq, isNull } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { postCommentIn } from '../conversations/comment.ts'
import { lockConversation } from '../conversations/conversation.ts'
import { mostSupported, settleRaised, unsettleRaised } from '../conversations/gathering.ts'
import { closedBecause } from '../conversations/policy.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { selectOccasions } from '../occasions/occasion.ts'
import { occasions } from '../occasions/schema.ts'
import { eventById, type EventDetail } from './event.ts'
import { hourState, mayPlanEvent, mayTakeQuestions } from './policy.ts'
import { hourAnswers } from './schema.ts'

/**
 * Takes the next question; null when none waits. Whoever has one already gets that one again: a double tap takes nothing twice. Throws `NotFound`, and
 * `Forbidden` before the hour, for whoever does not answer for the team, and when the conversation is closed.
 */
export async function takeNext(db: Database, actor: SignedIn, eventId: number): Promise<{ commentId: number } | null> {
  return db.transaction(async (tx) => {
    const event = await lockHour(tx, actor, eventId)
    const [mine] = await tx
      .select({ commentId: hourAnswers.commentId })
      .from(hourAnswers)
      .where(and(eq(hourAnswers.eventId, eventId), eq(hourAnswers.takenBy, actor.accountId), isNull(hourAnswers.settledAt)))
    if (mine) return mine
    const { items } = await mostSupported(tx, event.conversationId, { accountId: actor.accountId, limit: 1 })
    const [next] = items
    if (!next) return null
    const { commentId } = next
    const taken = await tx
      .insert(hourAnswers)
      .values({ commentId, eventId, takenBy: actor.accountId, takenAt: now() })
      .onConflictDoNothing()
      .returning({ commentId: hourAnswers.commentId })
    if (taken.length === 0) throw new Overtaken('A colleague has just taken that question. Take the next one.')
    await settleRaised(tx, [commentId])
    return { commentId }
  })
}

/** Its conversation is locked first, as by whoever writes or reacts in it: so nobody takes while the order changes. */
async function lockHour(tx: Tx, actor: SignedIn, eventId: number): Promise<EventDetail> {
  const event = await eventById(tx, eventId)
  if (event.format !== 'question-hour') throw new NotFound('hour')
  if (!mayPlanEvent(actor, event.teamId)) throw new Forbidden(`You cannot answer for the ${event.teamName} team.`)
  const talk = await lockConversation(tx, event.conversationId)
  if (!talk) throw new NotFound('hour')
  const [date] = await selectOccasions(tx, eq(occasions.postId, event.postId))
  if (!date) throw new NotFound('hour')
  if (!mayTakeQuestions(actor, event.teamId, hourState(date, now())))
    throw new Forbidden('The hour has not begun. Until then questions are gathered.')
  const closed = closedBecause(talk, now())
  if (closed) throw new Forbidden(closed)
  return event
}

export interface Answer {
  body: string
  clientKey: string
}

/** An official reply in its thread. The same form again is the same answer. Throws as `takeNext` does, `Overtaken` when a colleague settled it, and `Refused`. */
export async function answerTaken(
  db: Database,
  actor: SignedIn,
  eventId: number,
  commentId: number,
  { body, clientKey }: Answer,
): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const event = await lockHour(tx, actor, eventId)
    const turn = await turnOf(tx, eventId, commentId)
    const posted = await postCommentIn(tx, actor, event.conversationId, { body, clientKey, parentId: commentId })
    const path = `/comments/${posted.id}`
    if (turn.answerId === posted.id) return { path }
    requireOpen(turn)
    await settle(tx, actor, commentId, { answerId: posted.id })
    return { path }
  })
}

/** Not answered in the hour, with the reason that readers see. Twice is the same as once. Throws as `answerTaken` does. */
export async function passTaken(db: Database, actor: SignedIn, eventId: number, commentId: number, because: string): Promise<void> {
  await db.transaction(async (tx) => {
    await lockHour(tx, actor, eventId)
    const turn = await turnOf(tx, eventId, commentId)
    if (turn.passedBecause === because && turn.settledBy === actor.accountId) return
    requireOpen(turn)
    await settle(tx, actor, commentId, { passedBecause: because })
  })
}

/** It waits again, in its place by support: for whoever took it, and for colleagues who cannot wait for them. Twice is the same as once. */
export async function putBack(db: Database, actor: SignedIn, eventId: number, commentId: number): Promise<void> {
  await db.transaction(async (tx) => {
    await lockHour(tx, actor, eventId)
    const [turn] = await tx
      .select()
      .from(hourAnswers)
      .where(and(eq(hourAnswers.eventId, eventId), eq(hourAnswers.commentId, commentId)))
    if (!turn) return
    requireOpen(turn)
    await tx.delete(hourAnswers).where(eq(hourAnswers.commentId, commentId))
    await unsettleRaised(tx, commentId)
  })
}

type TurnRow = typeof hourAnswers.$inferSelect

async function turnOf(tx: Tx, eventId: number, commentId: number): Promise<TurnRow> {
  const [turn] = await tx
    .select()
    .from(hourAnswers)
    .where(and(eq(hourAnswers.eventId, eventId), eq(hourAnswers.commentId, commentId)))
  if (!turn) throw new Overtaken('Nobody has this question just now: it was put back. Take the next one.')
  return turn
}

function requireOpen({ settledAt, passedBecause }: TurnRow): void {
  if (settledAt !== null)
    throw new Overtaken(passedBecause === null ? 'A colleague has answered this question already.' : 'A colleague has passed this question already.')
}

async function settle(tx: Tx, actor: SignedIn, commentId: number, how: { answerId: number } | { passedBecause: string }): Promise<void> {
  await tx
    .update(hourAnswers)
    .set({ ...how, settledAt: now(), settledBy: actor.accountId })
    .where(eq(hourAnswers.commentId, commentId))
}
