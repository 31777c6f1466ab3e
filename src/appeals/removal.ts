/**
 * What those who look after a circle removed: its author may appeal. The press office has had no part in it until then; by appealing, the author themself brings their
 * words there, under the name under which they wrote. The removal becomes the first decision of a case, and the appeal goes its usual way from there.
 */
import { and, desc, eq, isNull, lte, or } from 'drizzle-orm'
import { log } from '../activity/schema.ts'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { lockItem, type Item, type ItemRef } from '../moderation/item.ts'
import { cases, decisions, reasons } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { appealOf, lodge, type NewAppeal } from './appeal.ts'
import { appealDueAt, appealUntil } from './deadline.ts'
import { LEFT, ownCaseOf } from './own-case.ts'
import { unappealableBecause } from './policy.ts'

type Removal = typeof log.$inferSelect

export interface OwnRemoval {
  kind: 'comment' | 'post'
  id: number
  /** Where it stood. */
  title: string
  path: string
  /** They read there still. Whoever was put out of the circle afterwards appeals as well, and is shown nothing but their own. */
  reads: boolean
  body: SafeHtml
  reasonTitle: string | null
  publicText: string | null
  at: Date
  /** The last moment for an appeal. */
  until: Date
  /** Why it cannot be appealed (any more). */
  overBecause: string | null
  /** It was appealed: the case. */
  caseId: number | null
}

const byOwner = and(eq(log.role, 'circle-owner'), eq(log.act, 'remove'))

/** For the author of something that an owner of the circle removed. Throws `NotFound` for everybody and everything else. */
export async function ownRemoval(db: Db, actor: Actor, ref: ItemRef): Promise<OwnRemoval> {
  const comment = typeof ref.commentId === 'number'
  const found = comment ? await commentOf(db, ref.commentId) : await postOf(db, Number(ref.postId))
  if (!found || !isSignedIn(actor) || found.authorId !== actor.accountId) throw new NotFound('removal')
  const { removal, bodyHtml, path } = found
  const reads = mayRead(actor, found)
  const title = reads || !comment ? found.title : LEFT
  const shown = { kind: comment ? ('comment' as const) : ('post' as const), id: ref.commentId ?? Number(ref.postId), title, path, reads }
  const { reasonTitle, publicText, at } = removal
  const caseId = (await caseOf(db, shown, removal.id))?.caseId ?? null
  const overBecause = unappealableBecause({ act: 'remove', at }, caseId !== null, now())
  return { ...shown, body: trusted(bodyHtml), reasonTitle, publicText, at, until: appealUntil(at), overBecause, caseId }
}

/** Where the author of a comment reads what was decided about it last, and appeals. Throws `NotFound` where nothing was. */
export async function decidedPath(db: Db, actor: SignedIn, commentId: number): Promise<string> {
  const found = await commentOf(db, commentId)
  const removed = found?.authorId === actor.accountId && (await caseOf(db, { kind: 'comment', id: commentId }, found.removal.id)) === null
  return removed ? `/comments/${commentId}/removal/appeal` : `/account/cases/${await ownCaseOf(db, actor, commentId)}`
}

const where = { title: conversations.title, path: conversations.path, audience: conversations.audience, teamId: conversations.teamId, removal: log }

async function commentOf(db: Db, id: number) {
  const [found] = await db
    .select({ authorId: comments.authorId, bodyHtml: comments.bodyHtml, ...where })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .innerJoin(log, and(eq(log.id, comments.removalId), byOwner))
    .where(eq(comments.id, id))
  return found
}

async function postOf(db: Db, id: number) {
  const [found] = await db
    .select({ authorId: posts.authorId, bodyHtml: posts.bodyHtml, ...where, title: posts.title })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .innerJoin(log, and(eq(log.id, posts.removalId), byOwner))
    .where(eq(posts.id, id))
  return found
}

/** The case to which that removal became. */
async function caseOf(db: Db, { kind, id }: Pick<Item, 'kind' | 'id'>, logId: number): Promise<{ caseId: number } | null> {
  const [found] = await db
    .select({ caseId: cases.id })
    .from(cases)
    .innerJoin(decisions, eq(decisions.caseId, cases.id))
    .where(and(eq(kind === 'comment' ? cases.commentId : cases.postId, id), eq(decisions.logId, logId)))
  return found ?? null
}

/**
 * Brings it before the press office, in five working days. The same form again answers the first; a sanction keeps nobody from it. Throws `NotFound` for what an owner did
 * not remove or somebody else wrote, `Refused` (field `text`) when it cannot be appealed (any more).
 */
export const appealRemoval = (db: Database, actor: SignedIn, ref: ItemRef, input: NewAppeal): Promise<{ caseId: number }> =>
  db.transaction(async (tx) => {
    const item = await lockItem(tx, ref)
    const removal = item?.authorId === actor.accountId ? await removalOf(tx, item) : null
    if (!item || !removal) throw new NotFound('removal')
    const known = await caseOf(tx, item, removal.id)
    if (known && (await appealOf(tx, known.caseId))?.clientKey === input.clientKey) return known
    const because = unappealableBecause({ act: 'remove', at: removal.at }, known !== null, now())
    if (because) throw new Refused(`${because} Your words were not sent.`, { text: `${because} Your words are below, so that you can keep them` })
    const file = await openCase(tx, item, removal)
    await lodge(tx, actor, { file, item, decisionId: await firstDecision(tx, file.id, removal) }, input)
    return { caseId: file.id }
  })

async function removalOf(tx: Tx, item: Item): Promise<Removal | null> {
  const removalId = item.kind === 'comment' ? item.comment.removalId : item.post.removalId
  if (removalId === null) return null
  const [removal] = await tx
    .select()
    .from(log)
    .where(and(eq(log.id, removalId), byOwner))
  return removal ?? null
}

async function openCase(tx: Tx, item: Item, removal: Removal): Promise<typeof cases.$inferSelect> {
  const [file] = await tx
    .insert(cases)
    .values({
      cause: 'appealed',
      because: 'Those who look after its circle removed it. Its author appeals, and has brought it here.',
      commentId: item.kind === 'comment' ? item.id : null,
      postId: item.kind === 'post' ? item.id : null,
      conversationId: item.conversationId,
      audience: item.audience,
      teamId: item.teamId,
      snapshot: { body: item.body, version: item.version },
      state: 'decided',
      openedAt: now(),
      decidedAt: removal.at,
      dueAt: appealDueAt(now()),
    })
    .returning()
  if (!file) throw new Error('no case was opened')
  return file
}

async function firstDecision(tx: Tx, caseId: number, removal: Removal): Promise<number> {
  const { reasonCode, publicText, at, id: logId, actorId } = removal
  if (actorId === null) throw new Error(`row ${logId} of the log names nobody`)
  const by = { deciderId: actorId, deciderRole: 'circle-owner' as const }
  const [made] = await tx
    .insert(decisions)
    .values({ caseId, act: 'remove', reasonCode, reasonVersion: await versionAt(tx, reasonCode, at), publicText, note: null, ...by, at, logId })
    .returning({ id: decisions.id })
  if (!made) throw new Error('no decision was written')
  return made.id
}

/** Of its wording on that day. */
async function versionAt(tx: Tx, code: string | null, at: Date): Promise<number | null> {
  if (code === null) return null
  const [found] = await tx
    .select({ version: reasons.version })
    .from(reasons)
    .where(and(eq(reasons.code, code), or(isNull(reasons.changedAt), lte(reasons.changedAt, at))))
    .orderBy(desc(reasons.version))
    .limit(1)
  return found?.version ?? 1
}
