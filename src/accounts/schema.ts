import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { ROLES } from '../actor.ts'
import { log } from '../activity/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'

export const accounts = pgTable(
  'accounts',
  {
    id: id(),
    /** Lower case. Never shown to anybody but its owner. */
    email: text().notNull().unique(),
    /** Null until the person has chosen one. For staff it holds rank and name: "PC Imran Adeyemi". */
    displayName: text(),
    createdAt: at().notNull().defaultNow(),
    /** How many comments were published; the first ones of an account are held. */
    publishedCount: integer().notNull().default(0),
  },
  (table) => [index('accounts_name').on(sql`lower(${table.displayName})`)],
)

/**
 * How much somebody was told in place and has not read; kept by a trigger on what they were told. Beside the accounts: whoever comments changes their own account
 * and tells somebody else, and two who answer each other at the same moment must not wait for each other.
 */
export const unreadCounts = pgTable('unread_counts', {
  accountId: ref()
    .primaryKey()
    .references(() => accounts.id),
  count: integer().notNull().default(0),
})

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the token in the cookie, hexadecimal. The token itself is stored nowhere. */
    id: text().primaryKey(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    /** "Firefox on Android": so that people know their own devices. */
    device: text().notNull(),
    createdAt: at().notNull().defaultNow(),
    seenAt: at().notNull().defaultNow(),
    expiresAt: at().notNull(),
  },
  (table) => [index('sessions_account').on(table.accountId), index('sessions_expiry').on(table.expiresAt)],
)

/** What somebody wrote before signing in, kept with the sign-in so that it is there when they come back. */
export interface KeptWords {
  path: string
  fields: Record<string, string>
}

/** One request for a sign-in email: a link that works once, and a code for the browser that asked. */
export const signIns = pgTable(
  'sign_ins',
  {
    id: id(),
    email: text().notNull(),
    tokenHash: text().notNull().unique(),
    codeHash: text().notNull(),
    /** Hash of a cookie set in the browser that asked; the code is good there only. */
    browserHash: text().notNull(),
    attempts: integer().notNull().default(0),
    returnTo: text().notNull(),
    kept: jsonb().$type<KeptWords>(),
    createdAt: at().notNull().defaultNow(),
    expiresAt: at().notNull(),
    usedAt: at(),
    accountId: ref().references(() => accounts.id),
  },
  (table) => [index('sign_ins_browser').on(table.browserHash), index('sign_ins_expiry').on(table.expiresAt)],
)

/** A role of a member of staff: proposed by one administrator, in force once another has confirmed it, until it ends or expires. */
export const roleGrants = pgTable(
  'role_grants',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    role: text({ enum: ROLES }).notNull(),
    /** The team it is for; null for roles of the whole force. */
    teamId: ref().references(() => teams.id),
    proposedBy: ref().references(() => accounts.id),
    proposedAt: at().notNull().defaultNow(),
    confirmedBy: ref().references(() => accounts.id),
    confirmedAt: at(),
    expiresAt: at().notNull(),
    endedAt: at(),
    endedBy: ref().references(() => accounts.id),
  },
  (table) => [index('role_grants_account').on(table.accountId)],
)

/** When a member of staff is away, and who sees to their questions meanwhile. */
export const absences = pgTable(
  'absences',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** Null: the team as a whole. */
    coverId: ref().references(() => accounts.id),
    setBy: ref()
      .notNull()
      .references(() => accounts.id),
    createdAt: at().notNull().defaultNow(),
    /** They came back earlier. */
    endedAt: at(),
  },
  (table) => [index('absences_account').on(table.accountId, table.endsAt), check('absences_span', sql`${table.endsAt} > ${table.startsAt}`)],
)

/** From the mildest to the hardest. Each is tied to a decision, and says nothing about any content. */
export const SANCTIONS = ['advice', 'hold', 'mute', 'suspend'] as const
export type SanctionKind = (typeof SANCTIONS)[number]

/**
 * What an account may not do for a while. Reading is never among it. It ends by itself at `endsAt`, or earlier when somebody lifts it.
 * `decisionId` points at the decision that it is tied to (a foreign key in the migration: that table stands on a higher floor).
 */
export const sanctions = pgTable(
  'sanctions',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    kind: text({ enum: SANCTIONS }).notNull(),
    decisionId: ref().notNull(),
    /** What the person is told. */
    publicText: text().notNull(),
    /** For moderators only. */
    note: text(),
    imposedBy: ref()
      .notNull()
      .references(() => accounts.id),
    /** The second person; a suspension has one, by a constraint. */
    confirmedBy: ref().references(() => accounts.id),
    startsAt: at().notNull(),
    /** Null for advice, which restricts nothing. */
    endsAt: at(),
    liftedAt: at(),
    liftedBy: ref().references(() => accounts.id),
    liftedBecause: text(),
    clientKey: uuid().notNull().unique(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [
    index('sanctions_account').on(table.accountId, table.id),
    // What the session of an account has to know.
    index('sanctions_in_force')
      .on(table.accountId, table.endsAt)
      .where(sql`${table.liftedAt} is null and ${table.endsAt} is not null`),
    check(
      'sanctions_two_people',
      sql`${table.kind} <> 'suspend' or (${table.confirmedBy} is not null and ${table.confirmedBy} <> ${table.imposedBy})`,
    ),
    check('sanctions_end', sql`(${table.kind} = 'advice') = (${table.endsAt} is null)`),
  ],
)

export const LOOK_UP_REASONS = ['threat-to-life', 'crime', 'safeguarding', 'legal-request', 'data-request', 'impersonation'] as const
export type LookUpReason = (typeof LOOK_UP_REASONS)[number]

/** A member of staff looked up who a resident is: why, and when. The resident reads it in their account. */
export const lookUps = pgTable(
  'look_ups',
  {
    id: id(),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    byId: ref()
      .notNull()
      .references(() => accounts.id),
    byRole: text({ enum: ROLES }).notNull(),
    reason: text({ enum: LOOK_UP_REASONS }).notNull(),
    /** For the force's own audit; the resident reads the reason alone. */
    note: text().notNull(),
    at: at().notNull().defaultNow(),
    clientKey: uuid().notNull().unique(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [index('look_ups_account').on(table.accountId, table.id)],
)
