/**
 * A person takes a comment down at once, because it cannot wait for a moderator: the people of the team, and the press office.
 * That is no decision. A moderator makes it, within an hour while the press office is staffed.
 */
import { eq } from 'drizzle-orm'
import { isStaff, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { joinCase, openCaseOf } from './case.ts'
import { dueFor, type Staffed } from './clock.ts'
import { flagSubject, type FlagSubject } from './flag.ts'
import { hide, wasKept, type CommentItem } from './hiding.ts'
import { lockItem, type Item } from './item.ts'
import { inPressOffice, mayHide, mayHideKept } from './policy.ts'
import { reasonOf } from './reason.ts'
import { caseActs, cases } from './schema.ts'

/** For these it stays down until somebody decides: what is before a court or against the law does not come back by a clock. */
const LEGAL_REASONS: readonly string[] = ['active-proceedings', 'illegal']

export const isLegal = (reasonCode: string): boolean => LEGAL_REASONS.includes(reasonCode)

export interface NewHiding {
  reasonCode: string
  /** For moderators only. */
  note: string | null
  clientKey: string
  staffed: Staffed
}

/**
 * A person takes a published comment down at once; a moderator decides. The same form again, and one that comes after somebody else's, change nothing.
 * Throws `NotFound` for what this actor does not see in public, `Forbidden` for those who may not, `Refused` (field `reason`).
 */
export async function hideUrgently(db: Database, actor: SignedIn, commentId: number, input: NewHiding): Promise<{ caseId: number }> {
  return db.transaction(async (tx) => {
    const item = await lockItem(tx, { commentId })
    if (item?.kind !== 'comment' || !mayRead(actor, item) || !isSeen(item)) throw new NotFound('comment')
    if (!mayHide(actor, item)) throw new Forbidden(NOT_YOURS)
    const known = await hiddenBefore(tx, item, input.clientKey)
    if (known !== null) return { caseId: known }
    await checkKept(tx, actor, item)
    const reason = await reasonOf(tx, input.reasonCode)
    if (!reason || !(reason.urgent || inPressOffice(actor)))
      throw new Refused('There is a problem with what you sent', { reason: 'Choose why it has to come down' })
    const openedAt = now()
    const opening = { cause: 'hidden' as const, because: reason.title, urgent: true, openedAt, dueAt: dueFor(openedAt, true, input.staffed) }
    const { file } = await joinCase(tx, item, opening)
    await hide(tx, actor, item, file, { ...input, reason, legal: isLegal(reason.code) })
    return { caseId: file.id }
  })
}

const isSeen = ({ state }: Item): boolean => state === 'published' || state === 'hidden-pending'

/** The case of a comment that this form hid before, or that is down already. */
async function hiddenBefore(tx: Tx, item: CommentItem, clientKey: string): Promise<number | null> {
  const [sent] = await tx
    .select({ caseId: cases.id, commentId: cases.commentId })
    .from(caseActs)
    .innerJoin(cases, eq(cases.id, caseActs.caseId))
    .where(eq(caseActs.clientKey, clientKey))
  if (sent && sent.commentId !== item.id) throw new Refused('This page is out of date. Reload it and try again.')
  if (sent) return sent.caseId
  if (item.state !== 'hidden-pending') return null
  const open = await openCaseOf(tx, item)
  if (!open) throw new Overtaken('It is already hidden.')
  return open.id
}

async function checkKept(tx: Tx, actor: SignedIn, item: CommentItem): Promise<void> {
  if (!mayHideKept(actor) && (await wasKept(tx, item.id)))
    throw new Forbidden('A moderator has looked at this comment and decided that it stays. If something new has come up, tell a moderator.')
}

/** May this actor hide that comment? Asked for a link; costs nothing for residents. */
export async function offersHiding(db: Db, actor: Actor, commentId: number): Promise<boolean> {
  if (!isStaff(actor)) return false
  const [found] = await db
    .select({ audience: conversations.audience, teamId: conversations.teamId, authorId: comments.authorId, state: comments.state })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, commentId))
  return found?.state === 'published' && mayHide(actor, found)
}

/** What somebody is about to hide. Throws `NotFound` for what is not public, `Forbidden` for those who may not. */
export async function hideSubject(db: Db, actor: Actor, commentId: number): Promise<FlagSubject> {
  const subject = await flagSubject(db, actor, { commentId })
  // Hidden already: nothing is left to choose, and the form says so.
  if (subject.excerpt !== null && !(await offersHiding(db, actor, commentId))) throw new Forbidden(NOT_YOURS)
  if (!isStaff(actor)) throw new Forbidden(NOT_YOURS)
  return subject
}

const NOT_YOURS = 'Only the people of this team and the press office can hide it, and nobody their own words: those you withdraw.'
