/** What people follow, as mails name it: also a place that closed for good, whose followers hear so once more, though nobody can begin to follow it. */
import { and, inArray, isNotNull } from 'drizzle-orm'
import type { Db } from '../database/database.ts'
import { keyOf, subjectOfKey } from '../following/key.ts'
import { thingsOf, type Thing } from '../following/subject.ts'
import { places } from '../places/schema.ts'

/** Those of the keys of which may be told, by key. `force` is the force's name. */
export async function followedOf(db: Db, force: string, keys: readonly string[]): Promise<Map<string, Thing>> {
  const things = await thingsOf(db, force, keys)
  const missing = keys.filter((key) => !things.has(key)).map(subjectOfKey)
  const ids = missing.flatMap((subject) => (subject?.kind === 'place' ? [subject.id] : []))
  if (ids.length === 0) return things
  const closed = await db
    .select({ id: places.id, slug: places.slug, name: places.name })
    .from(places)
    .where(and(inArray(places.id, ids), isNotNull(places.closedAt)))
  for (const { id, slug, name } of closed) {
    const key = keyOf({ kind: 'place', id })
    things.set(key, { key, kind: 'place', name, path: `/places/${slug}`, followPath: `/follow/places/${slug}` })
  }
  return things
}
