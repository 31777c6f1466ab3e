/** What the page of a help request shows above the thread: the best answer, how long it waits, and, for who asked, the answers to choose from. */
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { comments } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import type { StaffPostPage } from '../network/page.ts'
import { summarise } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { leadsCircle } from './acting.ts'
import { waitingDays } from './help-list.ts'
import { mayMarkBest } from './policy.ts'
import { helpRequests } from './schema.ts'

export interface BestAnswer {
  commentId: number
  author: string | null
  /** Null under a pseudonym. */
  mark: string | null
  body: SafeHtml
  at: Date
  /** Who said so, when it was not who asked. */
  markedBy: string | null
}

export interface HelpPanel {
  postId: number
  /** Null while there is none, and while its words cannot be read. */
  best: BestAnswer | null
  waitingDays: number | null
  /** To choose from, the most helpful first; none for whoever may not choose. */
  choices: { commentId: number; author: string | null; excerpt: string }[]
  mayMark: boolean
  /** One is marked, though it may not be readable just now. */
  marked: boolean
}

const MOST_CHOICES = 20
const markers = alias(accounts, 'markers')

/** Null for a post without its row. */
export async function helpPanelOf(db: Db, actor: Actor, post: StaffPostPage): Promise<HelpPanel | null> {
  const [request] = await selectRequest(db, post.id)
  if (!request) return null
  const mayMark = mayMarkBest(actor, post, await leadsCircle(db, actor, post))
  return {
    postId: post.id,
    best: bestOf(request, post),
    waitingDays: waitingDays(request, now()),
    choices: mayMark ? await choicesIn(db, post.conversationId, request.bestId) : [],
    mayMark,
    marked: request.bestId !== null,
  }
}

const selectRequest = (db: Db, postId: number) =>
  db
    .select({
      askedAt: helpRequests.askedAt,
      firstReplyAt: helpRequests.firstReplyAt,
      bestId: helpRequests.bestId,
      bestBy: helpRequests.bestBy,
      state: comments.state,
      body: comments.bodyHtml,
      at: comments.createdAt,
      author: accounts.displayName,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      markedBy: markers.displayName,
    })
    .from(helpRequests)
    .leftJoin(comments, eq(comments.id, helpRequests.bestId))
    .leftJoin(accounts, eq(accounts.id, comments.authorId))
    .leftJoin(markers, eq(markers.id, helpRequests.bestBy))
    .where(eq(helpRequests.postId, postId))

function bestOf(row: Awaited<ReturnType<typeof selectRequest>>[number], post: StaffPostPage): BestAnswer | null {
  const { bestId, state, body, at, author, officialRole, officialTeam } = row
  if (bestId === null || body === null || at === null || state !== 'published') return null
  const mark = officialRole && sayMark(officialRole, officialTeam)
  return { commentId: bestId, author, mark, body: trusted(body), at, markedBy: row.bestBy === post.authorId ? null : row.markedBy }
}

async function choicesIn(db: Db, conversationId: number, bestId: number | null): Promise<HelpPanel['choices']> {
  const rows = await db
    .select({ commentId: comments.id, author: accounts.displayName, body: comments.bodyHtml })
    .from(comments)
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(eq(comments.conversationId, conversationId), eq(comments.state, 'published'), sql`${comments.id} <> ${bestId ?? 0}`))
    .orderBy(desc(comments.helpfulCount), asc(comments.id))
    .limit(MOST_CHOICES)
  return rows.map(({ commentId, author, body }) => ({ commentId, author, excerpt: summarise(body, 140) }))
}
