import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { comments } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { decisions, sealedCopies } from '../moderation/schema.ts'
import { posts } from '../posts/schema.ts'

export const PROPOSALS = ['suspend', 'seal', 'lift-seal', 'open-sealed', 'alert'] as const
export type ProposalKind = (typeof PROPOSALS)[number]

/** What takes two people of the press office: one proposes, another agrees or refuses. It waits in the queue. */
export const proposals = pgTable(
  'proposals',
  {
    id: id(),
    kind: text({ enum: PROPOSALS }).notNull(),
    /** What it is about: an account for a suspension, an item for a seal, a seal or a sealed copy for the others. */
    accountId: ref().references(() => accounts.id),
    commentId: ref().references(() => comments.id),
    postId: ref().references(() => posts.id),
    /** A foreign key in the migration: seals know proposals, not the other way round. */
    sealId: ref(),
    sealedCopyId: ref().references(() => sealedCopies.id),
    /** The decision to which a suspension is tied. */
    decisionId: ref().references(() => decisions.id),
    /** What was typed: reason, text, reference. */
    form: jsonb().$type<Record<string, string>>().notNull().default({}),
    proposedBy: ref()
      .notNull()
      .references(() => accounts.id),
    proposedAt: at().notNull(),
    clientKey: uuid().notNull().unique(),
    answer: text({ enum: ['agreed', 'refused', 'taken-back'] }),
    answerNote: text(),
    answeredBy: ref().references(() => accounts.id),
    answeredAt: at(),
  },
  (table) => [
    check('proposals_two_people', sql`${table.answer} is distinct from 'agreed' or ${table.answeredBy} <> ${table.proposedBy}`),
    check('proposals_answered', sql`num_nulls(${table.answer}, ${table.answeredBy}, ${table.answeredAt}) in (0, 3)`),
    index('proposals_account').on(table.accountId),
  ],
)
