import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** Why something may be rejected or removed, in the words that the public reads. A new wording is a new version. */
export const reasons = pgTable(
  'reasons',
  {
    code: text().notNull(),
    version: integer().notNull(),
    title: text().notNull(),
    publicText: text().notNull(),
    /** Illegal, threat, victim identity: one staffed hour instead of four working hours. */
    urgent: boolean().notNull().default(false),
    /** Offered to residents in "Tell a moderator". */
    forFlags: boolean().notNull().default(false),
    position: integer().notNull(),
    retiredAt: at(),
  },
  (table) => [primaryKey({ columns: [table.code, table.version] })],
)

export const CASE_STATES = ['open', 'decided'] as const

/** The moderators' decision file on one item. */
export const cases = pgTable(
  'cases',
  {
    id: id(),
    cause: text({ enum: ['held', 'flagged'] }).notNull(),
    /** For a held item: which rule held it, in words for the moderator. */
    because: text().notNull(),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    conversationId: ref()
      .notNull()
      .references(() => conversations.id),
    audience: text().notNull(),
    teamId: ref().references(() => teams.id),
    state: text({ enum: CASE_STATES }).notNull().default('open'),
    urgent: boolean().notNull().default(false),
    /** Independent people who flagged it. */
    flagCount: integer().notNull().default(0),
    /** The item as it stood when the case opened. */
    snapshot: jsonb().$type<{ body: string; version: number }>().notNull(),
    openedAt: at().notNull().defaultNow(),
    dueAt: at().notNull(),
    decidedAt: at(),
    /** Raised by every act; a decision names the version that the moderator saw. */
    version: integer().notNull().default(1),
  },
  (table) => [
    check('cases_one_item', sql`num_nonnulls(${table.commentId}, ${table.postId}) = 1`),
    uniqueIndex('cases_open_comment')
      .on(table.commentId)
      .where(sql`${table.state} = 'open'`),
    uniqueIndex('cases_open_post')
      .on(table.postId)
      .where(sql`${table.state} = 'open'`),
    index('cases_queue')
      .on(table.urgent.desc().nullsFirst(), table.dueAt, table.id)
      .where(sql`${table.state} = 'open'`),
    index('cases_team_queue')
      .on(table.teamId, table.urgent.desc().nullsFirst(), table.dueAt, table.id)
      .where(sql`${table.state} = 'open'`),
    index('cases_comment').on(table.commentId),
  ],
)

/** Somebody told a moderator. Who it was is never public. */
export const flags = pgTable(
  'flags',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    reasonCode: text().notNull(),
    note: text(),
    accountId: ref().references(() => accounts.id),
    /** Tells people apart without knowing them: the account, or a keyed hash of the address that changes daily. */
    flaggerKey: text().notNull(),
    clientKey: uuid().notNull().unique(),
    at: at().notNull().defaultNow(),
  },
  (table) => [uniqueIndex('flags_once').on(table.caseId, table.flaggerKey)],
)

export const ACTS = ['release', 'reject', 'remove', 'keep'] as const
export type Act = (typeof ACTS)[number]

export const decisions = pgTable(
  'decisions',
  {
    id: id(),
    caseId: ref()
      .notNull()
      .references(() => cases.id),
    act: text({ enum: ACTS }).notNull(),
    reasonCode: text(),
    reasonVersion: integer(),
    /** What the author and the public are told. */
    publicText: text(),
    /** For moderators only. */
    note: text(),
    deciderId: ref()
      .notNull()
      .references(() => accounts.id),
    deciderRole: text({ enum: ROLES }).notNull(),
    at: at().notNull().defaultNow(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [uniqueIndex('decisions_case').on(table.caseId), index('decisions_reason').on(table.reasonCode, table.id)],
)
