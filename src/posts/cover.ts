/**
 * Photos that are hard to look at stay covered until a reader asks for them. Whoever sends one says so; of a published post, whoever answers for it.
 */
import { and, eq, isNull, sql } from 'drizzle-orm'
import { writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { mayRead } from '../conversations/audience.ts'
import { mayChange, publishingDuty } from './policy.ts'
import { photos, posts } from './schema.ts'
import { lockPost, postPath, touchPages } from './stored-post.ts'

/** Covers or uncovers a photo of a published post; answers where it is to be seen. Twice is the same as once. */
export async function coverPhoto(db: Database, actor: SignedIn, id: number, graphic: boolean): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const [where] = await tx.select({ postId: photos.postId }).from(photos).where(eq(photos.id, id))
    const found = where?.postId ? await lockPost(tx, where.postId) : null
    // Read now that the post is locked: somebody may have covered it, or taken it away, meanwhile.
    const [photo] = await tx
      .select({ graphic: photos.graphic })
      .from(photos)
      .where(and(eq(photos.id, id), isNull(photos.removedAt)))
    if (!photo || !found || !mayRead(actor, found.post)) throw new NotFound('photo')
    const { post, team } = found
    if (!mayChange(actor, post)) throw new Forbidden('Whoever answers for the post covers its photos.')
    const path = postPath(team.slug, post)
    if (photo.graphic === graphic) return { path }
    await tx.update(photos).set({ graphic }).where(eq(photos.id, id))
    const shown = post.photos.map(({ graphic: before, ...one }) => ((one.id === id ? graphic : before) ? { ...one, graphic: true } : one))
    await tx
      .update(posts)
      .set({ photos: sql`${JSON.stringify(shown)}::jsonb` })
      .where(eq(posts.id, post.id))
    const { audience, teamId } = post
    const role = publishingDuty(actor, teamId)?.role ?? 'press-office'
    const note = `${graphic ? 'Covered' : 'Uncovered'} photo ${id}.`
    await writeLog(tx, { actorId: actor.accountId, role, act: 'cover', item: 'post', itemId: post.id, audience, teamId, teamName: team.name, note })
    await touchPages(tx, post.id)
    return { path }
  })
}
