import { isStaff, type Actor, type SignedIn } from '../actor.ts'
import { silentBecause } from '../conversations/policy.ts'
import { publishingDuty } from '../posts/policy.ts'
import { sayTime } from '../text/dates.ts'
import { visitsEnd, type Window } from './presence-window.ts'

/** Officers and sergeants for their team, the press office for all. */
export const mayPlanPresence = (actor: Actor, teamId: number): boolean => publishingDuty(actor, teamId) !== null

interface Presence extends Window {
  teamId: number
  cancelledAt: Date | null
}

/** What is over, and what was called off, stays as it was. */
export const mayChangePresence = (actor: Actor, presence: Presence, moment: Date): boolean =>
  mayPlanPresence(actor, presence.teamId) && presence.cancelledAt === null && presence.endsAt > moment

/** People say that they came from its start until the end of that day. */
export const takesVisits = (presence: Presence, moment: Date): boolean =>
  presence.cancelledAt === null && presence.startsAt <= moment && moment < visitsEnd(presence)

/** Why somebody does not count as a visitor now, in words for the page; null when they do. Staff are no visitors. */
export function uncountedBecause(actor: SignedIn, presence: Presence, moment: Date): string | null {
  if (isStaff(actor)) return 'Staff do not count as visitors.'
  if (presence.cancelledAt !== null) return 'This was called off.'
  if (moment < presence.startsAt) return `From ${sayTime(presence.startsAt)} on that day you can say that you came.`
  if (moment >= visitsEnd(presence)) return 'That day is over. Thank you for coming.'
  return silentBecause(actor, { audience: 'public' })
}
