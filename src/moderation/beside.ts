/**
 * What stands beside a post, in the hands of a moderator: what they had in view, how it is cleaned with the post, and how it comes back when an appeal is won.
 */
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { conversations } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Overtaken } from '../errors.ts'
import { rewordWaiting } from '../mail/rewording.ts'
import { mails } from '../mail/schema.ts'
import { lockPages } from '../posts/stored-post.ts'
import { mailsBeside, replaceBeside, wordsBeside, type Beside } from '../posts/words-beside.ts'
import { escapeHtml } from '../text/safe-html.ts'
import type { Item } from './item.ts'
import type { SealedBeside } from './schema.ts'
import { takeWordsOut } from './taking-out.ts'

type PostItem = Extract<Item, { kind: 'post' }>

/** Names one among all that stand beside a post. */
export const nameOf = ({ kind, key }: Pick<Beside, 'kind' | 'key'>): string => `${kind}/${key}`
const markOf = (one: Beside): string =>
  createHash('sha256')
    .update(`${nameOf(one)}\n${one.text}`)
    .digest('base64url')
    .slice(0, 16)

/** For the form: which texts were in view, and in what wording. */
export const seenOf = (beside: readonly Beside[]): string => beside.map(markOf).join(' ')

/** Those that did not stand so in what was seen. */
export function newSince(beside: readonly Beside[], seen: string): Beside[] {
  const known = new Set(seen.split(' '))
  return beside.filter((one) => !known.has(markOf(one)))
}

/** Throws `Overtaken`, saying what is new, when the form (null: there was none) saw other texts than stand there. */
export function requireSeen(beside: readonly Beside[], seen: string | null): void {
  if (seen === null || seen === seenOf(beside)) return
  const fresh = newSince(beside, seen).map(({ name, label }) => `${name}: ${label}`)
  const what = fresh.length > 0 ? `${new Intl.ListFormat('en-GB').format(fresh)} changed` : 'Something that stood there went'
  throw new Overtaken(`What stands beside the post is not what you saw. ${what}. Nothing was changed. Look at it again, then decide.`)
}

/** For pages, under the names. What says the same as title or text, or as one before it, says nothing more. */
export function namedBeside({ title, body }: { title: string | null; body: string }, beside: readonly Beside[]): { name: string; texts: Beside[] }[] {
  const said = new Set([title, body])
  const shown = beside.filter(({ text }) => !said.has(text) && said.add(text))
  return [...Map.groupBy(shown, ({ name }) => name)].map(([name, texts]) => ({ name, texts }))
}

const isSame = (one: readonly Beside[], other: readonly Beside[]): boolean => seenOf(one) === seenOf(other)

/** Inside the redaction of a locked post: `left` is what is left of each text. Throws `Overtaken` when one changed since the post was locked. */
export async function redactBeside(
  tx: Tx,
  item: PostItem,
  left: readonly Beside[],
  { logId, takenOut }: { logId: number; takenOut: readonly string[] },
): Promise<void> {
  await replaceBeside(
    tx,
    item.post,
    logId,
    left.filter(({ text }, at) => text !== item.beside[at]?.text),
  )
  await rewordMails(tx, item, takenOut)
}

/** Whoever writes beside a post without locking it locks its pages: behind this nothing changes any more. Throws `Overtaken`. */
export async function requireUnchanged(tx: Tx, item: PostItem): Promise<void> {
  await lockPages(tx, item.id)
  if (!isSame(await wordsBeside(tx, item.post), item.beside))
    throw new Overtaken('What stands beside the post changed at this moment. Nothing was changed. Look at it again, then decide.')
}

/** Mails that wait: those that link to the post, and those of the rooms that write about it. Their links lead where it stands now. */
async function rewordMails(tx: Tx, { id, post, path }: PostItem, takenOut: readonly string[]): Promise<void> {
  const [now] = await tx.select({ path: conversations.path }).from(conversations).where(eq(conversations.id, post.conversationId))
  const escaped = takenOut.map(escapeHtml)
  const withBreaks = escaped.map((words) => words.replaceAll('\n', '<br>'))
  const relink = (text: string): string => text.replaceAll(path, now?.path ?? path)
  const linked = sql`strpos(${mails.text}, ${`/posts/${id}-`}) > 0 or strpos(${mails.text}, ${path}) > 0`
  await rewordWaiting(tx, [linked, ...mailsBeside(post)], {
    plain: (text) => takeWordsOut(relink(text), takenOut),
    html: (text) => takeWordsOut(relink(text), [...escaped, ...withBreaks]),
  })
}

/** Each text that still stands as the moderator left it is again what it was before. */
export async function putBesideBack(tx: Tx, item: PostItem, logId: number, before: readonly SealedBeside[]): Promise<void> {
  await lockPages(tx, item.id)
  const standing = new Map((await wordsBeside(tx, item.post)).map((one) => [nameOf(one), one.text]))
  const whole = before.filter((one) => one.text !== one.left && standing.get(nameOf(one)) === one.left)
  await replaceBeside(
    tx,
    item.post,
    logId,
    whole.map(({ left: _left, ...one }) => one),
  )
}
