import { boolean, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'

export const RHYTHMS = ['instant', 'daily', 'weekly'] as const
export type Rhythm = (typeof RHYTHMS)[number]

/** Somebody who is told: one for each mailbox, with an account or without. The mailbox was proved by a link before the row was made. */
export const followers = pgTable(
  'followers',
  {
    id: id(),
    /** Lower case. Never shown to anybody but its owner. */
    email: text().notNull().unique(),
    accountId: ref()
      .unique()
      .references(() => accounts.id),
    createdAt: at().notNull().defaultNow(),
    /** Whole hours, UK time, between which nothing but an alert is sent; both null for none. From 22 until 7 goes over midnight. */
    quietFrom: integer(),
    quietUntil: integer(),
    /** Wants urgent alerts at once, whatever the rhythm and the hour. */
    wantsAlerts: boolean().notNull().default(false),
    /** By mail; push has its own subscriptions. */
    byMail: boolean().notNull().default(true),
    /** The next digest of each rhythm; null while nothing is followed so. */
    dailyDueAt: at(),
    weeklyDueAt: at(),
    /** Up to where the last digest of each rhythm told (the moment of its making). */
    dailyToldAt: at(),
    weeklyToldAt: at(),
    /** Temporary failures in a row, as mail servers report them. */
    softBounces: integer().notNull().default(0),
    /** No mail goes any more: the mailbox refused it, somebody called it spam, or they asked so. */
    stoppedAt: at(),
    stoppedBecause: text({ enum: ['bounced', 'complained', 'asked'] }),
    /** Raised to make every link in mails sent before useless. */
    tokenVersion: integer().notNull().default(1),
  },
  (table) => [
    index('followers_daily')
      .on(table.dailyDueAt, table.id)
      .where(sql`${table.stoppedAt} is null`),
    index('followers_weekly')
      .on(table.weeklyDueAt, table.id)
      .where(sql`${table.stoppedAt} is null`),
    check('followers_quiet', sql`num_nulls(${table.quietFrom}, ${table.quietUntil}) in (0, 2)`),
    check('followers_stopped', sql`(${table.stoppedAt} is null) = (${table.stoppedBecause} is null)`),
  ],
)

/**
 * What is followed. `key` names the subject: `force`, `team:ID`, `tag:TAG`, `conversation:ID` (a post, priority, event or question has one), `place:ID`.
 */
export const follows = pgTable(
  'follows',
  {
    id: id(),
    followerId: ref()
      .notNull()
      .references(() => followers.id, { onDelete: 'cascade' }),
    key: text().notNull(),
    rhythm: text({ enum: RHYTHMS }).notNull().default('daily'),
    createdAt: at().notNull().defaultNow(),
    /** Of a team, given freely, shown to the follower alone: so that a change of boundaries can move them. Upper case without space. */
    postcode: text(),
    /** The team that it was moved from when a boundary changed. */
    movedFromId: ref(),
    movedAt: at(),
  },
  (table) => [
    unique('follows_once').on(table.followerId, table.key),
    // Working through the followers of a subject, in the order of their ids.
    index('follows_key').on(table.key, table.followerId),
    check('follows_postcode', sql`${table.postcode} is null or ${table.key} like 'team:%'`),
  ],
)

/** Asked for by email without an account, and not confirmed yet. */
export const followRequests = pgTable(
  'follow_requests',
  {
    id: id(),
    email: text().notNull(),
    key: text().notNull(),
    rhythm: text({ enum: RHYTHMS }).notNull(),
    wantsAlerts: boolean().notNull().default(false),
    postcode: text(),
    tokenHash: text().notNull().unique(),
    createdAt: at().notNull().defaultNow(),
    expiresAt: at().notNull(),
    confirmedAt: at(),
  },
  (table) => [index('follow_requests_expiry').on(table.expiresAt), index('follow_requests_email').on(table.email, table.id)],
)

/** How many follow a subject; kept with every follow. */
export const followCounts = pgTable('follow_counts', {
  key: text().primaryKey(),
  count: integer().notNull().default(0),
})
