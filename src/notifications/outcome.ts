/**
 * The outcome of a case, by mail: the author learns what was decided, why, and how to answer; whoever told us (with an account) learns the outcome.
 * A mail holds nobody's words but the reader's own and the moderators'.
 */
import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { comments, conversations, type CommentState } from '../conversations/schema.ts'
import type { Database, Db } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import { reasonByVersion } from '../moderation/reason.ts'
import { decisions, flags, type Act } from '../moderation/schema.ts'
import { posts, type PostState } from '../posts/schema.ts'
import { sayDate } from '../text/dates.ts'
import { summarise } from '../text/markdown.ts'
import { flaggerMail, authorMail, type Outcome } from './wording.ts'

/**
 * Tells the author, unless nothing changed for readers: a flagged item that simply stays is not worth a worry,
 * and what its author has taken back since is not public, whatever was decided.
 */
export async function tellAuthor(db: Database, config: Config, activity: Activity): Promise<void> {
  const item = await itemOf(db, activity)
  if (!item) return
  const outcome = await outcomeOf(db, activity, item)
  const restored = activity.detail?.['from'] === 'hidden-pending'
  if (outcome.act === 'keep' && !restored) return
  if (item.withdrawn && outcome.act !== 'remove') return
  await mailTo(db, activity, item, authorMail(config, outcome))
}

/** Tells everybody who flagged the item with an account, once for each decision. Not when it came back without one: then it is still to be decided. */
export async function tellFlaggers(db: Database, config: Config, activity: Activity): Promise<void> {
  const item = await itemOf(db, activity)
  if (!item || !activity.detail?.['decisionId']) return
  const flaggers = await flaggersOf(db, Number(activity.detail['caseId'] ?? 0), item.accountId)
  const outcome = await outcomeOf(db, activity, item)
  for (const flagger of flaggers) await mailTo(db, activity, flagger, flaggerMail(config, outcome, sayDate(flagger.at)))
}

/** Those with an account who told us, with the day on which they did. Whoever flags their own words hears of it as the author. */
export const flaggersOf = (db: Database, caseId: number, authorId: number) =>
  db
    .selectDistinctOn([flags.accountId], { accountId: accounts.id, email: accounts.email, at: flags.at })
    .from(flags)
    .innerJoin(accounts, eq(accounts.id, flags.accountId))
    .where(and(eq(flags.caseId, caseId), isNotNull(flags.accountId), ne(flags.accountId, authorId)))
    .orderBy(flags.accountId, flags.at)

export async function mailTo(
  db: Database,
  activity: Activity,
  reader: { accountId: number; email: string },
  mail: { subject: string; text: string },
): Promise<void> {
  await db.transaction((tx) => sendMail(tx, { key: `activity:${activity.id}:account:${reader.accountId}`, to: reader.email, ...mail }))
}

export interface AboutItem {
  kind: 'comment' | 'post'
  accountId: number
  email: string
  /** Null for a post that was made nameless. */
  title: string | null
  path: string
  excerpt: string
  writtenAt: Date
  state: CommentState | PostState
  withdrawn: boolean
}

export async function itemOf(db: Db, activity: Activity): Promise<AboutItem | null> {
  const found = activity.commentId ? await commentOf(db, activity.commentId) : await postOf(db, activity.postId ?? 0)
  if (!found) return null
  const { bodyHtml, ...item } = found
  return { ...item, excerpt: summarise(bodyHtml, EXCERPT), withdrawn: item.state === 'withdrawn' }
}

/** A comment as good as whole: its author has to see what was decided about. */
const EXCERPT = 1200

async function commentOf(db: Db, id: number) {
  const [found] = await db
    .select({
      accountId: accounts.id,
      email: accounts.email,
      title: conversations.title,
      bodyHtml: comments.bodyHtml,
      writtenAt: comments.createdAt,
      state: comments.state,
    })
    .from(comments)
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
  return found ? { kind: 'comment' as const, ...found, path: `/comments/${id}` } : null
}

async function postOf(db: Db, id: number) {
  const [found] = await db
    .select({
      accountId: accounts.id,
      email: accounts.email,
      // As readers see it; what a moderator removed has none.
      title: sql<string | null>`case when ${posts.removalId} is null then ${conversations.title} end`,
      bodyHtml: posts.bodyHtml,
      writtenAt: posts.publishedAt,
      state: posts.state,
      path: conversations.path,
    })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(posts.id, id))
  return found ? { kind: 'post' as const, ...found } : null
}

async function outcomeOf(db: Database, { detail, audience }: Activity, item: AboutItem): Promise<Outcome> {
  const decisionId = Number(detail?.['decisionId'] ?? 0)
  const [made] = decisionId === 0 ? [] : await db.select().from(decisions).where(eq(decisions.id, decisionId))
  const reason = made?.reasonCode ? await reasonByVersion(db, made.reasonCode, made.reasonVersion ?? 1) : null
  const act: Act = made?.act ?? 'keep'
  return {
    ...item,
    act,
    caseId: Number(detail?.['caseId'] ?? 0),
    decidedAt: made?.at ?? null,
    reasonTitle: reason?.title ?? null,
    publicText: made?.publicText ?? null,
    logId: audience === 'public' ? (made?.logId ?? null) : null,
  }
}
