/**
 * The dates of an event: one more, moved, called off, each with what readers are told. Who has signed up hears of it from the room of occasions.
 */
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { NotFound, Overtaken, Refused } from '../errors.ts'
import type { OccasionPlan } from '../occasions/occasion.ts'
import { addOccasions, cancelOccasion, cancelOccasions, changeOccasion, seenOf, type OccasionRow } from '../occasions/planning.ts'
import { isStanding } from '../occasions/policy.ts'
import { dayAfter } from '../places/hours.ts'
import { readWindows, sayWindowInFull, typedOf } from '../places/presence-window.ts'
import { changePost, postPath, tellOfPost } from '../posts/stored-post.ts'
import { dayKey } from '../text/dates.ts'
import { lockToCallOff, lockToChange, type LockedEvent } from './changing.ts'
import { keepEnd } from './ending.ts'

const DAY = 86_400_000

/** Adds one. The same form again adds nothing. Throws `NotFound`, `Forbidden`, and `Refused` by field. */
export const addDate = (db: Database, actor: SignedIn, id: number, plan: OccasionPlan): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const found = await lockToChange(tx, actor, id)
    const { event, post, team, dates } = found
    const path = postPath(team.slug, post)
    if (event.format === 'question-hour') throw refuse('date', 'A live question hour has one date. Plan another one for the next')
    if (dates.some((date) => date.cancelledAt === null && isAt(date, plan))) return { path }
    await writeDown(tx, actor, found, `A date was added: ${sayWindowInFull(plan)}.`)
    const [occasionId] = await addOccasions(tx, actor, { postId: post.id, teamId: team.id }, [plan])
    await keepEnd(tx, post.id)
    await tellOfPost(tx, actor.accountId, 'event.changed', post, { eventId: id, what: 'date', occasionId: occasionId ?? null })
    return { path }
  })

const refuse = (field: string, message: string): Refused => new Refused(message, { [field]: message })

const isAt = (date: OccasionRow, { startsAt, endsAt, placeId, venue }: OccasionPlan): boolean =>
  date.startsAt.getTime() === startsAt.getTime() &&
  date.endsAt.getTime() === endsAt.getTime() &&
  date.placeId === placeId &&
  (placeId !== null || date.venue === venue)

export interface Move {
  plan: OccasionPlan
  /** Why, for readers; asked for where the time or the place changes. */
  because: string
  /** With all later dates, which move by as many days and to the same time and place. */
  rest: boolean
  /** What the form knew of the date (`seenOf`). */
  seen?: string
}

/** Moves one, or it and all the rest. The same again changes nothing. Throws `NotFound`, `Forbidden`, `Overtaken`, and `Refused` by field. */
export const moveDate = (db: Database, actor: SignedIn, id: number, occasionId: number, move: Move): Promise<{ path: string }> =>
  db.transaction((tx) => moveDateIn(tx, actor, id, occasionId, move))

export async function moveDateIn(
  tx: Tx,
  actor: SignedIn,
  id: number,
  occasionId: number,
  { plan, because, rest, seen }: Move,
): Promise<{ path: string }> {
  const found = await lockToChange(tx, actor, id)
  const { post, team } = found
  const chosen = dateOf(found, occasionId)
  const targets = [{ date: chosen, plan }, ...(rest ? laterPlans(found, chosen, plan) : [])]
  const moved = targets.filter((target) => !isAt(target.date, target.plan))
  const hasOtherRoom = chosen.capacity !== plan.capacity || (chosen.signUpFrom !== null) !== plan.signUps
  if (seen !== undefined && seen !== seenOf(chosen) && (moved.length > 0 || hasOtherRoom))
    throw new Overtaken('A colleague changed this date while you were writing. Open it again to see what they did.')
  if (moved.length > 0) {
    if (because === '') throw refuse('because', 'Say why it is moved. Readers will see it')
    await writeDown(tx, actor, found, noteOf(moved, because))
  }
  for (const target of targets) await changeOccasion(tx, actor, target.date.id, target.plan)
  await keepEnd(tx, post.id)
  return { path: postPath(team.slug, post) }
}

function dateOf({ dates }: LockedEvent, occasionId: number): OccasionRow {
  const date = dates.find(({ id }) => id === occasionId)
  if (!date) throw new NotFound('date')
  return date
}

interface Target {
  date: OccasionRow
  plan: OccasionPlan
}

/** The same time on UK clocks, whichever way they stand on the day. */
function laterPlans({ dates }: LockedEvent, chosen: OccasionRow, plan: OccasionPlan): Target[] {
  const moment = now()
  const days = Math.round((Date.parse(dayKey(plan.startsAt)) - Date.parse(dayKey(chosen.startsAt))) / DAY)
  const { from, until } = typedOf(plan)
  const later = dates.filter((date) => date.startsAt > chosen.startsAt && date.startsAt > moment && isStanding(date, moment))
  return later.flatMap((date) =>
    readWindows({ date: dayAfter(dayKey(date.startsAt), days), from, until }, 1, moment).map((window) => ({ date, plan: { ...plan, ...window } })),
  )
}

function noteOf(moved: readonly Target[], because: string): string {
  const [first] = moved
  if (!first || moved.length > 1) return `${moved.length} dates were moved. ${because}`
  const [before, after] = [sayWindowInFull(first.date), sayWindowInFull(first.plan)]
  return before === after ? `${before}: it is at another place. ${because}` : `${before} was moved to ${after}. ${because}`
}

/** The version before stays readable, with what its lists said of the dates. The words are the same. */
async function writeDown(tx: Tx, actor: SignedIn, { post, team }: LockedEvent, note: string): Promise<void> {
  const { title, body, tags, details, expiresAt, approvedBy } = post
  await changePost(tx, actor.accountId, { post, team }, { title, body, tags, details, expiresAt, approvedBy, note })
}

export interface CallingOff {
  because: string
  /** With all others that are not over. */
  rest: boolean
}

/** Takes one off, or it and all the rest, with the reason that readers see. Twice is the same as once. Throws `NotFound`, `Forbidden`, `Overtaken`. */
export const callOffDate = (db: Database, actor: SignedIn, id: number, occasionId: number, input: CallingOff): Promise<{ path: string }> =>
  db.transaction((tx) => callOffDateIn(tx, actor, id, occasionId, input))

export async function callOffDateIn(
  tx: Tx,
  actor: SignedIn,
  id: number,
  occasionId: number,
  { because, rest }: CallingOff,
): Promise<{ path: string }> {
  const found = await lockToCallOff(tx, actor, id)
  const { post, team } = found
  dateOf(found, occasionId)
  if (rest) await cancelOccasions(tx, actor, post.id, because)
  else await cancelOccasion(tx, actor, occasionId, because)
  await keepEnd(tx, post.id)
  return { path: postPath(team.slug, post) }
}
