/**
 * The author of a draft hears by mail what others did with it.
 */
import { eq } from 'drizzle-orm'
import type { Activity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { kindOf } from '../posts/kinds.ts'
import { drafts, posts } from '../posts/schema.ts'
import { TO_AUTHOR, wordingOf } from './letters.ts'
import { mailAll, readerOf } from './people.ts'

export async function tellAuthorOfDraft(db: Database, config: Config, activity: Activity): Promise<void> {
  const letter = TO_AUTHOR[activity.kind as keyof typeof TO_AUTHOR]
  const [found] = await db
    .select({
      id: drafts.id,
      kind: drafts.kind,
      form: drafts.form,
      authorId: drafts.authorId,
      publishAt: drafts.publishAt,
      postTitle: conversations.title,
      postPath: conversations.path,
    })
    .from(drafts)
    .leftJoin(posts, eq(posts.id, drafts.postId))
    .leftJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(drafts.id, Number(activity.detail?.['draftId'] ?? 0)))
  if (!found || !letter) return
  const title = found.postTitle ?? (found.form['title'] || kindOf(found.kind).name)
  await mailAll(db, activity, await readerOf(db, found.authorId), wordingOf(config, letter, { ...found, title }))
}
