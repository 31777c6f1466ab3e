import { boolean, check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { comments } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'

export const NOTICE_KINDS = ['defamation', 'copyright'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Where a notice stands. Each stage but the last two has its deadline in `stage_due_at`. */
export const NOTICE_STAGES = ['received', 'author-told', 'author-answered', 'author-silent', 'incomplete', 'ended-down', 'ended-up'] as const
export type NoticeStage = (typeof NOTICE_STAGES)[number]

/** Somebody outside says in law's words that an item defames them, or is theirs. What they wrote is for the desk; parts of it for the author. */
export const takedownNotices = pgTable(
  'takedown_notices',
  {
    id: id(),
    kind: text({ enum: NOTICE_KINDS }).notNull(),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    name: text().notNull(),
    email: text().notNull(),
    /** What the law asks a notice to say, field by field. */
    statement: jsonb().$type<Record<string, string>>().notNull(),
    /** Whether the author may learn name and address. */
    mayShare: boolean().notNull(),
    receivedAt: at().notNull(),
    clientKey: uuid().notNull().unique(),
    stage: text({ enum: NOTICE_STAGES }).notNull().default('received'),
    stageAt: at().notNull(),
    stageDueAt: at(),
    /** The author's answer. */
    answer: text({ enum: ['agrees', 'stands-by-it'] }),
    answeredAt: at(),
    authorName: text(),
    authorAddress: text(),
    authorMayShare: boolean(),
    /** The complainant was told what came of it. */
    complainantToldAt: at(),
  },
  (table) => [
    check('takedown_notices_one_item', sql`num_nonnulls(${table.commentId}, ${table.postId}) = 1`),
    index('takedown_notices_comment').on(table.commentId),
    index('takedown_notices_post').on(table.postId),
    index('takedown_notices_due')
      .on(table.stageDueAt)
      .where(sql`${table.stage} not in ('ended-down', 'ended-up')`),
  ],
)

/** What was done about a notice, step by step. Append-only. */
export const noticeSteps = pgTable(
  'notice_steps',
  {
    id: id(),
    noticeId: ref()
      .notNull()
      .references(() => takedownNotices.id),
    stage: text({ enum: NOTICE_STAGES }).notNull(),
    /** Null for the complainant, or for a deadline that passed. */
    byId: ref().references(() => accounts.id),
    note: text(),
    at: at().notNull(),
  },
  (table) => [index('notice_steps_notice').on(table.noticeId, table.id)],
)
