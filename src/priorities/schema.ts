import { check, date, index, pgTable, text, unique, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** "What should your team work on?": the conversation of a team in which suggestions are made. Its first level is gathered (`raisedComments`). */
export const suggestionBoxes = pgTable('suggestion_boxes', {
  teamId: ref()
    .primaryKey()
    .references(() => teams.id),
  conversationId: ref()
    .notNull()
    .unique()
    .references(() => conversations.id),
})

export const SUGGESTION_ANSWERS = ['adopted', 'merged', 'declined'] as const
export type SuggestionAnswer = (typeof SUGGESTION_ANSWERS)[number]

/** What the sergeant decided on a suggestion. One that has no row here waits. */
export const suggestionDecisions = pgTable(
  'suggestion_decisions',
  {
    commentId: ref()
      .primaryKey()
      .references(() => comments.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    answer: text({ enum: SUGGESTION_ANSWERS }).notNull(),
    /** The priority that took it up; of a merged one perhaps later, with the suggestion that it was merged into. */
    priorityId: ref().references((): AnyPgColumn => priorities.id),
    /** The other suggestion that says the same. */
    intoId: ref().references(() => comments.id),
    /** Readers see it. */
    reason: text(),
    decidedBy: ref()
      .notNull()
      .references(() => accounts.id),
    decidedRole: text({ enum: ROLES }).notNull(),
    decidedAt: at().notNull(),
  },
  (table) => [
    index('suggestion_decisions_priority').on(table.priorityId, table.commentId),
    index('suggestion_decisions_into').on(table.intoId),
    check('suggestion_decisions_adopted', sql`${table.answer} <> 'adopted' or ${table.priorityId} is not null`),
    check('suggestion_decisions_merged', sql`(${table.answer} = 'merged') = (${table.intoId} is not null) or ${table.priorityId} is not null`),
    check('suggestion_decisions_declined', sql`${table.answer} <> 'declined' or ${table.reason} is not null`),
    check('suggestion_decisions_itself', sql`${table.intoId} is distinct from ${table.commentId}`),
  ],
)

/** What a team works on until something has come of it. Its words, date and conversation are those of its post, of the kind `priority`. */
export const priorities = pgTable(
  'priorities',
  {
    id: id(),
    postId: ref()
      .notNull()
      .unique()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    /** The member of staff who sees to it; null for nobody in particular. */
    ownerId: ref().references(() => accounts.id),
    openedAt: at().notNull(),
    /** The last time that somebody said how it stands: publishing, a review, an action. Three months later it is stale. */
    reviewedAt: at().notNull(),
    /** It ends with an outcome, and with nothing else. */
    outcomeId: ref().references(() => posts.id),
    closedAt: at(),
    closedBy: ref().references(() => accounts.id),
    /** Of an imported one: what the source knows it by, so that a second import finds it. */
    sourceKey: text().unique(),
  },
  (table) => [
    index('priorities_open')
      .on(table.teamId, table.openedAt, table.id)
      .where(sql`${table.closedAt} is null`),
    index('priorities_closed')
      .on(table.teamId, table.closedAt, table.id)
      .where(sql`${table.closedAt} is not null`),
    index('priorities_outcome').on(table.outcomeId),
    check('priorities_outcome_needed', sql`num_nonnulls(${table.closedAt}, ${table.outcomeId}, ${table.closedBy}) in (0, 3)`),
  ],
)

export const ACTION_STATES = ['planned', 'done', 'dropped'] as const
export type ActionState = (typeof ACTION_STATES)[number]

/** What is done about a priority, each with a place of its own on its page (`#action-ID`). */
export const priorityActions = pgTable(
  'priority_actions',
  {
    id: id(),
    priorityId: ref()
      .notNull()
      .references(() => priorities.id),
    what: text().notNull(),
    state: text({ enum: ACTION_STATES }).notNull().default('planned'),
    /** A day, as it was said: "2027-03-27". */
    plannedFor: date({ mode: 'string' }),
    doneAt: at(),
    /** What came of it, or why it was dropped. Readers see it. */
    note: text(),
    /** An update, event, task or survey of the team that shows it. */
    postId: ref().references(() => posts.id),
    byId: ref()
      .notNull()
      .references(() => accounts.id),
    /** The official mark at the time of writing. */
    officialRole: text({ enum: ROLES }).notNull(),
    officialTeam: text().notNull(),
    createdAt: at().notNull(),
    changedAt: at().notNull(),
    clientKey: uuid().notNull(),
  },
  (table) => [
    unique('priority_actions_client_key').on(table.byId, table.clientKey),
    index('priority_actions_priority').on(table.priorityId, table.id),
    index('priority_actions_post').on(table.postId),
    check('priority_actions_done', sql`(${table.state} = 'done') = (${table.doneAt} is not null)`),
    check('priority_actions_dropped', sql`${table.state} <> 'dropped' or ${table.note} is not null`),
  ],
)

/** How it stands, said from time to time. Append-only; the last one is shown. */
export const priorityReviews = pgTable(
  'priority_reviews',
  {
    id: id(),
    priorityId: ref()
      .notNull()
      .references(() => priorities.id),
    note: text().notNull(),
    byId: ref()
      .notNull()
      .references(() => accounts.id),
    officialRole: text({ enum: ROLES }).notNull(),
    officialTeam: text().notNull(),
    at: at().notNull(),
    clientKey: uuid().notNull(),
  },
  (table) => [
    unique('priority_reviews_client_key').on(table.byId, table.clientKey),
    index('priority_reviews_priority').on(table.priorityId, table.id),
  ],
)
