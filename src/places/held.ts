/**
 * What else is held at places: events, and tasks for helpers. The room that keeps their dates stands on a higher floor and says here what it holds, so that
 * a place can show it, and does not close over it.
 */
import type { Db } from '../database/database.ts'

export interface Held {
  /** Of its page. */
  path: string
  title: string
  /** "Tuesday 24 November, 2pm to 4pm" */
  when: string
  startsAt: Date
  teamName: string
  /** Called off, and why; null while it stands. */
  cancelledBecause: string | null
}

type Holder = (db: Db, placeId: number) => Promise<Held[]>

let holder: Holder = () => Promise.resolve([])

/** Called once, while the application is put together; a second time changes nothing. */
export function holdAtPlaces(holds: Holder): void {
  holder = holds
}

/** What is not over there, by its end; what was called off among it. */
export const heldAt = (db: Db, placeId: number): Promise<Held[]> => holder(db, placeId)
