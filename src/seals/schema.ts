import { check, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { comments } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { sealedCopies } from '../moderation/schema.ts'
import { proposals } from '../proposals/schema.ts'

export const AUTHORITIES = ['data-protection', 'standards'] as const
export type Authority = (typeof AUTHORITIES)[number]

/** An evidence hold laid over an item in any state: no edit, no delete, no disposal (triggers hold the database to it), until two people lift it. */
export const seals = pgTable(
  'seals',
  {
    id: id(),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    authority: text({ enum: AUTHORITIES }).notNull(),
    /** Of the authority that asked for it. */
    reference: text().notNull(),
    because: text().notNull(),
    sealedBy: ref()
      .notNull()
      .references(() => accounts.id),
    confirmedBy: ref()
      .notNull()
      .references(() => accounts.id),
    sealedAt: at().notNull(),
    logId: ref()
      .notNull()
      .references(() => log.id),
    liftedAt: at(),
    liftedBy: ref().references(() => accounts.id),
    liftConfirmedBy: ref().references(() => accounts.id),
    liftedBecause: text(),
  },
  (table) => [
    check('seals_one_item', sql`num_nonnulls(${table.commentId}, ${table.postId}) = 1`),
    check(
      'seals_two_people',
      sql`${table.sealedBy} <> ${table.confirmedBy} and (${table.liftedBy} is null or ${table.liftedBy} is distinct from ${table.liftConfirmedBy})`,
    ),
    uniqueIndex('seals_comment')
      .on(table.commentId)
      .where(sql`${table.liftedAt} is null`),
    uniqueIndex('seals_post')
      .on(table.postId)
      .where(sql`${table.liftedAt} is null`),
  ],
)

/** Leave to read a sealed copy, and each reading. Append-only. */
export const sealOpenings = pgTable(
  'seal_openings',
  {
    id: id(),
    sealedCopyId: ref()
      .notNull()
      .references(() => sealedCopies.id),
    proposalId: ref()
      .notNull()
      .references(() => proposals.id),
    openedBy: ref()
      .notNull()
      .references(() => accounts.id),
    openedAt: at().notNull(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [index('seal_openings_copy').on(table.sealedCopyId, table.id)],
)
