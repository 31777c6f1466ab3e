import { doublePrecision, index, jsonb, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core'
import { at, bytewise, id, ref } from '../database/columns.ts'

/** [longitude, latitude] in degrees, WGS 84: the order of GeoJSON. */
export type Position = [lng: number, lat: number]
/** The first ring is the outline, any further ones are holes. Every ring is closed. */
export type Rings = Position[][]

/** A named area on the ground. Which team looks after it is the team's affair (`team_areas`). */
export const areas = pgTable(
  'areas',
  {
    id: id(),
    kind: text({ enum: ['team', 'ward', 'force'] }).notNull(),
    /** The publisher's own code: a neighbourhood id, a ward code, a force code. Unique within its kind. */
    code: text().notNull(),
    name: text().notNull(),
    source: text().notNull(),
    importedAt: at().notNull().defaultNow(),
  },
  (table) => [unique('areas_kind_code').on(table.kind, table.code)],
)

/** One polygon of an area, holes included; an area with islands has several. */
export const areaParts = pgTable(
  'area_parts',
  {
    id: id(),
    areaId: ref()
      .notNull()
      .references(() => areas.id, { onDelete: 'cascade' }),
    rings: jsonb().$type<Rings>().notNull(),
    west: doublePrecision().notNull(),
    south: doublePrecision().notNull(),
    east: doublePrecision().notNull(),
    north: doublePrecision().notNull(),
    squareMetres: doublePrecision().notNull(),
  },
  (table) => [index('area_parts_area').on(table.areaId), index('area_parts_box').on(table.west, table.east)],
)

export const postcodes = pgTable('postcodes', {
  /** Upper case without a space: `LN42LE`. */
  key: bytewise().primaryKey(),
  /** Null where the publisher knows no position. */
  lat: doublePrecision(),
  lng: doublePrecision(),
  /** 1 best … 9 none (ONSPD's scale; Code-Point Open's 10…90 divided by ten). */
  quality: smallint().notNull(),
  wardCode: text(),
  districtCode: text(),
  /** The police force area's code, for example E23000020; null where the file does not say. */
  forceCode: text(),
  /** The month in which it was abolished, `YYYYMM`; null while it lives. */
  terminated: text(),
  source: text().notNull(),
})
