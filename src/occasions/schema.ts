import { check, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { places } from '../places/schema.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

/** One date of an event or of a task: a time, where it is, and how many can come. A repeating event is one post with many of them. */
export const occasions = pgTable(
  'occasions',
  {
    id: id(),
    /** Of the kind `event` or `can-you-help`. */
    postId: ref()
      .notNull()
      .references(() => posts.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** A place with a page of its own; otherwise `venue` says where. */
    placeId: ref().references(() => places.id),
    /** In words, where there is no place: "Outside the Co-op, London Road", "Online". */
    venue: text(),
    /** People who can come; null for no limit. */
    capacity: integer(),
    /** Can people sign up (capacity or not)? */
    signUpFrom: at(),
    /** Kept: people (not sign-ups) who have a place, and who wait for one. */
    takenCount: integer().notNull().default(0),
    waitingCount: integer().notNull().default(0),
    cancelledAt: at(),
    cancelledBecause: text(),
    cancelledBy: ref().references(() => accounts.id),
    /** Raised by every change of time or venue, and when it is called off: calendars go by it, and who has signed up is told of each. */
    sequence: integer().notNull().default(0),
    changedAt: at().notNull(),
    /** Who has signed up was reminded of it as it stands at this sequence. */
    remindedAt: at(),
    remindedSequence: integer(),
  },
  (table) => [
    index('occasions_post').on(table.postId, table.startsAt, table.id),
    index('occasions_team').on(table.teamId, table.endsAt, table.id),
    index('occasions_place').on(table.placeId, table.endsAt, table.id),
    index('occasions_end').on(table.endsAt, table.id),
    check('occasions_window', sql`${table.endsAt} > ${table.startsAt} and ${table.endsAt} <= ${table.startsAt} + interval '24 hours'`),
    check('occasions_where', sql`num_nonnulls(${table.placeId}, ${table.venue}) = 1`),
    check('occasions_cancelled', sql`num_nonnulls(${table.cancelledAt}, ${table.cancelledBecause}, ${table.cancelledBy}) in (0, 3)`),
    check('occasions_capacity', sql`${table.capacity} between 1 and 5000`),
    check('occasions_room', sql`${table.takenCount} >= 0 and ${table.waitingCount} >= 0`),
  ],
)

export const SIGN_UP_STATES = ['asked', 'coming', 'waiting', 'left'] as const
export type SignUpState = (typeof SIGN_UP_STATES)[number]

/** Somebody comes to an occasion, with an account or by a link sent to their mailbox. Forgotten some weeks after it; only the numbers stay. */
export const signUps = pgTable(
  'sign_ups',
  {
    id: id(),
    occasionId: ref()
      .notNull()
      .references(() => occasions.id),
    /** `asked`: the link was sent and not pressed yet; it takes no place. */
    state: text({ enum: SIGN_UP_STATES }).notNull(),
    accountId: ref().references(() => accounts.id),
    /** Lower case; null when it was forgotten. Never shown to anybody but its owner, staff included. */
    email: text(),
    /** What the organiser calls them at the door; null when they gave none or it was forgotten. */
    name: text(),
    partySize: integer().notNull().default(1),
    /** What they need to take part, for the organiser alone. */
    needs: text(),
    /** SHA-256 of the token in the links of their mails. */
    tokenHash: text().notNull().unique(),
    clientKey: uuid().notNull(),
    createdAt: at().notNull(),
    /** Since when it is in its state: the order of the waiting list. */
    stateAt: at().notNull(),
    forgottenAt: at(),
  },
  (table) => [
    // One for each mailbox and occasion; who left can come again.
    unique('sign_ups_once').on(table.occasionId, table.email),
    unique('sign_ups_client_key').on(table.occasionId, table.clientKey),
    index('sign_ups_state').on(table.occasionId, table.state, table.stateAt, table.id),
    index('sign_ups_account').on(table.accountId, table.id),
    check('sign_ups_party', sql`${table.partySize} between 1 and 10`),
  ],
)

/** What the organiser wrote to everybody who comes. */
export const occasionWords = pgTable(
  'occasion_words',
  {
    id: id(),
    occasionId: ref()
      .notNull()
      .references(() => occasions.id),
    body: text().notNull(),
    writtenBy: ref()
      .notNull()
      .references(() => accounts.id),
    writtenAt: at().notNull(),
    /** How many mailboxes it went to. */
    toldCount: integer().notNull(),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [index('occasion_words_occasion').on(table.occasionId, table.id)],
)
