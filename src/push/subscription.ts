/**
 * The browsers in which somebody asked to be told. A browser gives the address of its push service and two keys; they are shown to nobody again.
 */
import { createHash, ECDH } from 'node:crypto'
import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { followers } from '../following/schema.ts'
import { refusedBecause } from './address.ts'
import { pushKeysOf } from './keys.ts'
import { pushSubscriptions } from './schema.ts'

export interface NewSubscription {
  endpoint: string
  /** Both in base64url. */
  p256dh: string
  auth: string
  /** "Firefox on Android". */
  device: string
}

export interface PushDevice {
  id: number
  device: string
  since: Date
  /** By which the browser itself knows that it is meant. */
  mark: string
}

/** What the page about one's devices needs. */
export interface PushPanel {
  publicKey: string
  devices: PushDevice[]
}

const MOST = 10

/** The browsers of this follower; null for somebody who follows nothing yet. */
export async function pushPanel(db: Database, config: Pick<Config, 'push'>, followerId: number | null): Promise<PushPanel> {
  const [keys, rows] = await Promise.all([pushKeysOf(db, config), followerId === null ? [] : liveOf(db, followerId)])
  return { publicKey: keys.publicKey, devices: rows.map(({ endpoint, ...row }) => ({ ...row, mark: markOf(endpoint) })) }
}

const liveOf = (db: Db, followerId: number) =>
  db
    .select({
      id: pushSubscriptions.id,
      device: pushSubscriptions.device,
      since: pushSubscriptions.createdAt,
      endpoint: pushSubscriptions.endpoint,
    })
    .from(pushSubscriptions)
    .where(and(eq(pushSubscriptions.followerId, followerId), isNull(pushSubscriptions.endedAt)))
    .orderBy(asc(pushSubscriptions.id))
    .limit(MOST)

const markOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex').slice(0, 16)

/**
 * Begins, or begins again: a browser has one subscription, of whoever asked last in it. Throws `Refused` for what is no browser of a service that we speak to,
 * and when there are enough already.
 */
export async function subscribe(db: Database, config: Pick<Config, 'push'>, followerId: number, input: NewSubscription): Promise<void> {
  const { endpoint, p256dh, auth, device } = input
  const refused = refusedBecause(endpoint, config.push.services) ?? (areKeys(p256dh, auth) ? null : 'The keys of this browser cannot be used.')
  if (refused !== null) throw new Refused(refused, { endpoint: refused })
  await db.transaction(async (tx) => {
    await requireRoom(tx, followerId, endpoint)
    const begun = { followerId, p256dh, auth, device, createdAt: now(), failures: 0, lastSentAt: null, endedAt: null, endedBecause: null }
    await tx
      .insert(pushSubscriptions)
      .values({ ...begun, endpoint })
      .onConflictDoUpdate({ target: pushSubscriptions.endpoint, set: begun })
  })
}

/** Locks the follower, so that many at once do not become too many. */
async function requireRoom(tx: Tx, followerId: number, endpoint: string): Promise<void> {
  await tx.select({ id: followers.id }).from(followers).where(eq(followers.id, followerId)).for('update')
  const others = sql`${pushSubscriptions.endpoint} <> ${endpoint}`
  const [found] = await tx
    .select({ live: count() })
    .from(pushSubscriptions)
    .where(and(eq(pushSubscriptions.followerId, followerId), isNull(pushSubscriptions.endedAt), others))
  if ((found?.live ?? 0) < MOST) return
  const full = `You are told on ${MOST} devices already. Stop one of them first.`
  throw new Refused(full, { endpoint: full })
}

/** A point of the curve, and sixteen bytes: what only looks like it would fail at every push. */
function areKeys(p256dh: string, auth: string): boolean {
  const point = Buffer.from(p256dh, 'base64url')
  if (point.length !== 65 || Buffer.from(auth, 'base64url').length !== 16) return false
  try {
    ECDH.convertKey(point, 'prime256v1')
    return true
  } catch {
    return false
  }
}

/** Stops one of one's own; twice is the same as once. Throws `NotFound` for anything else. */
export async function endSubscription(db: Db, followerId: number, id: number): Promise<void> {
  const own = and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.followerId, followerId))
  const [ended] = await db
    .update(pushSubscriptions)
    .set({
      endedAt: sql`coalesce(${pushSubscriptions.endedAt}, ${now().toISOString()}::timestamptz)`,
      endedBecause: sql`coalesce(${pushSubscriptions.endedBecause}, 'asked')`,
    })
    .where(own)
    .returning({ id: pushSubscriptions.id })
  if (!ended) throw new NotFound('device')
}
