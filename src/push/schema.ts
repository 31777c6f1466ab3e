import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { at, id, ref } from '../database/columns.ts'
import { followers } from '../following/schema.ts'

/** A browser that asked to be told. The address and keys come from the browser and go nowhere but to its push service. */
export const pushSubscriptions = pgTable(
  'push_subscriptions',
  {
    id: id(),
    followerId: ref()
      .notNull()
      .references(() => followers.id, { onDelete: 'cascade' }),
    endpoint: text().notNull().unique(),
    p256dh: text().notNull(),
    auth: text().notNull(),
    /** "Firefox on Android": so that people know their own devices. */
    device: text().notNull(),
    createdAt: at().notNull().defaultNow(),
    lastSentAt: at(),
    /** Failures in a row. */
    failures: integer().notNull().default(0),
    endedAt: at(),
    endedBecause: text({ enum: ['asked', 'gone', 'failing'] }),
  },
  (table) => [
    index('push_subscriptions_follower')
      .on(table.followerId, table.id)
      .where(sql`${table.endedAt} is null`),
  ],
)

/** What was pushed, so that it is sent once however often a job runs. Swept after a month. */
export const pushes = pgTable(
  'pushes',
  {
    id: id(),
    /** Cause and subscription: `mailing:81:subscription:7`. */
    key: text().notNull().unique(),
    subscriptionId: ref()
      .notNull()
      .references(() => pushSubscriptions.id, { onDelete: 'cascade' }),
    title: text().notNull(),
    body: text().notNull(),
    path: text().notNull(),
    /** An alert: wakes a phone that sleeps. */
    urgent: boolean().notNull().default(false),
    createdAt: at().notNull().defaultNow(),
    sentAt: at(),
    failedAt: at(),
    attempts: integer().notNull().default(0),
    lastError: text(),
  },
  (table) => [index('pushes_created').on(table.createdAt)],
)

/** The key pair by which push services know this site, where the settings give none. One row. */
export const pushKeys = pgTable('push_keys', {
  id: integer().primaryKey(),
  publicKey: text().notNull(),
  privateKey: text().notNull(),
  createdAt: at().notNull().defaultNow(),
})
