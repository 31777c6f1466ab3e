/**
 * Nobody decides on their own act, under whatever name it was done: rooms above know of names that an account does not show. They answer for the actor of the request
 * alone, and nothing of it is written down.
 */
import type { SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'

export interface Involved {
  audience: string
  /** Who wrote it, or decided about it. */
  accountIds: readonly number[]
}

/** Is the actor one of them? */
type Find = (db: Db, actor: SignedIn, involved: Involved) => Promise<boolean>

const finds = new Map<string, Find>()

/** Called once by a room, while the application is put together; a second time replaces the first. */
export function addInvolvement(room: string, find: Find): void {
  finds.set(room, find)
}

const BECAUSE = 'You take part in this under another name. A colleague has to decide it. Nobody else is told why you do not.'

/** Why the actor cannot decide, in words that only they read; null when they can. */
export async function involvedBecause(db: Db, actor: SignedIn, involved: Involved): Promise<string | null> {
  for (const find of finds.values()) if (await find(db, actor, involved)) return BECAUSE
  return null
}
