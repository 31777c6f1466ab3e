import { customType, index, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { at, id, ref } from '../database/columns.ts'

/** `asked`: a question that stays, for now or for good, between a resident and a team. `answer`: the comment that answered a question. */
export const ENTRY_KINDS = ['post', 'question', 'answer', 'comment', 'asked', 'place', 'team'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/**
 * What can be found: a row for each thing that stands (published, not removed, not withdrawn). Triggers keep it with every change, whoever makes it,
 * so that what is taken down is not found from the same moment. The words themselves are read from where they stand.
 */
export const searchEntries = pgTable(
  'search_entries',
  {
    id: id(),
    kind: text({ enum: ENTRY_KINDS }).notNull(),
    itemId: ref().notNull(),
    audience: text().notNull(),
    teamId: ref(),
    /** Of a post, and of what is said under one: the post's kind. */
    postKind: text(),
    at: at().notNull(),
    words: tsvector().notNull(),
  },
  (table) => [
    unique('search_entries_item').on(table.kind, table.itemId),
    index('search_entries_words').using('gin', table.words),
    index('search_entries_newest').on(table.at, table.id),
  ],
)

/** Words that public entries hold, whole, for forgiving typos. What is suggested is always looked for first, in the reader's own scope. */
export const searchWords = pgTable('search_words', {
  word: text().primaryKey(),
  /** The last entry in which it was met: how far the reading has come, and where to look whether it still stands. */
  entryId: ref().notNull(),
})
