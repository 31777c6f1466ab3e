/** What somebody puts by to read again. Nobody else sees it. */
import { and, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { staffPostById } from './page.ts'
import { savedPosts } from './schema.ts'

const isIt = (actor: SignedIn, postId: number) => and(eq(savedPosts.accountId, actor.accountId), eq(savedPosts.postId, postId))

/** Twice is the same as once. Throws `NotFound`. */
export async function savePost(db: Database, actor: SignedIn, postId: number): Promise<void> {
  await staffPostById(db, actor, postId)
  await db.insert(savedPosts).values({ accountId: actor.accountId, postId, at: now() }).onConflictDoNothing()
}

/** Twice is the same as once, also of what they can no longer read. */
export async function forgetPost(db: Database, actor: SignedIn, postId: number): Promise<void> {
  await db.delete(savedPosts).where(isIt(actor, postId))
}

export async function isSaved(db: Db, actor: SignedIn, postId: number): Promise<boolean> {
  const [row] = await db.select({ at: savedPosts.at }).from(savedPosts).where(isIt(actor, postId))
  return row !== undefined
}
