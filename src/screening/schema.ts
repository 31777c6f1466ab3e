import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { at, ref } from '../database/columns.ts'

export const LIST_PURPOSES = ['hold', 'civility'] as const
export type ListPurpose = (typeof LIST_PURPOSES)[number]

/**
 * Words and patterns, one a line. `hold` lists make a comment wait for a person; `civility` lists ask its author to read it once more, who may go on.
 * Neither blocks. Every change is a new version; the newest one of a name is in force, and one without patterns switches the list off.
 */
export const wordLists = pgTable(
  'word_lists',
  {
    name: text().notNull(),
    version: integer().notNull(),
    purpose: text({ enum: LIST_PURPOSES }).notNull(),
    /** One pattern a line: words as they are written; `*` for any letters, `#` for a digit. */
    patterns: text().notNull(),
    /** Why it was changed. */
    note: text().notNull(),
    /** Null for what came with the software. */
    changedBy: ref().references(() => accounts.id),
    changedAt: at().notNull().defaultNow(),
    clientKey: uuid().unique(),
  },
  (table) => [primaryKey({ columns: [table.name, table.version] })],
)
