/** An occasion in words, the same wherever it is said. Pure. */
import { count } from '../text/dates.ts'
import type { OccasionItem } from './occasion.ts'
import { takesSignUps } from './policy.ts'

type Room = Pick<OccasionItem, 'capacity' | 'takenCount' | 'waitingCount' | 'signUpFrom'>

/** "7 of 12 places taken", "All 12 places taken, 3 people wait"; null where nobody signs up. */
export function sayRoom({ capacity, takenCount, waitingCount, signUpFrom }: Room): string | null {
  if (signUpFrom === null) return null
  if (capacity === null) return takenCount === 0 ? 'Nobody has signed up yet' : `${count(takenCount, 'person', 'people')} signed up`
  const waits = waitingCount === 0 ? '' : `, ${count(waitingCount, 'person waits', 'people wait')}`
  return takenCount >= capacity ? `All ${count(capacity, 'place')} taken${waits}` : `${takenCount} of ${count(capacity, 'place')} taken${waits}`
}

/** Whoever signs up now goes on the waiting list. */
export const isFull = ({ capacity, takenCount }: Pick<Room, 'capacity' | 'takenCount'>): boolean => capacity !== null && takenCount >= capacity

export type OccasionState = 'called-off' | 'over' | 'now' | 'open' | 'full' | 'planned'

/** How it stands at a moment: `open` and `full` are those for which people can sign up. */
export function stateOf(item: OccasionItem, moment: Date): OccasionState {
  if (item.cancelledAt !== null) return 'called-off'
  if (item.endsAt <= moment) return 'over'
  if (item.startsAt <= moment) return 'now'
  if (!takesSignUps(item, moment)) return 'planned'
  return isFull(item) ? 'full' : 'open'
}

/** With how it stands, for the partial `occasions/_dates`. */
export interface ShownOccasion extends OccasionItem {
  state: OccasionState
  /** Called off or not. */
  over: boolean
  /** "7 of 12 places taken"; null where nobody signs up. */
  room: string | null
}

export const asShown = (items: readonly OccasionItem[], moment: Date): ShownOccasion[] =>
  items.map((item) => ({ ...item, state: stateOf(item, moment), over: item.endsAt <= moment, room: sayRoom(item) }))
