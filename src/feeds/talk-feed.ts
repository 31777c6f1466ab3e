/**
 * What is said in a public conversation, for feed readers: newest first. A comment that is taken down is gone from the next answer on.
 */
import type { Feed } from 'feed'
import { and, desc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { sayMark, visitor } from '../actor.ts'
import type { Config } from '../config.ts'
import { conversationById } from '../conversations/conversation.ts'
import { comments } from '../conversations/schema.ts'
import { prepared, type Database } from '../database/database.ts'
import { shownTitle } from '../posts/removal.ts'
import { posts } from '../posts/schema.ts'
import { summarise } from '../text/markdown.ts'
import { absolute, entryId, newFeed, plain, type Format } from './writing.ts'

const FEED_SIZE = 50
const EXCERPT = 100

const newest = prepared((db) =>
  db
    .select({
      id: comments.id,
      // Whoever cut it loose from their name is not named here either.
      author: sql<string | null>`case when ${comments.unnamedAt} is null then ${accounts.displayName} end`,
      officialRole: comments.officialRole,
      officialTeam: comments.officialTeam,
      bodyHtml: comments.bodyHtml,
      publishedAt: comments.publishedAt,
      createdAt: comments.createdAt,
      editedAt: comments.editedAt,
    })
    .from(comments)
    .innerJoin(accounts, eq(accounts.id, comments.authorId))
    .where(and(eq(comments.conversationId, sql.placeholder('conversation')), eq(comments.state, sql`'published'`)))
    .orderBy(desc(comments.id))
    .limit(FEED_SIZE)
    .prepare('feed_of_conversation'),
)

type Said = Awaited<ReturnType<ReturnType<typeof newest>['execute']>>[number]

/** The public ones only, whoever asks: a feed reader is nobody. Throws `NotFound`. */
export async function talkFeed(db: Database, config: Config, id: number, format: Format): Promise<Feed> {
  const conversation = await conversationById(db, visitor, id)
  // As readers see it: a post that was removed keeps no title.
  const [post] = await db.select({ title: shownTitle }).from(posts).where(eq(posts.conversationId, id))
  const said = await newest(db).execute({ conversation: id })
  const updated = new Date(Math.max(0, ...said.map((comment) => changedAt(comment).getTime())))
  const feed = newFeed(config, { title: post?.title ?? conversation.title, path: `/conversations/${id}` }, updated)
  feed.options.link = `${config.publicUrl}${conversation.path}`
  for (const comment of said) feed.addItem(entryOf(config, comment, format))
  return feed
}

const shownAt = ({ publishedAt, createdAt }: Said): Date => publishedAt ?? createdAt
const changedAt = (comment: Said): Date => {
  const { editedAt } = comment
  return editedAt !== null && editedAt > shownAt(comment) ? editedAt : shownAt(comment)
}

function entryOf(config: Config, comment: Said, format: Format) {
  const name = nameOf(comment)
  const link = `${config.publicUrl}/comments/${comment.id}`
  return {
    id: entryId(config, 'comment', comment.id),
    title: plain(`${name}: ${summarise(comment.bodyHtml, EXCERPT)}`, format),
    link,
    description: plain(summarise(comment.bodyHtml, 3 * EXCERPT), format),
    content: absolute(config, comment.bodyHtml),
    published: shownAt(comment),
    date: changedAt(comment),
    author: [{ name: plain(name, format), link }],
  }
}

/** With the official mark wherever the words show. */
function nameOf({ author, officialRole, officialTeam }: Said): string {
  const name = author ?? 'A resident'
  return officialRole ? `${name} (${sayMark(officialRole, officialTeam)})` : name
}
