import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** Counters of the rate limits that must hold across processes; the shape is rate-limiter-flexible's. */
export const rateLimits = pgTable('rate_limits', {
  key: text().primaryKey(),
  points: integer().notNull().default(0),
  expire: bigint({ mode: 'number' }),
})
