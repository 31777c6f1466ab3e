/**
 * Sealed copies: words as they stood before they were redacted, sealed or taken back. One person of the press office asks to read one and says why, another
 * agrees; then whoever asked may open it for a day, and every opening has its row in the log.
 */
import { and, asc, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import { writeLog } from '../activity/log.ts'
import { accounts } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { namedBeside } from '../moderation/beside.ts'
import { teamNameOf } from '../moderation/item.ts'
import { deciderRole } from '../moderation/policy.ts'
import { keepSealed } from '../moderation/sealed-copy.ts'
import { cases, sealedCopies, type SEALED_BECAUSE } from '../moderation/schema.ts'
import { isSensitive } from '../posts/kinds.ts'
import { drafts, posts } from '../posts/schema.ts'
import type { Beside } from '../posts/words-beside.ts'
import { proposals } from '../proposals/schema.ts'
import { propose } from '../proposals/proposal.ts'
import { requireKeeper } from './policy.ts'
import { sealOpenings } from './schema.ts'

/** How long whoever asked may read it after a colleague has agreed. */
export const OPEN_FOR_HOURS = 24

export const BECAUSE_SAID: Record<(typeof SEALED_BECAUSE)[number], string> = {
  redacted: 'before parts of it were taken out',
  sealed: 'when it was sealed',
  withdrawn: 'before its author took it back',
}

export interface Opening {
  id: number
  by: string | null
  at: Date
}

/** What may be known of a copy without reading it. */
export interface CopyShown {
  id: number
  /** "before parts of it were taken out" */
  because: string
  takenAt: Date
  hash: string
  disposedAt: Date | null
  openings: Opening[]
}

/** Of one item, newest first; never its words. */
export async function copiesOf(db: Db, about: { commentId: number | null; postId: number | null }): Promise<CopyShown[]> {
  const item = about.commentId === null ? eq(sealedCopies.postId, about.postId ?? 0) : eq(sealedCopies.commentId, about.commentId)
  const rows = await db.select(shown).from(sealedCopies).where(item).orderBy(desc(sealedCopies.id)).limit(COPIES_SHOWN)
  return Promise.all(rows.map(async ({ because, ...copy }) => ({ ...copy, because: BECAUSE_SAID[because], openings: await openingsOf(db, copy.id) })))
}

const COPIES_SHOWN = 20

const shown = {
  id: sealedCopies.id,
  because: sealedCopies.because,
  takenAt: sealedCopies.takenAt,
  hash: sealedCopies.hash,
  disposedAt: sealedCopies.disposedAt,
}

const openingsOf = (db: Db, copyId: number): Promise<Opening[]> =>
  db
    .select({ id: sealOpenings.id, by: accounts.displayName, at: sealOpenings.openedAt })
    .from(sealOpenings)
    .innerJoin(accounts, eq(accounts.id, sealOpenings.openedBy))
    .where(eq(sealOpenings.sealedCopyId, copyId))
    .orderBy(asc(sealOpenings.id))

export interface CopyPage extends CopyShown {
  kind: 'comment' | 'post'
  /** Of the conversation in which the item stands. */
  title: string
  caseId: number | null
  /** Until when this reader may open it; null without a colleague's agreement. */
  openUntil: Date | null
  /** This reader, or a colleague, has asked and waits for an answer: the case of it. */
  asked: { caseId: number; own: boolean } | null
}

/** Throws `NotFound`, and `Forbidden` for everybody but the press office and for the author. */
export async function copyPage(db: Db, actor: SignedIn, id: number): Promise<CopyPage> {
  const { copy, about } = await findCopy(db, actor, id)
  const [openings, leave, asked] = await Promise.all([openingsOf(db, id), leaveOf(db, actor, id), askedFor(db, actor, id)])
  const { because, takenAt, hash, disposedAt, caseId } = copy
  const openUntil = leave && new Date(leave.answeredAt.getTime() + OPEN_FOR_HOURS * 3_600_000)
  return { id, because: BECAUSE_SAID[because], takenAt, hash, disposedAt, caseId, kind: about.kind, title: about.title, openings, openUntil, asked }
}

interface About {
  kind: 'comment' | 'post'
  authorId: number
  title: string
  audience: string
  teamId: number | null
}

async function findCopy(db: Db, actor: SignedIn, id: number): Promise<{ copy: typeof sealedCopies.$inferSelect; about: About }> {
  const [copy] = await db.select().from(sealedCopies).where(eq(sealedCopies.id, id))
  const about = copy && (await itemOf(db, copy))
  if (!copy || !about || !mayRead(actor, about)) throw new NotFound('sealed copy')
  requireKeeper(actor, about)
  return { copy, about }
}

async function itemOf(db: Db, { commentId, postId }: { commentId: number | null; postId: number | null }): Promise<About | null> {
  if (commentId === null) {
    const { authorId, title, audience, teamId } = posts
    const [post] = await db
      .select({ authorId, title, audience, teamId })
      .from(posts)
      .where(eq(posts.id, postId ?? 0))
    return post ? { kind: 'post', ...post } : null
  }
  const { title, audience, teamId } = conversations
  const [comment] = await db
    .select({ authorId: comments.authorId, title, audience, teamId })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, commentId))
  return comment ? { kind: 'comment', ...comment } : null
}

