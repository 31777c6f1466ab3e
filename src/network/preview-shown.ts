/**
 * A link as readers see it: its address and where that leads, always; title, site and picture where the server could fetch them.
 */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { idOf, type Actor } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { linkPreviews } from './schema.ts'

/** The name of a picture in the storage. */
export const pictureName = (imageKey: string): string => `${imageKey}-preview.webp`

/** As pages show it. */
export interface LinkShown {
  url: string
  /** Where it leads, always said: a title can say anything. */
  host: string
  title: string | null
  site: string | null
  image: { path: string; width: number; height: number; alt: string } | null
  /** For its author: why there is nothing but the address. */
  problem: string | null
}

/** The link of a post that this reader has before them; null for posts that are none. */
export const previewOf = async (db: Db, actor: Actor, post: { id: number; authorId: number }): Promise<LinkShown | null> =>
  (await previewsOf(db, actor, [post])).get(post.id) ?? null

/** The same for a list, by the id of the post. */
async function previewsOf(db: Db, actor: Actor, list: readonly { id: number; authorId: number }[]): Promise<ReadonlyMap<number, LinkShown>> {
  if (list.length === 0) return new Map()
  const authors = new Map(list.map(({ id, authorId }) => [id, authorId]))
  const rows = await db
    .select()
    .from(linkPreviews)
    .where(and(inArray(linkPreviews.postId, [...authors.keys()]), sql`${linkPreviews.url} <> ''`))
  return new Map(rows.map((row) => [row.postId, shownOf(row, authors.get(row.postId) === idOf(actor))]))
}

/** Where an address leads: always said, as a title can say anything. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? url

function shownOf(row: typeof linkPreviews.$inferSelect, own: boolean): LinkShown {
  const { postId, url, state, title, site, imageKey, imageWidth, imageHeight, imageAlt, failedBecause } = row
  const host = hostOf(url)
  const problem = own && state === 'failed' ? failedBecause : null
  if (state !== 'fetched') return { url, host, title: null, site: null, image: null, problem }
  const path = `/staff/previews/${postId}/image?v=${row.fetchedAt?.getTime() ?? 0}`
  const image = imageKey && imageWidth && imageHeight ? { path, width: imageWidth, height: imageHeight, alt: imageAlt ?? '' } : null
  return { url, host, title, site, image, problem }
}

/** The name of a picture in the storage, for who may read the post. Throws `NotFound`. */
export async function previewPicture(db: Db, actor: Actor, postId: number): Promise<string> {
  const [row] = await db
    .select({ imageKey: linkPreviews.imageKey, audience: posts.audience, teamId: posts.teamId })
    .from(linkPreviews)
    .innerJoin(posts, eq(posts.id, linkPreviews.postId))
    .where(and(eq(posts.id, postId), eq(linkPreviews.state, 'fetched'), sql`${posts.state} <> 'withdrawn'`, isNull(posts.removalId)))
  if (!row?.imageKey || !mayRead(actor, row)) throw new NotFound('picture')
  return pictureName(row.imageKey)
}
