import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
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

export const ORGANISATION_KINDS = ['council', 'fire', 'health', 'other'] as const

/** An organisation whose staff can be invited to circles. Who belongs to it is known by the mailbox: `domains` are what stands after the "@". */
export const organisations = pgTable('organisations', {
  id: id(),
  name: text().notNull().unique(),
  kind: text({ enum: ORGANISATION_KINDS }).notNull(),
  domains: text().array().notNull(),
  addedBy: ref()
    .notNull()
    .references(() => accounts.id),
  addedAt: at().notNull(),
  clientKey: uuid().notNull().unique(),
  /** From then on nobody is let in by it any more, and who was has no more access. */
  endedAt: at(),
  endedBy: ref().references(() => accounts.id),
})

/** `open`: every member of staff joins by themselves. `restricted`: they ask. `private`: only who was invited knows of it. `support`: under a pseudonym, across organisations. */
export const CIRCLE_KINDS = ['open', 'restricted', 'private', 'support'] as const
export type CircleKind = (typeof CIRCLE_KINDS)[number]

/** A group in the staff network. Here, because the session of an account has to know in which circles it is; its verbs stand in the room `circles`. */
export const circles = pgTable(
  'circles',
  {
    id: id(),
    kind: text({ enum: CIRCLE_KINDS }).notNull(),
    name: text().notNull(),
    about: text().notNull(),
    /** The team whose circle it is: its sergeant moderates. Never of a support circle. */
    teamId: ref().references(() => teams.id),
    /** Of a support circle: where else there is help, one a line. */
    signposts: text().notNull().default(''),
    /** Kept, and never shown of a support circle. */
    memberCount: integer().notNull().default(0),
    version: integer().notNull().default(1),
    foundedAt: at().notNull(),
    closedAt: at(),
    closedBecause: text(),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [
    index('circles_listed')
      .on(sql`lower(${table.name})`, table.id)
      .where(sql`${table.kind} <> 'private' and ${table.closedAt} is null`),
    check('circles_team', sql`${table.kind} <> 'support' or ${table.teamId} is null`),
  ],
)

/**
 * Who is in a circle. Of a support circle these are pseudonymous accounts (see `personas` in the room `circles`), which nothing in the database ties to a person.
 */
export const circleMembers = pgTable(
  'circle_members',
  {
    circleId: ref()
      .notNull()
      .references(() => circles.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    role: text({ enum: ['owner', 'member'] }).notNull(),
    /** Of partner staff: by whose mailbox they were let in. */
    organisationId: ref().references(() => organisations.id),
    joinedAt: at().notNull(),
    /** Partner staff are in for twelve months, unless an owner renews it. */
    expiresAt: at(),
    leftAt: at(),
    /** An owner ended it. */
    removedBy: ref().references(() => accounts.id),
    /** Said to whoever was removed. */
    removedBecause: text(),
  },
  (table) => [
    primaryKey({ columns: [table.circleId, table.accountId] }),
    index('circle_members_account')
      .on(table.accountId)
      .where(sql`${table.leftAt} is null`),
    check('circle_members_partner', sql`(${table.organisationId} is null) = (${table.expiresAt} is null)`),
  ],
)
