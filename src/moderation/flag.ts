/**
 * Somebody tells a moderator that an item breaks the rules. No account is needed; who it was is never public. A flag opens a case or joins the open one.
 */
import { and, eq, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { idOf, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { isPrivate, mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { summarise } from '../text/markdown.ts'
import { joinCase, type Case } from './case.ts'
import { dueFor, type Staffed } from './clock.ts'
import { hideFlagged } from './hiding.ts'
import { lockItem, postState, type Item, type ItemRef } from './item.ts'
import type { ItemState } from './policy.ts'
import { reasonOf, type Reason } from './reason.ts'
import { cases, flags } from './schema.ts'

/** So many independent people take a published comment down until a person has decided. */
export const HIDE_AFTER = 3

export interface NewFlag {
  reasonCode: string
  note: string | null
  clientKey: string
  /** Tells people apart: `account:7`, or the visitor's key of the day. */
  flaggerKey: string
  staffed: Staffed
}

/** What others read, its stub "under review" included, by whoever reads it: in public everybody, in the staff network who may. Between two nobody needs it. */
const isFlaggable = (actor: Actor, item: { audience: string; teamId: number | null; state: ItemState }): boolean =>
  !isPrivate(item.audience) && mayRead(actor, item) && (item.state === 'published' || item.state === 'hidden-pending')

/**
 * Stores a flag: one for each flagger and case, a second changes nothing and says nothing of it.
 * Throws `NotFound` for what they do not read, `Refused` (field `reason`) for a reason that is not offered.
 */
export async function flagItem(db: Database, actor: Actor, ref: ItemRef, input: NewFlag): Promise<void> {
  await db.transaction(async (tx) => {
    const item = await lockItem(tx, ref)
    if (!item || !isFlaggable(actor, item)) throw new NotFound('item')
    const reason = await reasonOf(tx, input.reasonCode)
    if (!reason?.forFlags) throw new Refused('There is a problem with what you sent', { reason: 'Choose what is wrong with it' })
    if (await isKnown(tx, input.clientKey)) return
    const file = await addFlag(tx, actor, item, reason, input)
    if (file) await followUp(tx, item, file, reason, input.staffed)
  })
}

const isKnown = async (tx: Tx, clientKey: string): Promise<boolean> =>
  (await tx.select({ id: flags.id }).from(flags).where(eq(flags.clientKey, clientKey))).length > 0

/** The case with this flag in it; null when this flagger's flag was there before. */
async function addFlag(tx: Tx, actor: Actor, item: Item, reason: Reason, input: NewFlag): Promise<Case | null> {
  const openedAt = now()
  const dueAt = dueFor(openedAt, reason.urgent, input.staffed)
  const { file, opened } = await joinCase(tx, item, { because: reason.title, urgent: reason.urgent, openedAt, dueAt })
  const [added] = await tx
    .insert(flags)
    .values({
      caseId: file.id,
      reasonCode: reason.code,
      note: input.note,
      accountId: idOf(actor),
      flaggerKey: input.flaggerKey,
      clientKey: input.clientKey,
      at: now(),
    })
    .onConflictDoNothing()
    .returning({ id: flags.id })
  // A case without a flag must not stay behind when the form's key was just used for another item.
  if (!added && opened) throw new Refused('This page is out of date. Reload it and try again.')
  return added ? file : null
}

/**
 * A flag may raise the urgency, never lower it. It does not raise the case's version: else people who flag one after the other
 * could keep a moderator from ever deciding.
 */
async function followUp(tx: Tx, item: Item, file: Case, reason: Reason, staffed: Staffed): Promise<void> {
  const [raised] = await tx
    .update(cases)
    .set({
      flagCount: sql`${cases.flagCount} + 1`,
      urgent: sql`${cases.urgent} or ${reason.urgent}`,
      dueAt: sql`least(${cases.dueAt}, ${dueFor(now(), reason.urgent, staffed)}::timestamptz)`,
    })
    .where(eq(cases.id, file.id))
    .returning({ flagCount: cases.flagCount })
  // The activity does not say who: others listen to it.
  await recordActivity(tx, {
    kind: 'item.flagged',
    audience: item.audience,
    teamId: item.teamId,
    conversationId: item.conversationId,
    commentId: item.kind === 'comment' ? item.id : null,
    postId: item.kind === 'post' ? item.id : null,
    detail: { caseId: file.id },
  })
  if (raised?.flagCount === HIDE_AFTER) await hideFlagged(tx, item, file, staffed)
}

export interface FlagSubject {
  kind: 'comment' | 'post'
  id: number
  /** Null while it is hidden, when its words are nobody's to read. */
  excerpt: string | null
  author: string | null
  title: string
  /** Address of the item's place on the site. */
  path: string
  audience: string
}

/** What somebody is about to flag. Throws `NotFound` for what they do not read. */
export async function flagSubject(db: Db, actor: Actor, ref: ItemRef): Promise<FlagSubject> {
  const found = typeof ref.commentId === 'number' ? await commentSubject(db, ref.commentId) : await postSubject(db, Number(ref.postId))
  if (!found || !isFlaggable(actor, found)) throw new NotFound('item')
  const { teamId: _team, state, bodyHtml, ...subject } = found
  return { ...subject, excerpt: state === 'published' ? summarise(bodyHtml) : null }
}

async function commentSubject(db: Db, id: number) {
  const [found] = await db
    .select({
      id: comments.id,
      state: comments.state,
      bodyHtml: comments.bodyHtml,
      author: sql<
        string | null
      >`case when ${comments.unnamedAt} is null then (select display_name from accounts where accounts.id = ${comments.authorId}) end`,
      title: conversations.title,
      audience: conversations.audience,
      teamId: conversations.teamId,
    })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
  // The permalink finds the right page of a long conversation.
  return found ? { kind: 'comment' as const, ...found, path: `/comments/${id}` } : null
}

async function postSubject(db: Db, id: number) {
  const [found] = await db
    .select({
      id: posts.id,
      state: posts.state,
      bodyHtml: posts.bodyHtml,
      // In public the team speaks; among colleagues, and under a pseudonym, the author.
      author: sql<string | null>`case when ${posts.audience} = 'public' then ${posts.officialTeam} else (
        select display_name from accounts where accounts.id = ${posts.authorId}) end`,
      title: posts.title,
      audience: posts.audience,
      teamId: posts.teamId,
      path: conversations.path,
    })
    .from(posts)
    .innerJoin(conversations, and(eq(conversations.id, posts.conversationId)))
    .where(eq(posts.id, id))
  return found ? { kind: 'post' as const, ...found, state: postState(found.state) } : null
}
