import { check, index, pgTable, primaryKey, text, boolean, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { log } from '../activity/schema.ts'
import { at, id, ref } from '../database/columns.ts'
import { teams } from '../teams/schema.ts'

export const SWITCHES = ['pre-election', 'major-incident'] as const
export type SwitchKind = (typeof SWITCHES)[number]

/** A mode of the whole site or of some teams, from a moment until another: who set it, why, and what readers are told. */
export const switches = pgTable(
  'switches',
  {
    id: id(),
    kind: text({ enum: SWITCHES }).notNull(),
    /** Stands above every page that it concerns. Plain words. */
    banner: text().notNull(),
    /** Where readers find more; null for none. */
    bannerLink: text(),
    /** For moderators only: the ground on which it was set. */
    because: text().notNull(),
    /** All teams; else those in `switch_teams`. */
    wholeForce: boolean().notNull(),
    /** Kinds of posts that need the press office meanwhile. */
    kinds: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    startsAt: at().notNull(),
    /** Mandatory: no mode lasts because somebody forgot it. */
    endsAt: at().notNull(),
    setBy: ref()
      .notNull()
      .references(() => accounts.id),
    setAt: at().notNull(),
    endedAt: at(),
    endedBy: ref().references(() => accounts.id),
    endedBecause: text(),
    clientKey: uuid().notNull().unique(),
    logId: ref()
      .notNull()
      .references(() => log.id),
  },
  (table) => [
    check('switches_span', sql`${table.endsAt} > ${table.startsAt}`),
    index('switches_in_force')
      .on(table.endsAt)
      .where(sql`${table.endedAt} is null`),
  ],
)

export const switchTeams = pgTable(
  'switch_teams',
  {
    switchId: ref()
      .notNull()
      .references(() => switches.id),
    teamId: ref()
      .notNull()
      .references(() => teams.id),
  },
  (table) => [primaryKey({ columns: [table.switchId, table.teamId] })],
)
