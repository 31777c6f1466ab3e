import type { Actor } from '../actor.ts'
import { publishingDuty } from '../posts/policy.ts'

/** Officers and sergeants for their team, the press office for all. The same people change it, say what came of it, and answer in a live hour. */
export const mayPlanEvent = (actor: Actor, teamId: number): boolean => publishingDuty(actor, teamId) !== null

interface Dated {
  startsAt: Date
  endsAt: Date
  cancelledAt: Date | null
}

/** Held, or called off: nothing about it changes any more but what is written of it. */
export const isOver = (dates: readonly Dated[], moment: Date): boolean => dates.every(({ endsAt }) => endsAt <= moment)

/** What came of a date is written once it was held. */
export const wasHeld = ({ endsAt, cancelledAt }: Dated, moment: Date): boolean => cancelledAt === null && endsAt <= moment

export type HourState = 'before' | 'now' | 'over' | 'off'

/** Where a live hour stands. */
export function hourState({ startsAt, endsAt, cancelledAt }: Dated, moment: Date): HourState {
  if (cancelledAt !== null) return 'off'
  if (moment < startsAt) return 'before'
  return moment < endsAt ? 'now' : 'over'
}

/** Questions wait for the beginning. What was not reached in the hour is answered in writing afterwards. */
export const mayTakeQuestions = (actor: Actor, teamId: number, state: HourState): boolean => mayPlanEvent(actor, teamId) && state !== 'before'