/** The agreement under which this reader may open it now. */
async function leaveOf(db: Db, actor: SignedIn, copyId: number): Promise<{ id: number; answeredAt: Date } | null> {
  const since = new Date(now().getTime() - OPEN_FOR_HOURS * 3_600_000)
  const agreed = and(eq(proposals.kind, 'open-sealed'), eq(proposals.answer, 'agreed'), gt(proposals.answeredAt, since))
  const [leave] = await db
    .select({ id: proposals.id, answeredAt: proposals.answeredAt })
    .from(proposals)
    .where(and(eq(proposals.sealedCopyId, copyId), eq(proposals.proposedBy, actor.accountId), agreed))
    .orderBy(desc(proposals.id))
    .limit(1)
  return leave?.answeredAt ? { id: leave.id, answeredAt: leave.answeredAt } : null
}

async function askedFor(db: Db, actor: SignedIn, copyId: number): Promise<CopyPage['asked']> {
  const [asked] = await db
    .select({ caseId: cases.id, proposedBy: proposals.proposedBy })
    .from(proposals)
    .innerJoin(cases, eq(cases.proposalId, proposals.id))
    .where(and(eq(proposals.sealedCopyId, copyId), isNull(proposals.answer)))
    .limit(1)
  return asked ? { caseId: asked.caseId, own: asked.proposedBy === actor.accountId } : null
}

/** Asks a colleague for leave to read it. */
export async function proposeOpening(
  db: Database,
  actor: SignedIn,
  copyId: number,
  input: { because: string; clientKey: string },
): Promise<{ caseId: number }> {
  return db.transaction(async (tx) => {
    const { copy, about } = await findCopy(tx, actor, copyId)
    if (copy.disposedAt) throw new Overtaken('It was disposed of, so there is nothing left to read.')
    return propose(tx, actor, {
      kind: 'open-sealed',
      sealedCopyId: copyId,
      form: { because: input.because },
      clientKey: input.clientKey,
      title: `Read the sealed copy of a ${about.kind} in “${about.title}”`,
      body: `As it stood ${BECAUSE_SAID[copy.because]}. Why: ${input.because}`,
      teamId: null,
      audience: about.audience,
    })
  })
}

/** The second person must have no hand in it either; nothing else happens until whoever asked opens it. */
export async function openingAgreed(tx: Tx, actor: SignedIn, { sealedCopyId }: { sealedCopyId: number | null }): Promise<void> {
  await findCopy(tx, actor, sealedCopyId ?? 0)
}

export interface OpenedCopy {
  kind: 'comment' | 'post'
  /** Of a post. */
  title: string | null
  body: string
  /** What stood beside a post, under its names. */
  beside: { name: string; texts: Beside[] }[]
}

/** Reads it, once more each time, and writes that down. Throws `NotFound`, and `Forbidden` without a colleague's agreement of the last day. */
export async function openCopy(db: Database, actor: SignedIn, copyId: number): Promise<OpenedCopy> {
  return db.transaction(async (tx) => {
    const { copy, about } = await findCopy(tx, actor, copyId)
    const leave = await leaveOf(tx, actor, copyId)
    if (!leave) throw new Forbidden(`A colleague has to agree first. You can then read it for ${OPEN_FOR_HOURS} hours.`)
    if (copy.disposedAt) throw new Overtaken('It was disposed of, so there is nothing left to read.')
    const logId = await writeLog(tx, {
      actorId: actor.accountId,
      role: deciderRole(actor),
      act: 'open-sealed',
      item: 'sealed-copy',
      itemId: copyId,
      audience: 'staff',
      teamId: about.teamId,
      teamName: await teamNameOf(tx, about.teamId),
      hashBefore: copy.hash,
      hashAfter: copy.hash,
    })
    await tx.insert(sealOpenings).values({ sealedCopyId: copyId, proposalId: leave.id, openedBy: actor.accountId, openedAt: now(), logId })
    const { title, body, beside = [] } = copy.content
    return { kind: about.kind, title, body, beside: namedBeside({ title, body }, beside) }
  })
}

/** What its author takes back while somebody at the desk still has to act on it is put away first. Part of the withdrawal. */
export async function keepWithdrawn(tx: Tx, { commentId, postId, actorId }: Activity): Promise<void> {
  const about = { commentId: commentId ?? null, postId: postId ?? null }
  const ofItem = about.commentId === null ? eq(cases.postId, about.postId ?? 0) : eq(cases.commentId, about.commentId)
  const [open] = await tx.select({ id: cases.id }).from(cases).where(and(ofItem, cases.waits)).limit(1)
  const words = open && (await wordsOf(tx, about))
  if (words) await keepSealed(tx, { because: 'withdrawn', caseId: open.id, ...about, ...words, takenBy: actorId ?? null })
}

async function wordsOf(tx: Tx, { commentId, postId }: { commentId: number | null; postId: number | null }) {
  if (commentId !== null) {
    const [comment] = await tx.select({ body: comments.body }).from(comments).where(eq(comments.id, commentId))
    return comment ? { title: null, ...comment } : null
  }
  const [post] = await tx
    .select({ title: posts.title, body: posts.body, kind: posts.kind })
    .from(posts)
    .where(eq(posts.id, postId ?? 0))
  if (!post) return null
  return { body: post.body, title: isSensitive(post.kind) ? await publishedTitle(tx, postId ?? 0) : post.title }
}

/** The title of a sensitive post goes with its withdrawal; it still stands in the draft that was published last. */
async function publishedTitle(tx: Tx, postId: number): Promise<string | null> {
  const [draft] = await tx
    .select({ title: sql<string | null>`${drafts.form} ->> 'title'` })
    .from(drafts)
    .where(and(eq(drafts.state, 'published'), or(eq(drafts.postId, postId), eq(drafts.correctsId, postId))))
    .orderBy(desc(drafts.id))
    .limit(1)
  return draft?.title ?? null
}
