/**
 * What is found at the address of a link: fetched once by the server, safely, and kept here, so that no reader's browser ever asks there. At most two tries; a page
 * that will not show itself leaves the bare address, and its reason is for the author alone.
 */
import { randomUUID } from 'node:crypto'
import { and, eq, or, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Refused, TooMany } from '../errors.ts'
import { readAddress } from '../fetching/destination.ts'
import { GUARD, NotFetched, safeFetch, type Guard } from '../fetching/safe-fetch.ts'
import { enqueue } from '../jobs/jobs.ts'
import { encodePhoto, PHOTO_SIZES } from '../media/photo.ts'
import type { Storage } from '../media/storage.ts'
import { posts } from '../posts/schema.ts'
import { headOf, READ_BYTES, type Head } from './preview-head.ts'
import { pictureName } from './preview-shown.ts'
import { linkPreviews } from './schema.ts'

export { previewOf, type LinkShown } from './preview-shown.ts'

const PAGE = { types: ['text/html', 'application/xhtml+xml'], limit: { bytes: READ_BYTES, beyond: 'cut' as const } }
const PICTURE = { types: ['image/jpeg', 'image/png', 'image/webp', 'image/avif'], limit: { bytes: 5_242_880, beyond: 'refuse' as const } }

/**
 * The address as it is stored; null for what is no address of a page that anybody could open. What people read out ("example.org/news") is made whole. Where it leads
 * is looked at when it is fetched.
 */
export function readLink(text: string): string | null {
  const typed = text.trim()
  try {
    return readAddress(/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(typed) ? `https://${typed}` : typed, GUARD).href
  } catch {
    return null
  }
}

/** In the transaction that publishes a link, or changes its address. */
export async function askForPreview(tx: Tx, postId: number, url: string): Promise<void> {
  const fresh = { url, state: 'waiting' as const, title: null, site: null, imageAlt: null, fetchedAt: null, failedBecause: null }
  const [asked] = await tx
    .insert(linkPreviews)
    .values({ postId, ...fresh })
    // Its picture is erased by the job that replaces it.
    .onConflictDoUpdate({ target: linkPreviews.postId, set: fresh, setWhere: sql`${linkPreviews.url} <> ${url}` })
    .returning({ postId: linkPreviews.postId })
  if (asked) await enqueue(tx, 'preview', { postId })
}

/** While a preview waits, its reason says how often it was tried: so a third try never comes, whatever becomes of this process. */
const [ONCE, TWICE] = ['It was tried once.', 'It was tried twice.']

/**
 * The work of the queue `preview`: fetches what is found at the link of a post, and erases the picture of one that is forgotten. Twice is the same as once. Throws
 * when trying again makes sense.
 */
export async function fetchPreview(db: Database, storage: Storage, postId: number, guard: Guard = GUARD): Promise<void> {
  const link = await takeTurn(db, postId)
  if (!link) return erasePicture(db, storage, postId)
  const found = await look(storage, link.url, guard)
  if ('problem' in found && found.problem.passing && !link.last) throw found.problem
  const kept = await keep(db, postId, link.url, found)
  const unneeded = kept ? link.imageKey : 'picture' in found ? found.picture?.imageKey : null
  if (unneeded) await storage.remove(pictureName(unneeded))
}

interface Turn {
  url: string
  /** Of what was found at an earlier address. */
  imageKey: string | null
  /** There is no other try. */
  last: boolean
}

/** Null when there is nothing to fetch: fetched or tried before, or the post is not there any more. */
async function takeTurn(db: Database, postId: number): Promise<Turn | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({ link: linkPreviews, state: posts.state })
      .from(linkPreviews)
      .innerJoin(posts, eq(posts.id, linkPreviews.postId))
      .where(and(eq(linkPreviews.postId, postId), eq(linkPreviews.state, 'waiting')))
      .for('update', { of: linkPreviews })
    if (!row) return null
    const { url, imageKey, failedBecause: tried } = row.link
    const over = row.state === 'withdrawn' ? 'The post was withdrawn.' : tried === TWICE ? 'It did not answer in time.' : null
    const set = over ? { state: 'failed' as const, fetchedAt: now(), failedBecause: over } : { failedBecause: tried === null ? ONCE : TWICE }
    await tx.update(linkPreviews).set(set).where(eq(linkPreviews.postId, postId))
    return over ? null : { url, imageKey, last: tried !== null }
  })
}

