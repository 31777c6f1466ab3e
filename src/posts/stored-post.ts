/**
 * A post as it is stored: with its conversation, on the pages of its teams, under its tags. Whoever publishes or changes one does it through here,
 * so that what is kept beside it (counts of tags, versions of teams) is never forgotten.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { Role, SignedIn } from '../actor.ts'
import { recordActivity, type ActivityKind, type NewActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { isPublic } from '../conversations/audience.ts'
import { nameConversation, startConversation } from '../conversations/conversation.ts'
import { refuseKept } from '../conversations/evidence.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { renderPost, summarise } from '../text/markdown.ts'
import { slugOf } from '../text/slug.ts'
import { teamById, type TeamName } from '../teams/team.ts'
import { kindOf } from './kinds.ts'
import { publishingDuty } from './policy.ts'
import { posts, postTags, postTeams, postVersions, tags, type Details, type PostKind } from './schema.ts'

export type PostRow = typeof posts.$inferSelect

/** A post of a team, as everything public is. */
export type TeamPost = PostRow & { teamId: number; officialTeam: string; officialRole: Role }

/** The role of a public post, which always has one. */
export const publicRole = sql<Role>`${posts.officialRole}`

/** One of the staff network that is no team's is, for whoever asks about a team's, not there. Throws `NotFound`. */
export function ofTeam(post: PostRow | undefined): TeamPost {
  const { teamId = null, officialTeam = null, officialRole = null } = post ?? {}
  if (!post || teamId === null || officialTeam === null || officialRole === null) throw new NotFound('post')
  return { ...post, teamId, officialTeam, officialRole }
}

/** The address of a post: its team's, or (null) the staff network's. The id is its identity; the words after it may change. */
export const postPath = (teamSlug: string | null, post: { id: number; slug: string }): string =>
  `${teamSlug === null ? '/staff' : `/teams/${teamSlug}`}/posts/${post.id}-${post.slug}`

export interface Insert {
  /** Everybody's where it is left out. */
  audience?: 'public' | 'staff'
  kind: PostKind
  title: string
  body: string
  tags: string[]
  details: Details
  clientKey: string
  approvedBy?: number | null
  expiresAt?: Date | null
  /** Besides the team itself. */
  teamIds?: readonly number[]
  /** On the pages of all teams. */
  wholeForce?: boolean
  /** What residents say in its conversation is gathered, to be supported and answered in order. */
  gathers?: boolean
}

export interface Inserted {
  id: number
  path: string
  conversationId: number
}

/** Publishes in the name of the actor's duty for the team. Throws `Forbidden` without one, `Overtaken` when the key was sent before. */
export async function insertPost(tx: Tx, actor: SignedIn, team: TeamName, input: Insert): Promise<Inserted> {
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
  const { post, path } = await storePost(tx, { id: actor.accountId, role: duty.role }, team, input)
  await tellOfPost(tx, actor.accountId, 'post.published', post)
  return { id: post.id, path, conversationId: post.conversationId }
}

/** Under what name a post stands. Of partner staff it is that of their organisation, where it is known, and never the team's. */
interface Author {
  id: number
  role: Role
  partner?: string | null
}

/** Stores it in the name of an author whose right was made sure of before. The caller tells of it (`tellOfPost`) when all that belongs to it is there. */
export async function storePost(tx: Tx, author: Author, team: TeamName, input: Insert): Promise<{ post: TeamPost; path: string }> {
  const conversation = await startConversation(tx, {
    audience: input.audience ?? 'public',
    teamId: team.id,
    title: input.title,
    gathers: input.gathers ?? false,
  })
  const [post] = await tx
    .insert(posts)
    .values({ ...columnsOf(author, team, input), conversationId: conversation.id })
    .onConflictDoNothing({ target: [posts.authorId, posts.clientKey] })
    .returning()
  if (!post) throw new Overtaken('This post was already sent.')
  const path = postPath(team.slug, post)
  await nameConversation(tx, conversation.id, { title: post.title, path })
  await saveTags(tx, post)
  const stored = ofTeam(post)
  await listPost(tx, stored, input)
  return { post: stored, path }
}

export interface StaffInsert extends Pick<Insert, 'kind' | 'title' | 'body' | 'tags' | 'details' | 'clientKey' | 'gathers'> {
  /** `staff` or a circle's. */
  audience: string
  /** The team whose circle it is. */
  teamId: number | null
}

