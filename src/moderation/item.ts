/**
 * What a case is about: a comment or a post, locked while somebody decides on it.
 */
import { eq } from 'drizzle-orm'
import { conversations } from '../conversations/schema.ts'
import { lockComment, type LockedComment } from '../conversations/states.ts'
import type { Tx } from '../database/database.ts'
import { lockAnyPost, postPath, type PostRow } from '../posts/stored-post.ts'
import { wordsBeside, type Beside } from '../posts/words-beside.ts'
import { teams } from '../teams/schema.ts'
import type { ItemState } from './policy.ts'

export type ItemRef = { commentId: number; postId?: null } | { postId: number; commentId?: null }

interface Common {
  id: number
  authorId: number
  state: ItemState
  body: string
  version: number
  /** Written by staff in role. */
  official: boolean
  /** Readers have seen it, now or before. */
  wasPublic: boolean
  audience: string
  teamId: number | null
  conversationId: number
  /** Title of the conversation in which it stands. */
  title: string
  path: string
}
export type Item = Common & ({ kind: 'comment'; comment: LockedComment } | { kind: 'post'; post: PostRow; beside: Beside[] })

/**
 * Locks the item and its conversation; null when there is none. The order is the one in which others lock them, so that two who meet
 * wait for each other instead of ending in a deadlock: the conversation before its comments, a post before its conversation.
 */
export async function lockItem(tx: Tx, ref: ItemRef): Promise<Item | null> {
  return typeof ref.commentId === 'number' ? lockCommentItem(tx, ref.commentId) : lockPostItem(tx, Number(ref.postId))
}

async function lockCommentItem(tx: Tx, id: number): Promise<Item | null> {
  const comment = await lockComment(tx, id)
  if (!comment) return null
  const { authorId, state, body, version, audience, teamId, conversationId, conversationTitle: title, path } = comment
  return {
    kind: 'comment',
    comment,
    id,
    authorId,
    state,
    body,
    version,
    official: comment.officialRole !== null,
    wasPublic: comment.publishedAt !== null,
    audience,
    teamId,
    conversationId,
    title,
    path,
  }
}

async function lockPostItem(tx: Tx, id: number): Promise<Item | null> {
  const found = await lockAnyPost(tx, id)
  if (!found) return null
  const { post, team } = found
  await tx.select({ id: conversations.id }).from(conversations).where(eq(conversations.id, post.conversationId)).for('update')
  const { authorId, body, version, audience, teamId, conversationId, title } = post
  const state = postState(post.state)
  return {
    kind: 'post',
    post,
    beside: await wordsBeside(tx, post),
    id,
    authorId,
    state,
    body,
    version,
    official: post.officialRole !== null,
    wasPublic: true,
    audience,
    teamId,
    conversationId,
    title,
    path: postPath(team?.slug ?? null, post),
  }
}

/** A corrected post is as public as one that never was. */
export const postState = (state: string): ItemState => (state === 'withdrawn' ? 'withdrawn' : 'published')

export const refOf = (row: { commentId: number | null; postId: number | null }): ItemRef =>
  row.commentId !== null ? { commentId: row.commentId } : { postId: Number(row.postId) }

/** The team's name for the log, which keeps it as it was. */
export async function teamNameOf(tx: Tx, teamId: number | null): Promise<string | null> {
  if (teamId === null) return null
  const [team] = await tx.select({ name: teams.name }).from(teams).where(eq(teams.id, teamId))
  return team?.name ?? null
}
