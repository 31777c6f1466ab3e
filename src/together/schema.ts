import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** Beside a post of the kind `help-request`. */
export const helpRequests = pgTable(
  'help_requests',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    askedAt: at().notNull(),
    /** The first reply by somebody else; kept by the room. */
    firstReplyAt: at(),
    bestId: ref().references(() => comments.id),
    bestBy: ref().references(() => accounts.id),
    bestAt: at(),
  },
  (table) => [
    // Read backwards for "newest first"; what was withdrawn is passed over.
    index('help_requests_open')
      .on(table.askedAt, table.postId)
      .where(sql`${table.bestId} is null`),
    index('help_requests_unanswered')
      .on(table.askedAt, table.postId)
      .where(sql`${table.firstReplyAt} is null`),
    index('help_requests_answered')
      .on(table.bestAt, table.postId)
      .where(sql`${table.bestId} is not null`),
    check('help_requests_best', sql`(${table.bestId} is null) = (${table.bestAt} is null) and (${table.bestId} is null) = (${table.bestBy} is null)`),
  ],
)

/** Beside a post of the kind `good-practice`. Problem, what was done and result are the post's words, under headings, so that there is one text to correct and to moderate. */
export const practices = pgTable(
  'practices',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    publishedAt: at().notNull(),
    /** Teams that said "we used this"; kept by the room. */
    useCount: integer().notNull().default(0),
  },
  (table) => [
    index('practices_newest').on(table.publishedAt, table.postId),
    index('practices_used').on(table.useCount, table.publishedAt, table.postId),
  ],
)

/** "We used this": once for each team. */
export const practiceUses = pgTable(
  'practice_uses',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    byId: ref()
      .notNull()
      .references(() => accounts.id),
    note: text().notNull().default(''),
    at: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.postId, table.teamId] }), index('practice_uses_team').on(table.teamId, table.at, table.postId)],
)

/** Beside a post of the kind `issue`. */
export const issues = pgTable(
  'issues',
  {
    postId: ref()
      .primaryKey()
      .references(() => posts.id),
    openedAt: at().notNull(),
    /** When somebody last wrote, joined or linked something; kept by the room. */
    activeAt: at().notNull(),
    closedAt: at(),
    closedBy: ref().references(() => accounts.id),
    /** What came of it. */
    outcome: text(),
    workerCount: integer().notNull().default(0),
  },
  (table) => [
    index('issues_open')
      .on(table.activeAt, table.postId)
      .where(sql`${table.closedAt} is null`),
    index('issues_done')
      .on(table.closedAt, table.postId)
      .where(sql`${table.closedAt} is not null`),
    check('issues_closed', sql`(${table.closedAt} is null) = (${table.outcome} is null)`),
  ],
)

/** An outcome that was not the last: the issue was opened again. */
export const issueReopenings = pgTable(
  'issue_reopenings',
  {
    id: id(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    outcome: text().notNull(),
    closedAt: at().notNull(),
    closedBy: ref()
      .notNull()
      .references(() => accounts.id),
    reopenedAt: at().notNull(),
    reopenedBy: ref()
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [index('issue_reopenings_post').on(table.postId, table.id)],
)

/** "I'm working on this". */
export const issueWorkers = pgTable(
  'issue_workers',
  {
    postId: ref()
      .notNull()
      .references(() => posts.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    /** The team in whose name, where they have one. */
    teamId: ref().references(() => teams.id),
    note: text().notNull().default(''),
    joinedAt: at().notNull(),
    leftAt: at(),
  },
  (table) => [
    primaryKey({ columns: [table.postId, table.accountId] }),
    index('issue_workers_account')
      .on(table.accountId, table.joinedAt)
      .where(sql`${table.leftAt} is null`),
  ],
)

/** What belongs to an issue: a post of the network or a public one, or a public conversation. */
export const issueLinks = pgTable(
  'issue_links',
  {
    id: id(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    conversationId: ref()
      .notNull()
      .references(() => conversations.id),
    addedBy: ref()
      .notNull()
      .references(() => accounts.id),
    at: at().notNull(),
    note: text().notNull().default(''),
    removedAt: at(),
    removedBy: ref().references(() => accounts.id),
  },
  (table) => [
    // Once at a time, whoever pastes it.
    uniqueIndex('issue_links_once')
      .on(table.postId, table.conversationId)
      .where(sql`${table.removedAt} is null`),
    index('issue_links_conversation')
      .on(table.conversationId)
      .where(sql`${table.removedAt} is null`),
  ],
)

/** Somebody of another team lends a hand with what waits at a team. */
export const helpOffers = pgTable(
  'help_offers',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    byId: ref()
      .notNull()
      .references(() => accounts.id),
    offeredAt: at().notNull(),
    endsAt: at().notNull(),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [index('help_offers_team').on(table.teamId, table.endsAt)],
)
