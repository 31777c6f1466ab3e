import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at, id, ref } from '../database/columns.ts'

/**
 * What happened, for those who listen: notices, mail, live signals, feeds. Ids only, never words.
 * A row is written in the transaction of the change that it tells of.
 */
export const activities = pgTable(
  'activities',
  {
    id: id(),
    kind: text().notNull(),
    at: at().notNull().defaultNow(),
    actorId: ref(),
    audience: text().notNull(),
    teamId: ref(),
    conversationId: ref(),
    commentId: ref(),
    postId: ref(),
    detail: jsonb().$type<Record<string, string | number | null>>().notNull().default({}),
  },
  (table) => [index('activities_at').on(table.at)],
)

/**
 * The append-only record of acts. The database refuses update, delete and truncate (see the migration),
 * and every row holds the hash of the row before it.
 */
export const log = pgTable(
  'log',
  {
    id: id(),
    at: at().notNull(),
    actorId: ref(),
    role: text().notNull(),
    act: text().notNull(),
    item: text().notNull(),
    itemId: ref(),
    audience: text().notNull(),
    teamId: ref(),
    teamName: text(),
    fromState: text(),
    toState: text(),
    reasonCode: text(),
    reasonTitle: text(),
    /** What the author was told. Shown to the author; never in the public log, which gives the reason alone. */
    publicText: text(),
    note: text(),
    hashBefore: text(),
    hashAfter: text(),
    previousHash: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [index('log_public').on(table.audience, table.id), index('log_item').on(table.item, table.itemId)],
)
