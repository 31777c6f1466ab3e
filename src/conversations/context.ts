/**
 * A comment with everything around it, whatever its state: what a moderator has to see before deciding.
 */
import { and, asc, desc, eq, gt, lt, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor, Role } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { isNoMailbox } from '../mail/mail.ts'
import { teams } from '../teams/schema.ts'
import { summarise } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { circleOf, mayRead } from './audience.ts'
import { isKeptComment } from './evidence.ts'
import { comments, commentVersions, conversations, type CommentState, type Mode } from './schema.ts'

export interface ContextComment {
  id: number
  parentId: number | null
  level: number
  authorId: number
  author: string | null
  unnamedAt: Date | null
  state: CommentState
  body: SafeHtml
  officialRole: Role | null
  officialTeam: string | null
  createdAt: Date
  editedAt: Date | null
  stateAt: Date
  version: number
  replyCount: number
}

export interface CommentContext {
  comment: ContextComment & { plain: string }
  /** From the top of the thread down to the parent; at most five. */
  ancestors: ContextComment[]
  /** Said on the same level just before and after. */
  before: ContextComment[]
  after: ContextComment[]
  replies: ContextComment[]
  versions: { version: number; body: SafeHtml; writtenAt: Date }[]
  /** Said in a circle that the moderator is not in: nothing around it is given. */
  alone: boolean
  conversation: { id: number; title: string; path: string; mode: Mode; audience: string; teamId: number | null; teamName: string | null }
}

const NEAR = 3
const REPLIES = 10
const ANCESTORS = 5

/**
 * The comment in its thread, for somebody who may read the conversation and has a moderator's door behind them. Of a circle that they are not in, the comment alone.
 * Throws `NotFound`.
 */
export async function commentInContext(db: Db, actor: Actor, id: number): Promise<CommentContext> {
  const [found] = await select(db, eq(comments.id, id)).limit(1)
  if (!found) throw new NotFound('comment')
  const conversation = await conversationOf(db, found.conversationId)
  const alone = !mayRead(actor, conversation)
  if (alone && circleOf(conversation.audience) === null) throw new NotFound('conversation')
  const around = alone ? NOTHING_AROUND : await aroundOf(db, found)
  const versions = await db.select().from(commentVersions).where(eq(commentVersions.commentId, id)).orderBy(desc(commentVersions.version))
  return {
    comment: { ...contextOf(found), plain: found.plain },
    ...around,
    versions: versions.map((version) => ({ version: version.version, body: trusted(version.bodyHtml), writtenAt: version.writtenAt })),
    alone,
    conversation,
  }
}

const NOTHING_AROUND = { ancestors: [], before: [], after: [], replies: [] }

async function aroundOf(db: Db, found: Row): Promise<Pick<CommentContext, 'ancestors' | 'before' | 'after' | 'replies'>> {
  const siblings = and(
    eq(comments.conversationId, found.conversationId),
    found.parentId === null ? sql`${comments.parentId} is null` : eq(comments.parentId, found.parentId),
  )
  const [ancestors, before, after, replies] = await Promise.all([
    ancestorsOf(db, found.parentId),
    select(db, and(siblings, lt(comments.id, found.id)))
      .orderBy(desc(comments.id))
      .limit(NEAR),
    select(db, and(siblings, gt(comments.id, found.id)))
      .orderBy(asc(comments.id))
      .limit(NEAR),
    select(db, eq(comments.parentId, found.id)).orderBy(asc(comments.id)).limit(REPLIES),
  ])
  return { ancestors, before: before.toReversed().map(contextOf), after: after.map(contextOf), replies: replies.map(contextOf) }
}

const select = (db: Db, condition: SQL | undefined) =>
  db
    .select({
      id: comments.id,
      conversationId: comments.conversationId,
      parentId: comments.parentId,
      level: comments.level,
      authorId: comments.authorId,
      author: accounts.displayName,
      unnamedAt: comments.unnamedAt,
      state: comments.state,
      plain: comments.body,
      bodyHtml: comments.bodyHtml,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      createdAt: comments.createdAt,
      editedAt: comments.editedAt,
      stateAt: comments.stateAt,
      version: comments.version,
      replyCount: comments.replyCount,
    })
    .from(comments)
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(condition)
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

function contextOf({ bodyHtml, plain: _plain, conversationId: _conversation, ...row }: Row): ContextComment {
  return { ...row, body: trusted(bodyHtml) }
}

async function ancestorsOf(db: Db, parentId: number | null): Promise<ContextComment[]> {
  const chain: ContextComment[] = []
  for (let id = parentId; id !== null && chain.length < ANCESTORS;) {
    const [row] = await select(db, eq(comments.id, id)).limit(1)
    if (!row) break
    chain.unshift(contextOf(row))
    id = row.parentId
  }
  return chain
}

async function conversationOf(db: Db, id: number): Promise<CommentContext['conversation']> {
  const [found] = await db
    .select({
      id: conversations.id,
      title: conversations.title,
      path: conversations.path,
      mode: conversations.mode,
      audience: conversations.audience,
      teamId: conversations.teamId,
      teamName: teams.name,
    })
    .from(conversations)
    .leftJoin(teams, eq(teams.id, conversations.teamId))
    .where(eq(conversations.id, id))
  if (!found) throw new NotFound('conversation')
  return found
}

export interface AuthorRecord {
  displayName: string | null
  /** Null under a pseudonym, whose account has no age of its own. */
  since: Date | null
  publishedCount: number
  heldCount: number
  removedCount: number
  rejectedCount: number
  recent: { id: number; state: CommentState; excerpt: string; createdAt: Date }[]
}

/**
 * What is known of an author's public comments: their record, never who they are, nor what they asked a team in private. Bounded: looks at the last hundred.
 * `recent` leaves out what is sealed, and for the desk of some teams what readers of the others do not see.
 */
export async function authorRecord(db: Db, accountId: number, desk: 'all' | readonly number[] = 'all'): Promise<AuthorRecord> {
  const [account] = await db
    .select({ displayName: accounts.displayName, email: accounts.email, since: accounts.createdAt, publishedCount: accounts.publishedCount })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  if (!account) throw new NotFound('account')
  const { displayName, publishedCount } = account
  const latest = await db
    .select({
      id: comments.id,
      state: comments.state,
      bodyHtml: comments.bodyHtml,
      createdAt: comments.createdAt,
      teamId: conversations.teamId,
      sealed: isKeptComment,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(and(eq(comments.authorId, accountId), eq(conversations.audience, 'public')))
    .orderBy(desc(comments.id))
    .limit(100)
  const isOfDesk = (teamId: number | null): boolean => desk === 'all' || (teamId !== null && desk.includes(teamId))
  const shown = latest.filter(({ sealed, state, teamId }) => !sealed && (state === 'published' || isOfDesk(teamId)))
  const countOf = (state: CommentState) => latest.filter((comment) => comment.state === state).length
  return {
    displayName,
    since: isNoMailbox(account.email) ? null : account.since,
    publishedCount,
    heldCount: countOf('held'),
    removedCount: countOf('removed'),
    rejectedCount: countOf('rejected'),
    recent: shown.slice(0, 5).map(({ id, state, bodyHtml, createdAt }) => ({ id, state, createdAt, excerpt: summarise(bodyHtml, 120) })),
  }
}
