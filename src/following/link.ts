/**
 * The links at the foot of our mails: with them, and without signing in, a follower changes what they are told.
 *
 * A link names a follower, perhaps one follow, and the version of their links; a keyed hash seals the three. It never runs out by itself, for
 * people keep mails: raising `tokenVersion` ends every link that was sent before. Nothing is stored, and nothing in it tells who somebody is.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Config } from '../config.ts'
import type { Db } from '../database/database.ts'
import { followers } from './schema.ts'

export type Follower = typeof followers.$inferSelect
type Linked = Pick<Follower, 'id' | 'tokenVersion'>
type Site = Pick<Config, 'publicUrl' | 'secret'>

// Three numbers and a SHA-256: 48 bytes, which base64url writes in 64 characters and in no second way.
const NUMBER = 6
const VERSION = 4
const SEALED = 2 * NUMBER + VERSION
const TOKEN = /^[\w-]{64}$/

/** The whole address of the follower's settings. */
export const settingsLink = (config: Site, follower: Linked): string => `${config.publicUrl}/following/${tokenOf(config.secret, follower, null)}`

/** The whole address that stops one follow, or (`followId` null) asks what to stop. It takes a POST by one click too (RFC 8058). */
export const unsubscribeLink = (config: Site, follower: Linked, followId: number | null): string =>
  `${config.publicUrl}/following/${tokenOf(config.secret, follower, followId)}/unsubscribe`

/** The token alone, for pages that were opened with one. */
export function tokenOf(secret: string, follower: Linked, followId: number | null): string {
  const numbers = Buffer.alloc(SEALED)
  numbers.writeUIntBE(follower.id, 0, NUMBER)
  numbers.writeUIntBE(follower.tokenVersion, NUMBER, VERSION)
  numbers.writeUIntBE(followId ?? 0, NUMBER + VERSION, NUMBER)
  return Buffer.concat([numbers, sealOf(secret, numbers)]).toString('base64url')
}

/** Whose link it is; null for one that was made up, changed or ended. The follow may have been stopped since. */
export async function followerOfToken(
  db: Db,
  config: Pick<Config, 'secret'>,
  token: string,
): Promise<{ follower: Follower; followId: number | null } | null> {
  const numbers = TOKEN.test(token) ? unsealed(config.secret, Buffer.from(token, 'base64url')) : null
  if (!numbers) return null
  const [follower] = await db
    .select()
    .from(followers)
    .where(and(eq(followers.id, numbers.readUIntBE(0, NUMBER)), eq(followers.tokenVersion, numbers.readUIntBE(NUMBER, VERSION))))
  const followId = numbers.readUIntBE(NUMBER + VERSION, NUMBER)
  return follower ? { follower, followId: followId === 0 ? null : followId } : null
}

function unsealed(secret: string, token: Buffer): Buffer | null {
  const numbers = token.subarray(0, SEALED)
  return timingSafeEqual(token.subarray(SEALED), sealOf(secret, numbers)) ? numbers : null
}

const sealOf = (secret: string, numbers: Buffer): Buffer => createHmac('sha256', keyOf(secret)).update(numbers).digest()

// A key of its own: what is sealed here opens nothing else that the same secret protects.
const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'links of followers', 32))
