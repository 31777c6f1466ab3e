import { index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'

export const POST_KINDS = ['update'] as const
export const POST_STATES = ['published', 'corrected', 'withdrawn'] as const
export type PostState = (typeof POST_STATES)[number]

export const posts = pgTable(
  'posts',
  {
    id: id(),
    audience: text().notNull(),
    kind: text({ enum: POST_KINDS }).notNull(),
    state: text({ enum: POST_STATES }).notNull(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    conversationId: ref()
      .notNull()
      .unique()
      .references(() => conversations.id),
    authorId: ref()
      .notNull()
      .references(() => accounts.id),
    /** The official mark at the time of writing. */
    officialRole: text({ enum: ROLES }).notNull(),
    officialTeam: text().notNull(),
    clientKey: uuid().notNull(),
    title: text().notNull(),
    /** Part of the address; may change, the id never does. */
    slug: text().notNull(),
    body: text().notNull(),
    bodyHtml: text().notNull(),
    /** The first words without formatting, for lists. */
    summary: text().notNull(),
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    publishedAt: at().notNull().defaultNow(),
    correctedAt: at(),
    withdrawnAt: at(),
    withdrawnBecause: text(),
    version: integer().notNull().default(1),
  },
  (table) => [
    unique('posts_client_key').on(table.authorId, table.clientKey),
    // Read backwards for "newest first". Without the audience: a list of audiences gives no order, and nearly all posts are public.
    index('posts_of_team').on(table.teamId, table.publishedAt, table.id),
    index('posts_of_force').on(table.publishedAt, table.id),
  ],
)

/** Earlier versions of a corrected post: they stay readable. */
export const postVersions = pgTable(
  'post_versions',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    version: integer().notNull(),
    title: text().notNull(),
    bodyHtml: text().notNull(),
    /** What the correction that replaced this version says of itself. */
    note: text().notNull(),
    replacedAt: at().notNull().defaultNow(),
    replacedBy: ref()
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [primaryKey({ columns: [table.postId, table.version] })],
)

export const postTags = pgTable(
  'post_tags',
  {
    tag: text().notNull(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    publishedAt: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tag, table.postId] }), index('post_tags_tag').on(table.tag, table.publishedAt, table.postId)],
)
