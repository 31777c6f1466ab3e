/**
 * A case as the author of the item sees it: what they wrote, what was decided about it, why and in which role, what was written to them and by them,
 * and what they can do now. Never who told us, who decided, or what moderators noted.
 */
import { and, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import type { Case } from '../moderation/case.ts'
import { sayExpected } from '../moderation/clock.ts'
import { forAuthor, mayAnswer, messagesOf, type Message } from '../moderation/correspondence.ts'
import { decisionOf, sayDecider, type Decision } from '../moderation/history.ts'
import { postState } from '../moderation/item.ts'
import type { ItemState } from '../moderation/policy.ts'
import { reasonByVersion, reasonOf } from '../moderation/reason.ts'
import { caseMessages, cases, decisions, hidings, type Act } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { renderComment } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { appealOf } from './appeal.ts'
import { appealUntil } from './deadline.ts'
import { unappealableBecause } from './policy.ts'
import type { AppealOutcome } from './schema.ts'

/** What the author can do: answer a question, appeal, write about their appeal; or wait, or nothing any more. */
export type Turn = 'answer' | 'appeal' | 'appealed' | 'wait' | 'over'

/** In place of the title of what others published in a circle. */
export const LEFT = 'In a circle that you are no longer in'

export interface OwnDecision {
  act: Act
  reasonTitle: string | null
  publicText: string | null
  role: string
  at: Date
  /** Its row in the public log; null for what is not public. */
  logId: number | null
}

export interface OwnAppeal {
  body: SafeHtml
  lodgedAt: Date
  dueAt: Date
  outcome: AppealOutcome | null
  outcomeText: string | null
  /** Of a varied one: the reason that stands now. */
  reasonTitle: string | null
  decidedAt: Date | null
  logId: number | null
}

export interface OwnCase {
  id: number
  kind: 'comment' | 'post'
  /** Where it stands, or stood. */
  title: string
  path: string
  body: SafeHtml
  writtenAt: Date
  state: ItemState
  stateAt: Date
  editedByModerator: boolean
  /** While it is hidden: by when it comes back at the latest; null when it waits for a decision however long. */
  hiddenUntil: Date | null
  /** What to expect while nobody has decided. */
  wait: string | null
  decision: OwnDecision | null
  appeal: OwnAppeal | null
  messages: Message[]
  turn: Turn
  /** The last moment for an appeal. */
  appealUntil: Date | null
  /** Why nothing can be done any more. */
  overBecause: string | null
}

/** Throws `NotFound` for everybody but the author, and for a case that took nothing from them and asked nothing of them. */
export async function ownCase(db: Db, actor: SignedIn, id: number): Promise<OwnCase> {
  const found = await itemOf(db, id)
  if (!found || found.item.authorId !== actor.accountId) throw new NotFound('case')
  const { file } = found
  const item = mayRead(actor, file) ? found.item : ofLeft(file, found.item)
  const [decision, messages, appeal, hiddenUntil] = await Promise.all([
    decisionOf(db, id),
    messagesOf(db, id),
    ownAppeal(db, file),
    hidingOf(db, file.id),
  ])
  if (!concerns(file, decision, messages, hiddenUntil)) throw new NotFound('case')
  const { authorId: _authorId, ...shown } = item
  return {
    id,
    ...shown,
    hiddenUntil: item.state === 'hidden-pending' ? (hiddenUntil?.revertsAt ?? null) : null,
    wait: file.decidedAt === null && item.state === 'held' ? sayExpected(file.openedAt, now()) : null,
    decision: decision && (await ownDecision(db, file, decision)),
    appeal,
    messages: forAuthor(messages),
    appealUntil: decision && appealUntil(decision.at),
    ...turnOf(file, decision, messages, appeal !== null),
  }
}

/** Whoever appealed and was put out of the circle reads how it ends, and of the circle nothing. Throws `NotFound` for every other case. */
function ofLeft<Shown extends { kind: 'comment' | 'post'; title: string; path: string }>(file: Case, item: Shown): Shown {
  if (file.cause !== 'appealed') throw new NotFound('case')
  return { ...item, title: item.kind === 'post' ? item.title : LEFT, path: '/account' }
}

/** Nobody hears from us that somebody has complained about what stays as it is. */
const concerns = (file: Case, decision: Decision | null, messages: readonly Message[], hidden: { revertsAt: Date | null } | null): boolean =>
  file.cause === 'held' || hidden !== null || messages.length > 0 || (decision !== null && decision.act !== 'keep')

function turnOf(file: Case, decision: Decision | null, messages: readonly Message[], appealed: boolean): Pick<OwnCase, 'turn' | 'overBecause'> {
  if (file.state === 'appealed') return { turn: 'appealed', overBecause: null }
  if (file.decidedAt === null) return { turn: mayAnswer(file, messages) ? 'answer' : 'wait', overBecause: null }
  const overBecause = unappealableBecause(decision, appealed, now())
  return overBecause === null ? { turn: 'appeal', overBecause } : { turn: 'over', overBecause }
}

async function ownDecision(
  db: Db,
  file: Case,
  { act, reasonCode, reasonVersion, publicText, deciderRole, at, logId }: Decision,
): Promise<OwnDecision> {
  const reason = reasonCode === null ? null : await reasonByVersion(db, reasonCode, reasonVersion ?? 1)
  return { act, reasonTitle: reason?.title ?? null, publicText, role: sayDecider(deciderRole), at, logId: publicLogId(file, logId) }
}

const publicLogId = (file: Case, logId: number | null): number | null => (file.audience === 'public' ? logId : null)

async function ownAppeal(db: Db, file: Case): Promise<OwnAppeal | null> {
  const found = await appealOf(db, file.id)
  if (!found) return null
  const { body, lodgedAt, dueAt, outcome, outcomeText, decidedAt, logId, reasonCode } = found
  const reason = reasonCode === null ? null : await reasonOf(db, reasonCode)
  const shown = { lodgedAt, dueAt, outcome, outcomeText, decidedAt, reasonTitle: reason?.title ?? null }
  return { ...shown, body: trusted(renderComment(body)), logId: publicLogId(file, logId) }
}

/** The newest hiding in this case. */
async function hidingOf(db: Db, caseId: number): Promise<{ revertsAt: Date | null } | null> {
  const [hiding] = await db
    .select({ revertsAt: hidings.revertsAt })
    .from(hidings)
    .where(eq(hidings.caseId, caseId))
    .orderBy(desc(hidings.id))
    .limit(1)
  return hiding ?? null
}

async function itemOf(db: Db, caseId: number) {
  const [found] = await db
    .select({ file: cases, comment: comments, post: posts, title: conversations.title, path: conversations.path })
    .from(cases)
    .innerJoin(conversations, eq(conversations.id, cases.conversationId))
    .leftJoin(comments, eq(comments.id, cases.commentId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .where(eq(cases.id, caseId))
  if (!found) return null
  const { file, comment, post } = found
  if (comment) return { file, item: commentShown(comment, found) }
  return post ? { file, item: postShown(post, found) } : null
}

function commentShown(comment: typeof comments.$inferSelect, { title, path }: { title: string; path: string }) {
  const { authorId, state, stateAt, editedByModerator, createdAt: writtenAt } = comment
  const place = state === 'published' || state === 'removed' || state === 'hidden-pending' ? `/comments/${comment.id}` : path
  return { kind: 'comment' as const, title, path: place, body: trusted(comment.bodyHtml), authorId, state, stateAt, editedByModerator, writtenAt }
}

function postShown(post: typeof posts.$inferSelect, { path }: { path: string }) {
  const { authorId, title, editedByModerator, publishedAt: writtenAt, removalId } = post
  const state: ItemState = removalId === null ? postState(post.state) : 'removed'
  const stateAt = post.withdrawnAt ?? post.correctedAt ?? writtenAt
  return { kind: 'post' as const, title, path, body: trusted(post.bodyHtml), authorId, state, stateAt, editedByModerator, writtenAt }
}

/** What is told about cases in a list: the newest that concerns its author, for each of these comments. */
export async function ownCasesOf(
  db: Db,
  actor: SignedIn,
  commentIds: readonly number[],
): Promise<ReadonlyMap<number, { caseId: number; asks: boolean }>> {
  if (commentIds.length === 0) return new Map()
  const rows = await db
    .selectDistinctOn([cases.commentId], { commentId: cases.commentId, caseId: cases.id, state: cases.state })
    .from(cases)
    .innerJoin(comments, eq(comments.id, cases.commentId))
    .leftJoin(decisions, eq(decisions.caseId, cases.id))
    .where(and(inArray(cases.commentId, [...commentIds]), eq(comments.authorId, actor.accountId), concerning))
    .orderBy(cases.commentId, desc(cases.id))
  return new Map(rows.map(({ commentId, caseId, state }) => [Number(commentId), { caseId, asks: state === 'needs-info' }]))
}

/** The same rule as `concerns`. */
const concerning = or(
  eq(cases.cause, 'held'),
  sql`${decisions.act} <> 'keep'`,
  sql`exists (select from ${hidings} where ${hidings.caseId} = ${cases.id})`,
  sql`exists (select from ${caseMessages} where ${caseMessages.caseId} = ${cases.id})`,
)

export interface OwnPostCase {
  caseId: number
  title: string
  state: Case['state']
  decidedAt: Date | null
}

const POSTS_SHOWN = 5

/** One's own posts that a moderator asked about or took something from, newest case first. */
export const ownPostCases = (db: Db, actor: SignedIn): Promise<OwnPostCase[]> =>
  db
    .select({ caseId: cases.id, title: posts.title, state: cases.state, decidedAt: cases.decidedAt })
    .from(posts)
    .innerJoin(cases, eq(cases.postId, posts.id))
    .leftJoin(decisions, eq(decisions.caseId, cases.id))
    .where(and(eq(posts.authorId, actor.accountId), concerning))
    .orderBy(desc(cases.id))
    .limit(POSTS_SHOWN)

/** The newest case about a comment that concerns its author. Throws `NotFound`. */
export async function ownCaseOf(db: Db, actor: SignedIn, commentId: number): Promise<number> {
  const found = (await ownCasesOf(db, actor, [commentId])).get(commentId)
  if (!found) throw new NotFound('case')
  return found.caseId
}
