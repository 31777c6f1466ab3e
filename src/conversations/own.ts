/**
 * What an author sees of their own: the state of each comment, the wait to expect, and why.
 */
import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { log } from '../activity/schema.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { summarise } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { readable } from './audience.ts'
import { mayEdit, mayWithdraw } from './policy.ts'
import { comments, conversations, type CommentState } from './schema.ts'

export interface OwnComment {
  id: number
  conversationTitle: string
  path: string
  state: CommentState
  body: SafeHtml
  excerpt: string
  createdAt: Date
  editable: boolean
  withdrawable: boolean
  /** Why it was rejected or removed, as the public log has it. */
  reasonTitle: string | null
  publicText: string | null
  removalId: number | null
}

const OWN_SIZE = 20

const select = (db: Database) =>
  db
    .select({
      id: comments.id,
      authorId: comments.authorId,
      conversationTitle: conversations.title,
      path: conversations.path,
      audience: conversations.audience,
      teamId: conversations.teamId,
      mode: conversations.mode,
      modeReason: conversations.modeReason,
      modeEndsAt: conversations.modeEndsAt,
      state: comments.state,
      bodyHtml: comments.bodyHtml,
      createdAt: comments.createdAt,
      reasonTitle: log.reasonTitle,
      publicText: log.publicText,
      removalId: comments.removalId,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .leftJoin(log, eq(log.id, comments.removalId))
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

/** One's own comments, newest first, a page at a time by key. */
export async function ownComments(db: Database, actor: SignedIn, before: number | null): Promise<{ items: OwnComment[]; next: number | null }> {
  const rows = await select(db)
    .where(and(eq(comments.authorId, actor.accountId), readable(actor, conversations), before === null ? undefined : lt(comments.id, before)))
    .orderBy(desc(comments.id))
    .limit(OWN_SIZE + 1)
  const page = rows.slice(0, OWN_SIZE)
  return { items: page.map((row) => ownOf(actor, row)), next: rows.length > OWN_SIZE ? (page.at(-1)?.id ?? null) : null }
}

/** One's own comments in one conversation that others do not see: waiting, or rejected. Newest first. */
export async function ownUnpublished(db: Database, actor: SignedIn, conversationId: number): Promise<OwnComment[]> {
  const rows = await select(db)
    .where(and(eq(comments.authorId, actor.accountId), eq(comments.conversationId, conversationId), inArray(comments.state, ['held', 'rejected'])))
    .orderBy(desc(comments.id))
    .limit(5)
  return rows.map((row) => ownOf(actor, row))
}

function ownOf(actor: SignedIn, row: Row): OwnComment {
  return {
    id: row.id,
    conversationTitle: row.conversationTitle,
    path: row.path,
    state: row.state,
    body: trusted(row.bodyHtml),
    excerpt: summarise(row.bodyHtml, 160),
    createdAt: row.createdAt,
    editable: mayEdit(actor, row, row, now()),
    withdrawable: mayWithdraw(actor, row),
    reasonTitle: row.reasonTitle,
    publicText: row.publicText,
    removalId: row.removalId,
  }
}