/**
 * Stores a post of the staff network in the name of an author whose right was made sure of before. What the same key made before is answered with `known`, and the
 * caller adds nothing to it. Otherwise the caller tells of it (`tellOfPost`) when all that belongs to it is there. Throws `Overtaken` when two come at once.
 */
export async function storeStaffPost(
  tx: Tx,
  author: { id: number; role: Role | null; teamName: string | null },
  { audience, teamId, gathers = false, ...input }: StaffInsert,
): Promise<{ post: PostRow; path: string; known: boolean }> {
  const { kind, details, clientKey } = input
  const [before] = await tx
    .select()
    .from(posts)
    .where(and(eq(posts.authorId, author.id), eq(posts.clientKey, clientKey)))
  if (before) return { post: before, path: postPath(null, before), known: true }
  const conversation = await startConversation(tx, { audience, teamId, title: input.title, gathers })
  const mark = { authorId: author.id, officialRole: author.role, officialTeam: author.teamName }
  const own = { audience, teamId, kind, details, clientKey, state: 'published' as const, publishedAt: now() }
  const [post] = await tx
    .insert(posts)
    .values({ ...own, ...mark, ...wordsOf(input), conversationId: conversation.id })
    .onConflictDoNothing({ target: [posts.authorId, posts.clientKey] })
    .returning()
  if (!post) throw new Overtaken('This post was already sent.')
  const path = postPath(null, post)
  await nameConversation(tx, conversation.id, { title: post.title, path })
  return { post, path, known: false }
}

const columnsOf = (author: Author, team: TeamName, input: Insert) => ({
  audience: input.audience ?? 'public',
  kind: input.kind,
  state: 'published' as const,
  teamId: team.id,
  authorId: author.id,
  officialRole: author.role,
  officialTeam: author.role === 'partner' ? (author.partner ?? '') : team.name,
  clientKey: input.clientKey,
  details: input.details,
  approvedBy: input.approvedBy ?? null,
  expiresAt: input.expiresAt ?? null,
  publishedAt: now(),
  ...wordsOf(input),
})

export interface Words {
  title: string
  body: string
  tags: string[]
}

export const wordsOf = ({ title, body, tags }: Words) => {
  const bodyHtml = renderPost(body)
  return { title, slug: slugOf(title), body, bodyHtml, summary: summarise(bodyHtml), tags }
}

async function listPost(tx: Tx, post: TeamPost, { teamIds = [], wholeForce = false }: Insert): Promise<void> {
  if (kindOf(post.kind).unlisted || !isPublic(post.audience)) return
  const listedAt = post.publishedAt
  await tx.insert(postTeams).values({ postId: post.id, teamId: post.teamId, how: 'own', listedAt })
  if (wholeForce) {
    await tx.execute(sql`insert into ${postTeams} (post_id, team_id, how, listed_at)
      select ${post.id}, id, 'shared', ${listedAt.toISOString()}::timestamptz from teams where archived_at is null and id <> ${post.teamId}`)
    return
  }
  const others = teamIds.filter((id) => id !== post.teamId)
  if (others.length > 0) await tx.insert(postTeams).values(others.map((teamId) => ({ postId: post.id, teamId, how: 'shared' as const, listedAt })))
}

// In the order of the ids, so that two who do this never wait for each other in a ring.
const pagesOf = (postId: number) => sql`
  select id from teams where id in (
    select team_id from ${postTeams} where post_id = ${postId} union select team_id from ${posts} where id = ${postId}) order by id for no key update`

/** Every page on which the post stands has changed, and that of its team, also where it is in no list. */
export const touchPages = (tx: Tx, postId: number): Promise<unknown> =>
  tx.execute(sql`with locked as (${pagesOf(postId)}) update teams set version = version + 1 where id in (select id from locked)`)

/** Locks those pages without a change: for whoever locks something of the post that others lock after they have touched them. */
export const lockPages = (tx: Tx, postId: number): Promise<unknown> => tx.execute(pagesOf(postId))

/**
 * Raises the version of every page on which the post stands, and writes down what happened. Comes after a row of the log where there is one (see `writeLog`).
 */
