/** Issues: open ones by what moved last, those somebody works on, and closed ones. */
import { and, desc, eq, isNotNull, isNull, type SQL } from 'drizzle-orm'
import { idOf, type Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { isBefore, readKey, sayKey } from '../database/moment-key.ts'
import { posts } from '../posts/schema.ts'
import { LIST_SIZE, listOf, standsFor, type List } from './list.ts'
import { issues, issueWorkers } from './schema.ts'

export const ISSUE_VIEWS = ['open', 'mine', 'closed'] as const
export type IssueView = (typeof ISSUE_VIEWS)[number]

export interface Moving {
  workerCount: number
  activeAt: Date
  closedAt: Date | null
  outcome: string | null
}

/** `cursor` is the `next` of the page before. */
export async function issueList(db: Database, actor: Actor, view: IssueView, cursor?: string): Promise<List<Moving>> {
  const place = readKey(cursor)
  if (view === 'mine') return workedOnBy(db, actor, cursor)
  const at = view === 'closed' ? issues.closedAt : issues.activeAt
  const state = view === 'closed' ? isNotNull(issues.closedAt) : isNull(issues.closedAt)
  const rows = await select(db, and(state, isBefore(at, issues.postId, place), standsFor(actor)))
    .orderBy(desc(at), desc(issues.postId))
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, { more, key: (row) => sayKey((view === 'closed' ? row.closedAt : null) ?? row.activeAt, row.id) })
}

const columns = { id: issues.postId, workerCount: issues.workerCount, activeAt: issues.activeAt, closedAt: issues.closedAt, outcome: issues.outcome }

const select = (db: Database, condition: SQL | undefined) =>
  db.select(columns).from(issues).innerJoin(posts, eq(posts.id, issues.postId)).where(condition).$dynamic()

const more = ({ workerCount, activeAt, closedAt, outcome }: Moving): Moving => ({ workerCount, activeAt, closedAt, outcome })

/** What the reader works on, closed or not, the last joined first. */
async function workedOnBy(db: Database, actor: Actor, cursor?: string): Promise<List<Moving>> {
  const mine = and(eq(issueWorkers.accountId, idOf(actor) ?? 0), isNull(issueWorkers.leftAt))
  const rows = await db
    .select({ ...columns, joinedAt: issueWorkers.joinedAt })
    .from(issueWorkers)
    .innerJoin(issues, eq(issues.postId, issueWorkers.postId))
    .innerJoin(posts, eq(posts.id, issues.postId))
    .where(and(mine, isBefore(issueWorkers.joinedAt, issueWorkers.postId, readKey(cursor)), standsFor(actor)))
    .orderBy(desc(issueWorkers.joinedAt), desc(issueWorkers.postId))
    .limit(LIST_SIZE + 1)
  return listOf(db, actor, rows, { more, key: (row) => sayKey(row.joinedAt, row.id) })
}
