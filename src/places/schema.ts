import { check, doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { ROLES } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { conversations } from '../conversations/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'

export const PLACE_KINDS = ['counter', 'surgery', 'hub', 'partner'] as const
export type PlaceKind = (typeof PLACE_KINDS)[number]

/** What somebody did with a place, or asks to have done. */
export const PLACE_ACTS = ['open', 'change', 'close'] as const
export type PlaceAct = (typeof PLACE_ACTS)[number]

/** From and until, UK time as clocks show it: "09:00", "17:00"; "24:00" for the end of the day. */
export type Span = readonly [from: string, until: string]
/** Opening hours of an ordinary week, Monday first; seven days, each with none or several spans. */
export type Week = readonly (readonly Span[])[]
/** Days that differ ("2026-12-24"): no spans for closed. */
export type Exceptions = Readonly<Record<string, readonly Span[]>>

/** Where people can meet a team or find help: a counter, a hub, the venue of a surgery, a service of a partner. */
export const places = pgTable(
  'places',
  {
    id: id(),
    /** Set at birth, never changed. */
    slug: text().notNull().unique(),
    name: text().notNull(),
    kind: text({ enum: PLACE_KINDS }).notNull(),
    /** The team that looks after its page. */
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    conversationId: ref()
      .notNull()
      .unique()
      .references(() => conversations.id),
    /** Of a partner's place: who runs it, and their account that may propose changes. */
    partnerName: text(),
    partnerId: ref().references(() => accounts.id),
    description: text().notNull().default(''),
    descriptionHtml: text().notNull().default(''),
    address: text().notNull(),
    /** For people, as they write it. */
    postcode: text(),
    /** Of the building: a venue, never a person. */
    lat: doublePrecision().notNull(),
    lng: doublePrecision().notNull(),
    /** Step-free entrance, hearing loop, parking: in words. */
    accessNotes: text().notNull().default(''),
    telephone: text(),
    web: text(),
    week: jsonb().$type<Week>().notNull(),
    exceptions: jsonb().$type<Exceptions>().notNull().default({}),
    /** What holds on bank holidays that `exceptions` does not name. */
    bankHolidays: text({ enum: ['closed', 'as-usual'] })
      .notNull()
      .default('closed'),
    /** The last time that somebody changed what readers see. */
    changedAt: at().notNull(),
    /** For good: the page stays and says so. */
    closedAt: at(),
    closedBecause: text(),
    version: integer().notNull().default(1),
    clientKey: uuid().notNull().unique(),
  },
  (table) => [
    index('places_team').on(table.teamId, table.name, table.id),
    index('places_ground').on(table.lat, table.lng),
    index('places_name').on(table.name, table.id),
    check('places_closed', sql`(${table.closedAt} is null) = (${table.closedBecause} is null)`),
  ],
)

/** Every change of a place, with who and when; those of a partner wait for a second person of the force. */
export const placeChanges = pgTable(
  'place_changes',
  {
    id: id(),
    act: text({ enum: PLACE_ACTS }).notNull(),
    /** Null for a new place that waits. */
    placeId: ref().references(() => places.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    /** The fields of the form, complete, as text: of a closing only its reason. */
    form: jsonb().$type<Record<string, string>>().notNull(),
    changedBy: ref()
      .notNull()
      .references(() => accounts.id),
    changedRole: text({ enum: ROLES }).notNull(),
    changedAt: at().notNull(),
    clientKey: uuid().notNull().unique(),
    answer: text({ enum: ['agreed', 'refused'] }),
    answeredBy: ref().references(() => accounts.id),
    answeredAt: at(),
    answerNote: text(),
  },
  (table) => [
    index('place_changes_place').on(table.placeId, table.id),
    index('place_changes_waiting')
      .on(table.teamId, table.id)
      .where(sql`${table.answer} is null`),
    index('place_changes_author').on(table.changedBy, table.id),
    check('place_changes_partner', sql`${table.changedRole} <> 'partner' or ${table.answer} is null or ${table.answeredBy} <> ${table.changedBy}`),
    check('place_changes_answered', sql`(${table.answer} is null) = (${table.answeredAt} is null)`),
  ],
)

/** Officers at a place for a time: venue and window only, planned ahead. Its words and conversation are those of its post, of the kind `presence`. */
export const presences = pgTable(
  'presences',
  {
    id: id(),
    placeId: ref()
      .notNull()
      .references(() => places.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    postId: ref()
      .notNull()
      .unique()
      .references(() => posts.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** How many residents said that they came; kept. */
    cameCount: integer().notNull().default(0),
    cancelledAt: at(),
    cancelledBecause: text(),
    cancelledBy: ref().references(() => accounts.id),
    /** Raised by every change of time or venue: calendars go by it. */
    sequence: integer().notNull().default(0),
    changedAt: at().notNull(),
  },
  (table) => [
    index('presences_team').on(table.teamId, table.endsAt, table.id),
    index('presences_place').on(table.placeId, table.endsAt, table.id),
    index('presences_end').on(table.endsAt, table.id),
    check('presences_window', sql`${table.endsAt} > ${table.startsAt} and ${table.endsAt} <= ${table.startsAt} + interval '24 hours'`),
    check('presences_cancelled', sql`num_nulls(${table.cancelledAt}, ${table.cancelledBecause}, ${table.cancelledBy}) in (0, 3)`),
  ],
)

/** "I came." Only the number is ever shown. */
export const presenceVisits = pgTable(
  'presence_visits',
  {
    presenceId: ref()
      .notNull()
      .references(() => presences.id),
    accountId: ref()
      .notNull()
      .references(() => accounts.id),
    at: at().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.presenceId, table.accountId] })],
)
