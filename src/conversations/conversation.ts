/**
 * A conversation hangs under whatever its subject is; it knows only audience, team, title and path.
 */
import { and, eq } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Db, Tx } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { readable } from './audience.ts'
import { conversations } from './schema.ts'

export type Conversation = typeof conversations.$inferSelect

/** Suggestions to a team have an address of their own, and stand nowhere else. */
export const isBox = ({ path }: { path: string }): boolean => path.endsWith('/suggestions')

/** Makes the conversation of a new subject; the path follows once the subject has its id. With `gathers`, what residents say on its first level can be supported and is settled in order (gathering.ts). */
export async function startConversation(
  tx: Tx,
  subject: { audience: string; teamId: number | null; title: string; gathers?: boolean },
): Promise<Conversation> {
  const [made] = await tx
    .insert(conversations)
    .values({ ...subject, path: '' })
    .returning()
  if (!made) throw new Error('no conversation was made')
  return made
}

/** Keeps title and address in step with the subject. */
export async function nameConversation(tx: Tx, id: number, subject: { title: string; path: string }): Promise<void> {
  await tx.update(conversations).set(subject).where(eq(conversations.id, id))
}

/** The conversation, locked as whoever writes in it does, whoever may read it; null when there is none. */
export async function lockConversation(tx: Tx, id: number): Promise<Conversation | null> {
  const [locked] = await tx.select().from(conversations).where(eq(conversations.id, id)).for('no key update')
  return locked ?? null
}

/** The conversation, for somebody who may read it. Throws `NotFound`. */
export async function conversationById(db: Db, actor: Actor, id: number): Promise<Conversation> {
  const [found] = await db
    .select()
    .from(conversations)
    .where(and(eq(conversations.id, id), readable(actor, conversations)))
  if (!found) throw new NotFound('conversation')
  return found
}
