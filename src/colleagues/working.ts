/** What somebody works on with others: the open issues of the network to which they said so, as far as the reader may know of them. */
import { and, desc, eq, isNull, ne } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import { readable } from '../conversations/audience.ts'
import type { Db } from '../database/database.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { issues, issueWorkers } from '../together/schema.ts'

export interface WorkedOn {
  id: number
  path: string
  title: string
  /** How many work on it. */
  workerCount: number
}

const MOST = 10

/** The last joined first, at most ten. */
export async function openIssuesOf(db: Db, actor: Actor, accountId: number): Promise<WorkedOn[]> {
  const rows = await db
    .select({ id: posts.id, slug: posts.slug, title: posts.title, workerCount: issues.workerCount })
    .from(issueWorkers)
    .innerJoin(issues, and(eq(issues.postId, issueWorkers.postId), isNull(issues.closedAt)))
    .innerJoin(posts, and(eq(posts.id, issueWorkers.postId), ne(posts.state, 'withdrawn')))
    .where(and(eq(issueWorkers.accountId, accountId), isNull(issueWorkers.leftAt), readable(actor, posts)))
    .orderBy(desc(issueWorkers.joinedAt), desc(posts.id))
    .limit(MOST)
  return rows.map(({ slug, ...issue }) => ({ ...issue, path: postPath(null, { id: issue.id, slug }) }))
}
