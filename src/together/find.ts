/**
 * Looking for what belongs to an issue by its words. The room that searches stands on a higher floor: it says here how that is done.
 */
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'

export interface Findable {
  title: string
  /** "Question", "Comment" */
  kindName: string
  path: string
}

type Find = (db: Database, actor: Actor, words: string) => Promise<Findable[]>

let find: Find = () => Promise.resolve([])

/** Called once, while the application is put together. */
export const findWith = (by: Find): void => {
  find = by
}

/** What the actor may read and link to, the likeliest first. */
export const findByWords: Find = (db, actor, words) => find(db, actor, words)
