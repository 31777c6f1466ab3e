import { sql } from 'drizzle-orm'
import { customType, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { at, bytewise, ref } from '../database/columns.ts'

/** What a member of staff says of themself to colleagues. Role and team come from their roles. */
export const staffProfiles = pgTable(
  'staff_profiles',
  {
    accountId: ref()
      .primaryKey()
      .references(() => accounts.id),
    worksOn: text().notNull().default(''),
    about: text().notNull().default(''),
    skills: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    languages: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    changedAt: at().notNull(),
    version: integer().notNull().default(1),
    /** What they lead: "Head of neighbourhood policing". Said by an administrator, for those who write as leadership. */
    leads: text(),
    leadsSetBy: ref().references(() => accounts.id),
    leadsSetAt: at(),
  },
  (table) => [index('staff_profiles_skills').using('gin', table.skills), index('staff_profiles_languages').using('gin', table.languages)],
)

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/**
 * Members of staff as the directory finds them, whether their role still runs or not: that is asked when it is read. Kept by triggers on names, roles, teams and
 * profiles, so that looking somebody up reads neither residents nor sums.
 */
export const colleagueEntries = pgTable(
  'colleague_entries',
  {
    accountId: ref()
      .primaryKey()
      .references(() => accounts.id),
    /** Folded, the family name first: "adeyemi pc imran adeyemi". */
    name: bytewise().notNull(),
    /** Name, roles, teams, what they lead and work on, skills and languages. */
    words: tsvector().notNull(),
  },
  (table) => [index('colleague_entries_name').on(table.name, table.accountId), index('colleague_entries_words').using('gin', table.words)],
)

export const TERM_KINDS = ['skill', 'language'] as const
export type TermKind = (typeof TERM_KINDS)[number]

/** Skills and languages that somebody has named, for suggestions and filters; kept by a trigger. */
export const colleagueTerms = pgTable(
  'colleague_terms',
  {
    kind: text({ enum: TERM_KINDS }).notNull(),
    term: text().notNull(),
    personCount: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.term] })],
)
