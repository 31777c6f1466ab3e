/**
 * Posts of the network in lists, newest first, paged by key. Every read asks again what the actor may read; what was withdrawn stands in none but the reader's own.
 */
import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { accounts, circles } from '../accounts/schema.ts'
import { sayMark, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { keyBefore, sayKey } from '../database/moment-key.ts'
import { kindOf } from '../posts/kinds.ts'
import { shownTitle } from '../posts/removal.ts'
import { posts, type PostKind, type PostState } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { sayNear } from '../text/dates.ts'
import { circleIdOf, readableHere, readableNow } from './readable.ts'
import { hostOf } from './preview-shown.ts'
import { homeEntries, linkPreviews, savedPosts } from './schema.ts'

export const LIST_SIZE = 20

export interface StaffItem {
  id: number
  path: string
  kind: PostKind
  /** "Help request" */
  kindName: string
  title: string
  summary: string
  state: PostState
  /** Null for all staff. */
  circle: { id: number; name: string } | null
  author: string | null
  authorId: number
  /** "Officer · Bracebridge Heath team"; null under a pseudonym. */
  mark: string | null
  tags: string[]
  /** Of a link: where it leads, and how the page there is called, once that is known. */
  link: { host: string; title: string | null } | null
  publishedAt: Date
  /** "today at 2:04am" */
  publishedSaid: string
  /** Its place in the list: when it was saved, in the list of what is saved. */
  listedAt: Date
  withdrawnAt: Date | null
  commentCount: number
}

export interface StaffList {
  items: StaffItem[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

const columns = {
  id: posts.id,
  slug: posts.slug,
  kind: posts.kind,
  title: shownTitle,
  summary: posts.summary,
  state: posts.state,
  circleId: circles.id,
  circleName: circles.name,
  author: accounts.displayName,
  authorId: posts.authorId,
  officialRole: posts.officialRole,
  officialTeam: posts.officialTeam,
  tags: posts.tags,
  publishedAt: posts.publishedAt,
  withdrawnAt: posts.withdrawnAt,
  commentCount: conversations.commentCount,
  link: sql<{ url: string; title: string | null } | null>`case when ${posts.kind} = 'link' then (
    select json_build_object('url', l.url, 'title', case when l.state = 'fetched' then l.title end) from ${linkPreviews} l
    where l.post_id = ${posts.id} and l.url <> '') end`,
}

const inLists = (db: Database) =>
  db
    .select({ ...columns, listedAt: posts.publishedAt })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(circles, eq(circles.id, circleIdOf))
    .$dynamic()

const stands = sql`${posts.state} <> 'withdrawn'`
// The indexes of the network know this condition.
const isInternal = sql`${posts.audience} <> 'public'`

const olderThan = (at: PgColumn, id: PgColumn): SQL => sql`(${at}, ${id}) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)`

const newestFirst = (db: Database, condition: SQL | undefined) =>
  inLists(db)
    .where(and(condition, isInternal, readableNow, stands, olderThan(posts.publishedAt, posts.id)))
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(LIST_SIZE + 1)

const ofAudience = prepared((db) => newestFirst(db, eq(posts.audience, sql.placeholder('audience'))).prepare('staff_posts_of_audience'))
const ofAuthor = prepared((db) =>
  newestFirst(db, and(eq(posts.authorId, sql.placeholder('author')), sql`${posts.officialRole} is not null`)).prepare('staff_posts_of_author'),
)

// Each audience has its own range of the index, newest first: a topic that everybody writes about costs no more than another.
const ofTopic = prepared((db) =>
  newestFirst(
    db,
    sql`${posts.id} in (
      select t.post_id from unnest(${sql.placeholder('audiences')}::text[]) a cross join lateral (
        select s.post_id, s.published_at from staff_topics s
        where s.topic = ${sql.placeholder('topic')} and s.audience = a
          and (s.published_at, s.post_id) < (${sql.placeholder('at')}::timestamptz, ${sql.placeholder('id')}::bigint)
        order by s.published_at desc, s.post_id desc limit ${sql.raw(String(LIST_SIZE + 1))}) t
      order by t.published_at desc, t.post_id desc limit ${sql.raw(String(LIST_SIZE + 1))})`,
  ).prepare('staff_posts_of_topic'),
)

const ofHome = prepared((db) =>
  db
    .select({ ...columns, listedAt: homeEntries.at })
    .from(homeEntries)
    .innerJoin(posts, eq(posts.id, homeEntries.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(circles, eq(circles.id, circleIdOf))
    .where(and(eq(homeEntries.accountId, sql.placeholder('account')), readableNow, stands, olderThan(homeEntries.at, homeEntries.postId)))
    .orderBy(desc(homeEntries.at), desc(homeEntries.postId))
    .limit(LIST_SIZE + 1)
    .prepare('staff_home'),
)

const ofSaved = prepared((db) =>
  db
    .select({ ...columns, listedAt: savedPosts.at })
    .from(savedPosts)
    .innerJoin(posts, eq(posts.id, savedPosts.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .leftJoin(circles, eq(circles.id, circleIdOf))
    .where(and(eq(savedPosts.accountId, sql.placeholder('account')), readableNow, olderThan(savedPosts.at, savedPosts.postId)))
    .orderBy(desc(savedPosts.at), desc(savedPosts.postId))
    .limit(LIST_SIZE + 1)
    .prepare('staff_saved'),
)

const ofIds = prepared((db) =>
  inLists(db)
    .where(and(sql`${posts.id} = any(${sql.placeholder('ids')}::bigint[])`, isInternal, readableNow, stands))
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .prepare('staff_posts_by_id'),
)

type Row = Awaited<ReturnType<ReturnType<typeof ofHome>['execute']>>[number]

/** What stands for all staff (`staff`), or in one circle. Empty for whom may not read there. */
export const postsOfAudience = async (db: Database, actor: Actor, audience: string, cursor?: string): Promise<StaffList> =>
  listOf(await ofAudience(db).execute({ audience, audiences: readableHere(actor), ...keyBefore(cursor) }))

/** What somebody wrote, as far as the actor may read it; nothing that was written under a pseudonym. */
export const postsOfAuthor = async (db: Database, actor: Actor, author: number, cursor?: string): Promise<StaffList> =>
  listOf(await ofAuthor(db).execute({ author, audiences: readableHere(actor), ...keyBefore(cursor) }))

export const postsOnTopic = async (db: Database, actor: Actor, topic: string, cursor?: string): Promise<StaffList> =>
  listOf(await ofTopic(db).execute({ topic, audiences: readableHere(actor), ...keyBefore(cursor) }))

/** What is new from what somebody follows. */
export const postsOfHome = async (db: Database, actor: SignedIn, cursor?: string): Promise<StaffList> =>
  listOf(await ofHome(db).execute({ account: actor.accountId, audiences: readableHere(actor), ...keyBefore(cursor) }))

/** What somebody saved, the last first; also what was withdrawn since, with its notice. */
export const savedBy = async (db: Database, actor: SignedIn, cursor?: string): Promise<StaffList> =>
  listOf(await ofSaved(db).execute({ account: actor.accountId, audiences: readableHere(actor), ...keyBefore(cursor) }))

/** Those of these posts that the actor may read and that stand, newest first; for rooms that keep lists of their own. */
export async function postsById(db: Database, actor: Actor, ids: readonly number[]): Promise<StaffItem[]> {
  if (ids.length === 0) return []
  const rows = await ofIds(db).execute({ ids: [...ids], audiences: readableHere(actor) })
  return rows.map(itemOf)
}

function listOf(rows: Row[]): StaffList {
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return { items: page.map(itemOf), next: rows.length > LIST_SIZE && last ? sayKey(last.listedAt, last.id) : null }
}

function itemOf({ slug, circleId, circleName, officialRole, officialTeam, link, ...row }: Row): StaffItem {
  return {
    ...row,
    path: postPath(null, { id: row.id, slug }),
    kindName: kindOf(row.kind).name,
    publishedSaid: sayNear(row.publishedAt, now()),
    link: link && { host: hostOf(link.url), title: link.title },
    circle: circleId === null || circleName === null ? null : { id: circleId, name: circleName },
    mark: officialRole === null ? null : sayMark(officialRole, officialTeam),
  }
}
