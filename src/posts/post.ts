/**
 * What a team publishes. A correction keeps every earlier version readable; a withdrawal leaves a notice.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { contentHash, writeLog } from '../activity/log.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { nameConversation, startConversation } from '../conversations/conversation.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { renderPost, summarise } from '../text/markdown.ts'
import { slugOf } from '../text/slug.ts'
import { teamById, touchTeam, type TeamName } from '../teams/team.ts'
import { mayChange, publishingDuty } from './policy.ts'
import { posts, postTags, postVersions } from './schema.ts'

export type PostRow = typeof posts.$inferSelect

export interface NewPost {
  title: string
  body: string
  tags: string[]
  clientKey: string
}

/** The address of a post. The id is its identity; the words after it may change. */
export const postPath = (teamSlug: string, post: { id: number; slug: string }): string => `/teams/${teamSlug}/posts/${post.id}-${post.slug}`

/** Publishes an update as the team, with its conversation. The same form sent twice makes one post. Throws `Forbidden` without a duty for the team. */
export async function publishPost(db: Database, actor: SignedIn, team: TeamName, input: NewPost): Promise<{ id: number; path: string }> {
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
  return db.transaction(async (tx) => {
    const known = await sentBefore(tx, actor, team, input.clientKey)
    if (known) return known
    const conversation = await startConversation(tx, { audience: 'public', teamId: team.id, title: input.title })
    const moment = now()
    const [post] = await tx
      .insert(posts)
      .values({
        audience: 'public',
        kind: 'update',
        state: 'published',
        teamId: team.id,
        conversationId: conversation.id,
        authorId: actor.accountId,
        officialRole: duty.role,
        officialTeam: team.name,
        clientKey: input.clientKey,
        publishedAt: moment,
        ...wordsOf(input),
      })
      .onConflictDoNothing({ target: [posts.authorId, posts.clientKey] })
      .returning()
    if (!post) throw new Overtaken('This post was already sent.')
    const path = postPath(team.slug, post)
    await nameConversation(tx, conversation.id, { title: post.title, path })
    await saveTags(tx, post)
    await touchTeam(tx, team.id)
    await recordActivity(tx, {
      kind: 'post.published',
      audience: 'public',
      actorId: actor.accountId,
      teamId: team.id,
      conversationId: conversation.id,
      postId: post.id,
    })
    return { id: post.id, path }
  })
}

