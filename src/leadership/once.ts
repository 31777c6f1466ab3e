/** Publishing once, however often and however much at the same moment a form is sent. */
import type { Database, Tx } from '../database/database.ts'
import { Overtaken } from '../errors.ts'

/** The same form arrived twice at once: what the other one made is the answer of the second try. */
export async function onceMore<T>(db: Database, publish: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(publish)
  } catch (problem) {
    if (!(problem instanceof Overtaken)) throw problem
    return db.transaction(publish)
  }
}
