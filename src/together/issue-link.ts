/**
 * What belongs to an issue: conversations of this site, public ones and those of the network, added by their addresses. A reader sees of them what they may read, and nothing
 * of an issue is ever told where the link leads.
 */
import { and, asc, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Actor, SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { isInternal, isPublic, readable } from '../conversations/audience.ts'
import { conversationById, type Conversation } from '../conversations/conversation.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { readableHere } from '../network/readable.ts'
import { posts } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { lockToAct } from './acting.ts'
import { conversationAt } from './address.ts'
import { lockOpen, standingIn, tellOfIssue } from './issue-act.ts'
import { mayUnlink } from './policy.ts'
import { issueLinks, issues } from './schema.ts'

/** The public conversation that somebody raises with colleagues. Throws `NotFound`, also for one between a resident and a team. */
export async function publicToRaise(db: Db, actor: Actor, conversationId: number): Promise<Conversation> {
  const found = await conversationById(db, actor, conversationId)
  if (!isPublic(found.audience)) throw new NotFound('conversation')
  return found
}

/** In the transaction that has locked the issue. Answers false when it is there already. */
export async function linkWithin(
  tx: Tx,
  actor: SignedIn,
  postId: number,
  { conversationId, note }: { conversationId: number; note: string },
): Promise<boolean> {
  const added = await tx
    .insert(issueLinks)
    .values({ postId, conversationId, addedBy: actor.accountId, at: now(), note })
    .onConflictDoNothing({ target: [issueLinks.postId, issueLinks.conversationId], where: isNull(issueLinks.removedAt) })
    .returning({ id: issueLinks.id })
  return added.length > 0
}

/**
 * Adds what stands at an address of this site. Twice is the same as once. Throws `Refused` (field `address`) for one that leads to no conversation that they may read, and for
 * those between a resident and a team; `Forbidden` for a closed issue.
 */
export async function linkIssue(db: Database, actor: SignedIn, postId: number, { address, note }: { address: string; note: string }): Promise<void> {
  await db.transaction(async (tx) => {
    const { post } = await lockOpen(tx, actor, postId)
    const found = await conversationAt(tx, actor, address)
    if (!found) throw wrong('This leads to no conversation that you can read. Copy the address from the page that you mean')
    if (!isPublic(found.audience) && !isInternal(found.audience))
      throw wrong('This is between a resident and the team, so it stays there. Link to something that colleagues can read')
    if (found.id === post.conversationId) throw wrong('This is the address of the issue itself')
    if (await linkWithin(tx, actor, postId, { conversationId: found.id, note }))
      await tellOfIssue(tx, actor, 'issue.linked', post, { linkedId: found.id })
  })
}

const wrong = (message: string): Refused => new Refused('There is a problem with the address', { address: message })

/** Twice is the same as once. Throws `NotFound` for a link that is not of this issue, and `Forbidden`. */
export async function unlinkIssue(db: Database, actor: SignedIn, postId: number, linkId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const post = await lockToAct(tx, actor, postId, 'issue')
    const [link] = await tx
      .select({ addedBy: issueLinks.addedBy, removedAt: issueLinks.removedAt })
      .from(issueLinks)
      .where(and(eq(issueLinks.id, linkId), eq(issueLinks.postId, postId)))
    if (!link) throw new NotFound('link')
    if (!mayUnlink(actor, post, link, await standingIn(tx, actor, post))) throw new Forbidden('Those who added it or work on the issue remove it.')
    if (link.removedAt !== null) return
    await tx.update(issueLinks).set({ removedAt: now(), removedBy: actor.accountId }).where(eq(issueLinks.id, linkId))
  })
}

export interface LinkedConversation {
  linkId: number
  conversationId: number
  title: string
  path: string
  /** In public, else among staff. */
  public: boolean
  commentCount: number
  note: string
  addedBy: number
  at: Date
}

const MOST_LINKS = 100

/** Of an issue, the oldest first: only what this reader may read. */
export async function linksOf(db: Db, actor: Actor, postId: number): Promise<LinkedConversation[]> {
  const rows = await db
    .select({
      linkId: issueLinks.id,
      conversationId: conversations.id,
      title: conversations.title,
      path: conversations.path,
      audience: conversations.audience,
      commentCount: conversations.commentCount,
      note: issueLinks.note,
      addedBy: issueLinks.addedBy,
      at: issueLinks.at,
    })
    .from(issueLinks)
    .innerJoin(conversations, eq(conversations.id, issueLinks.conversationId))
    .where(and(eq(issueLinks.postId, postId), isNull(issueLinks.removedAt), readable(actor, conversations)))
    .orderBy(asc(issueLinks.id))
    .limit(MOST_LINKS)
  return rows.map(({ audience, ...row }) => ({ ...row, public: isPublic(audience) }))
}

export interface IssueAbout {
  id: number
  path: string
  title: string
  workerCount: number
  closed: boolean
}

/** The issues that take up a conversation, newest first, of those that this reader may read: none for whoever is not of the network. For pages that staff alone see. */
export async function issuesAbout(db: Db, actor: Actor, conversationId: number): Promise<IssueAbout[]> {
  const audiences = readableHere(actor)
  if (audiences.length === 0) return []
  const rows = await db
    .select({
      id: posts.id,
      slug: posts.slug,
      title: posts.title,
      workerCount: issues.workerCount,
      closed: sql<boolean>`${issues.closedAt} is not null`,
    })
    .from(issueLinks)
    .innerJoin(issues, eq(issues.postId, issueLinks.postId))
    .innerJoin(posts, eq(posts.id, issues.postId))
    .where(
      and(
        eq(issueLinks.conversationId, conversationId),
        isNull(issueLinks.removedAt),
        inArray(posts.audience, audiences),
        ne(posts.state, 'withdrawn'),
      ),
    )
    .orderBy(desc(posts.id))
    .limit(MOST_LINKS)
  return rows.map(({ slug, ...row }) => ({ ...row, path: postPath(null, { id: row.id, slug }) }))
}
