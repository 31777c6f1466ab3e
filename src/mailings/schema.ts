import { bigint, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { proposals } from '../proposals/schema.ts'

export const CAUSES = ['post', 'comment', 'presence', 'occasion', 'news', 'place', 'alert', 'daily', 'weekly'] as const
export type Cause = (typeof CAUSES)[number]

/** One thing told to many, worked through follower by follower; how far it has come stands here, so that a job that dies goes on where it was. */
export const mailings = pgTable(
  'mailings',
  {
    id: id(),
    cause: text({ enum: CAUSES }).notNull(),
    /** What happened: `activity:81`, `alert:3`, `daily:2026-11-23T07`. One mailing each. */
    key: text().notNull().unique(),
    /** Follow keys whose followers hear of it, e.g. `team:5`, `tag:speeding`; empty for digests, which go by their due time. */
    keys: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    activityId: ref(),
    postId: ref().references(() => posts.id),
    commentId: ref(),
    placeId: ref(),
    /** One date of the post: moved, or called off. */
    occasionId: ref(),
    alertId: ref(),
    /** For the desk: how many there were when it began, and what became of them. */
    total: integer().notNull().default(0),
    done: integer().notNull().default(0),
    mailed: integer().notNull().default(0),
    pushed: integer().notNull().default(0),
    /** The last follower that was looked at. */
    cursor: bigint({ mode: 'number' }).notNull().default(0),
    createdAt: at().notNull().defaultNow(),
    startedAt: at(),
    finishedAt: at(),
    /** Called off because what it tells of was withdrawn or removed meanwhile. */
    stoppedAt: at(),
  },
  (table) => [
    index('mailings_open')
      .on(table.id)
      .where(sql`${table.finishedAt} is null and ${table.stoppedAt} is null`),
    index('mailings_post').on(table.postId),
  ],
)

/** An urgent alert: a published post and two people. It goes at once to those who chose alerts. */
export const alerts = pgTable(
  'alerts',
  {
    id: id(),
    postId: ref()
      .notNull()
      .references(() => posts.id),
    /** What the mail's subject and the push say: at most 140 characters. */
    words: text().notNull(),
    proposalId: ref()
      .notNull()
      .unique()
      .references(() => proposals.id),
    proposedBy: ref()
      .notNull()
      .references(() => accounts.id),
    agreedBy: ref()
      .notNull()
      .references(() => accounts.id),
    at: at().notNull(),
  },
  (table) => [check('alerts_two_people', sql`${table.proposedBy} <> ${table.agreedBy}`), index('alerts_post').on(table.postId)],
)

/** What mail servers told us of mail that we sent: refused for ever, refused for now, or called spam. `unproved`: it held no mail of ours, and changed nothing. */
export const mailReports = pgTable(
  'mail_reports',
  {
    id: id(),
    /** Hash of the report, so that one that comes twice counts once. */
    hash: text().notNull().unique(),
    kind: text({ enum: ['hard', 'soft', 'complaint', 'unproved'] }).notNull(),
    followerId: ref(),
    /** "5.1.1" where the report gave one. */
    status: text(),
    at: at().notNull(),
  },
  (table) => [index('mail_reports_follower').on(table.followerId, table.id)],
)
