/**
 * Posts as readers meet them: one with its conversation, and lists newest first, paged by key.
 */
import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Role } from '../actor.ts'
import { conversations, type Mode } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { postPath } from './post.ts'
import { posts, postTags, type PostState } from './schema.ts'

export const LIST_SIZE = 20

export interface PostItem {
  id: number
  path: string
  title: string
  summary: string
  state: PostState
  teamName: string
  teamSlug: string
  tags: string[]
  publishedAt: Date
  withdrawnAt: Date | null
  commentCount: number
}

export interface PostList {
  items: PostItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

// These are the public pages: a staff post is on none of them, also for staff.
const isPublic = eq(posts.audience, 'public')
const olderThan = sql`(${posts.publishedAt}, ${posts.id}) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`

const itemColumns = {
  id: posts.id,
  slug: posts.slug,
  title: posts.title,
  summary: posts.summary,
  state: posts.state,
  teamName: teams.name,
  teamSlug: teams.slug,
  tags: posts.tags,
  publishedAt: posts.publishedAt,
  withdrawnAt: posts.withdrawnAt,
  commentCount: conversations.commentCount,
}

const selectItems = (db: Database, condition: SQL) =>
  db
    .select(itemColumns)
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(condition, isPublic, olderThan))
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(LIST_SIZE + 1)

type ItemRow = Awaited<ReturnType<ReturnType<typeof selectItems>['execute']>>[number]

const ofTeam = prepared((db) => selectItems(db, eq(posts.teamId, sql.placeholder('team'))).prepare('posts_of_team'))
// Withdrawn posts stay on their team's page; the front page shows what stands.
const ofForce = prepared((db) => selectItems(db, sql`${posts.state} <> 'withdrawn'`).prepare('posts_of_force'))
const ofTag = prepared((db) =>
  db
    .select(itemColumns)
    .from(postTags)
    .innerJoin(posts, eq(posts.id, postTags.postId))
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(
      and(
        eq(postTags.tag, sql.placeholder('tag')),
        isPublic,
        sql`(${postTags.publishedAt}, ${postTags.postId}) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`,
      ),
    )
    .orderBy(desc(postTags.publishedAt), desc(postTags.postId))
    .limit(LIST_SIZE + 1)
    .prepare('posts_of_tag'),
)

/** Posts of a team, newest first, behind the cursor that the page before gave. */
export const postsOfTeam = async (db: Database, teamId: number, cursor?: string): Promise<PostList> =>
  listOf(await ofTeam(db).execute({ team: teamId, ...cursorOf(cursor) }))

/** Posts of all teams, newest first. */
export const postsOfForce = async (db: Database, cursor?: string): Promise<PostList> => listOf(await ofForce(db).execute(cursorOf(cursor)))

/** Posts with a tag, newest first. */
export const postsWithTag = async (db: Database, tag: string, cursor?: string): Promise<PostList> =>
  listOf(await ofTag(db).execute({ tag, ...cursorOf(cursor) }))

/** A cursor is "milliseconds-id" of the last post shown. One that makes no sense is the beginning. */
function cursorOf(cursor: string | undefined): { at: string; id: number } {
  const [, milliseconds, id] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor ?? '') ?? []
  const at = new Date(Number(milliseconds))
  if (milliseconds === undefined || Number.isNaN(at.getTime())) return { at: 'infinity', id: 0 }
  return { at: at.toISOString(), id: Number(id) }
}

function listOf(rows: ItemRow[]): PostList {
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return {
    items: page.map((row) => ({ ...row, path: postPath(row.teamSlug, row) })),
    next: rows.length > LIST_SIZE && last ? `${last.publishedAt.getTime()}-${last.id}` : null,
  }
}

export interface PostPage {
  id: number
  path: string
  title: string
  summary: string
  body: SafeHtml
  state: PostState
  author: string | null
  authorId: number
  officialRole: Role
  officialTeam: string
  tags: string[]
  publishedAt: Date
  correctedAt: Date | null
  withdrawnAt: Date | null
  withdrawnBecause: string | null
  version: number
  teamId: number
  teamName: string
  teamSlug: string
  conversationId: number
  mode: Mode
  modeReason: string | null
  modeEndsAt: Date | null
  commentCount: number
  counts: { helpful: number; thanks: number; 'same-here': number }
}

const one = prepared((db) =>
  db
    .select({
      id: posts.id,
      slug: posts.slug,
      title: posts.title,
      summary: posts.summary,
      bodyHtml: posts.bodyHtml,
      state: posts.state,
      author: accounts.displayName,
      authorId: posts.authorId,
      officialRole: posts.officialRole,
      officialTeam: posts.officialTeam,
      tags: posts.tags,
      publishedAt: posts.publishedAt,
      correctedAt: posts.correctedAt,
      withdrawnAt: posts.withdrawnAt,
      withdrawnBecause: posts.withdrawnBecause,
      version: posts.version,
      teamId: posts.teamId,
      teamName: teams.name,
      teamSlug: teams.slug,
      conversationId: posts.conversationId,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      commentCount: conversations.commentCount,
      helpful: conversations.helpfulCount,
      thanks: conversations.thanksCount,
      sameHere: conversations.sameHereCount,
    })
    .from(posts)
    .innerJoin(teams, eq(teams.id, posts.teamId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .where(and(eq(posts.id, sql.placeholder('id')), isPublic))
    .prepare('post_by_id'),
)

/** A public post; the words of a withdrawn one are not in it. Throws `NotFound`. */
export async function postById(db: Database, id: number): Promise<PostPage> {
  const [row] = await one(db).execute({ id })
  if (!row) throw new NotFound('post')
  const { bodyHtml, helpful, thanks, sameHere, slug, ...rest } = row
  const withdrawn = row.state === 'withdrawn'
  return {
    ...rest,
    path: postPath(row.teamSlug, { id: row.id, slug }),
    body: trusted(withdrawn ? '' : bodyHtml),
    summary: withdrawn ? 'This post was withdrawn.' : row.summary,
    counts: { helpful, thanks, 'same-here': sameHere },
  }
}
