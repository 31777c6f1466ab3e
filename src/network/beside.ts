/** What a moderator finds beside a link: what was found at its address. */
import { eq } from 'drizzle-orm'
import type { BesideKind } from '../posts/words-beside.ts'
import { linkPreviews } from './schema.ts'

export const previewBeside: BesideKind = {
  name: 'What was found at the link',
  of: ['link'],
  async read(db, postId) {
    const [found] = await db.select().from(linkPreviews).where(eq(linkPreviews.postId, postId))
    return [
      { key: 'title', label: 'Title', text: found?.title ?? '' },
      { key: 'site', label: 'Site', text: found?.site ?? '' },
      { key: 'imageAlt', label: 'Words for the picture', text: found?.imageAlt ?? '' },
    ]
  },
  async replace(tx, postId, key, text) {
    const set = key === 'title' ? { title: text } : key === 'site' ? { site: text } : { imageAlt: text }
    await tx.update(linkPreviews).set(set).where(eq(linkPreviews.postId, postId))
  },
}
