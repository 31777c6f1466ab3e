/**
 * Words that stand beside a post in rows of other rooms: notes of a meeting, what was done about a priority, who used a practice. The room that keeps them
 * stands on a higher floor: it registers what people read there, and how it cleans each text when a moderator takes words out of the post. What a post
 * itself says besides title and text is among them.
 *
 * While words are replaced, the post and its pages (`lockPages`) are locked: whoever writes words beside a post locks one of the two.
 */
import { and, desc, eq, ne, sql, type SQL } from 'drizzle-orm'
import type { Db, Tx } from '../database/database.ts'
import { kindOf } from './kinds.ts'
import { CAME_FROM, nearField } from './plain-fields.ts'
import { posts, postVersions, type PostKind } from './schema.ts'
import type { PostRow } from './stored-post.ts'
import { nameGround } from './whereabouts.ts'

export interface BesideText {
  /** Names the text within its kind, and stays the same while it stands. */
  key: string
  /** "Thursday 3 December, what was said" */
  label: string
  /** As it was typed. */
  text: string
}

export interface BesideKind {
  /** Under which they stand on the moderators' pages: "Notes of the meeting". */
  name: string
  /** Posts of which it has any. */
  of: readonly PostKind[]
  /** All that is read with the post, earlier wordings too, in a fixed order. */
  read: (db: Db, postId: number) => Promise<BesideText[]>
  /** Stores the text in the place of the one under this key, with all that is made of it. */
  replace: (tx: Tx, postId: number, key: string, text: string) => Promise<void>
  /** After the last was replaced: says anew what is made of several. */
  settle?: (tx: Tx, postId: number) => Promise<void>
  /** A condition over `mails`: those that tell of the post and have no link to it. */
  mails?: (postId: number) => SQL
}

export interface Beside extends BesideText {
  kind: string
  /** Of the kind. */
  name: string
}

type Subject = Pick<PostRow, 'id' | 'kind' | 'details'>

const kinds = new Map<string, BesideKind>()

/** Called once by each room, while the application is put together; a second time changes nothing. */
export function addWordsBeside(kind: string, words: BesideKind): void {
  kinds.set(kind, words)
}

const kindsOf = (kind: PostKind): [string, BesideKind][] => [...kinds].filter(([, { of }]) => of.includes(kind))

/** Everything that stands beside it, without empty texts. */
export async function wordsBeside(db: Db, post: Subject): Promise<Beside[]> {
  const found = [...detailsOf(post), ...(await correctionsOf(db, post.id))]
  for (const [kind, { name, read }] of kindsOf(post.kind)) found.push(...(await read(db, post.id)).map((text) => ({ kind, name, ...text })))
  return found.filter(({ text }) => text.trim() !== '')
}

/** The details that people type, by name: a choice, a date or a number is no text. */
export const typedDetails = (kind: PostKind): Map<string, string> =>
  new Map(
    [nearField, ...kindOf(kind).fields].filter(({ type }) => type === 'line' || type === 'words').map(({ name, label }) => [name, label] as const),
  )

const DETAIL = { kind: 'detail', name: 'What it says besides its text' }
const CORRECTION = { kind: 'correction', name: 'What was corrected' }

function detailsOf({ kind, details }: Subject): Beside[] {
  const unread = new Set([CAME_FROM, ...(kindOf(kind).secret ?? [])])
  return [...typedDetails(kind)].flatMap(([key, label]) => {
    const text = details[key]
    return typeof text === 'string' && !unread.has(key) ? [{ ...DETAIL, key, label, text }] : []
  })
}

async function correctionsOf(db: Db, postId: number): Promise<Beside[]> {
  const rows = await db
    .select({ version: postVersions.version, text: postVersions.note })
    .from(postVersions)
    .where(and(eq(postVersions.postId, postId), ne(postVersions.note, '')))
    .orderBy(desc(postVersions.version))
  return rows.map(({ version, text }) => ({ ...CORRECTION, key: String(version), label: `After version ${version}`, text }))
}

/** What the post keeps itself. */
const OWN: Readonly<Record<string, BesideKind['replace']>> = {
  [DETAIL.kind]: async (tx, postId, key, text) => {
    const [post] = await tx.select({ details: posts.details }).from(posts).where(eq(posts.id, postId))
    const details = { ...post?.details, [key]: text }
    await tx.update(posts).set({ details }).where(eq(posts.id, postId))
    await nameGround(tx, postId, details)
  },
  [CORRECTION.kind]: async (tx, postId, key, note) => {
    await tx
      .update(postVersions)
      .set({ note })
      .where(and(eq(postVersions.postId, postId), eq(postVersions.version, Number(key))))
  },
}

/**
 * Stores these texts in the place of those that stand, and says anew what is made of them. `logId`: the row of the log that this transaction wrote about the post;
 * the database lets nobody else change what was written beside it.
 */
export async function replaceBeside(tx: Tx, post: Subject, logId: number, texts: readonly Beside[]): Promise<void> {
  await tx.execute(sql`select set_config('blue_lamp.redaction', ${String(logId)}, true)`)
  for (const { kind, key, text } of texts) await (kinds.get(kind)?.replace ?? OWN[kind])?.(tx, post.id, key, text)
  for (const [, { settle }] of kindsOf(post.kind)) await settle?.(tx, post.id)
  await tx.execute(sql`select set_config('blue_lamp.redaction', '', true)`)
}

/** Conditions over `mails`, of all rooms that write to people about this post. */
export const mailsBeside = (post: Subject): SQL[] => kindsOf(post.kind).flatMap(([, { mails }]) => mails?.(post.id) ?? [])
