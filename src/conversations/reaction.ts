/**
 * A small closed set of reactions. Each person counts once for each; setting or taking back twice is the same as once.
 */
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { mayRead } from './audience.ts'
import { isBox, lockConversation } from './conversation.ts'
import { muteBecause, silentBecause } from './policy.ts'
import { conversations, raisedComments, type Reaction } from './schema.ts'
import { lockComment } from './states.ts'

/** The reactions as the pages name them. */
export const REACTION_NAMES: Record<Reaction, string> = { helpful: 'Helpful', thanks: 'Thanks', 'same-here': 'Same here' }

const COUNTS = { helpful: 'helpful_count', thanks: 'thanks_count', 'same-here': 'same_here_count' } as const

export interface ReactionChange {
  reaction: Reaction
  on: boolean
}

/** Reacts to a comment, or takes it back. Answers where it stands. Throws `Forbidden` where nothing is added any more. */
export const reactToComment = (
  db: Database,
  actor: SignedIn,
  commentId: number,
  change: ReactionChange,
): Promise<{ path: string; branchId: number | null }> =>
  db.transaction(async (tx) => {
    const comment = await lockComment(tx, commentId)
    if (!comment || !mayRead(actor, comment)) throw new NotFound('comment')
    if (comment.state !== 'published') throw new Overtaken('That comment is no longer there to react to.')
    if (change.on && change.reaction === 'same-here' && comment.authorId === actor.accountId) await requireOthers(tx, commentId)
    await react(tx, actor, { on: 'comment', id: commentId, conversation: { ...comment, id: comment.conversationId } }, change)
    return { path: comment.path, branchId: comment.branchId }
  })

/** Support is what others give: a suggestion already says that its author wants it. */
async function requireOthers(tx: Tx, commentId: number): Promise<void> {
  const [raised] = await tx
    .select({ path: conversations.path })
    .from(raisedComments)
    .innerJoin(conversations, eq(conversations.id, raisedComments.gatheredIn))
    .where(eq(raisedComments.commentId, commentId))
  if (raised && isBox(raised)) throw new Forbidden('It is yours already, so it is for others to support.')
}

/** Reacts to what the conversation hangs under, or takes it back. */
export const reactToSubject = (db: Database, actor: SignedIn, conversationId: number, change: ReactionChange): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const conversation = await lockConversation(tx, conversationId)
    if (!conversation || !mayRead(actor, conversation)) throw new NotFound('conversation')
    await react(tx, actor, { on: 'conversation', id: conversationId, conversation }, change)
    return { path: conversation.path }
  })

interface Target {
  on: 'comment' | 'conversation'
  id: number
  conversation: Parameters<typeof muteBecause>[0] & { id: number }
}

/** The reaction, its count and the version of what readers see move together. The caller has locked the conversation. */
async function react(tx: Tx, actor: SignedIn, { on, id, conversation }: Target, { reaction, on: sets }: ReactionChange): Promise<void> {
  const refused = silentBecause(actor, conversation) ?? muteBecause(conversation, now())
  if (refused) throw new Forbidden(refused)
  const [reactions, target, count] = [`${on}_reactions`, `${on}_id`, COUNTS[reaction]].map((name) => sql.identifier(name))
  const changed = sets
    ? sql`insert into ${reactions} (${target}, account_id, reaction) values (${id}, ${actor.accountId}, ${reaction}) on conflict do nothing returning 1`
    : sql`delete from ${reactions} where ${target} = ${id} and account_id = ${actor.accountId} and reaction = ${reaction} returning 1`
  const { rows } = await tx.execute(sql`
    with changed as (${changed})
    update ${sql.identifier(`${on}s`)} set ${count} = ${count} + ${sets ? 1 : -1} where id = ${id} and exists (select from changed) returning id`)
  if (rows.length === 0) return
  await tx
    .update(conversations)
    .set({ version: sql`${conversations.version} + 1` })
    .where(eq(conversations.id, conversation.id))
}
