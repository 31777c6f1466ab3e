/**
 * What is said in a support circle, for the page of it: posts, what is new for the pseudonym that reads, what was decided about their words, and taking all of them back.
 * Nothing of it comes to anybody in another way.
 */
import { and, desc, eq, gt, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import { accounts, sanctions, type SanctionKind } from '../accounts/schema.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { log } from '../activity/schema.ts'
import { now } from '../clock.ts'
import { circleAudience } from '../conversations/audience.ts'
import { withdrawComment } from '../conversations/comment.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { cases, decisions, type Act } from '../moderation/schema.ts'
import { kindOf } from '../posts/kinds.ts'
import { shownTitle, takeDown } from '../posts/removal.ts'
import { posts, type PostState } from '../posts/schema.ts'
import { lockAnyPost, postPath, tellOfPost } from '../posts/stored-post.ts'
import { summarise } from '../text/markdown.ts'
import type { Persona } from './persona.ts'

export interface SupportPost {
  id: number
  path: string
  kindName: string
  title: string
  summary: string
  author: string
  publishedAt: Date
  state: PostState
  commentCount: number
}

const PAGE = 20

/** Posts of one's circle, newest first, before that one of them; `next` is the key of the next page. Empty for who is not in it, and after a post of anywhere else: else the page would tell when that was published. */
export async function postsInSupport(db: Database, actor: Persona, before: number | null): Promise<{ items: SupportPost[]; next: number | null }> {
  if ((actor.circles ?? []).length === 0) return { items: [], next: null }
  const rows = await db
    .select({
      id: posts.id,
      slug: posts.slug,
      kind: posts.kind,
      title: shownTitle,
      summary: posts.summary,
      state: posts.state,
      author: accounts.displayName,
      publishedAt: posts.publishedAt,
      commentCount: conversations.commentCount,
    })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(
      and(
        eq(posts.audience, circleAudience(actor.persona.circleId)),
        before === null
          ? undefined
          : sql`(${posts.publishedAt}, ${posts.id}) < (
      select p.published_at, p.id from posts p where p.id = ${before} and p.audience = ${circleAudience(actor.persona.circleId)})`,
      ),
    )
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(PAGE + 1)
  const items = rows.slice(0, PAGE).map(({ slug, kind, author, ...row }) => ({
    ...row,
    summary: row.state === 'withdrawn' ? '' : row.summary,
    author: author ?? '',
    kindName: kindOf(kind).name,
    path: postPath(null, { id: row.id, slug }),
  }))
  return { items, next: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null }
}

export interface SupportReply {
  id: number
  author: string
  excerpt: string
  title: string
  at: Date
}

const SHOWN = 10
/** Among the newest so many of one's own comments and posts, so that it costs the same after ten years. */
const OWN = 200

const ownComments = (db: Database, accountId: number) =>
  db.select({ id: comments.id }).from(comments).where(eq(comments.authorId, accountId)).orderBy(desc(comments.id)).limit(OWN)

const ownPosts = (db: Database, accountId: number) =>
  db
    .select({ id: posts.id, conversationId: posts.conversationId })
    .from(posts)
    .where(and(eq(posts.authorId, accountId), sql`${posts.audience} <> 'public'`))
    .orderBy(desc(posts.publishedAt), desc(posts.id))
    .limit(OWN)

/** The newest replies of others to one's posts and comments. This page is the only place that says so. */
export async function repliesTo(db: Database, actor: Persona): Promise<SupportReply[]> {
  const { accountId } = actor
  if ((actor.circles ?? []).length === 0) return []
  const [mine, written] = await Promise.all([ownComments(db, accountId), ownPosts(db, accountId)])
  const under = inArray(comments.parentId, [0, ...mine.map(({ id }) => id)])
  const below = inArray(comments.conversationId, [0, ...written.map(({ conversationId }) => conversationId)])
  const [one, other] = await Promise.all([newest(db, actor, under), newest(db, actor, and(below, isNull(comments.parentId)))])
  return [...one, ...other].toSorted((a, b) => b.id - a.id).slice(0, SHOWN)
}

async function newest(db: Database, { accountId, persona }: Persona, where: SQL | undefined): Promise<SupportReply[]> {
  const rows = await db
    .select({ id: comments.id, author: accounts.displayName, bodyHtml: comments.bodyHtml, title: conversations.title, at: comments.createdAt })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(
      and(where, eq(conversations.audience, circleAudience(persona.circleId)), eq(comments.state, 'published'), ne(comments.authorId, accountId)),
    )
    .orderBy(desc(comments.id))
    .limit(SHOWN)
  return rows.map(({ bodyHtml, author, ...row }) => ({ ...row, author: author ?? '', excerpt: summarise(bodyHtml, 160) }))
}

export interface DecidedHere {
  caseId: number
  kind: 'post' | 'comment'
  /** Null: they are asked something. */
  act: Act | null
  publicText: string | null
  at: Date
  /** Where an appeal stands; null without one. */
  appeal: 'appealed' | 'upheld' | 'varied' | 'overturned' | null
  /** They brought it there themself, by appealing. */
  brought: boolean
}

/** Taken down by those who look after the circle. */
export interface RemovedHere {
  kind: 'post' | 'comment'
  id: number
  reason: string | null
  publicText: string | null
  at: Date
}

export interface SanctionHere {
  kind: SanctionKind
  publicText: string
  endsAt: Date | null
}

/** What moderators decided about one's words, and what that keeps one from: told here, because nobody can be written to. Newest first. */
export async function decidedAbout(db: Database, { accountId }: Persona): Promise<{ decisions: DecidedHere[]; sanctions: SanctionHere[] }> {
  const [mine, written] = await Promise.all([ownComments(db, accountId), ownPosts(db, accountId)])
  const [said, published, imposed] = await Promise.all([
    decided(db, inArray(cases.commentId, [0, ...mine.map(({ id }) => id)])),
    decided(db, inArray(cases.postId, [0, ...written.map(({ id }) => id)])),
    db
      .select({ kind: sanctions.kind, publicText: sanctions.publicText, endsAt: sanctions.endsAt })
      .from(sanctions)
      .where(and(eq(sanctions.accountId, accountId), isNull(sanctions.liftedAt), or(isNull(sanctions.endsAt), gt(sanctions.endsAt, now()))))
      .orderBy(desc(sanctions.id))
      .limit(SHOWN),
  ])
  const decisionsHere = [...said, ...published].toSorted((one, other) => other.at.getTime() - one.at.getTime()).slice(0, SHOWN)
  return { decisions: decisionsHere, sanctions: imposed }
}

/** What the owners removed and nobody has appealed against; newest first. */
export async function removedHere(db: Database, { accountId }: Persona): Promise<RemovedHere[]> {
  const [mine, written] = await Promise.all([ownComments(db, accountId), ownPosts(db, accountId)])
  const [commentIds, postIds] = [
    [0, ...mine.map(({ id }) => id)],
    [0, ...written.map(({ id }) => id)],
  ]
  const rows = await db
    .select({ kind: log.item, id: log.itemId, reason: log.reasonTitle, publicText: log.publicText, at: log.at })
    .from(log)
    .leftJoin(comments, and(eq(log.item, 'comment'), eq(comments.removalId, log.id)))
    .leftJoin(posts, and(eq(log.item, 'post'), eq(posts.removalId, log.id)))
    .where(
      and(
        or(and(eq(log.item, 'comment'), inArray(log.itemId, commentIds)), and(eq(log.item, 'post'), inArray(log.itemId, postIds))),
        eq(log.role, 'circle-owner'),
        eq(log.act, 'remove'),
        sql`coalesce(${comments.id}, ${posts.id}) = ${log.itemId}`,
        sql`not exists (select from ${decisions} join ${cases} on ${cases.id} = ${decisions.caseId}
          where (${cases.commentId} = ${comments.id} or ${cases.postId} = ${posts.id}) and ${decisions.logId} = ${log.id})`,
      ),
    )
    .orderBy(desc(log.id))
    .limit(SHOWN)
  return rows.map(({ kind, id, ...row }) => ({ ...row, kind: kind === 'post' ? 'post' : 'comment', id: Number(id) }))
}

const APPEALED = ['appealed', 'upheld', 'varied', 'overturned'] as const
const TAKEN = ['redact', 'reject', 'remove'] as const

async function decided(db: Database, about: SQL): Promise<DecidedHere[]> {
  const rows = await db
    .select({
      caseId: cases.id,
      postId: cases.postId,
      act: decisions.act,
      publicText: decisions.publicText,
      at: decisions.at,
      openedAt: cases.openedAt,
      state: cases.state,
      cause: cases.cause,
    })
    .from(cases)
    .leftJoin(decisions, eq(decisions.caseId, cases.id))
    .where(and(about, or(inArray(decisions.act, [...TAKEN]), eq(cases.state, 'needs-info'))))
    .orderBy(desc(cases.id))
    .limit(SHOWN)
  return rows.map(({ postId, at, openedAt, state, cause, ...row }) => ({
    ...row,
    at: at ?? openedAt,
    kind: postId === null ? 'comment' : 'post',
    appeal: APPEALED.find((one) => one === state) ?? null,
    brought: cause === 'appealed',
  }))
}

const AT_ONCE = 100

/** Takes back everything that the pseudonym wrote, one after the other; a second time there is nothing left. Stubs stay where others answered. */
export async function withdrawAll(db: Database, actor: Persona): Promise<void> {
  await withdrawComments(db, actor)
  await withdrawPosts(db, actor)
}

async function withdrawComments(db: Database, actor: Persona): Promise<void> {
  for (let last = 0; ;) {
    const own = await db
      .select({ id: comments.id })
      .from(comments)
      .where(
        and(eq(comments.authorId, actor.accountId), inArray(comments.state, ['held', 'published', 'hidden-pending']), sql`${comments.id} > ${last}`),
      )
      .orderBy(comments.id)
      .limit(AT_ONCE)
    for (const { id } of own) await withdrawComment(db, actor, id)
    last = own.at(-1)?.id ?? 0
    if (own.length < AT_ONCE) return
  }
}

async function withdrawPosts(db: Database, actor: Persona): Promise<void> {
  for (let last = 0; ;) {
    const own = await db
      .select({ id: posts.id })
      .from(posts)
      .where(and(eq(posts.authorId, actor.accountId), sql`${posts.state} <> 'withdrawn'`, sql`${posts.id} > ${last}`))
      .orderBy(posts.id)
      .limit(AT_ONCE)
    for (const { id } of own) await withdrawPost(db, actor, id)
    last = own.at(-1)?.id ?? 0
    if (own.length < AT_ONCE) return
  }
}

async function withdrawPost(db: Database, actor: Persona, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const found = await lockAnyPost(tx, id)
    if (!found || found.post.authorId !== actor.accountId) throw new NotFound('post')
    const { post } = found
    if (post.state === 'withdrawn') return
    const because = 'Withdrawn by its author.'
    const row = { act: 'withdraw', item: 'post' as const, itemId: id, audience: post.audience, teamId: null, teamName: null }
    const states = { fromState: post.state, toState: 'withdrawn', publicText: because, hashBefore: contentHash(post.body) }
    await writeLog(tx, { actorId: actor.accountId, role: 'member', ...row, ...states })
    await takeDown(tx, post, because, null)
    await tellOfPost(tx, actor.accountId, 'post.withdrawn', post)
  })
}
