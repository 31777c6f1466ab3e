/** What a moderator finds beside the post of a presence: why it was called off. */
import { eq } from 'drizzle-orm'
import { posts } from '../posts/schema.ts'
import { setDetails } from '../posts/stored-post.ts'
import type { BesideKind } from '../posts/words-beside.ts'
import { presences } from './schema.ts'

export const presenceBeside: BesideKind = {
  name: 'Why it was called off',
  of: ['presence'],
  async read(db, postId) {
    const rows = await db.select({ text: presences.cancelledBecause }).from(presences).where(eq(presences.postId, postId))
    return rows.map(({ text }) => ({ key: 'because', label: 'The reason', text: text ?? '' }))
  },
  async replace(tx, postId, _key, cancelledBecause) {
    await tx.update(presences).set({ cancelledBecause }).where(eq(presences.postId, postId))
    // Lists and feeds say it too.
    const [post] = await tx.select({ details: posts.details }).from(posts).where(eq(posts.id, postId))
    if (post) await setDetails(tx, postId, { ...post.details, 'called-off': cancelledBecause })
  },
}
