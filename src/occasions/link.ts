/**
 * The links in the mails of people who signed up: with one, and without an account, they see, change and end it. Made anew for each mail by a keyed hash
 * of what only that sign-up has; stored is its SHA-256 alone, by which it is found.
 */
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { Config } from '../config.ts'

export type Site = Pick<Config, 'publicUrl' | 'secret' | 'force'>

/** How long a link that asks to confirm works. Every other one works until the sign-up is forgotten. */
export const LIFE = 7 * 86_400_000

let known: Site | null = null

/** Says where our pages are, and what seals the links. Called while the application is put together. */
export function linkWith(config: Site): void {
  known = config
}

/** Throws where nobody has said so: then no mail can be written. */
export function site(): Site {
  if (!known) throw new Error('the room of occasions was not registered')
  return known
}

interface Linked {
  occasionId: number
  clientKey: string
  email: string | null
}

export const isToken = (token: string): boolean => /^[\w-]{32}$/.test(token)

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export function tokenOf({ occasionId, clientKey, email }: Linked): string {
  const seal = createHmac('sha256', keyOf(site().secret)).update(`${occasionId} ${clientKey} ${email ?? ''}`)
  return seal.digest().subarray(0, 24).toString('base64url')
}

// A key of its own: what is sealed here opens nothing else that the same secret protects.
const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'links of sign-ups', 32))

export const signUpPath = (signUp: Linked): string => `/sign-ups/${tokenOf(signUp)}`
