import { check, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { comments } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { occasions } from '../occasions/schema.ts'
import { posts } from '../posts/schema.ts'
import { priorities } from '../priorities/schema.ts'
import { teams } from '../teams/schema.ts'

export const FORMATS = ['surgery', 'street-briefing', 'meeting', 'online', 'question-hour'] as const
export type Format = (typeof FORMATS)[number]

/** How an event repeats, as it was planned: its dates are in `occasions`, each of them moved or called off by itself. */
export interface Repeat {
  every: 'week' | 'fortnight' | 'month'
  times: number
}

/** A meeting with residents. Words and conversation are those of its post, of the kind `event`; dates, venue and sign-ups those of its occasions. */
export const events = pgTable(
  'events',
  {
    id: id(),
    postId: ref()
      .notNull()
      .unique()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    format: text({ enum: FORMATS }).notNull(),
    /** Where it takes place, or is seen, on the web; https. */
    onlineUrl: text(),
    repeats: jsonb().$type<Repeat>(),
    /** Of an imported one: what the source knows it by. */
    sourceKey: text().unique(),
  },
  (table) => [index('events_team').on(table.teamId, table.id), check('events_url', sql`${table.onlineUrl} like 'https://%'`)],
)

export const eventPriorities = pgTable(
  'event_priorities',
  {
    eventId: ref()
      .notNull()
      .references(() => events.id),
    priorityId: ref()
      .notNull()
      .references(() => priorities.id),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.priorityId] }), index('event_priorities_priority').on(table.priorityId, table.eventId)],
)

/** What was said and decided on one date; written afterwards, and the earlier wordings are kept. */
export const eventNotes = pgTable(
  'event_notes',
  {
    id: id(),
    occasionId: ref()
      .notNull()
      .references(() => occasions.id),
    version: integer().notNull().default(1),
    said: text().notNull(),
    saidHtml: text().notNull(),
    decided: text().notNull(),
    decidedHtml: text().notNull(),
    /** How many came, where somebody counted. */
    cameCount: integer(),
    writtenBy: ref()
      .notNull()
      .references(() => accounts.id),
    officialRole: text({ enum: ROLES }).notNull(),
    officialTeam: text().notNull(),
    writtenAt: at().notNull(),
  },
  // Two who write at once: the second sees what the first wrote.
  (table) => [unique('event_notes_version').on(table.occasionId, table.version)],
)

/** A question of a live hour that was taken: they are answered in the order of their support, one after another. What waits is in `raisedComments`. */
export const hourAnswers = pgTable(
  'hour_answers',
  {
    /** The question. */
    commentId: ref()
      .primaryKey()
      .references(() => comments.id),
    eventId: ref()
      .notNull()
      .references(() => events.id),
    takenBy: ref()
      .notNull()
      .references(() => accounts.id),
    takenAt: at().notNull(),
    /** The official reply; null while it is being written, and for one that was passed. */
    answerId: ref().references(() => comments.id),
    /** Not answered in the hour: why, for readers. */
    passedBecause: text(),
    /** Answered or passed, by whom. */
    settledAt: at(),
    settledBy: ref().references(() => accounts.id),
  },
  (table) => [
    index('hour_answers_event').on(table.eventId, table.takenAt),
    check(
      'hour_answers_settled',
      sql`num_nonnulls(${table.settledAt}, ${table.settledBy}) in (0, 2) and num_nonnulls(${table.answerId}, ${table.passedBecause}) = num_nonnulls(${table.settledAt})`,
    ),
  ],
)
