/**
 * Who may read what. One rule as a condition for SQL (`readable`) and as a question (`mayRead`); a test holds the two together.
 */
import { inArray, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { hasRole, type Actor } from '../actor.ts'

/** The audiences that an actor belongs to. Partner staff read the staff network only in circles that invited them. */
export const audiencesOf = (actor: Actor): string[] =>
  hasRole(actor, 'officer', 'supervisor', 'press-office', 'administrator') ? ['public', 'staff'] : ['public']

/** The scope that every look-up goes through: what you may not see does not exist. */
export const readable = (actor: Actor, audience: PgColumn): SQL => inArray(audience, audiencesOf(actor))

export const mayRead = (actor: Actor, item: { audience: string }): boolean => audiencesOf(actor).includes(item.audience)
