/**
 * Taking words out of a comment or a post, and out of what stands beside a post, inside the transaction of the decision. What stood there lies sealed;
 * nothing else keeps it: not the case, not earlier wordings, not a mail that waits. Words and their rendering change together.
 */
import { eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { refuseKept } from '../conversations/evidence.ts'
import { commentVersions, comments } from '../conversations/schema.ts'
import { keepCounts } from '../conversations/states.ts'
import type { Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { redactPost } from '../posts/post.ts'
import type { Beside } from '../posts/words-beside.ts'
import { plainText } from '../text/foreign-html.ts'
import { renderComment, renderPost } from '../text/markdown.ts'
import { redactBeside, requireUnchanged } from './beside.ts'
import type { Item } from './item.ts'
import { cases } from './schema.ts'
import { keepSealed } from './sealed-copy.ts'
import { takeWordsOut } from './taking-out.ts'

export interface Redacted {
  title: string | null
  body: string
  /** Of a post: what stands beside it, in the order in which it stood. */
  beside: Beside[]
}

const titleOf = (item: Item): string | null => (item.kind === 'post' ? item.post.title : null)
/** What stands beside a locked post; nothing for a comment. */
export const besideOf = (item: Item): readonly Beside[] => (item.kind === 'post' ? item.beside : [])

/** How the item would read. Throws `Refused` (fields `taken`, `others`) when nothing was chosen, or a line does not stand in it. */
export function redactionOf(item: { title: string | null; body: string; beside: readonly Beside[] }, takenOut: readonly string[]): Redacted {
  if (takenOut.length === 0) throw new Refused(PROBLEM, { taken: 'Choose or write what to take out' })
  const texts = [item.title ?? '', item.body, ...item.beside.map(({ text }) => text)]
  const missing = takenOut.filter((words) => !texts.some((text) => text.includes(words)))
  if (missing.length > 0) {
    const quoted = new Intl.ListFormat('en-GB').format(missing.map((words) => `“${words}”`))
    throw new Refused(PROBLEM, {
      others: `${quoted} ${missing.length === 1 ? 'does' : 'do'} not stand in it. Write the words exactly as they are there`,
    })
  }
  return {
    title: item.title === null ? null : takeWordsOut(item.title, takenOut),
    body: takeWordsOut(item.body, takenOut),
    beside: item.beside.map((one) => ({ ...one, text: takeWordsOut(one.text, takenOut) })),
  }
}

const PROBLEM = 'There is a problem with what you want to take out'

/** The same for a locked item. */
export const redactedItem = (item: Item, takenOut: readonly string[]): Redacted =>
  redactionOf({ title: titleOf(item), body: item.body, beside: besideOf(item) }, takenOut)

export interface Redaction {
  caseId: number
  /** The row of the log that says so. */
  logId: number
  takenOut: readonly string[]
}

/**
 * Changes the words of a locked item (and its cases: `lockCases`) and keeps what stood there, sealed. Comes after the row of the log; the decision changes the
 * state. Throws `Overtaken` when what stands beside a post changed since it was locked.
 */
export async function redactItem(tx: Tx, actor: SignedIn, item: Item, { caseId, logId, takenOut }: Redaction): Promise<void> {
  const redacted = redactedItem(item, takenOut)
  const comment = item.kind === 'comment'
  if (!comment) await requireUnchanged(tx, item)
  await keepSealed(tx, {
    because: 'redacted',
    caseId,
    commentId: comment ? item.id : null,
    postId: comment ? null : item.id,
    title: titleOf(item),
    body: item.body,
    beside: besideOf(item).map((one, at) => ({ ...one, left: redacted.beside[at]?.text ?? '' })),
    takenBy: actor.accountId,
  })
  if (comment) await redactComment(tx, item, redacted, takenOut)
  else await redactWholePost(tx, item, redacted, { logId, takenOut })
  await cleanCases(tx, item, takenOut)
}

async function redactWholePost(
  tx: Tx,
  item: Extract<Item, { kind: 'post' }>,
  redacted: Redacted,
  { logId, takenOut }: Pick<Redaction, 'logId' | 'takenOut'>,
): Promise<void> {
  const clean = (text: string) => takeWordsOut(text, takenOut)
  // Of earlier versions only the rendering is kept: what stood there in bold stands there in plain.
  const rendered = [...takenOut, ...takenOut.map((words) => plainText(renderPost(words)))]
  await redactPost(tx, item.post, {
    title: redacted.title ?? item.post.title,
    body: redacted.body,
    clean,
    cleanRendered: (text) => takeWordsOut(text, rendered),
  })
  await redactBeside(tx, item, redacted.beside, { logId, takenOut })
}

async function redactComment(
  tx: Tx,
  { comment }: Extract<Item, { kind: 'comment' }>,
  { body }: Redacted,
  takenOut: readonly string[],
): Promise<void> {
  await tx
    .update(comments)
    .set({ body, bodyHtml: renderComment(body), version: comment.version + 1, editedByModerator: true })
    .where(eq(comments.id, comment.id))
    .catch(refuseKept)
  for (const earlier of await tx.select().from(commentVersions).where(eq(commentVersions.commentId, comment.id))) {
    const text = takeWordsOut(earlier.body, takenOut)
    if (text === earlier.body) continue
    await tx
      .update(commentVersions)
      .set({ body: text, bodyHtml: renderComment(text) })
      .where(sql`${commentVersions.commentId} = ${comment.id} and ${commentVersions.version} = ${earlier.version}`)
  }
  if (comment.state === 'published') await keepCounts(tx, comment, { read: 0, first: 0 })
}

const casesOf = (item: Item) => (item.kind === 'comment' ? eq(cases.commentId, item.id) : eq(cases.postId, item.id))

/** Comes before the author's account is locked: a sanction takes an earlier case of the item and then the account. */
export const lockCases = (tx: Tx, item: Item): Promise<unknown> =>
  tx.select({ id: cases.id }).from(cases).where(casesOf(item)).orderBy(cases.id).for('update')

/** Every case of the item shows it as it stood when it opened: without these words from now on. */
async function cleanCases(tx: Tx, item: Item, takenOut: readonly string[]): Promise<void> {
  for (const { id, snapshot } of await tx.select({ id: cases.id, snapshot: cases.snapshot }).from(cases).where(casesOf(item))) {
    const body = takeWordsOut(snapshot.body, takenOut)
    if (body !== snapshot.body)
      await tx
        .update(cases)
        .set({ snapshot: { ...snapshot, body } })
        .where(eq(cases.id, id))
  }
}