// Two taps at once wait for each other here, so that the second finds what the first made.
async function sentBefore(tx: Tx, actor: SignedIn, team: TeamName, clientKey: string): Promise<{ id: number; path: string } | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`post ${clientKey}`}))`)
  const [known] = await tx
    .select()
    .from(posts)
    .where(and(eq(posts.authorId, actor.accountId), eq(posts.clientKey, clientKey)))
  return known ? { id: known.id, path: postPath(team.slug, known) } : null
}

const wordsOf = ({ title, body, tags }: { title: string; body: string; tags: string[] }) => {
  const bodyHtml = renderPost(body)
  return { title, slug: slugOf(title), body, bodyHtml, summary: summarise(bodyHtml), tags }
}

async function saveTags(tx: Tx, post: PostRow): Promise<void> {
  await tx.delete(postTags).where(eq(postTags.postId, post.id))
  if (post.tags.length > 0) await tx.insert(postTags).values(post.tags.map((tag) => ({ tag, postId: post.id, publishedAt: post.publishedAt })))
}

export interface Correction {
  title: string
  body: string
  tags: string[]
  /** What was corrected, in a sentence for readers. */
  note: string
  /** The version that was in the form: two people who correct at once must not overwrite each other unseen. */
  version: number
}

/** Replaces the words; the earlier version stays readable. Throws `Overtaken` when somebody corrected it meanwhile. */
export async function correctPost(db: Database, actor: SignedIn, id: number, input: Correction): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const { post, team } = await lockToChange(tx, actor, id)
    // The same form again, over a line on which the first answer was lost.
    if (await correctedBefore(tx, actor, post, input)) return { path: postPath(team.slug, post) }
    if (post.version !== input.version)
      throw new Overtaken('Somebody else changed this post while you were writing. Open it again to see what they did.')
    const words = wordsOf(input)
    await tx.insert(postVersions).values({
      postId: id,
      version: post.version,
      title: post.title,
      bodyHtml: post.bodyHtml,
      note: input.note,
      replacedAt: now(),
      replacedBy: actor.accountId,
    })
    const change = { ...words, state: 'corrected' as const, correctedAt: now(), version: post.version + 1 }
    await tx.update(posts).set(change).where(eq(posts.id, id))
    const corrected = { ...post, ...change }
    const path = postPath(team.slug, corrected)
    await nameConversation(tx, post.conversationId, { title: corrected.title, path })
    await saveTags(tx, corrected)
    await aftermath(tx, actor, 'post.corrected', post)
    return { path }
  })
}

async function correctedBefore(tx: Tx, actor: SignedIn, post: PostRow, { title, body, tags, note, version }: Correction): Promise<boolean> {
  if (post.version !== version + 1 || post.title !== title || post.body !== body || post.tags.join() !== tags.join()) return false
  const [replaced] = await tx
    .select()
    .from(postVersions)
    .where(and(eq(postVersions.postId, post.id), eq(postVersions.version, version)))
  return replaced?.replacedBy === actor.accountId && replaced.note === note
}

/** Takes the words down and leaves a notice with the reason. Twice is the same as once. */
export async function withdrawPost(db: Database, actor: SignedIn, id: number, because: string): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const found = await lockPost(tx, id)
    if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
    const path = postPath(found.team.slug, found.post)
    if (found.post.state === 'withdrawn') return { path }
    const { post } = await lockToChange(tx, actor, id)
    await takeDown(tx, post, because)
    const duty = publishingDuty(actor, post.teamId)
    await writeLog(tx, {
      actorId: actor.accountId,
      role: duty?.role ?? 'press-office',
      act: 'withdraw',
      item: 'post',
      itemId: id,
      audience: post.audience,
      teamId: post.teamId,
      teamName: found.team.name,
      fromState: post.state,
      toState: 'withdrawn',
      publicText: because,
      hashBefore: contentHash(post.body),
    })
    await aftermath(tx, actor, 'post.withdrawn', post)
    return { path }
  })
}

/** A moderator's removal, inside the transaction of the decision that wrote the log row. */
export async function withdrawPostByModerator(tx: Tx, post: PostRow, publicText: string): Promise<void> {
  if (post.state === 'withdrawn') throw new Overtaken('This post was already withdrawn. Nothing was changed.')
  await takeDown(tx, post, publicText)
  await touchTeam(tx, post.teamId)
}

/** The words go, what was said stays, and nothing new can be said about what is no longer there. A lock or a closing that stands goes on. */
async function takeDown(tx: Tx, post: PostRow, because: string): Promise<void> {
  await tx.update(posts).set({ state: 'withdrawn', withdrawnAt: now(), withdrawnBecause: because }).where(eq(posts.id, post.id))
  await tx.delete(postTags).where(eq(postTags.postId, post.id))
  await tx
    .update(conversations)
    .set({
      version: sql`${conversations.version} + 1`,
      mode: sql`case when ${conversations.mode} in ('open', 'held') then 'archived' else ${conversations.mode} end`,
      modeSetAt: now(),
    })
    .where(eq(conversations.id, post.conversationId))
}

async function aftermath(tx: Tx, actor: SignedIn, kind: 'post.corrected' | 'post.withdrawn', post: PostRow): Promise<void> {
  await touchTeam(tx, post.teamId)
  await recordActivity(tx, {
    kind,
    audience: post.audience,
    actorId: actor.accountId,
    teamId: post.teamId,
    conversationId: post.conversationId,
    postId: post.id,
  })
}

/** The post and its team, locked until the transaction ends; null when there is none. */
export async function lockPost(tx: Tx, id: number): Promise<{ post: PostRow; team: TeamName } | null> {
  const [post] = await tx.select().from(posts).where(eq(posts.id, id)).for('update')
  return post ? { post, team: await teamById(tx, post.teamId) } : null
}

async function lockToChange(tx: Tx, actor: SignedIn, id: number): Promise<{ post: PostRow; team: TeamName }> {
  const found = await lockPost(tx, id)
  if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
  if (!mayChange(actor, found.post))
    throw new Forbidden(found.post.state === 'withdrawn' ? 'This post was withdrawn.' : 'You cannot change this post.')
  return found
}

/** For the form of a correction: the post as it was typed. Throws `NotFound` and `Forbidden`. */
export async function postToChange(db: Db, actor: Actor, id: number): Promise<PostRow> {
  const [post] = await db.select().from(posts).where(eq(posts.id, id))
  if (!post || !mayRead(actor, post)) throw new NotFound('post')
  if (!isSignedIn(actor) || !mayChange(actor, post))
    throw new Forbidden(post.state === 'withdrawn' ? 'This post was withdrawn.' : 'You cannot change this post.')
  return post
}

/** Earlier versions, newest first. They go from view with the post itself when it is withdrawn. */
export const versionsOf = (db: Db, post: { id: number }) =>
  db.select().from(postVersions).where(eq(postVersions.postId, post.id)).orderBy(desc(postVersions.version))
