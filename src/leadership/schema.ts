import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { comments } from '../conversations/schema.ts'
import { at, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'

/** Beside a post of the kind `focus-group`: when and where, and what came of it. */
export const focusGroups = pgTable(
  'focus_groups',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    venue: text().notNull(),
    places: integer().notNull(),
    calledOffBecause: text(),
    /** Published to all staff; null until then. */
    notes: text(),
    notesHtml: text(),
    notesBy: ref().references(() => accounts.id),
    notesAt: at(),
    /** When and where it was to be before it was last moved. */
    movedFromStart: at(),
    movedFromEnd: at(),
    movedFromVenue: text(),
    moveCount: integer().notNull().default(0),
    notesVersion: integer().notNull().default(1),
  },
  (table) => [
    index('focus_groups_start').on(table.startsAt, table.postId),
    check('focus_groups_span', sql`${table.endsAt} > ${table.startsAt} and ${table.places} between 2 and 200`),
  ],
)

/** Earlier versions of corrected notes: they stay readable. */
export const focusGroupNotes = pgTable(
  'focus_group_notes',
  {
    postId: ref()
      .notNull()
      .references(() => focusGroups.postId),
    version: integer().notNull(),
    notes: text().notNull(),
    notesHtml: text().notNull(),
    /** What the correction that replaced this version says of itself. */
    note: text().notNull(),
    replacedBy: ref()
      .notNull()
      .references(() => accounts.id),
    replacedAt: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.postId, table.version] })],
)

export const focusGroupPeople = pgTable(
  'focus_group_people',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    invitedBy: ref()
      .notNull()
      .references(() => accounts.id),
    invitedAt: at().notNull(),
    answer: text({ enum: ['coming', 'not-coming'] }),
    answeredAt: at(),
    remindedAt: at(),
  },
  (table) => [primaryKey({ columns: [table.postId, table.accountId] }), index('focus_group_people_account').on(table.accountId, table.postId)],
)

/** Beside a post of the kind `live-session`: questions are gathered in its conversation from `opensAt`, answered by the host from `startsAt` to `endsAt`. */
export const liveSessions = pgTable(
  'live_sessions',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    hostId: ref()
      .notNull()
      .references(() => accounts.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    calledOffBecause: text(),
    /** When it was to be before it was last moved. */
    movedFromStart: at(),
    movedFromEnd: at(),
    moveCount: integer().notNull().default(0),
  },
  (table) => [index('live_sessions_start').on(table.startsAt, table.postId), check('live_sessions_span', sql`${table.endsAt} > ${table.startsAt}`)],
)

/** A question of a live session that its host has taken: one at a time, the most supported first. What waits is in `raisedComments`. */
export const sessionTurns = pgTable(
  'session_turns',
  {
    /** The question. */
    commentId: ref()
      .primaryKey()
      .references(() => comments.id),
    postId: ref()
      .notNull()
      .references(() => liveSessions.postId),
    takenAt: at().notNull(),
    /** The host's reply; null while it is being written, and for one that was passed. */
    answerId: ref().references(() => comments.id),
    /** Why it is not answered, for readers. */
    passedBecause: text(),
    settledAt: at(),
  },
  (table) => [
    index('session_turns_session').on(table.postId, table.takenAt),
    uniqueIndex('session_turns_open')
      .on(table.postId)
      .where(sql`${table.settledAt} is null`),
    check('session_turns_settled', sql`num_nonnulls(${table.answerId}, ${table.passedBecause}) = num_nonnulls(${table.settledAt})`),
  ],
)

/** Posts of leadership: they stand first on everybody's home for a week. */
export const leadershipPosts = pgTable(
  'leadership_posts',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    publishedAt: at().notNull(),
  },
  (table) => [index('leadership_posts_newest').on(table.publishedAt, table.postId)],
)
