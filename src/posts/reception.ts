/**
 * How a team's latest posts were received: what residents said and felt about them.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { conversations, type Mode } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { teams } from '../teams/schema.ts'
import { shownTitle } from './removal.ts'
import { posts, type PostKind, type PostState } from './schema.ts'

export interface Received {
  id: number
  kind: PostKind
  state: PostState
  title: string
  path: string
  publishedAt: Date
  mode: Mode
  comments: number
  helpful: number
  thanks: number
  sameHere: number
}

const latest = prepared((db) => {
  const received = db
    .select({
      id: posts.id,
      kind: posts.kind,
      state: posts.state,
      title: shownTitle,
      path: conversations.path,
      publishedAt: posts.publishedAt,
      mode: conversations.mode,
      comments: sql<number>`${conversations.commentCount}`.as('comments'),
      helpful: sql<number>`${conversations.helpfulCount}`.as('helpful'),
      thanks: sql<number>`${conversations.thanksCount}`.as('thanks'),
      sameHere: sql<number>`${conversations.sameHereCount}`.as('same_here'),
    })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(posts.teamId, teams.id), eq(posts.audience, 'public')))
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(sql.placeholder('limit'))
    .as('received')
  return db
    .select({ teamId: teams.id, received: received._.selectedFields })
    .from(teams)
    .innerJoinLateral(received, sql`true`)
    .where(sql`${teams.id} = any(${sql.placeholder('teams')}::bigint[])`)
    .orderBy(desc(received.publishedAt), desc(received.id))
    .prepare('posts_received')
})

/** The teams' own posts by the id of the team, newest first, at most `limit` of each. A team without posts is not among them. */
export async function receptionOf(db: Database, teamIds: readonly number[], limit: number): Promise<Map<number, Received[]>> {
  if (teamIds.length === 0) return new Map()
  const rows = await latest(db).execute({ teams: teamIds, limit })
  const byTeam = Map.groupBy(rows, ({ teamId }) => teamId)
  return new Map([...byTeam].map(([teamId, own]) => [teamId, own.map(({ received }) => received)]))
}
