/**
 * Planning the dates of an event or a task, moving them and calling them off. All that follows happens in the same transaction: who has signed up is told
 * by mail, who waits moves up, and what lists and feeds say of the post is said anew.
 *
 * Whoever changes something locks the post first, then the occasion.
 */
import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { hasRole, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { lockPlace, requireOpen } from '../places/presence-plan.ts'
import { requireAhead } from '../places/presence-window.ts'
import { kindInElection } from '../posts/election.ts'
import { lockPost, tellOfPost, type TeamPost } from '../posts/stored-post.ts'
import type { TeamName } from '../teams/team.ts'
import { tellOfCancelling, tellOfMove } from './announcing.ts'
import type { OccasionPlan } from './occasion.ts'
import { isStanding, mayPlanOccasions, mayRunOccasion } from './policy.ts'
import { remindedByMove } from './reminder.ts'
import { moveUp } from './room.ts'
import { occasions } from './schema.ts'
import { sayDates } from './stored-dates.ts'

export type OccasionRow = typeof occasions.$inferSelect

export const DAYS_AHEAD = 366
export const MOST_PEOPLE = 5000

/**
 * Nothing new is published for a team by whoever has no duty for it, for an archived team, or before an election except by the press office.
 * Throws `Forbidden`. For whoever makes the post to which dates belong, before they store it.
 */
export async function requirePlanning(tx: Tx, actor: SignedIn, team: TeamName & { archivedAt?: Date | null }, kind: TeamPost['kind']): Promise<void> {
  if (!mayPlanOccasions(actor, team.id)) throw new Forbidden(`You cannot plan for the ${team.name} team.`)
  if (team.archivedAt) throw new Forbidden('This team is archived, so nothing new can be planned for it.')
  await requireNoElection(tx, actor, team.id, kind)
}

/** What the press office plans or changes needs nobody else. Throws `Forbidden`. */
export async function requireNoElection(tx: Tx, actor: SignedIn, teamId: number, kind: TeamPost['kind']): Promise<void> {
  if (!hasRole(actor, 'press-office') && (await kindInElection(tx, kind, [teamId])))
    throw new Forbidden(
      'A pre-election period holds here, so the press office plans and changes what people are asked to. Ask it to do this for you.',
    )
}

/**
 * Adds dates to a post whose right to be published was made sure of before; answers their ids in the order of the plans. The caller tells of the post.
 * Throws `Refused` by field: `date`, `from`, `place`, `venue`, `capacity`.
 */
export async function addOccasions(
  tx: Tx,
  _actor: SignedIn,
  { postId, teamId }: { postId: number; teamId: number },
  plans: readonly OccasionPlan[],
): Promise<number[]> {
  const moment = now()
  for (const plan of plans) requireAhead(plan, moment, DAYS_AHEAD)
  for (const plan of plans) requireRight(plan)
  // In the order of their ids: two who plan for the same places never wait for each other in a ring.
  const placeIds = [...new Set(plans.flatMap(({ placeId }) => placeId ?? []))].toSorted((one, other) => one - other)
  for (const placeId of placeIds) requireOpen(await lockPlace(tx, placeId))
  const rows = plans.map((plan) => ({ postId, teamId, ...columnsOf(plan), signUpFrom: plan.signUps ? moment : null, changedAt: moment }))
  const added = rows.length === 0 ? [] : await tx.insert(occasions).values(rows).returning({ id: occasions.id })
  await sayDates(tx, postId)
  return added.map(({ id }) => id)
}

const columnsOf = ({ startsAt, endsAt, placeId, venue, capacity }: OccasionPlan) => ({
  startsAt,
  endsAt,
  placeId,
  venue: placeId === null ? venue : null,
  capacity,
})

function requireRight({ placeId, venue, capacity }: OccasionPlan): void {
  if (placeId === null && !venue) throw new Refused('Say where it is', { venue: 'Choose a place, or say where it is' })
  if (capacity !== null && (!Number.isInteger(capacity) || capacity < 1 || capacity > MOST_PEOPLE))
    throw new Refused('There is a problem with the places', {
      capacity: `The number of people must be from 1 to ${MOST_PEOPLE.toLocaleString('en-GB')}`,
    })
}

/**
 * Changes a date until its end; once it has begun only its end and its capacity. People who have signed up are told of another time or venue, and with more
 * places those who wait move up. The same again changes nothing. `seen` says what the form knew (`seenOf`).
 * Throws `NotFound`, `Forbidden`, `Overtaken`, and `Refused` by field (`date`, `from`, `until`, `place`, `venue`, `capacity`, `signUps`).
 */
export async function changeOccasion(tx: Tx, actor: SignedIn, id: number, plan: OccasionPlan, seen?: string): Promise<{ moved: boolean }> {
  const found = await lockStanding(tx, id)
  const { occasion, post } = found
  requireChangeable(actor, found)
  const moved = isMoved(occasion, plan)
  if (!moved && occasion.capacity === plan.capacity && (occasion.signUpFrom !== null) === plan.signUps) return { moved: false }
  if (seen !== undefined && seen !== seenOf(occasion))
    throw new Overtaken('A colleague changed this date while you were writing. Open it again to see what they did.')
  await requireNoElection(tx, actor, occasion.teamId, post.kind)
  await requireMovable(tx, occasion, plan)
  const sequence = occasion.sequence + (moved ? 1 : 0)
  const signUpFrom = plan.signUps ? (occasion.signUpFrom ?? now()) : null
  const moving = moved ? { sequence, changedAt: now(), ...remindedByMove({ ...plan, sequence }, now()) } : {}
  await tx
    .update(occasions)
    .set({ ...columnsOf(plan), signUpFrom, ...moving })
    .where(eq(occasions.id, id))
  if (moved) await tellOfMove(tx, occasion)
  await moveUp(tx, id)
  await sayDates(tx, post.id)
  // Who follows hears of another time or venue, not of more places.
  const venues = { placeId: plan.placeId, placeBefore: occasion.placeId }
  await tellOfPost(tx, actor.accountId, 'occasion.changed', post, { occasionId: moved ? id : null, changedId: id, sequence, ...venues })
  return { moved }
}

/** What a form has to carry, so that of two who change a date at once the later hears of the earlier. */
export const seenOf = ({ sequence, capacity, signUpFrom }: Pick<OccasionRow, 'sequence' | 'capacity' | 'signUpFrom'>): string =>
  `${sequence}/${capacity ?? ''}/${signUpFrom === null ? 'no' : 'yes'}`

const isSameTime = (one: OccasionPlan | OccasionRow, other: OccasionPlan): boolean =>
  one.startsAt.getTime() === other.startsAt.getTime() && one.endsAt.getTime() === other.endsAt.getTime()

const isSameVenue = (occasion: OccasionRow, { placeId, venue }: OccasionPlan): boolean =>
  occasion.placeId === placeId && (placeId !== null || occasion.venue === venue)

const isMoved = (occasion: OccasionRow, plan: OccasionPlan): boolean => !isSameTime(occasion, plan) || !isSameVenue(occasion, plan)

async function requireMovable(tx: Tx, occasion: OccasionRow, plan: OccasionPlan): Promise<void> {
  requireRight(plan)
  const moment = now()
  if (occasion.startsAt <= moment) requireBegunAsIs(occasion, plan, moment)
  else if (!isSameTime(occasion, plan)) requireAhead(plan, moment, DAYS_AHEAD)
  if (plan.placeId !== null && plan.placeId !== occasion.placeId) requireOpen(await lockPlace(tx, plan.placeId))
  const { takenCount, waitingCount } = occasion
  if (plan.capacity !== null && plan.capacity < takenCount)
    throw refuse('capacity', `${takenCount === 1 ? '1 person has' : `${takenCount} people have`} a place already, so it cannot be fewer`)
  if (!plan.signUps && takenCount + waitingCount > 0) throw refuse('signUps', 'People have signed up already, so this stays')
}

function requireBegunAsIs(occasion: OccasionRow, plan: OccasionPlan, moment: Date): void {
  if (!isSameVenue(occasion, plan)) throw refuse('place', 'It has begun, so it stays where it is')
  if (occasion.startsAt.getTime() !== plan.startsAt.getTime()) throw refuse('from', 'It has begun, so the beginning stays as it is')
  if (plan.endsAt <= moment) throw refuse('until', 'It must end in the future')
}

const refuse = (field: string, message: string): Refused => new Refused(message, { [field]: message })

/**
 * Calls a date off, with the reason that readers see; the word stays until its end, and everybody who has signed up is told. Twice is the same as once.
 * Throws `NotFound`, `Forbidden`, `Overtaken`.
 */
export async function cancelOccasion(tx: Tx, actor: SignedIn, id: number, because: string): Promise<void> {
  const found = await lockStanding(tx, id)
  const { occasion, post } = found
  if (occasion.cancelledBecause === because && occasion.cancelledBy === actor.accountId) return
  requireChangeable(actor, found)
  await callOff(tx, actor, occasion, because)
  await sayDates(tx, post.id)
  await tellOfPost(tx, actor.accountId, 'occasion.cancelled', post, { occasionId: id, placeId: occasion.placeId, times: 1 })
}

/** Calls off all dates of a post that are not over; answers how many. One word of it to followers. Throws `NotFound`, `Forbidden`. */
export async function cancelOccasions(tx: Tx, actor: SignedIn, postId: number, because: string): Promise<number> {
  const { post, team } = await lockSubject(tx, postId)
  const planned = await tx
    .select()
    .from(occasions)
    .where(and(eq(occasions.postId, postId), isNull(occasions.cancelledAt), gt(occasions.endsAt, now())))
    .orderBy(asc(occasions.id))
    .for('no key update')
  const [first] = planned
  if (!first) return 0
  for (const occasion of planned) requireChangeable(actor, { occasion, post, team })
  for (const occasion of planned) await callOff(tx, actor, occasion, because)
  await sayDates(tx, postId)
  await tellOfPost(tx, actor.accountId, 'occasion.cancelled', post, { occasionId: first.id, placeId: first.placeId, times: planned.length })
  return planned.length
}

async function callOff(tx: Tx, actor: SignedIn, { id, sequence }: OccasionRow, because: string): Promise<void> {
  const moment = now()
  await tx
    .update(occasions)
    .set({ cancelledAt: moment, cancelledBecause: because, cancelledBy: actor.accountId, sequence: sequence + 1, changedAt: moment })
    .where(eq(occasions.id, id))
  await tellOfCancelling(tx, id)
}

interface Found {
  occasion: OccasionRow
  post: TeamPost
  team: TeamName
}

async function lockSubject(tx: Tx, postId: number): Promise<Omit<Found, 'occasion'>> {
  const found = await lockPost(tx, postId)
  if (!found || found.post.state === 'withdrawn') throw new NotFound('occasion')
  return found
}

/** The occasion and its post, locked until the transaction ends. Throws `NotFound`. */
export async function lockStanding(tx: Tx, id: number): Promise<Found> {
  const [of] = await tx.select({ postId: occasions.postId }).from(occasions).where(eq(occasions.id, id))
  if (!of) throw new NotFound('occasion')
  const found = await lockSubject(tx, of.postId)
  const [occasion] = await tx.select().from(occasions).where(eq(occasions.id, id)).for('no key update')
  if (!occasion) throw new NotFound('occasion')
  return { occasion, ...found }
}

function requireChangeable(actor: SignedIn, { occasion, post, team }: Found): void {
  const subject = { teamId: occasion.teamId, authorId: post.authorId, authorRole: post.officialRole }
  if (!mayRunOccasion(actor, subject)) throw new Forbidden(`You cannot plan for the ${team.name} team.`)
  if (occasion.cancelledAt !== null) throw new Overtaken('A colleague has called this off already.')
  if (!isStanding(occasion, now())) throw new Forbidden('This is over. It stays as it was.')
}
