/**
 * What the lists of help requests, good practice and issues share: each has its own order and its own index; what a post shows in a list is the network's. What a reader may
 * not read is in no list, and neither is what was withdrawn.
 */
import { and, inArray, ne, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { postsById, type StaffItem } from '../network/list.ts'
import { readableHere } from '../network/readable.ts'
import { posts } from '../posts/schema.ts'

export const LIST_SIZE = 20

/** A post as every list of the network shows it, with what only this list knows of it. */
export interface Entry<More> {
  post: StaffItem
  more: More
}

export interface List<More> {
  entries: Entry<More>[]
  /** Goes into the address of the next page; null at the end. */
  next: string | null
}

/** Over a statement with `posts`: what this reader may read, and stands. */
export const standsFor = (actor: Actor): SQL | undefined => {
  const audiences = readableHere(actor)
  return audiences.length === 0 ? sql`false` : and(inArray(posts.audience, audiences), ne(posts.state, 'withdrawn'))
}

/** Of rows in the order of the list, of which one more was asked for than a page has. */
export async function listOf<Row extends { id: number }, More>(
  db: Database,
  actor: Actor,
  rows: readonly Row[],
  { more, key }: { more: (row: Row) => More; key: (row: Row) => string },
): Promise<List<More>> {
  const page = rows.slice(0, LIST_SIZE)
  const items = new Map(
    (
      await postsById(
        db,
        actor,
        page.map(({ id }) => id),
      )
    ).map((post) => [post.id, post]),
  )
  const entries = page.flatMap((row) => {
    const post = items.get(row.id)
    return post ? [{ post, more: more(row) }] : []
  })
  const last = page.at(-1)
  return { entries, next: rows.length > LIST_SIZE && last ? key(last) : null }
}
