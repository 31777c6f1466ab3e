import { check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

export const TASK_SORTS = ['litter-pick', 'speed-watch', 'good-neighbour', 'other'] as const
export type TaskSort = (typeof TASK_SORTS)[number]

/** Something that residents can help with, by a team or by a partner. Its words are those of its post (`can-you-help`), its dates and helpers those of its occasions. */
export const tasks = pgTable(
  'tasks',
  {
    id: id(),
    /** Null until it is published: one by a partner waits for somebody of the force. */
    postId: ref()
      .unique()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    sort: text({ enum: TASK_SORTS }).notNull(),
    /** As it was typed, field by field, to publish it from and to show whoever agrees. */
    form: jsonb().$type<Record<string, string>>().notNull(),
    /** How helpers and those whom they help are kept safe. Shown. */
    safeguarding: text().notNull(),
    /** Who may help: 18 and over, or younger with an adult; null for anybody. */
    leastAge: integer(),
    /** Who runs it, where it is not the team. */
    partnerName: text(),
    proposedBy: ref()
      .notNull()
      .references(() => accounts.id),
    proposedRole: text({ enum: ROLES }).notNull(),
    proposedAt: at().notNull(),
    answer: text({ enum: ['agreed', 'refused'] }),
    answeredBy: ref().references(() => accounts.id),
    answeredAt: at(),
    answerNote: text(),
    /** Done: with thanks that readers see, and perhaps an outcome. */
    closedAt: at(),
    closedBy: ref().references(() => accounts.id),
    thanks: text(),
    outcomeId: ref().references(() => posts.id),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [
    index('tasks_open')
      .on(table.teamId, table.id)
      .where(sql`${table.postId} is not null and ${table.closedAt} is null`),
    index('tasks_waiting')
      .on(table.teamId, table.id)
      .where(sql`${table.answer} is null`),
    index('tasks_author').on(table.proposedBy, table.id),
    check('tasks_answered', sql`num_nonnulls(${table.answer}, ${table.answeredBy}, ${table.answeredAt}) in (0, 3)`),
    check('tasks_second_person', sql`${table.proposedRole} <> 'partner' or ${table.answeredBy} is distinct from ${table.proposedBy}`),
    check('tasks_published', sql`${table.postId} is null or ${table.answer} is not distinct from 'agreed'`),
    check('tasks_closed', sql`num_nonnulls(${table.closedAt}, ${table.closedBy}, ${table.thanks}) in (0, 3)`),
  ],
)
