/**
 * What was planned can be moved until its end, and called off with a reason that readers see. Both are said where it stood, and calendars hear of them.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { changePost, lockPost, postPath, setDetails, tellOfPost, type PostRow } from '../posts/stored-post.ts'
import type { TeamName } from '../teams/team.ts'
import { contentFor, lockPlace, requireFree, requireOpen, requireOutsideElection, type Place } from './presence-plan.ts'
import { mayPlanPresence } from './presence-policy.ts'
import { requireAhead, type Window } from './presence-window.ts'
import { presences } from './schema.ts'

type PresenceRow = typeof presences.$inferSelect

export interface PresenceChange {
  placeId: number
  window: Window
  about: string
  /** The version of the post that was in the form. */
  version: number
}

/**
 * Moves it, or says anew what it is about; readers see what it was before. Once it has begun only its end and its words change. Throws `NotFound`,
 * `Forbidden`, `Overtaken`, and `Refused` by field.
 */
export async function changePresence(db: Database, actor: SignedIn, id: number, input: PresenceChange): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const found = await lockStanding(tx, id)
    const { presence, post, team } = found
    requireChangeable(actor, found)
    const path = postPath(team.slug, post)
    if (isAsItStands(presence, post, input)) return { path }
    requireVersion(post, input.version)
    await requireOutsideElection(tx, actor, team.id)
    const place = await lockPlace(tx, input.placeId)
    await requireMovable(tx, presence, place, input.window)
    const { window, about } = input
    const moved = isMoved(presence, input)
    const content = { ...contentFor({ place, window, about }), approvedBy: null, note: noteOf(presence, input) }
    const changed = await changePost(tx, actor.accountId, { post, team }, content)
    const sequence = presence.sequence + (moved ? 1 : 0)
    await tx
      .update(presences)
      .set({ placeId: place.id, ...window, sequence, changedAt: now() })
      .where(eq(presences.id, id))
    const detail = { placeId: place.id, placeBefore: presence.placeId, presenceId: id, moved: moved ? 1 : 0 }
    await tellOfPost(tx, actor.accountId, 'presence.changed', post, detail)
    return changed
  })
}

const isSameTime = (one: Window, other: Window): boolean =>
  one.startsAt.getTime() === other.startsAt.getTime() && one.endsAt.getTime() === other.endsAt.getTime()

const isMoved = (presence: PresenceRow, { placeId, window }: PresenceChange): boolean => presence.placeId !== placeId || !isSameTime(presence, window)

/** Nothing to do: also for the same form that comes a second time. */
const isAsItStands = (presence: PresenceRow, post: PostRow, input: PresenceChange): boolean => !isMoved(presence, input) && post.body === input.about

function noteOf(presence: PresenceRow, { placeId, window }: PresenceChange): string {
  const changed = [presence.placeId !== placeId && 'The place', !isSameTime(presence, window) && 'The time'].filter((part) => part !== false)
  if (changed.length === 0) return 'What it is about was changed.'
  return changed.length === 2 ? 'The place and the time were changed.' : `${changed.join('')} was changed.`
}

async function requireMovable(tx: Tx, presence: PresenceRow, place: Place, window: Window): Promise<void> {
  const moment = now()
  const refuse = (field: string, message: string) => new Refused(message, { [field]: message })
  if (presence.startsAt <= moment) {
    if (place.id !== presence.placeId) throw refuse('place', 'It has begun, so the place stays as it is. Call it off, or plan another')
    if (window.startsAt.getTime() !== presence.startsAt.getTime()) throw refuse('from', 'It has begun, so the beginning stays as it is')
    if (window.endsAt <= moment) throw refuse('until', 'It must end in the future')
  } else requireAhead(window, moment)
  if (place.id !== presence.placeId) requireOpen(place)
  await requireFree(tx, presence.teamId, place.id, window, presence.id)
}

/** Takes it off, with the reason that readers see; the word stays until its end. Twice is the same as once. Throws as `changePresence` does. */
export async function cancelPresence(
  db: Database,
  actor: SignedIn,
  id: number,
  { because, version }: { because: string; version: number },
): Promise<{ path: string }> {
  return db.transaction(async (tx) => {
    const found = await lockStanding(tx, id)
    const { presence, post, team } = found
    const path = postPath(team.slug, post)
    if (presence.cancelledBecause === because && presence.cancelledBy === actor.accountId) return { path }
    requireChangeable(actor, found)
    requireVersion(post, version)
    const moment = now()
    const cancelled = { cancelledAt: moment, cancelledBecause: because, cancelledBy: actor.accountId }
    await tx
      .update(presences)
      .set({ ...cancelled, sequence: presence.sequence + 1, changedAt: moment })
      .where(eq(presences.id, id))
    await setDetails(tx, post.id, { 'called-off': because, ...post.details })
    await tellOfPost(tx, actor.accountId, 'presence.cancelled', post, { placeId: presence.placeId, presenceId: id })
    return { path }
  })
}

interface Found {
  presence: PresenceRow
  post: PostRow
  team: TeamName
}

async function lockStanding(tx: Tx, id: number): Promise<Found> {
  const [presence] = await tx.select().from(presences).where(eq(presences.id, id)).for('no key update')
  const found = presence && (await lockPost(tx, presence.postId))
  if (!found || found.post.state === 'withdrawn') throw new NotFound('presence')
  return { presence, ...found }
}

function requireChangeable(actor: SignedIn, { presence, team }: Found): void {
  if (!mayPlanPresence(actor, team.id)) throw new Forbidden(`You cannot plan for the ${team.name} team.`)
  if (presence.cancelledAt !== null) throw new Overtaken('A colleague has called this off already.')
  if (presence.endsAt <= now()) throw new Forbidden('This is over. It stays as it was.')
}

function requireVersion(post: PostRow, version: number): void {
  if (post.version !== version) throw new Overtaken('A colleague changed this while you were writing. Open it again to see what they did.')
}

/** The version that a form has to carry, and the words to begin with. */
export async function presenceWords(db: Database, id: number): Promise<{ version: number; about: string }> {
  const [found] = await db
    .select({ version: posts.version, about: posts.body })
    .from(presences)
    .innerJoin(posts, eq(posts.id, presences.postId))
    .where(and(eq(presences.id, id), sql`${posts.state} <> 'withdrawn'`))
  if (!found) throw new NotFound('presence')
  return found
}
