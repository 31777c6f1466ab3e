/**
 * Taking a published post down, and taking words out of it (bringing it back: restoring.ts). What a moderator removed keeps its words in the table, for an appeal,
 * but neither its title nor its address shows them any more.
 */
import { and, eq, or, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import { refuseKept } from '../conversations/evidence.ts'
import { conversations } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { Overtaken } from '../errors.ts'
import { isSensitive, kindOf } from './kinds.ts'
import { plainText } from '../text/foreign-html.ts'
import { escapeHtml } from '../text/safe-html.ts'
import { drafts, posts, postTeams, postVersions, type Details } from './schema.ts'
import { renamePost, saveTags, touchPages, wordsOf, type PostRow } from './stored-post.ts'
import { nameGround, takeOffGround } from './whereabouts.ts'
import { typedDetails } from './words-beside.ts'

const REMOVED = { title: 'Removed by a moderator', slug: 'removed' }

/** The title as readers see it. Of a withdrawn post it is that of its conversation: the table may keep another as evidence. */
export const shownTitle = sql<string>`case when ${posts.removalId} is not null then ${sql.raw(`'${REMOVED.title}'`)}
  when ${posts.state} = 'withdrawn' then (select kept.title from conversations kept where kept.id = ${posts.conversationId}) else ${posts.title} end`.as(
  'title',
)

/** A moderator's removal, inside the transaction of the decision that wrote the row `removalId` of the log. */
export async function removePostByModerator(tx: Tx, post: PostRow, publicText: string, removalId: number): Promise<void> {
  if (post.state === 'withdrawn') throw new Overtaken('This post was already withdrawn. Nothing was changed.')
  await takeDown(tx, post, publicText, removalId)
  await touchPages(tx, post.id)
}

/**
 * The words go, what was said stays, and nothing new can be said about what is no longer there. A lock or a closing that stands goes on.
 * Titles of sensitive posts say who and what: they go from the table with the words. The title of what a moderator removed stays there, unseen.
 */
export async function takeDown(tx: Tx, post: PostRow, because: string, removalId: number | null): Promise<void> {
  const named = removalId !== null ? REMOVED : isSensitive(post.kind) ? namelessOf(post) : null
  const kept = removalId === null && named ? { title: titleUnlessSealed(named.title) } : {}
  await tx
    .update(posts)
    .set({ state: 'withdrawn', withdrawnAt: now(), withdrawnBecause: because, removalId, ...kept, ...(named && { slug: named.slug }) })
    .where(eq(posts.id, post.id))
    .catch(refuseKept)
  await saveTags(tx, { ...post, tags: [] })
  // What a moderator removed may be brought back as it stood; until then no list takes it.
  if (removalId === null) await takeOffGround(tx, post.id)
  await tx.update(postTeams).set({ pinnedAt: null, pinnedBy: null }).where(eq(postTeams.postId, post.id))
  await tx
    .update(conversations)
    .set({
      version: sql`${conversations.version} + 1`,
      mode: sql`case when ${conversations.mode} in ('open', 'held') then 'archived' else ${conversations.mode} end`,
      modeSetAt: now(),
      ...(named && {
        title: named.title,
        path: sql`regexp_replace(${conversations.path}, '/posts/.*$', ${`/posts/${post.id}-${named.slug}`})`,
      }),
    })
    .where(eq(conversations.id, post.conversationId))
}

/** Under a seal the title stays in the table as well, and `shownTitle` keeps it from view. */
const titleUnlessSealed = (title: string) =>
  sql`case when exists (select from seals where seals.post_id = posts.id and seals.lifted_at is null) then posts.title else ${title} end`

const namelessOf = (post: PostRow) => ({ title: `${kindOf(post.kind).name}, withdrawn`, slug: 'withdrawn' })

/**
 * Replaces title and words of a locked post by what a moderator left of them, `clean` does the same to any text of it, `cleanRendered` to
 * one of which only the rendering is kept. Earlier versions are nobody's to read any more.
 */
export async function redactPost(
  tx: Tx,
  post: PostRow,
  { title, body, clean, cleanRendered }: { title: string; body: string; clean: (text: string) => string; cleanRendered: (text: string) => string },
): Promise<void> {
  const details = cleanDetails(post, clean)
  const set = { ...wordsOf({ title, body, tags: post.tags }), details, editedByModerator: true, version: post.version + 1 }
  await tx.update(posts).set(set).where(eq(posts.id, post.id)).catch(refuseKept)
  await renamePost(tx, post, set)
  await cleanDrafts(tx, post.id, clean)
  await cleanVersions(tx, post.id, cleanRendered)
  await nameGround(tx, post.id, details)
  await tx
    .update(conversations)
    .set({ version: sql`${conversations.version} + 1` })
    .where(eq(conversations.id, post.conversationId))
  await touchPages(tx, post.id)
}

/** What people typed; a choice, a date or a number is no text. */
function cleanDetails({ kind, details }: PostRow, clean: (text: string) => string): Details {
  const typed = typedDetails(kind)
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typed.has(name) && typeof value === 'string' ? clean(value) : value]),
  )
}

/** What was published keeps its draft, which the whole team can open. One that is still being written is its author's, and cannot go out over this. */
async function cleanDrafts(tx: Tx, postId: number, clean: (text: string) => string): Promise<void> {
  const published = await tx
    .select({ id: drafts.id, form: drafts.form })
    .from(drafts)
    .where(and(eq(drafts.state, 'published'), or(eq(drafts.postId, postId), eq(drafts.correctsId, postId))))
  for (const { id, form } of published)
    await tx
      .update(drafts)
      .set({ form: Object.fromEntries(Object.entries(form).map(([name, text]) => [name, clean(text)])) })
      .where(eq(drafts.id, id))
}

/** Nobody reads them any more, but what said the words does not keep them either. One that did so is kept as plain paragraphs. */
async function cleanVersions(tx: Tx, postId: number, clean: (text: string) => string): Promise<void> {
  for (const { version, title, note, bodyHtml, details } of await tx.select().from(postVersions).where(eq(postVersions.postId, postId)))
    await tx
      .update(postVersions)
      .set({ title: clean(title), note: clean(note), bodyHtml: cleanHtml(bodyHtml, clean), details: cleanAll(details, clean) })
      .where(and(eq(postVersions.postId, postId), eq(postVersions.version, version)))
}

function cleanHtml(html: string, clean: (text: string) => string): string {
  const plain = plainText(html)
  if (clean(plain) === plain && clean(html) === html) return html
  const paragraphs = clean(plain).split(/\n{2,}/)
  return paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('')
}

const cleanAll = (details: Details, clean: (text: string) => string): Details =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]))
