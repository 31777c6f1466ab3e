/**
 * What leadership tells all staff: an update, open to comments like every other, that says what its author leads and stands first on everybody's home for a week.
 */
import { and, desc, eq, gt, inArray, ne } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { audiencesOf } from '../conversations/audience.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { Forbidden } from '../errors.ts'
import { publishInNetwork } from '../network/post.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { leadsOf } from './leader.ts'
import { onceMore } from './once.ts'
import { mayWriteAsLeader } from './policy.ts'
import { leadershipPosts } from './schema.ts'

const DAY = 86_400_000
export const DAYS_FIRST = 7

export interface NewStatement {
  title: string
  body: string
  tags: string[]
  clientKey: string
}

/** The same form again answers the same post. Throws `Forbidden` for whoever leads nothing. */
export const publishStatement = (db: Database, actor: SignedIn, input: NewStatement): Promise<{ id: number; path: string }> =>
  onceMore(db, async (tx) => {
    const leads = await leadsOf(tx, actor.accountId)
    if (!mayWriteAsLeader(actor, leads)) throw new Forbidden('Only those who lead write as leadership. An administrator says who does.')
    return publishInNetwork(tx, actor, { ...input, kind: 'update', circleId: null, details: { leads } }, async (tx, post) => {
      await tx.insert(leadershipPosts).values({ postId: post.id, publishedAt: post.publishedAt })
    })
  })

export interface Statement {
  id: number
  path: string
  title: string
  summary: string
  author: string | null
  /** Of the author, at the time of writing; null where they have none. */
  mark: string | null
  /** What they led when they wrote it. */
  leads: string | null
  publishedAt: Date
  commentCount: number
}

export interface StatementList {
  items: Statement[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

const LIST_SIZE = 10

/** Those that stand, newest first; nothing for who does not belong to the staff. `cursor` is the `next` of the page before. */
export async function statements(db: Db, actor: Actor, cursor?: string): Promise<StatementList> {
  const behind = isBefore(leadershipPosts.publishedAt, leadershipPosts.postId, readKey(cursor))
  const rows = await select(db, actor, behind).limit(LIST_SIZE + 1)
  const page = rows.slice(0, LIST_SIZE)
  const last = page.at(-1)
  return { items: page.map(statementOf), next: rows.length > LIST_SIZE && last ? sayKey(last.publishedAt, last.id) : null }
}

/** The newest of the last week, for everybody's home. */
export async function freshStatements(db: Db, actor: Actor, limit = 3): Promise<Statement[]> {
  const weekAgo = new Date(now().getTime() - DAYS_FIRST * DAY)
  return (await select(db, actor, gt(leadershipPosts.publishedAt, weekAgo)).limit(limit)).map(statementOf)
}

const select = (db: Db, actor: Actor, condition: Parameters<typeof and>[0]) =>
  db
    .select({
      id: posts.id,
      slug: posts.slug,
      title: posts.title,
      summary: posts.summary,
      author: accounts.displayName,
      officialRole: posts.officialRole,
      officialTeam: posts.officialTeam,
      details: posts.details,
      publishedAt: leadershipPosts.publishedAt,
      commentCount: conversations.commentCount,
    })
    .from(leadershipPosts)
    .innerJoin(posts, eq(posts.id, leadershipPosts.postId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(inArray(posts.audience, audiencesOf(actor)), ne(posts.state, 'withdrawn'), condition))
    .orderBy(desc(leadershipPosts.publishedAt), desc(leadershipPosts.postId))
    .$dynamic()

function statementOf({ slug, details, officialRole, officialTeam, ...row }: Awaited<ReturnType<typeof select>>[number]): Statement {
  const mark = officialRole === null ? null : sayMark(officialRole, officialTeam)
  return { ...row, path: postPath(null, { id: row.id, slug }), mark, leads: saidLeads(details) }
}

/** What stands in the details of a post of leadership. */
export const saidLeads = (details: Readonly<Record<string, unknown>>): string | null =>
  typeof details['leads'] === 'string' ? details['leads'] : null

/** Whether a post is one of leadership. */
export async function isStatement(db: Db, postId: number): Promise<boolean> {
  const [found] = await db.select({ postId: leadershipPosts.postId }).from(leadershipPosts).where(eq(leadershipPosts.postId, postId))
  return found !== undefined
}