export async function tellOfPost(
  tx: Tx,
  actorId: number | null,
  kind: ActivityKind,
  post: PostRow,
  detail: NonNullable<NewActivity['detail']> = {},
): Promise<void> {
  await touchPages(tx, post.id)
  const { audience, teamId, conversationId, id: postId } = post
  await recordActivity(tx, { kind, audience, actorId, teamId, conversationId, postId, detail })
}

/** Puts the post under its tags, and no others; the counts of all tags concerned follow. What the staff write stands under topics of their own, kept by a trigger. */
export async function saveTags(tx: Tx, post: Pick<PostRow, 'id' | 'audience' | 'tags' | 'publishedAt'>): Promise<void> {
  if (!isPublic(post.audience)) return
  const gone = await tx.delete(postTags).where(eq(postTags.postId, post.id)).returning({ tag: postTags.tag })
  if (post.tags.length > 0) await tx.insert(postTags).values(post.tags.map((tag) => ({ tag, postId: post.id, publishedAt: post.publishedAt })))
  const before = new Set(gone.map(({ tag }) => tag))
  const after = new Set(post.tags)
  const changes = [
    ...[...after].filter((tag) => !before.has(tag)).map((tag) => [tag, 1] as const),
    ...[...before].filter((tag) => !after.has(tag)).map((tag) => [tag, -1] as const),
  ]
  // In one order everywhere: two posts with the same tags must not wait for each other in a ring.
  for (const [tag, more] of changes.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    await tx
      .insert(tags)
      .values({ tag, postCount: Math.max(more, 0) })
      .onConflictDoUpdate({ target: tags.tag, set: { postCount: sql`greatest(${tags.postCount} + ${more}, 0)` } })
}

/** Replaces what a kind keeps besides the words. Readers of lists and feeds hear of it through the pages' versions. */
export async function setDetails(tx: Tx, postId: number, details: Details): Promise<void> {
  await tx.update(posts).set({ details }).where(eq(posts.id, postId))
  await touchPages(tx, postId)
}

/** The post of a team, locked until the transaction ends; null when there is none. */
export async function lockPost(tx: Tx, id: number): Promise<{ post: TeamPost; team: TeamName } | null> {
  const found = await lockAnyPost(tx, id)
  return found?.team ? { post: ofTeam(found.post), team: found.team } : null
}

/** The same for any post, also of the staff network, where `team` is null. */
export async function lockAnyPost(tx: Tx, id: number): Promise<{ post: PostRow; team: TeamName | null } | null> {
  const [post] = await tx.select().from(posts).where(eq(posts.id, id)).for('update')
  return post ? { post, team: await addressOf(tx, post) } : null
}

/** The team under whose address a post stands; null for the staff network. */
const addressOf = async (tx: Tx, { audience, teamId }: PostRow): Promise<TeamName | null> =>
  isPublic(audience) && teamId !== null ? teamById(tx, teamId) : null

/** Title and address of a post have changed: its conversation follows. */
export const renamePost = async (tx: Tx, post: PostRow, { title, slug }: { title: string; slug: string }): Promise<void> =>
  nameConversation(tx, post.conversationId, { title, path: postPath((await addressOf(tx, post))?.slug ?? null, { id: post.id, slug }) })

export interface Change extends Words {
  note: string
  details: Details
  expiresAt: Date | null
  approvedBy: number | null
}

/** Replaces words and details of a locked post; the version before stays readable. Answers the address, which may be a new one. The caller tells of it. */
export async function changePost(
  tx: Tx,
  authorId: number,
  { post, team }: { post: PostRow; team: TeamName | null },
  change: Change,
): Promise<{ path: string }> {
  await tx.insert(postVersions).values({
    postId: post.id,
    version: post.version,
    title: post.title,
    bodyHtml: post.bodyHtml,
    details: post.details,
    note: change.note,
    replacedAt: now(),
    replacedBy: authorId,
  })
  const { details, expiresAt, approvedBy } = change
  // What is archived stays so; that it was corrected shows by its date.
  const state = post.state === 'archived' ? ('archived' as const) : ('corrected' as const)
  const set = { ...wordsOf(change), details, expiresAt, approvedBy, state, correctedAt: now(), version: post.version + 1 }
  await tx.update(posts).set(set).where(eq(posts.id, post.id)).catch(refuseKept)
  const path = postPath(team?.slug ?? null, { id: post.id, slug: set.slug })
  await nameConversation(tx, post.conversationId, { title: set.title, path })
  await saveTags(tx, { ...post, tags: set.tags })
  return { path }
}
