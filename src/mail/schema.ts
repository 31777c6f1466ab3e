import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { at, id } from '../database/columns.ts'

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
    createdAt: at().notNull().defaultNow(),
    sentAt: at(),
    failedAt: at(),
    attempts: integer().notNull().default(0),
    lastError: text(),
  },
  (table) => [
    index('mails_waiting')
      .on(table.id)
      .where(sql`${table.sentAt} is null and ${table.failedAt} is null`),
  ],
)