interface Picture {
  imageKey: string
  imageWidth: number
  imageHeight: number
}
type Looked = { head: Head; picture: Picture | null } | { problem: NotFetched }

async function look(storage: Storage, url: string, guard: Guard): Promise<Looked> {
  try {
    const page = await safeFetch(url, PAGE, guard)
    const head = headOf(page.bytes, page.charset)
    if (head.title === null && head.image === null) return { problem: new NotFetched('The page does not say what it is.') }
    return { head, picture: head.image === null ? null : await pictureOf(storage, head.image, page.url, guard) }
  } catch (error) {
    if (error instanceof NotFetched) return { problem: error }
    throw error
  }
}

/** Re-encoded as photos are: nothing of what they sent is kept. A picture that cannot be had is no reason to show nothing. */
async function pictureOf(storage: Storage, image: string, page: URL, guard: Guard): Promise<Picture | null> {
  try {
    const address = readAddress(image, guard, page)
    if (page.protocol === 'https:' && address.protocol !== 'https:') return null
    const { bytes } = await safeFetch(address.href, PICTURE, guard)
    const { width, height, sizes } = await encodePhoto(bytes)
    const scale = Math.min(1, PHOTO_SIZES.small / Math.max(width, height))
    const imageKey = randomUUID()
    await storage.put(pictureName(imageKey), sizes.small)
    return { imageKey, imageWidth: Math.max(1, Math.round(width * scale)), imageHeight: Math.max(1, Math.round(height * scale)) }
  } catch (error) {
    if (error instanceof NotFetched || error instanceof Refused || error instanceof TooMany) return null
    throw error
  }
}

/** Answers whether it was kept: another job may have been quicker, and the address may have changed meanwhile. */
async function keep(db: Database, postId: number, url: string, found: Looked): Promise<boolean> {
  return db.transaction(async (tx) => {
    const none = { imageKey: null, imageWidth: null, imageHeight: null }
    const values =
      'problem' in found
        ? { state: 'failed' as const, failedBecause: found.problem.message, ...none }
        : { state: 'fetched' as const, failedBecause: null, ...wordsOf(found.head), ...(found.picture ?? none) }
    const [kept] = await tx
      .update(linkPreviews)
      .set({ ...values, fetchedAt: now() })
      .where(and(eq(linkPreviews.postId, postId), eq(linkPreviews.url, url), eq(linkPreviews.state, 'waiting')))
      .returning({ state: linkPreviews.state })
    if (kept?.state === 'fetched') await tell(tx, postId)
    return kept !== undefined
  })
}

const wordsOf = ({ title, site, imageAlt }: Head) => ({ title, site, imageAlt })

async function tell(tx: Tx, postId: number): Promise<void> {
  const [post] = await tx
    .select({ audience: posts.audience, teamId: posts.teamId, conversationId: posts.conversationId })
    .from(posts)
    .where(eq(posts.id, postId))
  if (post) await recordActivity(tx, { kind: 'link.previewed', ...post, postId })
}

/** In the transaction that forgets a post: what was found goes at once, its picture with the job. */
export async function forgetPreview(tx: Tx, postId: number): Promise<void> {
  const gone = { url: '', state: 'failed' as const, title: null, site: null, imageAlt: null, fetchedAt: now(), failedBecause: FORGOTTEN }
  const [forgotten] = await tx.update(linkPreviews).set(gone).where(eq(linkPreviews.postId, postId)).returning({ imageKey: linkPreviews.imageKey })
  if (forgotten?.imageKey) await enqueue(tx, 'preview', { postId })
}
const FORGOTTEN = 'It was disposed of.'

async function erasePicture(db: Database, storage: Storage, postId: number): Promise<void> {
  const forgotten = and(eq(linkPreviews.postId, postId), or(eq(linkPreviews.url, ''), eq(linkPreviews.state, 'failed')))
  const [row] = await db.select({ imageKey: linkPreviews.imageKey }).from(linkPreviews).where(forgotten)
  if (!row?.imageKey) return
  await storage.remove(pictureName(row.imageKey))
  await db
    .update(linkPreviews)
    .set({ imageKey: null })
    .where(and(forgotten, eq(linkPreviews.imageKey, row.imageKey)))
}
