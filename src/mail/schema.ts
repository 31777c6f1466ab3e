import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { at, id, ref } from '../database/columns.ts'

/** Ids by kind, as the room that made the mail wrote them. */
export type Tells = Readonly<Record<string, readonly (string | number)[]>>

/** Mail to send, written with the change that causes it. The words go once it was sent (kept in the demonstration, to be read there). */
export const mails = pgTable(
  'mails',
  {
    id: id(),
    /** One mail per cause and reader, however often a job runs: for example `activity:81:account:7`. */
    key: text().notNull().unique(),
    to: text().notNull(),
    subject: text().notNull(),
    text: text(),
    html: text(),
    /** Besides those that every mail has: how to unsubscribe, where failures go. */
    headers: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** Not before: quiet hours of its reader. */
    notBefore: at(),
    /** The follower it goes to; null for mail to an account. */
    followerId: ref(),
    /** What tells many the same: its words are made when it leaves, of what may be read then. Null where the words stand here. */
    mailingId: ref(),
    /** What it tells of, for whoever makes the words. */
    tells: jsonb().$type<Tells>(),
    createdAt: at().notNull().defaultNow(),
    /** Since when a job is handing it to the server: another leaves it alone meanwhile. */
    tryingAt: at(),
    sentAt: at(),
    failedAt: at(),
    attempts: integer().notNull().default(0),
    lastError: text(),
  },
  (table) => [
    index('mails_waiting')
      .on(table.id)
      .where(sql`${table.sentAt} is null and ${table.failedAt} is null`),
    // What waits for a follower who wants no more, and all of one who is forgotten.
    index('mails_follower')
      .on(table.followerId)
      .where(sql`${table.followerId} is not null`),
    index('mails_created')
      .on(table.createdAt)
      .where(sql`${table.followerId} is not null`),
  ],
)
