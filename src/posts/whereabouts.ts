/**
 * Where on the ground a post is about: words for readers, and a point of a grid of about a hundred metres, so that people nearby find it. The postcode
 * that was typed for it is never kept with the post.
 */
import { eq } from 'drizzle-orm'
import type { Db, Tx } from '../database/database.ts'
import type { Point } from '../geography/geometry.ts'
import { roughPoint } from '../geography/rough.ts'
import { postcodes } from '../geography/schema.ts'
import type { PostContent } from './kinds.ts'
import { nearField } from './plain-fields.ts'
import { postPoints, type Details } from './schema.ts'
import type { PostRow } from './stored-post.ts'

type Placed = Pick<PostContent, 'details' | 'nearPostcode'>

/** What is wrong with the postcode, by field; null when nothing is, or when none was typed. */
export async function problemOnGround(db: Db, { nearPostcode }: Placed): Promise<Record<string, string> | null> {
  if (nearPostcode === undefined || (await roughlyAt(db, nearPostcode)) !== null) return null
  return { 'near-postcode': 'We do not know where this postcode is. Check it, try one close by, or leave it empty' }
}

/**
 * After publishing or correcting, in the same transaction: another postcode gives another point, none leaves the point as it was, and without words for
 * readers there is no point at all.
 */
export async function putOnGround(tx: Tx, post: Pick<PostRow, 'id' | 'publishedAt'>, { details, nearPostcode }: Placed): Promise<void> {
  const label = details[nearField.name]
  if (typeof label !== 'string') return takeOffGround(tx, post.id)
  const point = nearPostcode === undefined ? null : await roughlyAt(tx, nearPostcode)
  if (point === null) return nameGround(tx, post.id, details)
  const { id: postId, publishedAt } = post
  await tx
    .insert(postPoints)
    .values({ postId, label, ...point, publishedAt })
    .onConflictDoUpdate({ target: postPoints.postId, set: { label, ...point } })
}

/** Other words for the same point; nothing where there is none. */
export async function nameGround(tx: Tx, postId: number, details: Details): Promise<void> {
  const label = details[nearField.name]
  if (typeof label === 'string') await tx.update(postPoints).set({ label }).where(eq(postPoints.postId, postId))
}

export async function takeOffGround(tx: Tx, postId: number): Promise<void> {
  await tx.delete(postPoints).where(eq(postPoints.postId, postId))
}

async function roughlyAt(db: Db, key: string): Promise<Point | null> {
  const [found] = await db.select({ lat: postcodes.lat, lng: postcodes.lng }).from(postcodes).where(eq(postcodes.key, key))
  return found && found.lat !== null && found.lng !== null ? roughPoint({ lat: found.lat, lng: found.lng }) : null
}
