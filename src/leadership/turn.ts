/**
 * Answering in a live session: its host takes the most supported question that waits, one at a time, and answers it in its thread, passes it with a reason that
 * colleagues read, or puts it back.
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
import { mayTakeQuestions, requireVoice } from './policy.ts'
import { sessionTurns } from './schema.ts'
import { sessionById, type Session } from './session.ts'

/** Takes the next question; null when none waits. Whoever has one gets that one again. Throws `NotFound`, and `Forbidden` for all but the host and before the beginning. */
export const takeNext = (db: Database, actor: SignedIn, postId: number): Promise<{ commentId: number } | null> =>
  db.transaction(async (tx) => {
    const session = await lockToAnswer(tx, actor, postId)
    const [open] = await tx
      .select({ commentId: sessionTurns.commentId })
      .from(sessionTurns)
      .where(and(eq(sessionTurns.postId, postId), isNull(sessionTurns.settledAt)))
    if (open) return open
    const { items } = await mostSupported(tx, session.conversationId, { accountId: actor.accountId, limit: 1 })
    const [next] = items
    if (!next) return null
    const { commentId } = next
    await tx.insert(sessionTurns).values({ commentId, postId, takenAt: now() })
    await settleRaised(tx, [commentId])
    return { commentId }
  })

/** Its conversation is locked first, as by whoever writes or reacts in it: so nothing is taken while the order changes. */
async function lockToAnswer(tx: Tx, actor: SignedIn, postId: number): Promise<Session> {
  const before = await sessionById(tx, actor, postId)
  const talk = await lockConversation(tx, before.conversationId)
  if (!talk) throw new NotFound('session')
  const session = await sessionById(tx, actor, postId)
  if (!mayTakeQuestions(actor, session.hostId, session.state)) throw new Forbidden(refusal(session, actor))
  requireVoice(actor, talk)
  const closed = closedBecause(talk, now())
  if (closed) throw new Forbidden(closed)
  return session
}

function refusal({ hostId, state }: Session, actor: SignedIn): string {
  if (actor.accountId !== hostId) return 'The host of the session answers. You can reply in the conversation.'
  return state === 'off'
    ? 'The session is called off. You can reply in the conversation.'
    : 'The session has not begun. Until then questions are gathered.'
}

export interface Answer {
  body: string
  clientKey: string
}

/** A reply in its thread. The same form again is the same answer. Throws as `takeNext` does, `Overtaken` when it was settled or put back, and `Refused`. */
export const answerTaken = (
  db: Database,
  actor: SignedIn,
  postId: number,
  commentId: number,
  { body, clientKey }: Answer,
): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const { conversationId } = await lockToAnswer(tx, actor, postId)
    const turn = await turnOf(tx, postId, commentId)
    const posted = await postCommentIn(tx, actor, conversationId, { body, clientKey, parentId: commentId })
    const path = `/comments/${posted.id}`
    if (turn.answerId === posted.id) return { path }
    requireOpen(turn)
    await settle(tx, commentId, { answerId: posted.id })
    return { path }
  })

/** Not answered, with the reason that colleagues read. Twice is the same as once. Throws as `answerTaken` does. */
export const passTaken = (db: Database, actor: SignedIn, postId: number, commentId: number, because: string): Promise<void> =>
  db.transaction(async (tx) => {
    await lockToAnswer(tx, actor, postId)
    const turn = await turnOf(tx, postId, commentId)
    if (turn.passedBecause === because) return
    requireOpen(turn)
    await settle(tx, commentId, { passedBecause: because })
  })

/** It waits again, in its place by support. Twice is the same as once. Throws as `answerTaken` does. */
export const putBack = (db: Database, actor: SignedIn, postId: number, commentId: number): Promise<void> =>
  db.transaction(async (tx) => {
    await lockToAnswer(tx, actor, postId)
    const [turn] = await tx.select().from(sessionTurns).where(isTurn(postId, commentId))
    if (!turn) return
    requireOpen(turn)
    await tx.delete(sessionTurns).where(eq(sessionTurns.commentId, commentId))
    await unsettleRaised(tx, commentId)
  })

type TurnRow = typeof sessionTurns.$inferSelect

const isTurn = (postId: number, commentId: number) => and(eq(sessionTurns.postId, postId), eq(sessionTurns.commentId, commentId))

async function turnOf(tx: Tx, postId: number, commentId: number): Promise<TurnRow> {
  const [turn] = await tx.select().from(sessionTurns).where(isTurn(postId, commentId))
  if (!turn) throw new Overtaken('You do not have this question any more: it was put back. Take the next one.')
  return turn
}

function requireOpen({ settledAt, passedBecause }: TurnRow): void {
  if (settledAt !== null)
    throw new Overtaken(passedBecause === null ? 'You have answered this question already.' : 'You have passed this question already.')
}

const settle = (tx: Tx, commentId: number, how: { answerId: number } | { passedBecause: string }): Promise<unknown> =>
  tx
    .update(sessionTurns)
    .set({ ...how, settledAt: now() })
    .where(eq(sessionTurns.commentId, commentId))
