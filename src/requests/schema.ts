import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

export const REQUESTS = ['legal-lock', 'hold', 'close', 'pre-election', 'major-incident', 'seal', 'open-seal', 'alert'] as const
export type RequestKind = (typeof REQUESTS)[number]

/** What somebody who may not do it themself asks of the press office. It waits in the queue like everything else. */
export const requests = pgTable(
  'requests',
  {
    id: id(),
    kind: text({ enum: REQUESTS }).notNull(),
    conversationId: ref().references(() => conversations.id),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    teamId: ref().references(() => teams.id),
    askedBy: ref()
      .notNull()
      .references(() => accounts.id),
    askedRole: text({ enum: ROLES }).notNull(),
    note: text().notNull(),
    askedAt: at().notNull().defaultNow(),
    clientKey: uuid().notNull().unique(),
    answer: text({ enum: ['done', 'declined'] }),
    answerText: text(),
    answeredBy: ref().references(() => accounts.id),
    answeredAt: at(),
  },
  (table) => [
    index('requests_asked').on(table.askedBy, table.id),
    check('requests_answered', sql`num_nulls(${table.answer}, ${table.answeredBy}, ${table.answeredAt}) in (0, 3)`),
    check('requests_two_people', sql`${table.answer} is distinct from 'done' or ${table.answeredBy} <> ${table.askedBy}`),
  ],
)
