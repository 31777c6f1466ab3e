/**
 * Who is told in place, and of what: an answer, a reply, a decision about one's words, an appeal, a question that moved.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Activity, ActivityKind } from '../activity/activity.ts'
import { appeals } from '../appeals/schema.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { executeNamed, type Database, type Tx } from '../database/database.ts'
import { decisions, type Act } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { sourcesIn } from '../posts/source.ts'
import type { Source } from '../posts/source-address.ts'
import { questions } from '../questions/schema.ts'
import { announce, followerToPush, tell, type Told } from './notification.ts'
import { itemOf } from './outcome.ts'
import { thoseWhoWondered } from './people.ts'
import { placeOf, readsStill } from './reading.ts'
import type { NotificationKind } from './schema.ts'
import { tellChain, tellPartner, tellSupporters } from './taking-part.ts'

type Cause = (tx: Tx, activity: Activity) => Promise<void>

interface ReplyRow extends Record<string, unknown> {
  id: string
  account_id: string
  follower_id: number | null
}

/**
 * Tells whoever wrote the comment above, unless it is the same person. One statement for most comments, because it is part of posting each of them.
 * Whoever cut their comment loose from their name is told like anybody: nothing shows that to others. In the staff network only who still reads there is told.
 */
export const tellOfReply: Cause = async (tx, { audience, commentId }) => {
  const told = await executeNamed<ReplyRow>(
    tx,
    `notify_reply_${placeOf(audience)}`,
    sql`
    insert into notifications (account_id, kind, key, path, conversation_id, comment_id, at)
    select parent.author_id, 'replied', 'reply:' || reply.id || ':account:' || parent.author_id, '/comments/' || reply.id, reply.conversation_id, reply.id, ${now()}
    from comments reply join comments parent on parent.id = reply.parent_id join accounts on accounts.id = parent.author_id and ${readsStill(audience)}
    where reply.id = ${commentId ?? 0} and reply.state = 'published' and parent.author_id <> reply.author_id and parent.state <> 'withdrawn'
    on conflict (key) do nothing returning id, account_id, ${followerToPush} as follower_id`,
  )
  await announce(tx, told.map(repliedOf))
}

const repliedOf = (row: ReplyRow): Told => ({ id: Number(row.id), accountId: Number(row.account_id), kind: 'replied', followerId: row.follower_id })

const causeOf = ({ id }: Activity): string => `activity:${id}`

const KIND_OF_ACT: Record<Act, NotificationKind> = {
  release: 'released',
  redact: 'released',
  reject: 'rejected',
  remove: 'removed',
  keep: 'restored',
  restore: 'restored',
}

/** The author, of what a moderator decided. As with the mail: what was flagged and simply stays, and what they took back since, is not worth a worry. */
const tellOfDecision: Cause = async (tx, activity) => {
  const item = await itemOf(tx, activity)
  if (!item || item.accountId === activity.actorId) return
  const { caseId = 0, decisionId, from, logId } = activity.detail ?? {}
  if (!decisionId && logId) return tellOfRemoval(tx, activity, item.accountId)
  const act = await actOf(tx, Number(decisionId ?? 0))
  if ((act === 'keep' && from !== 'hidden-pending') || (item.withdrawn && act !== 'remove')) return
  const kind = KIND_OF_ACT[act]
  const path = kind === 'restored' || act === 'release' ? item.path : `/account/cases/${caseId}`
  const { conversationId = null, commentId = null, postId = null } = activity
  const detail = { caseId, decisionId: decisionId ?? null, act }
  await tell(tx, [{ accountId: item.accountId, kind, cause: causeOf(activity), path, conversationId, commentId, postId, detail }])
}

/** By those who look after a circle: it leads to the reason, and to how to appeal. */
const tellOfRemoval = (tx: Tx, activity: Activity, accountId: number): Promise<void> => {
  const { conversationId = null, commentId = null, postId = null } = activity
  const path = commentId === null ? `/posts/${postId}/removal/appeal` : `/comments/${commentId}/removal/appeal`
  return tell(tx, [{ accountId, kind: 'removed', cause: causeOf(activity), path, conversationId, commentId, postId, detail: { act: 'remove' } }])
}

/** What came back because nobody had decided counts as kept. */
async function actOf(tx: Tx, decisionId: number): Promise<Act> {
  const [made] = await tx.select({ act: decisions.act }).from(decisions).where(eq(decisions.id, decisionId))
  return made?.act ?? 'keep'
}

