import { date, jsonb, pgTable, primaryKey } from 'drizzle-orm/pg-core'
import { at, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'

/** How often something was said, or how many support it. */
export interface Tally {
  id: number
  count: number
}

/** A week of a team as ids and counts, never words: these are read when it is shown, as far as they are public then. */
export interface WeekBody {
  /** Conversations with the most comments of residents. */
  talked: Tally[]
  /** Posts of questions that the most people have too. */
  wondered: Tally[]
  /** Suggestions (comments) with the most support. */
  suggested: Tally[]
  /** Questions answered, the private ones too. */
  answered: number
  /** Posts of those that everybody can read. */
  answers: number[]
  actions: number[]
  /** Posts. */
  outcomes: number[]
  /** Priorities. */
  closed: number[]
  /** Dates of events. */
  held: number[]
  open: number
  overdue: number
  suggestions: number
  /** Priorities. */
  stale: number[]
  tasks: number[]
}

/** What residents told a team in a week, and what came of it: made once, on the Monday after, from what is public. */
export const teamWeeks = pgTable(
  'team_weeks',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    /** The Monday on which it began. */
    week: date({ mode: 'string' }).notNull(),
    body: jsonb().$type<WeekBody>().notNull(),
    madeAt: at().notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.week] })],
)
