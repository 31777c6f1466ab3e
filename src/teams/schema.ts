import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { at, id, ref } from '../database/columns.ts'
import { areas } from '../geography/schema.ts'

/** Ways to reach somebody; the keys are open-ended (`email`, `telephone`, `web`, `facebook`, `e-messaging`, …). */
export type ContactDetails = Record<string, string>
export interface Link {
  url: string
  title: string
  description?: string
}

export const teams = pgTable('teams', {
  id: id(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  /** The id at data.police.uk, case-sensitive; null for a team made here. */
  neighbourhoodId: text().unique(),
  descriptionHtml: text(),
  forcePage: text(),
  population: integer(),
  centreLat: doublePrecision(),
  centreLng: doublePrecision(),
  contact: jsonb().$type<ContactDetails>().notNull().default({}),
  links: jsonb().$type<Link[]>().notNull().default([]),
  archivedAt: at(),
  archivedBecause: text(),
  successorId: ref().references((): AnyPgColumn => teams.id),
  /** Raised in every transaction that changes what the team's page shows. */
  version: integer().notNull().default(1),
  createdAt: at().notNull().defaultNow(),
})

/** Addresses that a team once had; they redirect for ever. */
export const teamSlugs = pgTable('team_slugs', {
  slug: text().primaryKey(),
  teamId: ref()
    .notNull()
    .references(() => teams.id),
})

/** The areas that a team looks after: usually one of its own, or a handful of wards. */
export const teamAreas = pgTable(
  'team_areas',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    areaId: ref()
      .notNull()
      .references(() => areas.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.areaId] }), index('team_areas_area').on(table.areaId)],
)

/** Villages, estates and streets that people would name when they look for their team. */
export const localities = pgTable(
  'localities',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    name: text().notNull(),
    /** Folded for look-up: lower case, letters and digits only, single spaces. */
    key: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.key] }), index('localities_key').on(table.key)],
)

/** The people of a team as the public page shows them. `import` rows are replaced as a set, `portal` rows are ours. */
export const officers = pgTable(
  'officers',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    name: text().notNull(),
    rank: text(),
    role: text(),
    bioHtml: text(),
    contact: jsonb().$type<ContactDetails>().notNull().default({}),
    position: integer().notNull().default(0),
    source: text({ enum: ['portal', 'import'] }).notNull(),
  },
  (table) => [index('officers_team').on(table.teamId, table.position)],
)

/** Police stations and the like, as the force publishes them for a team. Replaced as a set by each import. */
export const teamLocations = pgTable(
  'team_locations',
  {
    id: id(),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    name: text().notNull(),
    kind: text().notNull(),
    address: text(),
    postcode: text(),
    telephone: text(),
    descriptionHtml: text(),
    lat: doublePrecision(),
    lng: doublePrecision(),
    position: integer().notNull(),
  },
  (table) => [index('team_locations_team').on(table.teamId, table.position)],
)

/** Priorities and events as the force published them, kept whole for the rooms that will show them. */
export const policeExtracts = pgTable(
  'police_extracts',
  {
    teamId: ref()
      .notNull()
      .references(() => teams.id),
    kind: text({ enum: ['priorities', 'events'] }).notNull(),
    body: jsonb().$type<Record<string, unknown>[]>().notNull(),
    importedAt: at().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.kind] })],
)
