/**
 * The item of a case and what stands around it, laid out from top to bottom as people read it.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Actor } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import { commentInContext, type CommentContext, type ContextComment } from '../conversations/context.ts'
import { conversations } from '../conversations/schema.ts'
import { sayState } from '../conversations/states.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import type { Case } from './case.ts'
import { postState } from './item.ts'
import type { ItemState } from './policy.ts'

export interface Said {
  id: number
  author: string | null
  /** The author cut it loose from the name, which only the desk still sees. */
  unnamed: boolean
  mark: string | null
  body: SafeHtml
  createdAt: Date
  editedAt: Date | null
  state: ItemState
  /** The state in words, to follow "is". */
  stateSaid: string
  /** 1 to 3. */
  level: number
}

export interface Surroundings {
  kind: 'comment' | 'post'
  item: Said & { authorId: number; version: number; stateAt: Date }
  /** Earlier wordings of the item, newest first. */
  versions: { version: number; body: SafeHtml; writtenAt: Date }[]
  above: Said[]
  below: Said[]
  title: string
  /** Address of the page on which it stands. */
  path: string
  team: string | null
  /** Why the conversation is not simply open; null when it is. */
  mode: string | null
}

export const surroundingsOf = (db: Db, actor: Actor, file: Case): Promise<Surroundings> =>
  file.commentId === null ? aroundPost(db, actor, Number(file.postId)) : aroundComment(db, actor, file.commentId)

async function aroundComment(db: Db, actor: Actor, id: number): Promise<Surroundings> {
  const context = await commentInContext(db, actor, id)
  const { comment, ancestors, before, after, replies, versions, conversation } = context
  const level = Math.min(ancestors.length + 1, 3)
  const at = (shown: number) => (other: ContextComment) => saidOf(other, Math.min(shown, 3))
  return {
    kind: 'comment',
    item: { ...saidOf(comment, level), authorId: comment.authorId, version: comment.version, stateAt: comment.stateAt },
    versions,
    above: [...ancestors.map((ancestor, depth) => at(depth + 1)(ancestor)), ...before.map(at(level))],
    below: [...replies.map(at(level + 1)), ...after.map(at(level))],
    title: conversation.title,
    path: conversation.path,
    team: conversation.teamName,
    mode: MODES[conversation.mode] ?? null,
  }
}

const MODES: Partial<Record<CommentContext['conversation']['mode'], string>> = {
  held: 'Everything in this conversation is looked at before it appears.',
  closed: 'This conversation is closed.',
  'legal-lock': 'A case is before the courts: this conversation is locked.',
  archived: 'This conversation is archived.',
}

const saidOf = (comment: ContextComment, level: number): Said => ({
  id: comment.id,
  author: comment.author,
  unnamed: comment.unnamedAt !== null,
  mark: comment.officialRole ? sayMark(comment.officialRole, comment.officialTeam) : null,
  body: comment.body,
  createdAt: comment.createdAt,
  editedAt: comment.editedAt,
  state: comment.state,
  stateSaid: sayState(comment.state),
  level,
})

async function aroundPost(db: Db, actor: Actor, id: number): Promise<Surroundings> {
  const [found] = await db
    .select({ post: posts, author: accounts.displayName, path: conversations.path, team: teams.name })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .where(eq(posts.id, id))
  if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
  const { post, author, path, team } = found
  const item = {
    id,
    author,
    unnamed: false,
    mark: sayMark(post.officialRole, post.officialTeam),
    body: trusted(post.bodyHtml),
    createdAt: post.publishedAt,
    editedAt: post.correctedAt,
    state: postState(post.state),
    stateSaid: post.state,
    level: 1,
    authorId: post.authorId,
    version: post.version,
    stateAt: post.withdrawnAt ?? post.correctedAt ?? post.publishedAt,
  }
  return { kind: 'post', item, versions: [], above: [], below: [], title: post.title, path, team, mode: null }
}
