/**
 * The item of a case and what stands around it, laid out from top to bottom as people read it. What is kept as evidence, or disposed of, shows no words.
 */
import { desc, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Actor } from '../actor.ts'
import { circleOf, mayRead } from '../conversations/audience.ts'
import { commentInContext, type CommentContext, type ContextComment } from '../conversations/context.ts'
import { conversations } from '../conversations/schema.ts'
import { sayState } from '../conversations/states.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { posts, postVersions, type ShownPhoto } from '../posts/schema.ts'
import { wordsBeside, type Beside } from '../posts/words-beside.ts'
import { teams } from '../teams/schema.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { namedBeside } from './beside.ts'
import { postState, type ItemRef } from './item.ts'
import type { ItemState } from './policy.ts'
import { isSealedPost, sealedAmong } from './upstairs.ts'

export interface Said {
  id: number
  author: string | null
  /** The author cut it loose from the name, which only the desk still sees. */
  unnamed: boolean
  mark: string | null
  /** Empty where the words are not shown. */
  body: SafeHtml
  /** Why its words are not shown; null when they are. */
  wordless: 'sealed' | 'disposed' | null
  createdAt: Date
  editedAt: Date | null
  state: ItemState
  /** The state in words, to follow "is". */
  stateSaid: string
  /** 1 to 3. */
  level: number
}

export interface ItemShown extends Said {
  authorId: number
  version: number
  stateAt: Date
  /** As it was typed; empty where the words are not shown. */
  plain: string
}

export interface Surroundings {
  kind: 'comment' | 'post'
  item: ItemShown
  /** Earlier wordings of the item, newest first. */
  versions: { version: number; body: SafeHtml; writtenAt: Date }[]
  above: Said[]
  below: Said[]
  /** Of a post. */
  photos: ShownPhoto[]
  /** What people read beside the words of a post, by its name: "Notes of the meeting". */
  beside: { name: string; texts: Beside[] }[]
  title: string
  /** Address of the page on which it stands; null for whoever has no way there. */
  path: string | null
  team: string | null
  /** Why the conversation is not simply open; null when it is. */
  mode: string | null
}

/**
 * Throws `NotFound` for what this actor may not read. What is said in a circle that they are not in they read in its case, and nothing around it: neither the thread nor
 * the name of what it stands under.
 */
export const surroundingsOf = (db: Db, actor: Actor, ref: ItemRef): Promise<Surroundings> =>
  typeof ref.commentId === 'number' ? aroundComment(db, actor, ref.commentId) : aroundPost(db, actor, Number(ref.postId))

async function aroundComment(db: Db, actor: Actor, id: number): Promise<Surroundings> {
  const context = await commentInContext(db, actor, id)
  const { comment, ancestors, before, after, replies, conversation } = context
  const level = Math.min(ancestors.length + 1, 3)
  const sealed = await sealedAmong(
    db,
    [comment, ...ancestors, ...before, ...after, ...replies].map((one) => one.id),
  )
  const at = (shown: number) => (other: ContextComment) => saidOf(other, Math.min(shown, 3), sealed)
  const said = saidOf(comment, level, sealed)
  return {
    kind: 'comment',
    item: { ...said, authorId: comment.authorId, version: comment.version, stateAt: comment.stateAt, plain: said.wordless ? '' : comment.plain },
    versions: said.wordless ? [] : context.versions,
    above: [...ancestors.map((ancestor, depth) => at(depth + 1)(ancestor)), ...before.map(at(level))],
    below: [...replies.map(at(level + 1)), ...after.map(at(level))],
    photos: [],
    beside: [],
    title: context.alone ? 'A post in a circle' : conversation.title,
    path: context.alone ? null : conversation.path,
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

const NO_WORDS = trusted('')

function saidOf(comment: ContextComment, level: number, sealed: ReadonlySet<number>): Said {
  const wordless = comment.state === 'disposed' ? 'disposed' : sealed.has(comment.id) ? 'sealed' : null
  return {
    id: comment.id,
    author: comment.author,
    unnamed: comment.unnamedAt !== null,
    mark: comment.officialRole ? sayMark(comment.officialRole, comment.officialTeam) : null,
    body: wordless ? NO_WORDS : comment.body,
    wordless,
    createdAt: comment.createdAt,
    editedAt: comment.editedAt,
    state: comment.state,
    stateSaid: sayState(comment.state),
    level,
  }
}

async function aroundPost(db: Db, actor: Actor, id: number): Promise<Surroundings> {
  const [found] = await db
    .select({ post: posts, author: accounts.displayName, path: conversations.path, team: teams.name })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .leftJoin(teams, eq(teams.id, posts.teamId))
    .where(eq(posts.id, id))
  const alone = found !== undefined && !mayRead(actor, found.post)
  if (!found || (alone && circleOf(found.post.audience) === null)) throw new NotFound('post')
  const { post, author, path, team } = found
  const sealed = await isSealedPost(db, id)
  const item: ItemShown = {
    id,
    author,
    unnamed: false,
    mark: post.officialRole && sayMark(post.officialRole, post.officialTeam),
    body: sealed ? NO_WORDS : trusted(post.bodyHtml),
    wordless: sealed ? 'sealed' : null,
    createdAt: post.publishedAt,
    editedAt: post.correctedAt,
    state: postState(post.state),
    stateSaid: post.state,
    level: 1,
    authorId: post.authorId,
    version: post.version,
    stateAt: post.withdrawnAt ?? post.correctedAt ?? post.publishedAt,
    plain: sealed ? '' : post.body,
  }
  // Earlier versions hold what was taken out of this one: it lies sealed, for two people to open.
  const versions = sealed || post.editedByModerator ? [] : await versionsOf(db, id)
  return {
    kind: 'post',
    item,
    versions,
    above: [],
    below: [],
    photos: sealed ? [] : post.photos,
    beside: sealed ? [] : namedBeside(post, await wordsBeside(db, post)),
    title: sealed ? 'A sealed post' : post.title,
    path: alone ? null : path,
    team,
    mode: null,
  }
}

async function versionsOf(db: Db, postId: number): Promise<Surroundings['versions']> {
  const rows = await db
    .select({ version: postVersions.version, bodyHtml: postVersions.bodyHtml, writtenAt: postVersions.replacedAt })
    .from(postVersions)
    .where(eq(postVersions.postId, postId))
    .orderBy(desc(postVersions.version))
  return rows.map(({ bodyHtml, ...version }) => ({ ...version, body: trusted(bodyHtml) }))
}
