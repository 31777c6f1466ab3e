/**
 * A small closed set of reactions. Each person counts once for each; setting or taking back twice is the same as once.
 */
import { and, eq, sql, type AnyColumn } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { mayRead } from './audience.ts'
import { conversationById } from './conversation.ts'
import { silentBecause } from './policy.ts'
import { commentReactions, comments, conversationReactions, conversations, type Reaction } from './schema.ts'
import { lockComment } from './states.ts'

/** The reactions as the pages name them. */
export const REACTION_NAMES: Record<Reaction, string> = { helpful: 'Helpful', thanks: 'Thanks', 'same-here': 'Same here' }

const COUNTS = { helpful: 'helpful_count', thanks: 'thanks_count', 'same-here': 'same_here_count' } as const

export interface ReactionChange {
  reaction: Reaction
  on: boolean
}

function refuseSilent(actor: SignedIn): void {
  const silent = silentBecause(actor)
  if (silent) throw new Forbidden(silent)
}

/** Reacts to a comment, or takes it back. Answers where it stands. */
export async function reactToComment(
  db: Database,
  actor: SignedIn,
  commentId: number,
  change: ReactionChange,
): Promise<{ path: string; branchId: number | null }> {
  refuseSilent(actor)
  return db.transaction(async (tx) => {
    const comment = await lockComment(tx, commentId)
    if (!comment || !mayRead(actor, comment)) throw new NotFound('comment')
    if (comment.state !== 'published') throw new Overtaken('That comment is no longer there to react to.')
    const key = and(
      eq(commentReactions.commentId, commentId),
      eq(commentReactions.accountId, actor.accountId),
      eq(commentReactions.reaction, change.reaction),
    )
    const changed = change.on
      ? await tx
          .insert(commentReactions)
          .values({ commentId, accountId: actor.accountId, reaction: change.reaction })
          .onConflictDoNothing()
          .returning()
      : await tx.delete(commentReactions).where(key).returning()
    if (changed.length > 0) await keepCount(tx, comments.id, commentId, change)
    if (changed.length > 0)
      await tx
        .update(conversations)
        .set({ version: sql`${conversations.version} + 1` })
        .where(eq(conversations.id, comment.conversationId))
    return { path: comment.path, branchId: comment.branchId }
  })
}

/** Reacts to what the conversation hangs under, or takes it back. */
export async function reactToSubject(db: Database, actor: SignedIn, conversationId: number, change: ReactionChange): Promise<{ path: string }> {
  refuseSilent(actor)
  return db.transaction(async (tx) => {
    const conversation = await conversationById(tx, actor, conversationId)
    const key = and(
      eq(conversationReactions.conversationId, conversationId),
      eq(conversationReactions.accountId, actor.accountId),
      eq(conversationReactions.reaction, change.reaction),
    )
    const changed = change.on
      ? await tx
          .insert(conversationReactions)
          .values({ conversationId, accountId: actor.accountId, reaction: change.reaction })
          .onConflictDoNothing()
          .returning()
      : await tx.delete(conversationReactions).where(key).returning()
    if (changed.length > 0) await keepCount(tx, conversations.id, conversationId, change)
    return { path: conversation.path }
  })
}

async function keepCount(tx: Tx, id: AnyColumn, value: number, change: ReactionChange): Promise<void> {
  const column = sql.identifier(COUNTS[change.reaction])
  await tx.execute(sql`update ${id.table} set ${column} = ${column} + ${change.on ? 1 : -1} where id = ${value}`)
}
