import { check, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { priorities } from '../priorities/schema.ts'
import { teams } from '../teams/schema.ts'

/** How one resident would spread ten hours of patrol over the priorities of a team in one quarter: one for each account, changed until the quarter ends. */
export const effortVotes = pgTable(
  'effort_votes',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    /** "2026-Q4" */
    period: text().notNull(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    /** One of the places that the team covers, as the resident chose it; null for not said. */
    area: text(),
    /** Raised by every change. */
    version: integer().notNull().default(1),
    changedAt: at().notNull(),
    /** Taken back, but still in figures that readers have: it goes when these are made anew. One that is in none goes at once. */
    withdrawnAt: at(),
    /** The group of the results in which it is counted: a place, or '' for elsewhere; null for not yet. For the whole quarter. */
    countedIn: text(),
    /** As it was when it was counted last; 0 for never. A later `version` waits. */
    countedVersion: integer().notNull().default(0),
  },
  (table) => [
    unique('effort_votes_once').on(table.teamId, table.period, table.accountId),
    index('effort_votes_account').on(table.accountId, table.id),
    index('effort_votes_waiting')
      .on(table.period, table.teamId)
      .where(sql`${table.version} > ${table.countedVersion}`),
    check('effort_votes_counted', sql`(${table.countedIn} is null) = (${table.countedVersion} = 0) and ${table.countedVersion} <= ${table.version}`),
    check('effort_votes_withdrawn', sql`${table.withdrawnAt} is null or ${table.countedIn} is not null`),
  ],
)

export const effortShares = pgTable(
  'effort_shares',
  {
    voteId: ref()
      .notNull()
      .references(() => effortVotes.id, { onDelete: 'cascade' }),
    priorityId: ref()
      .notNull()
      .references(() => priorities.id),
    hours: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.voteId, table.priorityId] }),
    index('effort_shares_priority').on(table.priorityId),
    check('effort_shares_hours', sql`${table.hours} between 1 and 10`),
  ],
)

/** What came of one group: people in it, and the hours that they gave, by the id of the priority. */
export interface Counted {
  people: number
  hours: Record<string, number>
}

/** By place; '' is elsewhere and not said. Only groups large enough are in it. */
export interface Counts {
  groups: Record<string, Counted>
  /** When those from places too small were last counted elsewhere, or began to wait for it. */
  elsewhereAt: string | null
}

/** What readers see of a quarter: made anew only when enough people more have answered, so that nobody's answer can be found by comparing two days. */
export const effortResults = pgTable(
  'effort_results',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    period: text().notNull(),
    /** How many people are in it, in all groups together. */
    answers: integer().notNull(),
    body: jsonb().$type<Counts>().notNull(),
    madeAt: at().notNull(),
    /** The quarter is over: it stays as it is. */
    finalAt: at(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.period] })],
)
