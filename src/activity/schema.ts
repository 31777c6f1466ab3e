import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
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

/** How often each public act was done, by month, team and reason, and over all of them: kept by a trigger on the log, so that the totals cost nothing. */
export const logTotals = pgTable(
  'log_totals',
  {
    /** UK time: "2026-11"; empty for all months. */
    month: text().notNull(),
    /** 0 for what belongs to no team, -1 for all. */
    teamId: ref().notNull(),
    act: text().notNull(),
    /** Empty for acts that need none. */
    reasonCode: text().notNull(),
    count: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.month, table.teamId, table.act, table.reasonCode] })],
)
