/**
 * Limits that hold across processes, counted in Postgres.
 */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { sql } from 'drizzle-orm'
import { createHmac } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { TooMany } from '../errors.ts'
import { dayKey } from '../text/dates.ts'

/** How often somebody may do a thing: so many times in so many seconds. */
const LIMITS = {
  'sign-in-address': { points: 5, duration: 15 * 60 },
  'sign-in-visitor': { points: 20, duration: 15 * 60 },
  'sign-in-code': { points: 30, duration: 24 * 60 * 60 },
  comment: { points: 12, duration: 10 * 60 },
  question: { points: 5, duration: 24 * 60 * 60 },
  flag: { points: 15, duration: 60 * 60 },
  notice: { points: 5, duration: 24 * 60 * 60 },
  // Each is a mail to somebody who may not have asked for it.
  'follow-address': { points: 8, duration: 24 * 60 * 60 },
  'follow-visitor': { points: 20, duration: 60 * 60 },
  'sign-up-address': { points: 12, duration: 24 * 60 * 60 },
  'sign-up-visitor': { points: 20, duration: 60 * 60 },
  'invitation-person': { points: 20, duration: 24 * 60 * 60 },
  'invitation-circle': { points: 40, duration: 24 * 60 * 60 },
  'look-up': { points: 20, duration: 60 * 60 },
  upload: { points: 60, duration: 10 * 60 },
  reaction: { points: 120, duration: 10 * 60 },
} as const
export type Limit = keyof typeof LIMITS

export interface Limits {
  /** By what every limit is multiplied: 1, except under load tests. */
  readonly factor: number
  /** Counts one try; throws `TooMany` when there have been too many. */
  take(limit: Limit, who: string): Promise<void>
}

export function openLimits(db: Database, factor = 1): Limits {
  const limiters = new Map(Object.entries(LIMITS).map(([name, { points, duration }]) => [name, limiterOf(db, name, points * factor, duration)]))
  return {
    factor,
    async take(limit, who) {
      try {
        await limiters.get(limit)?.consume(who)
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        const seconds = Math.ceil(refusal.msBeforeNext / 1000)
        throw new TooMany('You have done that many times in a short while.', seconds)
      }
    },
  }
}

/** Removes the counters of times that are over: what stands in them tells apart those who came. */
export const sweepLimits = (db: Database): Promise<unknown> => db.execute(sql`delete from rate_limits where expire < ${Date.now()}`)

const limiterOf = (db: Database, name: string, points: number, duration: number) =>
  new RateLimiterPostgres({
    storeClient: db.$client,
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points,
    duration,
    clearExpiredByTimeout: false,
  })

/** Tells visitors apart for a day without keeping who they are: a keyed hash of their address that means nothing tomorrow. */
export const visitorKey = (secret: string, address: string, at: Date): string =>
  createHmac('sha256', secret)
    .update(`${dayKey(at)} ${address}`)
    .digest('base64url')
    .slice(0, 22)
