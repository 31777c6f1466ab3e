import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { cases, decisions } from '../moderation/schema.ts'

export const APPEAL_OUTCOMES = ['upheld', 'varied', 'overturned'] as const
export type AppealOutcome = (typeof APPEAL_OUTCOMES)[number]

/** The author of an item asks that somebody else look at a decision again: once for each decision. */
export const appeals = pgTable(
  'appeals',
  {
    id: id(),
    decisionId: ref()
      .notNull()
      .unique()
      .references(() => decisions.id),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    body: text().notNull(),
    lodgedAt: at().notNull(),
    /** Five working days. */
    dueAt: at().notNull(),
    clientKey: uuid().notNull().unique(),
    /** The decision stands, stands in another form, or is undone. */
    outcome: text({ enum: APPEAL_OUTCOMES }),
    /** What the author is told. */
    outcomeText: text(),
    note: text(),
    /** Of a varied one: the reason that stands now. */
    reasonCode: text(),
    /** Of a varied one: the words that came back, parts taken out. Null where the item stays down. */
    redactedBody: text(),
    deciderId: ref().references(() => accounts.id),
    decidedAt: at(),
    logId: ref().references(() => log.id),
  },
  (table) => [
    index('appeals_account').on(table.accountId, table.id),
    index('appeals_case').on(table.caseId),
    check(
      'appeals_decided',
      sql`num_nulls(${table.outcome}, ${table.outcomeText}, ${table.deciderId}, ${table.decidedAt}, ${table.logId}) in (0, 5)`,
    ),
  ],
)
