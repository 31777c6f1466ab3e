/**
 * What an event is about can change until it is over; readers see what it said before.
 */
import { isDeepStrictEqual } from 'node:util'
import { asc, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Database, Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { changePost, postPath, tellOfPost } from '../posts/stored-post.ts'
import { requirePriorities } from './about.ts'
import { lockToChange, requireVersion, type LockedEvent } from './changing.ts'
import { setPriorities, type EventWords } from './planning.ts'
import { eventPriorities, events } from './schema.ts'

export interface EventChange extends EventWords {
  /** What was changed, in a sentence for readers. */
  note: string
  /** The version of the post that was in the form. */
  version: number
}

/** Says it anew. The same again changes nothing. Throws `NotFound`, `Forbidden`, `Overtaken`, and `Refused` by field. */
export const changeEvent = (db: Database, actor: SignedIn, id: number, input: EventChange): Promise<{ path: string }> =>
  db.transaction((tx) => changeEventIn(tx, actor, id, input))

export async function changeEventIn(tx: Tx, actor: SignedIn, id: number, input: EventChange): Promise<{ path: string }> {
  const found = await lockToChange(tx, actor, id)
  const { event, post, team } = found
  const before = await prioritiesBefore(tx, id)
  const what = differences(found, before, input)
  if (what.length === 0) return { path: postPath(team.slug, post) }
  requireVersion(post, input.version)
  requireFitting(event.format, input)
  await requirePriorities(tx, team.id, input.priorityIds)
  await setPriorities(tx, id, input.priorityIds)
  await tx.update(events).set({ format: input.format, onlineUrl: input.onlineUrl }).where(eq(events.id, id))
  const { title, body, tags, note } = input
  // Whoever approved the words before has not seen these.
  const changed = await changePost(tx, actor.accountId, found, {
    title,
    body,
    tags,
    note,
    details: post.details,
    expiresAt: post.expiresAt,
    approvedBy: null,
  })
  await tellOfPost(tx, actor.accountId, 'event.changed', post, { eventId: id, what: what.join(' ') })
  return changed
}

async function prioritiesBefore(tx: Tx, eventId: number): Promise<number[]> {
  const rows = await tx
    .select({ id: eventPriorities.priorityId })
    .from(eventPriorities)
    .where(eq(eventPriorities.eventId, eventId))
    .orderBy(asc(eventPriorities.priorityId))
  return rows.map(({ id }) => id)
}

function differences({ event, post }: LockedEvent, before: readonly number[], input: EventChange): string[] {
  const priorityIds = [...input.priorityIds].toSorted((one, other) => one - other)
  const changes = {
    words: post.title !== input.title || post.body !== input.body || !isDeepStrictEqual(post.tags, input.tags),
    format: event.format !== input.format,
    address: event.onlineUrl !== input.onlineUrl,
    priorities: !isDeepStrictEqual([...before], priorityIds),
  }
  return Object.entries(changes).flatMap(([what, isChanged]) => (isChanged ? [what] : []))
}

function requireFitting(format: EventWords['format'], input: EventWords): void {
  if ((format === 'question-hour') !== (input.format === 'question-hour'))
    throw new Refused('It stays what it is', { format: 'A live question hour stays one, and nothing else becomes one. Plan another event' })
  if (input.format === 'online' && input.onlineUrl === null)
    throw new Refused('Say where it is on the web', { url: 'Enter the web address where people join' })
}
