import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { accounts, circles, organisations } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'

/** Somebody asks to be let into a restricted or a support circle; there the account is a pseudonymous one. */
export const circleRequests = pgTable(
  'circle_requests',
  {
    id: id(),
    circleId: ref()
      .notNull()
      .references(() => circles.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    words: text().notNull(),
    askedAt: at().notNull(),
    answer: text({ enum: ['let-in', 'refused', 'withdrawn'] }),
    answeredBy: ref().references(() => accounts.id),
    answeredAt: at(),
    /** Said to whoever asked. */
    note: text(),
  },
  (table) => [
    uniqueIndex('circle_requests_open')
      .on(table.circleId, table.accountId)
      .where(sql`${table.answer} is null`),
    index('circle_requests_waiting')
      .on(table.circleId, table.id)
      .where(sql`${table.answer} is null`),
    check('circle_requests_answer', sql`(${table.answer} is null) = (${table.answeredAt} is null)`),
  ],
)

/** An owner asks somebody in: a colleague by their account, partner staff by the mailbox of their organisation. Never into a support circle. */
export const circleInvitations = pgTable(
  'circle_invitations',
  {
    id: id(),
    circleId: ref()
      .notNull()
      .references(() => circles.id),
    /** A colleague. */
    accountId: ref().references(() => accounts.id),
    /** Partner staff: the address in lower case, and SHA-256 of the token in the link. */
    email: text(),
    organisationId: ref().references(() => organisations.id),
    tokenHash: text().unique(),
    invitedBy: ref()
      .notNull()
      .references(() => accounts.id),
    invitedAt: at().notNull(),
    expiresAt: at().notNull(),
    answer: text({ enum: ['accepted', 'declined', 'taken-back'] }),
    answeredAt: at(),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [
    uniqueIndex('circle_invitations_colleague')
      .on(table.circleId, table.accountId)
      .where(sql`${table.answer} is null and ${table.accountId} is not null`),
    uniqueIndex('circle_invitations_mailbox')
      .on(table.circleId, table.email)
      .where(sql`${table.answer} is null and ${table.email} is not null`),
    index('circle_invitations_account')
      .on(table.accountId, table.id)
      .where(sql`${table.answer} is null`),
    check(
      'circle_invitations_whom',
      sql`(${table.accountId} is null) = (${table.email} is not null and ${table.organisationId} is not null and ${table.tokenHash} is not null)`,
    ),
  ],
)

/**
 * Under which account somebody writes in a support circle. `key` is a keyed hash of circle and person with a secret of the installation that is not in the
 * database: only a request of the person themself comes to it. No row says when it was made, and the account it names has no mailbox.
 */
export const personas = pgTable('personas', {
  accountId: ref()
    .primaryKey()
    .references(() => accounts.id),
  circleId: ref()
    .notNull()
    .references(() => circles.id),
  key: text().notNull().unique(),
})
