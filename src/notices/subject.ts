/** What a notice is about, as it stands now: read without a lock, for pages. */
import { eq } from 'drizzle-orm'
import { comments, conversations } from '../conversations/schema.ts'
import { sayState } from '../conversations/states.ts'
import type { Db } from '../database/database.ts'
import { postState } from '../moderation/item.ts'
import { posts } from '../posts/schema.ts'
import type { ItemState } from '../moderation/policy.ts'

export interface NoticeSubject {
  kind: 'comment' | 'post'
  id: number
  authorId: number
  /** Of the conversation in which it stands. */
  title: string
  path: string
  /** Written by staff in role: the force itself speaks there. */
  official: boolean
  /** To follow "It is". */
  stateSaid: string
  up: boolean
}

/** Readers see it, or the stub "under review" in its place: there is something to decide. */
export const isUp = (state: ItemState): boolean => state === 'published' || state === 'hidden-pending'

export async function subjectOf(db: Db, { commentId, postId }: { commentId: number | null; postId: number | null }): Promise<NoticeSubject | null> {
  return commentId === null ? postSubject(db, postId ?? 0) : commentSubject(db, commentId)
}

async function commentSubject(db: Db, id: number): Promise<NoticeSubject | null> {
  const [found] = await db
    .select({ authorId: comments.authorId, state: comments.state, role: comments.officialRole, title: conversations.title })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
  if (!found) return null
  const { state, role, ...about } = found
  return { kind: 'comment', id, ...about, path: `/comments/${id}`, official: role !== null, stateSaid: sayState(state), up: isUp(state) }
}

async function postSubject(db: Db, id: number): Promise<NoticeSubject | null> {
  const [found] = await db
    .select({ authorId: posts.authorId, state: posts.state, title: conversations.title, path: conversations.path })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(posts.id, id))
  if (!found) return null
  const { state, ...about } = found
  const up = isUp(postState(state))
  return { kind: 'post', id, ...about, official: true, stateSaid: up ? 'published' : 'withdrawn', up }
}
