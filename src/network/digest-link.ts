/**
 * The link at the foot of a digest: whoever has it ends the digests of that account, and can do nothing else with it. A keyed hash seals the number of the account;
 * nothing is stored.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'

type Site = Pick<Config, 'publicUrl' | 'secret'>

// A number, a version and a SHA-256: 39 bytes, which base64url writes in 52 characters and in no second way.
const NUMBER = 6
const SEALED = NUMBER + 1
const TOKEN = /^[\w-]{52}$/
const FIRST_VERSION = 1

/** The whole address; it takes a POST by one click too (RFC 8058). */
export const stopLink = (site: Site, accountId: number): string => `${site.publicUrl}/staff/digest/${tokenOf(site.secret, accountId)}/stop`

export function tokenOf(secret: string, accountId: number): string {
  const sealed = Buffer.alloc(SEALED)
  sealed.writeUIntBE(accountId, 0, NUMBER)
  sealed.writeUInt8(FIRST_VERSION, NUMBER)
  return Buffer.concat([sealed, sealOf(secret, sealed)]).toString('base64url')
}

/** Whose digests it ends; null for one that was made up or changed. */
export function accountOfToken(secret: string, token: string): number | null {
  if (!TOKEN.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  const sealed = bytes.subarray(0, SEALED)
  return timingSafeEqual(bytes.subarray(SEALED), sealOf(secret, sealed)) ? sealed.readUIntBE(0, NUMBER) : null
}

const sealOf = (secret: string, sealed: Buffer): Buffer => createHmac('sha256', keyOf(secret)).update(sealed).digest()

// A key of its own: what is sealed here opens nothing else that the same secret protects.
const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'links of staff digests', 32))
