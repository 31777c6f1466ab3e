/** Single dates of events and tasks, as mails tell of them. */
import { and, eq, gt, inArray } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { occasions } from '../occasions/schema.ts'
import { sayWindow } from '../places/presence-window.ts'
import { places } from '../places/schema.ts'
import { postsTold, type Told } from './told-posts.ts'

/** One date of an event or a task, as long as it is not over: what it is now, or that it is called off. */
export async function occasionsTold(db: Db, ids: number[]): Promise<Told[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ occasion: occasions, place: places.name })
    .from(occasions)
    .leftJoin(places, eq(places.id, occasions.placeId))
    .where(and(inArray(occasions.id, ids), gt(occasions.endsAt, now())))
  const told = new Map((await postsTold(db, [...new Set(rows.map(({ occasion }) => occasion.postId))])).map((post) => [post.ref, post]))
  return rows.flatMap(({ occasion, place }): Told[] => {
    const post = told.get(`post:${occasion.postId}`)
    const when = sayWindow(occasion)
    const where = place ?? occasion.venue ?? ''
    const { cancelledBecause } = occasion
    const note = cancelledBecause === null ? `Changed: it is now on ${when}, ${where}` : `Called off: ${when}. ${cancelledBecause}`
    return post ? [{ ...post, ref: `occasion:${occasion.id}`, at: occasion.changedAt, authorId: null, note }] : []
  })
}
