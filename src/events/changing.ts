/** Finds the event that somebody wants to change, locked, and asks whether they may. */
import { asc, eq } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { requirePlanning, type OccasionRow } from '../occasions/planning.ts'
import { occasions } from '../occasions/schema.ts'
import { lockPost, type PostRow } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { isOver, mayPlanEvent } from './policy.ts'
import { events } from './schema.ts'

export type EventRow = typeof events.$inferSelect

export interface LockedEvent {
  event: EventRow
  post: PostRow
  team: TeamName
  /** All of them, by their start. */
  dates: OccasionRow[]
}

/** Locks the post first, as everybody does who changes a date. Throws `NotFound`, and `Forbidden` for whoever does not plan for the team. */
async function lockEvent(tx: Tx, actor: SignedIn, id: number): Promise<LockedEvent> {
  const [event] = await tx.select().from(events).where(eq(events.id, id))
  const found = event && (await lockPost(tx, event.postId))
  if (!found || found.post.state === 'withdrawn') throw new NotFound('event')
  if (!mayPlanEvent(actor, found.team.id)) throw new Forbidden(`You cannot plan for the ${found.team.name} team.`)
  // Read again: another may have changed it while this one waited.
  const [locked = event] = await tx.select().from(events).where(eq(events.id, id))
  const dates = await tx.select().from(occasions).where(eq(occasions.postId, event.postId)).orderBy(asc(occasions.startsAt), asc(occasions.id))
  return { ...found, event: locked, dates }
}

/** For calling off, which is said in any case: nobody is to come in vain. Throws `Forbidden` for what is over. */
export async function lockToCallOff(tx: Tx, actor: SignedIn, id: number): Promise<LockedEvent> {
  const found = await lockEvent(tx, actor, id)
  if (isOver(found.dates, now())) throw new Forbidden('This is over. Only what came of it can be written down.')
  return found
}

/** For what is published anew. Throws also for what was called off, for an archived team, and before an election. */
export async function lockToChange(tx: Tx, actor: SignedIn, id: number): Promise<LockedEvent> {
  const found = await lockToCallOff(tx, actor, id)
  if (found.dates.every(({ cancelledAt }) => cancelledAt !== null)) throw new Forbidden('This was called off. Plan another one.')
  const [team] = await tx.select().from(teams).where(eq(teams.id, found.team.id))
  if (!team) throw new NotFound('team')
  await requirePlanning(tx, actor, team, 'event')
  return found
}

export function requireVersion(post: PostRow, version: number): void {
  if (post.version !== version) throw new Overtaken('A colleague changed this while you were writing. Open it again to see what they did.')
}
