import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at, id, ref } from '../database/columns.ts'

export interface ImportSummary {
  new: number
  changed: number
  same: number
  gone: number
  refused: { what: string; why: string }[]
}

/** One run of an import. A run that was cut short has no `finishedAt`; the next one of the same source goes on with it. */
export const importRuns = pgTable('import_runs', {
  id: id(),
  kind: text({ enum: ['police', 'postcodes', 'boundaries'] }).notNull(),
  source: text().notNull(),
  startedAt: at().notNull().defaultNow(),
  finishedAt: at(),
  summary: jsonb().$type<ImportSummary>(),
})

/** What a run has done so far, a row per neighbourhood or file. */
export const importSteps = pgTable(
  'import_steps',
  {
    runId: ref()
      .notNull()
      .references(() => importRuns.id, { onDelete: 'cascade' }),
    step: text().notNull(),
    result: jsonb().$type<ImportSummary>().notNull(),
    doneAt: at().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.step] }), index('import_steps_run').on(table.runId)],
)
