/**
 * How long what is said in the staff network is kept. After the months that the force has set the words go, comment by comment, and a post once nothing is left under
 * it; ids, hashes, stubs and the rows of the log stay. Good practice and issues that are open are kept whole, and so is what is sealed, under proceedings, or still
 * in somebody's hands. It may be stopped at any moment and run again: each item is a transaction of its own.
 */
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { contentHash, writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { lockComment, setCommentState } from '../conversations/states.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { teamNameOf } from '../moderation/item.ts'
import { takeDown } from '../posts/removal.ts'
import { posts, postVersions } from '../posts/schema.ts'
import { lockAnyPost, renamePost, type PostRow } from '../posts/stored-post.ts'
import { forgetComment, forgetCopies, needsNothing } from '../seals/disposal.ts'
import { monthsBefore } from '../text/dates.ts'
import { forgetPreview } from './preview.ts'
import { homeEntries, savedPosts } from './schema.ts'

const BATCH = 200

/** Answers how many comments and posts. */
export async function disposeOfNetwork(db: Database, months: number): Promise<{ comments: number; posts: number }> {
  const before = monthsBefore(now(), months)
  const gone = await throughAll(
    db,
    (after) => commentsAfter(db, before, after),
    (tx, id) => disposeOfOne(tx, id, before),
  )
  return {
    comments: gone,
    posts: await throughAll(
      db,
      (after) => postsAfter(db, before, after),
      (tx, id) => disposeOfPost(tx, id, before),
    ),
  }
}

type Dispose = (tx: Tx, id: number) => Promise<boolean>

async function throughAll(db: Database, dueAfter: (after: number) => Promise<number[]>, dispose: Dispose): Promise<number> {
  let disposed = 0
  for (let after = 0; ;) {
    const ids = await dueAfter(after)
    for (const id of ids) disposed += Number(await db.transaction((tx) => dispose(tx, id)))
    const last = ids.at(-1)
    if (last === undefined || ids.length < BATCH) return disposed
    after = last
  }
}

const isInternal = sql`${posts.audience} <> 'public'`

/** Over a statement with `posts` and `conversations`: nothing keeps this thread. The tables of rooms above are named, as none of them may be imported here. */
const isKeptByNothing = (before: Date): SQL => {
  const moment = sql`${before.toISOString()}::timestamptz`
  return sql`(${isInternal} and ${posts.kind} <> 'good-practice' and ${conversations.mode} <> 'legal-lock' and ${needsNothing('post', before)}
    and not exists (select from issues where issues.post_id = posts.id and (issues.closed_at is null or issues.closed_at >= ${moment}))
    and not exists (select from surveys where surveys.post_id = posts.id and (surveys.closed_at is null or surveys.closed_at >= ${moment}) and surveys.state = 'open')
    and not exists (select from focus_groups where focus_groups.post_id = posts.id and focus_groups.ends_at >= ${moment})
    and not exists (select from live_sessions where live_sessions.post_id = posts.id and live_sessions.ends_at >= ${moment}))`
}

const isOldComment = (before: Date): SQL | undefined =>
  and(
    sql`${comments.state} <> 'disposed'`,
    sql`coalesce(${comments.publishedAt}, ${comments.createdAt}) < ${before.toISOString()}::timestamptz`,
    sql`${comments.createdAt} < ${before.toISOString()}::timestamptz`,
    needsNothing('comment', before),
    isKeptByNothing(before),
  )

const dueComments = (db: Db, condition: SQL | undefined) =>
  db
    .select({ id: comments.id })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .innerJoin(posts, eq(posts.conversationId, conversations.id))
    .where(condition)
    .orderBy(comments.id)
    .limit(BATCH)

const idsOf = (rows: { id: number }[]): number[] => rows.map(({ id }) => id)

const commentsAfter = async (db: Db, before: Date, after: number): Promise<number[]> =>
  idsOf(await dueComments(db, and(sql`${comments.id} > ${after}`, isOldComment(before))))

/** Somebody may have sealed it, or asked for something, between finding and locking it. */
async function disposeOfOne(tx: Tx, id: number, before: Date): Promise<boolean> {
  const comment = await lockComment(tx, id)
  if (!comment || (await dueComments(tx, and(eq(comments.id, id), isOldComment(before)))).length === 0) return false
  const isRead = comment.state === 'published' || comment.state === 'held' || comment.state === 'hidden-pending'
  if (isRead) await setCommentState(tx, comment, 'withdrawn')
  await forgetComment(tx, isRead ? { ...comment, state: 'withdrawn' } : comment)
  return true
}

/** Nobody has written under it since, or what they wrote is gone. */
const isOldPost = (before: Date): SQL | undefined =>
  and(
    sql`greatest(${posts.publishedAt}, ${posts.correctedAt}) < ${before.toISOString()}::timestamptz`,
    sql`not (${posts.details} ? 'disposed')`,
    sql`not exists (select from comments where comments.conversation_id = posts.conversation_id and comments.state <> 'disposed')`,
    isKeptByNothing(before),
  )

const duePosts = (db: Db, condition: SQL | undefined) =>
  db
    .select({ id: posts.id })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(condition)
    .orderBy(posts.id)
    .limit(BATCH)

const postsAfter = async (db: Db, before: Date, after: number): Promise<number[]> =>
  idsOf(await duePosts(db, and(sql`${posts.id} > ${after}`, isInternal, isOldPost(before))))

const NAME = { title: 'Disposed of', slug: 'disposed-of' }
const NOTICE = 'What is said in the staff network is kept for a limited time. The time for this is over, and its words are gone.'

async function disposeOfPost(tx: Tx, id: number, before: Date): Promise<boolean> {
  const found = await lockAnyPost(tx, id)
  if (!found || (await duePosts(tx, and(eq(posts.id, id), isOldPost(before)))).length === 0) return false
  const { post } = found
  if (post.state !== 'withdrawn') await takeDown(tx, post, NOTICE, null)
  await forgetWords(tx, post)
  await forgetCopies(tx, { postId: id })
  await forgetPreview(tx, id)
  await tx.execute(sql`delete from topic_counts where post_count <= 0 and topic = any(${sql.param(post.tags)}::text[])`)
  await tx.delete(homeEntries).where(eq(homeEntries.postId, id))
  await tx.delete(savedPosts).where(eq(savedPosts.postId, id))
  await logDisposal(tx, post)
  return true
}

/** From the post, its earlier versions and what other rooms keep beside it. Counts and who took part stay. */
async function forgetWords(tx: Tx, post: PostRow): Promise<void> {
  const blank = { ...NAME, body: '', bodyHtml: '', summary: '', tags: [], details: { disposed: true } }
  await tx.update(posts).set(blank).where(eq(posts.id, post.id))
  await tx.delete(postVersions).where(eq(postVersions.postId, post.id))
  await renamePost(tx, post, NAME)
  // One statement each: the tables belong to rooms above.
  for (const [table, set] of BESIDE) await tx.execute(sql`update ${sql.identifier(table)} set ${sql.raw(set)} where post_id = ${post.id}`)
  await tx.execute(sql`delete from focus_group_notes where post_id = ${post.id}`)
  await tx.execute(sql`update photos set removed_at = ${now().toISOString()}::timestamptz where post_id = ${post.id} and removed_at is null`)
  await tx.execute(sql`update attachments set removed_at = ${now().toISOString()}::timestamptz where post_id = ${post.id} and removed_at is null`)
}

const BESIDE: readonly (readonly [string, string])[] = [
  ['issues', `outcome = case when outcome is not null then '' end`],
  ['issue_reopenings', `outcome = ''`],
  ['issue_workers', `note = ''`],
  ['issue_links', `note = ''`],
  ['focus_groups', `notes = case when notes is not null then '' end, notes_html = case when notes_html is not null then '' end`],
]

/** A record for the force: for readers there is the notice. */
async function logDisposal(tx: Tx, post: PostRow): Promise<void> {
  await writeLog(tx, {
    actorId: null,
    role: 'system',
    act: 'dispose',
    item: 'post',
    itemId: post.id,
    audience: 'staff',
    teamId: post.teamId,
    teamName: await teamNameOf(tx, post.teamId),
    fromState: post.state,
    toState: 'disposed',
    hashBefore: contentHash(post.body),
  })
}
