import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'

export const NOTIFICATION_KINDS = [
  'answered',
  'released',
  'rejected',
  'removed',
  'restored',
  'replied',
  'acted-on',
  'appeal-decided',
  'moved',
  'taken-up',
  'task-agreed',
  'task-refused',
  'praised',
  'best-answer',
  'practice-used',
  'issue-joined',
  'issue-closed',
  'help-offered',
  'group-invited',
  'group-called-off',
  'group-noted',
  'group-moved',
  'group-answered',
  'group-uninvited',
  'session-moved',
  'session-called-off',
  'noted-beside',
  'circle-invited',
  'circle-asked',
  'circle-let-in',
  'circle-refused',
  'circle-joined',
  'circle-closed',
  'commented',
  'followed-up',
] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** What somebody is told in place, in their own account. Ids and codes only; words are read when it is shown. */
export const notifications = pgTable(
  'notifications',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    kind: text({ enum: NOTIFICATION_KINDS }).notNull(),
    /** Cause and reader: told once however often a job runs. */
    key: text().notNull().unique(),
    /** Where it leads. */
    path: text().notNull(),
    conversationId: ref(),
    commentId: ref(),
    postId: ref(),
    detail: jsonb().$type<Record<string, string | number | null>>().notNull().default({}),
    at: at().notNull(),
    readAt: at(),
  },
  (table) => [
    index('notifications_account').on(table.accountId, table.id),
    index('notifications_unread')
      .on(table.accountId, table.id)
      .where(sql`${table.readAt} is null`),
  ],
)
