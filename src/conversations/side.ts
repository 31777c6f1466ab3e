/**
 * The staff's conversation beside a public or private one: same tables, same thread, an audience that readers do not have.
 */
import { eq } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database, Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { conversationById, lockConversation, type Conversation } from './conversation.ts'
import { besideAudience, mayTakeNotes } from './policy.ts'
import { conversations } from './schema.ts'

/** Address of the notes beside a conversation. */
export const notesPath = (conversationId: number): string => `/conversations/${conversationId}/notes`

/**
 * Makes it when it is not there yet: two who open it at once get the same one. Throws `NotFound` for whom there is none.
 * Beside a private conversation it is the team's alone.
 */
export async function sideConversation(db: Database, actor: Actor, conversationId: number): Promise<Conversation> {
  const subject = await conversationById(db, actor, conversationId)
  const audience = besideAudience(subject)
  if (audience === null || !mayTakeNotes(actor, subject)) throw new NotFound('conversation')
  const known = await besideOf(db, conversationId)
  if (known) return known
  return db.transaction(async (tx) => {
    // Locked, so that it is not given to another team meanwhile.
    const locked = (await lockConversation(tx, conversationId)) ?? subject
    const side = { audience, teamId: locked.teamId, title: `Staff notes: ${locked.title}`, path: notesPath(conversationId), besideId: conversationId }
    const [made] = await tx.insert(conversations).values(side).onConflictDoNothing({ target: conversations.besideId }).returning()
    const found = made ?? (await besideOf(tx, conversationId))
    if (!found) throw new Error('no side conversation was made')
    return found
  })
}

async function besideOf(db: Db, conversationId: number): Promise<Conversation | null> {
  const [found] = await db.select().from(conversations).where(eq(conversations.besideId, conversationId))
  return found ?? null
}

/** How many notes stand beside it, for the link; null for those who may not know. */
export async function noteCount(db: Db, actor: Actor, conversationId: number): Promise<number | null> {
  const subject = await conversationById(db, actor, conversationId)
  if (!mayTakeNotes(actor, subject)) return null
  return (await besideOf(db, conversationId))?.commentCount ?? 0
}
