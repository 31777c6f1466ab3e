import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { at, bytewise, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** What a member of staff follows: `person:12`, `topic:drones`, `circle:3`. Whoever joins a circle follows it. */
export const staffFollows = pgTable(
  'staff_follows',
  {
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    subject: bytewise().notNull(),
    at: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.subject] }), index('staff_follows_subject').on(table.subject, table.accountId)],
)

/**
 * What is new for somebody: a row for each reader, written with the post. So their home is one range of one index, however many they follow and however much is
 * written. Who may read it is asked again when it is shown.
 */
export const homeEntries = pgTable(
  'home_entries',
  {
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    at: at().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.postId] }),
    index('home_entries_newest').on(table.accountId, table.at, table.postId),
    index('home_entries_post').on(table.postId),
  ],
)

/** When somebody last opened their home, and since when things count as new during this visit: a visit ends with half an hour away from it. */
export const homeMarks = pgTable('home_marks', {
  accountId: ref()
    .primaryKey()
    .references(() => accounts.id),
  seenAt: at().notNull(),
  newSince: at().notNull(),
})

/** Posts of the network under their topics; kept by a trigger. `audience` is that of the post. */
export const staffTopics = pgTable(
  'staff_topics',
  {
    topic: bytewise().notNull(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    audience: text().notNull(),
    publishedAt: at().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.topic, table.postId] }),
    index('staff_topics_newest').on(table.topic, table.audience, table.publishedAt, table.postId),
    // The trigger looks for those of one post.
    index('staff_topics_post').on(table.postId),
  ],
)

/** Topics under which something for all staff stands, for suggestions; what stands in circles alone is not counted. Kept by the same trigger. */
export const topicCounts = pgTable('topic_counts', {
  topic: bytewise().primaryKey(),
  postCount: integer().notNull(),
})

export const savedPosts = pgTable(
  'saved_posts',
  {
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    at: at().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.postId] }),
    index('saved_posts_newest').on(table.accountId, table.at, table.postId),
    index('saved_posts_post').on(table.postId),
  ],
)

/** What was found at the address of a link: fetched once by the server, safely, and kept here. No reader's browser asks there for anything. */
export const linkPreviews = pgTable(
  'link_previews',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    url: text().notNull(),
    state: text({ enum: ['waiting', 'fetched', 'failed'] })
      .notNull()
      .default('waiting'),
    title: text(),
    site: text(),
    /** A picture, re-encoded by us; under this random key it lies in the storage. */
    imageKey: uuid(),
    imageWidth: integer(),
    imageHeight: integer(),
    imageAlt: text(),
    fetchedAt: at(),
    failedBecause: text(),
  },
  (table) => [check('link_previews_state', sql`(${table.state} = 'waiting') = (${table.fetchedAt} is null)`)],
)

/** Whom a post praises: colleagues, or a team. */
export const praised = pgTable(
  'praised',
  {
    id: id(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    accountId: ref().references(() => accounts.id),
    teamId: ref().references(() => teams.id),
  },
  (table) => [
    index('praised_post').on(table.postId),
    index('praised_account').on(table.accountId, table.id),
    index('praised_team').on(table.teamId, table.id),
    check('praised_whom', sql`(${table.accountId} is null) <> (${table.teamId} is null)`),
  ],
)

/** "What was done about it": a later post that follows from an earlier one (a survey, a focus group, a live session, an issue). */
export const followUps = pgTable(
  'follow_ups',
  {
    ofPostId: ref()
      .notNull()
      .references(() => posts.id),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    addedBy: ref()
      .notNull()
      .references(() => accounts.id),
    at: at().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.ofPostId, table.postId] }),
    index('follow_ups_post').on(table.postId),
    check('follow_ups_two', sql`${table.ofPostId} <> ${table.postId}`),
  ],
)

/** How often somebody gets what is new by mail; weekly where there is no row. */
export const staffDigests = pgTable('staff_digests', {
  accountId: ref()
    .primaryKey()
    .references(() => accounts.id),
  rhythm: text({ enum: ['weekly', 'daily', 'never'] }).notNull(),
  /** Null: not yet. */
  sentAt: at(),
})