const tellOfAppeal: Cause = async (tx, activity) => {
  const item = await itemOf(tx, activity)
  const [appeal] = await tx
    .select({ id: appeals.id, outcome: appeals.outcome })
    .from(appeals)
    .where(eq(appeals.id, Number(activity.detail?.['appealId'] ?? 0)))
  if (!item || !appeal?.outcome) return
  const { conversationId = null, commentId = null, postId = null } = activity
  const path = `/account/cases/${activity.detail?.['caseId'] ?? 0}`
  const detail = { outcome: appeal.outcome }
  await tell(tx, [{ accountId: item.accountId, kind: 'appeal-decided', cause: causeOf(activity), path, conversationId, commentId, postId, detail }])
  // What an appeal makes public for the first time may answer somebody.
  if (commentId !== null) await tellOfReply(tx, activity)
}

/** Whoever asked; and those who wondered too, of an answer that they can read. */
const tellOfAnswer: Cause = async (tx, activity) => {
  const found = await questionOf(tx, activity)
  if (!found) return
  const { id, askerId, conversationId, published } = found
  const said = { kind: 'answered' as const, cause: causeOf(activity), commentId: activity.commentId ?? null }
  const readers =
    published && activity.conversationId === published.conversationId ? await thoseWhoWondered(tx, published.conversationId, askerId) : []
  const wondering = readers.map(({ accountId }) => ({
    ...said,
    accountId,
    path: published?.path ?? '/',
    conversationId: activity.conversationId ?? null,
  }))
  const tellings = [...wondering, { ...said, accountId: askerId, path: `/questions/${id}`, conversationId }]
  await tell(
    tx,
    tellings.filter(({ accountId }) => accountId !== activity.actorId),
  )
}

const tellOfMove: Cause = async (tx, activity) => {
  const found = await questionOf(tx, activity)
  if (!found) return
  const { id, askerId, teamId, conversationId } = found
  await tell(tx, [{ accountId: askerId, kind: 'moved', cause: causeOf(activity), path: `/questions/${id}`, conversationId, detail: { teamId } }])
}

/** Whoever wrote or asked what an outcome acts on, as far as it still stands. Once for each outcome, however often it is corrected. */
const tellOfOutcome: Cause = async (tx, { postId }) => {
  const [outcome] = await tx
    .select({
      kind: posts.kind,
      details: posts.details,
      teamId: posts.teamId,
      authorId: posts.authorId,
      conversationId: posts.conversationId,
      path: conversations.path,
    })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(posts.id, postId ?? 0))
  if (outcome?.kind !== 'outcome') return
  const { details, teamId, authorId, conversationId, path } = outcome
  const authors = new Set(await authorsOf(tx, sourcesIn(details)))
  authors.delete(authorId)
  const said = { kind: 'acted-on' as const, cause: `outcome:${postId}`, path, conversationId, postId: postId ?? null, detail: { teamId } }
  await tell(
    tx,
    [...authors].map((accountId) => ({ ...said, accountId })),
  )
}

async function authorsOf(tx: Tx, sources: readonly Source[]): Promise<number[]> {
  const idsOf = (kind: Source['kind']) => sources.filter((source) => source.kind === kind).map(({ id }) => id)
  const said = await tx
    .select({ accountId: comments.authorId })
    .from(comments)
    .where(and(inArray(comments.id, idsOf('comment')), eq(comments.state, 'published')))
  const asked = await tx
    .select({ accountId: questions.askerId })
    .from(questions)
    .where(inArray(questions.postId, idsOf('post')))
  return [...said, ...asked].map(({ accountId }) => accountId)
}

async function questionOf(tx: Tx, { detail }: Activity) {
  const [found] = await tx
    .select({
      id: questions.id,
      askerId: questions.askerId,
      teamId: questions.teamId,
      conversationId: questions.conversationId,
      publicId: conversations.id,
      path: conversations.path,
    })
    .from(questions)
    .leftJoin(posts, eq(posts.id, questions.postId))
    .leftJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(questions.id, Number(detail?.['questionId'] ?? 0)))
  if (!found) return null
  const { publicId, path, ...question } = found
  return { ...question, published: publicId !== null && path !== null ? { conversationId: publicId, path } : null }
}

/** What is told in a job, after it happened: there is time for it. */
export const AFTERWARDS = {
  'comment.released': async (tx, activity) => {
    await tellOfDecision(tx, activity)
    await tellOfReply(tx, activity)
  },
  'comment.rejected': tellOfDecision,
  'comment.removed': tellOfDecision,
  'comment.kept': tellOfDecision,
  'comment.restored': tellOfDecision,
  'post.removed': tellOfDecision,
  'post.kept': tellOfDecision,
  'appeal.decided': tellOfAppeal,
  'question.answered': tellOfAnswer,
  'question.moved': tellOfMove,
  'post.published': tellOfOutcome,
  'post.corrected': tellOfOutcome,
  'suggestion.adopted': tellSupporters,
  'priority.closed': tellChain,
  'task.answered': tellPartner,
} as const satisfies Partial<Record<ActivityKind, Cause>>

export const tellAfterwards = (db: Database, activity: Activity): Promise<void> =>
  db.transaction((tx) => AFTERWARDS[activity.kind as keyof typeof AFTERWARDS](tx, activity))
